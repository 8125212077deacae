//! `leadstage serve`: the real service over real HTTP, with SQLite and PostgreSQL, against `docs/SERVER.md`.

mod access;
mod clock;
mod killed;
mod limits;
mod outbox;
mod personal;
mod playbooks;
mod receipts;
mod records;
mod service;

use serde_json::{Value, json};
use service::{Home, Service};
use std::sync::Arc;

/// Size is worth 20 points, a demo 10; with 30 one is an MQL, which sales accept. Whoever calls is met, whoever is out is erased. What is verified only the CRM may say.
pub const BOOK: &str = r#"{
  "leadstage": 1, "name": "shop", "version": 7,
  "attributes": {
    "contact.email": { "type": "text", "identifies": true, "personal": true },
    "account.size": { "type": "number" },
    "account.verified": { "type": "boolean", "asserted_by": ["crm"] }
  },
  "signals": { "demo": {}, "call": {} },
  "scores": {
    "fit": { "groups": [ { "name": "g", "rules": [ { "when": { "account.size": { "from": 100 } }, "points": 20 } ] } ] },
    "intent": { "groups": [ { "name": "g", "rules": [ { "signal": "demo", "points": 10, "at_most": 10 } ] } ] }
  },
  "reasons": { "no_fit": { "for": ["reject"] } },
  "stages": {
    "visitor": {},
    "mql": {
      "enter": { "all": [ { "score": { "fit": { "from": 20 } } }, { "score": { "intent": { "from": 10 } } } ] },
      "sla": { "within": "1h", "owner": "sales", "escalate": "boss", "met_by": { "signals": ["call"] } },
      "crm": { "salesforce": { "Lead.Status": "MQL", "stamp": "Lead.MQL_Date__c" } }
    },
    "sal": { "owner": "sales" },
    "out": {}
  },
  "identity": { "anonymous": ["visitor"] },
  "initial": "visitor",
  "retention": [ { "after": "2s", "since": "stage", "stages": "out" } ],
  "transitions": [
    { "from": "visitor", "to": "mql", "by": "automation" },
    { "from": "mql", "to": "sal", "on": "accept", "by": "sales" },
    { "from": "mql", "to": "out", "on": "reject", "by": "sales" }
  ],
  "routes": [ { "when": { "account.verified": true }, "then": "vip" }, { "when": { "score": { "intent": { "from": 10 } } }, "then": "talk" }, { "then": "wait" } ]
}"#;

/// Runs a test on each kind of store.
pub fn on_each(test: impl Fn(&Service)) {
    on_each_with(BOOK, test);
}

/// The same with a playbook of its own.
pub fn on_each_with(book: &str, test: impl Fn(&Service)) {
    for store in service::stores() {
        let home = Home::new(store, &[]);
        home.folder.file("book.json", book);
        test(&Service::start(Arc::new(home)));
    }
}

/// What makes an MQL.
pub fn ripe() -> Value {
    json!({
        "facts": { "contact.email": "ada@example.com", "account.size": 250 },
        "events": [{ "signal": "demo", "at": 1_772_355_000_000_i64, "id": "e1" }]
    })
}
