//! Tests in a form that takes a few steps, where they have one. The slim build does without.

use super::Value;
use super::flat::{Playbook, Row, op, row, test};
use super::watch::{head, mask};

/// A test on a value that is exactly known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Quick {
    /// Has no quick form.
    #[default]
    None,
    /// A boolean or an option passes where its bit is set.
    Bits(u64),
    /// A number, or a date, passes from the one to the other.
    Between(i64, i64),
    /// A text passes where its [`head`] is this one in these bits.
    Begins(u64, u64),
    /// A text may pass where its head is this one.
    MayBegin(u64),
}

/// What a pattern asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Of {
    /// Nothing.
    Any,
    /// That one property passes one test.
    One(u16, Quick),
    /// More.
    Several,
}

impl Of {
    /// Whether an event with these properties passes, where that is plain.
    fn passes(&self, properties: &[(u16, Value)]) -> Option<bool> {
        match self {
            Self::Any => Some(true),
            Self::One(property, quick) => {
                let found = properties.iter().find(|(at, _)| at == property);
                found.and_then(|(_, value)| quick.passes(value))
            }
            Self::Several => None,
        }
    }
}

impl Quick {
    /// Whether a value passes, where that is plain.
    pub fn passes(self, value: &Value) -> Option<bool> {
        Some(match (self, value) {
            (Self::Bits(bits), Value::Boolean(value)) => bits >> u8::from(*value) & 1 != 0,
            (Self::Bits(bits), Value::Choice(option)) => *option < 64 && bits >> option & 1 != 0,
            (Self::Between(from, to), Value::Number(value) | Value::Date(value)) => {
                from <= *value && *value <= to
            }
            (Self::Begins(wanted, bits), Value::Text(text)) => {
                head(text.as_bytes()) & bits == wanted
            }
            (Self::MayBegin(wanted), Value::Text(text)) if head(text.as_bytes()) != wanted => false,
            _ => return None,
        })
    }
}

impl Playbook {
    /// The quick form of a condition's test on an attribute.
    pub(super) fn quick_fact(&self, condition: &Row) -> Quick {
        match condition {
            [op::FACT, _, tested, ..] => self.quick(*tested),
            _ => Quick::None,
        }
    }

    fn quick(&self, place: i64) -> Quick {
        let &[what, start, count, within, ahead, ..] = row(&self.tests, place);
        match what {
            test::BOOLEAN => Quick::Bits(start as u64),
            test::CHOICE => {
                let mut bits = 0;
                for option in self.list(start, count) {
                    if !(0..64).contains(option) {
                        return Quick::None;
                    }
                    bits |= 1 << option;
                }
                Quick::Bits(bits)
            }
            test::NUMBER | test::DATE if within | ahead == 0 => match self.list(start, count) {
                [from, to] => Quick::Between(*from, *to),
                _ => Quick::None,
            },
            test::TEXT => self.begins(row(&self.tests, place)),
            _ => Quick::None,
        }
    }

    /// A text that begins with one short text, as `/pricing*` says too.
    fn begins(&self, tested: &[i64; 8]) -> Quick {
        let &[_, start, 0, 0, starts_with, globs, ..] = tested else {
            return Quick::None;
        };
        let word = self
            .list(start, 1)
            .first()
            .map_or("", |word| self.word(*word));
        let wanted = match (starts_with, globs) {
            (1, 0) => word,
            (0, 1) => word.strip_suffix('*').unwrap_or("*"),
            _ => return Quick::None,
        };
        let odd = |byte: &u8| *byte == 0 || *byte == b'*' && globs == 1;
        match wanted.len() {
            0 => Quick::None,
            _ if wanted.as_bytes().iter().any(odd) => Quick::None,
            bytes @ 1..=8 => Quick::Begins(head(wanted.as_bytes()), mask(bytes as u64)),
            _ => Quick::MayBegin(head(wanted.as_bytes())),
        }
    }

    pub(super) fn asks(&self, pattern: u32) -> Of {
        let &[_, start, count, ..] = row(&self.patterns, i64::from(pattern));
        match self.list(start, count.saturating_mul(2)) {
            [] => Of::Any,
            [property, tested] => Of::One(*property as u16, self.quick(*tested)),
            _ => Of::Several,
        }
    }
}

impl Playbook {
    /// Whether an event passes all tests of a pattern, where that is plain.
    pub(crate) fn plainly(&self, pattern: u32, properties: &[(u16, Value)]) -> Option<bool> {
        self.index.asks.get(pattern as usize)?.passes(properties)
    }

    /// Whether some pattern of a signal asks for a property.
    pub(crate) fn asks_for(&self, signal: u16, property: u16) -> bool {
        self.watches(signal).iter().any(|watch| {
            let &[_, start, count, ..] = row(&self.patterns, i64::from(watch.pattern));
            let pairs = self.list(start, count.saturating_mul(2)).as_chunks::<2>().0;
            pairs.iter().any(|[asked, _]| *asked == i64::from(property))
        })
    }
}
