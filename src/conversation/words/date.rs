//! Days in words.

use super::words;
use crate::gather::Gather;
use crate::playbook::Millis;
use crate::time::{DAY_MS, parse_date};
use alloc::{format, string::String, vec::Vec};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A day, where only one can be meant.
pub(super) fn read(text: &str, as_of: Millis) -> Option<Millis> {
    let text = text.trim_end_matches('.');
    if let Some(date) = parse_date(text) {
        return Some(date);
    }
    let spoken = words(text);
    let today = as_of.div_euclid(DAY_MS).saturating_mul(DAY_MS);
    let parts: Vec<&str> = spoken.iter().map(String::as_str).gather();
    match parts.as_slice() {
        ["today"] => Some(today),
        ["tomorrow"] => Some(today.saturating_add(DAY_MS)),
        ["yesterday"] => Some(today.saturating_sub(DAY_MS)),
        ["in", count, unit] => {
            let count = count.parse::<i64>().ok().filter(|count| *count <= 10_000)?;
            let days = match *unit {
                "day" | "days" => count,
                "week" | "weeks" => count.checked_mul(7)?,
                _ => return None,
            };
            Some(today.saturating_add(days.checked_mul(DAY_MS)?))
        }
        [one, two, year] => civil(text, one, two, year),
        ["the", day, "of", month, year] | [day, "of", month, year] => by_name(day, month, year),
        _ => None,
    }
}

/// Three parts: a month's name beside a day, or three numbers whose order is plain.
fn civil(text: &str, one: &str, two: &str, year: &str) -> Option<Millis> {
    if let Some(date) = by_name(one, two, year).or_else(|| by_name(two, one, year)) {
        return Some(date);
    }
    if one.len() == 4 {
        return numbers(one, two, year);
    }
    let (first, second) = (small(one)?, small(two)?);
    // With dots the day comes first; with slashes it may be either.
    if text.contains('.') || first > 12 {
        return numbers(year, two, one);
    }
    if second > 12 || first == second {
        return numbers(year, one, two);
    }
    None
}

fn small(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= 31)
}

fn numbers(year: &str, month: &str, day: &str) -> Option<Millis> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    parse_date(&format!("{year}-{month:0>2}-{day:0>2}"))
}

fn by_name(day: &str, month: &str, year: &str) -> Option<Millis> {
    let day = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| day.strip_suffix(ending))
        .unwrap_or(day);
    let begins = |name: &&str| {
        **name == *month || (month.len() >= 3 && month.len() <= 4 && name.starts_with(month))
    };
    let place = MONTHS.iter().position(begins)?;
    small(day)?;
    numbers(year, &format!("{}", place + 1), day)
}
