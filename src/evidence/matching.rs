//! Tests on values that are exactly known.

use crate::fold;
use crate::playbook::{Test, Value};
use alloc::boxed::Box;

/// Whether an event's properties pass all tests; both are sorted by property.
pub(crate) fn matches_all(tests: &[(u16, Test)], properties: &[(u16, Value)]) -> bool {
    tests.iter().all(|(property, test)| {
        // There are few of them.
        let value = properties.iter().find(|(at, _)| at == property);
        match value {
            Some((_, value)) => passes(test, value),
            None => matches!(test, Test::Known(false)),
        }
    })
}

fn passes(test: &Test, value: &Value) -> bool {
    match (test, value) {
        (Test::Known(known), _) => *known,
        (Test::Boolean(passing), Value::Boolean(value)) => boolean_passes(*passing, *value),
        (Test::Number(intervals), Value::Number(value)) => in_intervals(intervals, *value),
        (Test::Date { intervals, .. }, Value::Date(at)) => in_intervals(intervals, *at),
        (Test::Choice(options), Value::Choice(option)) => options.binary_search(option).is_ok(),
        (Test::Text { .. }, Value::Text(text)) => text_passes(test, &fold::folded(text)),
        _ => false,
    }
}

/// Whether a boolean is among those that pass.
pub(crate) fn boolean_passes([no, yes]: [bool; 2], value: bool) -> bool {
    if value { yes } else { no }
}

/// Whether a folded text passes a test on texts.
pub(crate) fn text_passes(test: &Test, text: &str) -> bool {
    let Test::Text {
        equals,
        contains,
        starts_with,
        glob,
    } = test
    else {
        return false;
    };
    some(equals, |entry| *text == *entry)
        && some(contains, |entry| text.contains(entry))
        && some(starts_with, |entry| text.starts_with(entry))
        && some(glob, |entry| fold::glob(entry, text))
}

/// Whether an entry of a list matches, or there is none.
fn some(list: &[Box<str>], mut matches: impl FnMut(&str) -> bool) -> bool {
    list.is_empty() || list.iter().any(|entry| matches(entry))
}

/// Whether a value lies in one of the sorted intervals.
pub(crate) fn in_intervals(intervals: &[(i64, i64)], value: i64) -> bool {
    let next = intervals.partition_point(|(_, end)| *end < value);
    intervals
        .get(next)
        .is_some_and(|(start, _)| *start <= value)
}
