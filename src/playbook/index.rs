//! What is derived from a compiled playbook once, when it is made or loaded.

use super::flat::{basis, before, code, op, row, rows, test};
use super::quick::{Quick, Watch};
use super::tangled::tangled;
use super::{Playbook, Row};
use crate::truth::Span;
use alloc::{vec, vec::Vec};

/// Who depends on what.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// Words of a set of attributes.
    words: usize,
    /// Sets of attributes by condition, one after the other.
    depends: Vec<u64>,
    /// The same: those for which a range of answers may be wider than the answers.
    tangled: Vec<u64>,
    /// Sets of attributes by score.
    scores: Vec<u64>,
    /// By attribute, the conditions that test it.
    tests: Lists,
    /// By signal, where its watches end.
    watches_end: Vec<u32>,
    watches: Vec<Watch>,
    /// By condition, the quick form of a test on an attribute.
    pub quick: Vec<Quick>,
    /// By attribute, the scores and the stages' gates that depend on it.
    scores_on: Lists,
    gates_on: Lists,
    /// The set of all attributes.
    pub all: Vec<u64>,
    /// By source, its place among the asserters.
    asserters: Vec<Option<u16>>,
    /// By condition, how a test on an attribute of which nothing is known comes out on what is known, and over every completion.
    pub unknown: [Vec<Span>; 2],
}

/// Lists of numbers, one for each of some places.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lists {
    ends: Vec<u32>,
    entries: Vec<u32>,
}

impl Lists {
    /// Entries are given by a function that says whether one belongs to a place.
    fn new(places: usize, entries: usize, belongs: &dyn Fn(usize, usize) -> bool) -> Self {
        let mut lists = Self::default();
        for place in 0..places {
            let list = (0..entries).filter(|entry| belongs(place, *entry));
            lists.entries.extend(list.map(|entry| entry as u32));
            lists.ends.push(lists.entries.len() as u32);
        }
        lists
    }

    fn of(&self, place: u16) -> &[u32] {
        let place = usize::from(place);
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(place).copied().unwrap_or(0);
        self.entries
            .get(start as usize..end as usize)
            .unwrap_or(&[])
    }
}

impl Index {
    /// The attributes that a condition depends on, as bits; followed by a bit for the stage.
    pub fn of_condition(&self, condition: u32) -> &[u64] {
        set_of(&self.depends, self.words, condition as usize)
    }

    /// The same for each condition in turn.
    pub fn sets(&self) -> impl Iterator<Item = &[u64]> {
        self.depends.chunks_exact(self.words)
    }

    /// The attributes for which a condition's range of answers may be wider than its answers.
    pub fn tangled(&self, condition: u32) -> &[u64] {
        set_of(&self.tangled, self.words, condition as usize)
    }

    /// The attributes that a score depends on.
    pub fn of_score(&self, score: u16) -> &[u64] {
        set_of(&self.scores, self.words, usize::from(score))
    }

    /// The conditions that test an attribute.
    pub fn tests_of(&self, attribute: u16) -> &[u32] {
        self.tests.of(attribute)
    }

    pub fn words(&self) -> usize {
        self.words
    }

    /// The scores that depend on an attribute.
    pub fn scores_on(&self, attribute: u16) -> &[u32] {
        self.scores_on.of(attribute)
    }

    /// The stages whose gates depend on an attribute.
    pub fn gates_on(&self, attribute: u16) -> &[u32] {
        self.gates_on.of(attribute)
    }
}

/// One of the sets that lie one after the other.
pub(super) fn set_of(sets: &[u64], words: usize, place: usize) -> &[u64] {
    let start = place * words;
    sets.get(start..start + words).unwrap_or(&[])
}

impl Playbook {
    /// Derives the index; the last step of making a playbook.
    pub(crate) fn indexed(mut self) -> Self {
        let attributes = self.attributes.len();
        let words = attributes / 64 + 1;
        let mut scores = Vec::new();
        let quick = self.quick_tests();
        let patterns = self.patterns_by_signal();
        let watches = patterns.entries.iter().map(|at| self.watch(*at, &quick));
        let quick_fact = |condition: &Row| match condition {
            [op::FACT, _, tested, ..] => quick.get(*tested as usize).copied().unwrap_or_default(),
            _ => Quick::None,
        };
        self.index = Index {
            words,
            all: (0..words)
                .map(|word| match (word + 1) * 64 <= attributes {
                    true => u64::MAX,
                    false => (1 << (attributes % 64)) - 1,
                })
                .collect(),
            depends: self.dependencies(words, &mut scores),
            tests: self.facts(),
            watches_end: patterns.ends,
            watches: watches.collect(),
            quick: self.conditions.iter().map(quick_fact).collect(),
            asserters: self
                .sources
                .iter()
                .map(|source| self.asserter(source))
                .collect(),
            unknown: self
                .conditions
                .iter()
                .map(|it| self.unknown(it))
                .unzip()
                .into(),
            ..Index::default()
        };
        let gates: Vec<u64> = self.stages.iter().flat_map(|it| self.of_gate(it)).collect();
        let on = |sets: &[u64]| {
            Lists::new(attributes, sets.len() / words, &|attribute, place| {
                is_marked(set_of(sets, words, place), attribute)
            })
        };
        (self.index.scores_on, self.index.gates_on) = (on(&scores), on(&gates));
        self.index.scores = scores;
        self.index.tangled = tangled(&self);
        self
    }

