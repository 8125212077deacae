//! Instants, days and durations as texts, and back.

use crate::decimal::write_digits;
use crate::limits;
use crate::playbook::Millis;
use alloc::string::String;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// Days since the epoch of a civil date (proleptic Gregorian).
///
/// After H. Hinnant, “chrono-compatible low-level date algorithms”.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day since the epoch.
fn civil_from_days(days: i64) -> (i64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month.unsigned_abs(), day.unsigned_abs())
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads exactly `width` digits from the front.
fn digits(text: &str, width: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(width)?;
    let mut value = 0;
    for byte in head.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some((value, rest))
}

fn date_prefix(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let valid =
        year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    valid.then(|| (days_from_civil(year, month, day) * DAY_MS, rest))
}

/// Reads `2026-11-22` as the instant of its midnight, UTC. `None` if it isn't a day from year 1 to 9999.
pub fn parse_date(text: &str) -> Option<Millis> {
    match date_prefix(text)? {
        (midnight, "") => Some(midnight),
        _ => None,
    }
}

/// Reads RFC 3339 (`2026-11-22T09:30:00.25+01:00`). `None` without offset, for a leap second, or out of range.
pub fn parse_instant(text: &str) -> Option<Millis> {
    let (midnight, rest) = date_prefix(text)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (milli, rest) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let width = rest.bytes().take_while(u8::is_ascii_digit).count();
            if width == 0 {
                return None;
            }
            let (fraction, rest) = rest.split_at_checked(width)?;
            let (milli, _) = digits(fraction.get(..width.min(3))?, width.min(3))?;
            let scale = match width {
                1 => 100,
                2 => 10,
                _ => 1,
            };
            (milli * scale, rest)
        }
    };
    let offset_minutes = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = if rest.starts_with('-') { -1 } else { 1 };
            let (hours, rest) = digits(rest.strip_prefix(['+', '-'])?, 2)?;
            match digits(rest.strip_prefix(':')?, 2)? {
                (minutes, "") if hours <= 23 && minutes <= 59 => sign * (hours * 60 + minutes),
                _ => return None,
            }
        }
    };
    Some(midnight + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1_000 + milli)
}

/// Reads `30d`: a whole number and one of `ms`, `s`, `m`, `h`, `d`, `w`. `None` outside 1 ms to 36,500 days.
pub fn parse_duration(text: &str) -> Option<Millis> {
    let width = text.bytes().take_while(u8::is_ascii_digit).count();
    if width == 0 || width > 13 {
        return None;
    }
    let (number, unit) = digits(text, width)?;
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY_MS,
        "w" => 7 * DAY_MS,
        _ => return None,
    };
    number
        .checked_mul(unit_ms)
        .filter(|ms| (1..=limits::DURATION_MS).contains(ms))
}

/// Writes the day of an instant as `2026-11-22`.
pub fn write_date(out: &mut String, at: Millis) {
    let (year, month, day) = civil_from_days(at.div_euclid(DAY_MS));
    if year < 0 {
        out.push('-');
    }
    write_digits(out, year.unsigned_abs(), 4);
    out.push('-');
    write_digits(out, month, 2);
    out.push('-');
    write_digits(out, day, 2);
}

/// Writes an instant as `2026-11-22T09:30:00Z`, with milliseconds where there are any.
pub fn write_instant(out: &mut String, at: Millis) {
    write_date(out, at);
    let in_day = at.rem_euclid(DAY_MS).unsigned_abs();
    out.push('T');
    write_digits(out, in_day / 3_600_000, 2);
    out.push(':');
    write_digits(out, in_day / 60_000 % 60, 2);
    out.push(':');
    write_digits(out, in_day / 1_000 % 60, 2);
    if !in_day.is_multiple_of(1_000) {
        out.push('.');
        write_digits(out, in_day % 1_000, 3);
    }
    out.push('Z');
}

/// Midnight of the first day that can be written, 0001-01-01.
pub const FIRST_DAY_MS: i64 = -719_162 * DAY_MS;
/// Midnight of the last one, 9999-12-31.
pub const LAST_DAY_MS: i64 = 2_932_896 * DAY_MS;
