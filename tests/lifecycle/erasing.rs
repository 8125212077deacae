//! Erasing takes everything away but the places in the chain; retention says when.

use super::{SMALL, advance, json, lifecycle, sealed, sha256, with_journal};
use leadstage::lifecycle::{
    Cohort, Funnel, Input, Kept, Record, duplicates, replay, verify, verify_head,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ERASE: &str = "{ id: x1, erase: asked for in a letter, by: [privacy, legal] }";

fn erased() -> Record {
    let mut record = with_journal();
    let answer = advance(&mut record, 5_000, ERASE);
    assert_eq!(answer.entry(), Some(6), "{}", answer.to_json());
    record
}

/// An entry without `changed`, `input` and `moves`, made by other means than the crate's.
fn tombstone(line: &str) -> String {
    let mut entry = json(line);
    entry["erased"] = true.into();
    let parts = entry.as_object().expect("an object").iter();
    let gone = ["changed", "input", "moves"];
    let left: BTreeMap<&String, &Value> =
        parts.filter(|(key, _)| !gone.contains(&&***key)).collect();
    serde_json::to_string(&left).expect("JSON")
}

#[test]
fn the_payload_goes_and_the_chain_stays() {
    let record = erased();
    let journal = record.journal();
    let lines: Vec<&str> = journal.lines().collect();
    let whole = with_journal().journal();
    assert_eq!(lines[..5], whole.lines().map(tombstone).collect::<Vec<_>>());
    let last = json(lines[5]);
    assert_eq!(last["before"], json(lines[4])["hash"]);
    assert_eq!(
        last["input"],
        json!({ "by": ["privacy", "legal"], "erase": "asked for in a letter", "id": "x1" })
    );
    assert_eq!(
        (&last["moves"], &last["changed"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(last["content"], sha256(&sealed(&last)[0]));
    assert_eq!(last["hash"], sha256(&sealed(&last)[1]));
    for gone in [
        "ada@example.com",
        "Dana",
        "12.5",
        "recycle",
        "demo",
        "visitor",
    ] {
        assert!(!record.to_kept().contains(gone), "{gone}");
    }
    let found = verify_head(&journal, &record.head());
    assert_eq!((found.entries, found.erased, found.altered), (6, 5, None));
    assert_eq!(
        found.to_json(),
        format!(
            r#"{{"entries":6,"erased":5,"head":"{}","altered":null}}"#,
            record.head()
        )
    );
}

#[test]
fn nothing_is_known_of_an_erased_record() {
    let record = erased();
    let digest = json(&with_journal().to_json())["digest"].clone();
    assert_eq!(
        json(&record.to_json()),
        json!({
            "id": "r1", "playbook": "small", "version": 1, "digest": digest, "as_of": 5_000, "entries": 6, "head": *record.head(),
            "stage": null, "status": null, "owner": null, "return_at": null, "discounts_before": null,
            "identified": false, "known": false, "journey": null, "stages": {}, "clocks": [], "crm": {}, "merged": [],
            "void": [], "facts": 0, "events": 0,
            "erased": { "at": 5_000, "by": "privacy", "why": "asked for in a letter", "entry": 6 },
        })
    );
    assert!(record.is_erased() && record.stage().is_none());
    assert_eq!(record.erase_at(5_000), None);
    let told = json(&record.explain(9_000));
    let story: Vec<(&Value, &Value)> = told["story"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (&it["as_of"], &it["input"]))
        .collect();
    // By time: the fourth had come late.
    let times = [1_000, 2_000, 2_500, 3_000, 4_000];
    for (place, time) in times.into_iter().enumerate() {
        assert_eq!(story[place], (&json!(time), &Value::Null));
    }
    assert_eq!(story[5].1["erase"], "asked for in a letter");
    assert_eq!(
        (&told["ways"], &told["erase_at"]),
        (&json!([]), &Value::Null)
    );
    let exported = json(&record.export(9_000));
    assert_eq!(
        (&exported["facts"], &exported["events"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(
        (&exported["stage"], &exported["decision"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn nothing_comes_in_any_more() {
    let mut record = erased();
    let kept = record.to_kept();
    let other = with_journal();
    let merge = Input::merge(record.lifecycle(), &other).expect("a good one");
    for as_of in [0, 3_000, 6_000] {
        for input in [
            "facts: {}",
            "{ tick: true }",
            "{ start: visitor }",
            "{ command: recycle, by: sales, reason: later }",
            "{ assign: Dana, by: sales }",
            "{ erase: again, by: privacy }",
            "{ erase: true, by: retention }",
            ERASE,
        ] {
            let answer = advance(&mut record, as_of, input);
            let refused = &json(&answer.to_json())["refused"];
            assert_eq!(
                *refused,
                json!([{ "code": "erased", "to": null, "entry": 6 }]),
                "{input}"
            );
        }
        assert_eq!(record.advance(&merge, as_of).refused()[0].code(), "erased");
    }
    assert_eq!(record.to_kept(), kept);
}

#[test]
fn an_erased_journal_gives_the_erased_record_again() {
    let record = erased();
    let again = replay(lifecycle(SMALL), Some("r1"), &record.journal()).expect("good");
    assert_eq!(again.differences, [0u32; 0]);
    assert_eq!(again.record.to_kept(), record.to_kept());
    let kept = Kept::parse(&record.to_kept()).expect("a record");
    assert_eq!(kept.verify().erased, 5);
    let restored = kept.restore(lifecycle(SMALL)).expect("good");
    assert_eq!((restored.same, restored.differences), (Some(true), vec![]));
    // By another playbook as well, which can't tell another story any more.
    let other = SMALL.replace("account.size", "account.employees");
    let again = replay(lifecycle(&other), None, &record.journal()).expect("it fits");
    assert_eq!(again.differences, [0u32; 0]);
    assert!(again.record.is_erased());
    assert_eq!(again.record.id(), None);
}

#[test]
fn it_may_come_late_and_before_anything() {
    let mut record = with_journal();
    let answer = advance(&mut record, 1_500, ERASE);
    assert_eq!(answer.entry(), Some(6));
    assert!(json(&answer.to_json())["changed"].is_null());
    let found = json(&record.to_json());
    assert_eq!(
        (&found["as_of"], &found["erased"]["at"]),
        (&json!(4_000), &json!(1_500))
    );
    let again = replay(lifecycle(SMALL), Some("r1"), &record.journal()).expect("good");
    assert_eq!(again.record.to_kept(), record.to_kept());
    let mut empty = Record::new(lifecycle(SMALL), None);
    assert_eq!(advance(&mut empty, 7, ERASE).entry(), Some(1));
    assert_eq!(verify(&empty.journal()).erased, 0);
    assert_eq!(
        advance(&mut empty, 8, "facts: {}").refused()[0].code(),
        "erased"
    );
    let again = replay(lifecycle(SMALL), None, &empty.journal()).expect("good");
    assert_eq!(again.record.to_json(), empty.to_json());
}

#[test]
fn erased_entries_stand_where_they_may_or_show() {
    let whole = with_journal().journal();
    let whole: Vec<&str> = whole.lines().collect();
    let hollow = erased().journal();
    let hollow: Vec<&str> = hollow.lines().collect();
    let after = after(hollow[5]);
    let why = |lines: &[&str]| {
        let journal = lines.join("\n");
        let found = verify(&journal);
        let altered = found.altered.expect("it shows");
        let problems = replay(lifecycle(SMALL), None, &journal).expect_err("it shows");
        let path = format!("/journal/{}", altered.entry - 1);
        let codes: Vec<_> = problems.iter().map(|it| (it.code, &*it.path)).collect();
        assert_eq!(codes, [("altered", &*path)]);
        // What is good ends before it.
        assert_eq!(found.entries, altered.entry - 1);
        let head = match found.entries {
            0 => Value::from("0".repeat(64)),
            n => json(lines[n as usize - 1])["hash"].clone(),
        };
        assert_eq!(*found.head, *head.as_str().expect("a hash"));
        (altered.entry, altered.why, found.erased)
    };
    // None that erases follows.
    assert_eq!(why(&hollow[..5]), (1, "erased", 0));
    assert_eq!(why(&[hollow[0]]), (1, "erased", 0));
    assert_eq!(why(&[whole[0], hollow[1], whole[2]]), (2, "erased", 0));
    // A payload is left.
    let left = [
        whole[0], hollow[1], hollow[2], whole[3], hollow[4], hollow[5],
    ];
    assert_eq!(why(&left), (1, "erased", 0));
    let left = [
        hollow[0], hollow[1], hollow[2], whole[3], hollow[4], hollow[5],
    ];
    assert_eq!(why(&left), (4, "erased", 3));
    // Something follows.
    let more = [&hollow[..], &[&*after]].concat();
    assert_eq!(why(&more), (7, "erased", 5));
    // The one that erases is erased itself.
    let last = tombstone(hollow[5]);
    let all = [&hollow[..5], &[&*last]].concat();
    assert_eq!(why(&all), (1, "erased", 0));
    // What is wrong with an entry for itself comes first.
    let form = hollow[1].replace("\"erased\":true", "\"erased\":false");
    assert_eq!(why(&[hollow[0], &form]), (2, "form", 1));
    let both = whole[1].replace("\"hash\"", "\"erased\":true,\"hash\"");
    assert_eq!(why(&[hollow[0], &both]), (2, "form", 1));
}

/// An entry after another, sealed.
fn after(line: &str) -> String {
    let mut entry = json(line);
    entry["before"] = entry["hash"].clone();
    entry["entry"] = (entry["entry"].as_u64().expect("a number") + 1).into();
    entry["input"] = json!({ "facts": {} });
    entry["content"] = sha256(&sealed(&entry)[0]).into();
    entry["hash"] = sha256(&sealed(&entry)[1]).into();
    entry.to_string()
}

#[test]
fn every_changed_letter_of_an_erased_journal_shows_at_its_entry() {
    let journal = erased().journal();
    let ends: Vec<usize> = journal.match_indices('\n').map(|(at, _)| at).collect();
    let mut tried = 0;
    for (at, letter) in journal.char_indices().filter(|(_, letter)| *letter != '\n') {
        let entry = ends.iter().position(|end| at < *end).expect("a line") as u32 + 1;
        for other in ['0', 'f', '"'] {
            if other != letter {
                let mut changed = journal.clone();
                changed.replace_range(at..=at, &other.to_string());
                let found = verify(&changed).altered.expect("it shows");
                assert_eq!(found.entry, entry, "{changed}");
                tried += 1;
            }
        }
    }
    assert!(tried > 4_000, "{tried}");
}

#[test]
fn a_salt_changes_the_hash_and_nothing_else() {
    let told = |salt: &str| {
        let mut record = Record::new(lifecycle(SMALL), Some("r1"));
        let input = format!("{{ facts: {{ contact.email: ada@example.com }}{salt} }}");
        let answer = advance(&mut record, 1_000, &input);
        (answer.to_json(), record)
    };
    let (plain, record) = told("");
    let (salted, other) = told(", salt: q8ZrYt2");
    assert_eq!(plain, salted);
    let entries = [&record, &other].map(|record| json(record.journal().trim_end()));
    assert_ne!(entries[0]["content"], entries[1]["content"]);
    let but_head = |record: &Record| {
        let mut state = json(&record.to_json());
        state["head"] = Value::Null;
        state
    };
    assert_eq!(but_head(&record), but_head(&other));
    // Who knows all but the address can look for it; with a salt that is gone nobody can.
    let guess = |address: &str| {
        let mut guessed = entries[0].clone();
        guessed["input"]["facts"]["contact.email"] = address.into();
        sha256(&sealed(&guessed)[0])
    };
    for (mut record, entry, found) in [(record, &entries[0], true), (other, &entries[1], false)] {
        advance(&mut record, 2_000, ERASE);
        let journal = record.journal();
        let left = json(journal.lines().next().expect("a line"));
        assert_eq!(left["content"], entry["content"]);
        assert_eq!(left["content"] == guess("ada@example.com"), found);
        assert_ne!(left["content"], guess("bob@example.com"));
    }
}

#[test]
fn an_erased_record_is_merged_into_none_and_like_none() {
    let record = erased();
    let found = Input::merge(record.lifecycle(), &record).expect_err("it can't be merged");
    let codes: Vec<_> = found.iter().map(|it| (it.code, it.path.as_str())).collect();
    assert_eq!(codes, [("erased", "/merge/journal/0")]);
    let mut empty = Record::new(lifecycle(SMALL), None);
    advance(&mut empty, 7, ERASE);
    let found = Input::merge(record.lifecycle(), &empty).expect_err("it can't be merged");
    assert_eq!(found.iter().next().expect("one").code, "erased");
    let mut twin = Record::new(lifecycle(SMALL), Some("r2"));
    advance(&mut twin, 1, "facts: { contact.email: ada@example.com }");
    assert_eq!(duplicates([&with_journal(), &twin]).emails.len(), 1);
    assert_eq!(duplicates([&record, &twin]).emails, []);
}

#[test]
fn a_funnel_counts_erased_records_apart() {
    let mut funnel = Funnel::new(lifecycle(SMALL), Cohort::default());
    for record in [erased(), with_journal(), erased()] {
        let kept = Kept::parse(&record.to_kept()).expect("a record");
        funnel.add(&kept).expect("it fits");
    }
    let counted = json(&funnel.to_json());
    assert_eq!(
        [&counted["records"], &counted["outside"], &counted["erased"]],
        [1, 0, 2]
    );
}

#[test]
fn many_late_entries_are_erased_like_others() {
    let mut record = Record::new(lifecycle(SMALL), None);
    for as_of in (0..250).rev() {
        assert!(advance(&mut record, as_of, "facts: { account.size: 5 }").is_done());
    }
    advance(&mut record, 300, ERASE);
    let again = replay(lifecycle(SMALL), None, &record.journal()).expect("good");
    assert_eq!(again.record.to_kept(), record.to_kept());
    assert_eq!(again.differences, [0u32; 0]);
}

const DAY: i64 = 86_400_000;

/// Leads are kept for 30 days from the last touch, customers for 100 from the beginning of that; of the lost nothing is said.
const RETENTION: &str = r#"
leadstage: 1
name: kept
version: 1
signals: { demo: {}, newsletter: {} }
inactivity: { signals: [demo] }
stages: { lead: { statuses: [new, working] }, customer: {}, lost: {} }
initial: lead
transitions:
  - { from: lead, to: customer, on: win, by: sales }
  - { from: lead, to: lost, on: lose, by: sales, reason: required }
reasons: { gone: { for: [lose] } }
retention:
  - { stages: customer, after: 100d, since: stage }
  - { stages: [lead], after: 30d }
"#;

#[test]
fn retention_counts_from_the_last_touch_or_from_the_stage() {
    let mut record = Record::new(lifecycle(RETENTION), None);
    assert_eq!(record.erase_at(0), None);
    let mut due = |day: i64, input: &str| {
        let answer = advance(&mut record, day * DAY, input);
        assert!(answer.is_done(), "{}", answer.to_json());
        assert_eq!(answer.erase_at(), record.erase_at(day * DAY));
        let told = json(&record.explain(day * DAY))["erase_at"].clone();
        assert_eq!(told, json(&answer.to_json())["erase_at"]);
        answer.erase_at().map(|at| at / DAY)
    };
    // From the beginning.
    assert_eq!(due(2, "facts: {}"), Some(32));
    // An event that is activity; what isn't, what a program did, and what was there already leave it as it is.
    let event = |id: &str, signal: &str, day: i64| {
        format!("{{ id: {id}, signal: {signal}, at: {} }}", day * DAY)
    };
    assert_eq!(
        due(5, &format!("events: [ {} ]", event("e1", "demo", 4))),
        Some(34)
    );
    assert_eq!(
        due(6, &format!("events: [ {} ]", event("e2", "newsletter", 6))),
        Some(34)
    );
    let automated = event("e3", "demo", 7).replace(" }", ", automated: true }");
    assert_eq!(due(7, &format!("events: [ {automated} ]")), Some(34));
    assert_eq!(
        due(8, &format!("events: [ {} ]", event("e1", "demo", 8))),
        Some(34)
    );
    // One that lies ahead counts when it comes.
    assert_eq!(
        due(9, &format!("events: [ {} ]", event("e4", "demo", 11))),
        Some(34)
    );
    assert_eq!(due(12, "facts: {}"), Some(41));
    // People's doing counts, and an event from long ago doesn't.
    assert_eq!(due(13, "{ status: working, by: sales }"), Some(43));
    assert_eq!(due(14, "{ assign: Dana, by: sales }"), Some(44));
    assert_eq!(
        due(15, &format!("events: [ {} ]", event("e5", "demo", 1))),
        Some(44)
    );
    // Of customers the stage counts, whatever they do.
    assert_eq!(due(20, "{ command: win, by: sales }"), Some(120));
    assert_eq!(
        due(25, &format!("events: [ {} ]", event("e6", "demo", 25))),
        Some(120)
    );
}

#[test]
fn retention_erases_when_it_is_due_and_not_by_itself() {
    let mut record = Record::new(lifecycle(RETENTION), Some("r1"));
    advance(&mut record, 0, "events: [ { signal: demo, at: 0 } ]");
    let erase = "{ erase: true, by: retention }";
    let early = advance(&mut record, 30 * DAY - 1, erase);
    assert_eq!(
        json(&early.to_json())["refused"],
        json!([{ "code": "not_due", "to": null, "not_before": 30 * DAY }])
    );
    advance(&mut record, 40 * DAY, "{ tick: true }");
    assert_eq!(record.evidence().events().len(), 1);
    // As of a time at which it wasn't due it is refused, though it is now.
    assert_eq!(
        advance(&mut record, 29 * DAY, erase).refused()[0].code(),
        "not_due"
    );
    let mut lost = record.clone();
    assert!(advance(&mut record, 30 * DAY, erase).is_done());
    let found = json(&record.to_json());
    assert_eq!(
        found["erased"],
        json!({ "at": 30 * DAY, "by": "retention", "why": null, "entry": 2 })
    );
    let again = replay(lifecycle(RETENTION), Some("r1"), &record.journal()).expect("good");
    assert_eq!(
        (again.record.to_kept(), again.differences),
        (record.to_kept(), vec![])
    );
    // Where no rule is, it is never due.
    advance(
        &mut lost,
        41 * DAY,
        "{ command: lose, by: sales, reason: gone }",
    );
    let answer = advance(&mut lost, 9_000 * DAY, erase);
    assert_eq!(
        json(&answer.to_json())["refused"],
        json!([{ "code": "not_due", "to": null, "not_before": null }])
    );
    // A person may erase at any time.
    assert!(advance(&mut lost, 42 * DAY, "{ erase: asked, by: privacy }").is_done());
}

#[test]
fn what_was_written_in_the_crm_has_to_go() {
    let book = r#"
leadstage: 1
name: crm
version: 1
attributes: { contact.email: { type: text, personal: true }, deal.amount: { type: number } }
stages:
  lead:
    crm:
      salesforce: { Lead.Stage__c: lead, Lead.Email__c: { fact: contact.email }, Account.Tier__c: { fact: deal.amount } }
      hubspot: { contact.lifecyclestage: lead, company.tier: null, company.seen: true }
  won:
    crm:
      salesforce: { Opportunity.Amount: { fact: deal.amount }, Opportunity.Stage: Won, stamp: Opportunity.Won__c, convert: true }
  other: { crm: { pipedrive: { Person.stage: other, deal.stage: other } } }
initial: lead
transitions:
  - { from: lead, to: won, on: win, by: sales }
  - { from: lead, to: other, on: own, by: sales }
"#;
    let erased = |inputs: &[&str]| {
        let mut record = Record::new(lifecycle(book), None);
        for (at, input) in inputs.iter().enumerate() {
            assert!(advance(&mut record, at as i64, input).is_done());
        }
        let answer = json(&advance(&mut record, 9, "{ erase: asked, by: privacy }").to_json());
        let changes = answer["crm"].as_array().expect("a list").clone();
        let told = changes.iter().map(|it| {
            assert_eq!(
                (&it["value"], &it["inferred"]),
                (&Value::Null, &json!(false))
            );
            let word = |key: &str| it[key].as_str().unwrap_or("-").to_owned();
            ["do", "system", "object", "field"].map(word).join(" ")
        });
        told.collect::<Vec<String>>()
    };
    // The email was never known, and the tier is empty.
    assert_eq!(
        erased(&["facts: {}"]),
        [
            "clear hubspot company seen",
            "delete hubspot contact -",
            "delete salesforce Lead -",
        ]
    );
    // A conversion makes a Contact.
    assert_eq!(
        erased(&[
            "facts: { contact.email: ada@example.com, deal.amount: 5 }",
            "{ command: win, by: sales }"
        ]),
        [
            "clear hubspot company seen",
            "delete hubspot contact -",
            "clear salesforce Account Tier__c",
            "delete salesforce Contact -",
            "delete salesforce Lead -",
            "clear salesforce Opportunity Amount",
            "clear salesforce Opportunity Stage",
            "clear salesforce Opportunity Won__c",
        ]
    );
    assert_eq!(
        erased(&["facts: {}", "{ command: own, by: sales }"])[2..],
        [
            "delete pipedrive Person -",
            "clear pipedrive deal stage",
            "delete salesforce Lead -",
        ]
    );
}
