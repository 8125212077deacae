//! Attributes for which a range of answers does not say that both ends are reached.
//!
//! A condition that names an open attribute once, in a test that some of its values pass and others don't, and that says it
//! may come out either way, does so for some completions. The attributes gathered here are those for which that is not certain.

use super::{Basis, Condition, ConditionId, Group, Index, Kind, Playbook, Test};
use crate::evidence::WHOLE;
use crate::limits;
use alloc::{vec, vec::Vec};

/// Sets of attributes by condition, one after the other.
pub(super) fn tangled(playbook: &Playbook, index: &Index) -> Vec<u64> {
    let mut tangle = Tangle {
        playbook,
        index,
        conditions: vec![None; playbook.conditions.len()],
        scores: vec![None; playbook.scores.len()],
    };
    (0..playbook.conditions.len() as ConditionId)
        .flat_map(|condition| tangle.condition(condition))
        .collect()
}

struct Tangle<'a> {
    playbook: &'a Playbook,
    index: &'a Index,
    conditions: Vec<Option<Vec<u64>>>,
    scores: Vec<Option<Vec<u64>>>,
}

impl Tangle<'_> {
    fn condition(&mut self, id: ConditionId) -> Vec<u64> {
        if let Some(Some(known)) = self.conditions.get(id as usize) {
            return known.clone();
        }
        let found = self.fresh(id);
        if let Some(slot) = self.conditions.get_mut(id as usize) {
            *slot = Some(found.clone());
        }
        found
    }

    fn fresh(&mut self, id: ConditionId) -> Vec<u64> {
        let playbook = self.playbook;
        let nothing = vec![0; self.index.words()];
        match playbook.conditions.get(id as usize) {
            Some(
                Condition::All(parts)
                | Condition::Any(parts)
                | Condition::None(parts)
                | Condition::AtLeast(_, parts),
            ) => self.together(parts.iter().copied()),
            Some(Condition::Fact(attribute, test)) if self.splits(*attribute, test) => nothing,
            Some(Condition::Score(score, i64::MIN, _) | Condition::Score(score, _, i64::MAX)) => {
                self.score(*score)
            }
            _ => self.index.of_condition(id).to_vec(),
        }
    }

    /// Those of each part, and those that occur in several.
    fn together(&mut self, parts: impl Iterator<Item = ConditionId>) -> Vec<u64> {
        let mut found = vec![0; self.index.words()];
        let mut seen = found.clone();
        for part in parts {
            add(&mut found, &self.condition(part));
            add_both(&mut found, &seen, self.index.of_condition(part));
            add(&mut seen, self.index.of_condition(part));
        }
        found
    }

    fn score(&mut self, score: u16) -> Vec<u64> {
        if let Some(Some(known)) = self.scores.get(usize::from(score)) {
            return known.clone();
        }
        let mut found = vec![0; self.index.words()];
        let mut seen = found.clone();
        let playbook = self.playbook;
        let definition = playbook.scores.get(usize::from(score));
        for group in definition.iter().flat_map(|score| &score.groups) {
            let in_group = self.group(group, &mut found);
            add_both(&mut found, &seen, &in_group);
            add(&mut seen, &in_group);
        }
        if let Some(slot) = self.scores.get_mut(usize::from(score)) {
            *slot = Some(found.clone());
        }
        found
    }

    /// Rules on one attribute alone are judged together over its values, so those may share it. Gives back all attributes.
    fn group(&mut self, group: &Group, found: &mut [u64]) -> Vec<u64> {
        let mut seen = vec![0; self.index.words()];
        let mut seen_with_others = seen.clone();
        for rule in &group.rules {
            let Basis::When(condition) = rule.basis else {
                continue;
            };
            let depends = self.index.of_condition(condition);
            if depends.iter().map(|word| word.count_ones()).sum::<u32>() > 1 {
                add(found, &self.condition(condition));
                add_both(found, &seen, depends);
                add(&mut seen_with_others, depends);
            } else {
                add_both(found, &seen_with_others, depends);
                add_both(found, &self.loose(), depends);
            }
            add(&mut seen, depends);
        }
        seen
    }

    /// Attributes whose completions leave some tests unknown.
    fn loose(&self) -> Vec<u64> {
        let mut found = vec![0; self.index.words()];
        for (place, attribute) in self.playbook.attributes.iter().enumerate() {
            if is_loose(&attribute.kind) {
                super::mark(&mut found, place);
            }
        }
        found
    }

    /// Whether some values of an attribute of which nothing is known pass a test, and others don't. May say no where it is so.
    fn splits(&self, attribute: u16, test: &Test) -> bool {
        let attribute = self.playbook.attributes.get(usize::from(attribute));
        match (attribute.map(|attribute| &attribute.kind), test) {
            (Some(kind), _) if is_loose(kind) => false,
            (Some(Kind::Boolean), Test::Boolean([no, yes])) => no != yes,
            (Some(Kind::Number { min, max, whole }), Test::Number(intervals)) => {
                let passes = |(from, to): &(i64, i64)| from <= max && min <= to;
                let all_pass = |(from, to): &(i64, i64)| from <= min && max <= to;
                intervals.iter().any(passes)
                    && !intervals.iter().any(all_pass)
                    && (!whole || min % WHOLE == 0 && max % WHOLE == 0)
            }
            (Some(Kind::Choice(options)), Test::Choice(passing)) => {
                !passing.is_empty() && passing.len() < options.len()
            }
            (Some(Kind::Choices(_)), Test::Choices { any, all, none }) => {
                let mut parts = [any, all, none].into_iter().flatten();
                parts.next().is_some_and(|part| !part.is_empty()) && parts.next().is_none()
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

fn add(set: &mut [u64], more: &[u64]) {
    for (word, more) in set.iter_mut().zip(more) {
        *word |= more;
    }
}

/// Adds what is in both.
fn add_both(set: &mut [u64], one: &[u64], other: &[u64]) {
    for (word, (one, other)) in set.iter_mut().zip(one.iter().zip(other)) {
        *word |= one & other;
    }
}
