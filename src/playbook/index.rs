//! What is derived from a compiled playbook once, when it is made or loaded.

use super::tangled::tangled;
use super::{Basis, Condition, ConditionId, Kind, Playbook, Score, Stage, Test};
use alloc::{vec, vec::Vec};

/// Who depends on what, and which options tests can't tell apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// Words of a set of attributes.
    words: usize,
    /// Sets of attributes by condition, one after the other.
    depends: Vec<u64>,
    /// By attribute, the conditions that test it.
    tests: Vec<Vec<ConditionId>>,
    /// By attribute that has options, the class of each option.
    classes: Vec<Vec<u16>>,
    /// By signal, its patterns.
    patterns: Vec<Vec<u32>>,
    /// By source, its place among the asserters.
    asserters: Vec<Option<u16>>,
    /// Sets of attributes by condition: those for which a range of answers may be wider than the answers.
    tangled: Vec<u64>,
    /// By attribute, the scores and the stages' gates that depend on it.
    scores_on: Vec<Vec<u16>>,
    gates_on: Vec<Vec<u16>>,
    /// By score, the place of its first group when all groups lie one after the other.
    first_groups: Vec<usize>,
}

impl Index {
    /// The attributes that a condition depends on, as bits; followed by a bit for the stage.
    pub fn of_condition(&self, condition: ConditionId) -> &[u64] {
        let start = condition as usize * self.words;
        self.depends.get(start..start + self.words).unwrap_or(&[])
    }

    /// The attributes for which a condition's range of answers may be wider than its answers.
    pub fn tangled(&self, condition: ConditionId) -> &[u64] {
        let start = condition as usize * self.words;
        self.tangled.get(start..start + self.words).unwrap_or(&[])
    }

    /// The same for a stage's gate, whichever condition it goes by.
    fn of_gate(&self, stage: &Stage) -> Vec<u64> {
        let mut set = vec![0; self.words];
        for condition in [stage.enter, stage.stay].into_iter().flatten() {
            for (word, more) in set.iter_mut().zip(self.of_condition(condition)) {
                *word |= more;
            }
        }
        set
    }

    /// The conditions that test an attribute.
    pub fn tests_of(&self, attribute: u16) -> &[ConditionId] {
        self.tests
            .get(usize::from(attribute))
            .map_or(&[], Vec::as_slice)
    }

    /// The class of each option of an attribute.
    pub fn classes_of(&self, attribute: u16) -> &[u16] {
        self.classes
            .get(usize::from(attribute))
            .map_or(&[], Vec::as_slice)
    }

    pub fn words(&self) -> usize {
        self.words
    }

    /// The scores that depend on an attribute.
    pub fn scores_on(&self, attribute: u16) -> &[u16] {
        self.scores_on
            .get(usize::from(attribute))
            .map_or(&[], Vec::as_slice)
    }

    /// The stages whose gates depend on an attribute.
    pub fn gates_on(&self, attribute: u16) -> &[u16] {
        self.gates_on
            .get(usize::from(attribute))
            .map_or(&[], Vec::as_slice)
    }

    /// The place of a score's first group among all groups.
    pub fn first_group(&self, score: u16) -> usize {
        self.first_groups
            .get(usize::from(score))
            .copied()
            .unwrap_or(0)
    }
}

impl Playbook {
    /// Derives the index; the last step of making a playbook.
    pub(crate) fn indexed(mut self) -> Self {
        let words = self.attributes.len() / 64 + 1;
        let mut index = Index {
            words,
            depends: vec![0; words * self.conditions.len()],
            tests: vec![Vec::new(); self.attributes.len()],
            classes: Vec::new(),
            patterns: vec![Vec::new(); self.signals.len()],
            ..Index::default()
        };
        for (place, pattern) in self.patterns.iter().enumerate() {
            if let Some(list) = index.patterns.get_mut(usize::from(pattern.signal)) {
                list.push(place as u32);
            }
        }
        for (place, condition) in self.conditions.iter().enumerate() {
            if let Condition::Fact(attribute, _) = condition
                && let Some(list) = index.tests.get_mut(usize::from(*attribute))
            {
                list.push(place as u32);
            }
        }
        index.classes = (0..self.attributes.len())
            .map(|attribute| self.classes(attribute, &index))
            .collect();
        index.asserters = self
            .sources
            .iter()
            .map(|source| {
                let at = self.asserters.binary_search(source).ok()?;
                u16::try_from(at).ok()
            })
            .collect();
        let mut made = Dependencies {
            playbook: &self,
            words,
            sets: index.depends,
            done: vec![false; self.conditions.len()],
            scores: vec![None; self.scores.len()],
        };
        for condition in 0..self.conditions.len() {
            made.condition(condition as u32);
        }
        let scores: Vec<_> = (0..self.scores.len())
            .map(|score| made.score(score as u16))
            .collect();
        index.depends = made.sets;
        index.first_groups = first_groups(&self.scores);
        index.scores_on = by_attribute(self.attributes.len(), &scores);
        let gates: Vec<_> = self
            .stages
            .iter()
            .map(|stage| index.of_gate(stage))
            .collect();
        index.gates_on = by_attribute(self.attributes.len(), &gates);
        index.tangled = tangled(&self, &index);
        self.index = index;
        self
    }

