//! Questions about a lead that no decision answers: the truth of single conditions.

use super::eval::Eval;
use super::forecast::Change;
use super::session::Session;
use super::truth::Span;
use crate::evidence::{Known, Why};
use crate::playbook::{Condition, ConditionId, Millis, is_marked};
use alloc::vec::Vec;

/// One look at a lead, to be asked about conditions.
pub(crate) struct Inquiry<'s> {
    eval: Eval<'s, 's>,
    aside: Vec<(u32, Why)>,
}

/// How a condition comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Unmet,
    Unknown,
    Met,
}

impl Session {
    /// Looks at the lead at an instant.
    pub(crate) fn inquire(&mut self, as_of: Millis) -> Inquiry<'_> {
        let (known, aside) = self.state.known(&self.playbook, as_of);
        Inquiry {
            eval: Eval::new(&self.playbook, &self.state, known, as_of),
            aside,
        }
    }
}

impl<'s> Inquiry<'s> {
    pub(crate) fn truth(&mut self, condition: ConditionId) -> Truth {
        match self.eval.condition(condition).least {
            0 => Truth::Unmet,
            1 => Truth::Unknown,
            _ => Truth::Met,
        }
    }

    pub(crate) fn is_met(&mut self, condition: ConditionId) -> bool {
        self.truth(condition) == Truth::Met
    }

    /// The parts of a condition that has several.
    pub(crate) fn parts(&self, condition: ConditionId) -> &'s [ConditionId] {
        match self.eval.playbook.conditions.get(condition as usize) {
            Some(Condition::All(parts)) => parts,
            _ => &[],
        }
    }

    /// The attributes that a condition depends on and that are not exactly known.
    pub(crate) fn open_under(&self, condition: ConditionId) -> Vec<u16> {
        let playbook = self.eval.playbook;
        let depends = playbook.index.of_condition(condition);
        let places = 0..playbook.attributes.len() as u16;
        places
            .filter(|place| is_marked(depends, usize::from(*place)))
            .filter(|place| self.known(*place).is_some_and(Known::is_open))
            .collect()
    }

    pub(crate) fn known(&self, attribute: u16) -> Option<&Known> {
        self.eval.known.get(usize::from(attribute))
    }

    /// Whether a fact, by its place, counts.
    pub(crate) fn counts(&self, fact: u32) -> bool {
        self.aside
            .binary_search_by_key(&fact, |(place, _)| *place)
            .is_err()
    }

    /// Whether a fact counts, or would but for another that outranks it.
    pub(crate) fn is_sound(&self, fact: u32) -> bool {
        match self.aside.binary_search_by_key(&fact, |(place, _)| *place) {
            Ok(at) => matches!(self.aside.get(at), Some((_, Why::Outranked))),
            Err(_) => true,
        }
    }

    /// A score's value, in thousandths.
    pub(crate) fn score(&mut self, score: u16) -> i64 {
        self.eval.score(score).0
    }

    /// The first instant at which one of these conditions comes out otherwise, or how far that was searched.
    pub(crate) fn first_change(&mut self, conditions: &[ConditionId]) -> Option<Millis> {
        if conditions.is_empty() {
            return None;
        }
        let now: Vec<(ConditionId, bool)> = conditions
            .iter()
            .map(|condition| (*condition, self.is_met(*condition)))
            .collect();
        let change = self.eval.first_change(&mut |eval| {
            let mut span = Span::TRUE;
            for (condition, met) in &now {
                span = span.and(eval.condition(*condition).same_as(*met));
            }
            span
        });
        match change {
            Change::At(at) | Change::NotBefore(at) => Some(at),
            Change::Never => None,
        }
    }
}
