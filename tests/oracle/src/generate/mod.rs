//! Small, rich, valid playbooks with evidence, from a seed.

mod conditions;
mod evidence;
mod rules;
mod stages;
mod tests;

use crate::random::Random;
use crate::values::{DAY, POINTS, duration, number, written};
use serde_json::{Map, Value, json};

/// A playbook, evidence, and the instant as of which to decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Triple {
    pub playbook: Value,
    pub evidence: Value,
    pub as_of: i64,
}

/// The triple of a seed, always the same.
pub fn generate(seed: u64) -> Triple {
    let mut maker = Maker::new(seed);
    maker.declare();
    maker.gather();
    maker.define();
    maker.stages();
    Triple {
        playbook: Value::Object(maker.playbook),
        evidence: Value::Object(maker.evidence),
        as_of: maker.as_of,
    }
}

/// What is already there to refer to.
#[derive(Default)]
struct Names {
    /// Name, value, low, high in thousandths.
    scores: Vec<(String, [i64; 3])>,
    /// Scores that have bands, with their labels.
    banded: Vec<(String, Vec<String>)>,
    grade: bool,
    tiers: Vec<String>,
    personas: Vec<String>,
    criteria: Vec<String>,
    segments: Vec<String>,
    stages: Vec<String>,
    gates: Vec<String>,
}

/// Where a condition stands, which tells what it may mention.
#[derive(Clone, Copy, PartialEq)]
enum Spot {
    Definition,
    /// `enter` and `stay`.
    Gate,
    /// `exit`, and `when` of transitions and routes.
    Passage,
}

struct Maker {
    random: Random,
    playbook: Map<String, Value>,
    evidence: Map<String, Value>,
    as_of: i64,
    /// The few durations that this playbook uses, so that events meet their edges.
    durations: Vec<String>,
    /// Name and definition.
    attributes: Vec<(String, Value)>,
    /// Name and properties.
    signals: Vec<(String, Vec<(String, Value)>)>,
    names: Names,
    /// Points are multiples of this many thousandths.
    unit: i64,
}

const DURATIONS: &[&str] = &[
    "1d", "7d", "30d", "36h", "90m", "2w", "45s", "1500ms", "3d", "1h",
];

impl Maker {
    fn new(seed: u64) -> Maker {
        let mut random = Random::new(seed);
        for _ in 0..3 {
            random.draw();
        }
        let day = 20_454 + random.between(-400, 400);
        let into = match random.below(4) {
            0 => 0,
            1 => DAY - 1,
            _ => random.between(0, DAY - 1),
        };
        let durations = (0..3)
            .map(|_| (*random.pick(DURATIONS)).to_owned())
            .collect();
        let unit = *random.pick(&[1, 500, 1_000, 1_000]);
        Maker {
            random,
            playbook: Map::new(),
            evidence: Map::new(),
            as_of: day * DAY + into,
            durations,
            attributes: Vec::new(),
            signals: Vec::new(),
            names: Names::default(),
            unit,
        }
    }

    fn duration(&mut self) -> Value {
        json!(self.random.pick(&self.durations))
    }

    fn duration_ms(&mut self) -> i64 {
        let written = self.duration();
        duration(&written)
    }

    fn points(&self, thousandths: i64) -> Value {
        written(thousandths, POINTS)
    }

    /// An instant near an edge of a window before `as_of`, or anywhere in a hundred days.
    fn past(&mut self) -> i64 {
        let back = match self.random.below(8) {
            0..3 => self.duration_ms(),
            3 => self.duration_ms() + self.duration_ms(),
            4 => 0,
            5 => {
                let every = self.duration_ms();
                let periods = self.random.between(0, 3);
                self.as_of - (self.as_of.div_euclid(every) - periods) * every
            }
            6 => self.random.between(0, 2 * DAY),
            _ => self.random.between(0, 100 * DAY),
        };
        let beside = self.random.between(-1, 1);
        (self.as_of - back + beside).min(self.as_of)
    }

