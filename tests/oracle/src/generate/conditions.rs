//! Conditions.

use super::{Maker, Spot};
use serde_json::{Map, Value, json};

fn join(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Object(mut a), Value::Object(b)) => {
            let event =
                |m: &Map<String, Value>| m.contains_key("signal") || m.contains_key("sequence");
            if !(event(&a) && event(&b)) {
                a.extend(b);
            }
            Value::Object(a)
        }
        (a, _) => a,
    }
}

impl Maker {
    /// A condition of at most this depth.
    pub(super) fn condition(&mut self, depth: u32, spot: Spot) -> Value {
        if depth > 0 && self.random.percent(45) {
            let count = self.random.between(1, 3);
            let list: Vec<Value> = (0..count)
                .map(|_| self.condition(depth - 1, spot))
                .collect();
            return match self.random.below(10) {
                0..4 => json!({ "all": list }),
                4..7 => json!({ "any": list }),
                7 => json!({ "none": list }),
                _ => json!({ "at_least": { "count": self.random.between(1, count), "of": list } }),
            };
        }
        let leaf = self.leaf(spot);
        if self.random.percent(12) {
            let other = self.leaf(spot);
            return join(leaf, other);
        }
        leaf
    }

    fn leaf(&mut self, spot: Spot) -> Value {
        let mut kinds = vec!["attribute"; if spot == Spot::Definition { 7 } else { 9 }];
        kinds.extend(["events"; 5]);
        kinds.push("sequence");
        let names = &self.names;
        for (there, kind, weight) in [
            (!names.scores.is_empty(), "score", 8),
            (!names.banded.is_empty(), "band", 2),
            (names.grade, "grade", 1),
            (!names.tiers.is_empty(), "icp", 2),
            (!names.personas.is_empty(), "persona", 2),
            (!names.criteria.is_empty(), "readiness", 2),
            (!names.segments.is_empty(), "segment", 3),
            (
                spot != Spot::Definition && !names.stages.is_empty(),
                "stage",
                3,
            ),
            (
                spot != Spot::Definition && !names.stages.is_empty(),
                "time_in_stage",
                2,
            ),
            (spot == Spot::Passage && !names.gates.is_empty(), "gate", 5),
        ] {
            if there {
                kinds.extend(vec![kind; weight]);
            }
        }
        match *self.random.pick(&kinds) {
            "attribute" => {
                let at = self.random.below(self.attributes.len() as u64) as usize;
                let (name, doc) = self.attributes[at].clone();
                json!({ name: self.test(&doc) })
            }
            "events" => self.events(),
            "sequence" => self.sequence(),
            "score" => {
                let at = self.random.below(self.names.scores.len() as u64) as usize;
                let mut tests = Map::new();
                for place in 0..self.names.scores.len() {
                    if place == at || self.random.percent(10) {
                        let (name, reached) = self.names.scores[place].clone();
                        tests.insert(name, self.points_range(reached));
                    }
                }
                json!({ "score": tests })
            }
            "band" => {
                let at = self.random.below(self.names.banded.len() as u64) as usize;
                let (name, labels) = self.names.banded[at].clone();
                json!({ "band": { name: self.name_or_names(&labels) } })
            }
            "grade" => {
                let (first, second) = (
                    self.names.banded[0].1.clone(),
                    self.names.banded[1].1.clone(),
                );
                let mut all = Vec::new();
                for a in &first {
                    all.extend(second.iter().map(|b| format!("{a}{b}")));
                }
                json!({ "grade": self.name_or_names(&all) })
            }
            "readiness" => {
                let criteria = self.names.criteria.clone();
                let count = criteria.len() as i64;
                let form = match self.random.below(4) {
                    0 => json!("ready"),
                    1 => json!(self.random.some(&criteria, 1)),
                    2 => json!({ "from": self.random.between(1, count) }),
                    _ => json!({ "to": self.random.between(0, count - 1) }),
                };
                json!({ "readiness": form })
            }
            "time_in_stage" => {
                let window = self.duration();
                let side = *self.random.pick(&["from", "from", "to", "above", "below"]);
                json!({ "time_in_stage": { side: window } })
            }
            kind => {
                let list = match kind {
                    "icp" => &self.names.tiers,
                    "persona" => &self.names.personas,
                    "segment" => &self.names.segments,
                    "gate" => &self.names.gates,
                    _ => &self.names.stages,
                };
                let list = list.clone();
                json!({ kind: self.name_or_names(&list) })
            }
        }
    }

    fn name_or_names(&mut self, names: &[String]) -> Value {
        match self.random.below(3) {
            0 => json!(self.random.some(names, 1)),
            _ => json!(self.random.pick(names)),
        }
    }

    /// A range whose end lies where the score is, may come to be, or a little below.
    pub(super) fn points_range(&mut self, reached: [i64; 3]) -> Value {
        let [value, low, high] = reached;
        let near = match self.random.below(8) {
            _ if low < high && self.random.percent(40) => self.random.between(low + 1, high),
            0..4 => value,
            4 => low,
            5 => high,
            6 => value - value.abs() / 4,
            _ => value + self.random.between(1, 10) * self.unit,
        } + *self.random.pick(&[0, 0, 0, 1, -1, -self.unit]);
        let end = self.points(near);
        match self.random.below(10) {
            0..6 => json!({ "from": end }),
            6 => json!({ "above": end }),
            7 => json!({ "to": end }),
            8 => json!({ "below": end }),
            _ => json!({ "from": end, "below": self.points(near + 5 * self.unit) }),
        }
    }

    pub(super) fn signal(&mut self) -> usize {
        self.random.below(self.signals.len() as u64) as usize
    }

    fn events(&mut self) -> Value {
        let signal = self.signal();
        let mut doc = json!({ "signal": self.signals[signal].0 });
        if let Some(wher) = self.wher(signal) {
            doc["where"] = wher;
        }
        let from = self.random.between(1, 4);
        let count = match self.random.below(6) {
            0 => Some(json!({ "from": from })),
            1 => Some(json!({ "from": from, "to": from + self.random.between(0, 2) })),
            2 => Some(json!({ "to": from - 1 })),
            _ => None,
        };
        if let Some(count) = count {
            doc["count"] = count;
        }
        if self.random.percent(75) {
            let window = self.duration();
            if doc.get("count").is_some() && self.random.percent(50) {
                doc["count"]["within"] = window;
            } else {
                doc["within"] = window;
            }
        }
        doc
    }

    fn sequence(&mut self) -> Value {
        let steps = self.random.between(2, 3);
        let steps: Vec<Value> = (0..steps)
            .map(|_| {
                let signal = self.signal();
                let name = json!(self.signals[signal].0);
                match self.wher(signal) {
                    Some(wher) if self.random.percent(40) => {
                        json!({ "signal": name, "where": wher })
                    }
                    _ => name,
                }
            })
            .collect();
        let mut doc = json!({ "sequence": steps });
        if self.random.percent(70) {
            doc["within"] = self.duration();
        }
        doc
    }
}
