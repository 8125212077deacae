//! Instants by the calendar of a playbook, and lengths of time, in words.

use leadstage::time;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY_MS: i64 = 86_400_000;

/// The clock on the wall where a playbook is at home.
#[derive(Clone, Copy)]
pub struct Local {
    pub offset_ms: i64,
}

impl Local {
    /// `Thu 26 November 2026`.
    pub fn day(self, at: i64) -> String {
        let local = at.saturating_add(self.offset_ms);
        let day = local.div_euclid(DAY_MS);
        // The epoch was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        let date = crate::cli::explain::moment::instant(day.saturating_mul(DAY_MS));
        format!("{} {date}", WEEKDAYS.get(weekday).unwrap_or(&""))
    }

    /// `10:15`; with whole seconds where there are some.
    pub fn time(self, at: i64) -> String {
        let mut text = String::new();
        time::write_instant(&mut text, at.saturating_add(self.offset_ms));
        let clock = text.split_once('T').map_or("", |(_, clock)| clock);
        let clock = clock.trim_end_matches('Z');
        let clock = clock.split('.').next().unwrap_or_default();
        clock.strip_suffix(":00").unwrap_or(clock).to_owned()
    }

    /// `Thu 26 November 2026, 10:15`.
    pub fn moment(self, at: i64) -> String {
        format!("{}, {}", self.day(at), self.time(at))
    }

    /// The moment, without its day where that is the day of another instant.
    pub fn near(self, other: i64, at: i64) -> String {
        match self.day(at) == self.day(other) {
            true => self.time(at),
            false => self.moment(at),
        }
    }

    /// The same with how far it is from another instant.
    pub fn distant(self, from: i64, at: i64) -> String {
        let far = at.saturating_sub(from);
        let words = match far {
            0 => String::from("now"),
            1.. => format!("in {}", length(far)),
            _ => format!("{} ago", length(far.saturating_neg())),
        };
        format!("{} ({words})", self.moment(at))
    }

    /// `UTC+01:00`.
    pub fn zone(self) -> String {
        let minutes = self.offset_ms / 60_000;
        if minutes == 0 {
            return String::from("UTC");
        }
        let sign = if minutes < 0 { '\u{2212}' } else { '+' };
        let minutes = minutes.abs();
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// A length of time in its two largest units: `1 day 20 hours`.
pub fn length(ms: i64) -> String {
    in_units(
        ms,
        &[(DAY_MS, "day"), (3_600_000, "hour"), (60_000, "minute")],
    )
}

/// A length of time that a clock counts; working time has no days.
pub fn counted(ms: i64, working: bool) -> String {
    match working {
        true => {
            let time = in_units(ms, &[(3_600_000, "hour"), (60_000, "minute")]);
            format!("{time} of working time")
        }
        false => length(ms),
    }
}

fn in_units(ms: i64, units: &[(i64, &str)]) -> String {
    let mut left = ms;
    let mut parts = Vec::new();
    for (unit, name) in units {
        let count = left / unit;
        left -= count * unit;
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            parts.push(format!("{count} {name}{plural}"));
        } else if !parts.is_empty() {
            break;
        }
    }
    parts.truncate(2);
    match parts.is_empty() {
        true => String::from("less than a minute"),
        false => parts.join(" "),
    }
}
