//! Numbers in words: amounts, what is said about them, and what they come to together.

mod scan;

use super::{About, Heard, words};
use crate::decimal::{self, NUMBER_PLACES};
use crate::evidence::Finding;
use crate::fold::fold;
use crate::gather::Gather;
use crate::playbook::{Micro, Value};
use alloc::{string::String, vec::Vec};

const ONE: Micro = 1_000_000;

/// A part of what is said.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// A number, and by what a word after it multiplies it.
    Amount(Micro, Micro),
    /// A number that may be read in two ways.
    Doubtful,
    /// What is said about the amount beside it.
    About,
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
    /// From the one to the other.
    To,
    Word(String),
}

/// Words that make a number mean something else than it says.
const CONFUSING: [&str; 31] = [
    "not",
    "no",
    "none",
    "dont",
    "or",
    "isnt",
    "arent",
    "except",
    "without",
    "times",
    "twice",
    "half",
    "double",
    "few",
    "several",
    "many",
    "hundreds",
    "thousands",
    "millions",
    "dozens",
    "couple",
    "quarter",
    "third",
    "minus",
    "and",
    "billions",
    "change",
    "plus",
    "grew",
    "grown",
    "went",
];

/// Units of measure: understood only where the question speaks of them too.
const UNITS: [(&str, &str); 31] = [
    ("%", "percent"),
    ("$", "usd"),
    ("€", "eur"),
    ("£", "gbp"),
    ("dollar", "usd"),
    ("dollars", "usd"),
    ("usd", "usd"),
    ("euro", "eur"),
    ("euros", "eur"),
    ("eur", "eur"),
    ("pound", "gbp"),
    ("pounds", "gbp"),
    ("gbp", "gbp"),
    ("percent", "percent"),
    ("second", "second"),
    ("seconds", "second"),
    ("minute", "minute"),
    ("minutes", "minute"),
    ("hour", "hour"),
    ("hours", "hour"),
    ("day", "day"),
    ("days", "day"),
    ("week", "week"),
    ("weeks", "week"),
    ("month", "month"),
    ("months", "month"),
    ("monthly", "month"),
    ("quarterly", "quarter"),
    ("year", "year"),
    ("years", "year"),
    ("yearly", "year"),
];

impl About<'_> {
    pub(super) fn number(&self, text: &str, limits: (Micro, Micro), whole: bool) -> Heard {
        let unclear = || Heard::Unclear(self.ask_again());
        let Some(parts) = parts(text) else {
            return unclear();
        };
        let word = |part: &Part| match part {
            Part::Word(word) => CONFUSING.contains(&word.as_str()) || !self.speaks_of(word),
            _ => false,
        };
        if parts
            .iter()
            .any(|part| *part == Part::Doubtful || word(part))
        {
            return unclear();
        }
        let Some((low, high)) = together(&parts, whole) else {
            return unclear();
        };
        let (from, to) = (low.unwrap_or(limits.0), high.unwrap_or(limits.1));
        let inside = |end: Option<Micro>| end.is_none_or(|end| limits.0 <= end && end <= limits.1);
        if whole && low == high && from % ONE != 0 {
            return Heard::Unclear(String::from("please say a whole number"));
        }
        // A rough number may stick out a little.
        let rough = parts.contains(&Part::About);
        let (from, to) = if rough {
            (from.max(limits.0), to.min(limits.1))
        } else {
            (from, to)
        };
        let outside = !inside(low) || !inside(high);
        if from > to || outside && !rough {
            let mut message = String::from("please say a number from ");
            decimal::write(&mut message, limits.0, NUMBER_PLACES);
            message.push_str(" to ");
            decimal::write(&mut message, limits.1, NUMBER_PLACES);
            return Heard::Unclear(message);
        }
        if from == to {
            return Heard::Finding(Finding::Exactly(Value::Number(from)));
        }
        let finding = Finding::Between(from, to);
        if whole && !finding.has_whole() {
            return Heard::Unclear(String::from("please say a whole number"));
        }
        Heard::Finding(finding)
    }

    /// Whether a word is no unit of measure, or one of which the question speaks.
    fn speaks_of(&self, word: &str) -> bool {
        let Some((_, unit)) = UNITS.iter().find(|(name, _)| *name == word) else {
            return true;
        };
        let texts = [
            self.field.unit.as_deref(),
            self.field.label.as_deref(),
            self.question.map(|question| &*question.text),
        ];
        let spoken = texts.into_iter().flatten().flat_map(said_units);
        spoken.into_iter().any(|spoken| spoken == *unit)
    }
}

