//! The form of a playbook that is evaluated: tables of rows of eight numbers.
//!
//! One form for every table keeps loading, checking and evaluating small. What is looked up is there or reads as zeros, so nothing
//! in a table can make evaluation fail.

use super::{Index, Listed, Milli};
#[cfg(feature = "document")]
use alloc::boxed::Box;
use alloc::{string::String, vec::Vec};

/// An entry of a table.
pub type Row = [i64; 8];

/// What is not there.
const NOTHING: Row = [0; 8];

/// A checked and compiled playbook: the only form that can be evaluated.
///
/// INVARIANT: what a condition refers to, also through scores, comes before it, and is at most `limits::REFERENCE_DEPTH` deep.
///
/// In the tables `word` is the place of a word, `list` are two numbers: where a list starts in `numbers` (or in the table that is
/// named) and how many it has, `when` is the place of a condition and one, 0 being none. Durations are 0 where there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playbook {
    pub(crate) digest: [u8; 32],
    /// Names of the attributes that are personal, sorted, a line break between any two.
    #[cfg(feature = "document")]
    pub(crate) personal: Box<str>,
    /// Names, options, folded texts of tests, model events as JSON; one after the other. The playbook's name is the first.
    pub(crate) text: String,
    /// Where words start in the text; and its end.
    pub(crate) starts: Vec<i64>,
    /// Lists of numbers.
    pub(crate) numbers: Vec<i64>,
    /// Word, place of the same name among the asserters and one. Highest rank first.
    pub(crate) sources: Vec<Row>,
    /// Word. Names that occur in any `asserted_by`, sorted.
    pub(crate) asserters: Vec<Row>,
    /// Word, a [`kind`](super::kind) and its two parts, list of the asserters who may (none: anyone may), list of the conditions that
    /// test it. Sorted by name.
    pub(crate) attributes: Vec<Row>,
    /// Word, list of properties, list of the signal's patterns, sorted by how the text begins that they ask for. Sorted by name.
    pub(crate) signals: Vec<Row>,
    /// Word, a kind and its two parts. Those of a signal are sorted by name.
    pub(crate) properties: Vec<Row>,
    /// A [`test`] and its parts.
    pub(crate) tests: Vec<Row>,
    /// Signal, list of property and test (two numbers each, so many pairs), model and one; for a pattern that asks a text property to
    /// begin in one way, that property · 256 + how many bytes, and a word that begins with them.
    pub(crate) patterns: Vec<Row>,
    /// Signal, word of the properties as JSON, list of the patterns that it matches. Sorted by what is written.
    pub(crate) models: Vec<Row>,
    /// An [`op`] and up to four parts; last where the sets of the attributes that it depends on and that are tangled in it start in
    /// `numbers`, and for tests on attributes the [`code`] of what is not known.
    pub(crate) conditions: Vec<Row>,
    /// A [`basis`], condition or pattern, points, at least, at most, terms.
    pub(crate) rules: Vec<Row>,
    /// Within, cooldown or least count, points per period or greatest count, length of a period,
    /// [`curve`] · 256 + percent, half-life or step, `expires_after`.
    pub(crate) terms: Vec<Row>,
    /// Word, list of rules, at least, at most.
    pub(crate) groups: Vec<Row>,
    /// Word, list of groups, at least, at most, list of bands, where the set of the attributes that it depends on starts in `numbers`.
    /// Sorted by name.
    pub(crate) scores: Vec<Row>,
    /// Word, threshold. Highest first.
    pub(crate) bands: Vec<Row>,
    /// Word, when. Tiers, personas, criteria, segments and routes.
    pub(crate) entries: Vec<Row>,
    /// Word, when to enter, to stay, to exit, list of models that may open it by entering, by staying. Sorted by name.
    pub(crate) stages: Vec<Row>,
    /// Stages it starts from as bits, stage it leads to, when. Those by automation, in the order of the document.
    pub(crate) transitions: Vec<Row>,
    /// By attribute, what its values can do to the tests on it, which are in the order of their conditions: list of kinds of values
    /// (so many entries of [`Playbook::kind_width`] numbers: the least value, then the tests' [`code`]s), list of the kind of each option.
    /// For dates: list of starts, list of starts as distances from the instant that is looked at.
    /// Then the lists of the scores and of the stages' gates that depend on the attribute.
    pub(crate) kinds: Vec<Row>,
    /// Lists of entries: tiers, personas, criteria, segments.
    pub(crate) lists: Row,
    /// List of routes, how many criteria are due, word of the framework and one, stage to begin with and one, the grade's scores
    /// and one each, version.
    pub(crate) more: Row,
    /// Derived from the rest.
    pub(crate) index: Index,
}

