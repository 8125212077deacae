//! The document as it is written: every object of the format with its fields.

use super::amounts::{Fraction, Number, Whole};
use super::form::{form, words};
use super::lifecycle::{Calendar, Identity, Inactivity, Journey};
use super::lists::{List, Map};
use super::read::{At, Form, Reader, Spot};
use super::retention::Retention;
use super::schema::{self, Definitions};
use super::scoring::{Grade, Score};
use super::stages::{Persona, Readiness, Reason, Route, SegmentForm, Stage, Tier, Transition};
use super::words::{Anything, AttributeName, Label, Name, Prose, Reference, Scalar, Slug};
use crate::decimal::{NUMBER_PLACES, POINTS_PLACES};
use crate::limits;
use crate::tree::{Content, Node};

form! {
    /// A playbook: the written definition of a lead lifecycle.
    Document {
        /// The version of the format.
        required "leadstage" => leadstage: FormatVersion,
        /// The playbook's name.
        required "name" => name: Slug,
        /// The playbook's version.
        required "version" => version: Whole<1, 2_147_483_647>,
        /// A name for people.
        optional "label" => label: Label,
        /// What the playbook is for.
        optional "description" => description: Prose,
        /// Where facts come from, the most trusted first. By default `person`, `crm`, `enrichment`, `visitor`, `inferred`.
        optional "sources" => sources: List<At<Name>, 1, { limits::LIST }>,
        /// What can be known about an account, a contact or a deal.
        optional "attributes" => attributes: Map<AttributeName, Attribute, 0, { limits::ATTRIBUTES }>,
        /// The kinds of buying behaviour.
        optional "signals" => signals: Map<Name, Signal, 0, { limits::SIGNALS }>,
        /// Fit, intent, and any other score.
        optional "scores" => scores: Map<Name, Score, 0, { limits::SCORES }>,
        /// The grade: the bands of two scores side by side.
        optional "grade" => grade: Grade,
        /// The tiers of the ideal customer profile; the first that holds counts.
        optional "icp" => icp: List<Tier, 0, { limits::ENTRIES }>,
        /// The personas; the first that holds counts.
        optional "personas" => personas: List<Persona, 0, { limits::ENTRIES }>,
        /// What sales must know before a lead is ready.
        optional "readiness" => readiness: Readiness,
        /// Conditions with names.
        optional "segments" => segments: Map<Name, SegmentForm, 0, { limits::SEGMENTS }>,
        /// The stages of the lifecycle.
        optional "stages" => stages: Map<Name, Stage, 0, { limits::STAGES }>,
        /// The stage of a record that has none yet.
        optional "initial" => initial: At<Reference>,
        /// How a record may move from stage to stage.
        optional "transitions" => transitions: List<Transition, 0, { limits::TRANSITIONS }>,
        /// Why a lead was rejected, recycled, disqualified or lost.
        optional "reasons" => reasons: Map<Name, Reason, 0, { limits::LIST }>,
        /// Who must be known before a record is a lead.
        optional "identity" => identity: Identity,
        /// When people work.
        optional "calendar" => calendar: At<Calendar>,
        /// When a record counts as inactive.
        optional "inactivity" => inactivity: Inactivity,
        /// For how long records are kept; the first rule for a record's stage counts.
        optional "retention" => retention: Retention,
        /// The buyer's journey.
        optional "journey" => journey: Journey,
        /// What happens next to a visitor; the first that holds counts.
        optional "routes" => routes: List<Route, 0, { limits::ROUTES }>,
    }
}

/// The version of the format: 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormatVersion;

impl Form for FormatVersion {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match &spot.node.content {
            Content::Number(text) if matches!(crate::decimal::parse(text, 6), Ok(found) if found.units == 1_000_000) =>
                {}
            _ => reader.advise(
                spot.place,
                "bad_format",
                "this format version is not known",
                "write `leadstage: 1`",
            ),
        }
        Some(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        Node::empty().with("const", Node::number(1))
    }
}

words! {
    /// The type of an attribute.
    AttributeType {
        /// Yes or no.
        "boolean" => Boolean,
        /// A number.
        "number" => Number,
        /// Any text.
        "text" => Text,
        /// One of the options.
        "choice" => Choice,
        /// Any set of the options.
        "choices" => Choices,
        /// A day.
        "date" => Date,
    }
}

/// The options of an attribute or a property.
pub(crate) type Options = List<At<Label>, 1, { limits::OPTIONS }>;

