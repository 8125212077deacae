//! The canonical form and the digest.

use super::good_playbooks;
use leadstage::playbook::{Playbook, document};
use leadstage::tree::{Tree, write_compact};
use std::collections::BTreeMap;

/// Names in ways in which people write them; keys in no order; comments; one document.
const WRITTEN: &str = r#"
# A comment
version: 1
name: p
leadstage: 1.0
attributes:
  deal.amount: { type: number, max: 1e3, min: -0.50, crm: { z: [1.0000004, 2], "é": "a\u0001\n\"", a: 0x10 } }
  account.small: { type: boolean }
"#;

const CANONICAL: &str = concat!(
    r#"{"attributes":{"account.small":{"type":"boolean"},"#,
    r#""deal.amount":{"crm":{"a":16,"z":[1,2],"é":"a\u0001\n\""},"max":1000,"min":-0.5,"type":"number"}},"#,
    r#""leadstage":1,"name":"p","version":1}"#
);

#[test]
fn keys_are_sorted_and_numbers_are_as_they_are_kept() {
    assert_eq!(document::canonical(WRITTEN).unwrap(), CANONICAL);
}

/// RFC 8785, section 3.2.3: keys are sorted by their UTF-16 code units.
#[test]
fn keys_are_sorted_as_utf_16() {
    let text = "{\"\u{20ac}\":1,\"\\r\":2,\"\u{fb33}\":3,\"1\":4,\"\u{1f600}\":5,\"\u{80}\":6,\"\u{f6}\":7}";
    let mut out = String::new();
    write_compact(&mut out, &Tree::parse(text, 1_000).unwrap().root);
    let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
    assert_eq!(out, sorted);
}

/// The SHA-256 of the canonical bytes, as `sha256sum` gives it.
#[test]
fn the_digest_is_that_of_the_canonical_form() {
    let playbook = Playbook::parse(WRITTEN).unwrap();
    assert_eq!(
        playbook.digest(),
        "24362d6c44c976beb166fcb3da91f5ebc5a0b2ce54a688cfdfb84f98a087a2e7"
    );
    let same = Playbook::parse(CANONICAL).unwrap();
    assert_eq!(same, playbook);
}

/// What is canonical stays as it is, and equal digests mean equal compiled bytes.
#[test]
fn the_canonical_form_means_the_same() {
    let mut by_digest: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (path, node) in good_playbooks() {
        let playbook = Playbook::from_node(&node, Vec::new()).unwrap();
        let mut canonical = String::new();
        write_compact(&mut canonical, &node);
        assert_eq!(
            document::canonical(&canonical).as_ref(),
            Ok(&canonical),
            "{}",
            path.display()
        );
        let again = Playbook::parse(&canonical).unwrap();
        assert_eq!(again.to_bytes(), playbook.to_bytes(), "{}", path.display());
        let bytes = by_digest
            .entry(playbook.digest())
            .or_insert_with(|| playbook.to_bytes());
        assert_eq!(*bytes, playbook.to_bytes());
    }
}

/// The order of keys means nothing, the order of lists does.
#[test]
fn the_order_of_keys_changes_nothing() {
    let one = "{leadstage: 1, name: p, version: 1, attributes: {account.a: {type: number}, account.b: {type: text}},
        stages: {s: {enter: {account.b: x, account.a: 1}}, t: {}}}";
    let other = "{version: 1, name: p, stages: {t: {}, s: {enter: {account.a: 1, account.b: x}}},
        attributes: {account.b: {type: text}, account.a: {type: number}}, leadstage: 1}";
    assert_eq!(
        Playbook::parse(one).unwrap(),
        Playbook::parse(other).unwrap()
    );
}
