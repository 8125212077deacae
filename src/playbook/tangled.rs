//! Attributes for which a range of answers does not say that both ends are reached.
//!
//! A condition that names an open attribute once, in a test that some of its values pass and others don't, and that says it
//! may come out either way, does so for some completions. The attributes gathered here are those for which that is not certain.

use super::flat::{basis, op, row, rows, test};
use super::index::{add, set_of};
use super::{Kind, Playbook, Row};
use crate::evidence::WHOLE;
use crate::limits;
use alloc::{vec, vec::Vec};

/// Sets of attributes by condition, one after the other.
pub(super) fn tangled(playbook: &Playbook, words: usize, depends: &[u64]) -> Vec<u64> {
    let mut loose = vec![0; words];
    for (place, attribute) in playbook.attributes.iter().enumerate() {
        if is_loose(&playbook.kind(attribute)) {
            super::mark(&mut loose, place);
        }
    }
    let mut tangle = Tangle {
        playbook,
        words,
        depends,
        loose,
        sets: Vec::with_capacity(words * playbook.conditions.len()),
        scores: vec![None; playbook.scores.len()],
    };
    for (place, condition) in (0..).zip(&playbook.conditions) {
        let set = tangle.condition(place, condition);
        tangle.sets.extend(set);
    }
    tangle.sets
}

struct Tangle<'a> {
    playbook: &'a Playbook,
    words: usize,
    /// What each condition depends on.
    depends: &'a [u64],
    /// Attributes whose completions leave some tests unknown.
    loose: Vec<u64>,
    /// Of the conditions that have been gone through.
    sets: Vec<u64>,
    scores: Vec<Option<Vec<u64>>>,
}

impl Tangle<'_> {
    fn condition(&mut self, place: u32, condition: &Row) -> Vec<u64> {
        let &[what, a, b, c, ..] = condition;
        match what {
            op::ANY | op::ALL | op::NONE | op::AT_LEAST => self.together(a, b),
            op::FACT if self.splits(a, row(&self.playbook.tests, b)) => vec![0; self.words],
            op::SCORE if b == i64::MIN || c == i64::MAX => self.score(a),
            _ => self.depends(place).to_vec(),
        }
    }

    fn depends(&self, condition: u32) -> &[u64] {
        set_of(self.depends, self.words, condition as usize)
    }

    /// Those of each part, and those that occur in several.
    fn together(&mut self, start: i64, count: i64) -> Vec<u64> {
        let mut found = vec![0; self.words];
        let mut seen = found.clone();
        for part in self.playbook.list(start, count) {
            add(&mut found, set_of(&self.sets, self.words, *part as usize));
            add_both(&mut found, &seen, self.depends(*part as u32));
            add(&mut seen, self.depends(*part as u32));
        }
        found
    }

    fn score(&mut self, place: i64) -> Vec<u64> {
        let at = place as usize;
        if let Some(Some(known)) = self.scores.get(at) {
            return known.clone();
        }
        let mut found = vec![0; self.words];
        let mut seen = found.clone();
        let score = row(&self.playbook.scores, place);
        for group in rows(&self.playbook.groups, score[1], score[2]) {
            let in_group = self.group(group, &mut found);
            add_both(&mut found, &seen, &in_group);
            add(&mut seen, &in_group);
        }
        if let Some(slot) = self.scores.get_mut(at) {
            *slot = Some(found.clone());
        }
        found
    }

    /// Rules on one attribute alone are judged together over its values, so those may share it. Gives back all attributes.
    fn group(&self, group: &Row, found: &mut [u64]) -> Vec<u64> {
        let mut seen = vec![0; self.words];
        let mut seen_with_others = seen.clone();
        for rule in rows(&self.playbook.rules, group[1], group[2]) {
            if rule[0] != basis::WHEN {
                continue;
            }
            let depends = self.depends(rule[1] as u32);
            if depends.iter().map(|word| word.count_ones()).sum::<u32>() > 1 {
                add(found, set_of(&self.sets, self.words, rule[1] as usize));
                add_both(found, &seen, depends);
                add(&mut seen_with_others, depends);
            } else {
                add_both(found, &seen_with_others, depends);
                add_both(found, &self.loose, depends);
            }
            add(&mut seen, depends);
        }
        seen
    }

    /// Whether some values of an attribute of which nothing is known pass a test, and others don't. May say no where it is so.
    fn splits(&self, attribute: i64, tested: &Row) -> bool {
        let Some(attribute) = self.playbook.attributes.get(attribute as usize) else {
            return false;
        };
        let &[what, a, b, c, d, ..] = tested;
        match (self.playbook.kind(attribute), what) {
            (kind, _) if is_loose(&kind) => false,
            (Kind::Boolean, test::BOOLEAN) => a == 1 || a == 2,
            (Kind::Number { min, max, whole }, test::NUMBER) => {
                let intervals = self.playbook.list(a, b).as_chunks::<2>().0;
                intervals
                    .iter()
                    .any(|[from, to]| *from <= max && min <= *to)
                    && !intervals
                        .iter()
                        .any(|[from, to]| *from <= min && max <= *to)
                    && (!whole || min % WHOLE == 0 && max % WHOLE == 0)
            }
            (Kind::Choice(options), test::CHOICE) => b > 0 && b < options.len() as i64,
            (Kind::Choices(_), test::CHOICES) => {
                let &[.., there, _, _] = tested;
                there.count_ones() == 1 && b + c + d > 0
            }
            _ => false,
        }
    }
}

fn is_loose(kind: &Kind) -> bool {
    match kind {
        Kind::Text => true,
        Kind::Choices(options) => options.len() > limits::CHOICES_COMPLETED,
        _ => false,
    }
}

/// Adds what is in both.
pub(super) fn add_both(set: &mut [u64], one: &[u64], other: &[u64]) {
    for (word, (one, other)) in set.iter_mut().zip(one.iter().zip(other)) {
        *word |= one & other;
    }
}
