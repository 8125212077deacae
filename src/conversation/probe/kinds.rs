//! The kinds of values that the tests on an attribute tell apart, as findings.

use crate::evidence::{Finding, WHOLE};
use crate::gather::Gather;
use crate::limits;
use crate::playbook::{Kind, Millis, Playbook, Row, Value, row, test};
use crate::sort::Arrange;
use crate::time::{DAY_MS, FIRST_DAY_MS, LAST_DAY_MS};
use alloc::{boxed::Box, vec, vec::Vec};

/// Of more options than these each is taken alone.
const SINGLE: usize = 62;

/// One of each kind. `None` is a text that equals none of those that tests name.
pub(super) fn of(playbook: &Playbook, attribute: u16, as_of: Millis) -> Vec<Option<Finding>> {
    let Some(kind) = playbook.attribute_kind(attribute) else {
        return Vec::new();
    };
    let ids = playbook.index.tests_of(attribute).iter();
    let tests: Vec<&Row> = ids
        .map(|id| row(&playbook.conditions, i64::from(*id))[2])
        .map(|test| row(&playbook.tests, test))
        .gather();
    match kind {
        Kind::Boolean => exactly([false, true].map(Value::Boolean)),
        Kind::Choice(options) => exactly((0..options.len() as u16).map(Value::Choice)),
        Kind::Choices(options) => option_sets(playbook, &tests, options.len()),
        Kind::Number { min, max, whole } => {
            let step = if whole { WHOLE } else { 1 };
            let mut starts = vec![min];
            for test in tests.iter().filter(|test| test[0] == test::NUMBER) {
                starts.extend(bounds(playbook, test, step));
            }
            exactly(between(starts, min, max).into_iter().map(Value::Number))
        }
        Kind::Date => {
            let days = dates(playbook, &tests, as_of);
            exactly(days.into_iter().map(Value::Date))
        }
        Kind::Text => {
            let mut kinds = exactly(texts(playbook, &tests).into_iter().map(Value::Text));
            kinds.push(None);
            kinds
        }
    }
}

fn exactly(values: impl IntoIterator<Item = Value>) -> Vec<Option<Finding>> {
    let some = |value| Some(Finding::Exactly(value));
    values.into_iter().map(some).gather()
}

/// Where the intervals of a test begin, and what comes next after each.
fn bounds(playbook: &Playbook, test: &Row, step: i64) -> Vec<i64> {
    let intervals = playbook.list(test[1], test[2]).as_chunks::<2>().0.iter();
    intervals
        .flat_map(|[from, to]| [*from, to.saturating_add(step)])
        .gather()
}

/// Those that lie in a range, each once.
fn between(mut starts: Vec<i64>, low: i64, high: i64) -> Vec<i64> {
    starts.retain(|start| low <= *start && *start <= high);
    starts.arrange();
    starts.dedup();
    starts
}

fn dates(playbook: &Playbook, tests: &[&Row], as_of: Millis) -> Vec<Millis> {
    let day_after = |at: Millis| {
        let day = at.div_euclid(DAY_MS).saturating_add(1);
        day.saturating_mul(DAY_MS)
    };
    let mut starts = vec![FIRST_DAY_MS];
    for test in tests.iter().filter(|test| test[0] == test::DATE) {
        starts.extend(bounds(playbook, test, DAY_MS));
        let &[_, _, _, within, ahead, ..] = *test;
        if within > 0 {
            starts.extend([day_after(as_of.saturating_sub(within)), day_after(as_of)]);
        }
        if ahead > 0 {
            starts.extend([day_after(as_of), day_after(as_of.saturating_add(ahead))]);
        }
    }
    between(starts, FIRST_DAY_MS, LAST_DAY_MS)
}

fn texts(playbook: &Playbook, tests: &[&Row]) -> Vec<Box<str>> {
    let mut named: Vec<Box<str>> = Vec::new();
    for test in tests.iter().filter(|test| test[0] == test::TEXT) {
        let &[_, start, equals, contains, starts_with, globs, ..] = *test;
        let plain = equals + contains + starts_with;
        let words = playbook.list(start, plain).iter();
        named.extend(words.map(|word| Box::from(playbook.word(*word))));
        let globs = playbook.list(start + plain, globs).iter();
        named.extend(globs.map(|glob| playbook.word(*glob).replace('*', "").into_boxed_str()));
    }
    named.arrange();
    named.dedup();
    named
}

fn option_sets(playbook: &Playbook, tests: &[&Row], options: usize) -> Vec<Option<Finding>> {
    let mut named: Vec<u16> = Vec::new();
    for test in tests.iter().filter(|test| test[0] == test::CHOICES) {
        let list = playbook.list(test[1], test[2] + test[3] + test[4]).iter();
        named.extend(list.map(|option| *option as u16));
    }
    named.arrange();
    named.dedup();
    if named.len() > limits::CHOICES_COMPLETED {
        // Too many sets to go through: none of the options, or one alone.
        let single = (0..options.min(SINGLE) as u16).map(|option| vec![option]);
        let sets = core::iter::once(Vec::new()).chain(single);
        return exactly(sets.map(Value::Choices));
    }
    let sets = (0u32..1 << named.len()).map(|bits| {
        let chosen = named.iter().enumerate();
        let chosen = chosen.filter(|(place, _)| bits & 1 << place != 0);
        Value::Choices(chosen.map(|(_, option)| *option).gather())
    });
    exactly(sets)
}
