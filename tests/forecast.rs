//! Forecasts beside what single instants say: playbooks whose points fade both ways, with windows, periods and dates.

use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::random::Random;
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;
const AS_OF: i64 = 1_795_339_800_000;
const CASES: u64 = 150;
const SIGNALS: &[&str] = &["view", "reply", "trial"];
const DURATIONS: &[(&str, i64)] = &[
    ("45s", 45_000),
    ("90m", 5_400_000),
    ("36h", 36 * 3_600_000),
    ("7d", 7 * DAY),
    ("30d", 30 * DAY),
    ("90d", 90 * DAY),
];

/// One playbook with one lead.
struct Case {
    random: Random,
    /// Whether no points, some or all are taken off.
    off: u64,
}

impl Case {
    fn duration(&mut self) -> &'static str {
        self.random.pick(DURATIONS).0
    }

    fn decay(&mut self) -> Value {
        let every = self.duration();
        match self.random.below(5) {
            0..3 => json!({ "half_life": every }),
            3 => json!({ "linear": { "percent": 7, "every": every } }),
            _ => {
                json!({ "compound": { "percent": 10, "every": every }, "expires_after": self.duration() })
            }
        }
    }

    fn rule(&mut self) -> Value {
        let points = self.random.between(1, 40);
        let is_off = self.off == 2 || self.off == 1 && self.random.percent(40);
        let signed = if is_off { -points } else { points };
        let mut rule = json!({ "points": signed });
        match self.random.below(8) {
            0 => {
                rule["when"] = json!({ "deal.day": { "within": self.duration() } });
                return rule;
            }
            1 => {
                let from = self.random.between(1, 3);
                let to = from + self.random.between(0, 2);
                rule["count"] = json!({ "from": from, "to": to, "within": self.duration() });
            }
            2 => rule["cooldown"] = json!(self.duration()),
            3 => {
                let most = self.random.between(1, 60);
                rule["at_most_per"] = json!({ "points": most, "every": self.duration() });
            }
            4 => rule["within"] = json!(self.duration()),
            _ => {}
        }
        rule["signal"] = json!(self.random.pick(SIGNALS));
        if self.random.percent(70) {
            rule["decay"] = self.decay();
        }
        if self.random.percent(30) {
            let cap = if is_off { "at_least" } else { "at_most" };
            rule[cap] = json!(signed + signed.signum() * self.random.between(0, 40));
        }
        rule
    }

    fn condition(&mut self) -> Value {
        match self.random.below(6) {
            0..3 => {
                let from = self.random.between(-25, 50) * if self.off == 2 { -1 } else { 1 };
                match self.random.percent(70) {
                    true => json!({ "score": { "intent": { "from": from } } }),
                    false => json!({ "score": { "intent": { "from": from, "to": from + 15 } } }),
                }
            }
            3 => json!({ "band": { "intent": ["warm", "cold"] } }),
            4 => json!({ "deal.day": { "within": self.duration() } }),
            _ => {
                let from = self.random.between(1, 2);
                json!({
                    "signal": self.random.pick(SIGNALS),
                    "count": { "from": from, "to": from + 1, "within": self.duration() },
                })
            }
        }
    }

    fn conditions(&mut self) -> Value {
        let parts: Vec<Value> = (0..self.random.between(1, 3))
            .map(|_| self.condition())
            .collect();
        let how = self.random.pick(&["all", "any", "none"]);
        json!({ *how: parts })
    }

    fn playbook(&mut self) -> Value {
        let groups: Vec<Value> = (0..self.random.between(1, 2))
            .map(|group| {
                let rules: Vec<Value> = (0..self.random.between(1, 4))
                    .map(|_| self.rule())
                    .collect();
                let mut doc = json!({ "name": format!("group_{group}"), "rules": rules });
                if self.random.percent(30) {
                    doc["at_most"] = json!(self.random.between(5, 60));
                }
                doc
            })
            .collect();
        let stages: serde_json::Map<String, Value> = (0..3)
            .map(|stage| {
                let doc = json!({ "enter": self.conditions() });
                (format!("stage_{stage}"), doc)
            })
            .collect();
        let routes: Vec<Value> = (0..3)
            .map(|route| json!({ "when": self.conditions(), "then": format!("route_{}", route % 2) }))
            .collect();
        json!({
            "leadstage": 1,
            "name": "made",
            "version": 1,
            "attributes": { "deal.day": { "type": "date" } },
            "signals": { "view": {}, "reply": {}, "trial": {} },
            "scores": {
                "intent": {
                    "groups": groups,
                    "bands": { "hot": 45, "warm": 20, "cool": 0, "cold": -30 },
                },
            },
            "stages": stages,
            "routes": routes,
        })
    }

    fn events(&mut self) -> Vec<Value> {
        (0..self.random.between(0, 9))
            .map(|_| {
                let back = match self.random.below(3) {
                    0 => self.random.between(0, DAY),
                    1 => self.random.between(0, 10 * DAY),
                    _ => self.random.between(0, 60 * DAY),
                };
                json!({ "signal": self.random.pick(SIGNALS), "at": AS_OF - back })
            })
            .collect()
    }

    /// Instants from the first after `AS_OF` on: near and far ones, and those at which windows and waits end.
    fn instants(&mut self, events: &[Value]) -> Vec<i64> {
        let mut found = vec![AS_OF + 1, AS_OF + 4_000 * DAY];
        for _ in 0..25 {
            let most = 1 << self.random.between(1, 34);
            found.push(AS_OF + self.random.between(1, most));
        }
        for event in events {
            let at = event["at"].as_i64().expect("an instant");
            for (_, wait) in DURATIONS {
                found.extend([at + wait - 1, at + wait, at + wait + 1]);
            }
        }
        found.retain(|at| *at > AS_OF);
        found
    }
}

