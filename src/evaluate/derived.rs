//! What has been worked out already, kept until something that it depends on changes.

use super::eval::Sense;
#[cfg(feature = "document")]
use crate::playbook::Touched;
use crate::playbook::{Index, Playbook};
use crate::truth::{Both, Span};
use alloc::vec::Vec;

type Bounds = (i64, i64);

/// Scores and gates in each sense, and what events bring.
#[derive(Clone, Debug, Default)]
pub(super) struct Derived {
    scores: Vec<[Option<Bounds>; 2]>,
    gates: Vec<Both>,
    /// By group: the sum of its rules over events, which depends on no fact and on no sense.
    events: Vec<Option<Bounds>>,
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

    /// Forgets what is touched, and the gates.
    #[cfg(feature = "document")]
    pub fn forget(&mut self, touched: &Touched) {
        let touched_scores = self.scores.iter_mut().zip(&touched.scores);
        for (score, _) in touched_scores.filter(|(_, touched)| **touched) {
            *score = [None; 2];
        }
        let touched_groups = self.events.iter_mut().zip(&touched.groups);
        for (events, _) in touched_groups.filter(|(_, touched)| **touched) {
            *events = None;
        }
        self.gates.fill(Both::ABSENT);
    }

    pub fn score(&self, score: u16, sense: Sense) -> Option<Bounds> {
        let [known, completion] = self.scores.get(usize::from(score))?;
        match sense {
            Sense::Known => *known,
            Sense::Completion => *completion,
        }
    }

    pub fn keep_score(&mut self, score: u16, sense: Sense, found: Bounds) {
        if let Some([known, completion]) = self.scores.get_mut(usize::from(score)) {
            match sense {
                Sense::Known => *known = Some(found),
                Sense::Completion => *completion = Some(found),
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

    pub fn events(&self, group: usize) -> Option<Bounds> {
        self.events.get(group).copied().flatten()
    }

    pub fn keep_events(&mut self, group: usize, found: Bounds) {
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
