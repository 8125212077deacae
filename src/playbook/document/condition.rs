//! Conditions and tests as they are written.

use super::amounts::{Count, Duration};
use super::form::form;
use super::lists::{List, Many, Map, MapEntry};
use super::ranges::{CountingRange, DurationRange, PointsRange};
use super::read::{At, Form, Place, Reader, Spot};
use super::schema::{self, Definitions, Rest};
use super::words::{AttributeName, Name, Reference, Scalar, TextForm};
use crate::limits;
use crate::tree::{Content, Node};
use alloc::{boxed::Box, format, vec::Vec};

form! {
    /// A condition: one key or more, which must all hold.
    ConditionFields {
        /// Every condition of the list holds.
        optional "all" => all: Conditions,
        /// Some condition of the list holds.
        optional "any" => any: Conditions,
        /// No condition of the list holds.
        optional "none" => none: Conditions,
        /// So many conditions of a list hold, or more.
        optional "at_least" => at_least: AtLeast,
        /// The signal whose events are counted; with `where`, `count` and `within` beside it.
        optional "signal" => signal: At<Reference>,
        /// What the properties of the events must pass.
        optional "where" => filter: Where,
        /// How many events there must be.
        optional "count" => count: CountRange,
        /// The window in which events count; of a sequence, the time from the first to the last step.
        optional "within" => within: At<Duration>,
        /// Events that follow each other in this order.
        optional "sequence" => sequence: List<StepForm, 2, { limits::STEPS }>,
        /// The values of scores lie in ranges.
        optional "score" => score: Map<Name, PointsRange, 1, { limits::SCORES }>,
        /// The bands of scores are one of those given.
        optional "band" => band: Map<Name, Many<At<Reference>>, 1, { limits::SCORES }>,
        /// The grade is one of these.
        optional "grade" => grade: Many<At<Reference>>,
        /// The tier is one of these.
        optional "icp" => icp: Many<At<Reference>>,
        /// The persona is one of these.
        optional "persona" => persona: Many<At<Reference>>,
        /// `ready`, a list of criteria that are all met, or a range for the number of those that are met.
        optional "readiness" => readiness: ReadinessTest,
        /// In one of these segments.
        optional "segment" => segment: Many<At<Reference>>,
        /// The gate of one of these stages is open.
        optional "gate" => gate: At<Many<At<Reference>>>,
        /// The record is in one of these stages.
        optional "stage" => stage: At<Many<At<Reference>>>,
        /// The time since the record entered its stage.
        optional "time_in_stage" => time_in_stage: At<DurationRange>,
        rest facts: Facts,
    }
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition(pub(crate) Box<ConditionFields>);

impl Form for Condition {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        if reader.condition_depth >= limits::CONDITION_DEPTH {
            let message = format!(
                "more than {} conditions lie in each other",
                limits::CONDITION_DEPTH
            );
            reader.advise(
                spot.place,
                "too_deep",
                message,
                "name parts of it as segments",
            );
            return None;
        }
        if reader.object(spot)?.is_empty() {
            reader.report(spot.place, "empty", "a condition needs at least one key");
            return None;
        }
        reader.condition_depth += 1;
        let fields = ConditionFields::read(spot, reader);
        reader.condition_depth -= 1;
        fields.map(|fields| Self(Box::new(fields)))
    }

    fn schema(definitions: &mut Definitions) -> Node {
        ConditionFields::schema(definitions)
    }
}

/// The keys of a condition that are conditions by themselves, in the order of their names.
pub(crate) const KEYS: [&str; 16] = [
    "all",
    "any",
    "at_least",
    "band",
    "gate",
    "grade",
    "icp",
    "none",
    "persona",
    "readiness",
    "score",
    "segment",
    "sequence",
    "signal",
    "stage",
    "time_in_stage",
];

impl ConditionFields {
    /// How many conditions its keys are.
    pub(crate) fn key_count(&self) -> usize {
        KEYS.iter().filter(|key| self.has(key)).count() + self.facts.0.len()
    }
}

/// Conditions in a list.
pub(crate) type Conditions = List<Condition, 1, { limits::LIST }>;

/// Tests on attributes: the keys of a condition that are no words of the format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(pub(crate) Vec<MapEntry<Test>>);

impl Facts {
    fn takes(key: &str) -> bool {
        key.contains('.')
    }

    fn read_rest<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Self {
        let entries = spot.node.as_object().unwrap_or_default();
        let mut facts = Vec::new();
        for entry in entries.iter().filter(|entry| Self::takes(&entry.key)) {
            let (key, inner) = reader.pair(spot, entry);
            facts.push(MapEntry {
                key,
                place: inner.place,
                value: Test::read(inner, reader),
            });
        }
        Self(facts)
    }

