//! Values as they come over the border, fitted to what the playbook declares.

use crate::evidence::Finding;
use crate::fold::{fold, is_longer};
use crate::limits;
use crate::playbook::{Kind, Micro, Playbook, Value};
use crate::time;
use alloc::{string::String, vec::Vec};

/// A value of which only the form is known.
pub(super) enum Loose {
    Null,
    Boolean(bool),
    Number(Micro),
    Text(String),
}

/// What is wrong with a value; the numbers are those of `engine.js`.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    WrongType = 1,
    UnknownName = 2,
    OutOfRange = 3,
    BadDate = 4,
    TooLarge = 5,
    TooMany = 6,
    Empty = 7,
    EmptyRange = 8,
    Conflict = 9,
    Gone = 10,
}

/// How the values that were put down are meant.
mod form {
    pub const SINGLE: u32 = 0;
    pub const LIST: u32 = 1;
    pub const RANGE: u32 = 2;
    pub const ANY_OF: u32 = 3;
}

/// Fits what was put down to a kind.
pub(super) fn finding(
    playbook: &Playbook,
    kind: &Kind,
    form: u32,
    values: &[Loose],
) -> Result<Finding, Refusal> {
    match (form, kind, values) {
        (form::LIST, Kind::Choices(_), _) => {
            choices(playbook, kind, values).map(|chosen| Finding::Exactly(Value::Choices(chosen)))
        }
        (form::ANY_OF, Kind::Choice(_), []) => Err(Refusal::Empty),
        (form::ANY_OF, Kind::Choice(_), _) => choices(playbook, kind, values).map(Finding::AnyOf),
        (form::RANGE, Kind::Number { .. }, [low, high]) => range(kind, low, high),
        (form::SINGLE, _, [value]) => single(playbook, kind, value).map(Finding::Exactly),
        _ => Err(Refusal::WrongType),
    }
}

fn single(playbook: &Playbook, kind: &Kind, loose: &Loose) -> Result<Value, Refusal> {
    match (kind, loose) {
        (Kind::Boolean, Loose::Boolean(value)) => Ok(Value::Boolean(*value)),
        (Kind::Number { min, max, whole }, Loose::Number(value)) => {
            if value < min || max < value {
                Err(Refusal::OutOfRange)
            } else if *whole && value % 1_000_000 != 0 {
                Err(Refusal::WrongType)
            } else {
                Ok(Value::Number(*value))
            }
        }
        (Kind::Text, Loose::Text(text)) => match is_longer(text, limits::TEXT) {
            true => Err(Refusal::TooLarge),
            false => Ok(Value::Text(fold(text))),
        },
        (Kind::Date, Loose::Text(text)) => match time::parse_date(text) {
            Some(date) => Ok(Value::Date(date)),
            None => Err(Refusal::BadDate),
        },
        (Kind::Choice(_), Loose::Text(_)) => option(playbook, kind, loose).map(Value::Choice),
        _ => Err(Refusal::WrongType),
    }
}

fn range(kind: &Kind, low: &Loose, high: &Loose) -> Result<Finding, Refusal> {
    let Kind::Number { min, max, whole } = kind else {
        return Err(Refusal::WrongType);
    };
    let end = |loose: &Loose, open: Micro| match loose {
        Loose::Null => Ok(open),
        Loose::Number(value) if value < min || max < value => Err(Refusal::OutOfRange),
        Loose::Number(value) => Ok(*value),
        _ => Err(Refusal::WrongType),
    };
    if let (Loose::Null, Loose::Null) = (low, high) {
        return Err(Refusal::Conflict);
    }
    let (low, high) = (end(low, *min)?, end(high, *max)?);
    let kept = Finding::Between(low, high);
    if low > high || *whole && !kept.has_whole() {
        Err(Refusal::EmptyRange)
    } else {
        Ok(kept)
    }
}

fn choices(playbook: &Playbook, kind: &Kind, values: &[Loose]) -> Result<Vec<u16>, Refusal> {
    let mut places = Vec::new();
    for value in values {
        let place = option(playbook, kind, value)?;
        if let Err(end) = places.binary_search(&place) {
            places.insert(end, place);
        }
    }
    Ok(places)
}

fn option(playbook: &Playbook, kind: &Kind, loose: &Loose) -> Result<u16, Refusal> {
    match loose {
        Loose::Text(text) => playbook.option(kind, text).ok_or(Refusal::UnknownName),
        _ => Err(Refusal::WrongType),
    }
}
