//! What a transition asks of a record.

use super::held::Kept;
use super::input::Order;
use super::look::{Eyes, Look};
use super::refusal::{Refusal, Why};
use super::standing::{Standing, Stay};
use crate::gather::Gather;
use crate::playbook::Millis;
use crate::playbook::document::stages::{Command, Due};
use crate::playbook::lifecycle::{Lifecycle, Passage};
use alloc::{boxed::Box, vec::Vec};

/// A record at the moment at which a transition is judged.
pub(super) struct Moment<'l, 'a> {
    pub lifecycle: &'l Lifecycle,
    pub kept: &'a Kept,
    pub standing: &'a Standing,
    pub stay: Stay,
    pub as_of: Millis,
}

impl<'l> Moment<'l, '_> {
    /// What evidence and history lack for a transition.
    pub fn lacking(&self, look: &mut Look<'_>, eyes: Eyes, passage: &Passage) -> Vec<Refusal> {
        let to = passage.to;
        let mut lacking = Vec::new();
        let mut add = |why| lacking.push(Refusal::of(to, why));
        let lifecycle = self.lifecycle;
        let target = lifecycle.stages.get(usize::from(to));
        if let Some(identity) = &lifecycle.identity
            && identity.anonymous.get(usize::from(to)) != Some(&true)
        {
            if !look.is_identified(Some(identity)) {
                add(Why::NotIdentified(identity.any_of.clone()));
            }
            if let Some(gate) = &identity.interest {
                look.unmet(Eyes::People, gate)
                    .into_iter()
                    .for_each(|unmet| add(Why::Criterion(unmet)));
            }
        }
        let here = lifecycle.stages.get(usize::from(self.stay.stage));
        let exit = here.and_then(|rules| rules.exit.as_ref());
        let enter = target.and_then(|rules| rules.enter.as_ref());
        for gate in [exit, enter, passage.when.as_ref()].into_iter().flatten() {
            look.unmet(eyes, gate)
                .into_iter()
                .for_each(|unmet| add(Why::Criterion(unmet)));
        }
        let required = target.map_or(&[][..], |rules| &rules.requires).iter();
        for requirement in required.chain(&passage.requires) {
            if let Some(lack) = look.lack(self.kept, requirement, self.as_of) {
                add(Why::Evidence(
                    requirement.attribute,
                    lack,
                    requirement.sources.clone(),
                ));
            }
        }
        let rule = target.and_then(|rules| rules.re_entry.as_ref());
        let history = self.standing.stages.get(&to);
        if let (Some(rule), Some(history)) = (rule, history)
            && history.times > 0
        {
            // What is still the stage would be left now.
            let left = match self.stay.stage == to {
                true => Some(self.as_of),
                false => history.last_left,
            };
            if let (Some(after), Some(left)) = (rule.after, left)
                && self.as_of < left.saturating_add(after)
            {
                add(Why::TooSoon(left.saturating_add(after)));
            }
            if rule.at_most.is_some_and(|most| history.times >= most) {
                add(Why::TooOften);
            }
            if let Some(gate) = &rule.when {
                look.unmet(eyes, gate)
                    .into_iter()
                    .for_each(|unmet| add(Why::Criterion(unmet)));
            }
        }
        lacking
    }

    /// What is missing of the words of a command.
    fn unsaid(&self, order: &Order, passage: &Passage) -> Vec<Refusal> {
        let to = passage.to;
        let mut missing = Vec::new();
        let mut add = |why| missing.push(Refusal::of(to, why));
        if role(order, passage).is_none() {
            add(Why::Role(passage.by.clone()));
        }
        let reasons = &self.lifecycle.reasons;
        let allowed = || {
            let these = reasons
                .iter()
                .filter(|it| it.commands.contains(&order.command));
            these.map(|it| it.name.clone()).collect::<Vec<Box<str>>>()
        };
        let given = match &order.reason {
            None if passage.reason_needed => {
                add(Why::ReasonMissing(allowed()));
                None
            }
            None => None,
            Some(name) => {
                let found = reasons
                    .iter()
                    .find(|it| it.name == *name && it.commands.contains(&order.command));
                if found.is_none() {
                    add(Why::ReasonUnknown(name.clone(), allowed()));
                }
                found
            }
        };
        let needed = passage.note_needed || given.is_some_and(|reason| reason.note_needed);
        let blank = order
            .note
            .as_ref()
            .is_none_or(|note| note.trim().is_empty());
        if needed && blank {
            add(Why::NoteMissing);
        }
        let target = self.lifecycle.stages.get(usize::from(to));
        match (target.and_then(|rules| rules.returns), order.return_at) {
            (None, Some(_)) => add(Why::ReturnUnexpected),
            (Some(_), Some(at)) if at <= self.as_of => add(Why::ReturnPast),
            (Some(returns), None) if returns.required && returns.after.is_none() => {
                add(Why::ReturnMissing);
            }
            _ => {}
        }
        missing
    }

    /// The transition that a command makes.
    pub fn commanded(
        &self,
        look: &mut Look<'_>,
        order: &Order,
    ) -> Result<&'l Passage, Vec<Refusal>> {
        let stage = self.stay.stage;
        let from_here = self.lifecycle.transitions.iter();
        let from_here = from_here.filter(|passage| passage.from.contains(&stage));
        let candidates: Vec<&'l Passage> = from_here
            .clone()
            .filter(|passage| passage.on == Some(order.command))
            .filter(|passage| order.to.is_none_or(|to| passage.to == to))
            .filter(|passage| order.command != Command::Own || passage.act == order.act)
            .gather();
        let mut lists = Vec::new();
        for passage in candidates {
            let mut missing = self.unsaid(order, passage);
            missing.extend(self.lacking(look, Eyes::People, passage));
            if missing.is_empty() {
                return Ok(passage);
            }
            lists.push((role(order, passage).is_some(), missing));
        }
        if lists.is_empty() {
            let may = |command: &&Command| {
                from_here
                    .clone()
                    .any(|it| it.on == Some(**command) && role(order, it).is_some())
            };
            return Err(Vec::from([Refusal {
                to: order.to,
                why: Why::NoTransition {
                    stage,
                    command: order.command,
                    possible: Command::ALL.iter().filter(may).copied().gather(),
                },
            }]));
        }
        let some_may = lists.iter().any(|(may, _)| *may);
        let lists = lists.into_iter().filter(|(may, _)| *may || !some_may);
        Err(lists.flat_map(|(_, missing)| missing).gather())
    }

    /// The transition that automation makes, if any, among those whose target was not visited.
    pub fn automatic(&self, look: &mut Look<'_>, visited: &[u16]) -> Option<&'l Passage> {
        let held_back = self.held_back(look);
        let mut passages = self.lifecycle.transitions.iter();
        passages.find(|passage| {
            passage.on.is_none()
                && passage.from.contains(&self.stay.stage)
                && !visited.contains(&passage.to)
                && match passage.due {
                    None => !held_back,
                    Some(Due::ReturnDate) => {
                        self.standing.return_at.is_some_and(|at| at <= self.as_of)
                    }
                    Some(Due::Inactivity) => self.inactive_at().is_some_and(|at| at <= self.as_of),
                }
                && self.lacking(look, Eyes::Automation, passage).is_empty()
        })
    }

    /// Whether evidence from before the discount is all there is, so that automation waits.
    pub fn held_back(&self, look: &Look<'_>) -> bool {
        let discount = self.standing.discount.filter(|_| self.stay.discounted);
        discount.is_some_and(|instant| !look.is_new(self.kept, instant, self.as_of))
    }

    /// When the record counts as inactive, if it stays as quiet as it is.
    pub fn inactive_at(&self) -> Option<Millis> {
        let rules = self.lifecycle.stages.get(usize::from(self.stay.stage))?;
        let activity = &self.lifecycle.activity;
        let active = self
            .kept
            .counting(self.stay.since, self.as_of)
            .filter(|event| activity.get(usize::from(event.signal)) == Some(&true))
            .map(|event| event.at)
            .max();
        let last = active.unwrap_or(self.stay.since);
        Some(last.saturating_add(rules.inactive_after?))
    }
}

/// The first role of whoever commands that may.
pub(super) fn role<'o>(order: &'o Order, passage: &Passage) -> Option<&'o str> {
    let mut names = order.by.iter();
    names
        .find(|name| passage.by.contains(name))
        .map(|name| &**name)
}