    /// Options get the same class where every test on the attribute treats them alike.
    fn classes(&self, attribute: usize, index: &Index) -> Vec<u16> {
        let options = match self.attributes.get(attribute).map(|a| &a.kind) {
            Some(Kind::Choice(options)) => options.len(),
            _ => return Vec::new(),
        };
        let mut classes = vec![0u16; options];
        let mut used = 1u16;
        for test in index.tests.get(attribute).into_iter().flatten() {
            let Some(Condition::Fact(_, Test::Choice(passing))) =
                self.conditions.get(*test as usize)
            else {
                continue;
            };
            // Splits every class of which this test takes some options only.
            let mut split: Vec<Option<u16>> = vec![None; usize::from(used)];
            let mut untouched = vec![0usize; usize::from(used)];
            for (option, class) in classes.iter().enumerate() {
                if passing.binary_search(&(option as u16)).is_err()
                    && let Some(count) = untouched.get_mut(usize::from(*class))
                {
                    *count += 1;
                }
            }
            for option in passing {
                let Some(class) = classes.get_mut(usize::from(*option)) else {
                    continue;
                };
                let from = usize::from(*class);
                if untouched.get(from) == Some(&0) {
                    continue;
                }
                if let Some(slot) = split.get_mut(from) {
                    *class = *slot.get_or_insert_with(|| {
                        used += 1;
                        used - 1
                    });
                }
            }
        }
        classes
    }

    /// The patterns of a signal.
    pub(crate) fn patterns_of(&self, signal: u16) -> &[u32] {
        self.index
            .patterns
            .get(usize::from(signal))
            .map_or(&[], Vec::as_slice)
    }

    /// The place of a source among the asserters.
    pub(crate) fn asserter_of_source(&self, source: u16) -> Option<u16> {
        self.index
            .asserters
            .get(usize::from(source))
            .copied()
            .flatten()
    }

    /// Calls back for every condition and every pattern that a condition depends on, also through scores.
    pub(crate) fn patterns_under(&self, condition: ConditionId) -> Vec<bool> {
        let mut walk = Walk {
            playbook: self,
            conditions: vec![false; self.conditions.len()],
            scores: vec![false; self.scores.len()],
            patterns: vec![false; self.patterns.len()],
        };
        walk.condition(condition);
        walk.patterns
    }
}

/// By attribute, which of the things depend on it whose sets these are.
fn by_attribute(attributes: usize, sets: &[Vec<u64>]) -> Vec<Vec<u16>> {
    (0..attributes)
        .map(|attribute| {
            let depends = |(_, set): &(usize, &Vec<u64>)| is_marked(set, attribute);
            let places = sets.iter().enumerate().filter(depends);
            places.map(|(place, _)| place as u16).collect()
        })
        .collect()
}

fn first_groups(scores: &[Score]) -> Vec<usize> {
    scores
        .iter()
        .scan(0, |next, score| {
            let first = *next;
            *next += score.groups.len();
            Some(first)
        })
        .collect()
}

/// What a condition refers to directly.
pub(super) fn references(
    playbook: &Playbook,
    condition: &Condition,
    each: &mut dyn FnMut(Reference),
) {
    match condition {
        Condition::All(list)
        | Condition::Any(list)
        | Condition::None(list)
        | Condition::AtLeast(_, list) => {
            for part in list {
                each(Reference::Condition(*part));
            }
        }
        Condition::Fact(attribute, _) => each(Reference::Attribute(*attribute)),
        Condition::Count { pattern, .. } => each(Reference::Pattern(*pattern)),
        Condition::Sequence(patterns, _) => {
            for pattern in patterns {
                each(Reference::Pattern(*pattern));
            }
        }
        Condition::Score(score, ..) | Condition::Band(score, _) => each(Reference::Score(*score)),
        Condition::Grade(_) => {
            for score in playbook
                .grade
                .iter()
                .flat_map(|(one, other)| [*one, *other])
            {
                each(Reference::Score(score));
            }
        }
        Condition::Icp(_) => {
            for when in playbook.icp.iter().filter_map(|entry| entry.when) {
                each(Reference::Condition(when));
            }
        }
        Condition::Persona(_) => {
            for when in playbook.personas.iter().filter_map(|entry| entry.when) {
                each(Reference::Condition(when));
            }
        }
        Condition::Criteria(..) => {
            for criterion in playbook.readiness.iter().flat_map(|r| &r.criteria) {
                each(Reference::Condition(criterion.when));
            }
        }
        Condition::Gate(stages) => {
            for stage in stages {
                let stage = playbook.stages.get(usize::from(*stage));
                for when in stage.into_iter().flat_map(|s| [s.enter, s.stay]).flatten() {
                    each(Reference::Condition(when));
                }
            }
        }
        Condition::Stage(_) | Condition::TimeInStage(..) => each(Reference::Stage),
    }
}

