//! Scores, stages and routes over the attributes of a generated playbook.

use super::generate::{AS_OF, Kind, Known};
use crate::random::Random;
use serde_json::{Map, Value, json};

/// A playbook that is being written.
pub struct Book {
    pub random: Random,
    attributes: Vec<Known>,
    written: Map<String, Value>,
    pub facts: Vec<Value>,
    document: Map<String, Value>,
}

const NAMES: [&str; 4] = ["book_meeting", "talk_to_sales", "nurture", "not_a_fit"];

impl Book {
    pub fn new(random: Random) -> Self {
        Self {
            random,
            attributes: Vec::new(),
            written: Map::new(),
            facts: Vec::new(),
            document: Map::new(),
        }
    }

    pub fn declare(&mut self, known: Known, written: Value) {
        self.written.insert(known.name.clone(), written);
        self.attributes.push(known);
    }

    /// The playbook and the evidence.
    pub fn finish(mut self) -> (Value, Value) {
        let head = json!({
            "leadstage": 1, "name": "generated", "version": 1,
            "attributes": self.written, "signals": { "demo": {} },
        });
        let mut document = head.as_object().expect("an object").clone();
        document.append(&mut self.document);
        let demos = self.random.below(3) as i64;
        let events: Vec<Value> = (0..demos)
            .map(|at| json!({ "signal": "demo", "at": AS_OF - at * 1_000 }))
            .collect();
        let evidence = json!({ "facts": self.facts, "events": events });
        (Value::Object(document), evidence)
    }

    fn attribute(&mut self) -> usize {
        let asked: Vec<usize> = (0..self.attributes.len())
            .filter(|at| self.attributes[*at].asked || self.random.percent(30))
            .collect();
        *self.random.pick(&asked)
    }

    /// A test on one attribute.
    fn fact(&mut self, at: usize) -> Value {
        let random = &mut self.random;
        let attribute = &self.attributes[at];
        let test = match &attribute.kind {
            _ if random.percent(4) => json!({ "known": random.percent(50) }),
            Kind::Boolean => json!(random.percent(60)),
            Kind::Choice(options) => {
                let least = 1;
                let some = random.some(options, least);
                json!(&some[..some.len().min(options.len() - 1).max(1)])
            }
            Kind::Number(thresholds) => {
                let from = *random.pick(thresholds);
                match random.below(3) {
                    0 => json!({ "from": from }),
                    1 => json!({ "below": from + 5 }),
                    _ => json!({ "from": from, "to": from + 25 }),
                }
            }
        };
        json!({ attribute.name.clone(): test })
    }

    /// A condition on several attributes at most.
    fn facts(&mut self) -> Value {
        let at = self.attribute();
        let one = self.fact(at);
        match self.random.below(8) {
            0 => {
                let other = self.attribute();
                let other = self.fact(other);
                json!({ "all": [one, other] })
            }
            1 => {
                let other = self.attribute();
                let other = self.fact(other);
                json!({ "any": [one, other] })
            }
            2 => json!({ "none": [one] }),
            3 => {
                let mut of = vec![one];
                for _ in 0..2 {
                    let at = self.attribute();
                    of.push(self.fact(at));
                }
                json!({ "at_least": { "count": 2, "of": of } })
            }
            _ => one,
        }
    }

    fn score(&mut self, bands: bool) -> Value {
        let mut groups = Vec::new();
        for number in 0..=self.random.below(3) {
            let mut rules = Vec::new();
            for _ in 0..=self.random.below(6) {
                let points = 5 * self.random.between(-4, 12);
                let points = if points == 0 { 5 } else { points };
                rules.push(json!({ "when": self.facts(), "points": points }));
            }
            if self.random.percent(20) {
                rules.push(json!({ "signal": "demo", "points": 10 }));
            }
            let mut group = json!({ "name": format!("g{number}"), "rules": rules });
            if self.random.percent(30) {
                group["at_most"] = json!(5 * self.random.between(4, 14));
            }
            if self.random.percent(15) {
                group["at_least"] = json!(0);
            }
            groups.push(group);
        }
        let mut score = json!({ "groups": groups });
        if self.random.percent(30) {
            score["at_most"] = json!(100);
            score["at_least"] = json!(0);
        }
        if bands {
            score["bands"] = json!({ "A": 60, "B": 25, "C": -1000 });
        }
        score
    }

