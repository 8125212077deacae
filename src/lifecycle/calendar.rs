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

    /// The hours of a day, counted from the epoch in local time.
    fn spans(&self, day: i64) -> &[(Millis, Millis)] {
        if self
            .holidays
            .binary_search(&day.saturating_mul(DAY_MS))
            .is_ok()
        {
            return &[];
        }
        // The epoch was a Thursday.
        let weekday = day.saturating_add(3).rem_euclid(7);
        let spans = usize::try_from(weekday)
            .ok()
            .and_then(|weekday| self.hours.get(weekday));
        spans.map_or(&[], alloc::vec::Vec::as_slice)
    }
}

fn clamped(instant: Millis) -> Millis {
    instant.clamp(-limits::INSTANT_MS, limits::INSTANT_MS)
}
