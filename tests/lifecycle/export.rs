//! Everything that is held on a record, for the person that it is about.

use super::{advance, json, lifecycle};
use leadstage::lifecycle::{Input, Record};
use serde_json::{Value, json};

const BOOK: &str = r#"
leadstage: 1
name: told
version: 3
attributes:
  contact.email: { type: text, identifies: true, personal: true, label: Work email }
  account.size: { type: number }
  account.field: { type: choice, options: [Software, Retail], label: Industry }
signals: { demo: { label: Asked for a demo, properties: { page: text } }, visit: {} }
stages:
  lead: { label: New lead }
  mql: { enter: { signal: demo } }
  out: { label: Not now }
initial: lead
identity: { anonymous: [lead] }
transitions:
  - { from: lead, to: mql, by: automation }
  - { from: mql, to: out, on: reject, by: sales, reason: required }
reasons: { later: { for: [reject], label: Not this year } }
retention: [ { after: 10d } ]
"#;

#[test]
fn an_export_tells_everything_with_its_labels() {
    let mut other = Record::new(lifecycle(BOOK), Some("r0"));
    advance(
        &mut other,
        50,
        "facts: [ { attribute: account.field, any_of: [software, retail] } ]",
    );
    let mut record = Record::new(lifecycle(BOOK), Some("r1"));
    advance(
        &mut record,
        1_000,
        r#"{ "facts": { "contact.email": "Ada@Example.com", "account.size": { "range": [10, null], "source": "crm", "at": 900 } }, "salt": "s" }"#,
    );
    advance(
        &mut record,
        2_000,
        r#"{ "events": [ { "id": "e1", "signal": "demo", "at": "1970-01-01T00:00:01.500Z", "properties": { "page": "/Demo" } } ] }"#,
    );
    let merge = Input::merge(record.lifecycle(), &other).expect("good");
    record.advance(&merge, 2_500);
    advance(
        &mut record,
        3_000,
        r#"{ "command": "reject", "by": "sales", "reason": "later", "note": "In May", "actor": "Dana" }"#,
    );
    // It came late.
    advance(
        &mut record,
        500,
        "events: [ { signal: visit, at: 400, automated: true } ]",
    );
    let found = json(&record.export(4_000));
    assert_eq!(
        found["facts"],
        json!([
            { "entry": 1, "merged": null, "attribute": "account.size", "label": "account.size", "personal": false, "range": [10, null], "source": "crm", "at": 900 },
            { "entry": 1, "merged": null, "attribute": "contact.email", "label": "Work email", "personal": true, "value": "Ada@Example.com", "source": "visitor" },
            { "entry": 3, "merged": "r0", "attribute": "account.field", "label": "Industry", "personal": false, "any_of": ["software", "retail"], "source": "visitor" },
        ])
    );
    assert_eq!(
        found["events"],
        json!([
            { "entry": 5, "merged": null, "signal": "visit", "label": "visit", "at": 400, "automated": true },
            { "entry": 2, "merged": null, "signal": "demo", "label": "Asked for a demo", "id": "e1", "at": "1970-01-01T00:00:01.500Z", "properties": { "page": "/Demo" } },
        ])
    );
    assert_eq!(
        found["stage"],
        json!({ "name": "out", "label": "Not now", "since": 3_000 })
    );
    assert_eq!(
        found["playbook"],
        json!({ "name": "told", "version": 3, "digest": json(&record.to_json())["digest"] })
    );
    let story = found["story"].as_array().expect("a list");
    let entries: Vec<&Value> = story.iter().map(|it| &it["entry"]).collect();
    assert_eq!(entries, [5, 1, 2, 3, 4]);
    let lead = json!({ "name": "lead", "label": "New lead" });
    let mql = json!({ "name": "mql", "label": "mql" });
    assert_eq!(
        story[2]["moves"],
        json!([{ "at": 2_000, "from": lead, "to": mql, "by": "automation", "on": null, "act": null, "reason": null, "note": null, "skipped": [] }])
    );
    assert_eq!(
        story[4]["moves"],
        json!([{ "at": 3_000, "from": mql, "to": { "name": "out", "label": "Not now" }, "by": "sales", "on": "reject", "act": null,
            "reason": { "name": "later", "label": "Not this year" }, "note": "In May", "skipped": [] }])
    );
    assert_eq!(
        (&story[4]["input"]["actor"], &story[1]["input"]["salt"]),
        (&json!("Dana"), &json!("s"))
    );
    assert_eq!(found["record"], json(&record.to_json()));
    assert_eq!(
        (&found["as_of"], &found["id"]),
        (&json!(4_000), &json!("r1"))
    );
    // Ten days from the command.
    assert_eq!(found["erase_at"], 864_003_000);
    let aside = &found["decision"]["set_aside"]["events"];
    assert_eq!(*aside, json!([{ "event": 0, "why": "automated" }]));
    // Not before its last entry.
    assert_eq!(json(&record.export(0))["as_of"], 3_000);
}
