//! The journal shows what was changed in it, and gives the record again.

use super::{SMALL, advance, json, lifecycle, sealed, sha256, with_journal};
use leadstage::lifecycle::{Record, replay, verify, verify_head};

#[test]
fn a_journal_is_a_chain_that_anybody_can_follow() {
    let record = with_journal();
    let journal = record.journal();
    let lines: Vec<&str> = journal.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with(&format!(
        "{{\"as_of\":1000,\"before\":\"{}\",\"changed\":null,\"content\":\"",
        "0".repeat(64)
    )));
    assert!(lines[0].contains("\",\"entry\":1,\"hash\":\""));
    // The first entry's input as it was given, keys sorted, without `as_of`.
    assert!(lines[0].contains(r#""input":{"events":[{"at":900,"id":"é\"\\\n","signal":"demo"}]},"moves":[{"act":null,"at":1000,"by":"start","from":null,"note":null,"on":null,"reason":null,"skipped":[],"to":"visitor"}],"playbook":""#));
    let found = verify(&journal);
    assert_eq!(
        (found.entries, &*found.head, found.altered),
        (5, &*record.head(), None)
    );
    assert_eq!(verify("").entries, 0);
    assert_eq!(*verify("").head, *"0".repeat(64));
}

/// SHA-256 of the canonical JSON of the payload, and of the rest with that, worked out here with other means than the crate's.
#[test]
fn the_hash_is_that_of_the_entry_with_the_hash_of_its_payload() {
    for line in with_journal().journal().lines() {
        let entry = json(line);
        let [payload, chained] = sealed(&entry);
        assert_eq!(entry["content"], sha256(&payload));
        assert_eq!(entry["hash"], sha256(&chained));
    }
}

#[test]
fn every_changed_letter_shows_at_its_entry() {
    let record = with_journal();
    let journal = record.journal();
    let ends: Vec<usize> = journal.match_indices('\n').map(|(at, _)| at).collect();
    let mut tried = 0;
    for (at, letter) in journal.char_indices() {
        if at % 3 != 0 || letter == '\n' {
            continue;
        }
        let entry = ends.iter().position(|end| at < *end).expect("a line") as u32 + 1;
        for other in ['0', '1', 'a', '"', ' '] {
            if other == letter {
                continue;
            }
            let mut changed = journal.clone();
            changed.replace_range(at..at + letter.len_utf8(), &other.to_string());
            let found = verify(&changed).altered.expect("it shows");
            assert_eq!(found.entry, entry, "{changed}");
            tried += 1;
        }
    }
    assert!(tried > 2_000, "{tried}");
}

#[test]
fn the_first_wrong_entry_is_named_with_what_is_wrong() {
    let record = with_journal();
    let journal = record.journal();
    let lines: Vec<&str> = journal.lines().collect();
    let why = |lines: &[&str]| {
        let found = verify(&lines.join("\n")).altered.expect("it shows");
        (found.entry, found.why)
    };
    let spaced = lines[2].replace("\":", "\": ");
    assert_eq!(why(&[lines[0], lines[1], &spaced]), (3, "form"));
    assert_eq!(why(&[lines[0], "", lines[1]]), (2, "form"));
    assert_eq!(why(&[lines[0], "{}"]), (2, "form"));
    assert_eq!(why(&["[]"]), (1, "form"));
    assert_eq!(why(&[lines[0], lines[2]]), (2, "entry"));
    assert_eq!(why(&[lines[1]]), (1, "entry"));
    let renumbered = lines[2].replace("\"entry\":3", "\"entry\":2");
    assert_eq!(why(&[lines[0], &renumbered]), (2, "before"));
    let amount = lines[1].replace("12.5", "99");
    assert_eq!(why(&[lines[0], &amount, lines[2]]), (2, "hash"));
    let late = lines[3].replace("\"taken_back\":[]", "\"taken_back\":[1]");
    assert_eq!(
        why(&[lines[0], lines[1], lines[2], &late, lines[4]]),
        (4, "hash")
    );
    let cut = lines[..4].join("\n");
    assert_eq!(verify(&cut).altered, None);
    let found = verify_head(&cut, &record.head()).altered.expect("it shows");
    assert_eq!((found.entry, found.why), (5, "head"));
    assert_eq!(verify_head(&journal, &record.head()).altered, None);
}

#[test]
fn replaying_gives_the_record_again() {
    let record = with_journal();
    let again = replay(lifecycle(SMALL), Some("r1"), &record.journal()).expect("a good journal");
    assert_eq!(again.differences, [0u32; 0]);
    assert_eq!(again.record.to_json(), record.to_json());
    assert_eq!(again.record.journal(), record.journal());
    // It goes on as the first would have.
    let (mut one, mut other) = (record, again.record);
    let input = "{ tick: true }";
    let day = 86_400_000;
    assert_eq!(
        advance(&mut one, 40 * day, input).to_json(),
        advance(&mut other, 40 * day, input).to_json()
    );
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.stage(), Some("visitor"));
}

#[test]
fn a_changed_journal_is_not_replayed() {
    let journal = with_journal().journal().replace("12.5", "99");
    let found = replay(lifecycle(SMALL), Some("r1"), &journal).expect_err("it shows");
    let codes: Vec<_> = found.iter().map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(codes, [("altered", "/journal/1")]);
}

