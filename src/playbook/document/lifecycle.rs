//! Who must be known, working time, inactivity, the journey, and what a stage asks, as they are written.

use super::amounts::{Duration, Whole};
use super::condition::Condition;
use super::crm::Crm;
use super::form::{form, words};
use super::lists::{List, Many};
use super::read::{At, Form, Reader, Spot};
use super::schema::{self, Definitions};
use super::words::{Label, Name, Reference};
use crate::limits;
use crate::playbook::Millis;
use crate::tree::{Content, Node};

form! {
    /// Who must be known before a record is a lead.
    Identity {
        /// Attributes of which one must be known. By default those that identify.
        optional "any_of" => any_of: List<At<Reference>, 1, { limits::LIST }>,
        /// A signal of interest, as a condition.
        optional "interest" => interest: Condition,
        /// Stages that anybody may enter. By default the initial one.
        optional "anonymous" => anonymous: Many<At<Reference>>,
    }
}

form! {
    /// When people work.
    Calendar {
        /// Local time minus UTC, as in `+01:00`.
        optional "utc_offset" => utc_offset: Offset,
        /// The hours of each weekday.
        required "hours" => hours: Hours,
        /// Days without hours.
        optional "holidays" => holidays: List<Day, 0, { limits::HOLIDAYS }>,
    }
}

form! {
    /// The working hours of the weekdays.
    Hours {
        /// Spans as `09:00-17:00`.
        optional "monday" => monday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "tuesday" => tuesday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "wednesday" => wednesday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "thursday" => thursday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "friday" => friday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "saturday" => saturday: At<Many<At<Span>>>,
        /// Spans as `09:00-17:00`.
        optional "sunday" => sunday: At<Many<At<Span>>>,
    }
}

/// A time of day in minutes; `24:00` only as an end.
fn minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    (minute <= 59 && (hour <= 23 || hour == 24 && minute == 0)).then_some(hour * 60 + minute)
}

const MINUTE_MS: Millis = 60_000;

/// A span of a day in milliseconds from midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(pub(crate) Millis, pub(crate) Millis);

impl Form for Span {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a text (hours as `09:00-17:00`)")?;
        let span = text
            .split_once('-')
            .and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)))
            .filter(|(from, to)| from < to);
        if span.is_none() {
            let help = "write the opening and the closing, as in `09:00-17:00`";
            let message = alloc::format!("`{}` is not a span of hours", super::read::short(text));
            reader.advise(spot.place, "bad_hours", message, help);
        }
        span.map(|(from, to)| Self(from * MINUTE_MS, to * MINUTE_MS))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern("^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
    }
}

/// Local time minus UTC, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offset(pub(crate) Millis);

impl Form for Offset {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a text (an offset as `+01:00`)")?;
        let offset = match text.split_at_checked(1) {
            Some(("+", rest)) => minutes(rest),
            Some(("-", rest)) => minutes(rest).map(|minutes| -minutes),
            _ => None,
        };
        let offset = offset.filter(|minutes| minutes.abs() < 24 * 60);
        if offset.is_none() {
            let message = alloc::format!("`{}` is not an offset", super::read::short(text));
            reader.advise(
                spot.place,
                "bad_hours",
                message,
                "write it as in `+01:00` or `-05:30`",
            );
        }
        offset.map(|minutes| Self(minutes * MINUTE_MS))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern("^[+-]([01][0-9]|2[0-3]):[0-5][0-9]$")
    }
}

/// A day, as the instant of its midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day(pub(crate) Millis);

impl Form for Day {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a date (a text)")?;
        let day = crate::time::parse_date(text);
        if day.is_none() {
            let message = alloc::format!("`{}` is not a date", super::read::short(text));
            reader.advise(
                spot.place,
                "bad_date",
                message,
                "write it as in `2026-11-22`",
            );
        }
        day.map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    }
}

form! {
    /// When a record counts as inactive.
    Inactivity {
        /// The time since the last activity.
        optional "after" => after: Duration,
        /// The signals that are activity. By default all.
        optional "signals" => signals: Many<At<Reference>>,
    }
}

form! {
    /// The buyer's journey.
    Journey {
        /// The positions; the first that holds counts.
        required "positions" => positions: List<Position, 1, { limits::ENTRIES }>,
        /// What to offer where.
        optional "content" => content: List<Offer, 0, { limits::CONTENT }>,
    }
}

form! {
    /// A position in the buyer's journey.
    Position {
        /// Its name.
        required "name" => name: At<Name>,
        /// When it holds; without a condition always.
        optional "when" => when: Condition,
        /// A name for people.
        optional "label" => label: Label,
    }
}

form! {
    /// What to offer at a position and a stage.
    Offer {
        /// The positions.
        optional "position" => position: Many<At<Reference>>,
        /// The stages.
        optional "stage" => stage: Many<At<Reference>>,
        /// What must hold besides.
        optional "when" => when: Condition,
        /// What to offer.
        required "suggest" => suggest: List<Label, 1, { limits::SUGGESTIONS }>,
    }
}

form! {
    /// A role and a queue.
    RoleAndQueue {
        /// The role.
        optional "role" => role: Name,
        /// The queue.
        optional "queue" => queue: Name,
    }
}

