//! Section 6.6: what is missing, and model events.

use crate::book::Kind;
use crate::condition::{Test, Val, Where, option_written};
use crate::evidence::{Event, Known};
use crate::mention::Mention;
use crate::read::text;
use crate::settled::Item;
use crate::test::{Sense, matches};
use crate::values::{DAY, NUMBER, date, date_written, number, written};
use crate::world::{Scene, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An event that would satisfy a `where`, with its properties as written.
#[derive(Clone, Debug)]
pub struct Model {
    pub event: Rc<Event>,
    pub properties: Map<String, Value>,
    /// How many of them open the gate.
    pub times: usize,
}

fn first(doc: &Value) -> &Value {
    match doc {
        Value::Array(list) => &list[0],
        one => one,
    }
}

/// The value that a property takes from its test; none where it asks for none.
fn property(kind: &Kind, test: &Test) -> Option<Value> {
    let doc = &test.doc;
    if let Some(equals) = doc.get("equals") {
        return Some(as_kept(kind, first(equals)));
    }
    for key in ["glob", "starts_with", "contains"] {
        if let Some(pattern) = doc.get(key) {
            let pattern = text(first(pattern));
            let plain = if key == "glob" {
                pattern.replace('*', "")
            } else {
                pattern
            };
            return Some(json!(plain));
        }
    }
    for (key, side) in [("from", 0), ("to", 0), ("above", 1), ("below", -1)] {
        if let Some(end) = doc.get(key) {
            return Some(match kind {
                Kind::Date => json!(date_written(date(&text(end)) + side * DAY)),
                _ => written(number(end, NUMBER) + side, NUMBER),
            });
        }
    }
    (test.known == Some(true)).then(|| match kind {
        Kind::Boolean => json!(true),
        Kind::Number { .. } => json!(0),
        Kind::Text => json!(""),
        Kind::Choice(options) | Kind::Choices(options) => json!(options[0]),
        Kind::Date => json!("1970-01-01"),
    })
}

fn as_kept(kind: &Kind, value: &Value) -> Value {
    match kind {
        Kind::Number { .. } => written(number(value, NUMBER), NUMBER),
        Kind::Choice(_) => json!(option_written(kind, &text(value))),
        _ => value.clone(),
    }
}

impl<'a> World<'a> {
    fn model(&self, signal: &str, wher: &Where) -> Option<Model> {
        let now = self.scene.now;
        let declared = self.book.signal(signal);
        let mut properties = Map::new();
        let mut values = BTreeMap::new();
        for (name, test) in wher {
            let kind = &declared.properties.iter().find(|p| p.0 == *name)?.1;
            if let Some(value) = property(kind, test) {
                values.insert(name.clone(), Val::read(kind, &value));
                properties.insert(name.clone(), value);
            }
        }
        let event = Event {
            signal: signal.to_owned(),
            at: now,
            properties: values,
        };
        matches(&event, signal, wher, now).then(|| Model {
            event: Rc::new(event),
            properties,
            times: 0,
        })
    }

    /// The model events of which some number opens a closed gate, with that number.
    pub fn models(&self, item: &Item) -> Vec<Model> {
        let mut pairs: Vec<(&str, &Where)> = Vec::new();
        self.item_mentions(item, &mut |mention| match mention {
            Mention::Events(signal, wher, _) => pairs.push((signal, wher)),
            Mention::Sequence(steps, _) => pairs.extend(steps.iter().map(|s| (s.0.as_str(), &s.1))),
            Mention::Rule(rule) => pairs.extend(rule.pair()),
            Mention::Attribute(..) | Mention::Time(_) => {}
        });
        let mut found: BTreeMap<(String, String), Model> = BTreeMap::new();
        for (signal, wher) in pairs {
            if let Some(model) = self.model(signal, wher) {
                let written = Value::Object(model.properties.clone()).to_string();
                found.insert((signal.to_owned(), written), model);
            }
        }
        found
            .into_values()
            .filter_map(|mut model| {
                let opens = |times: &usize| {
                    let new = vec![Rc::clone(&model.event); *times];
                    self.outcome_at(item, self.scene.now, &new).is_some()
                };
                model.times = (1..=20).find(opens)?;
                Some(model)
            })
            .collect()
    }

    /// Whether some completion of one attribute alone opens a gate.
    pub fn opens(&self, item: &Item, attribute: usize) -> bool {
        let completions = crate::completion::completions(self, attribute);
        completions.into_iter().any(|known: Known| {
            let mut facts = self.facts.clone();
            facts[attribute] = known;
            self.with(facts).outcome(item).is_some()
        })
    }

    /// The truths of a gate's parts.
    pub fn criteria_of(&self, stage: &str) -> Vec<&'static str> {
        let gate = self.gate(stage).expect("a gate").1;
        let parts = gate.parts.iter();
        parts
            .map(|part| match self.truth(part, Sense::Plain) {
                crate::test::Truth::True => "met",
                crate::test::Truth::False => "unmet",
                crate::test::Truth::Unknown => "unknown",
            })
            .collect()
    }
}

/// A scene in which the record stands where the evidence has it.
pub fn scene(evidence: &crate::evidence::Evidence, now: i64) -> Scene {
    let place = crate::world::Place {
        stage: evidence.stage.as_ref().map(|s| s.0.clone()),
        since: evidence.stage.as_ref().and_then(|s| s.1),
    };
    Scene::new(now, evidence.events.clone(), place)
}
