//! CRM changes as data.

use super::held::{Held, Kept};
use super::look::Look;
use super::standing::{Move, Standing};
use crate::decimal::{self, POINTS_PLACES};
use crate::evidence::Finding;
use crate::gather::{Gather, Keep};
use crate::json::Writer;
use crate::playbook::document::crm::{Converted, Take};
use crate::playbook::document::write_value;
use crate::playbook::lifecycle::{Conversion, Effect, FieldValue, Lifecycle};
use crate::playbook::{Kind, Millis};
use crate::sort::Arrange;
use crate::sorted::Map;
use alloc::{boxed::Box, string::String, vec::Vec};

/// What a record knows of the fields of one system.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    pub converted_at: Option<Millis>,
    pub fields: Map<Box<str>, Field>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Field {
    /// JSON.
    pub value: Box<str>,
    pub inferred: bool,
    /// Whether it was ever stamped with a real date.
    pub stamped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Do {
    Set,
    Stamp,
    Clear,
    Skip,
    Convert,
    Delete,
}

/// A change of one field, or a conversion.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub system: Box<str>,
    pub what: Do,
    pub object: Box<str>,
    pub field: Option<Box<str>>,
    /// JSON.
    pub value: Box<str>,
    pub inferred: bool,
}

pub(super) const NULL: &str = "null";
const SALESFORCE: &str = "salesforce";
pub(super) const LEAD: &str = "Lead";
/// HubSpot's stages in their order; a value that comes earlier needs an empty field.
const LIFECYCLE_STAGES: [&str; 8] = [
    "\"subscriber\"",
    "\"lead\"",
    "\"marketingqualifiedlead\"",
    "\"salesqualifiedlead\"",
    "\"opportunity\"",
    "\"customer\"",
    "\"evangelist\"",
    "\"other\"",
];

/// Where values are taken from.
pub(super) struct Source<'a> {
    pub lifecycle: &'a Lifecycle,
    pub id: Option<&'a str>,
    /// As of when values are taken.
    pub as_of: Millis,
    /// What is stamped.
    pub at: Millis,
    pub reason: Option<&'a str>,
    pub note: Option<&'a str>,
}

