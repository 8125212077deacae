//! Events one after the other.

use super::eval::Eval;
#[cfg(feature = "document")]
use super::eval::Imagined;
use crate::limits;
use crate::playbook::Millis;
use crate::sort::sort;
use crate::truth::Span;

impl Eval<'_, '_> {
    /// Whether patterns occur one after the other within a time.
    pub(super) fn sequence(&mut self, patterns: &[i64], within: Millis) -> Span {
        let within = if within > 0 { within } else { Millis::MAX };
        let occurs = self.sequence_at(patterns, within, self.at);
        if occurs {
            self.stays_while(&mut |eval, at| eval.sequence_at(patterns, within, at));
        }
        #[cfg(feature = "document")]
        if let Some(few) = self.imagined.filter(|it| it.more > 0) {
            self.imagined = Some(Imagined {
                times: few.times + few.more,
                ..few
            });
            let may_occur = self.sequence_at(patterns, within, self.at);
            self.imagined = Some(few);
            return Span::between(occurs, may_occur);
        }
        Span::of(occurs)
    }

    /// Whether the patterns occur one after the other, imagined events happening at an instant.
    ///
    /// For each step the latest start of a run up to it is kept, as the latest start makes the shortest run.
    fn sequence_at(&mut self, patterns: &[i64], within: Millis, at: Millis) -> bool {
        let mut events = core::mem::take(&mut self.room.run);
        events.clear();
        for (step, pattern) in patterns.iter().enumerate() {
            let step = 1u32 << step;
            let pattern = *pattern as u32;
            let places = self.seen.state.places(pattern);
            for (at, place) in self.hits(pattern).iter().zip(places) {
                events.push(((*at, *place), step));
            }
            for nth in 0..self.imagined(pattern) {
                let place = self.seen.state.events() + nth;
                events.push(((at, place), step));
            }
        }
        sort(&mut events);
        let occurs = occurs(&events, patterns.len(), within);
        self.room.run = events;
        occurs
    }
}

/// Whether events in order, each with the steps that it may be, make all of so many steps within a time.
fn occurs(events: &[((Millis, u32), u32)], count: usize, within: Millis) -> bool {
    let mut starts: [Option<Millis>; limits::STEPS] = [None; limits::STEPS];
    let mut queue = events.iter().peekable();
    while let Some(&(hit, mut steps)) = queue.next() {
        while let Some((_, step)) = queue.next_if(|(next, _)| *next == hit) {
            steps |= step;
        }
        for step in (0..count).rev() {
            if steps & 1 << step == 0 {
                continue;
            }
            let start = match step.checked_sub(1) {
                None => Some(hit.0),
                Some(before) => starts.get(before).copied().flatten(),
            };
            let Some(start) = start else { continue };
            if step + 1 == count && hit.0 - start <= within {
                return true;
            }
            if let Some(slot) = starts.get_mut(step) {
                *slot = Some(slot.map_or(start, |earlier| earlier.max(start)));
            }
        }
    }
    false
}
