//! The terms of a playbook: the values of what can be known and of what events carry.

use super::{Playbook, Row};
use crate::fold::{fold, same};
use crate::limits;
use alloc::{boxed::Box, vec::Vec};

/// Points in thousandths.
pub type Milli = i64;
/// Numbers in millionths.
pub type Micro = i64;
/// Milliseconds: of an instant since the Unix epoch, or of a duration.
pub type Millis = i64;
/// The place of a condition.
pub type ConditionId = u32;

/// The type of an attribute or a property, with what limits its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind<'p> {
    /// Yes or no.
    Boolean,
    /// A number from `min` to `max`; perhaps whole numbers only.
    Number { min: Micro, max: Micro, whole: bool },
    /// Any text.
    Text,
    /// One of the options, which are words, in the order of writing.
    Choice(&'p [i64]),
    /// Any set of the options.
    Choices(&'p [i64]),
    /// A day.
    Date,
}

/// How kinds are written in a table; in brackets what follows.
#[cfg_attr(not(feature = "document"), allow(dead_code))]
pub(crate) mod kind {
    pub const BOOLEAN: i64 = 0;
    /// Least, greatest.
    pub const NUMBER: i64 = 1;
    /// The same.
    pub const WHOLE: i64 = 2;
    pub const TEXT: i64 = 3;
    /// List of words.
    pub const CHOICE: i64 = 4;
    /// The same.
    pub const CHOICES: i64 = 5;
    pub const DATE: i64 = 6;
}

impl Playbook {
    /// The type that an attribute's or a property's row tells.
    pub(crate) fn kind(&self, row: &Row) -> Kind<'_> {
        let &[_, what, a, b, ..] = row;
        match what {
            kind::NUMBER | kind::WHOLE => Kind::Number {
                min: a.max(-limits::NUMBER_MICRO),
                max: b.min(limits::NUMBER_MICRO),
                whole: what == kind::WHOLE,
            },
            kind::TEXT => Kind::Text,
            kind::CHOICE => Kind::Choice(self.list(a, b)),
            kind::CHOICES => Kind::Choices(self.list(a, b)),
            kind::DATE => Kind::Date,
            _ => Kind::Boolean,
        }
    }

    /// The place of an option, compared as text.
    pub(crate) fn option(&self, kind: &Kind, text: &str) -> Option<u16> {
        let (Kind::Choice(options) | Kind::Choices(options)) = kind else {
            return None;
        };
        // As a rule it is written as the playbook writes it.
        let place = options
            .iter()
            .position(|option| self.word(*option) == text)
            .or_else(|| {
                let folded = fold(text);
                options
                    .iter()
                    .position(|option| same(self.word(*option), &folded))
            });
        place.map(|place| place as u16)
    }
}

/// A value of a fact or of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// In millionths.
    Number(Micro),
    /// In evidence in the form in which texts are compared; elsewhere as written.
    Text(Box<str>),
    /// The place of the option.
    Choice(u16),
    /// The places of the options, sorted.
    Choices(Vec<u16>),
    /// The instant of the day's midnight.
    Date(Millis),
}
