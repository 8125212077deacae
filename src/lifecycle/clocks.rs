//! Clocks: by when somebody must act.

use super::held::Kept;
use super::look::{Eyes, Look};
use super::standing::{Clock, ClockNews, ClockState, Owner, Standing, Tick};
use crate::gather::Keep;
use crate::playbook::Millis;
use crate::playbook::lifecycle::{Lifecycle, Sla};
use alloc::vec::Vec;

/// How a clock ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Somebody acted.
    Met,
    /// It is of no more use.
    Stopped,
}

impl Clock {
    fn news(&self, what: Tick, at: Millis) -> ClockNews {
        ClockNews {
            stage: self.stage,
            what,
            at,
            due_at: self.due_at,
            priority: self.priority.clone(),
            owner: self.owner.clone(),
        }
    }

    /// Ends the clock if it hasn't ended.
    fn end(&mut self, end: End, at: Millis) -> Option<ClockNews> {
        if self.ended_at.is_some() {
            return None;
        }
        self.ended_at = Some(at);
        if self.state == ClockState::Broken {
            return Some(self.news(Tick::Ended, at));
        }
        let (state, what) = match end {
            End::Met => (ClockState::Met, Tick::Met),
            End::Stopped => (ClockState::Stopped, Tick::Stopped),
        };
        self.state = state;
        Some(self.news(what, at))
    }
}

impl Standing {
    /// The clock of the present stay.
    pub fn clock(&mut self) -> Option<&mut Clock> {
        if !self.stay?.clocked {
            return None;
        }
        self.clocks.last_mut()
    }

    pub fn end_clock(&mut self, end: End, at: Millis, news: &mut Vec<ClockNews>) {
        news.keep(self.clock().and_then(|clock| clock.end(end, at)));
    }

    /// Lets events meet the clock, and breaks it when its time is over.
    pub fn run_clock(
        &mut self,
        lifecycle: &Lifecycle,
        kept: &Kept,
        as_of: Millis,
        news: &mut Vec<ClockNews>,
    ) {
        let Some(clock) = self.clock().filter(|clock| clock.ended_at.is_none()) else {
            return;
        };
        let sla = sla(lifecycle, clock.stage);
        let signals = sla.map_or(&[][..], |sla| &sla.signals);
        let acted = kept
            .counting(clock.started_at.saturating_sub(1), as_of)
            .filter(|event| signals.contains(&event.signal))
            .map(|event| event.at)
            .min();
        let mut escalated = None;
        let in_time = acted.is_some_and(|at| at <= clock.due_at);
        if clock.state == ClockState::Running && !in_time && as_of > clock.due_at {
            clock.state = ClockState::Broken;
            clock.broken_at = Some(clock.due_at);
            news.push(clock.news(Tick::Broken, clock.due_at));
            escalated = clock.escalate.clone();
        }
        if let Some(at) = acted {
            news.keep(clock.end(End::Met, at));
        }
        if escalated.is_some() {
            self.owner = Owner {
                role: escalated,
                ..Owner::default()
            };
        }
    }

    /// Starts the clock of the present stay, if it has one and may.
    pub fn start_clock(
        &mut self,
        lifecycle: &Lifecycle,
        look: &mut Look<'_>,
        as_of: Millis,
        news: &mut Vec<ClockNews>,
    ) {
        let Some(stay) = &mut self.stay else { return };
        let Some(sla) = sla(lifecycle, stay.stage) else {
            return;
        };
        if stay.clocked || !look.is_lead(lifecycle.identity.as_ref()) {
            return;
        }
        stay.clocked = true;
        let mut priorities = sla.priorities.iter();
        let priority = priorities.find(|it| look.is_met(Eyes::People, it.when));
        let within = priority.map_or(sla.within, |it| it.within);
        let due_at = match &lifecycle.calendar {
            Some(calendar) if sla.working => calendar.after(as_of, within),
            _ => as_of.saturating_add(within),
        };
        let escalate = priority.and_then(|it| it.escalate.clone());
        let clock = Clock {
            stage: stay.stage,
            priority: priority.map(|it| it.name.clone()),
            owner: sla.owner.clone(),
            escalate: escalate.or_else(|| sla.escalate.clone()),
            started_at: as_of,
            due_at,
            state: ClockState::Running,
            broken_at: None,
            ended_at: None,
        };
        news.push(clock.news(Tick::Started, as_of));
        self.clocks.push(clock);
    }
}

pub(super) fn sla(lifecycle: &Lifecycle, stage: u16) -> Option<&Sla> {
    lifecycle.stages.get(usize::from(stage))?.sla.as_ref()
}
