//! What browsers claim, over HTTP.

use super::service::{Answer, Service};
use super::{BOOK, on_each, ripe};
use leadstage::playbook::Playbook;
use leadstage::verify::{Expected, PublicKeys, receipt};
use serde_json::{Value, json};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn challenge(service: &Service, role: &str, body: Value) -> String {
    let given = service.post(role, "/v1/challenges", body).is(201);
    given["challenge"].as_str().unwrap().to_owned()
}

/// As the page makes it.
fn honest(challenge: &str, evidence: &str) -> String {
    let book = Playbook::parse(BOOK).unwrap();
    receipt(&book, challenge, evidence, now()).unwrap()
}

const EVIDENCE: &str = r#"{"facts":[{"attribute":"account.size","value":250,"source":"visitor"}],"events":[{"id":"e1","signal":"demo","at":1772355000000}]}"#;

#[test]
fn a_receipt_is_taken_once() {
    on_each(|service| {
        let text = honest(&challenge(service, "", json!({})), EVIDENCE);
        let taken = service.post("", "/v1/receipts", &text).is(200);
        assert_eq!(taken["verified"], true);
        assert_eq!(taken["claimed"]["scores"]["fit"]["value"], 20);
        assert_eq!(taken["decision"]["route"]["then"], "talk");
        assert_eq!(taken["verdict"], Value::Null, "nobody is set as issuer");
        service
            .post("", "/v1/receipts", &text)
            .refuses(409, "replayed");

        let altered = text.replace("250", "251");
        let refused = service.post("", "/v1/receipts", altered);
        refused.refuses(422, "altered");
        assert_eq!(refused.body["refusal"]["path"], "/seal");
        service
            .post("", "/v1/receipts", "{}")
            .refuses(400, "malformed");
        service
            .post("", "/v1/challenges", json!({ "playbook": "nothing" }))
            .refuses(404, "not_found");
        service
            .post("", "/v1/challenges", json!({ "playbok": "shop" }))
            .refuses(400, "bad_input");
    });
}

/// Replay from eight connections at once: exactly one succeeds.
#[test]
fn of_eight_at_once_exactly_one_is_taken() {
    on_each(|service| {
        let second = Service::start(service.home.clone());
        for round in 0..10 {
            let record = format!("r{round}");
            service.make(&record, Value::Null);
            for text in [
                honest(&challenge(service, "", json!({})), EVIDENCE),
                honest(
                    &challenge(service, "source", json!({ "record": record })),
                    EVIDENCE,
                ),
            ] {
                let taken: Vec<Answer> = thread::scope(|scope| {
                    let all: Vec<_> = [service, &second]
                        .into_iter()
                        .cycle()
                        .take(8)
                        .map(|it| scope.spawn(|| it.post("", "/v1/receipts", &text)))
                        .collect();
                    all.into_iter().map(|it| it.join().unwrap()).collect()
                });
                let good = taken.iter().filter(|it| it.status == 200).count();
                assert_eq!(good, 1, "{taken:?}");
                let rest = taken.iter().filter(|it| it.status != 200);
                assert!(rest.clone().all(|it| it.code() == "replayed"), "{taken:?}");
            }
            assert_eq!(
                service
                    .get("reader", &format!("/v1/records/{record}"))
                    .is(200)["entries"],
                1
            );
        }
    });
}

