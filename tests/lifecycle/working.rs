//! Working time against a clock that goes minute by minute.

use super::{advance, json, lifecycle};
use leadstage::lifecycle::Record;
use proptest::prelude::*;

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440;
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Minutes of a week in which people work: by weekday, spans from and to.
type Week = [Vec<(i64, i64)>; 7];

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// 2026-01-01 was a Thursday, day 20454 after the epoch.
const FIRST_DAY: i64 = 20_454;

fn date(day: i64) -> String {
    let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut rest = day - FIRST_DAY;
    for (month, length) in months.into_iter().enumerate() {
        if rest < length {
            return format!("2026-{:02}-{:02}", month + 1, rest + 1);
        }
        rest -= length;
    }
    panic!("only days of 2026");
}

/// Walks minute by minute until so much working time has passed.
fn walk(week: &Week, holidays: &[i64], offset: i64, start: i64, within: i64) -> i64 {
    let mut worked = 0;
    let mut minute = start;
    while worked < within {
        let local = minute + offset;
        let (day, of_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        // Thursday is the fourth day of the week.
        let weekday = (day - FIRST_DAY + 3).rem_euclid(7) as usize;
        let open = !holidays.contains(&day)
            && week[weekday]
                .iter()
                .any(|(from, to)| (*from..*to).contains(&of_day));
        worked += i64::from(open);
        minute += 1;
    }
    minute
}

/// Up to two spans of a day.
fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop_oneof![
        Just(Vec::new()),
        (0..1_400i64, 1..400i64).prop_map(|(from, length)| vec![(from, (from + length).min(DAY))]),
        (0..300i64, 1..300i64, 0..300i64, 1..500i64).prop_map(|(a, b, c, d)| {
            let (first, second) = ((a, a + b), (a + b + c, a + b + c + d));
            vec![first, second]
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn due_times_are_those_of_a_walk(
        week in proptest::array::uniform7(spans()),
        holidays in proptest::collection::vec(FIRST_DAY..FIRST_DAY + 60, 0..8),
        offset in -840..840i64,
        start in 0..40 * DAY,
        within in 1..2_000i64,
    ) {
        prop_assume!(week.iter().any(|spans| !spans.is_empty()));
        let start = FIRST_DAY * DAY + start;
        let hours: Vec<String> = DAYS
            .iter()
            .zip(&week)
            .filter(|(_, spans)| !spans.is_empty())
            .map(|(day, spans)| {
                let spans: Vec<String> = spans
                    .iter()
                    .map(|(from, to)| format!("\"{}-{}\"", clock(*from), clock(*to)))
                    .collect();
                format!("{day}: [{}]", spans.join(", "))
            })
            .collect();
        let days: Vec<String> = holidays.iter().map(|day| date(*day)).collect();
        let sign = if offset < 0 { '-' } else { '+' };
        let text = format!(
            "{{ leadstage: 1, name: p, version: 1, initial: a, stages: {{ a: {{ sla: {{ within: {within}m }} }} }}, \
             calendar: {{ utc_offset: \"{sign}{}\", hours: {{ {} }}, holidays: [{}] }} }}",
            clock(offset.abs()), hours.join(", "), days.join(", ")
        );
        let week_minutes: i64 = week.iter().flatten().map(|(from, to)| to - from).sum();
        prop_assume!(within <= week_minutes * 520);
        let mut record = Record::new(lifecycle(&text), None);
        let answer = json(&advance(&mut record, start * MINUTE, "facts: {}").to_json());
        let expected = walk(&week, &holidays, offset, start, within) * MINUTE;
        prop_assert_eq!(answer["clocks"][0]["due_at"].as_i64(), Some(expected));
    }
}
