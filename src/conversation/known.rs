//! What an answer leaves of an attribute.

use crate::evidence::{Finding, WHOLE, round_up};
use crate::fold;
use crate::playbook::{Kind, Micro, Millis, Value};
use alloc::{boxed::Box, vec::Vec};

/// What is known of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// Nothing.
    No,
    Boolean(bool),
    /// From the one to the other.
    Number(Micro, Micro),
    Choice(u16),
    AnyOf(Vec<u16>),
    Choices(Vec<u16>),
    /// Folded.
    Text(Box<str>),
    /// Some text that equals none of those that tests name.
    OtherText,
    Date(Millis),
}

/// What a finding leaves.
pub(super) fn known(finding: &Finding, kind: &Kind) -> Known {
    match (finding, kind) {
        (Finding::Exactly(value), _) => match value {
            Value::Boolean(value) => Known::Boolean(*value),
            Value::Number(value) => Known::Number(*value, *value),
            Value::Text(text) => Known::Text(fold::fold(text)),
            Value::Choice(option) => Known::Choice(*option),
            Value::Choices(options) => Known::Choices(options.clone()),
            Value::Date(at) => Known::Date(*at),
        },
        (Finding::Between(low, high), Kind::Number { min, max, whole }) => {
            let (low, high) = ((*low).max(*min), (*high).min(*max));
            let (low, high) = if *whole {
                (round_up(low), high.div_euclid(WHOLE).saturating_mul(WHOLE))
            } else {
                (low, high)
            };
            if low <= high {
                Known::Number(low, high)
            } else {
                Known::No
            }
        }
        (Finding::AnyOf(options), _) => match options.as_slice() {
            [] => Known::No,
            [one] => Known::Choice(*one),
            _ => Known::AnyOf(options.clone()),
        },
        (Finding::Between(..), _) => Known::No,
    }
}
