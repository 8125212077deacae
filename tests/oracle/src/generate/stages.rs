//! Stages, transitions, routes, and where the record stands.

use super::{Maker, Spot};
use serde_json::{Value, json};

const STAGES: &[&str] = &["lead", "mql", "sal", "sql", "won"];

impl Maker {
    pub(super) fn stages(&mut self) {
        if self.random.percent(90) {
            let names = self.random.some(STAGES, 1);
            self.names.stages = names.iter().map(|n| (*n).to_owned()).collect();
            for name in &names {
                self.stage(name);
            }
            for name in &names {
                if self.random.percent(25) {
                    let exit = self.condition(1, Spot::Passage);
                    self.playbook["stages"][*name]["exit"] = exit;
                }
            }
            self.transitions(&names);
            self.standing(&names);
        }
        self.routes();
    }

    fn stage(&mut self, name: &str) {
        let mut doc = json!({ "label": name.to_uppercase() });
        if self.random.percent(75) {
            let enter = self.gate_condition();
            if self.random.percent(45) {
                doc["stay"] = self.relaxed(&enter);
            }
            doc["enter"] = enter;
            self.names.gates.push(name.to_owned());
        }
        self.insert_under("stages", name, doc);
    }

    /// Often one `all` of two to three parts, which shows its criteria.
    fn gate_condition(&mut self) -> Value {
        match self.random.below(6) {
            0 => {
                let count = self.random.between(2, 3);
                let parts: Vec<Value> = (0..count).map(|_| self.condition(1, Spot::Gate)).collect();
                json!({ "all": parts })
            }
            1 | 2 => {
                let (name, reached) = self.random.pick(&self.names.scores).clone();
                json!({ "score": { name: self.points_range(reached) } })
            }
            _ => self.condition(2, Spot::Gate),
        }
    }

    /// Hysteresis: the same score with a lower bar, or another condition.
    fn relaxed(&mut self, enter: &Value) -> Value {
        if enter.get("score").is_some() {
            let (name, reached) = self.random.pick(&self.names.scores).clone();
            let lower = reached[0] - self.random.between(0, 10) * self.unit;
            return json!({ "score": { name: { "from": self.points(lower) } } });
        }
        self.condition(1, Spot::Gate)
    }

    fn transitions(&mut self, names: &[&str]) {
        let mut transitions = Vec::new();
        let mut add = |maker: &mut Maker, from: Value, to: &str| {
            let mut doc = json!({ "from": from, "to": to });
            if maker.random.percent(15) {
                doc["on"] = json!("accept");
                doc["by"] = json!(["sales", "marketing"]);
            } else {
                doc["by"] = json!("automation");
            }
            let guarded = maker.names.gates.iter().any(|g| g == to);
            if (doc["by"] == "automation" && !guarded) || maker.random.percent(35) {
                doc["when"] = maker.condition(1, Spot::Passage);
            }
            transitions.push(doc);
        };
        // A chain, often closed to a circle, and a few more.
        for pair in names.windows(2) {
            if self.random.percent(75) {
                add(self, json!(pair[0]), pair[1]);
            }
        }
        if names.len() > 1 && self.random.percent(40) {
            add(self, json!(names[names.len() - 1]), names[0]);
        }
        if names.len() > 1 && self.random.percent(40) {
            let to = *self.random.pick(names);
            let from: Vec<&str> = names.iter().copied().filter(|n| *n != to).collect();
            let from = self.random.some(&from, 1);
            add(self, json!(from), to);
        }
        if transitions.is_empty() {
            if self.random.percent(30) {
                self.playbook.insert("initial".into(), json!(names[0]));
            }
        } else {
            self.playbook
                .insert("initial".into(), json!(self.random.pick(names)));
            self.playbook
                .insert("transitions".into(), json!(transitions));
        }
    }

    fn standing(&mut self, names: &[&str]) {
        if self.random.percent(70) {
            let mut stage = json!({ "name": self.random.pick(names) });
            if self.random.percent(75) {
                let since = self.past();
                stage["since"] = self.instant(since);
            }
            self.evidence.insert("stage".into(), stage);
        }
    }

    fn routes(&mut self) {
        if self.random.percent(15) {
            return;
        }
        let mut routes = Vec::new();
        for number in 0..self.random.between(0, 4) {
            let then = if self.random.percent(5) { 0 } else { number };
            let when = self.condition(2, Spot::Passage);
            routes.push(json!({ "when": when, "then": format!("route_{then}") }));
        }
        if routes.is_empty() || self.random.percent(70) {
            routes.push(json!({ "then": "nurture" }));
        }
        self.playbook.insert("routes".into(), json!(routes));
    }
}