/// Who owns a stage: a role, or a role and a queue.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) role: Option<Name>,
    pub(crate) queue: Option<Name>,
}

impl Form for Owner {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        if let Content::Object(entries) = &spot.node.content {
            if entries.is_empty() {
                reader.report(spot.place, "empty", "a role or a queue is due here");
            }
            let both = RoleAndQueue::read(spot, reader)?;
            return Some(Self {
                role: both.role,
                queue: both.queue,
            });
        }
        let role = Name::read(spot, reader)?;
        Some(Self {
            role: Some(role),
            queue: None,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([Name::schema(definitions), RoleAndQueue::schema(definitions)])
    }
}

form! {
    /// A status inside a stage.
    StatusFields {
        /// Its name.
        required "name" => name: At<Name>,
        /// A name for people.
        optional "label" => label: Label,
        /// Who may set it.
        optional "by" => by: Many<At<Name>>,
        /// What changes in CRM systems.
        optional "crm" => crm: Crm,
    }
}

/// A status, or only its name.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) name: At<Name>,
    pub(crate) by: Option<Many<At<Name>>>,
    pub(crate) crm: Option<Crm>,
}

impl Form for Status {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        if let Content::Object(_) = spot.node.content {
            let fields = StatusFields::read(spot, reader)?;
            return Some(Self {
                name: fields.name?,
                by: fields.by,
                crm: fields.crm,
            });
        }
        Some(Self {
            name: At::read(spot, reader)?,
            by: None,
            crm: None,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([Name::schema(definitions), StatusFields::schema(definitions)])
    }
}

form! {
    /// An attribute that must be known, from where and how lately.
    RequirementFields {
        /// The attribute.
        required "attribute" => attribute: At<Reference>,
        /// The sources that are good enough.
        optional "sources" => sources: Many<At<Reference>>,
        /// How old it may be.
        optional "within" => within: Duration,
    }
}

/// A requirement, or only its attribute.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub(crate) attribute: At<Reference>,
    pub(crate) sources: Option<Many<At<Reference>>>,
    pub(crate) within: Option<Duration>,
}

impl Form for Requirement {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        if let Content::Object(_) = spot.node.content {
            let fields = RequirementFields::read(spot, reader)?;
            return Some(Self {
                attribute: fields.attribute?,
                sources: fields.sources,
                within: fields.within,
            });
        }
        Some(Self {
            attribute: At::read(spot, reader)?,
            sources: None,
            within: None,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([
            Reference::schema(definitions),
            RequirementFields::schema(definitions),
        ])
    }
}

/// What must be known.
pub(crate) type Requirements = List<Requirement, 1, { limits::LIST }>;

form! {
    /// What holds for entering a stage again.
    ReEntry {
        /// The least time since it was left.
        optional "after" => after: Duration,
        /// The greatest number of entries in all.
        optional "at_most" => at_most: Whole<1, { limits::COUNT as i64 }>,
        /// A condition.
        optional "when" => when: Condition,
    }
}

form! {
    /// When a record comes back.
    Return {
        /// The time after entering, if nobody says otherwise.
        optional "after" => after: Duration,
        /// Whether a command must say when.
        optional "required" => required: bool,
    }
}

words! {
    /// Which time a clock measures.
    ClockHours {
        /// Working time.
        "working" => Working,
        /// All time.
        "elapsed" => Elapsed,
    }
}

form! {
    /// By when somebody must act.
    Sla {
        /// The time from entering the stage.
        required "within" => within: At<Term>,
        /// The role that must act.
        optional "owner" => owner: Name,
        /// The role that owns the record when the time is over.
        optional "escalate" => escalate: Name,
        /// Which time counts. By default working time if there is a calendar.
        optional "hours" => hours: ClockHours,
        /// Other times for some records; the first that holds counts.
        optional "priorities" => priorities: List<Priority, 1, { limits::ENTRIES }>,
        /// What else ends the clock in time.
        optional "met_by" => met_by: MetBy,
    }
}

form! {
    /// A time of its own for some records.
    Priority {
        /// Its name.
        required "name" => name: At<Name>,
        /// Which records.
        required "when" => when: Condition,
        /// The time from entering the stage.
        required "within" => within: At<Term>,
        /// The role that owns the record when the time is over.
        optional "escalate" => escalate: Name,
    }
}

form! {
    /// What ends a clock in time besides a command.
    MetBy {
        /// Statuses of the stage.
        optional "statuses" => statuses: Many<At<Reference>>,
        /// Signals.
        optional "signals" => signals: Many<At<Reference>>,
    }
}

/// The unit of a term that may mean another time in working hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Hours and less.
    Time,
    /// Days.
    Day,
    /// Weeks.
    Week,
}

/// A duration with its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) elapsed: Millis,
    pub(crate) unit: Unit,
}

impl Form for Term {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let Duration(elapsed) = Duration::read(spot, reader)?;
        let unit = match spot.node.as_text().and_then(|text| text.chars().last()) {
            Some('d') => Unit::Day,
            Some('w') => Unit::Week,
            _ => Unit::Time,
        };
        Some(Self { elapsed, unit })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        Duration::schema(definitions)
    }
}
