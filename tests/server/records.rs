//! Records over HTTP: made, told, moved, looked at; each request done once.

use super::service::Service;
use super::{on_each, ripe};
use serde_json::{Value, json};
use std::thread;

#[test]
fn a_lead_from_the_first_word_to_its_acceptance() {
    on_each(|service| {
        let made = service
            .post("source", "/v1/records", json!({ "id": "r 1/ä" }))
            .is(400);
        assert_eq!(made["problems"][0]["path"], "/id");
        let made = service.post("source", "/v1/records", json!({ "id": "r:ä" }));
        assert_eq!(made.header("location"), Some("/v1/records/r%3A%C3%A4"));
        assert_eq!(made.is(201)["answer"], json!(null));
        service
            .post("source", "/v1/records", json!({ "id": "r:ä" }))
            .refuses(409, "exists");

        let path = "/v1/records/r%3A%C3%A4";
        let told = service
            .post("source", &format!("{path}/inputs"), ripe())
            .is(200);
        let moves: Vec<_> = told["moves"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["to"].as_str().unwrap())
            .collect();
        assert_eq!(moves, ["visitor", "mql"]);
        assert_eq!(told["crm"][0]["field"], "Status");

        let early = service.post(
            "member",
            &format!("{path}/inputs"),
            json!({ "command": "win" }),
        );
        early.refuses(409, "refused");
        assert_eq!(early.body["answer"]["refused"][0]["code"], "no_transition");
        let accepted = service
            .post(
                "member",
                &format!("{path}/inputs"),
                json!({ "command": "accept" }),
            )
            .is(200);
        assert_eq!(accepted["moves"][0]["to"], "sal");
        assert_eq!(accepted["moves"][0]["by"], "sales");

        let record = service.get("reader", path);
        let head = record.header("etag").unwrap().trim_matches('"').to_owned();
        let record = record.is(200);
        assert_eq!(record["stage"]["name"], "sal");
        assert_eq!(record["head"], head);
        let (journal, found) = service.journal(path);
        assert_eq!((found.entries, &*found.head), (2, head.as_str()));
        assert_eq!(journal[1]["input"]["actor"], "member", "who acted is known");
        let story = service.get("reader", &format!("{path}/story")).is(200);
        assert_eq!(story["story"].as_array().unwrap().len(), 2);
        let decision = service
            .get("reader", &format!("{path}/decision?explained=true"))
            .is(200);
        assert_eq!(decision["scores"]["fit"]["value"], 20);
        assert_eq!(decision["scores"]["fit"]["ledger"][0]["points"], 20);
        assert_eq!(decision["route"]["then"], "talk");
        let forecast = service.get("reader", &format!("{path}/forecast")).is(200);
        assert_eq!(forecast["route"]["then"], "talk");
        assert_eq!(forecast["gates"]["mql"]["open"], true);

        let list = service.get("reader", "/v1/records").is(200);
        assert_eq!(list["records"][0]["id"], "r:ä");
        assert_eq!(list["records"][0]["stage"], "sal");
        service
            .get("reader", "/v1/records/nobody")
            .refuses(404, "not_found");
    });
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    on_each(|service| {
        service.make("a", Value::Null);
        let wrong = service.post(
            "source",
            "/v1/records/a/inputs",
            json!({ "facts": { "account.sise": 3 }, "events": [{ "signal": "nope", "at": 1 }] }),
        );
        wrong.refuses(400, "bad_input");
        let paths: Vec<_> = wrong.body["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["code"].as_str().unwrap())
            .collect();
        assert_eq!(paths.len(), 2, "all of it at once: {paths:?}");
        assert!(
            wrong.text.contains("did you mean `account.size`?"),
            "{}",
            wrong.text
        );
        service
            .post("source", "/v1/records/a/inputs", "{")
            .refuses(400, "bad_input");
        service
            .post("source", "/v1/records/a/inputs", "[]")
            .refuses(400, "bad_input");
        service
            .post(
                "source",
                "/v1/records/a/inputs",
                json!({ "events": [], "as_of": "2999-01-01T00:00:00Z" }),
            )
            .refuses(400, "bad_input");
        assert_eq!(service.get("reader", "/v1/records/a").is(200)["entries"], 0);
    });
}

#[test]
fn nobody_speaks_for_others() {
    on_each(|service| {
        service.make("a", ripe());
        let inputs = "/v1/records/a/inputs";
        for (role, input) in [
            ("member", json!({ "command": "accept", "by": "boss" })),
            (
                "member",
                json!({ "command": "accept", "actor": "somebody" }),
            ),
            (
                "member",
                json!({ "facts": [{ "attribute": "account.verified", "value": true, "source": "crm" }] }),
            ),
            (
                "member",
                json!({ "facts": { "account.size": { "value": 3, "by": "crm" } } }),
            ),
            (
                "member",
                json!({ "events": [], "as_of": 1_772_355_000_000_i64 }),
            ),
            ("member", json!({ "start": "sal" })),
            ("source", json!({ "command": "accept" })),
            (
                "source",
                json!({ "facts": [{ "attribute": "account.size", "value": 3, "source": "person" }] }),
            ),
        ] {
            service.post(role, inputs, &input).refuses(403, "forbidden");
        }
        // A fact without a source is said in the name of the key's first one.
        service
            .post(
                "source",
                inputs,
                json!({ "facts": { "account.verified": true } }),
            )
            .is(200);
        assert_eq!(
            service.get("reader", "/v1/records/a/decision").is(200)["route"]["then"],
            "vip"
        );
    });
}

#[test]
fn a_request_that_is_sent_again_is_done_once() {
    on_each(|service| {
        let key = [("idempotency-key", "k-1")];
        let made = json!({ "input": ripe() });
        let first = service.post_with("source", "/v1/records", &key, &made);
        assert_eq!(first.header("idempotent-replayed"), None);
        let again = service.post_with("source", "/v1/records", &key, &made);
        assert_eq!((again.status, &again.text), (201, &first.text));
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        service
            .post_with("source", "/v1/records", &key, json!({}))
            .refuses(422, "idempotency_key_reused");
        // Another key's owner has keys of their own.
        let other = service.post_with("member", "/v1/records", &key, json!({}));
        assert_ne!(other.is(201)["id"], first.body["id"]);
        assert_eq!(
            service.get("reader", "/v1/records").is(200)["records"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        for bad in ["", "ä", &"k".repeat(201)] {
            service
                .post_with("source", "/v1/records", &[("idempotency-key", bad)], &made)
                .refuses(400, "bad_header");
        }
    });
}

/// Two processes with one store, each asked by four at once: every input counts once, and the journal is one chain.
#[test]
fn several_processes_share_a_store() {
    on_each(|service| {
        let second = Service::start(service.home.clone());
        service.make("a", Value::Null);
        thread::scope(|scope| {
            for (number, it) in [service, &second].into_iter().cycle().take(8).enumerate() {
                scope.spawn(move || {
                    for round in 0..10 {
                        let id = format!("e{number}-{round}");
                        let input = json!({ "id": id, "events": [{ "signal": "call", "at": 1, "id": id }] });
                        it.post("source", "/v1/records/a/inputs", input).is(200);
                    }
                });
            }
        });
        for it in [service, &second] {
            assert_eq!(it.journal("/v1/records/a").1.entries, 80);
            assert_eq!(it.get("reader", "/v1/records/a").is(200)["events"], 80);
        }
    });
}

#[test]
fn lists_come_in_pages() {
    on_each(|service| {
        for number in 0..5 {
            service.make(&format!("r{number}"), Value::Null);
        }
        let (mut after, mut found) = (String::new(), Vec::new());
        loop {
            let page = service
                .get("reader", &format!("/v1/records?limit=2&after={after}"))
                .is(200);
            found.extend(
                page["records"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it["id"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found, ["r0", "r1", "r2", "r3", "r4"]);
        for bad in [
            "limit=0",
            "limit=101",
            "limit=x",
            "limits=3",
            "limit=1&limit=2",
        ] {
            service
                .get("reader", &format!("/v1/records?{bad}"))
                .refuses(400, "bad_query");
        }
    });
}