form! {
    /// What can be known about an account, a contact or a deal.
    Attribute {
        /// The type of its values.
        required "type" => kind: AttributeType,
        /// The values that a choice may have.
        optional "options" => options: Options,
        /// The least number.
        optional "min" => min: At<Number>,
        /// The greatest number.
        optional "max" => max: At<Number>,
        /// Whole numbers only.
        optional "whole" => whole: At<bool>,
        /// Who may assert it: sources or roles. By default anyone.
        optional "asserted_by" => asserted_by: List<At<Name>, 1, { limits::LIST }>,
        /// A name for people.
        optional "label" => label: Label,
        /// The unit of the number.
        optional "unit" => unit: Label,
        /// Whether it tells who somebody is.
        optional "identifies" => identifies: bool,
        /// Whether it is personal data.
        optional "personal" => personal: bool,
        /// The fields of CRM systems that hold it.
        optional "crm" => crm: Anything,
        /// Other words for its options, by option.
        optional "synonyms" => synonyms: Map<Label, Synonyms, 1, { limits::OPTIONS }>,
        /// How a visitor is asked for it.
        optional "ask" => ask: Ask,
    }
}

/// Other words for the same.
pub(crate) type Synonyms = List<At<Label>, 1, { limits::LIST }>;

form! {
    /// A question to a visitor.
    Ask {
        /// The question.
        required "text" => text: Prose,
        /// What it costs to ask, from 0.
        optional "cost" => cost: Fraction<{ POINTS_PLACES }, 9_000_000_000_000>,
        /// What may be answered.
        optional "answers" => answers: List<Answer, 1, { limits::LIST }>,
    }
}

form! {
    /// An answer to choose.
    Answer {
        /// What the visitor reads.
        required "label" => label: Label,
        /// The value that it means.
        optional "value" => value: At<Scalar>,
        /// The range of numbers that it means; `null` leaves an end open.
        optional "range" => range: At<Bounds>,
        /// The options that it leaves.
        optional "any_of" => any_of: List<At<Scalar>, 1, { limits::OPTIONS }>,
        /// Other words that mean this answer.
        optional "synonyms" => synonyms: Synonyms,
        /// How many visitors answer so, from 0 to 1.
        optional "share" => share: Fraction<{ NUMBER_PLACES }, 1>,
    }
}

/// The least and the greatest of some numbers, ends included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds(pub(crate) Option<i64>, pub(crate) Option<i64>);

impl Form for Bounds {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let [low, high] = reader.list(spot)? else {
            reader.wrong_type(spot, "a list of two numbers, the least and the greatest");
            return None;
        };
        let mut end = |index: usize, node| {
            let spot = reader.item(spot, index, node);
            match node.content {
                Content::Null => Some(None),
                _ => super::amounts::micro(spot, reader).map(Some),
            }
        };
        let (low, high) = (end(0, low), end(1, high));
        let bounds = Self(low?, high?);
        match bounds {
            Self(None, None) => {
                reader.report(spot.place, "conflict", "one end of the range must be given");
                None
            }
            Self(Some(low), Some(high)) if low > high => {
                reader.report(spot.place, "empty_range", "nothing lies in this range");
                None
            }
            _ => Some(bounds),
        }
    }

    fn schema(_: &mut Definitions) -> Node {
        let end = Node::empty().with("type", schema::texts(&["number", "null"]));
        schema::list(end, 2, 2)
    }
}

form! {
    /// A kind of buying behaviour.
    Signal {
        /// What an event carries.
        optional "properties" => properties: Map<Name, PropertyForm, 0, { limits::PROPERTIES }>,
        /// A name for people.
        optional "label" => label: Label,
    }
}

words! {
    /// The type of a property.
    PropertyType {
        /// Yes or no.
        "boolean" => Boolean,
        /// A number.
        "number" => Number,
        /// Any text.
        "text" => Text,
        /// A day.
        "date" => Date,
    }
}

/// The type of a property, or its options.
#[derive(Clone, Debug)]
pub(crate) enum PropertyForm {
    Type(PropertyType),
    Options(Options),
}

impl Form for PropertyForm {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match spot.node.content {
            Content::List(_) => List::read(spot, reader).map(Self::Options),
            Content::Text(_) => PropertyType::read(spot, reader).map(Self::Type),
            _ => {
                reader.wrong_type(
                    spot,
                    "`boolean`, `number`, `text`, `date`, or a list of options",
                );
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([
            PropertyType::schema(definitions),
            Options::schema(definitions),
        ])
    }
}