#[test]
fn another_playbook_tells_another_story_and_says_where() {
    let record = with_journal();
    // Here nobody is taken on who isn't large.
    let strict = SMALL.replace(
        "on: accept, by: sales",
        "on: accept, by: sales, when: { account.size: { from: 100 } }",
    );
    let again = replay(lifecycle(&strict), Some("r1"), &record.journal()).expect("it fits");
    // The record is recycled from where it stayed.
    assert_eq!(again.differences, [3, 5]);
    assert!(again.record.to_json().contains("\"void\":[3]"));
    assert_eq!(again.record.stage(), Some("recycled"));
    assert_eq!(again.record.journal(), record.journal());
    // And here there is no such attribute.
    let other = SMALL.replace("account.size", "account.employees");
    let found = replay(lifecycle(&other), Some("r1"), &record.journal()).expect_err("it doesn't");
    let codes: Vec<_> = found.iter().map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("unknown_name", "/journal/1/input/facts/account.size"),
            ("unknown_name", "/journal/3/input/facts/account.size")
        ]
    );
}

#[test]
fn a_host_stores_what_is_new() {
    let mut record = with_journal();
    let answer = advance(&mut record, 5_000, "facts: {}");
    let number = answer.entry().expect("an entry");
    let new: Vec<&str> = record.journal_from(number).collect();
    let journal = record.journal();
    assert_eq!(new, [journal.lines().last().expect("a line")]);
}

#[test]
fn refusals_change_not_a_byte() {
    let mut record = with_journal();
    let (before, journal) = (record.to_json(), record.journal());
    for input in [
        "{ command: accept, by: sales, facts: { account.size: 99 }, events: [ { signal: spam, at: 1 } ] }",
        "{ command: accept, by: nobody }",
        "{ status: new, by: sales, facts: { account.size: 99 } }",
        "{ start: visitor }",
        "{ tick: true }",
    ] {
        for as_of in [4_000, 3_500, 1_000] {
            let answer = advance(&mut record, as_of, input);
            assert!(!answer.is_done(), "{}", answer.to_json());
            assert_eq!(record.to_json(), before);
            assert_eq!(record.journal(), journal);
        }
    }
    let mut empty = Record::new(lifecycle(SMALL), None);
    let nothing = empty.to_json();
    assert!(!advance(&mut empty, 0, "{ command: accept, by: sales }").is_done());
    assert_eq!(empty.to_json(), nothing);
}

/// Whoever can write a journal can chain it anew. Then the hashes are good, and replaying shows what the inputs really gave.
#[test]
fn a_journal_that_was_sealed_anew_is_found_out_by_replaying() {
    let record = with_journal();
    let mut before = "0".repeat(64);
    let mut forged = String::new();
    for line in record.journal().lines() {
        let mut entry = json(&line.replace(
            "\"by\":\"sales\",\"from\":\"mql\"",
            "\"by\":\"automation\",\"from\":\"mql\"",
        ));
        entry["before"] = before.into();
        entry["content"] = sha256(&sealed(&entry)[0]).into();
        before = sha256(&sealed(&entry)[1]);
        entry["hash"] = before.clone().into();
        forged.push_str(&entry.to_string());
        forged.push('\n');
    }
    assert_ne!(forged, record.journal());
    assert_eq!(verify(&forged).altered, None);
    let again = replay(lifecycle(SMALL), Some("r1"), &forged).expect("its hashes are good");
    assert_eq!(again.differences, [3]);
    assert_eq!(again.record.stage(), Some("recycled"));
}

/// Nothing that is given as a journal makes it panic.
#[test]
fn whatever_is_no_journal_is_refused() {
    for text in [
        "x",
        "{",
        "[]",
        "null",
        "\n\n",
        "{}\n{}",
        "\u{0}",
        "{\"entry\":1}",
    ] {
        assert!(verify(text).altered.is_some(), "{text}");
        let found = replay(lifecycle(SMALL), None, text).expect_err("no journal");
        assert_eq!(found.iter().next().expect("a problem").code, "altered");
    }
    let long = " ".repeat(leadstage::limits::JOURNAL_BYTES + 1);
    let found = replay(lifecycle(SMALL), None, &long).expect_err("too long");
    assert_eq!(found.iter().next().expect("a problem").code, "too_large");
}

#[test]
fn many_late_entries_are_told_at_once_and_give_the_same_record() {
    let mut record = Record::new(lifecycle(SMALL), Some("r1"));
    advance(
        &mut record,
        1_000_000,
        "{ facts: { contact.email: a@b.example } }",
    );
    advance(
        &mut record,
        2_000_000,
        "{ events: [ { signal: demo, at: 5 } ] }",
    );
    advance(&mut record, 3_000_000, "{ command: accept, by: sales }");
    let most = i64::from(leadstage::limits::LATE_COMPARED);
    for n in 0..most + 20 {
        let input = format!("{{ facts: {{ account.size: {n} }} }}");
        assert!(advance(&mut record, 1_000 + n, &input).is_done());
    }
    advance(
        &mut record,
        4_000_000,
        "{ command: recycle, by: sales, reason: later }",
    );
    // Void: by then it was recycled long ago, and then it is reopened by nobody.
    advance(
        &mut record,
        2_500_000,
        "{ command: recycle, by: sales, reason: later }",
    );
    let found = record.to_json();
    assert!(found.contains("\"void\":[3,124]"), "{found}");
    let again = replay(lifecycle(SMALL), Some("r1"), &record.journal()).expect("good");
    assert_eq!(again.record.to_json(), found);
    assert_eq!(again.differences, [0u32; 0]);
    assert_eq!(again.record.journal(), record.journal());
}
