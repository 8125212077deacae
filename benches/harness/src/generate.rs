//! Leads from a seed.

use crate::dice::Dice;
use crate::lead::{
    Department, Event, Facts, Industry, Journey, Lead, Need, Properties, Region, Seniority, Signal,
    Technology,
};
use std::borrow::Cow;

/// The instant at which every lead is decided on: 2026-11-22T09:30:00Z.
pub const AS_OF: i64 = 1_795_339_800_000;

const HOUR_MS: f64 = 3_600_000.0;

/// Pages, and how often they are seen.
const PATHS: &[(&str, u32)] = &[
    ("/", 20),
    ("/blog/lead-scoring-by-hand", 14),
    ("/blog/what-sales-wants", 12),
    ("/product", 10),
    ("/product/scoring", 9),
    ("/product/routing", 6),
    ("/pricing", 9),
    ("/pricing/enterprise", 4),
    ("/customers", 4),
    ("/customers/northwind", 4),
    ("/docs/start", 5),
    ("/docs/reference/conditions", 3),
];

const SIGNALS: &[(Signal, u32)] = &[
    (Signal::PageView, 62),
    (Signal::EmailClick, 14),
    (Signal::Download, 8),
    (Signal::TrialUse, 8),
    (Signal::Webinar, 4),
    (Signal::DemoRequest, 2),
    (Signal::Unsubscribe, 2),
];

/// So many leads; the same for the same seed.
pub fn leads(seed: u64, count: usize) -> Vec<Lead<'static>> {
    let mut dice = Dice(seed);
    (0..count).map(|nth| lead(&mut dice, nth)).collect()
}

fn lead(dice: &mut Dice, nth: usize) -> Lead<'static> {
    let facts = facts(dice);
    let mut events: Vec<_> = (0..events(dice)).map(|_| event(dice)).collect();
    events.sort_by_key(|event| event.at);
    Lead {
        id: Cow::Owned(format!("lead-{nth}")),
        facts,
        events,
    }
}

/// 0 to 40, with 12 in the middle.
fn events(dice: &mut Dice) -> usize {
    if dice.chance(0.04) {
        return 0;
    }
    (12.6 * (0.75 * dice.bell()).exp()).round().min(40.0) as usize
}

/// Facts about the account and the contact are mostly known, those about the deal often not.
fn facts(dice: &mut Dice) -> Facts {
    const MOSTLY: f64 = 0.85;
    const OFTEN: f64 = 0.6;
    Facts {
        industry: dice.maybe(MOSTLY, |dice| dice.one(Industry::ALL)),
        employees: dice.maybe(MOSTLY, |dice| {
            (150.0 * (1.6 * dice.bell()).exp()).clamp(1.0, 900_000.0) as u32
        }),
        revenue: dice.maybe(MOSTLY, |dice| {
            (8_000_000.0 * (1.8 * dice.bell()).exp()).round()
        }),
        region: dice.maybe(MOSTLY, |dice| dice.one(Region::ALL)),
        technologies: dice.maybe(MOSTLY, |dice| {
            let used = Technology::ALL.iter().copied();
            used.filter(|_| dice.chance(0.25)).collect()
        }),
        listed: dice.maybe(MOSTLY, |dice| dice.chance(0.1)),
        department: dice.maybe(MOSTLY, |dice| dice.one(Department::ALL)),
        seniority: dice.maybe(MOSTLY, |dice| dice.one(Seniority::ALL)),
        business_email: dice.maybe(MOSTLY, |dice| dice.chance(0.7)),
        consent: dice.maybe(MOSTLY, |dice| dice.chance(0.6)),
        budget: dice.maybe(OFTEN, |dice| (12_000.0 * (1.2 * dice.bell()).exp()).round()),
        authority: dice.maybe(OFTEN, |dice| dice.chance(0.5)),
        need: dice.maybe(OFTEN, |dice| dice.one(Need::ALL)),
        months_to_start: dice.maybe(OFTEN, |dice| dice.below(19)),
    }
}

fn event(dice: &mut Dice) -> Event<'static> {
    let signal = dice.weighed(SIGNALS);
    let mut properties = Properties::default();
    match signal {
        Signal::PageView => properties.path = Some(Cow::Borrowed(dice.weighed(PATHS))),
        Signal::Download => properties.journey = Some(dice.one(Journey::ALL)),
        Signal::Webinar => properties.attended = Some(dice.chance(0.6)),
        Signal::TrialUse => properties.minutes = Some(f64::from(dice.below(600)) / 10.0),
        Signal::EmailClick | Signal::DemoRequest | Signal::Unsubscribe => {}
    }
    // Visits come close together and thin out over the months before.
    let hours = -f64::ln(1.0 - dice.unit()) * if dice.chance(0.4) { 100.0 } else { 1_000.0 };
    Event {
        signal,
        at: AS_OF - (hours * HOUR_MS) as i64,
        properties,
    }
}

impl Dice {
    /// About normal: mean 0, deviation 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn below(&mut self, end: u32) -> u32 {
        (self.unit() * f64::from(end)) as u32
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    fn weighed<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let mut left = self.below(list.iter().map(|(_, weight)| weight).sum());
        for (entry, weight) in list {
            if left < *weight {
                return *entry;
            }
            left -= weight;
        }
        list[0].0
    }

    fn maybe<T>(&mut self, share: f64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(share).then(|| make(self))
    }
}
