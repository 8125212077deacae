//! The rules of `workload.yaml` written out in Rust: what everything else is measured against.
//!
//! It computes the values and the gates only: no low and high, nothing settled, no ledger.

use crate::lead::{
    Department, Event, Facts, Industry, Journey, Lead, Need, Region, Seniority, Signal, Technology,
};
use std::sync::LazyLock;

/// The gates, lowest first.
pub const GATES: [&str; 6] = ["lead", "prospect", "mql", "sal", "sql", "opportunity"];

const DAY_MS: i64 = 86_400_000;
const HALF_LIFE_MS: u64 = 30 * 86_400_000;

/// What comes out for a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In thousandths of a point.
    pub fit: i64,
    pub intent: i64,
    /// How many gates lie at or below the highest open one.
    pub gate: usize,
}

/// The factors of section 4.1 of the format.
pub struct Tables([[u64; 32]; 3]);

pub static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    Tables([32.0, 1_024.0, 32_768.0].map(|steps: f64| {
        std::array::from_fn(|step| (2f64.powi(31) * (-(step as f64) / steps).exp2()).round() as u64)
    }))
});

impl Tables {
    #[inline]
    fn faded(&self, points: u64, age: i64) -> i64 {
        let age = age as u64;
        let halvings = age / HALF_LIFE_MS;
        if halvings > 30 {
            return 0;
        }
        let step = ((age % HALF_LIFE_MS) * 32_768 / HALF_LIFE_MS) as usize;
        let [coarse, middle, fine] = &self.0;
        let times = |x: u64, y: u64| (x * y + (1 << 30)) >> 31;
        let factor = times(
            times(coarse[step / 1_024 % 32], middle[step / 32 % 32]),
            fine[step % 32],
        );
        ((points * factor + (1 << (30 + halvings))) >> (31 + halvings)) as i64
    }
}

/// What the events of a lead amount to.
#[derive(Default)]
struct Seen {
    pricing: i64,
    product: i64,
    customers: i64,
    docs: i64,
    decision: i64,
    early: i64,
    webinar: i64,
    demo: i64,
    unsubscribed: i64,
    views_14d: u32,
    pricing_7d: u32,
    pricing_30d: u32,
    trial_7d: u32,
    demo_30d: u32,
}

pub fn decide(tables: &Tables, lead: &Lead, as_of: i64) -> Outcome {
    let seen = look(tables, &lead.events, as_of);
    let fit = fit(&lead.facts);
    let intent = intent(&seen);
    Outcome {
        fit,
        intent,
        gate: gate(&lead.facts, &seen, fit, intent),
    }
}

fn look(tables: &Tables, events: &[Event], as_of: i64) -> Seen {
    let mut seen = Seen::default();
    for event in events {
        let age = as_of - event.at;
        if age < 0 {
            continue;
        }
        let properties = &event.properties;
        match event.signal {
            Signal::PageView => {
                seen.views_14d += u32::from(age < 14 * DAY_MS);
                let Some(path) = properties.path.as_deref() else {
                    continue;
                };
                if starts(path, "/pricing") {
                    seen.pricing += tables.faded(8_000, age);
                    seen.pricing_7d += u32::from(age < 7 * DAY_MS);
                    seen.pricing_30d += u32::from(age < 30 * DAY_MS);
                } else if starts(path, "/product") {
                    seen.product += tables.faded(2_000, age);
                } else if starts(path, "/customers") {
                    seen.customers += tables.faded(3_000, age);
                } else if starts(path, "/docs") {
                    seen.docs += tables.faded(1_500, age);
                }
            }
            Signal::Download => match properties.journey {
                Some(Journey::Decision) => seen.decision += tables.faded(12_000, age),
                Some(_) => seen.early += tables.faded(4_000, age),
                None => {}
            },
            Signal::Webinar => {
                if properties.attended == Some(true) {
                    seen.webinar += tables.faded(10_000, age);
                }
            }
            Signal::TrialUse => {
                if properties.minutes.is_some_and(|minutes| minutes >= 10.0) {
                    seen.trial_7d += u32::from(age < 7 * DAY_MS);
                }
            }
            Signal::DemoRequest => {
                seen.demo += tables.faded(30_000, age);
                seen.demo_30d += u32::from(age < 30 * DAY_MS);
            }
            Signal::Unsubscribe => seen.unsubscribed += tables.faded(15_000, age),
            Signal::EmailClick => {}
        }
    }
    seen
}

