//! What is derived from the tables once, when a playbook is compiled: who depends on what.

use super::flat::{basis, before, code, op, row, rows, test};
use super::index::{add, bits, is_marked, mark, set_of};
use super::tangled::tangled;
use super::watch::BYTES;
use super::{Playbook, Row};
use crate::gather::Gather;
use crate::sort::Arrange;
use crate::sorted::Map;
use alloc::{vec, vec::Vec};

/// By place: a list of numbers for each.
type Lists = Vec<Vec<i64>>;

/// What is derived.
struct Derived {
    /// By attribute, the conditions that test it.
    tests: Lists,
    /// By attribute, the scores and the stages' gates that depend on it.
    scores_on: Lists,
    gates_on: Lists,
    /// By pattern, how the texts of events begin that match it, and the word that begins in the same way.
    begins: Vec<[i64; 2]>,
    /// By signal, its patterns; alike ones together.
    patterns: Lists,
    /// By condition, the attributes that it depends on, and those for which a range of answers may be wider than the answers.
    depends: Lists,
    tangled: Lists,
    /// By score, the attributes that it depends on.
    scores: Lists,
    /// By condition, how a test on an attribute of which nothing is known comes out.
    unknown: Vec<i64>,
    /// By source, its place among the asserters and one.
    asserters: Vec<i64>,
}

impl Playbook {
    /// Adds what is derived; the last step of compiling.
    pub(super) fn derived(mut self) -> Self {
        let derived = self.derive();
        let mut starts = Map::new();
        let numbers = &mut self.numbers;
        let mut put = |list: &Vec<i64>| {
            let next = numbers.len() as i64;
            let start = *starts.entry(list.clone()).or_insert(next);
            if start == next {
                numbers.extend(list);
            }
            [start, list.len() as i64]
        };
        for (row, tests) in self.attributes.iter_mut().zip(&derived.tests) {
            [row[6], row[7]] = put(tests);
        }
        let on = derived.scores_on.iter().zip(&derived.gates_on);
        for (row, (scores, gates)) in self.kinds.iter_mut().zip(on) {
            [row[4], row[5]] = put(scores);
            [row[6], row[7]] = put(gates);
        }
        for (row, begins) in self.patterns.iter_mut().zip(&derived.begins) {
            [row[4], row[5]] = *begins;
        }
        for (row, patterns) in self.signals.iter_mut().zip(&derived.patterns) {
            [row[3], row[4]] = put(patterns);
        }
        let sets = derived.depends.iter().zip(&derived.tangled);
        for ((row, (depends, tangled)), unknown) in
            self.conditions.iter_mut().zip(sets).zip(&derived.unknown)
        {
            (row[5], row[6], row[7]) = (put(depends)[0], put(tangled)[0], *unknown);
        }
        for (row, depends) in self.scores.iter_mut().zip(&derived.scores) {
            row[7] = put(depends)[0];
        }
        for (row, asserter) in self.sources.iter_mut().zip(&derived.asserters) {
            row[1] = *asserter;
        }
        self.indexed()
    }

    /// Whether what the tables say is derived follows from the rest.
    pub(super) fn is_derived(&self) -> bool {
        let derived = self.derive();
        let words = self.index.words() as i64;
        let lists = |table: &[Row], at: usize, lists: &Lists| {
            table.len() == lists.len()
                && table.iter().zip(lists).all(|(row, list)| {
                    let cells = row.get(at..at + 2);
                    matches!(cells, Some([start, count]) if self.list(*start, *count) == list)
                })
        };
        let sets = |table: &[Row], at: usize, sets: &Lists| {
            table.iter().zip(sets).all(|(row, set)| {
                let start = row.get(at).copied().unwrap_or(0);
                self.list(start, words) == set
            })
        };
        lists(&self.attributes, 6, &derived.tests)
            && lists(&self.kinds, 4, &derived.scores_on)
            && lists(&self.kinds, 6, &derived.gates_on)
            && lists(&self.signals, 3, &derived.patterns)
            && (self.patterns.iter().map(|row| [row[4], row[5]])).eq(derived.begins.iter().copied())
            && sets(&self.conditions, 5, &derived.depends)
            && sets(&self.conditions, 6, &derived.tangled)
            && sets(&self.scores, 7, &derived.scores)
            && self
                .conditions
                .iter()
                .map(|row| &row[7])
                .eq(&derived.unknown)
            && self
                .sources
                .iter()
                .map(|row| &row[1])
                .eq(&derived.asserters)
    }

