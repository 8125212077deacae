//! Tests on values that are exactly known.

use crate::fold::{find, glob};
use crate::playbook::{Playbook, Row, Value, row, test};

/// Whether an event's properties pass all tests of a pattern; texts are folded.
pub(crate) fn matches(playbook: &Playbook, pattern: &Row, properties: &[(u16, Value)]) -> bool {
    let tests = playbook.list(pattern[1], 2 * pattern[2]);
    tests.as_chunks::<2>().0.iter().all(|[property, tested]| {
        let tested = row(&playbook.tests, *tested);
        // There are few of them.
        let value = properties
            .iter()
            .find(|(at, _)| i64::from(*at) == *property);
        match value {
            Some((_, value)) => passes(playbook, tested, value),
            None => matches!(tested, [test::KNOWN, 0, ..]),
        }
    })
}

/// Whether a value passes a test; for dates without what depends on the time.
pub(crate) fn passes(playbook: &Playbook, tested: &Row, value: &Value) -> bool {
    let &[what, a, b, ..] = tested;
    match value {
        _ if what == test::KNOWN => a != 0,
        Value::Boolean(value) => a >> u8::from(*value) & 1 != 0,
        Value::Number(value) | Value::Date(value) => in_intervals(playbook.list(a, b), *value),
        Value::Choice(option) => has(playbook.list(a, b), *option),
        Value::Choices(chosen) => choices_pass(playbook, tested, chosen),
        Value::Text(text) => text_passes(playbook, tested, text),
    }
}

fn has(sorted: &[i64], option: u16) -> bool {
    sorted.binary_search(&i64::from(option)).is_ok()
}

fn choices_pass(playbook: &Playbook, tested: &Row, chosen: &[u16]) -> bool {
    let &[_, start, any, all, none, there, ..] = tested;
    let is_chosen = |option: &i64| chosen.iter().any(|it| i64::from(*it) == *option);
    (there & 1 == 0 || playbook.list(start, any).iter().any(is_chosen))
        && playbook.list(start + any, all).iter().all(is_chosen)
        && !playbook.list(start + any + all, none).iter().any(is_chosen)
}

/// Whether a folded text passes a test on texts.
fn text_passes(playbook: &Playbook, tested: &Row, text: &str) -> bool {
    let &[_, mut start, equals, contains, starts_with, globs, ..] = tested;
    for (way, count) in [equals, contains, starts_with, globs].iter().enumerate() {
        let list = playbook.list(start, *count);
        start += count;
        let matches = |word: &i64| {
            let word = playbook.word(*word);
            match way {
                0 => word == text,
                1 => find(text.as_bytes(), word.as_bytes()).is_some(),
                2 => text.as_bytes().starts_with(word.as_bytes()),
                _ => glob(word, text),
            }
        };
        if !list.is_empty() && !list.iter().any(matches) {
            return false;
        }
    }
    true
}

/// Whether a value lies in one of the sorted intervals.
pub(crate) fn in_intervals(ends: &[i64], value: i64) -> bool {
    let intervals = ends.as_chunks::<2>().0;
    let next = intervals.partition_point(|[_, end]| *end < value);
    intervals
        .get(next)
        .is_some_and(|[start, _]| *start <= value)
}
