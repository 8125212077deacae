//! When to come back.

use super::look::Eyes;
use super::passing::Moment;
use super::record::Record;
use super::standing::ClockState;
use crate::gather::Keep;
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::document::stages::Due;
use crate::playbook::lifecycle::Passage;
use crate::sort::Arrange;
use alloc::vec::Vec;

impl Record {
    /// The earliest instant after `as_of` at which a tick may do something.
    pub(super) fn next_at(&mut self, as_of: Millis) -> Option<Millis> {
        let lifecycle = &*self.lifecycle;
        let standing = &self.standing;
        let stay = standing.stay?;
        let mut times = Vec::new();
        if let Some(clock) = standing.clocks.last()
            && clock.state == ClockState::Running
        {
            times.push(clock.due_at.saturating_add(1));
        }
        times.keep(self.held.kept.next(as_of));
        let (mut look, kept) = self.held.look(as_of);
        let moment = Moment {
            lifecycle,
            kept,
            standing,
            stay,
            as_of,
        };
        let from_here = || {
            let all = lifecycle.transitions.iter();
            all.filter(|it| it.on.is_none() && it.from.contains(&stay.stage))
        };
        if moment.automatic(&mut look, &[]).is_some() {
            times.push(as_of.saturating_add(1));
        }
        let mut asked = Vec::new();
        let here = lifecycle.stages.get(usize::from(stay.stage));
        for passage in from_here() {
            match passage.due {
                Some(Due::ReturnDate) => times.keep(standing.return_at),
                Some(Due::Inactivity) => times.keep(moment.inactive_at()),
                None => {}
            }
            let Passage { to, when, .. } = passage;
            let target = lifecycle.stages.get(usize::from(*to));
            let rule = target.and_then(|rules| rules.re_entry.as_ref());
            let left = standing.stages.get(to).and_then(|it| it.last_left);
            if let (Some(after), Some(left)) = (rule.and_then(|rule| rule.after), left) {
                times.push(left.saturating_add(after));
            }
            let gates = [
                here.and_then(|rules| rules.exit.as_ref()),
                target.and_then(|rules| rules.enter.as_ref()),
                when.as_ref(),
                rule.and_then(|rule| rule.when.as_ref()),
            ];
            asked.extend(gates.into_iter().flatten().map(|gate| gate.condition));
        }
        asked.arrange();
        asked.dedup();
        times.keep(look.first_change(Eyes::Automation, &asked));
        let mut seen = Vec::new();
        let identity = lifecycle.identity.as_ref();
        let waits = !stay.clocked && here.is_some_and(|rules| rules.sla.is_some());
        if from_here().next().is_some() || waits {
            let interest = identity.and_then(|it| it.interest.as_ref());
            seen.keep(interest.map(|gate| gate.condition));
        }
        if let Some(journey) = &lifecycle.journey {
            seen.extend(journey.positions.iter().filter_map(|it| it.when));
        }
        times.keep(look.first_change(Eyes::People, &seen));
        times
            .into_iter()
            .filter(|at| *at > as_of && *at <= limits::INSTANT_MS)
            .min()
    }
}
