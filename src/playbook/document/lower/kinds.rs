//! The values that an attribute may turn out to have, by kinds that the tests on it can't tell apart.

use crate::evidence::{WHOLE, passes};
use crate::gather::Gather;
use crate::limits;
use crate::playbook::{CODES_A_NUMBER, Kind, Playbook, Value, code, op, test};
use crate::sort::Arrange;
use crate::time::{DAY_MS, FIRST_DAY_MS, LAST_DAY_MS};
use alloc::{boxed::Box, vec, vec::Vec};

/// Adds the table of kinds.
pub(super) fn add(mut playbook: Playbook) -> Playbook {
    for attribute in 0..playbook.attributes.len() {
        let tests: Vec<i64> = playbook
            .conditions
            .iter()
            .filter(|condition| condition[0] == op::FACT && condition[1] == attribute as i64)
            .map(|condition| condition[2])
            .gather();
        let gathered = Gathered {
            playbook: &playbook,
            attribute,
            tests: &tests,
        };
        let (kinds, of) = gathered.kinds();
        let width = Playbook::kind_width(tests.len());
        let is_date = matches!(playbook.attribute_kind(attribute as u16), Some(Kind::Date));
        let count = if is_date {
            kinds.len()
        } else {
            kinds.len() / width
        };
        let start = playbook.numbers.len() as i64;
        let middle = start + kinds.len() as i64;
        playbook
            .kinds
            .push([start, count as i64, middle, of.len() as i64, 0, 0, 0, 0]);
        playbook.numbers.extend(kinds);
        playbook.numbers.extend(of);
    }
    playbook
}

struct Gathered<'p> {
    playbook: &'p Playbook,
    attribute: usize,
    /// In the order of their conditions.
    tests: &'p [i64],
}

