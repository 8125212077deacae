//! Values as they come over the border, fitted to what the playbook declares.

use crate::evidence::Finding;
use crate::fold::{fold, is_longer};
use crate::limits;
use crate::playbook::{Kind, Micro, Playbook, Value};
use crate::time;
use alloc::vec::Vec;

/// A value of which only the form is known.
pub(super) enum Loose<'k> {
    Null,
    Boolean(bool),
    Number(Micro),
    /// What a text stands for.
    Text(Result<&'k Value, Refusal>),
}

/// What is wrong with a value; the numbers are those of `engine.js`.
#[derive(Clone, Copy)]
pub(super) struct Refusal(pub u32);

pub(super) const WRONG_TYPE: Refusal = Refusal(1);
pub(super) const UNKNOWN_NAME: Refusal = Refusal(2);
const OUT_OF_RANGE: Refusal = Refusal(3);
const BAD_DATE: Refusal = Refusal(4);
pub(super) const TOO_LARGE: Refusal = Refusal(5);
pub(super) const TOO_MANY: Refusal = Refusal(6);
const EMPTY: Refusal = Refusal(7);
const EMPTY_RANGE: Refusal = Refusal(8);
const CONFLICT: Refusal = Refusal(9);
pub(super) const GONE: Refusal = Refusal(10);

impl Refusal {
    /// As it is told where a place could be.
    pub fn told(self) -> i32 {
        -(self.0 as i32)
    }
}

/// What a text stands for as a value of a kind; of several options it is one.
pub(super) fn text(playbook: &Playbook, kind: Option<Kind>, text: &str) -> Result<Value, Refusal> {
    match kind.ok_or(GONE)? {
        Kind::Text if is_longer(text, limits::TEXT) => Err(TOO_LARGE),
        Kind::Text => Ok(Value::Text(fold(text))),
        Kind::Date => time::parse_date(text).map(Value::Date).ok_or(BAD_DATE),
        kind @ (Kind::Choice(_) | Kind::Choices(_)) => {
            let option = playbook.option(&kind, text);
            option.map(Value::Choice).ok_or(UNKNOWN_NAME)
        }
        _ => Err(WRONG_TYPE),
    }
}

/// How the values that were put down are meant.
mod form {
    pub const SINGLE: u32 = 0;
    pub const LIST: u32 = 1;
    pub const RANGE: u32 = 2;
    pub const ANY_OF: u32 = 3;
}

/// Fits values to a kind.
pub(super) fn finding(kind: &Kind, form: u32, values: &[(u16, Loose)]) -> Result<Finding, Refusal> {
    match (form, kind, values) {
        (form::LIST, Kind::Choices(_), _) => {
            choices(kind, values).map(|chosen| Finding::Exactly(Value::Choices(chosen)))
        }
        (form::ANY_OF, Kind::Choice(_), []) => Err(EMPTY),
        (form::ANY_OF, Kind::Choice(_), _) => choices(kind, values).map(Finding::AnyOf),
        (form::RANGE, Kind::Number { .. }, [(_, low), (_, high)]) => range(kind, low, high),
        (form::SINGLE, _, [(_, value)]) => single(kind, value).map(Finding::Exactly),
        _ => Err(WRONG_TYPE),
    }
}

pub(super) fn single(kind: &Kind, loose: &Loose) -> Result<Value, Refusal> {
    match (kind, loose) {
        (Kind::Boolean, Loose::Boolean(value)) => Ok(Value::Boolean(*value)),
        (Kind::Number { min, max, whole }, Loose::Number(value)) => {
            if value < min || max < value {
                Err(OUT_OF_RANGE)
            } else if *whole && value % 1_000_000 != 0 {
                Err(WRONG_TYPE)
            } else {
                Ok(Value::Number(*value))
            }
        }
        (Kind::Choice(_), Loose::Text(_)) => option(kind, loose).map(Value::Choice),
        (Kind::Text | Kind::Date, Loose::Text(found)) => match (kind, (*found)?) {
            (Kind::Text, value @ Value::Text(_)) | (Kind::Date, value @ Value::Date(_)) => {
                Ok(value.clone())
            }
            _ => Err(WRONG_TYPE),
        },
        _ => Err(WRONG_TYPE),
    }
}

fn range(kind: &Kind, low: &Loose, high: &Loose) -> Result<Finding, Refusal> {
    let Kind::Number { min, max, whole } = kind else {
        return Err(WRONG_TYPE);
    };
    let end = |loose: &Loose, open: Micro| match loose {
        Loose::Null => Ok(open),
        Loose::Number(value) if value < min || max < value => Err(OUT_OF_RANGE),
        Loose::Number(value) => Ok(*value),
        _ => Err(WRONG_TYPE),
    };
    if let (Loose::Null, Loose::Null) = (low, high) {
        return Err(CONFLICT);
    }
    let (low, high) = (end(low, *min)?, end(high, *max)?);
    let kept = Finding::Between(low, high);
    if low > high || *whole && !kept.has_whole() {
        Err(EMPTY_RANGE)
    } else {
        Ok(kept)
    }
}

fn choices(kind: &Kind, values: &[(u16, Loose)]) -> Result<Vec<u16>, Refusal> {
    let mut places = Vec::new();
    for (_, value) in values {
        let place = option(kind, value)?;
        if let Err(end) = places.binary_search(&place) {
            places.insert(end, place);
        }
    }
    Ok(places)
}

fn option(kind: &Kind, loose: &Loose) -> Result<u16, Refusal> {
    match (kind, loose) {
        (Kind::Choice(options) | Kind::Choices(options), Loose::Text(found)) => match (*found)? {
            Value::Choice(place) if usize::from(*place) < options.len() => Ok(*place),
            _ => Err(WRONG_TYPE),
        },
        _ => Err(WRONG_TYPE),
    }
}
