//! The lifecycle's limits, each at the limit and one past it.

use super::{advance, lifecycle};
use leadstage::lifecycle::{Input, Record, replay};
use leadstage::limits;

const BOOK: &str = r#"
leadstage: 1
name: limits
version: 1
attributes: { account.note: { type: text } }
signals: { demo: {} }
stages: { lead: {}, mql: {} }
initial: lead
transitions: [ { from: lead, to: mql, on: qualify, by: sales } ]
"#;

fn many(count: usize, item: &str) -> String {
    vec![item; count].join(",")
}

#[test]
fn a_record_holds_so_many_facts_and_events() {
    let mut record = Record::new(lifecycle(BOOK), None);
    let fact = r#"{"attribute":"account.note","value":"x"}"#;
    let most = limits::FACTS;
    let facts = |count| format!("{{\"facts\":[{}]}}", many(count, fact));
    assert!(advance(&mut record, 1, &facts(most - 1)).is_done());
    let refused = advance(&mut record, 2, &facts(2));
    assert_eq!(refused.refused()[0].code(), "too_many");
    assert!(advance(&mut record, 2, &facts(1)).is_done());
    assert!(!advance(&mut record, 2, &facts(1)).is_done());
    let event = r#"{"signal":"demo","at":1}"#;
    let events = |count| format!("{{\"events\":[{}]}}", many(count, event));
    assert!(advance(&mut record, 3, &events(limits::EVENTS)).is_done());
    let refused = advance(&mut record, 4, &events(1));
    assert!(
        refused
            .to_json()
            .contains(r#""code":"too_many","to":null,"what":"events""#)
    );
}

#[test]
fn a_journal_has_so_many_entries() {
    let mut record = Record::new(lifecycle(BOOK), None);
    let input = Input::parse(record.lifecycle(), "facts: {}").expect("an input");
    for _ in 0..limits::ENTRIES_OF_JOURNAL {
        assert!(record.advance(&input, 5).is_done());
    }
    let refused = record.advance(&input, 5);
    assert!(
        refused
            .to_json()
            .contains(r#""code":"too_many","to":null,"what":"entries""#)
    );
    // One more erases them.
    let full = record.journal();
    let erase = Input::parse(record.lifecycle(), "{ erase: asked, by: privacy }").expect("it is");
    assert_eq!(record.advance(&erase, 5).entry(), Some(10_001));
    let again = replay(record.lifecycle().clone(), None, &record.journal()).expect("good");
    assert_eq!(again.record.to_json(), record.to_json());
    // No other does.
    let last = full.lines().last().expect("a line");
    let longer = format!("{full}{}", next(last));
    let found = replay(record.lifecycle().clone(), None, &longer).expect_err("too many");
    let codes: Vec<_> = found.iter().map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(codes, [("too_many", "/journal")]);
}

/// Another entry like one, after it.
fn next(line: &str) -> String {
    let mut entry = super::json(line);
    entry["before"] = entry["hash"].clone();
    entry["entry"] = (entry["entry"].as_u64().expect("a number") + 1).into();
    entry["hash"] = super::sha256(&super::sealed(&entry)[1]).into();
    entry.to_string()
}

#[test]
fn texts_of_inputs_are_so_long() {
    let lifecycle = lifecycle(BOOK);
    let codes = |text: &str| match Input::parse(&lifecycle, text) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|it| (it.code, it.path.clone())).collect(),
    };
    let with = |key: &str, count: usize| {
        format!(
            "{{ command: qualify, by: sales, {key}: {} }}",
            "x".repeat(count)
        )
    };
    for (key, most) in [
        ("note", limits::TEXT),
        ("owner", limits::LABEL),
        ("actor", limits::LABEL),
        ("id", limits::INPUT_ID),
        ("salt", limits::SALT),
    ] {
        assert_eq!(codes(&with(key, most)), [], "{key}");
        assert_eq!(
            codes(&with(key, most + 1)),
            [("too_large", format!("/{key}"))]
        );
    }
    let padded = |size: usize| {
        let text = "{ \"facts\": {} }";
        format!("{text}{}", " ".repeat(size - text.len()))
    };
    assert_eq!(codes(&padded(limits::INPUT_BYTES)), []);
    assert_eq!(
        codes(&padded(limits::INPUT_BYTES + 1)),
        [("too_large", String::new())]
    );
}

#[test]
fn times_at_the_ends_are_no_trouble() {
    for as_of in [-limits::INSTANT_MS, limits::INSTANT_MS, i64::MIN, i64::MAX] {
        let mut record = Record::new(lifecycle(super::SMALL), None);
        let input = "{ events: [ { signal: demo, at: -8640000000000000 } ], facts: { contact.email: a@b.example } }";
        assert!(advance(&mut record, as_of, input).is_done());
        assert!(
            advance(
                &mut record,
                as_of,
                "{ command: recycle, by: sales, reason: later }"
            )
            .is_done()
        );
        advance(&mut record, i64::MAX, "{ tick: true }");
        let again =
            leadstage::lifecycle::replay(record.lifecycle().clone(), None, &record.journal());
        assert_eq!(again.expect("good").record.to_json(), record.to_json());
    }
}
