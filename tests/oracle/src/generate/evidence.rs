//! Facts and events.

use super::Maker;
use crate::values::{DAY, date_written};
use serde_json::{Map, Value, json};

impl Maker {
    /// An instant in one of the ways it may be written.
    pub(super) fn instant(&mut self, at: i64) -> Value {
        let minutes = match self.random.below(8) {
            0 => 0,
            1 => 90,
            2 => -330,
            _ => return json!(at),
        };
        let local = at + minutes * 60_000;
        let ms = local.rem_euclid(DAY);
        let zone = if minutes == 0 {
            "Z".to_owned()
        } else {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        };
        let (seconds, millis) = (ms / 1_000, ms % 1_000);
        json!(format!(
            "{}T{:02}:{:02}:{:02}.{millis:03}{zone}",
            date_written(local),
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
        ))
    }

    fn sources(&self) -> Vec<String> {
        let default = json!(["person", "crm", "enrichment", "visitor", "inferred"]);
        let sources = self.playbook.get("sources").unwrap_or(&default).as_array();
        let names = sources
            .expect("a list")
            .iter()
            .map(|s| s.as_str().expect("a name").to_owned());
        names.collect()
    }

    /// Facts and events, before there are scores to look at them.
    pub(super) fn gather(&mut self) {
        if self.random.percent(30) {
            self.evidence.insert("id".into(), json!("lead-1"));
        }
        let sources = self.sources();
        let visitor = sources.iter().any(|s| s == "visitor");
        let facts = if visitor && self.random.percent(20) {
            self.fact_map()
        } else {
            self.fact_list(&sources)
        };
        self.evidence.insert("facts".into(), facts);
        let count = match self.random.below(6) {
            0 => self.random.between(0, 1),
            1..5 => self.random.between(2, 8),
            _ => self.random.between(8, 16),
        };
        let events: Vec<Value> = (0..count).map(|_| self.event()).collect();
        self.evidence.insert("events".into(), json!(events));
    }

    /// `value`, `range` or `any_of`.
    fn known(&mut self, doc: &Value) -> Map<String, Value> {
        let kind = doc["type"].as_str().expect("a type").to_owned();
        let partly = self.random.percent(25);
        let entry = match kind.as_str() {
            "number" if partly => {
                let (low, high) = self.pair(doc);
                let range = match self.random.below(5) {
                    0 => json!([low, null]),
                    1 => json!([null, high]),
                    2 => json!([low, low]),
                    _ => json!([low, high]),
                };
                ("range", range)
            }
            "choice" if partly => {
                let options = doc["options"].as_array().expect("options").clone();
                ("any_of", json!(self.random.some(&options, 1)))
            }
            _ => ("value", self.value(doc)),
        };
        Map::from_iter([(entry.0.to_owned(), entry.1)])
    }

    fn fact(&mut self, doc: &Value, sources: &[String]) -> Map<String, Value> {
        let mut fact = self.known(doc);
        let visitor = sources.iter().any(|s| s == "visitor");
        if !visitor || self.random.percent(70) {
            fact.insert("source".into(), json!(self.random.pick(sources)));
        }
        if self.random.percent(20) {
            fact.insert(
                "by".into(),
                json!(self.random.pick(&["sales", "crm", "visitor"])),
            );
        }
        match self.random.below(10) {
            0 => {
                let at = self.as_of + 1;
                fact.insert("at".into(), self.instant(at));
            }
            1..3 => {
                let at = self.as_of;
                fact.insert("at".into(), self.instant(at));
            }
            3..7 => {
                let at = self.past();
                fact.insert("at".into(), self.instant(at));
            }
            _ => {}
        }
        if self.random.percent(7) {
            fact.insert("default".into(), json!(self.random.percent(80)));
        }
        fact
    }

    fn fact_list(&mut self, sources: &[String]) -> Value {
        let mut facts = Vec::new();
        for (name, doc) in self.attributes.clone() {
            let count = *self.random.pick(&[0, 0, 0, 0, 1, 1, 1, 2, 3]);
            for _ in 0..count {
                let mut fact = self.fact(&doc, sources);
                fact.insert("attribute".into(), json!(name));
                let place = self.random.below(facts.len() as u64 + 1) as usize;
                facts.insert(place, Value::Object(fact));
            }
        }
        json!(facts)
    }

    fn fact_map(&mut self) -> Value {
        let sources = self.sources();
        let mut attributes = self.attributes.clone();
        attributes.sort_by(|a, b| a.0.cmp(&b.0));
        let mut facts = Map::new();
        for (name, doc) in attributes {
            match self.random.below(10) {
                0..3 => {}
                3..7 => {
                    facts.insert(name, self.value(&doc));
                }
                _ => {
                    let fact = self.fact(&doc, &sources);
                    facts.insert(name, Value::Object(fact));
                }
            }
        }
        Value::Object(facts)
    }

    fn event(&mut self) -> Value {
        let signal = self.signal();
        let (name, kinds) = self.signals[signal].clone();
        let at = if self.random.percent(6) {
            self.as_of + 1
        } else {
            self.past()
        };
        let mut event = Map::new();
        if self.random.percent(60) {
            event.insert(
                "id".into(),
                json!(format!("e{}", self.random.between(1, 30))),
            );
        }
        event.insert("signal".into(), json!(name));
        event.insert("at".into(), self.instant(at));
        let mut properties = Map::new();
        for (name, kind) in kinds {
            if self.random.percent(80) {
                properties.insert(name, self.value(&Maker::as_attribute(&kind)));
            }
        }
        if !properties.is_empty() {
            event.insert("properties".into(), Value::Object(properties));
        }
        if self.random.percent(6) {
            event.insert("automated".into(), json!(self.random.percent(80)));
        }
        Value::Object(event)
    }
}
