//! Working time.

use crate::limits;
use crate::playbook::Millis;
use crate::playbook::lifecycle::Calendar;
use crate::time::DAY_MS;

/// Days after which the search for the end of a term is given up; terms are shorter, holidays included.
const DAYS: u32 = 20_000;

impl Calendar {
    /// The earliest instant at which so much working time has passed since a start.
    pub(super) fn after(&self, start: Millis, within: Millis) -> Millis {
        let local = start.saturating_add(self.utc_offset);
        let mut left = within;
        let mut day = local.div_euclid(DAY_MS);
        for _ in 0..DAYS {
            let midnight = day.saturating_mul(DAY_MS);
            for (from, to) in self.spans(day) {
                let opens = midnight.saturating_add(*from).max(local);
                let closes = midnight.saturating_add(*to);
                let open = closes.saturating_sub(opens);
                if open <= 0 {
                    continue;
                }
                if left <= open {
                    return clamped(opens.saturating_add(left).saturating_sub(self.utc_offset));
                }
                left -= open;
            }
            day = day.saturating_add(1);
        }
        limits::INSTANT_MS
    }

    /// The working time from an instant to a later one.
    pub(super) fn between(&self, from: Millis, to: Millis) -> Millis {
        let (from, to) = [from, to]
            .map(|at| at.saturating_add(self.utc_offset))
            .into();
        let (first, last) = (from.div_euclid(DAY_MS), to.div_euclid(DAY_MS));
        self.days(first, last)
            .saturating_sub(self.worked(from))
            .saturating_add(self.worked(to))
    }

    /// The working time of whole days, up to the last one.
    fn days(&self, first: i64, last: i64) -> Millis {
        let usual = |day: i64| length(self.usual(day), DAY_MS);
        let week: Millis = (0..7).map(usual).sum();
        let weeks = last.saturating_sub(first).div_euclid(7);
        let rest = first.saturating_add(weeks.saturating_mul(7))..last;
        let holidays = self.holidays.iter().map(|at| at.div_euclid(DAY_MS));
        let free: Millis = holidays
            .filter(|day| (first..last).contains(day))
            .map(usual)
            .sum();
        let all = week.saturating_mul(weeks) + rest.map(usual).sum::<Millis>();
        all.saturating_sub(free)
    }

    /// The working time of a local instant's day up to it.
    fn worked(&self, local: Millis) -> Millis {
        length(
            self.spans(local.div_euclid(DAY_MS)),
            local.rem_euclid(DAY_MS),
        )
    }

    /// The hours of a day, counted from the epoch in local time.
    fn spans(&self, day: i64) -> &[(Millis, Millis)] {
        if self
            .holidays
            .binary_search(&day.saturating_mul(DAY_MS))
            .is_ok()
        {
            return &[];
        }
        self.usual(day)
    }

    /// The hours of a weekday, holiday or not.
    fn usual(&self, day: i64) -> &[(Millis, Millis)] {
        // The epoch was a Thursday.
        let weekday = day.saturating_add(3).rem_euclid(7);
        let spans = usize::try_from(weekday)
            .ok()
            .and_then(|weekday| self.hours.get(weekday));
        spans.map_or(&[], alloc::vec::Vec::as_slice)
    }
}

/// How long spans are up to a time of the day.
fn length(spans: &[(Millis, Millis)], until: Millis) -> Millis {
    let parts = spans
        .iter()
        .map(|(from, to)| (*to).min(until).saturating_sub(*from).max(0));
    parts.sum()
}

fn clamped(instant: Millis) -> Millis {
    instant.clamp(-limits::INSTANT_MS, limits::INSTANT_MS)
}
