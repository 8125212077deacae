//! What was derived when the playbook was compiled, laid out for evaluation.

use super::flat::{before, code, op, row};
#[cfg(feature = "document")]
use super::plan::Plan;
#[cfg(feature = "document")]
use super::quick::{Of, Quick};
use super::watch::Watch;
use super::{Playbook, Row, Value};
use crate::truth::Both;
#[cfg(feature = "document")]
use alloc::boxed::Box;
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
    /// Of the entries, in the order of [`Listed`], and of all that moves depend on.
    listed: Vec<u64>,
    /// By attribute, the conditions that test it.
    tests: Lists,
    /// By signal, its patterns; and these one after the other.
    patterns: Lists,
    watches: Vec<Watch>,
    /// By pattern, what it asks.
    #[cfg(feature = "document")]
    pub(super) asks: Vec<Of>,
    /// By condition, the quick form of a test on an attribute.
    #[cfg(feature = "document")]
    quick: Vec<Quick>,
    #[cfg(feature = "document")]
    pub plan: Plan,
    /// The words.
    #[cfg(feature = "document")]
    pub texts: Vec<Box<str>>,
    #[cfg(feature = "document")]
    pub has_sequences: bool,
    /// By attribute, the scores and the stages' gates that depend on it.
    scores_on: Lists,
    gates_on: Lists,
    /// The set of all attributes.
    pub all: Vec<u64>,
    /// By condition, how a test on an attribute of which nothing is known comes out.
    pub unknown: Vec<Both>,
}

/// Lists of conditions that are asked about together.
#[derive(Clone, Copy)]
pub(crate) enum Listed {
    Icp,
    Personas,
    Criteria,
    /// And the moves, where they depend on the stage.
    Routes,
    Moves,
}

/// Lists of numbers, one for each of some places.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lists {
    ends: Vec<u32>,
    entries: Vec<u32>,
}

impl Lists {
    fn of(&self, place: u16) -> &[u32] {
        self.part(&self.entries, place)
    }

    /// What belongs to a place in a list that goes with the entries.
    fn part<'t, T>(&self, list: &'t [T], place: u16) -> &'t [T] {
        let place = usize::from(place);
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(place).copied().unwrap_or(0);
        list.get(start as usize..end as usize).unwrap_or(&[])
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

    /// Whether an exactly known value passes a condition's test, where that is plain.
    #[cfg(feature = "document")]
    pub fn passes(&self, condition: u32, value: &Value) -> Option<bool> {
        self.quick.get(condition as usize)?.passes(value)
    }

    /// The same.
    #[cfg(not(feature = "document"))]
    pub fn passes(&self, _: u32, _: &Value) -> Option<bool> {
        None
    }

    /// The attributes that a list depends on.
    pub fn of_list(&self, list: Listed) -> &[u64] {
        set_of(&self.listed, self.words, list as usize)
    }

    /// Adds what conditions, given as their places and one, depend on.
    fn add_whens(&self, set: &mut [u64], whens: impl IntoIterator<Item = i64>) {
        for condition in whens.into_iter().filter_map(before) {
            add(set, self.of_condition(condition));
        }
    }

    /// The conditions that test an attribute.
    pub fn tests_of(&self, attribute: u16) -> &[u32] {
        self.tests.of(attribute)
    }

    #[cfg(feature = "document")]
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
    /// Lays the index out; the last step of making or loading a playbook.
    pub(crate) fn indexed(mut self) -> Self {
        let words = self.attributes.len() / 64 + 1;
        let mut index = Index {
            words,
            all: (0..words)
                .map(|word| match (word + 1) * 64 <= self.attributes.len() {
                    true => u64::MAX,
                    false => (1 << (self.attributes.len() % 64)) - 1,
                })
                .collect(),
            ..Index::default()
        };
        index.depends = self.sets(&self.conditions, 5, words);
        index.tangled = self.sets(&self.conditions, 6, words);
        index.scores = self.sets(&self.scores, 7, words);
        for condition in &self.conditions {
            index.unknown.push(match condition[0] {
                op::FACT => code::spans(condition[7] as u8),
                _ => Both::ABSENT,
            });
        }
        index.listed = self.listed(&index);
        index.tests = self.lists(&self.attributes, 6);
        index.patterns = self.lists(&self.signals, 3);
        index.scores_on = self.lists(&self.kinds, 4);
        index.gates_on = self.lists(&self.kinds, 6);
        #[cfg(feature = "document")]
        {
            index.quick = self
                .conditions
                .iter()
                .map(|it| self.quick_fact(it))
                .collect();
        }
        let watches = index.patterns.entries.iter();
        index.watches = watches.map(|at| self.watch(*at)).collect();
        #[cfg(feature = "document")]
        {
            let patterns = 0..self.patterns.len() as u32;
            index.asks = patterns.map(|at| self.asks(at)).collect();
        }
        self.index = index;
        #[cfg(feature = "document")]
        {
            self.index.plan = self.plan();
            let words = 0..self.starts.len().saturating_sub(1) as i64;
            self.index.texts = words.map(|word| self.word(word).into()).collect();
            let mut conditions = self.conditions.iter();
            self.index.has_sequences = conditions.any(|it| it[0] == op::SEQUENCE);
        }
        self
    }

    /// Sets of what the lists depend on.
    fn listed(&self, index: &Index) -> Vec<u64> {
        let mut moves = vec![0; index.words];
        for &[_, enter, stay, exit, ..] in &self.stages {
            index.add_whens(&mut moves, [enter, stay, exit]);
        }
        index.add_whens(&mut moves, self.transitions.iter().map(|it| it[2]));
        let mut listed = Vec::new();
        // In the order in which they are declared.
        for list in [
            Listed::Icp,
            Listed::Personas,
            Listed::Criteria,
            Listed::Routes,
        ] {
            let mut set = vec![0; index.words];
            index.add_whens(&mut set, self.entries_of(list).iter().map(|it| it[1]));
            if is_marked(&set, self.attributes.len()) {
                add(&mut set, &moves);
            }
            listed.extend(set);
        }
        listed.extend(moves);
        listed
    }

    /// The sets that start in `numbers` where a cell of each row says.
    fn sets(&self, table: &[Row], at: usize, words: usize) -> Vec<u64> {
        let mut sets = Vec::new();
        for row in table {
            let start = row.get(at).copied().unwrap_or(0);
            for word in self.list(start, words as i64) {
                sets.push(*word as u64);
            }
        }
        sets
    }

    /// The lists that two cells of each row tell.
    fn lists(&self, table: &[Row], at: usize) -> Lists {
        let mut lists = Lists::default();
        for row in table {
            if let Some([start, count]) = row.get(at..at + 2) {
                for entry in self.list(*start, *count) {
                    lists.entries.push(*entry as u32);
                }
            }
            lists.ends.push(lists.entries.len() as u32);
        }
        lists
    }

    /// The patterns that events of a signal are held against.
    pub(crate) fn watches(&self, signal: u16) -> &[Watch] {
        let index = &self.index;
        index.patterns.part(&index.watches, signal)
    }

    /// The place of a source among the asserters.
    pub(crate) fn asserter_of_source(&self, source: u16) -> Option<u16> {
        let place = before(row(&self.sources, i64::from(source))[1])?;
        Some(place as u16)
    }
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
