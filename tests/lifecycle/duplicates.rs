//! Records of the same person and the same company.

use super::{advance, lifecycle};
use leadstage::lifecycle::{Record, duplicates, normal_domain, normal_email};

const BOOK: &str = r#"
leadstage: 1
name: people
version: 1
attributes: { contact.email: { type: text }, account.domain: { type: text }, account.website: { type: text } }
stages: { lead: {}, mql: {} }
initial: lead
transitions: [ { from: lead, to: mql, on: qualify, by: sales } ]
"#;

#[test]
fn addresses_are_compared_in_one_form() {
    for (email, normal) in [
        ("ada@example.com", Some("ada@example.com")),
        ("  Ada@EXAMPLE.com. ", Some("ada@example.com")),
        ("ada+news@example.com", Some("ada@example.com")),
        ("a.d.a+x+y@gmail.com", Some("ada@gmail.com")),
        ("A.Da@GoogleMail.com", Some("ada@gmail.com")),
        ("a.da@example.com", Some("a.da@example.com")),
        ("ada", None),
        ("ada@", None),
        ("@example.com", None),
        ("+x@example.com", None),
        ("a@b@example.com", None),
        ("...@gmail.com", None),
        ("", None),
    ] {
        assert_eq!(normal_email(email).as_deref(), normal, "{email}");
    }
}

#[test]
fn domains_are_compared_in_one_form() {
    for (domain, normal) in [
        ("example.com", Some("example.com")),
        (" WWW.Example.COM. ", Some("example.com")),
        (
            "https://shop.eu.example.com:8443/a?b#c",
            Some("example.com"),
        ),
        ("http://user:secret@example.com/", Some("example.com")),
        ("www.example.co.uk", Some("example.co.uk")),
        ("example.com?x", Some("example.com")),
        ("co.uk", Some("co.uk")),
        ("localhost", None),
        ("a..b", None),
        ("", None),
    ] {
        assert_eq!(normal_domain(domain).as_deref(), normal, "{domain}");
    }
}

#[test]
fn the_record_that_people_worked_on_last_is_kept() {
    let lifecycle = lifecycle(BOOK);
    let record = |id, as_of, facts: &str, qualified: Option<i64>| {
        let mut record = Record::new(lifecycle.clone(), id);
        advance(&mut record, as_of, &format!("facts: {{ {facts} }}"));
        if let Some(at) = qualified {
            assert!(advance(&mut record, at, "{ command: qualify, by: sales }").is_done());
        }
        record
    };
    let records = [
        record(Some("d"), 10, "contact.email: ada@example.com", None),
        record(Some("c"), 40, "contact.email: ADA+x@example.com", Some(50)),
        record(
            Some("b"),
            30,
            "contact.email: ada@example.com, account.website: 'https://example.org/'",
            Some(60),
        ),
        record(
            Some("a"),
            20,
            "contact.email: bob@gmail.com, account.domain: eu.example.org",
            None,
        ),
        record(Some("f"), 20, "contact.email: b.o.b@gmail.com", None),
        record(Some("e"), 10, "contact.email: bob@googlemail.com", None),
        record(Some("g"), 10, "contact.email: carl@gmail.com", None),
        record(Some("h"), 10, "account.domain: EXAMPLE.com", None),
        record(None, 10, "contact.email: ada@example.com", None),
        record(Some("i"), 10, "", None),
    ];
    // Worked out by hand: b was commanded last; e begins before a and f; mailboxes make no company.
    assert_eq!(
        duplicates(&records).to_json(),
        concat!(
            r#"{"emails":[{"email":"ada@example.com","keep":"b","merge":["c","d"]},"#,
            r#"{"email":"bob@gmail.com","keep":"e","merge":["a","f"]}],"#,
            r#""companies":[{"domain":"example.com","records":["c","d","h"]},"#,
            r#"{"domain":"example.org","records":["a","b"]}]}"#
        )
    );
}