    /// Everything that a playbook may have, a little of each.
    pub fn write_rules(&mut self) {
        let scores: Vec<&str> = match self.random.below(5) {
            0 => vec![],
            1 | 2 => vec!["fit"],
            _ => vec!["fit", "need"],
        };
        let mut written = Map::new();
        for name in &scores {
            written.insert((*name).to_owned(), self.score(true));
        }
        self.document
            .insert("scores".into(), Value::Object(written));
        if scores.len() == 2 {
            self.document
                .insert("grade".into(), json!({ "of": ["fit", "need"] }));
        }
        let segment = self.facts();
        let icp = [self.facts(), self.facts()];
        let personas = [self.facts(), self.facts()];
        let criteria = [self.facts(), self.facts(), self.facts()];
        let gates = [
            self.condition(&scores, false),
            self.condition(&scores, false),
        ];
        let when = self.facts();
        let parts = json!({
            "segments": { "core": segment },
            "icp": [{ "tier": "one", "when": icp[0] }, { "tier": "two", "when": icp[1] }],
            "personas": [{ "name": "buyer", "when": personas[0] }, { "name": "user", "when": personas[1] }],
            "readiness": { "framework": "own", "criteria":
                { "a": criteria[0], "b": criteria[1], "c": criteria[2] }, "at_least": 2 },
            "stages": { "lead": {}, "mql": { "enter": gates[0] }, "sql": { "enter": gates[1] } },
            "initial": "lead",
            "transitions": [
                { "from": "lead", "to": "mql", "by": "automation" },
                { "from": ["mql", "lead"], "to": "sql", "by": "automation", "when": when },
            ],
        });
        let mut parts = parts.as_object().expect("an object").clone();
        self.document.append(&mut parts);
        let mut routes = Vec::new();
        for at in 0..self.random.between(1, 3) {
            let when = self.condition(&scores, true);
            let name = NAMES[(at as usize + self.random.below(2) as usize) % NAMES.len()];
            routes.push(json!({ "when": when, "then": name }));
        }
        if self.random.percent(85) {
            routes.push(json!({ "then": NAMES[self.random.below(4) as usize] }));
        }
        self.document.insert("routes".into(), json!(routes));
    }

    /// A condition on anything; `route` allows what only routes may look at.
    fn condition(&mut self, scores: &[&str], route: bool) -> Value {
        if let (Some(_), true) = (scores.first(), self.random.percent(55)) {
            let score = *self.random.pick(scores);
            let from = 5 * self.random.between(0, 14);
            return match self.random.below(6) {
                0 => json!({ "band": { score: ["A", "B"] } }),
                1 => json!({ "band": { score: "B" } }),
                2 if scores.len() == 2 => json!({ "grade": ["AA", "BA", "BB"] }),
                3 => json!({ "score": { score: { "from": from, "below": from + 30 } } }),
                _ => json!({ "score": { score: { "from": from } } }),
            };
        }
        match self.random.below(if route { 11 } else { 7 }) {
            0 => json!({ "segment": "core" }),
            1 => json!({ "icp": "one" }),
            2 => json!({ "persona": ["user", "buyer"] }),
            3 => json!({ "readiness": "ready" }),
            4 => json!({ "all": [self.facts(), self.facts()] }),
            5 => json!({ "readiness": { "from": 1, "to": 2 } }),
            6 => self.facts(),
            7 => json!({ "stage": "mql" }),
            8 => json!({ "stage": ["sql", "mql"], "any": [self.facts(), self.facts()] }),
            9 => json!({ "gate": "sql" }),
            _ => json!({ "time_in_stage": { "to": "1d" } }),
        }
    }

    /// Two scores over all questions, a few plain facts, four routes.
    pub fn write_scorecard(&mut self) {
        let mut written = Map::new();
        let mut highest = Vec::new();
        for name in ["fit", "need"] {
            let mut rules = Vec::new();
            let mut most = 0;
            for at in 0..self.attributes.len() {
                if self.random.percent(if name == "fit" { 70 } else { 40 }) {
                    let points = 5 * self.random.between(1, 6);
                    most += points;
                    rules.push(json!({ "when": self.fact(at), "points": points }));
                }
            }
            rules.push(json!({ "signal": "demo", "points": 10 }));
            highest.push(most);
            let group = json!({ "name": "all", "rules": rules });
            written.insert(name.to_owned(), json!({ "groups": [group] }));
        }
        self.document
            .insert("scores".into(), Value::Object(written));
        let at = self.attribute();
        let plain = self.fact(at);
        let (fit, need) = (highest[0] / 2, highest[1] / 2);
        let routes = json!([
            { "when": { "all": [{ "score": { "fit": { "from": fit } } }, { "score": { "need": { "from": need } } }] },
              "then": "book_meeting" },
            { "when": { "score": { "fit": { "from": fit + 20 } } }, "then": "talk_to_sales" },
            { "when": { "all": [{ "score": { "fit": { "below": fit / 2 } } }, plain] }, "then": "not_a_fit" },
            { "then": "nurture" },
        ]);
        self.document.insert("routes".into(), routes);
    }
}
