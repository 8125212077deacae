//! Scores, their groups and rules.

use super::{Maker, Spot};
use serde_json::{Map, Value, json};

impl Maker {
    pub(super) fn score(&mut self) {
        let name = ["fit", "intent", "usage"][self.names.scores.len()];
        let groups: Vec<Value> = (0..self.random.between(1, 3))
            .map(|g| self.group(g))
            .collect();
        let mut doc = json!({ "groups": groups });
        if self.random.percent(10) {
            doc["label"] = json!("Score");
        }
        self.insert_under("scores", name, doc);
        let mut reached = self.reached(name);
        let value = reached[0];
        let capped = if self.random.percent(25) {
            let most = value + self.random.between(-3, 6) * self.unit;
            self.playbook["scores"][name]["at_most"] = self.points(most);
            if self.random.percent(40) {
                let least = most - self.random.between(0, 10) * self.unit;
                self.playbook["scores"][name]["at_least"] = self.points(least);
            }
            true
        } else if self.random.percent(20) {
            let least = value + self.random.between(-6, 3) * self.unit;
            self.playbook["scores"][name]["at_least"] = self.points(least);
            true
        } else {
            false
        };
        if capped {
            reached = self.reached(name);
        }
        if self.random.percent(65) {
            self.bands(name, reached);
        }
        self.names.scores.push((name.to_owned(), reached));
    }

    fn bands(&mut self, name: &str, [value, low, high]: [i64; 3]) {
        let labels = match self.names.banded.len() {
            0 => ["A", "B", "C"],
            _ => ["1", "2", "Ü"],
        };
        let mut thresholds = vec![*self.random.pick(&[value, high, value + 1])];
        thresholds.push(thresholds[0] - self.random.between(1, 12) * self.unit);
        thresholds.push(low.min(thresholds[1]) - *self.random.pick(&[1, self.unit]));
        thresholds.truncate(self.random.between(1, 3) as usize);
        let mut bands = Map::new();
        for (label, threshold) in labels.iter().zip(&thresholds) {
            bands.insert((*label).to_owned(), self.points(*threshold));
        }
        let labels = labels[..thresholds.len()]
            .iter()
            .map(|l| (*l).to_owned())
            .collect();
        self.playbook["scores"][name]["bands"] = Value::Object(bands);
        self.names.banded.push((name.to_owned(), labels));
    }

    fn group(&mut self, number: i64) -> Value {
        let rules: Vec<Value> = (0..self.random.between(1, 4))
            .map(|_| self.rule())
            .collect();
        let mut doc = json!({ "name": format!("g{number}"), "rules": rules });
        if self.random.percent(45) {
            doc["decay"] = self.decay();
        }
        if self.random.percent(30) {
            let most = self.random.between(-2, 30);
            doc["at_most"] = self.points(most * self.unit);
            if self.random.percent(40) {
                let least = most - self.random.between(0, 20);
                doc["at_least"] = self.points(least * self.unit);
            }
        } else if self.random.percent(20) {
            let least = self.random.between(-15, 2);
            doc["at_least"] = self.points(least * self.unit);
        }
        doc
    }

    fn rule(&mut self) -> Value {
        let points = match self.random.below(10) {
            0..7 => self.random.between(1, 30),
            7 | 8 => -self.random.between(1, 20),
            _ => 0,
        } * self.unit;
        let mut doc = match self.random.below(10) {
            0..5 => json!({ "when": self.condition(1, Spot::Definition) }),
            5..9 => self.event_rule(points),
            _ => self.counting_rule(),
        };
        doc["points"] = self.points(points);
        // None of these caps leaves out 0, so that a rule that brings nothing stays at nothing.
        if self.random.percent(25) {
            let most = self.random.between(0, 40) * self.unit;
            doc["at_most"] = self.points(most);
        }
        if self.random.percent(20) {
            let least = -self.random.between(0, 30) * self.unit;
            doc["at_least"] = self.points(least);
        }
        doc
    }

    fn event_rule(&mut self, points: i64) -> Value {
        let signal = self.signal();
        let mut doc = json!({ "signal": self.signals[signal].0 });
        if let Some(wher) = self.wher(signal) {
            doc["where"] = wher;
        }
        if self.random.percent(45) {
            doc["within"] = self.duration();
        }
        if self.random.percent(25) {
            doc["cooldown"] = self.duration();
        }
        if self.random.percent(25) {
            let most = (points.abs() * self.random.between(1, 5) / 2).max(1);
            doc["at_most_per"] = json!({ "points": self.points(most), "every": self.duration() });
        }
        if self.random.percent(55) {
            doc["decay"] = self.decay();
        }
        doc
    }

    fn counting_rule(&mut self) -> Value {
        let signal = self.signal();
        let mut doc = json!({ "signal": self.signals[signal].0 });
        if let Some(wher) = self.wher(signal) {
            doc["where"] = wher;
        }
        let from = self.random.between(1, 3);
        let mut count = match self.random.below(3) {
            0 => json!({ "from": from }),
            1 => json!({ "to": from }),
            _ => json!({ "from": from, "to": from + self.random.between(0, 2) }),
        };
        match self.random.below(3) {
            0 => count["within"] = self.duration(),
            1 => doc["within"] = self.duration(),
            _ => {}
        }
        doc["count"] = count;
        if self.random.percent(50) {
            doc["decay"] = self.decay();
        }
        doc
    }

    fn decay(&mut self) -> Value {
        let percent = *self.random.pick(&[1, 7, 25, 33, 50, 100]);
        let every = self.duration();
        // With large points a half-life has very many steps, so it is rarer there.
        let halving = if self.unit == 1 { 40 } else { 12 };
        let mut doc = if self.random.percent(halving) {
            json!({ "half_life": every })
        } else {
            match self.random.below(3) {
                0 => json!({ "linear": { "percent": percent, "every": every } }),
                1 => json!({ "compound": { "percent": percent, "every": every } }),
                _ => json!({ "expires_after": every }),
            }
        };
        if self.random.percent(20) {
            doc["expires_after"] = self.duration();
        }
        doc
    }
}
