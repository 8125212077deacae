//! The tests of each type.

use super::Compiler;
use super::tests::{Compiled, Seed};
use crate::fold::fold;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::document::condition::TestFields;
use crate::playbook::document::definition::Test;
use crate::playbook::document::lists::Many;
use crate::playbook::document::ranges::Domain;
use crate::playbook::document::read::At;
use crate::playbook::document::words::Scalar;
use crate::playbook::{Micro, Millis, Value};
use crate::sort::Arrange;
use alloc::{boxed::Box, string::String, vec, vec::Vec};

/// A millionth.
const NUMBER_STEP: Micro = 1;
/// One.
const WHOLE_STEP: Micro = 1_000_000;

impl Compiler<'_, '_, '_> {
    pub(super) fn number_fields(
        &mut self,
        fields: &TestFields,
        equals: Option<Compiled>,
        whole: bool,
    ) -> Option<Option<Compiled>> {
        let given = [&fields.from, &fields.to, &fields.above, &fields.below];
        if given.iter().all(|end| end.is_none()) {
            return Some(equals);
        }
        let read = self.read_ends(given, Self::number)?;
        let ends = Domain::NUMBERS.ends(self.reader, fields.place, read);
        let low = ends.from.unwrap_or(-limits::NUMBER_MICRO);
        let high = ends.to.unwrap_or(limits::NUMBER_MICRO);
        let mut intervals = if whole {
            whole_between(low, high)
        } else {
            vec![(low, high)]
        };
        let seed = match equals {
            Some(Compiled { tests, seed }) => {
                if let Some(Test::Number(points)) = tests.into_iter().next() {
                    intervals = meet(points, low, high);
                }
                seed
            }
            None => Seed::Is(Value::Number(ends.from.or(ends.to)?)),
        };
        let seed = seed_of_ends(seed, fields, read, Domain::NUMBERS);
        Some(Some(Compiled {
            tests: vec![Test::Number(intervals)],
            seed,
        }))
    }

    pub(super) fn date_fields(
        &mut self,
        fields: &TestFields,
        equals: Option<Compiled>,
    ) -> Option<Option<Compiled>> {
        let given = [&fields.from, &fields.to, &fields.above, &fields.below];
        let within = fields.within.as_ref().map(|at| at.value.0);
        let ahead = fields.ahead.as_ref().map(|at| at.value.0);
        if given.iter().all(|end| end.is_none()) && within.is_none() && ahead.is_none() {
            return Some(equals);
        }
        let read = self.read_ends(given, Self::date)?;
        let ends = Domain::DAYS.ends(self.reader, fields.place, read);
        let low = ends.from.unwrap_or(i64::MIN);
        let high = ends.to.unwrap_or(i64::MAX);
        let mut intervals = vec![(low, high)];
        let seed = match equals {
            Some(Compiled { tests, seed }) => {
                if let Some(Test::Date {
                    intervals: days, ..
                }) = tests.into_iter().next()
                {
                    intervals = meet(days, low, high);
                }
                seed
            }
            None => match ends.from.or(ends.to) {
                Some(day) => Seed::Is(Value::Date(day)),
                None => Seed::Absent,
            },
        };
        let seed = seed_of_ends(seed, fields, read, Domain::DAYS);
        Some(Some(Compiled {
            tests: vec![date_test(intervals, within, ahead)],
            seed,
        }))
    }

    fn read_ends(
        &mut self,
        given: [&Option<At<Scalar>>; 4],
        read: fn(&mut Self, &At<Scalar>) -> Option<i64>,
    ) -> Option<[Option<i64>; 4]> {
        let mut fine = true;
        let values = given.map(|end| {
            let value = end.as_ref().and_then(|end| read(self, end));
            fine &= end.is_some() == value.is_some();
            value
        });
        fine.then_some(values)
    }

    pub(super) fn text_fields(
        &mut self,
        fields: &TestFields,
        equals: Option<Compiled>,
    ) -> Option<Option<Compiled>> {
        let read =
            |compiler: &mut Self, field: &Option<At<Many<At<Scalar>>>>| -> Option<Vec<String>> {
                match field {
                    Some(values) => {
                        let texts = compiler.texts(&values.value)?;
                        Some(texts.iter().map(|text| String::from(*text)).gather())
                    }
                    None => Some(Vec::new()),
                }
            };
        let glob = read(self, &fields.glob)?;
        let starts_with = read(self, &fields.starts_with)?;
        let contains = read(self, &fields.contains)?;
        if glob.is_empty() && starts_with.is_empty() && contains.is_empty() {
            return Some(equals);
        }
        let (same, seed) = match equals {
            Some(Compiled { tests, seed }) => match tests.into_iter().next() {
                Some(Test::Text { equals, .. }) => (equals, seed),
                _ => (Vec::new(), seed),
            },
            None => {
                let first = glob.first().map(|glob| glob.replace('*', ""));
                let first = first
                    .or(starts_with.first().cloned())
                    .or(contains.first().cloned());
                (
                    Vec::new(),
                    Seed::Is(Value::Text(first.unwrap_or_default().into_boxed_str())),
                )
            }
        };
        let test = text_test(same, folded(&contains), folded(&starts_with), folded(&glob));
        Some(Some(Compiled {
            tests: vec![test],
            seed,
        }))
    }

    pub(super) fn choices_fields(
        &mut self,
        fields: &TestFields,
        options: &[Box<str>],
    ) -> Option<Option<Compiled>> {
        let mut read = |field: &Option<At<Many<At<Scalar>>>>| match field {
            Some(values) => self.option_set(&values.value, options).map(Some),
            None => Some(None),
        };
        let (any, all, none) = (
            read(&fields.has_any),
            read(&fields.has_all),
            read(&fields.has_none),
        );
        let (any, all, none) = (any?, all?, none?);
        if any.is_none() && all.is_none() && none.is_none() {
            return Some(None);
        }
        let tests = vec![choices(any, all, none)];
        let seed = Seed::Absent;
        Some(Some(Compiled { tests, seed }))
    }
}

