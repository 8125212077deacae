//! The cases in `tests/conformance/`, which are worked by hand, decided by the oracle.

use leadstage_oracle::{answer_within, values};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// One YAML document as JSON; numbers stay as they are written.
struct Loader<'a> {
    events: Box<dyn Iterator<Item = Event<'a>> + 'a>,
    anchors: BTreeMap<usize, Value>,
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return json!(text);
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => json!(true),
        "false" => json!(false),
        _ => text
            .parse::<serde_json::Number>()
            .map_or_else(|_| json!(text), Value::Number),
    }
}

impl<'a> Loader<'a> {
    fn load(text: &'a str) -> Value {
        let events = Parser::new_from_str(text).map(|event| event.expect("YAML").0);
        let mut loader = Loader {
            events: Box::new(events),
            anchors: BTreeMap::new(),
        };
        loader.value().expect("a document")
    }

    /// The next value, or none where a list or a map ends.
    fn value(&mut self) -> Option<Value> {
        loop {
            let event = self.events.next()?;
            let (anchor, value) = match event {
                Event::Scalar(text, style, anchor, _) => (anchor, scalar(&text, style)),
                Event::SequenceStart(anchor, _) => {
                    let list = std::iter::from_fn(|| self.value()).collect();
                    (anchor, Value::Array(list))
                }
                Event::MappingStart(anchor, _) => {
                    let mut map = Map::new();
                    while let Some(key) = self.value() {
                        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                        map.insert(key, self.value().expect("a value"));
                    }
                    (anchor, Value::Object(map))
                }
                Event::Alias(anchor) => return Some(self.anchors[&anchor].clone()),
                Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd => return None,
                _ => continue,
            };
            self.anchors.insert(anchor, value.clone());
            return Some(value);
        }
    }
}

fn number(value: &Value) -> Option<i64> {
    value
        .is_number()
        .then(|| values::scaled(&value.to_string(), 6))
}

/// What `expect` asks for and the decision hasn't.
fn differences(path: &str, expected: &Value, found: &Value, out: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let there = found.get(key).unwrap_or(&Value::Null);
                differences(&format!("{path}/{key}"), value, there, out);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}/{at}"), a, b, out);
            }
        }
        _ if expected == found => {}
        _ if number(expected).is_some() && number(expected) == number(found) => {}
        _ => out.push(format!("{path}: expected {expected}, found {found}")),
    }
}

#[test]
fn the_cases_come_out_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    let mut problems = Vec::new();
    let mut count = 0;
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of cases");
        let doc = Loader::load(&text);
        let playbook = match &doc["playbook"] {
            Value::String(path) => {
                let path = folder.join(path);
                Loader::load(&std::fs::read_to_string(path).expect("a playbook"))
            }
            playbook => playbook.clone(),
        };
        for case in doc["cases"].as_array().into_iter().flatten() {
            let Some(expected) = case.get("expect") else {
                continue;
            };
            let evidence = case.get("evidence").cloned().unwrap_or_else(|| json!({}));
            let as_of = values::instant(&case["as_of"]);
            let found = answer_within(&playbook, "", &evidence, as_of, 1_000_000);
            let mut differs = Vec::new();
            differences("", expected, &found.decision, &mut differs);
            let name = file
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            problems.extend(
                differs
                    .into_iter()
                    .map(|d| format!("{name}, {}: {d}", case["proves"])),
            );
            count += 1;
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 400, "only {count} cases");
}