#[test]
fn what_is_said_for_a_record_joins_it() {
    on_each(|service| {
        service
            .post(
                "source",
                "/v1/records",
                json!({ "id": "a", "input": { "facts": { "account.verified": true } } }),
            )
            .is(201);
        service
            .post("", "/v1/challenges", json!({ "record": "a" }))
            .refuses(403, "forbidden");
        service
            .post("reader", "/v1/challenges", json!({ "record": "a" }))
            .refuses(403, "forbidden");
        service
            .post("source", "/v1/challenges", json!({ "record": "b" }))
            .refuses(404, "not_found");
        let text = honest(
            &challenge(service, "source", json!({ "record": "a" })),
            EVIDENCE,
        );
        let taken = service.post("", "/v1/receipts", &text).is(200);
        assert_eq!(taken["claimed"]["route"]["then"], "talk");
        assert_eq!(
            taken["decision"]["route"]["then"], "vip",
            "with what the CRM said"
        );
        let changed: Vec<_> = taken["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["path"].as_str().unwrap())
            .collect();
        assert!(changed.contains(&"/route/then"), "{changed:?}");
        assert_eq!(taken["record"], "a");
        assert_eq!(taken["answer"]["entry"], 2);
        let record = service.get("reader", "/v1/records/a").is(200);
        assert_eq!(
            (&record["facts"], &record["events"]),
            (&json!(2), &json!(1))
        );
        service
            .post("", "/v1/receipts", &text)
            .refuses(409, "replayed");
        assert_eq!(service.get("reader", "/v1/records/a").is(200)["entries"], 2);
    });
}

#[test]
fn a_visitor_can_not_say_what_only_the_crm_may() {
    on_each(|service| {
        service.make("a", ripe());
        let claim = r#"{"facts":[{"attribute":"account.verified","value":true,"source":"crm"}]}"#;
        let text = honest(
            &challenge(service, "source", json!({ "record": "a" })),
            claim,
        );
        service
            .post("", "/v1/receipts", text)
            .refuses(422, "not_allowed");
        let claim =
            r#"{"facts":[{"attribute":"account.verified","value":true,"source":"visitor"}]}"#;
        let text = honest(
            &challenge(service, "source", json!({ "record": "a" })),
            claim,
        );
        let taken = service.post("", "/v1/receipts", text).is(200);
        assert_eq!(taken["decision"]["route"]["then"], "talk");
        assert_eq!(
            taken["decision"]["set_aside"]["facts"][0]["why"],
            "not_allowed"
        );
    });
}

#[test]
fn verdicts_are_verified_with_the_published_keys() {
    let service = Service::with(
        "none",
        &["--issuer", "https://leads.example", "--audience", "crm"],
    );
    let text = honest(
        &challenge(&service, "", json!({ "playbook": "shop" })),
        EVIDENCE,
    );
    let verdict = service.post("", "/v1/receipts", &text).is(200)["verdict"]
        .as_str()
        .unwrap()
        .to_owned();
    let keys = service.get("", "/.well-known/jwks.json");
    assert_eq!(
        keys.header("content-type"),
        Some("application/jwk-set+json")
    );
    assert!(
        !keys.text.contains("\"d\"") && !keys.text.contains("\"k\""),
        "public parts only"
    );
    let keys = PublicKeys::parse(&keys.text).unwrap();
    let expected = Expected {
        issuer: "https://leads.example",
        audience: Some("crm"),
        now: now(),
        skew_ms: 1_000,
    };
    let claims: Value = serde_json::from_str(&keys.verify(&verdict, &expected).unwrap()).unwrap();
    assert_eq!(claims["route"]["then"], "talk");
    service
        .post("", "/v1/receipts", &text)
        .refuses(409, "replayed");
    service
        .get("reader", "/v1/records")
        .refuses(501, "no_store");
}

/// A receipt that is sent again with its key gets the same answer, so a page whose connection broke learns what was decided.
#[test]
fn a_receipt_with_a_key_is_answered_again() {
    on_each(|service| {
        let text = honest(&challenge(service, "", json!({})), EVIDENCE);
        let key = [("idempotency-key", "page-1")];
        let first = service.post_with("", "/v1/receipts", &key, &text);
        let again = service.post_with("", "/v1/receipts", &key, &text);
        assert_eq!((first.status, again.status), (200, 200));
        assert_eq!(first.text, again.text);
        service
            .post("", "/v1/receipts", &text)
            .refuses(409, "replayed");
    });
}
