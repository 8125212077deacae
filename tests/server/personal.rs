//! What people may ask about their data.

use super::{on_each, ripe};
use serde_json::json;
use std::process::Command;

const EMAIL: &str = "ada@example.com";

/// Everything that a store has written, as bytes.
fn kept(store: &str) -> Vec<u8> {
    match store.strip_prefix("sqlite:") {
        Some(file) => ["", "-wal"]
            .iter()
            .flat_map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default())
            .collect(),
        None => {
            let done = Command::new("pg_dump").args(["--inserts", store]).output();
            let done = done.expect("pg_dump");
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            done.stdout
        }
    }
}

fn holds(store: &str, text: &str) -> bool {
    let bytes = kept(store);
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

#[test]
fn all_of_it_is_shown_and_then_it_goes() {
    on_each(|service| {
        let store = service.home.store.as_str();
        let made = json!({ "id": "a", "input": ripe() });
        let key = [("idempotency-key", "k")];
        service
            .post_with("source", "/v1/records", &key, made)
            .is(201);
        let export = service.get("privacy", "/v1/records/a/export");
        assert_eq!(export.status, 200);
        assert!(export.text.contains(EMAIL), "{}", export.text);
        assert!(holds(store, EMAIL), "the test looks where it is kept");
        let head = service.get("reader", "/v1/records/a").is(200)["head"].clone();

        service
            .post("privacy", "/v1/records/a/erase", "{}")
            .refuses(400, "bad_input");
        let erase = json!({ "reason": "asked for" });
        let erased = service
            .post("privacy", "/v1/records/a/erase", &erase)
            .is(200);
        let deleted: Vec<_> = erased["crm"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["do"].as_str().unwrap())
            .collect();
        assert_eq!(deleted, ["delete"], "the lead in the CRM is to go too");
        service
            .post("privacy", "/v1/records/a/erase", &erase)
            .refuses(409, "refused");
        service
            .post("source", "/v1/records/a/inputs", ripe())
            .refuses(409, "refused");

        let record = service.get("reader", "/v1/records/a").is(200);
        assert_eq!(record["erased"]["why"], "asked for");
        assert_eq!(
            (&record["facts"], &record["stage"]),
            (&json!(0), &json!(null))
        );
        let (journal, found) = service.journal("/v1/records/a");
        assert_eq!(found.entries, 2, "the chain holds");
        assert_eq!(journal[0]["hash"], head, "and is the same as before");
        assert!(!holds(store, EMAIL), "nothing of it is left in the store");
        let list = service.get("reader", "/v1/records").is(200);
        assert_eq!(list["records"][0]["erased"], true);
    });
}

/// Who is out is kept for two seconds.
#[test]
fn what_is_no_longer_to_be_kept_is_erased_by_itself() {
    on_each(|service| {
        service.make("a", ripe());
        service.make("b", ripe());
        let out = json!({ "command": "reject", "reason": "no_fit" });
        let answer = service.post("member", "/v1/records/a/inputs", out).is(200);
        let due = answer["moves"][0]["at"].as_i64().unwrap() + 2_000;
        assert_eq!(answer["erase_at"], due);
        service.until("it is erased", || {
            service.get("reader", "/v1/records/a").is(200)["erased"]["by"] == "retention"
        });
        let at = service.get("reader", "/v1/records/a").is(200)["erased"]["at"]
            .as_i64()
            .unwrap();
        assert!(at >= due, "not before it is due");
        assert_eq!(
            service.get("reader", "/v1/records/b").is(200)["erased"],
            json!(null)
        );
    });
}

/// What the hash of an erased entry is of can't be found by trying.
#[test]
fn entries_have_salt() {
    on_each(|service| {
        service.make("a", ripe());
        service.make("b", ripe());
        let salt = |id| {
            let kept = service
                .get("reader", &format!("/v1/records/{id}/journal"))
                .is(200);
            kept["journal"][0]["input"]["salt"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(salt("a").len(), 32);
        assert_ne!(salt("a"), salt("b"));
    });
}