fn starts(path: &str, with: &str) -> bool {
    path.as_bytes()
        .get(..with.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
}

fn fit(facts: &Facts) -> i64 {
    let mut company = 0;
    if matches!(facts.industry, Some(Industry::Software | Industry::Fintech)) {
        company += 20_000;
    }
    if facts.employees.is_some_and(|n| (50..=1_000).contains(&n)) {
        company += 25_000;
    }
    if facts.revenue.is_some_and(|n| n >= 5_000_000.0) || facts.listed == Some(true) {
        company += 10_000;
    }
    if matches!(facts.region, Some(Region::NorthAmerica | Region::Europe)) {
        company += 7_500;
    }
    let uses = |technology: &Technology| {
        matches!(technology, Technology::Salesforce | Technology::Hubspot)
    };
    if facts.technologies.iter().flatten().any(uses) {
        company += 12_000;
    }
    let mut person = 0;
    if matches!(
        facts.department,
        Some(Department::Marketing | Department::RevenueOperations | Department::Sales)
    ) {
        person += 15_000;
    }
    if matches!(
        facts.seniority,
        Some(Seniority::CLevel | Seniority::VicePresident | Seniority::Director)
    ) {
        person += 17_500;
    }
    if facts.business_email == Some(false) {
        person -= 10_000;
    }
    (company.min(70_000) + person.min(40_000)).clamp(0, 100_000)
}

fn intent(seen: &Seen) -> i64 {
    let pages = seen.pricing.min(24_000)
        + seen.product.min(12_000)
        + seen.customers.min(9_000)
        + seen.docs.min(6_000);
    let actions = seen.decision.min(24_000)
        + seen.early.min(8_000)
        + seen.webinar.min(20_000)
        + seen.demo.min(30_000)
        - seen.unsubscribed.min(30_000);
    let mut habits = 0;
    if seen.views_14d >= 8 {
        habits += 10_000;
    }
    if seen.pricing_7d >= 2 {
        habits += 10_000;
    }
    if seen.trial_7d >= 3 {
        habits += 20_000;
    }
    (pages.min(45_000) + actions.min(70_000) + habits).clamp(0, 100_000)
}

fn gate(facts: &Facts, seen: &Seen, fit: i64, intent: i64) -> usize {
    let budget = facts.budget.is_some_and(|n| n >= 10_000.0);
    let authority = facts.authority == Some(true);
    let need = matches!(facts.need, Some(Need::Stated | Need::Urgent));
    let timing = facts.months_to_start.is_some_and(|n| n <= 6);
    let ready = [budget, authority, need, timing]
        .iter()
        .filter(|met| **met)
        .count();
    if intent >= 40_000 && ready == 4 && seen.pricing_30d >= 1 {
        6
    } else if fit >= 50_000 && ready >= 3 {
        5
    } else if fit >= 40_000
        && facts.consent == Some(true)
        && (seen.demo_30d >= 1 || intent >= 55_000)
    {
        4
    } else if fit >= 40_000 && intent >= 30_000 && facts.consent == Some(true) {
        3
    } else if fit >= 25_000
        && facts
            .industry
            .is_some_and(|industry| !matches!(industry, Industry::Education | Industry::Government))
    {
        2
    } else if intent >= 5_000 || facts.business_email == Some(true) {
        1
    } else {
        0
    }
}
