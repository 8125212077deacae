//! What follows from an input, step by step.

use super::clocks::End;
use super::effects::Source;
use super::held::{Held, Kept};
use super::input::{Act, Input, Order, SetStatus};
use super::look::Look;
use super::merging::Merge;
use super::moving::{Happening, Said, Subject};
use super::passing::{Moment, role};
use super::refusal::{Refusal, Why};
use super::standing::{ClockNews, Merged, Standing};
use crate::gather::{Gather, Keep};
use crate::playbook::Millis;
use crate::playbook::lifecycle::{Lifecycle, Passage};
use alloc::{boxed::Box, vec::Vec};

/// What an input did.
pub(super) struct Outcome {
    pub happening: Happening,
    /// Whether it was a tick at which nothing happened.
    pub idle: bool,
}

/// Applies an input to a record whose time has come.
///
/// Where it is refused, what is given may have been changed in part and is to be thrown away.
pub(super) fn apply(
    lifecycle: &Lifecycle,
    id: Option<&str>,
    held: &mut Held,
    standing: &mut Standing,
    input: &Input,
    as_of: Millis,
) -> Result<Outcome, Vec<Refusal>> {
    if let Act::Merge(merge) = &input.act {
        absorb(held, standing, merge)?;
    }
    input.brought.tell(held, as_of, None);
    let mut subject = Subject {
        lifecycle,
        id,
        held,
        standing,
        as_of,
        happening: Happening::default(),
    };
    let position = subject.standing.journey;
    let owner = subject.standing.owner.clone();
    let mut visited = Vec::new();
    visited.keep(subject.standing.stay.map(|stay| stay.stage));
    if visited.is_empty() {
        let (stage, since) = match &input.act {
            Act::Start { stage, since } => (*stage, since.unwrap_or(as_of).min(as_of)),
            _ => (lifecycle.inner.initial().unwrap_or_default(), as_of),
        };
        subject.begin(stage, since);
        visited.push(stage);
    }
    let clocks = &mut subject.happening.clocks;
    subject
        .standing
        .run_clock(lifecycle, &subject.held.kept, as_of, clocks);
    match &input.act {
        Act::Command(order) => visited.push(subject.command(order)?),
        Act::Status(wanted) => subject.set_status(wanted)?,
        Act::Assign(assign) => {
            subject.check_keeper(&assign.by)?;
            subject.standing.owner.name = Some(assign.name.clone());
        }
        Act::Evidence | Act::Tick | Act::Start { .. } | Act::Merge(_) | Act::Erase(_) => {}
    }
    if matches!(input.act, Act::Command(_) | Act::Status(_) | Act::Assign(_)) {
        subject.standing.touched = Some(as_of);
    }
    subject.automate(&mut visited);
    if subject.happening.moves.is_empty() && subject.standing.owner != owner {
        subject.tell_owner();
    }
    let happening = subject.happening;
    let idle = matches!(input.act, Act::Tick)
        && happening.moves.is_empty()
        && happening.clocks.is_empty()
        && position.map(|(at, _)| at) == standing.journey.map(|(at, _)| at);
    standing.as_of = standing.as_of.max(Some(as_of));
    Ok(Outcome { happening, idle })
}

/// Takes in the evidence of another record.
fn absorb(held: &mut Held, standing: &mut Standing, merge: &Merge) -> Result<(), Vec<Refusal>> {
    if standing.merged.iter().any(|it| it.head == merge.head) {
        return Err(Vec::from([Refusal {
            to: None,
            why: Why::MergedTwice(merge.id.clone()),
        }]));
    }
    for (at, brought) in &merge.evidence {
        brought.tell(held, *at, Some(*at));
    }
    standing.merged.push(Merged {
        id: merge.id.clone(),
        head: merge.head.clone(),
        entries: merge.entries,
    });
    Ok(())
}

