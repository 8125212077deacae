//! What has been worked out already, kept until something that it depends on changes.

use super::eval::Sense;
use crate::playbook::{Index, Playbook};
use crate::truth::{Both, Span};
use alloc::vec::Vec;

type Bounds = (i64, i64);

/// Scores and gates in each sense, and what events bring.
#[derive(Clone, Debug, Default)]
pub(super) struct Derived {
    scores: Vec<[Option<Bounds>; 2]>,
    gates: Vec<Both>,
    /// By group: the sums of its rules over events, which depend on no fact and on no sense.
    events: Vec<Option<[i64; 2]>>,
    /// What is put aside while an attribute is assumed to be something else.
    kept_scores: Vec<[Option<Bounds>; 2]>,
    kept_gates: Vec<Both>,
}

impl Derived {
    /// Makes room for a playbook, of which nothing is known yet.
    pub fn fit(&mut self, playbook: &Playbook) {
        self.clear();
        self.scores.resize(playbook.scores.len(), [None; 2]);
        self.gates.resize(playbook.stages.len(), Both::ABSENT);
        self.events.resize(playbook.groups.len(), None);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.scores.fill([None; 2]);
        self.gates.fill(Both::ABSENT);
        self.events.fill(None);
    }

    pub fn score(&self, score: u16, sense: Sense) -> Option<Bounds> {
        let [known, completion] = self.scores.get(usize::from(score))?;
        match sense {
            Sense::Known => *known,
            Sense::Completion => *completion,
            #[cfg(feature = "document")]
            Sense::Ahead => None,
        }
    }

    pub fn keep_score(&mut self, score: u16, sense: Sense, found: Bounds) {
        if let Some([known, completion]) = self.scores.get_mut(usize::from(score)) {
            match sense {
                Sense::Known => *known = Some(found),
                Sense::Completion => *completion = Some(found),
                #[cfg(feature = "document")]
                Sense::Ahead => {}
            }
        }
    }

    pub fn gate(&self, stage: u16, sense: Sense) -> Option<Span> {
        let span = sense.of(*self.gates.get(usize::from(stage))?);
        (span != Span::ABSENT).then_some(span)
    }

    pub fn keep_gate(&mut self, stage: u16, sense: Sense, found: Span) {
        if let Some(both) = self.gates.get_mut(usize::from(stage)) {
            *both = sense.put(*both, found);
        }
    }

    pub fn events(&self, group: usize) -> Option<[i64; 2]> {
        self.events.get(group).copied().flatten()
    }

    pub fn keep_events(&mut self, group: usize, found: [i64; 2]) {
        if let Some(slot) = self.events.get_mut(group) {
            *slot = Some(found);
        }
    }

    /// Puts aside what depends on an attribute.
    pub fn put_aside(&mut self, index: &Index, attribute: u16) {
        for score in index.scores_on(attribute) {
            if let Some(slot) = self.scores.get_mut(*score as usize) {
                self.kept_scores.push(core::mem::take(slot));
            }
        }
        for gate in index.gates_on(attribute) {
            if let Some(slot) = self.gates.get_mut(*gate as usize) {
                self.kept_gates.push(core::mem::replace(slot, Both::ABSENT));
            }
        }
    }

    /// Takes back what was put aside last, for the same attribute.
    pub fn take_back(&mut self, index: &Index, attribute: u16) {
        for score in index.scores_on(attribute).iter().rev() {
            if let Some(slot) = self.scores.get_mut(*score as usize) {
                *slot = self.kept_scores.pop().unwrap_or_default();
            }
        }
        for gate in index.gates_on(attribute).iter().rev() {
            if let Some(slot) = self.gates.get_mut(*gate as usize) {
                *slot = self.kept_gates.pop().unwrap_or(Both::ABSENT);
            }
        }
    }
}
