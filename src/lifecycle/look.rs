//! One look at a record's evidence, as people see it and as automation does.

use super::held::{Kept, Learned};
use crate::evaluate::{Inquiry, Truth};
use crate::gather::Gather;
use crate::playbook::lifecycle::{Gate, Identity, Lifecycle, Requirement};
use crate::playbook::{ConditionId, Millis};
use alloc::{boxed::Box, vec::Vec};

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Eyes {
    /// All evidence counts.
    People,
    /// Events from before the discount instant don't.
    Automation,
}

pub(super) struct Look<'h> {
    full: Inquiry<'h>,
    fresh: Option<Inquiry<'h>>,
}

/// A part of a condition that is not met.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unmet {
    pub at: Box<str>,
    pub unknown: bool,
    pub facts: Vec<u16>,
}

/// Why an attribute doesn't do as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    Unknown,
    Source,
    Old,
}

impl<'h> Look<'h> {
    pub fn new(full: Inquiry<'h>, fresh: Option<Inquiry<'h>>) -> Self {
        Self { full, fresh }
    }

    fn by(&mut self, eyes: Eyes) -> &mut Inquiry<'h> {
        match (&mut self.fresh, eyes) {
            (Some(fresh), Eyes::Automation) => fresh,
            _ => &mut self.full,
        }
    }

    pub fn is_met(&mut self, eyes: Eyes, condition: ConditionId) -> bool {
        self.by(eyes).is_met(condition)
    }

    /// The parts of a gate that are not met.
    pub fn unmet(&mut self, eyes: Eyes, gate: &Gate) -> Vec<Unmet> {
        let inquiry = self.by(eyes);
        if inquiry.is_met(gate.condition) {
            return Vec::new();
        }
        let parts = match gate.parts.len() {
            1 => Vec::from([gate.condition]),
            _ => inquiry.parts(gate.condition),
        };
        let parts = parts.iter().zip(&gate.parts);
        let unmet = parts.filter_map(|(condition, at)| {
            let truth = inquiry.truth(*condition);
            (truth != Truth::Met).then(|| Unmet {
                at: at.clone(),
                unknown: truth == Truth::Unknown,
                facts: inquiry.open_under(*condition),
            })
        });
        unmet.gather()
    }

    pub fn score(&mut self, score: u16) -> i64 {
        self.full.score(score)
    }

    pub fn is_known(&self, attribute: u16) -> bool {
        self.full.is_known(attribute)
    }

    pub fn is_identified(&self, identity: Option<&Identity>) -> bool {
        identity.is_none_or(|it| it.any_of.iter().any(|attribute| self.is_known(*attribute)))
    }

    /// Whether somebody is known who showed interest.
    pub fn is_lead(&mut self, identity: Option<&Identity>) -> bool {
        let interest = identity.and_then(|it| it.interest.as_ref());
        self.is_identified(identity) && interest.is_none_or(|gate| self.full.is_met(gate.condition))
    }

    /// The fact that counts for an attribute.
    pub fn fact<'f>(&self, kept: &'f Kept, attribute: u16) -> Option<&'f Learned> {
        let numbered = (0..).zip(&kept.facts);
        let mut of = numbered.filter(|(_, learned)| learned.fact.attribute == attribute);
        of.find(|(place, _)| self.full.counts(*place))
            .map(|(_, learned)| learned)
    }

    /// What an attribute lacks to be good evidence.
    pub fn lack(&self, kept: &Kept, requirement: &Requirement, as_of: Millis) -> Option<Lack> {
        let fact = self.fact(kept, requirement.attribute).map(|it| &it.fact);
        let Some(fact) = fact.filter(|_| self.is_known(requirement.attribute)) else {
            return Some(Lack::Unknown);
        };
        let sources = requirement.sources.as_ref();
        if sources.is_some_and(|sources| !sources.contains(&fact.source)) {
            return Some(Lack::Source);
        }
        let within = requirement.within?;
        let lately = fact.at.is_some_and(|at| at > as_of.saturating_sub(within));
        (!lately).then_some(Lack::Old)
    }

    /// Whether something came after an instant: an event that counts, or a fact that is worth something.
    pub fn is_new(&self, kept: &Kept, after: Millis, as_of: Millis) -> bool {
        let mut facts = (0..).zip(&kept.facts);
        kept.counting(after, as_of).next().is_some()
            || facts.any(|(place, learned)| {
                learned.at > after && learned.at <= as_of && self.full.is_sound(place)
            })
    }

    /// The first instant at which some condition comes out otherwise.
    pub fn first_change(&mut self, eyes: Eyes, conditions: &[ConditionId]) -> Option<Millis> {
        self.by(eyes).first_change(conditions)
    }

    /// The journey's position.
    pub fn position(&mut self, lifecycle: &Lifecycle) -> Option<u16> {
        let positions = &lifecycle.journey.as_ref()?.positions;
        let first = positions
            .iter()
            .position(|it| it.when.is_none_or(|when| self.full.is_met(when)));
        first.and_then(|place| u16::try_from(place).ok())
    }

    /// What to offer.
    pub fn content<'l>(
        &mut self,
        lifecycle: &'l Lifecycle,
        position: Option<u16>,
        stage: u16,
    ) -> Vec<&'l str> {
        let mut content: Vec<&str> = Vec::new();
        let journey = lifecycle.journey.as_ref();
        for offer in journey.map_or(&[][..], |it| &it.content) {
            let here = offer
                .positions
                .as_ref()
                .is_none_or(|list| position.is_some_and(|at| list.contains(&at)))
                && offer
                    .stages
                    .as_ref()
                    .is_none_or(|list| list.contains(&stage))
                && offer.when.is_none_or(|when| self.full.is_met(when));
            for label in offer.suggest.iter().filter(|_| here) {
                if !content.contains(&&**label) {
                    content.push(label);
                }
            }
        }
        content
    }
}