    fn describe_rest(definitions: &mut Definitions) -> Rest {
        Rest {
            pattern: AttributeName::LOOKS.pattern,
            schema: Test::schema(definitions),
            least: 1,
        }
    }
}

form! {
    /// So many conditions of a list, or more.
    AtLeast {
        /// How many.
        required "count" => count: At<Count>,
        /// Of which.
        required "of" => of: Conditions,
    }
}

/// What the properties of an event must pass.
pub(crate) type Where = Map<Name, Test, 0, { limits::PROPERTIES }>;

form! {
    /// How many events there must be, and in which window.
    CountRange {
        /// At least so many.
        optional "from" => from: At<Count>,
        /// At most so many.
        optional "to" => to: At<Count>,
        /// The window.
        optional "within" => within: At<Duration>,
    }
}

form! {
    /// A step of a sequence.
    Step {
        /// The signal.
        required "signal" => signal: At<Reference>,
        /// What the event's properties must pass.
        optional "where" => filter: Where,
    }
}

/// A step of a sequence, or only its signal.
#[derive(Clone, Debug)]
pub(crate) enum StepForm {
    Signal(At<Reference>),
    Step(Step),
}

impl Form for StepForm {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match spot.node.content {
            Content::Object(_) => Step::read(spot, reader).map(Self::Step),
            _ => At::read(spot, reader).map(Self::Signal),
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([Reference::schema(definitions), Step::schema(definitions)])
    }
}

/// What the readiness must be.
#[derive(Clone, Debug)]
pub(crate) enum ReadinessTest {
    Ready(Place),
    Criteria(List<At<Reference>, 1, { limits::LIST }>),
    Met(At<CountingRange>),
}

impl Form for ReadinessTest {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match &spot.node.content {
            Content::Text(text) if &**text == "ready" => Some(Self::Ready(spot.place)),
            Content::Text(text) => {
                let help = format!("write `ready`, or a list of criteria, as in `[{text}]`");
                let message = format!(
                    "`{}` is not a word that is allowed here",
                    super::read::short(text)
                );
                reader.advise(spot.place, "bad_value", message, help);
                None
            }
            Content::List(_) => List::read(spot, reader).map(Self::Criteria),
            Content::Object(_) => At::read(spot, reader).map(Self::Met),
            _ => {
                reader.wrong_type(spot, "`ready`, a list of criteria, or a range");
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([
            schema::one_of_words(&["ready"]),
            schema::list(Reference::schema(definitions), 1, limits::LIST),
            CountingRange::schema(definitions),
        ])
    }
}

form! {
    /// What a value must pass; which tests there are depends on the type.
    TestFields {
        /// Whether it is known at all.
        optional "known" => known: At<bool>,
        /// Is this value, or one of these.
        optional "equals" => equals: Many<At<Scalar>>,
        /// Numbers and dates: at least.
        optional "from" => from: At<Scalar>,
        /// Numbers and dates: at most.
        optional "to" => to: At<Scalar>,
        /// Numbers and dates: more than.
        optional "above" => above: At<Scalar>,
        /// Numbers and dates: less than.
        optional "below" => below: At<Scalar>,
        /// Dates: at most so long ago.
        optional "within" => within: At<Duration>,
        /// Dates: at most so far ahead.
        optional "ahead" => ahead: At<Duration>,
        /// Texts: contains one of these.
        optional "contains" => contains: At<Many<At<Scalar>>>,
        /// Texts: starts with one of these.
        optional "starts_with" => starts_with: At<Many<At<Scalar>>>,
        /// Texts: matches one of these, `*` being any run of characters.
        optional "glob" => glob: At<Many<At<Scalar>>>,
        /// Choices: has at least one of these.
        optional "has_any" => has_any: At<Many<At<Scalar>>>,
        /// Choices: has all of these.
        optional "has_all" => has_all: At<Many<At<Scalar>>>,
        /// Choices: has none of these.
        optional "has_none" => has_none: At<Many<At<Scalar>>>,
    }
}

/// A test: a value, a list of values, or an object of tests.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Values(Many<At<Scalar>>),
    Fields(Box<TestFields>),
}

impl Form for Test {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match &spot.node.content {
            Content::Object(entries) if entries.is_empty() => {
                reader.report(spot.place, "empty", "a test needs at least one key");
                None
            }
            Content::Object(_) => {
                let fields = TestFields::read(spot, reader)?;
                Some(Self::Fields(Box::new(fields)))
            }
            _ => Many::read(spot, reader).map(Self::Values),
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([
            Many::<At<Scalar>>::schema(definitions),
            TestFields::schema(definitions),
        ])
    }
}
