//! Who may assert what: the table of `docs/VERIFY.md` 4.

use super::*;

/// What a browser says in `account.industry`: source, by, and whether it is refused, and where.
const FACTS: [(&str, &str, Option<&str>); 14] = [
    ("visitor", "", None),
    ("inferred", "", None),
    ("crm", "", Some("source")),
    ("person", "", Some("source")),
    ("enrichment", "", Some("source")),
    ("visitor", "visitor", None),
    ("visitor", "inferred", None),
    ("inferred", "visitor", None),
    ("visitor", "sales", Some("by")),
    ("inferred", "sales", Some("by")),
    ("visitor", "crm", Some("by")),
    ("crm", "visitor", Some("source")),
    ("person", "sales", Some("source")),
    // Nobody whom this playbook mentions.
    ("visitor", "the-boss", None),
];

fn fact(attribute: &str, value: &str, source: &str, by: &str) -> String {
    let by = if by.is_empty() {
        String::new()
    } else {
        format!(r#","by":"{by}""#)
    };
    format!(
        r#"{{"facts":[{{"attribute":"{attribute}","value":{value},"source":"{source}"{by}}}]}}"#
    )
}

#[test]
fn facts_by_source_and_by() {
    for (attribute, value) in [
        ("account.industry", "\"software\""),
        ("deal.budget", "5000"),
    ] {
        for (source, by, refused) in FACTS {
            let done = check(&verifier(), &on(&fact(attribute, value, source, by)));
            let found = done.map_err(|refusal| (refusal.code, refusal.path)).err();
            let expected =
                refused.map(|key| (Code::NotAllowed, format!("/evidence/facts/0/{key}")));
            assert_eq!(found, expected, "{attribute} from {source} by {by}");
        }
    }
}

#[test]
fn what_the_visitor_may_not_say_is_set_aside_and_listed() {
    for (source, by) in [("visitor", ""), ("inferred", ""), ("visitor", "the-boss")] {
        let verified = check(&verifier(), &on(&fact("deal.budget", "5000", source, by))).unwrap();
        let decision: serde_json::Value = serde_json::from_str(verified.decision()).unwrap();
        // A budget of 1,000 or more would bring 5 points.
        assert_eq!(decision["scores"]["fit"]["value"], 0);
        let aside = serde_json::json!([{"attribute": "deal.budget", "source": source, "why": "not_allowed"}]);
        assert_eq!(decision["set_aside"]["facts"], aside);
    }
}

#[test]
fn a_server_may_allow_other_sources() {
    let mut verifier = verifier();
    verifier.policy.sources = vec!["enrichment".into()];
    let from = |source: &str| {
        code(
            &verifier,
            &on(&fact("account.industry", "\"software\"", source, "")),
        )
    };
    assert_eq!(from("enrichment"), None);
    assert_eq!(from("visitor"), Some(Code::NotAllowed));
    assert_eq!(from("inferred"), Some(Code::NotAllowed));
}

#[test]
fn signals_that_only_the_server_observes() {
    let logged_in = r#"{"events":[{"signal":"demo","at":0},{"signal":"login","at":0,"properties":{"plan":"pro"}}]}"#;
    let mut verifier = verifier();
    verifier.policy.event_age_ms = i64::MAX;
    assert_eq!(code(&verifier, &on(logged_in)), None);
    verifier.policy.own_signals = vec!["login".into()];
    let refusal = check(&verifier, &on(logged_in)).unwrap_err();
    assert_eq!(
        (refusal.code, &*refusal.path),
        (Code::NotAllowed, "/evidence/events/1/signal")
    );
    assert_eq!(
        code(&verifier, &on(r#"{"events":[{"signal":"demo","at":0}]}"#)),
        None
    );
}

#[test]
fn a_stage_is_the_servers_to_say() {
    let verifier = verifier();
    let claims = |evidence: &str, arrival: &Arrival| {
        let done = verifier.check(on(evidence).as_bytes(), arrival);
        done.map_err(|refusal| (refusal.code, refusal.path)).err()
    };
    let refused = Some((Code::NotAllowed, String::from("/evidence/stage")));
    let nothing = Arrival::at(NOW);
    let mql = nothing.in_stage("mql", Some(5));
    let (plain, dated) = (
        r#"{"stage":{"name":"mql"}}"#,
        r#"{"stage":{"name":"mql","since":5}}"#,
    );
    assert_eq!(claims("{}", &nothing), None);
    assert_eq!(claims("{}", &mql), None);
    assert_eq!(claims(plain, &nothing), refused);
    assert_eq!(claims(dated, &mql), None);
    assert_eq!(claims(plain, &mql), refused);
    assert_eq!(
        claims(r#"{"stage":{"name":"mql","since":6}}"#, &mql),
        refused
    );
    assert_eq!(
        claims(r#"{"stage":{"name":"lead","since":5}}"#, &mql),
        refused
    );
    assert_eq!(claims(plain, &nothing.in_stage("mql", None)), None);
    assert_eq!(claims(plain, &nothing.in_stage("elsewhere", None)), refused);
}
