//! Values as they come over the border, fitted to what the playbook declares.

use crate::decimal::{self, DecimalError, NUMBER_PLACES};
use crate::evidence::Finding;
use crate::fold::fold;
use crate::limits;
use crate::playbook::{Kind, Micro, Value};
use crate::time;
use alloc::{string::String, vec::Vec};

/// A value of which only the form is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Loose {
    Null,
    Boolean(bool),
    Number(Micro),
    Text(String),
}

/// What is wrong with a value; the numbers are those of `border.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// Reads a number's text.
pub(super) fn number(text: &str) -> Result<Micro, Refusal> {
    match decimal::parse(text, NUMBER_PLACES) {
        Ok(decimal) if decimal.units.abs() <= limits::NUMBER_MICRO => Ok(decimal.units),
        Ok(_) | Err(DecimalError::Range) => Err(Refusal::OutOfRange),
        Err(DecimalError::Syntax) => Err(Refusal::WrongType),
    }
}

/// Fits one value to a kind.
pub(super) fn value(kind: &Kind, loose: &[Loose], list: bool) -> Result<Value, Refusal> {
    if let Kind::Choices(_) = kind {
        return match list {
            true => choices(kind, loose).map(Value::Choices),
            false => Err(Refusal::WrongType),
        };
    }
    let ([loose], false) = (loose, list) else {
        return Err(Refusal::WrongType);
    };
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
        (Kind::Text, Loose::Text(text)) if text.chars().nth(limits::TEXT).is_some() => {
            Err(Refusal::TooLarge)
        }
        (Kind::Text, Loose::Text(text)) => Ok(Value::Text(fold(text))),
        (Kind::Date, Loose::Text(text)) => time::parse_date(text)
            .map(Value::Date)
            .ok_or(Refusal::BadDate),
        (Kind::Choice(_), Loose::Text(text)) => option(kind, text).map(Value::Choice),
        _ => Err(Refusal::WrongType),
    }
}

/// Fits a range to a kind.
pub(super) fn range(kind: &Kind, loose: &[Loose]) -> Result<Finding, Refusal> {
    let (Kind::Number { min, max, whole }, [low, high]) = (kind, loose) else {
        return Err(Refusal::WrongType);
    };
    let end = |loose: &Loose, open: Micro| match loose {
        Loose::Null => Ok(open),
        Loose::Number(value) if value < min || max < value => Err(Refusal::OutOfRange),
        Loose::Number(value) => Ok(*value),
        _ => Err(Refusal::WrongType),
    };
    if (low, high) == (&Loose::Null, &Loose::Null) {
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

/// Fits a list of possible options to a kind.
pub(super) fn any_of(kind: &Kind, loose: &[Loose]) -> Result<Finding, Refusal> {
    match (kind, loose) {
        (Kind::Choice(_), []) => Err(Refusal::Empty),
        (Kind::Choice(_), _) => choices(kind, loose).map(Finding::AnyOf),
        _ => Err(Refusal::WrongType),
    }
}

fn choices(kind: &Kind, loose: &[Loose]) -> Result<Vec<u16>, Refusal> {
    let mut places = Vec::new();
    for loose in loose {
        match loose {
            Loose::Text(text) => places.push(option(kind, text)?),
            _ => return Err(Refusal::WrongType),
        }
    }
    crate::sort::sort(&mut places);
    places.dedup();
    Ok(places)
}

fn option(kind: &Kind, text: &str) -> Result<u16, Refusal> {
    kind.option(text).ok_or(Refusal::UnknownName)
}
