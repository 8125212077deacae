//! Playbooks side by side.

use super::receipts::now;
use super::service::Service;
use super::{BOOK, on_each};
use leadstage::playbook::Playbook;
use leadstage::verify::receipt;
use serde_json::json;

#[test]
fn version_7_verifies_after_8_is_out() {
    on_each(|service| {
        let seven = Playbook::parse(BOOK).unwrap();
        let given = service
            .post("", "/v1/challenges", json!({ "playbook": "shop" }))
            .is(201);
        assert_eq!(given["digest"], seven.digest());
        let text = BOOK
            .replace("\"version\": 7", "\"version\": 8")
            .replace("\"points\": 10,", "\"points\": 11,");
        let added = service.post("admin", "/v1/playbooks", &text);
        assert_eq!(
            added.header("location"),
            Some(format!("/v1/playbooks/{}", added.body["digest"].as_str().unwrap()).as_str())
        );
        assert_eq!(added.is(201)["version"], 8);
        let path = format!("/v1/playbooks/{}/retire", seven.digest());
        assert!(service.post("admin", &path, "").is(200)["retired_at"].is_number());
        let receipt = receipt(&seven, given["challenge"].as_str().unwrap(), "{}", now()).unwrap();
        assert_eq!(
            service.post("", "/v1/receipts", receipt).is(200)["version"],
            7
        );
        service
            .post("", "/v1/challenges", json!({ "playbook": seven.digest() }))
            .refuses(409, "retired_playbook");
        let next = service
            .post("", "/v1/challenges", json!({ "playbook": "shop" }))
            .is(201);
        assert_ne!(next["digest"], seven.digest());

        // What was done is known after a restart, and to other processes.
        let second = Service::start(service.home.clone());
        let all = second.get("reader", "/v1/playbooks").is(200);
        assert_eq!(all["playbooks"].as_array().unwrap().len(), 2);
        let kept = service.get("reader", &format!("/v1/playbooks/{}", seven.digest()));
        assert_eq!(
            Playbook::parse(&kept.text).unwrap().digest(),
            seven.digest()
        );
    });
}

#[test]
fn a_bad_playbook_is_reported_whole() {
    on_each(|service| {
        let yaml = "leadstage: 1\nname: x\nversion: 1\nsignls: {}\nscores: { a: { groups: [ { name: g, rules: [ { signal: nope, points: 1 } ] } ] } }\n";
        let refused = service.post_with(
            "admin",
            "/v1/playbooks",
            &[("content-type", "application/yaml")],
            yaml,
        );
        refused.refuses(400, "bad_input");
        let problems = refused.body["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(problems[0]["line"], 4);
        service
            .get("reader", "/v1/playbooks/x")
            .refuses(404, "not_found");
    });
}

#[test]
fn decisions_on_evidence_that_is_sent_along() {
    on_each(|service| {
        let body = json!({ "playbook": "shop", "as_of": "2026-03-01T09:00:00Z",
            "evidence": { "facts": { "account.size": 250 }, "events": [{ "signal": "demo", "at": "2026-03-01T08:00:00Z" }] } });
        let decided = service.post("reader", "/v1/decisions", &body).is(200);
        assert_eq!(decided["as_of"], 1_772_355_600_000_i64);
        assert_eq!(decided["scores"]["fit"]["value"], 20);
        assert_eq!(decided["gates"]["mql"]["open"], true);
        let wrong = service.post(
            "reader",
            "/v1/decisions",
            json!({ "evidence": { "facts": { "account.sise": 1 } } }),
        );
        wrong.refuses(400, "bad_input");
        assert_eq!(
            wrong.body["problems"][0]["path"],
            "/evidence/facts/account.sise"
        );
    });
}