    /// Attributes and signals.
    fn declare(&mut self) {
        self.playbook.insert("leadstage".into(), json!(1));
        self.playbook.insert("name".into(), json!("made"));
        self.playbook
            .insert("version".into(), json!(self.random.between(1, 9)));
        if self.random.percent(30) {
            let mut sources = vec!["person", "crm", "visitor", "bot"];
            if self.random.percent(30) {
                sources.remove(2);
            }
            if self.random.percent(50) {
                sources.reverse();
            }
            self.playbook.insert("sources".into(), json!(sources));
        }
        let mut attributes = Map::new();
        let count = self.random.between(1, 6);
        for letter in 0..count {
            let of = *self.random.pick(&["account", "contact", "deal"]);
            let name = format!("{of}.{}", char::from(b'a' + letter as u8));
            let doc = self.attribute();
            self.attributes.push((name.clone(), doc.clone()));
            attributes.insert(name, doc);
        }
        self.playbook
            .insert("attributes".into(), Value::Object(attributes));
        let mut signals = Map::new();
        for name in ["view", "demo", "mail", "trial"] {
            if name == "view" || self.random.percent(45) {
                let properties = self.properties();
                let mut doc = Map::new();
                if !properties.is_empty() {
                    doc.insert(
                        "properties".into(),
                        Value::Object(properties.iter().cloned().collect()),
                    );
                }
                signals.insert(name.to_owned(), Value::Object(doc));
                self.signals.push((name.to_owned(), properties));
            }
        }
        self.playbook
            .insert("signals".into(), Value::Object(signals));
    }

    /// Scores, grade, tiers, personas, readiness and segments, each referring to earlier ones.
    fn define(&mut self) {
        let mut kinds = vec!["score"];
        for (kind, chance) in [
            ("score", 60),
            ("score", 30),
            ("segment", 50),
            ("segment", 40),
            ("segment", 20),
            ("icp", 40),
            ("personas", 30),
            ("readiness", 35),
        ] {
            if self.random.percent(chance) {
                let place = self.random.below(kinds.len() as u64 + 1) as usize;
                kinds.insert(place, kind);
            }
        }
        for kind in kinds {
            match kind {
                "score" => self.score(),
                "segment" => self.segment(),
                "readiness" => self.readiness(),
                "icp" => {
                    let tiers = self.entries("icp", "tier", &["tier_1", "tier_2", "tier_3"]);
                    self.names.tiers = tiers;
                }
                _ => {
                    let names = self.entries("personas", "name", &["champion", "buyer", "user"]);
                    self.names.personas = names;
                }
            }
            if let [(first, _), (second, _), ..] = &self.names.banded[..]
                && !self.names.grade
            {
                let of = [first.clone(), second.clone()];
                self.names.grade = true;
                self.playbook.insert("grade".into(), json!({ "of": of }));
            }
        }
    }

    fn entries(&mut self, key: &str, name: &str, names: &[&str]) -> Vec<String> {
        let names: Vec<String> = self
            .random
            .some(names, 1)
            .iter()
            .map(|n| (*n).to_owned())
            .collect();
        let entries: Vec<Value> = names
            .iter()
            .map(|n| json!({ name: n, "when": self.condition(2, Spot::Definition) }))
            .collect();
        self.playbook.insert(key.to_owned(), json!(entries));
        names
    }

    fn segment(&mut self) {
        let name = format!("seg_{}", self.names.segments.len() + 1);
        let when = self.condition(2, Spot::Definition);
        let doc = match self.random.below(3) {
            0 => json!({ "label": "A segment", "of": "account", "when": when }),
            _ => when,
        };
        self.insert_under("segments", &name, doc);
        self.names.segments.push(name);
    }

    fn readiness(&mut self) {
        let (framework, names): (&str, &[&str]) = match self.random.below(5) {
            0..2 => ("BANT", &["budget", "authority", "need", "timing"]),
            2 => (
                "MEDDICC",
                &[
                    "metrics",
                    "economic_buyer",
                    "decision_criteria",
                    "decision_process",
                    "identify_pain",
                    "champion",
                    "competition",
                ],
            ),
            _ => ("Ours", &["fits", "asks"]),
        };
        let mut criteria = Map::new();
        for name in names {
            criteria.insert((*name).to_owned(), self.condition(0, Spot::Definition));
        }
        let mut doc = json!({ "framework": framework, "criteria": criteria });
        if self.random.percent(60) {
            doc["at_least"] = json!(self.random.between(1, names.len() as i64));
        }
        self.playbook.insert("readiness".into(), doc);
        self.names.criteria = names.iter().map(|n| (*n).to_owned()).collect();
    }

    fn insert_under(&mut self, key: &str, name: &str, doc: Value) {
        let map = self.playbook.entry(key).or_insert_with(|| json!({}));
        map[name] = doc;
    }

    /// A score's value, low and high as the playbook stands.
    fn reached(&mut self, score: &str) -> [i64; 3] {
        let playbook = Value::Object(std::mem::take(&mut self.playbook));
        let evidence = Value::Object(std::mem::take(&mut self.evidence));
        let scores = crate::decide::scores(&playbook, &evidence, self.as_of);
        if let (Value::Object(playbook), Value::Object(evidence)) = (playbook, evidence) {
            self.playbook = playbook;
            self.evidence = evidence;
        }
        ["value", "low", "high"].map(|key| number(&scores[score][key], POINTS))
    }
}
