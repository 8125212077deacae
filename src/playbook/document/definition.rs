//! A checked document with every name resolved: what is compiled to the rows that are evaluated.
//!
//! Every reference is an index, and conditions lie in one list where a condition's parts come before it.

use crate::playbook::{ConditionId, Micro, Milli, Millis, Value};
use alloc::{boxed::Box, vec::Vec};

/// A checked document.
///
/// INVARIANT: every index points into its list, what a condition refers to, also through scores, comes before it, and
/// `Gate` occurs in exits, transitions and routes only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    pub(crate) name: Box<str>,
    pub(crate) version: u32,
    /// Names of sources, highest rank first.
    pub(crate) sources: Vec<Box<str>>,
    /// Names that occur in any `asserted_by`, sorted.
    pub(crate) asserters: Vec<Box<str>>,
    /// Sorted by name.
    pub(crate) attributes: Vec<Attribute>,
    /// Sorted by name.
    pub(crate) signals: Vec<Signal>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) conditions: Vec<Condition>,
    /// Sorted by name.
    pub(crate) scores: Vec<Score>,
    /// The two scores of the grade.
    pub(crate) grade: Option<(u16, u16)>,
    pub(crate) icp: Vec<Entry>,
    pub(crate) personas: Vec<Entry>,
    pub(crate) readiness: Option<Readiness>,
    /// Sorted by name.
    pub(crate) segments: Vec<Named>,
    /// Sorted by name.
    pub(crate) stages: Vec<Stage>,
    pub(crate) initial: Option<u16>,
    /// Those by `automation`, in the order of the document.
    pub(crate) transitions: Vec<Transition>,
    pub(crate) routes: Vec<Entry>,
}

/// What can be known about an account, a contact or a deal.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
    /// Places in `asserters`; empty: anyone may.
    pub(crate) asserted_by: Vec<u16>,
}

/// The type of an attribute or a property, with what limits its values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Yes or no.
    Boolean,
    /// A number from `min` to `max`.
    Number {
        /// Least value.
        min: Micro,
        /// Greatest value.
        max: Micro,
        /// Whole numbers only.
        whole: bool,
    },
    /// Any text.
    Text,
    /// One of the options, in the order of writing.
    Choice(Vec<Box<str>>),
    /// Any set of the options.
    Choices(Vec<Box<str>>),
    /// A day.
    Date,
}

/// A kind of buying behaviour.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    pub(crate) name: Box<str>,
    /// Sorted by name.
    pub(crate) properties: Vec<Property>,
}

/// What an event of a signal may carry.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
}

/// A signal and what its properties must pass. Equal patterns are compiled once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    pub(crate) signal: u16,
    /// Property and test, sorted by property; all must pass.
    pub(crate) tests: Vec<(u16, Test)>,
    /// What an event that is to satisfy the tests carries, sorted by property. It may fail to.
    pub(crate) model: Vec<(u16, Value)>,
}

/// What a value must pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// Whether it is known.
    Known(bool),
    /// Whether `false` and `true` pass.
    Boolean([bool; 2]),
    /// Sorted intervals that don't touch, ends included. For whole numbers the ends are whole and
    /// intervals that follow each other are merged.
    Number(Vec<(Micro, Micro)>),
    /// In one of the sorted intervals (midnights, ends included), within the time before and ahead of `as_of`.
    Date {
        /// Where the date must lie; the whole line where nothing is said.
        intervals: Vec<(Millis, Millis)>,
        /// In `(as_of − within, as_of]`.
        within: Option<Millis>,
        /// In `(as_of, as_of + ahead]`.
        ahead: Option<Millis>,
    },
    /// One of these options (sorted).
    Choice(Vec<u16>),
    /// Sorted options; `None` where the test isn't there.
    Choices {
        /// At least one of these.
        any: Option<Vec<u16>>,
        /// Every one of these.
        all: Option<Vec<u16>>,
        /// Not one of these.
        none: Option<Vec<u16>>,
    },
    /// Texts in folded form; every list that is not empty must have one that matches.
    Text {
        /// Is one of these.
        equals: Vec<Box<str>>,
        /// Contains one of these.
        contains: Vec<Box<str>>,
        /// Starts with one of these.
        starts_with: Vec<Box<str>>,
        /// Matches one of these, `*` being any run of characters.
        glob: Vec<Box<str>>,
    },
}

