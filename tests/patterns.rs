//! Which patterns an event matches, beside string functions of the standard library.

use leadstage::evaluate::{Extent, Session, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Texts that begin alike, up to and beyond the eight bytes that are looked up, with letters of several bytes, and with what counts as
/// missing there. They are in lower case already.
const TEXTS: [&str; 17] = [
    "",
    "/",
    "/a",
    "/ab",
    "/abcdef",
    "/abcdefg",
    "/abcdefgh",
    "/abcdefh",
    "/b",
    "a",
    "\0",
    "/a\0",
    "/a\0b",
    "é",
    "/éééé",
    "/ééééx",
    "日本語のテキスト",
];

type Way = (&'static str, fn(&str, &str) -> bool);

const WAYS: [Way; 5] = [
    ("equals", |text, word| text == word),
    ("starts_with", |text, word| text.starts_with(word)),
    ("contains", |text, word| text.contains(word)),
    ("glob", |text, word| text == word),
    ("glob*", |text, word| text.starts_with(word)),
];

fn asked(way: &str, word: &str) -> Value {
    match way {
        "glob*" => json!({ "path": { "glob": format!("{word}*") } }),
        way => json!({ "path": { way: word } }),
    }
}

#[test]
fn patterns_are_found_however_their_texts_begin() {
    for (way, matches) in WAYS {
        let segment = |place: usize, filter: &Value| {
            let when = json!({ "signal": "page_view", "where": filter, "count": { "from": 1 } });
            (
                format!("s{place}"),
                json!({ "of": "contact", "when": when }),
            )
        };
        let filters: Vec<Value> = TEXTS.iter().map(|word| asked(way, word)).collect();
        let segments: Map<_, _> = filters
            .iter()
            .enumerate()
            .map(|(place, it)| segment(place, it))
            .collect();
        let document = json!({
            "leadstage": 1, "name": "patterns", "version": 1,
            "attributes": {},
            "signals": { "page_view": { "properties": { "path": "text", "other": "text" } } },
            "segments": segments,
            "stages": { "lead": { "enter": { "signal": "page_view", "count": { "from": 1 } } } },
        });
        let playbook = Arc::new(Playbook::parse(&document.to_string()).unwrap());
        for text in TEXTS {
            // The other property is there to be passed over.
            let event = json!({ "signal": "page_view", "at": 0, "properties": { "other": "/abcdefgh", "path": text } });
            let evidence = json!({ "events": [event] });
            let evidence = Evidence::parse(&playbook, &evidence.to_string()).unwrap();
            let mut session = Session::new(Arc::clone(&playbook));
            session.load(&evidence);
            let mut by_session = String::new();
            session.decide_json(1, Extent::Brief, &mut by_session);
            let decision = evaluate_json(&playbook, &evidence, 1, Extent::Brief);
            assert_eq!(by_session, decision);
            let decision: Value = serde_json::from_str(&decision).unwrap();
            for (place, word) in TEXTS.iter().enumerate() {
                let found = &decision["segments"][format!("s{place}")]["in"];
                assert_eq!(
                    *found,
                    json!(matches(text, word)),
                    "{way} {word:?}: {text:?}"
                );
            }
        }
    }
}