/// What a condition or a rule refers to.
pub(super) enum Reference {
    Condition(ConditionId),
    Score(u16),
    Attribute(u16),
    Pattern(u32),
    Stage,
}

/// What the rules of a score refer to.
pub(super) fn rule_references(score: &Score, each: &mut dyn FnMut(Reference)) {
    for rule in score.groups.iter().flat_map(|group| &group.rules) {
        match rule.basis {
            Basis::When(condition) => each(Reference::Condition(condition)),
            Basis::Events { pattern, .. } | Basis::Counting { pattern, .. } => {
                each(Reference::Pattern(pattern));
            }
        }
    }
}

struct Dependencies<'a> {
    playbook: &'a Playbook,
    words: usize,
    sets: Vec<u64>,
    done: Vec<bool>,
    scores: Vec<Option<Vec<u64>>>,
}

impl Dependencies<'_> {
    fn condition(&mut self, id: ConditionId) -> Vec<u64> {
        let start = id as usize * self.words;
        let range = start..start + self.words;
        if self.done.get(id as usize) != Some(&false) {
            return self.sets.get(range).map_or_else(Vec::new, <[u64]>::to_vec);
        }
        let mut set = vec![0; self.words];
        if let Some(condition) = self.playbook.conditions.get(id as usize) {
            references(self.playbook, condition, &mut |reference| {
                self.add(&mut set, reference);
            });
        }
        if let Some(slot) = self.sets.get_mut(range) {
            slot.copy_from_slice(&set);
        }
        if let Some(done) = self.done.get_mut(id as usize) {
            *done = true;
        }
        set
    }

    fn score(&mut self, score: u16) -> Vec<u64> {
        if let Some(Some(set)) = self.scores.get(usize::from(score)) {
            return set.clone();
        }
        let mut set = vec![0; self.words];
        if let Some(definition) = self.playbook.scores.get(usize::from(score)) {
            rule_references(definition, &mut |reference| self.add(&mut set, reference));
        }
        if let Some(slot) = self.scores.get_mut(usize::from(score)) {
            *slot = Some(set.clone());
        }
        set
    }

    fn add(&mut self, set: &mut [u64], reference: Reference) {
        let more = match reference {
            Reference::Condition(id) => self.condition(id),
            Reference::Score(score) => self.score(score),
            Reference::Attribute(attribute) => return mark(set, usize::from(attribute)),
            Reference::Stage => return mark(set, self.playbook.attributes.len()),
            Reference::Pattern(_) => return,
        };
        for (word, more) in set.iter_mut().zip(more) {
            *word |= more;
        }
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

struct Walk<'a> {
    playbook: &'a Playbook,
    conditions: Vec<bool>,
    scores: Vec<bool>,
    patterns: Vec<bool>,
}

impl Walk<'_> {
    fn condition(&mut self, id: ConditionId) {
        if first_visit(&mut self.conditions, id as usize)
            && let Some(condition) = self.playbook.conditions.get(id as usize)
        {
            references(self.playbook, condition, &mut |reference| {
                self.follow(reference)
            });
        }
    }

    fn follow(&mut self, reference: Reference) {
        match reference {
            Reference::Condition(id) => self.condition(id),
            Reference::Score(score) => {
                if first_visit(&mut self.scores, usize::from(score))
                    && let Some(score) = self.playbook.scores.get(usize::from(score))
                {
                    rule_references(score, &mut |reference| self.follow(reference));
                }
            }
            Reference::Pattern(pattern) => {
                first_visit(&mut self.patterns, pattern as usize);
            }
            Reference::Attribute(_) | Reference::Stage => {}
        }
    }
}

fn first_visit(visited: &mut [bool], at: usize) -> bool {
    match visited.get_mut(at) {
        Some(slot) => !core::mem::replace(slot, true),
        None => false,
    }
}
