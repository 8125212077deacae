//! Deciding again with the server's own evidence.

use super::*;
use leadstage::evidence::Evidence;
use leadstage::verify::Outcome;
use serde_json::Value;

fn with(own: &str) -> (Verified, Outcome) {
    let verified = check(&verifier(), &honest(1)).unwrap();
    let own = Evidence::parse(&book(), own).unwrap();
    let outcome = verified.with(&own);
    (verified, outcome)
}

fn changes(outcome: &Outcome) -> Vec<(&str, &str, &str)> {
    outcome
        .changes
        .iter()
        .map(|it| (&*it.path, &*it.before, &*it.after))
        .collect()
}

#[test]
fn nothing_more_changes_nothing() {
    let (verified, outcome) = with("{}");
    assert_eq!(outcome.decision, verified.decision());
    assert!(outcome.changes.is_empty());
}

#[test]
fn the_crm_outranks_the_visitor() {
    // Retail is worth nothing, so fit is 0 of 20, the gate closes, and the route is the last one.
    let (_, outcome) =
        with(r#"{"facts":[{"attribute":"account.industry","value":"retail","source":"crm"}]}"#);
    assert_eq!(
        changes(&outcome),
        [
            ("/scores/fit/value", "20", "0"),
            ("/scores/fit/low", "20", "0"),
            ("/scores/fit/high", "25", "5"),
            ("/gates/mql/open", "true", "false"),
            ("/stage/to", "\"mql\"", "\"lead\""),
            ("/stage/moves", r#"[{"from":"lead","to":"mql"}]"#, "[]"),
            ("/route/then", "\"book_meeting\"", "\"nurture\""),
            (
                "/set_aside/facts",
                "[]",
                r#"[{"attribute":"account.industry","source":"visitor","why":"outranked"}]"#
            ),
        ]
    );
}

#[test]
fn of_equals_the_servers_counts() {
    // The same source without a time: the one that comes later in the list.
    let (_, outcome) = with(r#"{"facts":[{"attribute":"account.industry","value":"retail"}]}"#);
    let decision: Value = serde_json::from_str(&outcome.decision).unwrap();
    assert_eq!(decision["scores"]["fit"]["value"], 0);
    // An event with the id that the visitor's has, long before: the server's counts and the other is a duplicate.
    let (_, outcome) = with(r#"{"events":[{"id":"e1","signal":"login","at":0}]}"#);
    let decision: Value = serde_json::from_str(&outcome.decision).unwrap();
    assert_eq!(decision["scores"]["intent"]["value"], 0);
    assert_eq!(
        decision["set_aside"]["events"],
        serde_json::json!([{"event": "e1", "why": "duplicate"}])
    );
}

#[test]
fn what_only_others_may_assert_counts_from_them() {
    let (_, outcome) =
        with(r#"{"facts":[{"attribute":"deal.budget","value":2000,"source":"crm"}]}"#);
    assert_eq!(
        changes(&outcome),
        [
            ("/scores/fit/value", "20", "25"),
            ("/scores/fit/low", "20", "25")
        ]
    );
}

#[test]
fn the_stage_is_the_servers() {
    let (_, outcome) = with(r#"{"stage":{"name":"mql","since":0}}"#);
    let decision: Value = serde_json::from_str(&outcome.decision).unwrap();
    assert_eq!(
        decision["stage"],
        serde_json::json!({"from": "mql", "to": "mql", "moves": [], "settled": true})
    );
}

#[test]
fn both_decisions_are_written() {
    let (verified, outcome) =
        with(r#"{"facts":[{"attribute":"deal.budget","value":2000,"source":"crm"}]}"#);
    let mut text = String::from("{");
    verified.write(Some(&outcome), &mut leadstage::json::Writer::new(&mut text));
    text.push('}');
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["claimed"]["scores"]["fit"]["value"], 20);
    assert_eq!(value["decision"]["scores"]["fit"]["value"], 25);
    assert_eq!(
        value["changes"][0],
        serde_json::json!({"path": "/scores/fit/value", "before": 20, "after": 25})
    );
    assert_eq!(
        (&value["playbook"], &value["version"]),
        (&Value::from("shop"), &Value::from(7))
    );
}

#[test]
fn a_thousand_changes_are_listed_at_most() {
    // Each segment changes in two places, the score in two: its value and what it is at least.
    let listed = |segments: usize| {
        let names: Vec<String> = (0..segments)
            .map(|it| format!(r#""s{it:03}":{{"account.industry":"software"}}"#))
            .collect();
        let text = format!(
            r#"{{"leadstage":1,"name":"many","version":1,"attributes":{{"account.industry":{{"type":"choice","options":["software","retail"]}}}},
            "scores":{{"fit":{{"groups":[{{"name":"g","rules":[{{"when":{{"account.industry":"software"}},"points":20}}]}}]}}}},"segments":{{{}}}}}"#,
            names.join(",")
        );
        let book = Arc::new(Playbook::parse(&text).unwrap());
        let verifier = Verifier::new(
            keys(),
            Playbooks::from_iter([book.clone()]),
            Policy::default(),
        );
        let challenge = verifier
            .challenge(&book.digest(), [0; 16], NOW)
            .unwrap()
            .to_text();
        let verified = check(&verifier, &receipt(&book, &challenge, "{}", NOW).unwrap()).unwrap();
        let own = Evidence::parse(&book, r#"{"facts":{"account.industry":"software"}}"#).unwrap();
        let outcome = verified.with(&own);
        (
            outcome.changes.len(),
            outcome.changes.last().unwrap().path.clone(),
        )
    };
    assert_eq!(listed(2), (6, "/segments/s001/settled".into()));
    assert_eq!(listed(499), (1_000, "/segments/s498/settled".into()));
    assert_eq!(listed(500), (1_000, "/segments/s498/settled".into()));
}
