//! What a move does to a record.

use super::clocks::End;
use super::effects::{Change, Source};
use super::held::Held;
use super::standing::{By, ClockNews, History, Move, Owner, Standing, Stay};
use crate::playbook::Millis;
use crate::playbook::document::stages::Command;
use crate::playbook::lifecycle::{Lifecycle, Passage};
use alloc::{boxed::Box, vec::Vec};

/// What happens in an input, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Happening {
    pub moves: Vec<Move>,
    pub changes: Vec<Change>,
    pub clocks: Vec<ClockNews>,
}

/// What is said with a move.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub by: Option<&'a str>,
    pub on: Option<Command>,
    pub act: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub note: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub return_at: Option<Millis>,
}

/// Commands by which a record goes out of sight for now.
const DISCOUNTING: [Command; 4] = [
    Command::Reject,
    Command::Recycle,
    Command::Disqualify,
    Command::Lose,
];

/// A record that is being changed.
pub(super) struct Subject<'a> {
    pub lifecycle: &'a Lifecycle,
    pub id: Option<&'a str>,
    pub held: &'a mut Held,
    pub standing: &'a mut Standing,
    pub as_of: Millis,
    pub happening: Happening,
}

impl Subject<'_> {
    /// Begins the record in a stage.
    pub fn begin(&mut self, stage: u16, since: Millis) {
        self.enter(stage, since, None, Said::default());
    }

    /// Makes a transition.
    pub fn pass(&mut self, passage: &Passage, said: Said<'_>) {
        let end = match passage.on {
            Some(_) => End::Met,
            None => End::Stopped,
        };
        self.standing
            .end_clock(end, self.as_of, &mut self.happening.clocks);
        if let Some(stay) = self.standing.stay {
            let history = self.standing.stages.entry(stay.stage).or_default();
            history.last_left = Some(self.as_of);
            history.spent_ms = history
                .spent_ms
                .saturating_add(self.as_of.saturating_sub(stay.since));
        }
        self.enter(passage.to, self.as_of, Some(passage), said);
    }

    fn enter(&mut self, stage: u16, since: Millis, passage: Option<&Passage>, said: Said<'_>) {
        let from = self.standing.stay.map(|stay| stay.stage);
        let skipped = self.infer_skipped(passage, since);
        let rules = self.lifecycle.stages.get(usize::from(stage));
        let history = self.standing.stages.entry(stage).or_default();
        if history.times == 0 {
            history.first_entered = since;
            history.inferred = false;
        }
        history.last_entered = Some(since);
        history.times = history.times.saturating_add(1);
        let by_command = said.on.is_some_and(|on| DISCOUNTING.contains(&on));
        let discounted = rules
            .and_then(|rules| rules.discounts)
            .unwrap_or(by_command);
        if discounted {
            self.standing.discount = Some(since);
            self.held.discount(since);
        }
        self.held.enter(stage, since);
        self.standing.stay = Some(Stay {
            stage,
            since,
            discounted,
            clocked: false,
        });
        let has_status = rules.is_some_and(|rules| !rules.statuses.is_empty());
        self.standing.status = has_status.then_some((0, since));
        self.standing.return_at = rules.and_then(|rules| rules.returns).and_then(|returns| {
            let after = returns.after.map(|after| since.saturating_add(after));
            said.return_at.or(after)
        });
        if let Some(rules) = rules
            && (rules.role.is_some() || rules.queue.is_some())
            && (rules.role != self.standing.owner.role || rules.queue != self.standing.owner.queue)
        {
            self.standing.owner = Owner {
                role: rules.role.clone(),
                queue: rules.queue.clone(),
                name: None,
            };
        }
        if let Some(owner) = said.owner {
            self.standing.owner.name = Some(Box::from(owner));
        }
        self.change_crm(stage, passage, &skipped, since, said);
        self.happening.moves.push(Move {
            at: since,
            from,
            to: stage,
            by: match (passage, said.by) {
                (None, _) => By::Start,
                (Some(_), None) => By::Automation,
                (Some(_), Some(role)) => By::Role(Box::from(role)),
            },
            on: said.on,
            act: said.act.map(Box::from),
            reason: said.reason.map(Box::from),
            note: said.note.map(Box::from),
            skipped,
        });
    }

    /// Gives stages that were never entered an inferred date.
    fn infer_skipped(&mut self, passage: Option<&Passage>, at: Millis) -> Vec<u16> {
        let mut skipped = Vec::new();
        for stage in passage.map_or(&[][..], |passage| &passage.skips) {
            if !self.standing.stages.contains_key(stage) {
                let history = History {
                    first_entered: at,
                    inferred: true,
                    ..History::default()
                };
                self.standing.stages.insert(*stage, history);
                skipped.push(*stage);
            }
        }
        skipped
    }

    fn change_crm(
        &mut self,
        stage: u16,
        passage: Option<&Passage>,
        skipped: &[u16],
        since: Millis,
        said: Said<'_>,
    ) {
        let source = Source {
            lifecycle: self.lifecycle,
            id: self.id,
            as_of: self.as_of,
            at: since,
            reason: said.reason,
            note: said.note,
        };
        let changes = &mut self.happening.changes;
        if let Some(passage) = passage {
            source.carry_out(self.held, self.standing, &passage.crm, changes);
        }
        let rules = |stage: &u16| self.lifecycle.stages.get(usize::from(*stage));
        for skipped in skipped.iter().filter_map(rules) {
            source.infer(self.standing, &skipped.crm, changes);
        }
        if let Some(rules) = rules(&stage) {
            source.carry_out(self.held, self.standing, &rules.crm, changes);
            if let Some(status) = rules.statuses.first() {
                source.carry_out(self.held, self.standing, &status.crm, changes);
            }
        }
    }
}