    fn derive(&self) -> Derived {
        let attributes = self.attributes.len();
        let words = attributes / 64 + 1;
        let mut scores = Vec::new();
        let depends = self.dependencies(words, &mut scores);
        let tangled = tangled(self, words, &depends);
        let gates: Vec<u64> = self
            .stages
            .iter()
            .flat_map(|stage| gate_depends(stage, words, &depends))
            .gather();
        let on = |sets: &[u64]| -> Lists {
            let places = sets.len() / words;
            (0..attributes)
                .map(|attribute| {
                    let depend =
                        |place: &i64| is_marked(set_of(sets, words, *place as usize), attribute);
                    (0..places as i64).filter(depend).gather()
                })
                .gather()
        };
        let is_fact = |row: &Row| (row[0] == op::FACT).then_some(row[1]);
        let numbers = |sets: &[u64]| -> Lists {
            sets.chunks(words)
                .map(|set| set.iter().map(|word| *word as i64).gather())
                .gather()
        };
        let begins: Vec<_> = self.patterns.iter().map(|it| self.beginning(it)).collect();
        let mut patterns = grouped(
            self.signals.len(),
            self.patterns.iter().map(|row| Some(row[0])),
        );
        for list in &mut patterns {
            list.arrange_by_key(|pattern| {
                let [begins, word] = begins.get(*pattern as usize).copied().unwrap_or_default();
                (begins, self.head_of(begins, word), *pattern)
            });
        }
        Derived {
            tests: grouped(attributes, self.conditions.iter().map(is_fact)),
            scores_on: on(&scores),
            gates_on: on(&gates),
            begins,
            patterns,
            depends: numbers(&depends),
            tangled: numbers(&tangled),
            scores: numbers(&scores),
            unknown: self.conditions.iter().map(|it| self.unknown(it)).gather(),
            asserters: self
                .names(&self.sources)
                .map(|source| self.asserter(source).map_or(0, |at| i64::from(at) + 1))
                .gather(),
        }
    }

    /// How the texts of the events begin that match a pattern: property and number of bytes, and the word that begins in the same way.
    fn beginning(&self, pattern: &Row) -> [i64; 2] {
        let &[_, start, count, ..] = pattern;
        let (mut longest, mut begins) = (0, [0, 0]);
        for [property, tested] in self.list(start, count.saturating_mul(2)).as_chunks::<2>().0 {
            let &[what, mut start, equals, contains, starts_with, globs, ..] =
                row(&self.tests, *tested);
            for (fixed, count) in [
                (true, equals),
                (false, contains),
                (true, starts_with),
                (true, globs),
            ] {
                if let [word] = self.list(start, count)
                    && fixed
                    && what == test::TEXT
                {
                    // A star stands for anything. What a short text has not is written as zeros.
                    let ends = |byte: &u8| matches!(byte, b'*' | 0);
                    let mut parts = self.word(*word).as_bytes().split(ends);
                    let bytes = parts.next().map_or(0, <[u8]>::len).min(BYTES) as i64;
                    if bytes > longest {
                        (longest, begins) = (bytes, [*property << 8 | bytes, *word]);
                    }
                }
                start = start.saturating_add(count);
            }
        }
        begins
    }

    fn unknown(&self, condition: &Row) -> i64 {
        // Others are found when they are asked for.
        if condition[0] != op::FACT {
            return i64::from(code::BY_DATE);
        }
        i64::from(match row(&self.tests, condition[2]) {
            [test::KNOWN, 0, ..] => code::STILL,
            [test::KNOWN, ..] => code::NOT_YET,
            _ => code::OPEN,
        })
    }