impl Gathered<'_> {
    /// The kinds, and the kind of each option; for dates the starts, and the starts as distances.
    fn kinds(&self) -> (Vec<i64>, Vec<i64>) {
        let Some(kind) = self.playbook.attribute_kind(self.attribute as u16) else {
            return Default::default();
        };
        match kind {
            Kind::Boolean => self.of_values([false, true].map(Value::Boolean)),
            Kind::Number { min, max, whole } => (self.numbers(min, max, whole), Vec::new()),
            Kind::Text => self.texts(),
            Kind::Choice(options) => self.of_values((0..options.len() as u16).map(Value::Choice)),
            Kind::Choices(_) => self.option_sets(),
            Kind::Date => self.dates(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[i64; 8]> {
        let row = |test: &i64| self.playbook.tests.get(*test as usize);
        self.tests.iter().filter_map(row)
    }

    /// How the tests come out for a value, packed.
    fn codes(&self, value: &Value) -> Vec<i64> {
        packed(
            self.rows()
                .map(|row| match passes(self.playbook, row, value) {
                    true => code::PASSES,
                    false => code::FAILS,
                }),
        )
    }

    /// Each of a few values is of the first kind with its codes.
    fn of_values(&self, values: impl IntoIterator<Item = Value>) -> (Vec<i64>, Vec<i64>) {
        let mut distinct: Vec<Vec<i64>> = Vec::new();
        let mut of = Vec::new();
        for value in values {
            let codes = self.codes(&value);
            let place = distinct.iter().position(|kind| *kind == codes);
            of.push(place.unwrap_or(distinct.len()) as i64);
            if place.is_none() {
                distinct.push(codes);
            }
        }
        (with_values(distinct), of)
    }

    fn numbers(&self, min: i64, max: i64, whole: bool) -> Vec<i64> {
        let step = if whole { WHOLE } else { 1 };
        let mut starts = vec![min];
        for row in self.rows().filter(|row| row[0] == test::NUMBER) {
            for [from, to] in self.playbook.list(row[1], row[2]).as_chunks::<2>().0 {
                starts.extend([*from, to.saturating_add(step)]);
            }
        }
        let mut kinds = Vec::new();
        let mut last = None;
        for start in between(starts, min, max) {
            let codes = self.codes(&Value::Number(start));
            if last.as_ref() != Some(&codes) {
                kinds.push(start);
                kinds.extend(&codes);
                last = Some(codes);
            }
        }
        kinds
    }

    fn option_sets(&self) -> (Vec<i64>, Vec<i64>) {
        let mut named: Vec<u16> = Vec::new();
        for row in self.rows().filter(|row| row[0] == test::CHOICES) {
            let list = self.playbook.list(row[1], row[2] + row[3] + row[4]);
            named.extend(list.iter().map(|option| *option as u16));
        }
        named.arrange();
        named.dedup();
        if named.len() > limits::CHOICES_COMPLETED {
            let codes = packed(self.rows().map(|row| match row {
                [test::KNOWN, 0, ..] => code::STILL,
                [test::KNOWN, ..] => code::NOT_YET,
                _ => code::OPEN,
            }));
            return (with_values(vec![codes]), Vec::new());
        }
        let sets = (0u32..1 << named.len()).map(|bits| {
            let chosen = named.iter().enumerate();
            let chosen = chosen.filter(|(place, _)| bits & 1 << place != 0);
            Value::Choices(chosen.map(|(_, option)| *option).gather())
        });
        (self.of_values(sets).0, Vec::new())
    }

    fn texts(&self) -> (Vec<i64>, Vec<i64>) {
        let mut named: Vec<Box<str>> = Vec::new();
        for row in self.rows().filter(|row| row[0] == test::TEXT) {
            let plain = row[2] + row[3] + row[4];
            let words = self.playbook.list(row[1], plain).iter();
            named.extend(words.map(|word| Box::from(self.playbook.word(*word))));
            let globs = self.playbook.list(row[1] + plain, row[5]).iter();
            named.extend(globs.map(|glob| {
                let pattern = self.playbook.word(*glob);
                pattern.replace('*', "").into_boxed_str()
            }));
        }
        named.arrange();
        named.dedup();
        let mut kinds = self.of_values(named.into_iter().map(Value::Text)).0;
        // One that equals none of them, for which the other tests stay unknown.
        let other = packed(self.rows().map(|row| match row {
            [test::KNOWN, wanted, ..] => 2 * *wanted as u8,
            [_, _, 0, ..] => code::OPEN,
            _ => code::FAILS,
        }));
        kinds.push(0);
        kinds.extend(other);
        (kinds, Vec::new())
    }

    fn dates(&self) -> (Vec<i64>, Vec<i64>) {
        let mut starts = vec![FIRST_DAY_MS];
        let mut distances = Vec::new();
        for row in self.rows().filter(|row| row[0] == test::DATE) {
            for [from, to] in self.playbook.list(row[1], row[2]).as_chunks::<2>().0 {
                starts.extend([*from, to.saturating_add(DAY_MS)]);
            }
            if row[3] > 0 {
                distances.extend([-row[3], 0]);
            }
            if row[4] > 0 {
                distances.extend([0, row[4]]);
            }
        }
        distances.arrange();
        distances.dedup();
        (between(starts, FIRST_DAY_MS, LAST_DAY_MS), distances)
    }
}

/// The starts that lie in a range, each once.
fn between(mut starts: Vec<i64>, low: i64, high: i64) -> Vec<i64> {
    starts.retain(|start| low <= *start && *start <= high);
    starts.arrange();
    starts.dedup();
    starts
}

/// Kinds whose values don't matter.
fn with_values(kinds: Vec<Vec<i64>>) -> Vec<i64> {
    kinds
        .into_iter()
        .flat_map(|codes| [0].into_iter().chain(codes))
        .gather()
}

fn packed(codes: impl Iterator<Item = u8>) -> Vec<i64> {
    let codes: Vec<u8> = codes.gather();
    codes
        .chunks(CODES_A_NUMBER)
        .map(|chunk| {
            let numbers = chunk.iter().rev();
            numbers.fold(0, |number, code| number << 3 | i64::from(*code))
        })
        .gather()
}