impl Source<'_> {
    fn value(
        &self,
        standing: &Standing,
        look: &mut Look<'_>,
        kept: &Kept,
        value: &FieldValue,
    ) -> Box<str> {
        let mut json = String::new();
        match value {
            FieldValue::Fixed(json) => return json.clone(),
            FieldValue::Score(score) => {
                decimal::write(&mut json, look.score(*score), POINTS_PLACES);
            }
            FieldValue::Fact(attribute) => {
                let playbook = &self.lifecycle.inner;
                let kind = playbook.attribute_kind(*attribute);
                let Some(learned) = look.fact(kept, *attribute) else {
                    return Box::from(NULL);
                };
                match (&learned.fact.finding, kind, &learned.text) {
                    (_, Some(Kind::Text), Some(text)) => Writer::new(&mut json).text(text),
                    (Finding::Exactly(value), Some(kind), _) => {
                        let options = match kind {
                            Kind::Choice(options) | Kind::Choices(options) => options,
                            _ => &[],
                        };
                        let option = |place: u16| {
                            let word = options.get(usize::from(place));
                            word.map_or("", |word| playbook.word(*word))
                        };
                        write_value(&mut Writer::new(&mut json), value, option);
                    }
                    (Finding::Between(low, high), ..) if low == high => {
                        decimal::write(&mut json, *low, decimal::NUMBER_PLACES);
                    }
                    _ => return Box::from(NULL),
                }
            }
            FieldValue::Take(Take::ReturnDate) => match standing.return_at {
                Some(at) => decimal::write_integer(&mut json, at),
                None => return Box::from(NULL),
            },
            FieldValue::Take(take) => {
                let rules = standing
                    .stay
                    .and_then(|stay| self.lifecycle.stages.get(usize::from(stay.stage)));
                let text = match take {
                    Take::Stage => standing
                        .stay
                        .map(|stay| super::refusal::stage_name(&self.lifecycle.inner, stay.stage)),
                    Take::Status => standing
                        .status
                        .and_then(|(at, _)| rules?.statuses.get(usize::from(at)))
                        .map(|status| &*status.name),
                    Take::Owner => standing.owner.name.as_deref(),
                    Take::OwnerRole => standing.owner.role.as_deref(),
                    Take::Queue => standing.owner.queue.as_deref(),
                    Take::Reason => self.reason,
                    Take::Note => self.note,
                    Take::Record => self.id,
                    Take::ReturnDate => None,
                };
                Writer::new(&mut json).text_or_null(text);
            }
        }
        json.into_boxed_str()
    }

    /// Carries the effects out on what the record knows, and lists the changes.
    pub fn carry_out(
        &self,
        held: &mut Held,
        standing: &mut Standing,
        effects: &[Effect],
        changes: &mut Vec<Change>,
    ) {
        if effects.is_empty() {
            return;
        }
        let (mut look, kept) = held.look(self.as_of);
        for effect in effects {
            let mut wanted = Vec::new();
            for (field, value) in &effect.set {
                let value = self.value(standing, &mut look, kept, value);
                wanted.push((Do::Set, field, value, false));
            }
            for field in &effect.clear {
                wanted.push((Do::Clear, field, Box::from(NULL), false));
            }
            for (fields, first) in [(&effect.stamp, false), (&effect.stamp_first, true)] {
                for field in fields {
                    wanted.push((Do::Stamp, field, instant(self.at), first));
                }
            }
            let sheet = standing.crm.entry(effect.system.clone()).or_default();
            let salesforce = &*effect.system == SALESFORCE;
            let (leads, others): (Vec<_>, Vec<_>) = wanted
                .into_iter()
                .partition(|(_, field, ..)| salesforce && split(field).0 == LEAD);
            for (what, field, value, first) in leads {
                sheet.change(&effect.system, what, field, value, first, false, changes);
            }
            if let Some(convert) = &effect.convert {
                changes.keep(sheet.convert(convert, self.at));
            }
            for (what, field, value, first) in others {
                sheet.change(&effect.system, what, field, value, first, false, changes);
            }
        }
    }

    /// Sets the fields again that say who owns the record.
    pub fn tell_owner(
        &self,
        held: &mut Held,
        standing: &mut Standing,
        effects: &[Effect],
        changes: &mut Vec<Change>,
    ) {
        let owners: Vec<Effect> = effects
            .iter()
            .map(|effect| Effect {
                system: effect.system.clone(),
                set: effect
                    .set
                    .iter()
                    .filter(|(_, value)| value.is_of_owner())
                    .cloned()
                    .gather(),
                clear: Vec::new(),
                stamp: Vec::new(),
                stamp_first: Vec::new(),
                convert: None,
            })
            .filter(|effect| !effect.set.is_empty())
            .gather();
        self.carry_out(held, standing, &owners, changes);
    }

    /// Stamps the dates of a skipped stage.
    pub fn infer(&self, standing: &mut Standing, effects: &[Effect], changes: &mut Vec<Change>) {
        for effect in effects {
            let fields = effect.stamp.iter().map(|field| (field, false));
            let first = effect.stamp_first.iter().map(|field| (field, true));
            for (field, first) in fields.chain(first) {
                let sheet = standing.crm.entry(effect.system.clone()).or_default();
                let value = instant(self.at);
                sheet.change(
                    &effect.system,
                    Do::Stamp,
                    field,
                    value,
                    first,
                    true,
                    changes,
                );
            }
        }
    }
}

impl FieldValue {
    fn is_of_owner(&self) -> bool {
        matches!(
            self,
            Self::Take(Take::Owner | Take::OwnerRole | Take::Queue)
        )
    }
}

impl Fields {
    #[allow(clippy::too_many_arguments)]
    fn change(
        &mut self,
        system: &str,
        what: Do,
        name: &str,
        value: Box<str>,
        first_only: bool,
        inferred: bool,
        changes: &mut Vec<Change>,
    ) {
        let kept = self.fields.get(name);
        if first_only && kept.is_some_and(|kept| kept.stamped) {
            return;
        }
        let (object, field) = split(name);
        let change = |what, value: &str| Change {
            system: Box::from(system),
            what,
            object: Box::from(object),
            field: Some(Box::from(field)),
            value: Box::from(value),
            inferred,
        };
        if system == SALESFORCE && object == LEAD && self.converted_at.is_some() {
            changes.push(change(Do::Skip, &value));
            return;
        }
        if goes_back(system, field, kept.map(|kept| &*kept.value), &value) {
            changes.push(change(Do::Clear, NULL));
        }
        changes.push(change(what, &value));
        let kept = self.fields.entry(Box::from(name)).or_default();
        kept.value = value;
        kept.inferred = inferred;
        kept.stamped |= what == Do::Stamp && !inferred;
    }

    fn convert(&mut self, convert: &Conversion, as_of: Millis) -> Option<Change> {
        if self.converted_at.is_some() {
            return None;
        }
        self.converted_at = Some(as_of);
        Some(conversion(convert.to.as_slice(), convert.status.as_deref()))
    }
}