/// What conditions do; in brackets what follows.
#[cfg_attr(not(feature = "document"), allow(dead_code))]
pub(crate) mod op {
    /// Some of a list of conditions.
    pub const ANY: i64 = 0;
    /// Every one of a list.
    pub const ALL: i64 = 1;
    /// None of a list.
    pub const NONE: i64 = 2;
    /// A list, and how many of it.
    pub const AT_LEAST: i64 = 3;
    /// Attribute and test.
    pub const FACT: i64 = 4;
    /// Pattern, from, to, within.
    pub const COUNT: i64 = 5;
    /// List of patterns, within.
    pub const SEQUENCE: i64 = 6;
    /// Score, from, to.
    pub const SCORE: i64 = 7;
    /// Score, bands as bits.
    pub const BAND: i64 = 8;
    /// List of row · 32 + column.
    pub const GRADE: i64 = 9;
    /// Tiers as bits.
    pub const ICP: i64 = 10;
    /// Personas as bits.
    pub const PERSONA: i64 = 11;
    /// From, to.
    pub const CRITERIA: i64 = 12;
    /// Stages as bits.
    pub const GATE: i64 = 13;
    /// Stages as bits.
    pub const STAGE: i64 = 14;
    /// From, to.
    pub const TIME_IN_STAGE: i64 = 15;
}

/// What tests do; in brackets what follows.
#[cfg_attr(not(feature = "document"), allow(dead_code))]
pub(crate) mod test {
    /// Whether known (1) or unknown (0) passes.
    pub const KNOWN: i64 = 0;
    /// Bit 0: `false` passes, bit 1: `true` passes.
    pub const BOOLEAN: i64 = 1;
    /// List of intervals (two numbers each, so many numbers), sorted, ends included.
    pub const NUMBER: i64 = 2;
    /// The same, within, ahead.
    pub const DATE: i64 = 3;
    /// List of options, sorted.
    pub const CHOICE: i64 = 4;
    /// Where the lists start, how many in `has_any`, `has_all`, `has_none`, one after the other, then which of them are there as bits.
    pub const CHOICES: i64 = 5;
    /// Where the words start, how many in `equals`, `contains`, `starts_with`, `glob`.
    pub const TEXT: i64 = 6;
}

/// What rules look at.
pub(crate) mod basis {
    /// A condition.
    pub const WHEN: i64 = 0;
    /// Each event of a pattern.
    pub const EVENTS: i64 = 1;
    /// The number of a pattern's events.
    pub const COUNTING: i64 = 2;
}

/// How points fade.
pub(crate) mod curve {
    /// They stay.
    pub const FLAT: i64 = 0;
    /// They halve.
    pub const HALF_LIFE: i64 = 1;
    /// So many percent of the whole go in each step.
    pub const LINEAR: i64 = 2;
    /// So many percent of the rest go in each step.
    pub const COMPOUND: i64 = 3;
}

/// How a test on an attribute comes out, as what is known stands.
#[cfg_attr(not(feature = "document"), allow(dead_code))]
pub(crate) mod code {
    use crate::truth::{Both, Span};

    /// Not passed.
    pub const FAILS: u8 = 0;
    /// Unknown: may come out either way.
    pub const OPEN: u8 = 1;
    /// Passed.
    pub const PASSES: u8 = 2;
    /// `known: true` of what is not known: not passed now, may come out either way.
    pub const NOT_YET: u8 = 3;
    /// `known: false` of what is not known: passed now, may come out either way.
    pub const STILL: u8 = 4;
    /// Goes by a date and by the time that is looked at, or is no test on an attribute.
    pub const BY_DATE: u8 = 5;

