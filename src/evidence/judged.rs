//! What a playbook makes of a fact and of an event, found once when it comes in.

use super::matching::{matches, passes};
use super::state::{WHOLE, Why, round_up};
use super::{Event, Fact, Finding};
use crate::playbook::{CODES_A_NUMBER, Kind, Micro, Millis, Playbook, Row, Value, code, row, test};
use alloc::{boxed::Box, vec::Vec};
use core::iter::FusedIterator;

/// Numbers of which most things need only the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Packed {
    first: u64,
    more: Option<Box<[u64]>>,
}

impl Packed {
    fn new(mut numbers: impl FusedIterator<Item = u64>) -> Self {
        let first = numbers.next().unwrap_or(0);
        let more: Vec<u64> = numbers.collect();
        Self {
            first,
            more: (!more.is_empty()).then(|| more.into_boxed_slice()),
        }
    }

    #[inline]
    pub fn get(&self, place: usize) -> u64 {
        match place.checked_sub(1) {
            None => self.first,
            Some(place) => {
                let more = self.more.as_deref();
                more.and_then(|more| more.get(place)).copied().unwrap_or(0)
            }
        }
    }
}

/// A fact in the form in which decisions need it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    pub attribute: u16,
    pub source: u16,
    /// The least instant where it doesn't say when.
    pub at: Millis,
    /// Why it never counts.
    pub why: Option<Why>,
    /// Whether it says anything.
    pub says: bool,
    /// Whether it leaves several values.
    pub is_open: bool,
    /// Whether it is a date, with which the time comes in.
    #[cfg(feature = "document")]
    pub is_date: bool,
    /// The range of a number, or a date.
    pub range: (i64, i64),
    /// How the tests on the attribute come out, [`CODES_A_NUMBER`] in a number.
    pub codes: Packed,
    /// The options that it leaves, where these are several.
    pub possible: Option<Box<[u16]>>,
}

impl Fact {
    pub(super) fn judge(&self, playbook: &Playbook) -> Judged {
        let kind = playbook.attribute_kind(self.attribute);
        let found = kind.and_then(|kind| found(&self.finding, &kind));
        let mut judged = Judged {
            attribute: self.attribute,
            source: self.source,
            at: self.at.unwrap_or(Millis::MIN),
            why: self.never_counts(playbook),
            says: found.is_some(),
            is_open: false,
            #[cfg(feature = "document")]
            is_date: kind == Some(Kind::Date),
            range: (0, 0),
            codes: Packed::default(),
            possible: None,
        };
        let Some(found) = found else {
            return judged;
        };
        judged.is_open = found.is_open();
        judged.range = found.range();
        if let Found::AnyOf(options) = found {
            judged.possible = Some(Box::from(options));
        }
        let tests = playbook.index.tests_of(self.attribute);
        judged.codes = Packed::new(tests.chunks(CODES_A_NUMBER).map(|chunk| {
            chunk.iter().rev().fold(0, |codes, condition| {
                codes << 3 | u64::from(found.code_of(playbook, *condition))
            })
        }));
        judged
    }

    fn never_counts(&self, playbook: &Playbook) -> Option<Why> {
        let &[.., start, count, _, _] = row(&playbook.attributes, i64::from(self.attribute));
        let named = playbook.list(start, count);
        let may = |by: Option<u16>| by.is_some_and(|by| named.contains(&i64::from(by)));
        let allowed =
            named.is_empty() || may(self.by) || may(playbook.asserter_of_source(self.source));
        match (self.default, allowed) {
            (true, _) => Some(Why::Default),
            (false, false) => Some(Why::NotAllowed),
            (false, true) => None,
        }
    }
}

/// What a fact says of its attribute.
#[derive(Clone, Copy)]
enum Found<'f> {
    Exactly(&'f Value),
    Between(Micro, Micro),
    AnyOf(&'f [u16]),
}

fn found<'f>(finding: &'f Finding, kind: &Kind) -> Option<Found<'f>> {
    match (finding, kind) {
        (Finding::Exactly(value), _) => Some(Found::Exactly(value)),
        (Finding::Between(low, high), Kind::Number { min, max, whole }) => {
            let (low, high) = ((*low).max(*min), (*high).min(*max));
            let (low, high) = if *whole {
                (round_up(low), high.div_euclid(WHOLE).saturating_mul(WHOLE))
            } else {
                (low, high)
            };
            (low <= high).then_some(Found::Between(low, high))
        }
        (Finding::AnyOf(options), _) => (!options.is_empty()).then_some(Found::AnyOf(options)),
        (Finding::Between(..), _) => None,
    }
}