fn conversion(to: &[Converted], status: Option<&str>) -> Change {
    let mut value = String::new();
    let mut w = Writer::new(&mut value);
    w.open('{');
    super::refusal::write_names(w.key("to"), to.iter().map(|object| object.word()));
    w.key("status").text_or_null(status);
    w.close('}');
    Change {
        system: Box::from(SALESFORCE),
        what: Do::Convert,
        object: Box::from(LEAD),
        field: None,
        value: value.into_boxed_str(),
        inferred: false,
    }
}

/// Whether a value comes before the one that HubSpot has.
fn goes_back(system: &str, field: &str, from: Option<&str>, to: &str) -> bool {
    if system != "hubspot" || field != "lifecyclestage" {
        return false;
    }
    let place = |value: &str| LIFECYCLE_STAGES.iter().position(|stage| *stage == value);
    match (from.and_then(place), place(to)) {
        (Some(from), Some(to)) => to < from,
        _ => false,
    }
}

/// The object and the field.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or(("", name))
}

fn instant(at: Millis) -> Box<str> {
    let mut text = String::new();
    decimal::write_integer(&mut text, at);
    text.into_boxed_str()
}

/// The changes that lead from what was known of the fields to what is known now.
pub(super) fn difference(
    lifecycle: &Lifecycle,
    before: &Map<Box<str>, Fields>,
    now: &Map<Box<str>, Fields>,
    moves: &[Move],
) -> Vec<Change> {
    let mut changes = Vec::new();
    let none = Fields::default();
    let mut systems: Vec<&Box<str>> = before.keys().chain(now.keys()).gather();
    systems.arrange();
    systems.dedup();
    for system in systems {
        let before = before.get(system).unwrap_or(&none);
        let now = now.get(system).unwrap_or(&none);
        if let (None, Some(at)) = (before.converted_at, now.converted_at) {
            changes.keep(conversion_at(lifecycle, system, at, moves));
        }
        let mut names: Vec<&Box<str>> = before.fields.keys().chain(now.fields.keys()).gather();
        names.arrange();
        names.dedup();
        for name in names {
            let was = before.fields.get(name).map_or(NULL, |kept| &kept.value);
            let kept = now.fields.get(name);
            let is = kept.map_or(NULL, |kept| &kept.value);
            if was == is {
                continue;
            }
            let (object, field) = split(name);
            let change = |what, value: &str| Change {
                system: system.clone(),
                what,
                object: Box::from(object),
                field: Some(Box::from(field)),
                value: Box::from(value),
                inferred: kept.is_some_and(|kept| kept.inferred),
            };
            if goes_back(system, field, Some(was), is) {
                changes.push(change(Do::Clear, NULL));
            }
            changes.push(match is {
                NULL => change(Do::Clear, NULL),
                _ => change(Do::Set, is),
            });
        }
    }
    changes
}

/// The conversion that a move made.
fn conversion_at(
    lifecycle: &Lifecycle,
    system: &str,
    at: Millis,
    moves: &[Move],
) -> Option<Change> {
    let entered = moves.iter().filter(|it| it.at == at).map(|it| it.to);
    let stages = entered.filter_map(|stage| lifecycle.stages.get(usize::from(stage)));
    let passages = lifecycle.transitions.iter().filter(|passage| {
        let is = |it: &&Move| {
            it.at == at
                && it.to == passage.to
                && it.from.is_some_and(|from| passage.from.contains(&from))
        };
        moves.iter().any(|it| is(&it))
    });
    let effects = passages
        .flat_map(|passage| &passage.crm)
        .chain(stages.flat_map(|rules| &rules.crm));
    let mut converts = effects.filter(|effect| *effect.system == *system);
    let convert = converts.find_map(|effect| effect.convert.as_ref());
    Some(match convert {
        Some(convert) => conversion(&convert.to, convert.status.as_deref()),
        None => conversion(Converted::ALL, None),
    })
}

impl Change {
    pub fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("system").text(&self.system);
        w.key("do").text(match self.what {
            Do::Set => "set",
            Do::Stamp => "stamp",
            Do::Clear => "clear",
            Do::Skip => "skip",
            Do::Convert => "convert",
            Do::Delete => "delete",
        });
        w.key("object").text(&self.object);
        w.key("field").text_or_null(self.field.as_deref());
        w.key("value").raw(&self.value);
        w.key("inferred").boolean(self.inferred);
        w.close('}');
    }
}