/// How a gate or the route comes out at an instant.
fn outcome(playbook: &Playbook, events: &[Value], day: &Value, at: i64, pointer: &str) -> Value {
    let facts = if day.is_null() {
        json!({})
    } else {
        json!({ "deal.day": day })
    };
    let evidence = json!({ "facts": facts, "events": events }).to_string();
    let evidence = Evidence::parse(playbook, &evidence).expect("evidence");
    let text = evaluate_json(playbook, &evidence, at, Extent::Brief);
    let decision: Value = serde_json::from_str(&text).expect("a decision");
    decision.pointer(pointer).expect("an outcome").clone()
}

#[test]
fn forecasts_say_what_single_instants_say() {
    let (mut changes, mut openings) = (0, 0);
    for seed in 0..CASES {
        let random = Random::new(seed);
        let mut case = Case {
            random,
            off: seed % 3,
        };
        let document = case.playbook().to_string();
        let playbook = Playbook::parse(&document).expect(&document);
        let events = case.events();
        let day = match case.random.percent(70) {
            true => json!("2026-11-20"),
            false => Value::Null,
        };
        let facts = if day.is_null() {
            json!({})
        } else {
            json!({ "deal.day": day })
        };
        let evidence = json!({ "facts": facts, "events": events }).to_string();
        let evidence = Evidence::parse(&playbook, &evidence).expect("evidence");
        let text = evaluate_json(&playbook, &evidence, AS_OF, Extent::Explained);
        let decision: Value = serde_json::from_str(&text).expect("a decision");
        let instants = case.instants(&events);
        let check = |what: &str,
                     pointer: &str,
                     then: &Value,
                     steady: bool,
                     more: &dyn Fn(i64) -> Vec<Value>| {
            assert!(!steady, "{what} of seed {seed} takes too many steps");
            let at = |at: i64| {
                outcome(
                    &playbook,
                    &[events.clone(), more(at)].concat(),
                    &day,
                    at,
                    pointer,
                )
            };
            let now = at(AS_OF);
            let end = then.as_i64().unwrap_or(i64::MAX);
            let last = then.as_i64().map(|end| end - 1);
            let before = instants.iter().copied().chain(last);
            for instant in before.filter(|it| (AS_OF..end).contains(it)) {
                assert_eq!(
                    at(instant),
                    now,
                    "{what} of seed {seed} at {instant}, before {then}: {document}"
                );
            }
            if then.is_i64() {
                assert_ne!(at(end), now, "{what} of seed {seed} at {then}: {document}");
            }
            then.is_i64()
        };
        let gates = decision["gates"].as_object().expect("gates");
        for (stage, gate) in gates {
            let pointer = format!("/gates/{stage}/open");
            let steady = gate.get("steady_until").is_some();
            changes += u32::from(check(stage, &pointer, &gate["flips_at"], steady, &|_| {
                Vec::new()
            }));
            for event in gate["missing"]["events"].as_array().into_iter().flatten() {
                let times = event["times"].as_u64().expect("a number") as usize;
                let more = |at: i64| vec![json!({ "signal": event["signal"], "at": at }); times];
                let steady = event.get("steady_until").is_some();
                check(
                    &format!("{event} for {stage}"),
                    &pointer,
                    &event["until"],
                    steady,
                    &more,
                );
                let opened = outcome(
                    &playbook,
                    &[events.clone(), more(AS_OF)].concat(),
                    &day,
                    AS_OF,
                    &pointer,
                );
                assert_eq!(opened, json!(true), "{event} of seed {seed}");
                openings += 1;
            }
        }
        let route = &decision["route"];
        let steady = route.get("steady_until").is_some();
        changes += u32::from(check(
            "the route",
            "/route/then",
            &route["flips_at"],
            steady,
            &|_| Vec::new(),
        ));
        if let Some(at) = route["flips_at"].as_i64() {
            assert_eq!(
                outcome(&playbook, &events, &day, at, "/route/then"),
                route["flips_to"]
            );
        }
    }
    assert!(
        changes > 100 && openings > 100,
        "{changes} changes and {openings} openings are few"
    );
}
