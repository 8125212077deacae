//! What evaluation gets of a lead's evidence, whether it is laid out or in a state.

use super::InStage;
use super::judged::Judged;
#[cfg(feature = "document")]
use super::laid_out::Close;
use super::state::{Known, State, Why};
use crate::playbook::Millis;
use crate::truth::Both;
use alloc::vec::Vec;

/// A lead's evidence, looked at for an instant.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'s> {
    pub stage: Option<InStage>,
    pub state: &'s State,
    pub known: &'s Known,
    /// The same where it lies close together.
    #[cfg(feature = "document")]
    pub(super) close: Option<Close<'s>>,
}

impl<'s> Seen<'s> {
    /// Copies by condition how the tests on attributes come out.
    pub fn copy_spans(&self, spans: &mut Vec<Both>) {
        #[cfg(feature = "document")]
        if let Some(close) = &self.close {
            close.copy_spans(spans);
            return;
        }
        spans.clone_from(&self.known.spans);
    }

    /// Copies which attributes are not exactly known.
    pub fn copy_open(&self, open: &mut Vec<u64>) {
        #[cfg(feature = "document")]
        if let Some(close) = &self.close {
            open.clear();
            open.extend(close.open());
            return;
        }
        open.clone_from(&self.known.open);
    }

    /// When the events of a pattern happened, up to an instant.
    #[inline]
    pub fn hits(&self, pattern: u32, as_of: Millis) -> &'s [Millis] {
        #[cfg(feature = "document")]
        if let Some(close) = &self.close {
            return close.times(pattern);
        }
        self.state.hits(pattern, as_of)
    }

    /// What counts of an attribute.
    fn winner(self, attribute: u16) -> Option<&'s Judged> {
        let winner = self.known.winners.get(usize::from(attribute))?;
        let fact = self.state.facts.get(winner.checked_sub(1)? as usize);
        fact.filter(|fact| fact.says)
    }

    /// The options that an attribute may have, where several may be.
    pub fn possible(self, attribute: u16) -> Option<&'s [u16]> {
        self.winner(attribute)?.possible.as_deref()
    }

    /// The range of a number, or a date, where that is known.
    pub fn range(self, attribute: u16) -> (i64, i64) {
        self.winner(attribute).map_or((0, 0), |fact| fact.range)
    }

    /// Whether something is known of an attribute.
    pub fn is_known(self, attribute: u16) -> bool {
        #[cfg(feature = "document")]
        if let Some(close) = &self.close {
            return close.is_known(attribute);
        }
        self.winner(attribute).is_some()
    }

    /// Why a fact doesn't count.
    #[cfg(feature = "document")]
    pub fn why_aside(self, fact: u32) -> Option<Why> {
        self.known.reasons.get(fact as usize).copied().flatten()
    }

    /// Facts that don't count: attribute, source, reason.
    pub fn facts_aside(self) -> impl Iterator<Item = (u16, u16, Why)> {
        let pairs = self.state.facts.iter().zip(&self.known.reasons);
        pairs.filter_map(|(fact, why)| Some((fact.attribute, fact.source, (*why)?)))
    }
}