impl Subject<'_> {
    fn command(&mut self, order: &Order) -> Result<u16, Vec<Refusal>> {
        let lifecycle = self.lifecycle;
        let stay = self.standing.stay;
        let found = stay.map(|stay| {
            let (mut look, kept) = self.held.look(self.as_of);
            let moment = Moment {
                lifecycle,
                kept,
                standing: self.standing,
                stay,
                as_of: self.as_of,
            };
            moment.commanded(&mut look, order)
        });
        let passage: &Passage = match found {
            Some(found) => found?,
            None => return Err(Vec::new()),
        };
        let said = Said {
            by: role(order, passage),
            on: Some(order.command),
            act: order.act.as_deref(),
            reason: order.reason.as_deref(),
            note: order.note.as_deref(),
            owner: order.owner.as_deref(),
            return_at: order.return_at,
        };
        self.pass(passage, said);
        self.standing.commanded = Some(self.as_of);
        Ok(passage.to)
    }

    fn set_status(&mut self, wanted: &SetStatus) -> Result<(), Vec<Refusal>> {
        let refuse = |why| Err(Vec::from([Refusal { to: None, why }]));
        let stage = self.standing.stay.map(|stay| stay.stage);
        let rules = stage.and_then(|stage| self.lifecycle.stages.get(usize::from(stage)));
        let statuses = rules.map_or(&[][..], |rules| &rules.statuses);
        let name = &wanted.status;
        let Some(place) = statuses.iter().position(|it| it.name == *name) else {
            let names = statuses.iter().map(|it| it.name.clone()).gather();
            return refuse(Why::StatusUnknown(name.clone(), names));
        };
        let place = u16::try_from(place).unwrap_or_default();
        if self.standing.status.map(|(at, _)| at) == Some(place) {
            return refuse(Why::StatusSame(name.clone()));
        }
        let status = statuses.get(usize::from(place));
        match status.and_then(|status| status.by.as_ref()) {
            Some(by) if !by.iter().any(|role| wanted.by.contains(role)) => {
                return refuse(Why::StatusRole(by.clone()));
            }
            Some(_) => {}
            None => self.check_keeper(&wanted.by)?,
        }
        self.standing.status = Some((place, self.as_of));
        if let Some(owner) = &wanted.owner {
            self.standing.owner.name = Some(owner.clone());
        }
        let ends = stage
            .and_then(|stage| super::clocks::sla(self.lifecycle, stage))
            .is_some_and(|sla| sla.statuses.contains(&place));
        if ends {
            let clocks = &mut self.happening.clocks;
            self.standing.end_clock(End::Met, self.as_of, clocks);
        }
        let source = Source {
            lifecycle: self.lifecycle,
            id: self.id,
            as_of: self.as_of,
            at: self.as_of,
            reason: None,
            note: wanted.note.as_deref(),
        };
        let effects = status.map_or(&[][..], |status| &status.crm);
        source.carry_out(
            self.held,
            self.standing,
            effects,
            &mut self.happening.changes,
        );
        Ok(())
    }

    /// Whether somebody may keep the record: set its status, say who owns it.
    fn check_keeper(&self, by: &[Box<str>]) -> Result<(), Vec<Refusal>> {
        let stage = self.standing.stay.map(|stay| stay.stage);
        let rules = stage.and_then(|stage| self.lifecycle.stages.get(usize::from(stage)));
        let keepers = rules.map_or(&[][..], |rules| &rules.keepers);
        if keepers.is_empty() || keepers.iter().any(|role| by.contains(role)) {
            return Ok(());
        }
        Err(Vec::from([Refusal {
            to: None,
            why: Why::StatusRole(Vec::from(keepers)),
        }]))
    }

    /// The owner has changed without a move.
    fn tell_owner(&mut self) {
        let stage = self.standing.stay.map(|stay| stay.stage);
        let rules = stage.and_then(|stage| self.lifecycle.stages.get(usize::from(stage)));
        let Some(rules) = rules else { return };
        let source = Source {
            lifecycle: self.lifecycle,
            id: self.id,
            as_of: self.as_of,
            at: self.as_of,
            reason: None,
            note: None,
        };
        source.tell_owner(
            self.held,
            self.standing,
            &rules.crm,
            &mut self.happening.changes,
        );
    }

    /// Lets automation move the record until it rests, and looks at how it stands then.
    fn automate(&mut self, visited: &mut Vec<u16>) {
        let lifecycle = self.lifecycle;
        while let Some(stay) = self.standing.stay {
            let (mut look, kept) = self.held.look(self.as_of);
            let moment = Moment {
                lifecycle,
                kept,
                standing: self.standing,
                stay,
                as_of: self.as_of,
            };
            let Some(passage) = moment.automatic(&mut look, visited) else {
                let clocks = &mut self.happening.clocks;
                self.standing
                    .conclude(lifecycle, kept, &mut look, self.as_of, clocks);
                return;
            };
            self.pass(passage, Said::default());
            visited.push(passage.to);
        }
    }
}

impl Standing {
    /// The clock of the stage it is in now, the journey, and whether it is known.
    fn conclude(
        &mut self,
        lifecycle: &Lifecycle,
        kept: &Kept,
        look: &mut Look<'_>,
        as_of: Millis,
        clocks: &mut Vec<ClockNews>,
    ) {
        let identity = lifecycle.identity.as_ref();
        self.identified = look.is_identified(identity);
        self.known = look.is_lead(identity);
        self.start_clock(lifecycle, look, as_of, clocks);
        // Something may have happened at this very instant that meets it.
        self.run_clock(lifecycle, kept, as_of, clocks);
        if lifecycle.journey.is_some() {
            let position = look.position(lifecycle);
            if self.journey.map(|(at, _)| at) != Some(position) {
                self.journey = Some((position, as_of));
            }
        }
    }
}
