//! Values as they come over the border, fitted to what the playbook declares.

use crate::evidence::Finding;
use crate::fold::{fold, is_longer};
use crate::limits;
use crate::playbook::{Kind, Micro, Playbook, Value};
use crate::time;
use alloc::vec::Vec;

/// A value of which only the form is known.
pub(super) enum Loose<T> {
    Null,
    Boolean(bool),
    Number(Micro),
    Text(T),
}

/// What is wrong with a value; the numbers are those of `leads.js`.
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

/// What texts stand for, which is found when they come or when they are needed.
pub(super) trait Texts {
    type Text;

    /// As one of a kind's options.
    fn option(&self, kind: &Kind, text: &Self::Text) -> Result<u16, Refusal>;

    /// As a text or a date.
    fn value(&self, kind: &Kind, text: &Self::Text) -> Result<Value, Refusal>;
}

/// The option that a text stands for.
pub(super) fn option(playbook: &Playbook, kind: &Kind, text: &str) -> Result<u16, Refusal> {
    playbook.option(kind, text).ok_or(UNKNOWN_NAME)
}

/// The text or the date that a text stands for.
pub(super) fn value(kind: &Kind, text: &str) -> Result<Value, Refusal> {
    match kind {
        Kind::Text if is_longer(text, limits::TEXT) => Err(TOO_LARGE),
        Kind::Text => Ok(Value::Text(fold(text))),
        Kind::Date => time::parse_date(text).map(Value::Date).ok_or(BAD_DATE),
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
pub(super) fn finding<T: Texts>(
    texts: &T,
    kind: &Kind,
    form: u32,
    values: &[Loose<T::Text>],
) -> Result<Finding, Refusal> {
    match (form, kind, values) {
        (form::LIST, Kind::Choices(_), _) => {
            choices(texts, kind, values).map(|chosen| Finding::Exactly(Value::Choices(chosen)))
        }
        (form::ANY_OF, Kind::Choice(_), []) => Err(EMPTY),
        (form::ANY_OF, Kind::Choice(_), _) => choices(texts, kind, values).map(Finding::AnyOf),
        (form::RANGE, Kind::Number { .. }, [low, high]) => range(kind, low, high),
        (form::SINGLE, _, [value]) => single(texts, kind, value).map(Finding::Exactly),
        _ => Err(WRONG_TYPE),
    }
}

pub(super) fn single<T: Texts>(
    texts: &T,
    kind: &Kind,
    loose: &Loose<T::Text>,
) -> Result<Value, Refusal> {
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
        (Kind::Text | Kind::Date, Loose::Text(text)) => texts.value(kind, text),
        (Kind::Choice(_), Loose::Text(text)) => texts.option(kind, text).map(Value::Choice),
        _ => Err(WRONG_TYPE),
    }
}

fn range<T>(kind: &Kind, low: &Loose<T>, high: &Loose<T>) -> Result<Finding, Refusal> {
    let Kind::Number { min, max, whole } = kind else {
        return Err(WRONG_TYPE);
    };
    let end = |loose: &Loose<T>, open: Micro| match loose {
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

fn choices<T: Texts>(
    texts: &T,
    kind: &Kind,
    values: &[Loose<T::Text>],
) -> Result<Vec<u16>, Refusal> {
    let mut places = Vec::new();
    for value in values {
        let Loose::Text(text) = value else {
            return Err(WRONG_TYPE);
        };
        let place = texts.option(kind, text)?;
        if let Err(end) = places.binary_search(&place) {
            places.insert(end, place);
        }
    }
    Ok(places)
}
