//! Instants and durations in words.

use leadstage::time;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `14 March 2026, 09:30 UTC`; midnight is left out.
pub fn instant(at: i64) -> String {
    let mut text = String::new();
    time::write_instant(&mut text, at);
    let Some((date, clock)) = text.split_once('T') else {
        return text;
    };
    let day = day(date);
    match clock.trim_end_matches('Z') {
        "00:00:00" => day,
        clock => {
            let clock = clock.strip_suffix(":00").unwrap_or(clock);
            format!("{day}, {clock} UTC")
        }
    }
}

fn day(date: &str) -> String {
    let mut parts = date.rsplitn(3, '-');
    let (day, month, year) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| month.parse::<usize>().ok());
    let name = month.and_then(|month| MONTHS.get(month.checked_sub(1)?));
    match (day, name, year) {
        (Some(day), Some(name), Some(year)) => {
            format!("{} {name} {year}", day.trim_start_matches('0'))
        }
        _ => date.to_owned(),
    }
}

/// How far an instant is from now, in its largest whole unit: `in 12 days`.
pub fn distance(from: i64, to: i64) -> String {
    let ms = to.saturating_sub(from);
    let units = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
    ];
    for (unit, name) in units {
        let count = ms / unit;
        if count > 0 {
            return format!("in {}", counted(count, name));
        }
    }
    String::from("in less than a second")
}

/// `14d` as `14 days`; as it is where it is no duration.
pub fn duration(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    let name = match unit {
        "ms" => "millisecond",
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        _ => return text.to_owned(),
    };
    match number.parse() {
        Ok(number) => counted(number, name),
        Err(_) => text.to_owned(),
    }
}

fn counted(count: i64, name: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}
