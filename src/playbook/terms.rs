//! The terms of a playbook: what can be known, what can happen, and the values of both.

use alloc::{boxed::Box, vec::Vec};

/// Points in thousandths.
pub type Milli = i64;
/// Numbers in millionths.
pub type Micro = i64;
/// Milliseconds: of an instant since the Unix epoch, or of a duration.
pub type Millis = i64;
/// The place of a condition.
pub type ConditionId = u32;

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
