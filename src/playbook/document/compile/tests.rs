//! Tests on attributes and properties.

use super::Compiler;
use crate::decimal::{self, DecimalError, NUMBER_PLACES};
use crate::fold::fold;
use crate::limits;
use crate::playbook::compiled::{Kind, Micro, Millis, Test, Value};
use crate::playbook::document::condition::{self, Ends, TestFields, ends};
use crate::playbook::document::read::{At, Place, short};
use crate::playbook::document::words::{Many, Scalar};
use crate::time::{DAY_MS, parse_date};
use alloc::{boxed::Box, format, string::String, vec, vec::Vec};

/// A millionth.
const NUMBER_STEP: Micro = 1;
/// One.
const WHOLE_STEP: Micro = 1_000_000;

/// The first and the last day.
const DAYS: (Millis, Millis) = (-62_135_596_800_000, 253_402_214_400_000);

/// What is tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Attribute,
    Property,
}

/// The value that a model event takes from a test.
pub(super) enum Seed {
    /// The property is left out.
    Absent,
    /// This.
    Is(Value),
}

/// What a test is compiled to: all of these must pass.
pub(super) struct Compiled {
    pub(super) tests: Vec<Test>,
    pub(super) seed: Seed,
}

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_test(
        &mut self,
        test: &condition::Test,
        kind: &Kind,
        of: Of,
    ) -> Option<Compiled> {
        match test {
            condition::Test::Values(values) => self.compile_values(values, kind),
            condition::Test::Fields(fields) => self.compile_fields(fields, kind, of),
        }
    }

    /// A bare value or list of values.
    fn compile_values(&mut self, values: &Many<At<Scalar>>, kind: &Kind) -> Option<Compiled> {
        if let Kind::Choices(options) = kind {
            let any = self.option_set(values, options)?;
            let seed = Seed::Is(Value::Choices(any.clone()));
            let tests = vec![choices(Some(any), None, None)];
            return Some(Compiled { tests, seed });
        }
        let Kind::Text = kind else {
            return self.equals(values, kind);
        };
        let texts = self.texts(values)?;
        if texts.iter().all(|text| !text.contains('*')) {
            return self.equals(values, kind);
        }
        let seed = Seed::Is(Value::Text(
            texts.first()?.replace('*', "").into_boxed_str(),
        ));
        let glob = folded(&texts);
        let tests = vec![text_test(Vec::new(), Vec::new(), Vec::new(), glob)];
        Some(Compiled { tests, seed })
    }

    /// Is one of some values.
    fn equals(&mut self, values: &Many<At<Scalar>>, kind: &Kind) -> Option<Compiled> {
        let all = |found: usize| (found == values.items.len() && found > 0).then_some(());
        let (test, first) = match kind {
            Kind::Boolean => {
                let found: Vec<bool> = values
                    .items
                    .iter()
                    .filter_map(|value| self.boolean(value))
                    .collect();
                all(found.len())?;
                let passes = [found.contains(&false), found.contains(&true)];
                (Test::Boolean(passes), Value::Boolean(*found.first()?))
            }
            Kind::Number { whole, .. } => {
                let found: Vec<Micro> = values
                    .items
                    .iter()
                    .filter_map(|value| self.number(value))
                    .collect();
                all(found.len())?;
                let first = *found.first()?;
                (Test::Number(points(found, *whole)), Value::Number(first))
            }
            Kind::Date => {
                let found: Vec<Millis> = values
                    .items
                    .iter()
                    .filter_map(|value| self.date(value))
                    .collect();
                all(found.len())?;
                let first = *found.first()?;
                let intervals = merged(found.into_iter().map(|day| (day, day)).collect(), DAY_MS);
                (date_test(intervals, None, None), Value::Date(first))
            }
            Kind::Text => {
                let texts = self.texts(values)?;
                let first = Value::Text(Box::from(*texts.first()?));
                (
                    text_test(folded(&texts), Vec::new(), Vec::new(), Vec::new()),
                    first,
                )
            }
            Kind::Choice(options) => {
                let found: Vec<u16> = values
                    .items
                    .iter()
                    .filter_map(|value| self.option(value, options))
                    .collect();
                all(found.len())?;
                let first = *found.first()?;
                (Test::Choice(super::as_set(found)), Value::Choice(first))
            }
            Kind::Choices(_) => {
                let message = "`equals` is not a test of the type `choices`";
                self.reader.advise_key(
                    values.place,
                    "wrong_test",
                    message,
                    "use `has_any`, `has_all` or `has_none`",
                );
                return None;
            }
        };
        let seed = Seed::Is(first);
        Some(Compiled {
            tests: vec![test],
            seed,
        })
    }

    fn compile_fields(&mut self, fields: &TestFields, kind: &Kind, of: Of) -> Option<Compiled> {
        let rest = self.compile_kind_fields(fields, kind, of);
        let (mut tests, mut seed) = match rest? {
            Some(compiled) => (compiled.tests, compiled.seed),
            None => (Vec::new(), Seed::Absent),
        };
        if let Some(known) = &fields.known {
            if tests.is_empty() && known.value {
                seed = Seed::Is(plainest(kind));
            }
            tests.insert(0, Test::Known(known.value));
        }
        // A test whose only fields couldn't be read.
        (!tests.is_empty()).then_some(Compiled { tests, seed })
    }

    /// The fields but for `known`; `Some(None)` where there are none.
    fn compile_kind_fields(
        &mut self,
        fields: &TestFields,
        kind: &Kind,
        of: Of,
    ) -> Option<Option<Compiled>> {
        if !self.check_fields(fields, kind, of) {
            return None;
        }
        let equals = match &fields.equals {
            Some(values) => Some(self.equals(values, kind)?),
            None => None,
        };
        let compiled = match kind {
            Kind::Boolean | Kind::Choice(_) => equals,
            Kind::Number { whole, .. } => self.number_fields(fields, equals, *whole)?,
            Kind::Date => self.date_fields(fields, equals)?,
            Kind::Text => self.text_fields(fields, equals)?,
            Kind::Choices(options) => self.choices_fields(fields, options)?,
        };
        Some(compiled)
    }

    /// Whether every field is a test of this type and could be read.
    fn check_fields(&mut self, fields: &TestFields, kind: &Kind, of: Of) -> bool {
        let (name, more): (&str, &[&str]) = match kind {
            Kind::Boolean => ("boolean", &["equals"]),
            Kind::Number { .. } => ("number", &["equals", "from", "to", "above", "below"]),
            Kind::Text => ("text", &["equals", "contains", "starts_with", "glob"]),
            Kind::Choice(_) => ("choice", &["equals"]),
            Kind::Choices(_) => ("choices", &["has_any", "has_all", "has_none"]),
            Kind::Date if of == Of::Property => {
                ("date", &["equals", "from", "to", "above", "below"])
            }
            Kind::Date => (
                "date",
                &["equals", "from", "to", "above", "below", "within", "ahead"],
            ),
        };
        let mut fine = true;
        for (key, place, read) in places(fields) {
            if !fields.has(key) {
                continue;
            }
            if key != "known" && !more.contains(&key) {
                let whose = if name == "date" {
                    " of properties of events"
                } else {
                    ""
                };
                let message = format!("`{key}` is not a test of the type `{name}`{whose}");
                let help = format!("tests of it are `known`, `{}`", more.join("`, `"));
                self.reader
                    .advise_key(place.unwrap_or(fields.place), "wrong_test", message, help);
                fine = false;
            }
            fine &= read;
        }
        fine
    }

    fn number_fields(
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
        let ends = ends(self.reader, fields.place, read, NUMBER_STEP);
        let low = ends.from.unwrap_or(-limits::NUMBER_MICRO);
        let high = ends.to.unwrap_or(limits::NUMBER_MICRO);
        self.check_open(
            fields,
            ends,
            low <= limits::NUMBER_MICRO && high >= -limits::NUMBER_MICRO,
        );
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
        let seed = self.seed_of_ends(seed, fields, read, NUMBER_STEP);
        Some(Some(Compiled {
            tests: vec![Test::Number(intervals)],
            seed,
        }))
    }

    fn date_fields(
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
        let ends = ends(self.reader, fields.place, read, DAY_MS);
        let low = ends.from.unwrap_or(i64::MIN);
        let high = ends.to.unwrap_or(i64::MAX);
        self.check_open(fields, ends, low <= DAYS.1 && high >= DAYS.0);
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
        let seed = self.seed_of_ends(seed, fields, read, DAY_MS);
        Some(Some(Compiled {
            tests: vec![date_test(intervals, within, ahead)],
            seed,
        }))
    }

    /// `from`, else `to`, else above `above`, else below `below`; where `equals` is given, its first value.
    fn seed_of_ends(
        &self,
        seed: Seed,
        fields: &TestFields,
        read: [Option<i64>; 4],
        step: i64,
    ) -> Seed {
        if fields.equals.is_some() {
            return seed;
        }
        let [from, to, above, below] = read;
        let above = above.map(|above| above.saturating_add(step));
        let below = below.map(|below| below.saturating_sub(step));
        match (from.or(to).or(above).or(below), seed) {
            (Some(value), Seed::Is(Value::Number(_))) => Seed::Is(Value::Number(value)),
            (Some(value), Seed::Is(Value::Date(_))) => Seed::Is(Value::Date(value)),
            (_, seed) => seed,
        }
    }

    /// A range with one end that lies beyond all values leaves nothing either.
    fn check_open(&mut self, fields: &TestFields, ends: Ends, inside: bool) {
        if !inside && (ends.from.is_none() || ends.to.is_none()) {
            self.reader
                .report(fields.place, "empty_range", "nothing lies in this range");
        }
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

    fn text_fields(
        &mut self,
        fields: &TestFields,
        equals: Option<Compiled>,
    ) -> Option<Option<Compiled>> {
        let read =
            |compiler: &mut Self, field: &Option<At<Many<At<Scalar>>>>| -> Option<Vec<String>> {
                match field {
                    Some(values) => {
                        let texts = compiler.texts(&values.value)?;
                        Some(texts.iter().map(|text| String::from(*text)).collect())
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

    fn choices_fields(
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

    fn option_set(&mut self, values: &Many<At<Scalar>>, options: &[Box<str>]) -> Option<Vec<u16>> {
        let found: Vec<u16> = values
            .items
            .iter()
            .filter_map(|value| self.option(value, options))
            .collect();
        let whole = found.len() == values.items.len() && !found.is_empty();
        whole.then(|| super::as_set(found))
    }

    pub(super) fn expected(&mut self, value: &At<Scalar>, what: &str) {
        let message = format!("expected {what}, found {}", value.value.describe());
        self.reader.report(value.place, "wrong_type", message);
    }

    pub(super) fn boolean(&mut self, value: &At<Scalar>) -> Option<bool> {
        match value.value {
            Scalar::Boolean(value) => Some(value),
            _ => {
                self.expected(value, "`true` or `false`");
                None
            }
        }
    }

    pub(super) fn number(&mut self, value: &At<Scalar>) -> Option<Micro> {
        let Scalar::Number(text) = &value.value else {
            self.expected(value, "a number");
            return None;
        };
        match decimal::parse(text, NUMBER_PLACES) {
            Ok(found) if found.units.unsigned_abs() <= limits::NUMBER_MICRO.unsigned_abs() => {
                Some(found.units)
            }
            Err(DecimalError::Syntax) => {
                self.expected(value, "a number");
                None
            }
            _ => {
                let message = "numbers are between -9000000000000 and 9000000000000";
                self.reader.report(value.place, "out_of_range", message);
                None
            }
        }
    }

    pub(super) fn date(&mut self, value: &At<Scalar>) -> Option<Millis> {
        let Scalar::Text(text) = &value.value else {
            self.expected(value, "a date");
            return None;
        };
        let date = parse_date(text);
        if date.is_none() {
            let message = format!("`{}` is not a date", short(text));
            self.reader.advise(
                value.place,
                "bad_date",
                message,
                "write it as in `2026-11-22`",
            );
        }
        date
    }

    pub(super) fn plain_text<'a>(&mut self, value: &'a At<Scalar>) -> Option<&'a str> {
        let Scalar::Text(text) = &value.value else {
            self.expected(value, "a text");
            return None;
        };
        if text.chars().count() > limits::TEXT {
            let message = format!("a text has at most {} characters", limits::TEXT);
            self.reader.report(value.place, "too_large", message);
            return None;
        }
        Some(text)
    }

    fn texts<'a>(&mut self, values: &'a Many<At<Scalar>>) -> Option<Vec<&'a str>> {
        let texts: Vec<&str> = values
            .items
            .iter()
            .filter_map(|value| self.plain_text(value))
            .collect();
        (texts.len() == values.items.len() && !texts.is_empty()).then_some(texts)
    }
}

/// What satisfies a test that says only that something is known.
fn plainest(kind: &Kind) -> Value {
    match kind {
        Kind::Boolean => Value::Boolean(true),
        Kind::Number { .. } => Value::Number(0),
        Kind::Text => Value::Text(Box::default()),
        Kind::Choice(_) => Value::Choice(0),
        Kind::Choices(_) => Value::Choices(vec![0]),
        Kind::Date => Value::Date(0),
    }
}

/// Every field with its place and whether it could be read.
fn places(fields: &TestFields) -> [(&'static str, Option<Place>, bool); 14] {
    fn at<T>(field: &Option<At<T>>) -> Option<Place> {
        field.as_ref().map(|field| field.place)
    }
    [
        ("known", at(&fields.known)),
        ("equals", fields.equals.as_ref().map(|values| values.place)),
        ("from", at(&fields.from)),
        ("to", at(&fields.to)),
        ("above", at(&fields.above)),
        ("below", at(&fields.below)),
        ("within", at(&fields.within)),
        ("ahead", at(&fields.ahead)),
        ("contains", at(&fields.contains)),
        ("starts_with", at(&fields.starts_with)),
        ("glob", at(&fields.glob)),
        ("has_any", at(&fields.has_any)),
        ("has_all", at(&fields.has_all)),
        ("has_none", at(&fields.has_none)),
    ]
    .map(|(key, place)| (key, place, place.is_some()))
}

fn folded(texts: &[impl AsRef<str>]) -> Vec<Box<str>> {
    texts.iter().map(|text| fold(text.as_ref())).collect()
}

fn text_test(
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

fn date_test(
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

fn choices(any: Option<Vec<u16>>, all: Option<Vec<u16>>, none: Option<Vec<u16>>) -> Test {
    Test::Choices { any, all, none }
}

/// Single numbers as intervals; of whole numbers only those that are whole.
fn points(mut numbers: Vec<Micro>, whole: bool) -> Vec<(Micro, Micro)> {
    if whole {
        numbers.retain(|number| number % WHOLE_STEP == 0);
    }
    let step = if whole { WHOLE_STEP } else { NUMBER_STEP };
    merged(
        numbers.into_iter().map(|number| (number, number)).collect(),
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
fn merged(mut intervals: Vec<(i64, i64)>, step: i64) -> Vec<(i64, i64)> {
    intervals.sort_unstable();
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
    met.filter(|(from, to)| from <= to).collect()
}