impl Found<'_> {
    /// Whether it may still be one thing or another.
    fn is_open(&self) -> bool {
        match self {
            Self::Exactly(_) => false,
            Self::Between(low, high) => low != high,
            Self::AnyOf(options) => options.len() > 1,
        }
    }

    fn range(&self) -> (i64, i64) {
        match self {
            Self::Exactly(Value::Number(at) | Value::Date(at)) => (*at, *at),
            Self::Between(low, high) => (*low, *high),
            _ => (0, 0),
        }
    }

    /// How the test of a condition comes out.
    fn code_of(&self, playbook: &Playbook, condition: u32) -> u8 {
        let quick = match self {
            Self::Exactly(value) => playbook.index.passes(condition, value),
            _ => None,
        };
        match quick {
            Some(true) => code::PASSES,
            Some(false) => code::FAILS,
            None => {
                let test = row(&playbook.conditions, i64::from(condition))[2];
                self.code(playbook, row(&playbook.tests, test))
            }
        }
    }

    fn code(&self, playbook: &Playbook, tested: &Row) -> u8 {
        let of = |some: bool, all: bool| match (some, all) {
            (_, true) => code::PASSES,
            (true, false) => code::OPEN,
            (false, false) => code::FAILS,
        };
        match (self, tested) {
            (_, &[test::KNOWN, wanted, ..]) => of(wanted != 0, wanted != 0),
            (Self::Exactly(Value::Date(_)), &[_, _, _, within, ahead, ..])
                if within | ahead != 0 =>
            {
                code::BY_DATE
            }
            (Self::Exactly(value), _) => {
                let passes = passes(playbook, tested, value);
                of(passes, passes)
            }
            (Self::Between(low, high), &[_, start, count, ..]) => {
                let intervals = playbook.list(start, count).as_chunks::<2>().0;
                let next = intervals.partition_point(|[_, end]| end < low);
                let next = intervals.get(next);
                of(
                    next.is_some_and(|[start, _]| start <= high),
                    next.is_some_and(|[start, end]| start <= low && high <= end),
                )
            }
            (Self::AnyOf(options), _) => {
                let mut passing = options
                    .iter()
                    .map(|option| passes(playbook, tested, &Value::Choice(*option)));
                let some = passing.clone().any(|it| it);
                of(some, some && passing.all(|it| it))
            }
        }
    }
}

#[cfg(feature = "document")]
impl Judged {
    /// The same of a number of the attribute.
    pub(super) fn of_number(&self, playbook: &Playbook, number: Micro) -> Self {
        let value = Value::Number(number);
        let found = Found::Exactly(&value);
        let tests = playbook.index.tests_of(self.attribute);
        let codes = tests.chunks(CODES_A_NUMBER).map(|chunk| {
            chunk.iter().rev().fold(0, |codes, condition| {
                codes << 3 | u64::from(found.code_of(playbook, *condition))
            })
        });
        Self {
            range: (number, number),
            codes: Packed::new(codes),
            says: true,
            is_open: false,
            ..self.clone()
        }
    }
}

impl Event {
    /// The patterns that it matches.
    #[inline]
    pub(super) fn patterns(&self, playbook: &Playbook, each: &mut dyn FnMut(u32)) {
        playbook.watching(self.signal, &self.properties, &mut |pattern| {
            if self.passes(playbook, pattern) {
                each(pattern);
            }
        });
    }

    fn passes(&self, playbook: &Playbook, pattern: u32) -> bool {
        #[cfg(feature = "document")]
        if let Some(plainly) = playbook.plainly(pattern, &self.properties) {
            return plainly;
        }
        let pattern = row(&playbook.patterns, i64::from(pattern));
        matches(playbook, pattern, &self.properties)
    }
}