    fn facts(&self) -> Lists {
        let mut lists = Lists::default();
        let facts: Vec<(i64, u32)> = (0..)
            .zip(&self.conditions)
            .filter(|(_, condition)| condition[0] == op::FACT)
            .map(|(place, condition)| (condition[1], place))
            .collect();
        grouped(&mut lists, self.attributes.len(), &facts);
        lists
    }

    fn patterns_by_signal(&self) -> Lists {
        let mut lists = Lists::default();
        let patterns: Vec<(i64, u32)> = (0..)
            .zip(&self.patterns)
            .map(|(place, pattern)| (pattern[0], place))
            .collect();
        grouped(&mut lists, self.signals.len(), &patterns);
        lists
    }

    fn unknown(&self, condition: &Row) -> (Span, Span) {
        if condition[0] != op::FACT {
            return (Span::ABSENT, Span::ABSENT);
        }
        code::spans(match row(&self.tests, condition[2]) {
            [test::KNOWN, 0, ..] => code::STILL,
            [test::KNOWN, ..] => code::NOT_YET,
            _ => code::OPEN,
        })
        .into()
    }

    /// A stage's gate, whichever condition it goes by.
    fn of_gate(&self, stage: &Row) -> Vec<u64> {
        let mut set = vec![0; self.index.words];
        for condition in [stage[1], stage[2]].into_iter().filter_map(before) {
            add(&mut set, self.index.of_condition(condition));
        }
        set
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

    /// The patterns that events of a signal are held against.
    pub(crate) fn watches(&self, signal: u16) -> &[Watch] {
        let place = usize::from(signal);
        let ends = &self.index.watches_end;
        let start = place.checked_sub(1).and_then(|before| ends.get(before));
        let start = start.copied().unwrap_or(0) as usize;
        let end = ends.get(place).copied().unwrap_or(0) as usize;
        self.index.watches.get(start..end).unwrap_or(&[])
    }

    /// The place of a source among the asserters.
    pub(crate) fn asserter_of_source(&self, source: u16) -> Option<u16> {
        self.index
            .asserters
            .get(usize::from(source))
            .copied()
            .flatten()
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

/// Entries with their places, by place.
fn grouped(lists: &mut Lists, places: usize, pairs: &[(i64, u32)]) {
    let mut counts = vec![0u32; places];
    for (place, _) in pairs {
        if let Some(count) = counts.get_mut(*place as usize) {
            *count += 1;
        }
    }
    let mut next = Vec::with_capacity(places);
    let mut end = 0;
    for count in counts {
        next.push(end);
        end += count;
        lists.ends.push(end);
    }
    lists.entries = vec![0; end as usize];
    for (place, entry) in pairs {
        if let Some(at) = next.get_mut(*place as usize) {
            if let Some(slot) = lists.entries.get_mut(*at as usize) {
                *slot = *entry;
            }
            *at += 1;
        }
    }
}

/// What a condition or a rule refers to.
pub(super) enum Reference {
    Condition(u32),
    Score(u16),
    Attribute(u16),
    Pattern(u32),
    Stage,
}

/// The places of the bits that are set.
pub(crate) fn bits(mut set: u64) -> impl Iterator<Item = u16> {
    core::iter::from_fn(move || {
        let place = set.trailing_zeros();
        set &= set.wrapping_sub(1);
        (place < 64).then_some(place as u16)
    })
}

/// Adds a set to another.
pub(crate) fn add(set: &mut [u64], more: &[u64]) {
    for (word, more) in set.iter_mut().zip(more) {
        *word |= more;
    }
}

/// Puts a bit into a set.
pub(crate) fn mark(set: &mut [u64], bit: usize) {
    if let Some(word) = set.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

/// Whether a bit is in a set.
pub(crate) fn is_marked(set: &[u64], bit: usize) -> bool {
    set.get(bit / 64)
        .is_some_and(|word| word & 1 << (bit % 64) != 0)
}