    /// How it comes out on what is known, and over every completion; absent where that must be found.
    pub fn spans(code: u8) -> Both {
        match code {
            FAILS => Both::of(Span::FALSE, Span::FALSE),
            OPEN => Both::of(Span::UNKNOWN, Span::EITHER),
            PASSES => Both::of(Span::TRUE, Span::TRUE),
            NOT_YET => Both::of(Span::FALSE, Span::EITHER),
            STILL => Both::of(Span::TRUE, Span::EITHER),
            _ => Both::ABSENT,
        }
    }
}

/// Codes of tests in one number.
pub(crate) const CODES_A_NUMBER: usize = 20;

impl Playbook {
    /// A word.
    pub(crate) fn word(&self, place: i64) -> &str {
        // The short way is for many leads.
        #[cfg(feature = "document")]
        if let Some(word) = self.index.texts.get(place as usize) {
            return word;
        }
        match part(&self.starts, place, 2) {
            [start, end] => self.text.get(*start as usize..*end as usize).unwrap_or(""),
            _ => "",
        }
    }

    /// A list of numbers.
    pub(crate) fn list(&self, start: i64, count: i64) -> &[i64] {
        part(&self.numbers, start, count)
    }

    /// Tiers, personas, criteria or segments.
    pub(crate) fn icp(&self) -> &[Row] {
        rows(&self.entries, self.lists[0], self.lists[1])
    }

    pub(crate) fn personas(&self) -> &[Row] {
        rows(&self.entries, self.lists[2], self.lists[3])
    }

    pub(crate) fn criteria(&self) -> &[Row] {
        rows(&self.entries, self.lists[4], self.lists[5])
    }

    pub(crate) fn segments(&self) -> &[Row] {
        rows(&self.entries, self.lists[6], self.lists[7])
    }

    pub(crate) fn routes(&self) -> &[Row] {
        rows(&self.entries, self.more[0], self.more[1])
    }

    /// The entries of a list; of the moves none.
    pub(crate) fn entries_of(&self, list: Listed) -> &[Row] {
        match list {
            Listed::Icp => self.icp(),
            Listed::Personas => self.personas(),
            Listed::Criteria => self.criteria(),
            Listed::Routes => self.routes(),
            Listed::Moves => &[],
        }
    }

    /// How many criteria must be met, and the framework's name; where there is a framework.
    pub(crate) fn readiness(&self) -> Option<(u32, &str)> {
        (self.more[3] > 0).then(|| (self.more[2] as u32, self.word(self.more[3] - 1)))
    }

    /// The stage of a record that has none.
    pub(crate) fn initial(&self) -> Option<u16> {
        before(self.more[4]).map(|stage| stage as u16)
    }

    /// The two scores of the grade.
    pub(crate) fn grade(&self) -> Option<(u16, u16)> {
        let (one, other) = (before(self.more[5])?, before(self.more[6])?);
        Some((one as u16, other as u16))
    }

    /// The name of a stage.
    pub(crate) fn stage_name(&self, stage: u16) -> &str {
        self.name_in(&self.stages, stage)
    }

    /// How many numbers a kind of values of an attribute with so many tests takes.
    pub(crate) fn kind_width(tests: usize) -> usize {
        1 + tests.div_ceil(CODES_A_NUMBER)
    }
}

/// The place that is written as itself and one.
pub(crate) fn before(place: i64) -> Option<u32> {
    u32::try_from(place).ok()?.checked_sub(1)
}

/// An entry of a table.
pub(crate) fn row(table: &[Row], place: i64) -> &Row {
    usize::try_from(place)
        .ok()
        .and_then(|place| table.get(place))
        .unwrap_or(&NOTHING)
}

/// Some entries of a table.
pub(crate) fn rows(table: &[Row], start: i64, count: i64) -> &[Row] {
    part(table, start, count)
}

fn part<T>(table: &[T], start: i64, count: i64) -> &[T] {
    let (Ok(start), Ok(count)) = (usize::try_from(start), usize::try_from(count)) else {
        return &[];
    };
    table.get(start..start.saturating_add(count)).unwrap_or(&[])
}

/// Points between a least and a greatest.
pub(crate) fn clamp(points: Milli, at_least: Milli, at_most: Milli) -> Milli {
    points.min(at_most).max(at_least)
}

/// As great a magnitude as can matter: beyond a cap it does not matter how much it is.
pub(crate) fn enough(points: Milli, at_least: Milli, at_most: Milli) -> Milli {
    if points < 0 { at_least } else { at_most }.saturating_abs()
}
