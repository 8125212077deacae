//! Records are erased, exported, and erased when they are due.

use super::{Folder, Ran, lines, run, run_with};
use serde_json::{Value, json};
use std::fs;

/// Leads are kept for ten days from the last touch.
const BOOK: &str = r#"
leadstage: 1
name: kept
version: 1
attributes: { contact.email: { type: text, identifies: true, personal: true, label: E-mail } }
signals: { demo: { label: Asked for a demo } }
stages: { lead: { label: Lead, crm: { hubspot: { contact.stage: lead } } }, won: { label: Won } }
initial: lead
transitions: [ { from: lead, to: won, on: win, by: sales } ]
retention: [ { stages: lead, after: 10d } ]
"#;

struct Desk {
    folder: Folder,
    book: String,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        let book = folder.file("kept.yaml", BOOK);
        Self { folder, book }
    }

    fn run(&self, command: &str, args: &[&str]) -> Ran {
        run(&[&[command, "-p", &self.book], args].concat())
    }

    /// A record of a person who asks for a demo on a day of November, as it is kept.
    fn kept(&self, id: &str, day: u32, more: &str) -> String {
        let at = format!("2026-11-{day:02}T08:00:00Z");
        let input = format!(
            r#"{{"as_of":"{at}","facts":{{"contact.email":"{id}@example.com"}},"events":[{{"signal":"demo","at":"{at}"}}]}}"#
        );
        let args = ["advance", "-p", &self.book, "-", "--id", id, "-o"];
        let path = self.folder.path(&format!("{id}.json"));
        let ran = run_with(&[&args[..], &[&path]].concat(), format!("{input}\n{more}"));
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        fs::read_to_string(path).unwrap()
    }
}

fn has(page: &str, words: &str) {
    let squeezed = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeezed.contains(words), "{words}\n---\n{page}");
}

#[test]
fn a_record_is_erased_and_told_of() {
    let desk = Desk::new();
    desk.kept("ada", 2, "");
    let path = desk.folder.path("ada.json");
    has(
        &desk.run("explain", &[&path, "--as-of", "2026-11-03"]).out,
        "Kept until Thu 12 November 2026, 08:00",
    );
    let erase = r#"{"as_of":"2026-11-03T09:00:00Z","erase":"asked for","by":"privacy"}"#;
    let input = desk.folder.file("erase.json", erase);
    let ran = desk.run("advance", &[&path, &input, "-o", &path]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    has(&ran.out, "erase everything (asked for) by privacy");
    has(&ran.out, "CRM hubspot: delete the contact");
    has(&ran.out, "now erased: nothing is held any more");
    assert!(!fs::read_to_string(&path).unwrap().contains("example.com"));
    let ran = run(&["verify-journal", &path]);
    assert_eq!(ran.code, 0);
    has(
        &ran.out,
        "2 entries, as they were written, 1 of them erased",
    );
    let ran = desk.run("replay", &[&path]);
    assert_eq!(ran.code, 0);
    has(
        &ran.out,
        "2 entries, the same record, byte for byte (erased)",
    );
    let ran = desk.run("explain", &[&path, "--as-of", "2026-11-04"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    has(
        &ran.out,
        "Erased on Tue 3 November 2026, 09:00 by privacy (asked for); nothing is held any more",
    );
    has(&ran.out, "08:00 Erased");
    let ran = desk.run("advance", &[&path, &input]);
    assert_eq!(ran.code, 4);
    has(&ran.out, "erased nothing comes in after entry 2");
    let ran = desk.run("funnel", &[&path]);
    has(&ran.out, "1 record was erased and can't be counted");
    // One half of it only.
    let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let half = desk
        .folder
        .file("half.jsonl", format!("{}\n", kept["journal"][0]));
    let ran = run(&["verify-journal", &half]);
    assert_eq!(ran.code, 1);
    has(
        &ran.out,
        "altered at entry 1: what is erased and what erases don't fit together",
    );
}

#[test]
fn what_is_due_is_erased_and_the_others_stay() {
    let desk = Desk::new();
    let won = r#"{"as_of":"2026-11-03T08:00:00Z","command":"win","by":"sales"}"#;
    let all = [
        desk.kept("ada", 2, ""),
        desk.kept("ben", 3, ""),
        desk.kept("cleo", 2, won),
    ];
    let records = desk.folder.file("records.jsonl", all.concat());
    let at = ["--as-of", "2026-11-12T08:00:00Z"];
    let look = desk.run("erase-due", &[&[&*records], &at[..]].concat());
    assert_eq!((look.code, &*look.out), (0, "ada\n"));
    assert_eq!(
        look.err,
        "1 record due; nothing was written, `-o FILE` erases\n"
    );
    assert_eq!(fs::read_to_string(&records).unwrap(), all.concat());
    let args = [&*records, "-o", &*records, "--json"];
    let ran = desk.run("erase-due", &[&args[..], &at[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &lines(&ran.out)[0];
    assert_eq!(answer["record"], "ada");
    assert_eq!(answer["crm"][0]["do"], "delete");
    let kept = lines(&fs::read_to_string(&records).unwrap());
    let erased = json!({ "at": 1_794_470_400_000_i64, "by": "retention", "why": null, "entry": 2 });
    assert_eq!(kept[0]["record"]["erased"], erased);
    let rest: Vec<Value> = all[1..].iter().flat_map(|it| lines(it)).collect();
    assert_eq!(kept[1..], rest);
}

#[test]
fn an_export_is_one_document() {
    let desk = Desk::new();
    desk.kept("ada", 2, "");
    let path = desk.folder.path("ada.json");
    let ran = desk.run("export-record", &[&path, "--as-of", "2026-11-03"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        told["facts"],
        json!([{ "entry": 1, "merged": null, "attribute": "contact.email", "label": "E-mail", "personal": true, "value": "ada@example.com", "source": "visitor" }])
    );
    assert_eq!(told["events"][0]["label"], "Asked for a demo");
    assert_eq!(told["as_of"], 1_793_664_000_000_i64);
    let to = desk.folder.path("ada.export.json");
    assert_eq!(desk.run("export-record", &[&path, "-o", &to]).code, 0);
    assert!(fs::read_to_string(to).unwrap().contains("\"E-mail\""));
}
