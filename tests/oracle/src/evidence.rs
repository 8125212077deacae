//! Section 5: evidence, what wins and what is set aside.

use crate::book::{Book, Kind};
use crate::condition::Val;
use crate::read::{text, texts};
use crate::values::{NUMBER, folded, instant, number};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is known of an attribute. Options are folded.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    Unknown,
    Exact(Val),
    Range(Option<i64>, Option<i64>),
    AnyOf(Vec<String>),
    /// A completion: a text that equals none that is named.
    OtherText,
    /// A completion of `choices` of which too many options are named: each test may hold or not.
    AnySet,
}

/// An event that counts.
#[derive(Clone, Debug)]
pub struct Event {
    pub signal: String,
    pub at: i64,
    pub properties: BTreeMap<String, Val>,
}

/// Evidence as it is evaluated.
#[derive(Debug)]
pub struct Evidence {
    pub facts: Vec<Known>,
    /// In order of time, then of arrival.
    pub events: Vec<Rc<Event>>,
    pub stage: Option<(String, Option<i64>)>,
    pub facts_aside: Vec<Value>,
    pub events_aside: Vec<Value>,
}

struct Fact {
    attribute: usize,
    source: String,
    by: String,
    at: Option<i64>,
    default: bool,
    known: Known,
}

fn known(kind: &Kind, doc: &Map<String, Value>) -> Known {
    if let Some(value) = doc.get("value") {
        Known::Exact(Val::read(kind, value))
    } else if let Some(range) = doc.get("range") {
        let end = |at: usize| match &range[at] {
            Value::Null => None,
            end => Some(number(end, NUMBER)),
        };
        Known::Range(end(0), end(1))
    } else {
        Known::AnyOf(texts(&doc["any_of"]).iter().map(|o| folded(o)).collect())
    }
}

fn fact(book: &Book, attribute: &str, doc: &Map<String, Value>) -> Fact {
    let attribute = book.attribute(attribute);
    let source = doc.get("source").map_or_else(|| "visitor".to_owned(), text);
    Fact {
        attribute,
        by: doc.get("by").map_or_else(|| source.clone(), text),
        source,
        at: doc.get("at").map(instant),
        default: doc.get("default") == Some(&Value::Bool(true)),
        known: known(&book.attributes[attribute].kind, doc),
    }
}

fn facts(book: &Book, doc: Option<&Value>) -> Vec<Fact> {
    match doc {
        None => Vec::new(),
        Some(Value::Array(list)) => list
            .iter()
            .map(|doc| {
                let doc = doc.as_object().expect("a fact");
                fact(book, doc["attribute"].as_str().expect("a name"), doc)
            })
            .collect(),
        Some(Value::Object(map)) => map
            .iter()
            .map(|(attribute, doc)| match doc {
                Value::Object(doc) => fact(book, attribute, doc),
                value => {
                    let doc = Map::from_iter([("value".to_owned(), value.clone())]);
                    fact(book, attribute, &doc)
                }
            })
            .collect(),
        Some(other) => panic!("not facts: {other}"),
    }
}

fn rank(book: &Book, fact: &Fact) -> usize {
    let place = book.sources.iter().position(|s| *s == fact.source);
    book.sources.len() - place.expect("a declared source")
}

fn set_aside(book: &Book, fact: &Fact, as_of: i64) -> Option<&'static str> {
    let allowed = book.attributes[fact.attribute]
        .asserted_by
        .as_ref()
        .is_none_or(|names| names.contains(&fact.by) || names.contains(&fact.source));
    if fact.default {
        Some("default")
    } else if !allowed {
        Some("not_allowed")
    } else if fact.at.is_some_and(|at| at > as_of) {
        Some("future")
    } else {
        None
    }
}

fn event(book: &Book, doc: &Value) -> Event {
    let signal = text(&doc["signal"]);
    let declared = book.signal(&signal);
    let properties = doc
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let kind = declared.properties.iter().find(|p| p.0 == *name);
            let kind = &kind.expect("a declared property").1;
            (name.clone(), Val::read(kind, value))
        })
        .collect();
    Event {
        at: instant(&doc["at"]),
        signal,
        properties,
    }
}

impl Evidence {
    /// Reads evidence as of an instant.
    pub fn read(book: &Book, doc: &Value, as_of: i64) -> Evidence {
        let all = facts(book, doc.get("facts"));
        let mut why: Vec<Option<&str>> = all.iter().map(|f| set_aside(book, f, as_of)).collect();
        let mut winners = vec![Known::Unknown; book.attributes.len()];
        for (attribute, winner) in winners.iter_mut().enumerate() {
            let left: Vec<usize> = (0..all.len())
                .filter(|i| all[*i].attribute == attribute && why[*i].is_none())
                .collect();
            let best = left
                .iter()
                .copied()
                .max_by_key(|i| (rank(book, &all[*i]), all[*i].at, *i));
            for i in left {
                if Some(i) == best {
                    *winner = all[i].known.clone();
                } else {
                    why[i] = Some("outranked");
                }
            }
        }
        let facts_aside = all
            .iter()
            .zip(&why)
            .filter_map(|(fact, why)| {
                let attribute = &book.attributes[fact.attribute].name;
                why.map(|why| json!({"attribute": attribute, "source": fact.source, "why": why}))
            })
            .collect();

        let mut seen = BTreeSet::new();
        let mut events = Vec::new();
        let mut events_aside = Vec::new();
        let docs = doc.get("events").and_then(Value::as_array);
        for (place, doc) in docs.into_iter().flatten().enumerate() {
            let event = event(book, doc);
            let id = doc.get("id").map(text);
            let duplicate = id.as_ref().is_some_and(|id| !seen.insert(id.clone()));
            let why = if duplicate {
                "duplicate"
            } else if doc.get("automated") == Some(&Value::Bool(true)) {
                "automated"
            } else if event.at > as_of {
                "future"
            } else {
                events.push(Rc::new(event));
                continue;
            };
            let name = id.map_or_else(|| json!(place), Value::String);
            events_aside.push(json!({"event": name, "why": why}));
        }
        events.sort_by_key(|e| e.at);

        Evidence {
            facts: winners,
            events,
            stage: doc
                .get("stage")
                .map(|s| (text(&s["name"]), s.get("since").map(instant)))
                .or_else(|| book.initial.clone().map(|name| (name, None))),
            facts_aside,
            events_aside,
        }
    }
}
