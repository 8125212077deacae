//! Section 3.1: the truth of one test.

use crate::book::Kind;
use crate::condition::{Range, Test, Val, Where};
use crate::evidence::{Event, Known};
use crate::values::{NUMBER, glob};

/// Kleene's three truths, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(met: bool) -> Truth {
        if met { Truth::True } else { Truth::False }
    }
}

impl Truth {
    pub fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }

    /// True when it holds for all of several cases, false when for none.
    pub fn over(cases: impl IntoIterator<Item = bool>) -> Truth {
        let (mut some, mut every) = (false, true);
        for holds in cases {
            some |= holds;
            every &= holds;
        }
        match (some, every) {
            (true, true) => Truth::True,
            (false, _) => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

/// How conditions are judged: as they are, or to find out what completions may change (section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    Plain,
    Completion,
}

/// The parts of a test but `known`, on an exact value.
fn passes_value(test: &Test, value: &Val, now: i64) -> bool {
    let text = match value {
        Val::Text(text) => text.as_str(),
        _ => "",
    };
    let number = match value {
        Val::Number(number) | Val::Date(number) => *number,
        _ => 0,
    };
    let set = match value {
        Val::Choices(set) => Some(set),
        _ => None,
    };
    let has = |option: &String| set.is_some_and(|set| set.contains(option));
    let fits = |list: &Option<Vec<String>>, holds: &dyn Fn(&String) -> bool| {
        list.as_ref().is_none_or(|list| list.iter().any(holds))
    };
    test.equals.as_ref().is_none_or(|list| list.contains(value))
        && test.range.is_none_or(|range| range.holds(number))
        && test
            .within
            .is_none_or(|w| now - w < number && number <= now)
        && test.ahead.is_none_or(|a| now < number && number <= now + a)
        && fits(&test.contains, &|part| text.contains(part.as_str()))
        && fits(&test.starts_with, &|part| text.starts_with(part.as_str()))
        && fits(&test.glob, &|pattern| glob(pattern, text))
        && fits(&test.has_any, &has)
        && test
            .has_all
            .as_ref()
            .is_none_or(|list| list.iter().all(has))
        && test
            .has_none
            .as_ref()
            .is_none_or(|list| !list.iter().any(has))
}

/// Whether a test has parts besides `known`.
fn asks_value(test: &Test) -> bool {
    test.doc.keys().any(|key| key != "known")
}

/// Whether an exact value passes a test.
pub fn passes(test: &Test, value: &Val, now: i64) -> bool {
    test.known != Some(false) && passes_value(test, value, now)
}

/// Whether an event matches a signal and its `where`.
pub fn matches(event: &Event, signal: &str, wher: &Where, now: i64) -> bool {
    event.signal == signal
        && wher
            .iter()
            .all(|(name, test)| match event.properties.get(name) {
                Some(value) => passes(test, value, now),
                None => test.known == Some(false) && !asks_value(test),
            })
}

/// The ends of what a `range` fact leaves possible.
pub fn possible(kind: &Kind, from: Option<i64>, to: Option<i64>) -> Range {
    let Kind::Number { min, max, whole } = kind else {
        panic!("a range of no number");
    };
    let unit = if *whole { 10_i64.pow(NUMBER as u32) } else { 1 };
    let from = from.into_iter().chain(*min).max();
    let to = to.into_iter().chain(*max).min();
    Range {
        from: from.map(|f| -(-f).div_euclid(unit) * unit),
        to: to.map(|t| t.div_euclid(unit) * unit),
    }
}

/// Values of a range that stand for all that tests with these borders can't tell apart.
pub fn representatives(kind: &Kind, range: Range, borders: &[i64]) -> Vec<i64> {
    let unit = match kind {
        Kind::Number { whole: true, .. } => 10_i64.pow(NUMBER as u32),
        Kind::Date => crate::values::DAY,
        _ => 1,
    };
    let mut found: Vec<i64> = borders
        .iter()
        .flat_map(|b| {
            let floor = b.div_euclid(unit) * unit;
            [floor - unit, floor, floor + unit, floor + 2 * unit]
        })
        .chain(range.from)
        .chain(range.to)
        .chain([0])
        .filter(|v| range.holds(*v))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The values at which a test on numbers or dates may change its mind.
pub fn borders(test: &Test, now: i64) -> Vec<i64> {
    let range = test.range.unwrap_or_default();
    let equals = test.equals.iter().flatten().filter_map(|v| match v {
        Val::Number(n) | Val::Date(n) => Some(*n),
        _ => None,
    });
    let windows = test
        .within
        .map(|w| [now - w, now])
        .into_iter()
        .chain(test.ahead.map(|a| [now, now + a]))
        .flatten();
    range
        .from
        .into_iter()
        .chain(range.to)
        .chain(equals)
        .chain(windows)
        .collect()
}

/// The truth of a test on an attribute.
pub fn judge(test: &Test, kind: &Kind, known: &Known, sense: Sense, now: i64) -> Truth {
    let of_known = |is_known: bool| Truth::from(test.known.is_none_or(|k| k == is_known));
    match known {
        Known::Exact(value) => Truth::from(passes(test, value, now)),
        Known::Unknown if sense == Sense::Completion => Truth::Unknown,
        Known::Unknown if asks_value(test) => of_known(false).min(Truth::Unknown),
        Known::Unknown => of_known(false),
        Known::Range(from, to) => {
            let values = representatives(kind, possible(kind, *from, *to), &borders(test, now));
            let values = values.into_iter().map(Val::Number);
            of_known(true).min(Truth::over(values.map(|v| passes_value(test, &v, now))))
        }
        Known::AnyOf(options) => {
            let values = options.iter().map(|o| Val::Choice(o.clone()));
            of_known(true).min(Truth::over(values.map(|v| passes_value(test, &v, now))))
        }
        Known::OtherText => {
            let named = Truth::from(test.equals.is_none());
            let patterns = [&test.contains, &test.starts_with, &test.glob];
            let rest = match patterns.iter().any(|p| p.is_some()) {
                true => Truth::Unknown,
                false => Truth::True,
            };
            of_known(true).min(named).min(rest)
        }
        Known::AnySet if asks_value(test) => of_known(true).min(Truth::Unknown),
        Known::AnySet => of_known(true),
    }
}