/// `from`, else `to`, else above `above`, else below `below`; where `equals` is given, its first value.
fn seed_of_ends(
    seed: Seed,
    fields: &TestFields,
    [from, to, above, below]: [Option<i64>; 4],
    domain: Domain,
) -> Seed {
    if fields.equals.is_some() {
        return seed;
    }
    let value = from.or(to).or(domain.after(above)).or(domain.before(below));
    match (value, seed) {
        (Some(value), Seed::Is(Value::Number(_))) => Seed::Is(Value::Number(value)),
        (Some(value), Seed::Is(Value::Date(_))) => Seed::Is(Value::Date(value)),
        (_, seed) => seed,
    }
}

pub(super) fn folded(texts: &[impl AsRef<str>]) -> Vec<Box<str>> {
    texts.iter().map(|text| fold(text.as_ref())).gather()
}

pub(super) fn text_test(
    equals: Vec<Box<str>>,
    contains: Vec<Box<str>>,
    starts_with: Vec<Box<str>>,
    glob: Vec<Box<str>>,
) -> Test {
    Test::Text {
        equals,
        contains,
        starts_with,
        glob,
    }
}

pub(super) fn date_test(
    intervals: Vec<(Millis, Millis)>,
    within: Option<Millis>,
    ahead: Option<Millis>,
) -> Test {
    Test::Date {
        intervals,
        within,
        ahead,
    }
}

pub(super) fn choices(
    any: Option<Vec<u16>>,
    all: Option<Vec<u16>>,
    none: Option<Vec<u16>>,
) -> Test {
    Test::Choices { any, all, none }
}

/// Single numbers as intervals; of whole numbers only those that are whole.
pub(super) fn points(mut numbers: Vec<Micro>, whole: bool) -> Vec<(Micro, Micro)> {
    if whole {
        numbers.retain(|number| number % WHOLE_STEP == 0);
    }
    let step = if whole { WHOLE_STEP } else { NUMBER_STEP };
    merged(
        numbers.into_iter().map(|number| (number, number)).gather(),
        step,
    )
}

/// The whole numbers from the one to the other.
fn whole_between(low: Micro, high: Micro) -> Vec<(Micro, Micro)> {
    let low = low.saturating_add((-low).rem_euclid(WHOLE_STEP));
    let high = high.saturating_sub(high.rem_euclid(WHOLE_STEP));
    if low <= high {
        vec![(low, high)]
    } else {
        Vec::new()
    }
}

/// Sorted intervals that don't touch.
pub(super) fn merged(mut intervals: Vec<(i64, i64)>, step: i64) -> Vec<(i64, i64)> {
    intervals.arrange();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (low, high) in intervals {
        match out.last_mut() {
            Some(last) if low <= last.1.saturating_add(step) => last.1 = last.1.max(high),
            _ => out.push((low, high)),
        }
    }
    out
}

/// What of some intervals lies between two ends.
fn meet(intervals: Vec<(i64, i64)>, low: i64, high: i64) -> Vec<(i64, i64)> {
    let met = intervals
        .into_iter()
        .map(|(from, to)| (from.max(low), to.min(high)));
    met.filter(|(from, to)| from <= to).gather()
}
