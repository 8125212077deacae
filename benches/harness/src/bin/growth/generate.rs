//! Playbooks of any size and visitors for them, from a seed.

use crate::dice::Dice;
use serde_json::{Map, Value, json};

/// The instant of the first decision: 2026-11-22T09:30:00Z.
pub const AS_OF: i64 = 1_795_339_800_000;

const HOUR_MS: f64 = 3_600_000.0;

/// So many rules in tens: four of fit on two attributes, three that fade over pages, one over an action, and two that count.
pub fn playbook(rules: usize) -> Value {
    let mut attributes = Map::new();
    let mut signals = Map::from_iter([
        (
            "page_view".into(),
            json!({ "properties": { "path": "text" } }),
        ),
        ("seen_by_no_rule".into(), json!({})),
    ]);
    let (mut fit, mut fading, mut habits) = (Vec::new(), Vec::new(), Vec::new());
    for topic in 0..rules / 10 {
        let (kind, size, action) = (kind(topic), size(topic), action(topic));
        let options = ["a", "b", "c", "d"];
        attributes.insert(
            kind.clone(),
            json!({ "type": "choice", "options": options }),
        );
        attributes.insert(size.clone(), json!({ "type": "number", "min": 0 }));
        signals.insert(action.clone(), json!({}));
        fit.extend([
            json!({ "when": { &kind: ["a", "b"] }, "points": 3 }),
            json!({ "when": { &kind: "c" }, "points": -2 }),
            json!({ "when": { &size: { "from": 50, "to": 1000 } }, "points": 4 }),
            json!({ "when": { "all": [{ &size: { "from": 500 } }, { &kind: "a" }] }, "points": 2.5 }),
        ]);
        let page = |section| json!({ "path": format!("/{topic}/{section}*") });
        for (section, points) in [("a", 8), ("b", 2), ("c", 3)] {
            fading.push(json!({
                "signal": "page_view", "where": page(section), "points": points, "at_most": 3 * points,
            }));
        }
        fading.push(json!({ "signal": &action, "points": 1.5 }));
        habits.extend([
            json!({
                "signal": "page_view", "where": page("a"), "count": { "from": 2, "within": "7d" }, "points": 10,
            }),
            json!({ "signal": &action, "count": { "from": 3, "within": "14d" }, "points": 5 }),
        ]);
    }
    json!({
        "leadstage": 1,
        "name": format!("growth-{rules}"),
        "version": 1,
        "attributes": attributes,
        "signals": signals,
        "scores": {
            "fit": { "groups": [{ "name": "facts", "rules": fit }] },
            "intent": { "groups": [
                { "name": "fading", "decay": { "half_life": "30d" }, "rules": fading },
                { "name": "habits", "rules": habits },
            ] },
        },
        "stages": {
            "lead": { "enter": { "score": { "intent": { "from": 5 } } } },
            "mql": { "enter": { "all": [{ "score": { "fit": { "from": 4 } } }, { "score": { "intent": { "from": 30 } } }] } },
            "sql": { "enter": { "all": [{ "score": { "fit": { "from": 6 } } }, { &kind(0): ["a", "b", "c"] }] } },
        },
    })
}

fn kind(topic: usize) -> String {
    format!("account.kind_{topic}")
}

fn size(topic: usize) -> String {
    format!("account.size_{topic}")
}

fn action(topic: usize) -> String {
    format!("action_{topic}")
}

/// Facts about all attributes, and so many events in order; rules see all of them or none.
pub fn evidence(seed: u64, rules: usize, events: usize, matter: bool) -> Value {
    let mut dice = Dice(seed);
    let mut facts = Map::new();
    for topic in 0..rules / 10 {
        let option = ["a", "b", "c", "d"][dice.below(4)];
        facts.insert(kind(topic), json!(option));
        facts.insert(size(topic), json!(dice.below(1_500)));
    }
    let mut times: Vec<i64> = (0..events).map(|_| AS_OF - dice.age()).collect();
    times.sort_unstable();
    let events: Vec<Value> = times
        .into_iter()
        .map(|at| event(&mut dice, rules, at, matter))
        .collect();
    json!({ "facts": facts, "events": events })
}

/// So many more events, a second apart, after [`AS_OF`].
pub fn later(seed: u64, rules: usize, count: usize, matter: bool) -> Value {
    let mut dice = Dice(!seed);
    let at = |nth: usize| AS_OF + 1_000 * nth as i64;
    (1..=count)
        .map(|nth| event(&mut dice, rules, at(nth), matter))
        .collect()
}

fn event(dice: &mut Dice, rules: usize, at: i64, matter: bool) -> Value {
    if !matter {
        return json!({ "signal": "seen_by_no_rule", "at": at });
    }
    let topic = dice.below(rules / 10);
    match dice.below(4) {
        0 => json!({ "signal": action(topic), "at": at }),
        section => {
            let section = ["a", "b", "c"][section - 1];
            let path = format!("/{topic}/{section}/{}", dice.below(5));
            json!({ "signal": "page_view", "at": at, "properties": { "path": path } })
        }
    }
}

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    /// Visits come close together and thin out over the months before.
    fn age(&mut self) -> i64 {
        let hours = if self.unit() < 0.4 { 100.0 } else { 1_000.0 };
        (-f64::ln(1.0 - self.unit()) * hours * HOUR_MS) as i64
    }
}
