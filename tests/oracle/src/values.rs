//! Section 1: numbers, points, instants, durations and texts as they are kept.

use serde_json::{Number, Value};

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;
/// Decimals kept of points.
pub const POINTS: usize = 3;
/// Decimals kept of numbers.
pub const NUMBER: usize = 6;

/// The decimal number `text` in units of 10^-`decimals`, rounded half away from zero.
pub fn scaled(text: &str, decimals: usize) -> i64 {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i64>().expect("an exponent")),
        None => (text, 0),
    };
    let negative = mantissa.starts_with('-');
    let digits = mantissa.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    // The value is 0.<all> times ten to the power of `point`.
    let keep = whole.len() as i64 + exponent + decimals as i64;
    let mut kept: i128 = 0;
    for place in 0..keep.max(0) {
        let digit = all.get(place as usize).map_or(0, |d| i128::from(d - b'0'));
        kept = kept * 10 + digit;
    }
    if keep >= 0 && all.get(keep as usize).is_some_and(|d| *d >= b'5') {
        kept += 1;
    }
    let kept = i64::try_from(kept).expect("within bounds");
    if negative { -kept } else { kept }
}

/// A JSON number in units of 10^-`decimals`.
pub fn number(value: &Value, decimals: usize) -> i64 {
    match value {
        Value::Number(n) => scaled(&n.to_string(), decimals),
        other => panic!("not a number: {other}"),
    }
}

/// `kept` units of 10^-`decimals` as a JSON number without trailing zeros.
pub fn written(kept: i64, decimals: usize) -> Value {
    let unit = 10_u64.pow(decimals as u32);
    let (whole, rest) = (kept.unsigned_abs() / unit, kept.unsigned_abs() % unit);
    let mut text = format!("{}{whole}", if kept < 0 { "-" } else { "" });
    if rest > 0 {
        let fraction = format!("{rest:0decimals$}");
        text.push('.');
        text.push_str(fraction.trim_end_matches('0'));
    }
    let number: Number = text.parse().expect("a JSON number");
    Value::Number(number)
}

/// A duration such as `90m` in milliseconds.
pub fn duration(value: &Value) -> i64 {
    let text = value.as_str().expect("a duration");
    let split = text.find(|c: char| !c.is_ascii_digit()).expect("a unit");
    let (amount, unit) = text.split_at(split);
    let unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY,
        "w" => 7 * DAY,
        other => panic!("no such unit: {other}"),
    };
    amount.parse::<i64>().expect("a whole number") * unit
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted year by year and month by month.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400;
    let to_year = before * 365 + leaps;
    let months: i64 = (1..month).map(|m| month_days(year, m)).sum();
    // 0001-01-01 to 1970-01-01 are 719,162 days.
    to_year + months + day - 1 - 719_162
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `2026-11-22` as the instant of its midnight, UTC.
pub fn date(text: &str) -> i64 {
    let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("digits");
    days(part(0..4), part(5..7), part(8..10)) * DAY
}

/// The day in which an instant lies, written `YYYY-MM-DD`.
pub fn date_written(instant: i64) -> String {
    let day = instant.div_euclid(DAY);
    let mut year = 1970 + day / 366;
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    while days(year, 1, 1) > day {
        year -= 1;
    }
    let mut month = 12;
    while days(year, month, 1) > day {
        month -= 1;
    }
    format!("{year:04}-{month:02}-{:02}", day - days(year, month, 1) + 1)
}

/// Milliseconds, or RFC 3339 with an offset.
pub fn instant(value: &Value) -> i64 {
    let text = match value {
        Value::Number(_) => return number(value, 0),
        Value::String(text) => text,
        other => panic!("not an instant: {other}"),
    };
    let (clock, rest) = text[11..].split_at(8);
    let part = |at: usize| clock[at..at + 2].parse::<i64>().expect("digits");
    let seconds = part(0) * 3600 + part(3) * 60 + part(6);
    let zone = rest.find(['Z', 'z', '+', '-']).expect("an offset");
    let (fraction, zone) = rest.split_at(zone);
    let millis: String = fraction
        .trim_start_matches('.')
        .chars()
        .chain("000".chars())
        .take(3)
        .collect();
    let offset = match zone {
        "Z" | "z" => 0,
        _ => {
            let size = zone[1..3].parse::<i64>().expect("hours") * 60
                + zone[4..6].parse::<i64>().expect("minutes");
            if zone.starts_with('-') { -size } else { size }
        }
    };
    date(&text[..10]) + seconds * 1000 + millis.parse::<i64>().expect("digits") - offset * 60_000
}

/// A text as it is compared.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether a folded text fits a folded pattern, where `*` stands for any run of characters.
pub fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| &rest[at..])
                .chain([""])
                .any(|rest| glob(tail, rest))
        }),
    }
}
