//! Reading a playbook from its document, which is taken to be valid.

use crate::book::{
    Attribute, Book, Caps, Gate, Group, Kind, Readiness, Rule, RuleKind, Score, Signal, Stage,
    Transition,
};
use crate::condition::{Cond, Reader};
use crate::decay::Decay;
use crate::values::{NUMBER, POINTS, duration, folded, number};
use serde_json::{Map, Value};

pub(crate) fn sorted(doc: Option<&Value>) -> Vec<(String, &Value)> {
    let mut entries: Vec<(String, &Value)> = doc
        .and_then(Value::as_object)
        .map(|map| map.iter().map(|(k, v)| (k.clone(), v)).collect())
        .unwrap_or_default();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

pub(crate) fn text(doc: &Value) -> String {
    doc.as_str().expect("a text").to_owned()
}

/// One text or a list of them.
pub(crate) fn texts(doc: &Value) -> Vec<String> {
    match doc {
        Value::Array(list) => list.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

fn list(doc: Option<&Value>) -> &[Value] {
    doc.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn options(doc: &Value) -> Vec<String> {
    texts(doc)
}

fn attribute(name: String, doc: &Value) -> Attribute {
    let kind = match doc["type"].as_str().expect("a type") {
        "boolean" => Kind::Boolean,
        "number" => Kind::Number {
            min: doc.get("min").map(|v| number(v, NUMBER)),
            max: doc.get("max").map(|v| number(v, NUMBER)),
            whole: doc.get("whole") == Some(&Value::Bool(true)),
        },
        "text" => Kind::Text,
        "choice" => Kind::Choice(options(&doc["options"])),
        "choices" => Kind::Choices(options(&doc["options"])),
        "date" => Kind::Date,
        other => panic!("no such type: {other}"),
    };
    Attribute {
        name,
        kind,
        asserted_by: doc.get("asserted_by").map(texts),
    }
}

fn property(doc: &Value) -> Kind {
    match doc {
        Value::Array(_) => Kind::Choice(options(doc)),
        Value::String(kind) => match kind.as_str() {
            "boolean" => Kind::Boolean,
            "number" => Kind::Number {
                min: None,
                max: None,
                whole: false,
            },
            "text" => Kind::Text,
            "date" => Kind::Date,
            other => panic!("no such type: {other}"),
        },
        other => panic!("not a property: {other}"),
    }
}

fn decay(doc: &Value) -> Decay {
    let steps = |key: &str| {
        doc.get(key)
            .map(|s| (number(&s["percent"], 0), duration(&s["every"])))
    };
    Decay {
        half_life: doc.get("half_life").map(duration),
        linear: steps("linear"),
        compound: steps("compound"),
        expires_after: doc.get("expires_after").map(duration),
    }
}

impl Caps {
    fn read(doc: &Value) -> Caps {
        Caps {
            least: doc.get("at_least").map(|v| number(v, POINTS)),
            most: doc.get("at_most").map(|v| number(v, POINTS)),
        }
    }
}

impl Book {
    /// Reads a document.
    pub fn read(doc: &Value) -> Book {
        let attributes: Vec<Attribute> = sorted(doc.get("attributes"))
            .into_iter()
            .map(|(name, doc)| attribute(name, doc))
            .collect();
        let signals: Vec<Signal> = sorted(doc.get("signals"))
            .into_iter()
            .map(|(name, doc)| Signal {
                name,
                properties: sorted(doc.get("properties"))
                    .into_iter()
                    .map(|(name, doc)| (name, property(doc)))
                    .collect(),
            })
            .collect();
        let score_names: Vec<String> = sorted(doc.get("scores")).into_iter().map(|s| s.0).collect();
        let reader = Reader::new(&attributes, &signals, &score_names);
        let named = |key: &str, name: &str| -> Vec<(String, Cond)> {
            list(doc.get(key))
                .iter()
                .map(|entry| (text(&entry[name]), reader.condition(&entry["when"])))
                .collect()
        };
        let scores = sorted(doc.get("scores"))
            .into_iter()
            .map(|(name, doc)| score(&reader, name, doc))
            .collect();
        let icp = named("icp", "tier");
        let personas = named("personas", "name");
        let readiness = doc.get("readiness").map(|doc| {
            let criteria: Vec<(String, Cond)> = sorted(doc.get("criteria"))
                .into_iter()
                .map(|(name, doc)| (name, reader.condition(doc)))
                .collect();
            Readiness {
                framework: text(&doc["framework"]),
                at_least: doc
                    .get("at_least")
                    .map_or(criteria.len(), |n| number(n, 0) as usize),
                criteria,
            }
        });
        let segments = sorted(doc.get("segments"))
            .into_iter()
            .map(|(name, doc)| (name, reader.condition(doc.get("when").unwrap_or(doc))))
            .collect();
        let stages = sorted(doc.get("stages"))
            .into_iter()
            .map(|(name, doc)| stage(&reader, name, doc))
            .collect();
        let transitions = list(doc.get("transitions"))
            .iter()
            .filter(|t| t.get("by").map(texts) == Some(vec!["automation".to_owned()]))
            .map(|t| Transition {
                from: texts(&t["from"]),
                to: text(&t["to"]),
                when: t.get("when").map(|c| reader.condition(c)),
            })
            .collect();
        let routes = list(doc.get("routes"))
            .iter()
            .map(|r| (text(&r["then"]), r.get("when").map(|c| reader.condition(c))))
            .collect();
        let grade = doc.get("grade").map(|g| {
            let place = |at: usize| reader.score(g["of"][at].as_str().expect("a score"));
            (place(0), place(1))
        });
        let sources = doc.get("sources").map_or_else(
            || {
                ["person", "crm", "enrichment", "visitor", "inferred"]
                    .map(str::to_owned)
                    .to_vec()
            },
            texts,
        );
        let tests = reader.tests();
        Book {
            name: text(&doc["name"]),
            version: number(&doc["version"], 0),
            sources,
            attributes,
            signals,
            scores,
            grade,
            icp,
            personas,
            readiness,
            segments,
            stages,
            initial: doc.get("initial").map(text),
            transitions,
            routes,
            tests,
        }
    }
}

fn stage(reader: &Reader, name: String, doc: &Value) -> Stage {
    let gate = |key: &str| {
        doc.get(key).map(|c| Gate {
            whole: reader.condition(c),
            parts: reader.parts(c),
        })
    };
    Stage {
        enter: gate("enter"),
        stay: gate("stay"),
        exit: doc.get("exit").map(|c| reader.condition(c)),
        name,
    }
}

fn score(reader: &Reader, name: String, doc: &Value) -> Score {
    let groups = list(doc.get("groups"))
        .iter()
        .map(|group| Group {
            name: text(&group["name"]),
            rules: list(group.get("rules"))
                .iter()
                .map(|r| rule(reader, r, group.get("decay")))
                .collect(),
            caps: Caps::read(group),
        })
        .collect();
    Score {
        name,
        groups,
        caps: Caps::read(doc),
        bands: sorted(doc.get("bands"))
            .into_iter()
            .map(|(label, doc)| (label, number(doc, POINTS)))
            .collect(),
    }
}

fn rule(reader: &Reader, doc: &Value, group_decay: Option<&Value>) -> Rule {
    let decays = || {
        doc.get("decay")
            .or(group_decay)
            .map(decay)
            .unwrap_or_default()
    };
    let kind = if let Some(when) = doc.get("when") {
        RuleKind::When(reader.condition(when))
    } else {
        let signal = text(&doc["signal"]);
        let wher = reader.wher(&signal, doc.get("where"));
        let within = doc.get("within").map(duration);
        match doc.get("count") {
            Some(count) => RuleKind::Count {
                signal,
                wher,
                from: count.get("from").map_or(1, |n| number(n, 0)),
                to: count.get("to").map(|n| number(n, 0)),
                within: count.get("within").map(duration).or(within),
                decay: decays(),
            },
            None => RuleKind::Events {
                signal,
                wher,
                within,
                cooldown: doc.get("cooldown").map(duration),
                per: doc
                    .get("at_most_per")
                    .map(|per| (number(&per["points"], POINTS), duration(&per["every"]))),
                decay: decays(),
            },
        }
    };
    Rule {
        kind,
        points: number(&doc["points"], POINTS),
        caps: Caps::read(doc),
    }
}

/// The keys of an object, sorted.
pub(crate) fn keys(map: &Map<String, Value>) -> Vec<&str> {
    let mut keys: Vec<&str> = map.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Whether two labels are the same when compared as text.
pub(crate) fn same(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}
