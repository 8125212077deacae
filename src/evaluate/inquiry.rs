//! Questions about a lead that no decision answers: the truth of single conditions.

use super::eval::Eval;
use super::forecast::Change;
use super::session::Session;
use crate::evidence::Why;
use crate::playbook::{ConditionId, Millis, is_marked, op, row};
use crate::truth::Span;
use alloc::vec::Vec;

/// One look at a lead, to be asked about conditions.
pub(crate) struct Inquiry<'s> {
    eval: Eval<'s, 's>,
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
        let Self {
            playbook,
            state,
            room,
        } = self;
        let seen = state.look(playbook, as_of);
        Inquiry {
            eval: Eval::new(playbook, seen, room, as_of),
        }
    }
}

impl<'s> Inquiry<'s> {
    pub(crate) fn truth(&mut self, condition: ConditionId) -> Truth {
        match self.eval.condition(condition).least() {
            0 => Truth::Unmet,
            1 => Truth::Unknown,
            _ => Truth::Met,
        }
    }

    pub(crate) fn is_met(&mut self, condition: ConditionId) -> bool {
        self.truth(condition) == Truth::Met
    }

    /// The parts of a condition that has several.
    pub(crate) fn parts(&self, condition: ConditionId) -> Vec<ConditionId> {
        let playbook = self.eval.playbook;
        match row(&playbook.conditions, i64::from(condition)) {
            &[op::ALL, start, count, ..] => {
                let parts = playbook.list(start, count).iter();
                parts.map(|part| *part as ConditionId).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The attributes that a condition depends on and that are not exactly known.
    pub(crate) fn open_under(&self, condition: ConditionId) -> Vec<u16> {
        let playbook = self.eval.playbook;
        let depends = playbook.index.of_condition(condition);
        let places = 0..playbook.attributes.len() as u16;
        places
            .filter(|place| is_marked(depends, usize::from(*place)))
            .filter(|place| is_marked(&self.eval.room.open, usize::from(*place)))
            .collect()
    }

    /// Whether something is known of an attribute.
    pub(crate) fn is_known(&self, attribute: u16) -> bool {
        self.eval.seen.is_known(attribute)
    }

    /// Whether a fact, by its place, counts.
    pub(crate) fn counts(&self, fact: u32) -> bool {
        self.eval.seen.why_aside(fact).is_none()
    }

    /// Whether a fact counts, or would but for another that outranks it.
    pub(crate) fn is_sound(&self, fact: u32) -> bool {
        matches!(self.eval.seen.why_aside(fact), None | Some(Why::Outranked))
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