/// The units of measure that a text names.
fn said_units(text: &str) -> Vec<&'static str> {
    let signs = text.chars().filter(|letter| "%$€£".contains(*letter));
    let mut names: Vec<String> = signs.map(String::from).gather();
    names.extend(words(text));
    let unit = |name: &String| {
        UNITS
            .iter()
            .find(|(word, _)| word == name)
            .map(|(_, unit)| *unit)
    };
    names.iter().filter_map(unit).gather()
}

/// The least and the greatest that the parts leave; `None` where they don't go together.
fn together(parts: &[Part], whole: bool) -> Option<(Option<Micro>, Option<Micro>)> {
    let amounts: Vec<(Micro, Micro)> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Amount(value, scale) => Some((*value, *scale)),
            _ => None,
        })
        .gather();
    let mut said: Vec<&Part> = parts
        .iter()
        .filter(|part| !matches!(part, Part::Amount(..) | Part::Word(_)))
        .gather();
    said.dedup();
    let step = if whole { ONE } else { 1 };
    match (amounts.as_slice(), said.as_slice()) {
        ([(value, scale)], said) => {
            let value = scaled(*value, *scale)?;
            match said {
                [] => Some((Some(value), Some(value))),
                [Part::About] => about(value, whole),
                [Part::AtLeast] => Some((Some(value), None)),
                [Part::MoreThan] => {
                    let next = if whole {
                        value.div_euclid(ONE).checked_add(1)?.checked_mul(ONE)?
                    } else {
                        value.checked_add(1)?
                    };
                    Some((Some(next), None))
                }
                [Part::AtMost] => Some((None, Some(value))),
                [Part::LessThan] => {
                    let before = value.checked_sub(step)?;
                    Some((
                        None,
                        Some(if whole {
                            before
                                .checked_add(ONE - 1)?
                                .div_euclid(ONE)
                                .checked_mul(ONE)?
                        } else {
                            before
                        }),
                    ))
                }
                _ => None,
            }
        }
        ([(low, low_scale), (high, high_scale)], [Part::To] | [Part::About, Part::To]) => {
            let to = place(parts, &Part::To)?;
            let first = parts
                .iter()
                .position(|part| matches!(part, Part::Amount(..)))?;
            let last = parts
                .iter()
                .rposition(|part| matches!(part, Part::Amount(..)))?;
            if !(first < to && to < last) {
                return None;
            }
            // In 50-100k both are thousands.
            let shared = *low_scale == ONE && low < high;
            let low = scaled(*low, if shared { *high_scale } else { *low_scale })?;
            let high = scaled(*high, *high_scale)?;
            (low <= high).then_some((Some(low), Some(high)))
        }
        _ => None,
    }
}

fn place(parts: &[Part], wanted: &Part) -> Option<usize> {
    parts.iter().position(|part| part == wanted)
}

/// A tenth to either side, to whole numbers outwards.
fn about(value: Micro, whole: bool) -> Option<(Option<Micro>, Option<Micro>)> {
    let tenth = value.checked_abs()? / 10;
    let (low, high) = (value.checked_sub(tenth)?, value.checked_add(tenth)?);
    Some(if whole {
        let up = high
            .checked_add(ONE - 1)?
            .div_euclid(ONE)
            .checked_mul(ONE)?;
        (Some(low.div_euclid(ONE).checked_mul(ONE)?), Some(up))
    } else {
        (Some(low), Some(high))
    })
}

fn scaled(value: Micro, scale: Micro) -> Option<Micro> {
    let product = i128::from(value) * i128::from(scale) / i128::from(ONE);
    let found = Micro::try_from(product).ok()?;
    (found.unsigned_abs() <= crate::limits::NUMBER_MICRO.unsigned_abs()).then_some(found)
}

/// The parts of a text; `None` where there is no amount in it.
fn parts(text: &str) -> Option<Vec<Part>> {
    let parts = scan::spoken(scan::joined(scan::scan(&fold(text))));
    parts
        .iter()
        .any(|part| matches!(part, Part::Amount(..) | Part::Doubtful))
        .then_some(parts)
}