    /// Sets of attributes by condition, and by score.
    fn dependencies(&self, words: usize, scores: &mut Vec<u64>) -> Vec<u64> {
        let mut sets: Vec<u64> = Vec::with_capacity(words * self.conditions.len());
        scores.resize(words * self.scores.len(), 0);
        let mut done = vec![false; self.scores.len()];
        for condition in &self.conditions {
            let mut set = vec![0; words];
            self.references(condition, &mut |reference| match reference {
                Reference::Condition(id) => add(&mut set, set_of(&sets, words, id as usize)),
                Reference::Score(score) => {
                    self.score_depends(score, &sets, scores, &mut done);
                    add(&mut set, set_of(scores, words, usize::from(score)));
                }
                Reference::Attribute(attribute) => mark(&mut set, usize::from(attribute)),
                Reference::Stage => mark(&mut set, self.attributes.len()),
                Reference::Pattern(_) => {}
            });
            sets.extend(set);
        }
        for score in 0..self.scores.len() {
            self.score_depends(score as u16, &sets, scores, &mut done);
        }
        sets
    }

    fn score_depends(&self, score: u16, sets: &[u64], scores: &mut [u64], done: &mut [bool]) {
        let place = usize::from(score);
        if done.get(place) != Some(&false) {
            return;
        }
        if let Some(done) = done.get_mut(place) {
            *done = true;
        }
        let words = scores.len() / self.scores.len().max(1);
        let Some(set) = scores.get_mut(place * words..(place + 1) * words) else {
            return;
        };
        self.rule_references(score, &mut |reference| {
            if let Reference::Condition(id) = reference {
                add(set, set_of(sets, words, id as usize));
            }
        });
    }

    /// What a condition refers to directly.
    pub(super) fn references(&self, condition: &Row, each: &mut dyn FnMut(Reference)) {
        let &[what, a, b, ..] = condition;
        let mut entries = |list: &[Row]| {
            for when in list.iter().filter_map(|entry| before(entry[1])) {
                each(Reference::Condition(when));
            }
        };
        match what {
            op::ANY | op::ALL | op::NONE | op::AT_LEAST => {
                for part in self.list(a, b) {
                    each(Reference::Condition(*part as u32));
                }
            }
            op::FACT => each(Reference::Attribute(a as u16)),
            op::COUNT => each(Reference::Pattern(a as u32)),
            op::SEQUENCE => {
                for pattern in self.list(a, b) {
                    each(Reference::Pattern(*pattern as u32));
                }
            }
            op::SCORE | op::BAND => each(Reference::Score(a as u16)),
            op::GRADE => {
                for score in self
                    .grade()
                    .into_iter()
                    .flat_map(|(one, other)| [one, other])
                {
                    each(Reference::Score(score));
                }
            }
            op::ICP => entries(self.icp()),
            op::PERSONA => entries(self.personas()),
            op::CRITERIA => entries(self.criteria()),
            op::GATE => {
                for stage in bits(a as u64) {
                    let stage = row(&self.stages, i64::from(stage));
                    for when in [stage[1], stage[2]].into_iter().filter_map(before) {
                        each(Reference::Condition(when));
                    }
                }
            }
            _ => each(Reference::Stage),
        }
    }

    /// What the rules of a score refer to.
    pub(super) fn rule_references(&self, score: u16, each: &mut dyn FnMut(Reference)) {
        let score = row(&self.scores, i64::from(score));
        for group in rows(&self.groups, score[1], score[2]) {
            for rule in rows(&self.rules, group[1], group[2]) {
                each(match rule[0] {
                    basis::WHEN => Reference::Condition(rule[1] as u32),
                    _ => Reference::Pattern(rule[1] as u32),
                });
            }
        }
    }
}

/// A stage's gate, whichever condition it goes by.
fn gate_depends(stage: &Row, words: usize, depends: &[u64]) -> Vec<u64> {
    let mut set = vec![0; words];
    for condition in [stage[1], stage[2]].into_iter().filter_map(before) {
        add(&mut set, set_of(depends, words, condition as usize));
    }
    set
}

/// The places of entries, by what they belong to.
fn grouped(places: usize, entries: impl Iterator<Item = Option<i64>>) -> Lists {
    let mut lists = vec![Vec::new(); places];
    for (entry, place) in (0..).zip(entries) {
        let list = place.and_then(|place| lists.get_mut(place as usize));
        if let Some(list) = list {
            list.push(entry);
        }
    }
    lists
}

/// What a condition or a rule refers to.
pub(super) enum Reference {
    Condition(u32),
    Score(u16),
    Attribute(u16),
    Pattern(u32),
    Stage,
}
