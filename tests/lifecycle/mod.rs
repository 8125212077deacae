//! The lifecycle beyond what cases can say: journals, every command, random inputs, limits.

mod duplicates;
mod erasing;
mod export;
mod funnel;
mod journal;
mod kept;
mod limits;
mod random;
mod table;
mod working;

use leadstage::lifecycle::{Answer, Input, Lifecycle, Record};
use serde_json::Value;
use std::sync::Arc;

/// Every command that there is.
pub const COMMANDS: [&str; 10] = [
    "accept",
    "reject",
    "recycle",
    "disqualify",
    "qualify",
    "open_opportunity",
    "win",
    "lose",
    "reopen",
    "own",
];

fn lifecycle(text: &str) -> Arc<Lifecycle> {
    Arc::new(Lifecycle::parse(text).unwrap_or_else(|found| panic!("{found}")))
}

fn advance(record: &mut Record, as_of: i64, input: &str) -> Answer {
    let input = Input::parse(record.lifecycle(), input).unwrap_or_else(|found| panic!("{found}"));
    record.advance(&input, as_of)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// What the two hashes of an entry are of: its payload, and the rest.
fn sealed(entry: &Value) -> [String; 2] {
    let only = |keys: &[&str]| {
        let parts = keys.iter().map(|key| (*key, &entry[*key]));
        let parts: std::collections::BTreeMap<&str, &Value> = parts.collect();
        serde_json::to_string(&parts).expect("JSON")
    };
    [
        only(&["changed", "input", "moves"]),
        only(&["as_of", "before", "content", "entry", "playbook"]),
    ]
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Small, with everything that a journal can hold.
const SMALL: &str = r#"
leadstage: 1
name: small
version: 1
attributes: { contact.email: { type: text, identifies: true }, account.size: { type: number } }
signals: { demo: {}, spam: {} }
stages:
  visitor: {}
  mql: { enter: { signal: demo }, sla: { within: 1h, owner: sales } }
  sal: { owner: sales }
  recycled: { return: { after: 30d } }
  spam: {}
initial: visitor
identity: { anonymous: [visitor, spam] }
transitions:
  - { from: visitor, to: spam, by: automation, when: { signal: spam } }
  - { from: visitor, to: mql, by: automation }
  - { from: mql, to: sal, on: accept, by: sales }
  - { from: [mql, sal], to: recycled, on: recycle, by: sales, reason: required }
  - { from: recycled, to: visitor, by: automation, due: return_date }
reasons: { later: { for: [recycle] } }
"#;

/// A record with a journal of some entries, one of which arrived late.
fn with_journal() -> Record {
    let mut record = Record::new(lifecycle(SMALL), Some("r1"));
    for (as_of, input) in [
        (
            1_000,
            r#"{ "events": [ { "signal": "demo", "at": 900, "id": "é\"\\\n" } ] }"#,
        ),
        (
            2_000,
            r#"{ "facts": { "contact.email": "ada@example.com", "account.size": 12.50 } }"#,
        ),
        (
            3_000,
            r#"{ "command": "accept", "by": ["sales"], "owner": "Dana", "note": "Yes" }"#,
        ),
        (
            2_500,
            r#"{ "facts": { "account.size": { "value": 13, "source": "crm" } } }"#,
        ),
        (
            4_000,
            r#"{ "command": "recycle", "by": "sales", "reason": "later" }"#,
        ),
    ] {
        let answer = advance(&mut record, as_of, input);
        assert!(answer.is_done(), "{}", answer.to_json());
    }
    record
}