/// A condition; its parts come before it in the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every part.
    All(Vec<ConditionId>),
    /// Some part.
    Any(Vec<ConditionId>),
    /// No part.
    None(Vec<ConditionId>),
    /// So many parts or more.
    AtLeast(u32, Vec<ConditionId>),
    /// A test on an attribute.
    Fact(u16, Test),
    /// The number of a pattern's events in a window.
    Count {
        /// Place in `patterns`.
        pattern: u32,
        /// At least so many.
        from: u32,
        /// At most so many.
        to: u32,
        /// The window, if there is one.
        within: Option<Millis>,
    },
    /// Patterns one after the other.
    Sequence(Vec<u32>, Option<Millis>),
    /// A score lies in this range, ends included.
    Score(u16, Milli, Milli),
    /// A score's band (place in the score's `bands`) is one of these.
    Band(u16, Vec<u16>),
    /// The bands of the grade's two scores are one of these pairs.
    Grade(Vec<(u16, u16)>),
    /// The tier is one of these.
    Icp(Vec<u16>),
    /// The persona is one of these.
    Persona(Vec<u16>),
    /// The number of readiness criteria that are met lies in this range.
    Criteria(u32, u32),
    /// The gate of one of these stages is open.
    Gate(Vec<u16>),
    /// The record is in one of these stages.
    Stage(Vec<u16>),
    /// The time since it entered its stage, ends included.
    TimeInStage(Millis, Millis),
}

/// A score.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub(crate) name: Box<str>,
    pub(crate) groups: Vec<Group>,
    pub(crate) clamp: Clamp,
    /// Highest threshold first.
    pub(crate) bands: Vec<(Box<str>, Milli)>,
}

/// `at_least` and `at_most`; the ends of `i64` where not given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clamp {
    pub(crate) at_least: Milli,
    pub(crate) at_most: Milli,
}

/// Rules with a cap of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub(crate) name: Box<str>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) clamp: Clamp,
}

/// What brings points.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub(crate) points: Milli,
    pub(crate) clamp: Clamp,
    pub(crate) basis: Basis,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis {
    /// A condition.
    When(ConditionId),
    /// Each event of a pattern.
    Events {
        /// Place in `patterns`.
        pattern: u32,
        /// The window, if there is one.
        within: Option<Millis>,
        /// The time after an event that counts in which no other does.
        cooldown: Option<Millis>,
        /// Cap on the magnitude per period: points and the length of a period.
        per_period: Option<(Milli, Millis)>,
        /// How an event's points fade.
        decay: Option<Decay>,
    },
    /// The number of a pattern's events in a window.
    Counting {
        /// Place in `patterns`.
        pattern: u32,
        /// At least so many (1 or more).
        from: u32,
        /// At most so many.
        to: u32,
        /// The window, if there is one.
        within: Option<Millis>,
        /// How the points fade.
        decay: Option<Decay>,
    },
}

/// How points fade with age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    pub(crate) curve: Curve,
    pub(crate) expires_after: Option<Millis>,
}

/// The shape of a decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curve {
    /// Stays.
    Flat,
    /// Halves in each such time.
    HalfLife(Millis),
    /// Loses so many percent of the whole in each such time.
    Linear(u8, Millis),
    /// Loses so many percent of the rest in each such time.
    Compound(u8, Millis),
}

/// A named condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub(crate) name: Box<str>,
    pub(crate) when: ConditionId,
}

/// An entry of a list of which the first that holds counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub(crate) name: Box<str>,
    /// `None`: always.
    pub(crate) when: Option<ConditionId>,
}

/// The framework's criteria.
#[derive(Clone, Debug, PartialEq)]
pub struct Readiness {
    pub(crate) framework: Box<str>,
    /// Sorted by name.
    pub(crate) criteria: Vec<Named>,
    pub(crate) at_least: u32,
}

/// A stage and what it asks of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub(crate) name: Box<str>,
    pub(crate) enter: Option<ConditionId>,
    pub(crate) stay: Option<ConditionId>,
    pub(crate) exit: Option<ConditionId>,
}

/// A move that evidence alone makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    pub(crate) from: Vec<u16>,
    pub(crate) to: u16,
    pub(crate) when: Option<ConditionId>,
}

impl Definition {
    /// The place of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<u16> {
        find(&self.attributes, name, |it| &it.name)
    }

    /// The place of a signal.
    pub(crate) fn signal(&self, name: &str) -> Option<u16> {
        find(&self.signals, name, |it| &it.name)
    }

    /// The place of a source.
    pub(crate) fn source(&self, name: &str) -> Option<u16> {
        let place = self.sources.iter().position(|source| **source == *name);
        place.map(|place| place as u16)
    }

    /// The place of a property of a signal.
    pub(crate) fn property(&self, signal: u16, name: &str) -> Option<u16> {
        let signal = self.signals.get(usize::from(signal))?;
        find(&signal.properties, name, |it| &it.name)
    }
}

fn find<T>(sorted: &[T], name: &str, name_of: impl Fn(&T) -> &Box<str>) -> Option<u16> {
    let place = sorted.binary_search_by(|it| (**name_of(it)).cmp(name));
    place.ok().map(|place| place as u16)
}
