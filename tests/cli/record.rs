use super::{Folder, Ran, command, lines, run, run_with};
use serde_json::{Value, json};
use std::fs;

/// A demo by somebody known makes an MQL, which sales must accept within a working hour.
const BOOK: &str = r#"
leadstage: 1
name: weekend
version: 1
attributes:
  contact.email: { type: text, identifies: true, label: E-mail }
  deal.amount: { type: number, min: 0, label: Amount, asserted_by: [sales] }
signals: { demo: { label: Asked for a demo }, call: {} }
calendar:
  utc_offset: "+01:00"
  hours: { monday: "09:00-17:00", tuesday: "09:00-17:00", wednesday: "09:00-17:00", thursday: "09:00-17:00", friday: "09:00-17:00" }
scores: { intent: { label: Intent, groups: [ { name: g, rules: [ { signal: demo, points: 30 } ] } ] } }
stages:
  visitor: { label: Visitor }
  mql:
    label: Qualified
    owner: { role: sdr, queue: inbound }
    enter: { signal: demo }
    statuses: [new, { name: working, label: In work }]
    sla: { within: 1h, owner: sdr, escalate: head_of_sales, met_by: { signals: [call] } }
    crm: { salesforce: { Lead.Status: MQL, stamp: Lead.MQL_Date__c } }
  sal: { label: Accepted, owner: sales }
  opportunity: { label: Opportunity, requires: [deal.amount] }
  recycled: { label: Not now, return: { after: 30d } }
initial: visitor
transitions:
  - { from: visitor, to: mql, by: automation }
  - { from: mql, to: sal, on: accept, by: [sdr, sales] }
  - { from: [mql, sal], to: recycled, on: recycle, by: sales }
  - { from: sal, to: opportunity, on: open_opportunity, by: sales, note: required }
  - { from: recycled, to: visitor, by: automation, due: return_date }
reasons: { later: { for: [recycle], label: Later } }
"#;

/// Saturday, 15:00 by the clock of the playbook.
const DEMO: &str = r#"{"as_of":"2026-11-28T14:00:00Z","events":[{"signal":"demo","at":"2026-11-28T13:59:00Z"}],"facts":{"contact.email":"ada@example.com"}}
"#;
/// Monday, 9:45.
const ACCEPT: &str = r#"{"as_of":"2026-11-30T08:45:00Z","command":"accept","by":"sdr","actor":"Sam","owner":"Dana"}
"#;

struct Desk {
    folder: Folder,
    book: String,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        let book = folder.file("weekend.yaml", BOOK);
        Self { folder, book }
    }

    /// Keeps the record `id` that these inputs give in a file.
    fn kept(&self, id: &str, inputs: &str) -> String {
        let path = self.folder.path(&format!("{id}.json"));
        let ran = run_with(
            &["advance", "-p", &self.book, "-", "--id", id, "-o", &path],
            inputs,
        );
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        path
    }

    fn run(&self, command: &str, args: &[&str]) -> Ran {
        let mut all = vec![command, "-p", &self.book];
        all.extend(args);
        run(&all)
    }
}

fn squeezed(page: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    page.lines().map(words).collect()
}

fn has(page: &str, line: &str) {
    assert!(
        squeezed(page).iter().any(|found| found == line),
        "{line}\n---\n{page}"
    );
}

fn value(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_record_begins_goes_on_and_is_kept() {
    let desk = Desk::new();
    let path = desk.kept("r1", DEMO);
    let kept = value(&path);
    assert_eq!(kept["id"], "r1");
    assert_eq!(kept["journal"].as_array().unwrap().len(), 1);
    assert_eq!(kept["record"]["stage"]["name"], "mql");
    // Saturday 15:00 plus one working hour is Monday 10:00, which is 9:00 UTC.
    assert_eq!(kept["record"]["clocks"][0]["due_at"], 1_796_029_200_000_i64);
    let input = desk.folder.file("accept.json", ACCEPT);
    let ran = desk.run("advance", &[&path, &input, "-o", &path, "--json"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let answer = &lines(&ran.out)[0];
    assert_eq!(answer["stage"], "sal");
    assert_eq!(answer["clocks"][0]["what"], "met");
    let again = value(&path);
    assert_eq!(again["journal"][0], kept["journal"][0]);
    assert_eq!(
        again["record"]["owner"],
        json!({ "role": "sales", "queue": null, "name": "Dana" })
    );
    // Nothing is left beside it.
    let left = fs::read_dir(std::path::Path::new(&path).parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().ends_with(".part")),
        "{left:?}"
    );
}

#[test]
fn answers_are_told_in_words() {
    let desk = Desk::new();
    let stream = [DEMO, ACCEPT].concat();
    let ran = run_with(&["advance", "-p", &desk.book, "-"], &stream);
    assert_eq!(ran.code, 0, "{}", ran.err);
    has(
        &ran.out,
        "1. Sat 28 November 2026, 15:00 – Asked for a demo, E-mail: ada@example.com",
    );
    has(&ran.out, "moved Begins in Visitor");
    has(&ran.out, "moved Visitor → Qualified, by itself");
    has(
        &ran.out,
        "clock Qualified: sdr has until Mon 30 November 2026, 10:00",
    );
    has(&ran.out, "CRM salesforce: Lead.Status = MQL");
    has(
        &ran.out,
        "salesforce: Lead.MQL_Date__c = Sat 28 November 2026, 15:00",
    );
    has(&ran.out, "now Qualified, new, with sdr, queue inbound");
    has(&ran.out, "moved Qualified → Accepted, accept by sdr");
    assert!(
        ran.err
            .contains("2 inputs taken in, 0 refused; nothing was written"),
        "{}",
        ran.err
    );
}

#[test]
fn a_refusal_says_what_is_missing_changes_nothing_and_has_its_own_exit_code() {
    let desk = Desk::new();
    let path = desk.kept("r1", &[DEMO, ACCEPT].concat());
    let before = fs::read_to_string(&path).unwrap();
    let input = desk.folder.file(
        "open.yaml",
        "{ as_of: 2026-12-01T09:00:00Z, command: open_opportunity, by: sdr }",
    );
    let ran = desk.run("advance", &[&path, &input, "-o", &path]);
    assert_eq!(ran.code, 4);
    has(&ran.out, "Refused; nothing has changed.");
    has(&ran.out, "To Opportunity:");
    has(&ran.out, "not by you only sales may");
    has(&ran.out, "note a few words are due");
    has(&ran.out, "not known Amount");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    let ran = desk.run("advance", &[&path, &input, "--json"]);
    assert_eq!(ran.code, 4);
    let refused = &lines(&ran.out)[0]["refused"];
    let codes: Vec<_> = refused
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["role", "note_missing", "evidence_missing"]);
}

#[test]
fn one_bad_input_and_none_is_taken_in() {
    let desk = Desk::new();
    let out = desk.folder.path("never.json");
    let stream = format!(
        "{DEMO}\n{{\"as_of\":0,\"signl\":1}}\n{{\"command\":\"promote\",\"by\":\"sales\"}}\n"
    );
    let ran = run_with(&["advance", "-p", &desk.book, "-", "-o", &out], &stream);
    assert_eq!((ran.code, &*ran.out), (1, ""));
    assert!(ran.err.contains("-:3:"), "{}", ran.err);
    assert!(ran.err.contains("-:4:"), "{}", ran.err);
    assert!(fs::metadata(&out).is_err(), "something was written");
    let ran = run_with(&["advance", "-p", &desk.book, "-", "--json"], &stream);
    let told = lines(&ran.out);
    assert_eq!((ran.code, told.len()), (1, 2));
    assert_eq!(told[0]["input"], 2);
    assert_eq!(told[1]["input"], 3);
    assert_eq!(told[1]["problems"][0]["path"], "/command");
}

#[test]
fn what_cant_be_read_or_written_leaves_the_record_as_it_was() {
    let desk = Desk::new();
    let path = desk.kept("r1", DEMO);
    let input = desk.folder.file("accept.json", ACCEPT);
    let nowhere = desk.folder.path("no/such/folder/r1.json");
    assert_eq!(
        desk.run("advance", &[&path, &input, "-o", &nowhere]).code,
        3
    );
    assert_eq!(desk.run("advance", &[&nowhere, &input]).code, 3);
    assert_eq!(desk.run("advance", &["-", "-"]).code, 2);
    let compiled = desk.folder.path("weekend.leadstage");
    assert_eq!(run(&["compile", &desk.book, "-o", &compiled]).code, 0);
    assert_eq!(run(&["advance", "-p", &compiled, &input]).code, 2);
    assert_eq!(value(&path)["journal"].as_array().unwrap().len(), 1);
}

#[test]
fn a_journal_that_was_changed_shows_at_its_first_altered_entry() {
    let desk = Desk::new();
    let path = desk.kept("r1", &[DEMO, ACCEPT].concat());
    let kept = fs::read_to_string(&path).unwrap();
    let head = value(&path)["record"]["head"].as_str().unwrap().to_owned();
    let ran = run(&["verify-journal", &path]);
    assert_eq!(ran.code, 0);
    has(
        &ran.out,
        &format!("{path}, r1: 2 entries, as they were written"),
    );
    has(&ran.out, &format!("head {head}"));
    let bad = desk
        .folder
        .file("bad.json", kept.replacen("\"Sam\"", "\"Tom\"", 1));
    let ran = run(&["verify-journal", &bad, "--json"]);
    assert_eq!(ran.code, 1);
    let verdict = &lines(&ran.out)[0]["verdict"];
    assert_eq!(verdict["altered"], json!({ "entry": 2, "why": "hash" }));
    let ran = run(&["verify-journal", &bad]);
    has(
        &ran.out,
        &format!("{bad}, r1: altered at entry 2: its content is not what was written"),
    );
    // A journal alone, cut off at its end: only the head tells.
    let entry = &value(&path)["journal"][0];
    let journal = desk.folder.file("journal.jsonl", format!("{entry}\n"));
    assert_eq!(run(&["verify-journal", &journal]).code, 0);
    let ran = run(&["verify-journal", &journal, "--head", &head, "--json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        lines(&ran.out)[0]["verdict"]["altered"],
        json!({ "entry": 2, "why": "head" })
    );
    // What is altered doesn't go on.
    let ran = desk.run("replay", &[&bad]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("error[altered]"), "{}", ran.err);
}

#[test]
fn a_replay_says_whether_the_record_is_the_same() {
    let desk = Desk::new();
    let one = desk.kept("r1", &[DEMO, ACCEPT].concat());
    let ran = desk.run("replay", &[&one]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    has(
        &ran.out,
        "r1: 2 entries, the same record, byte for byte (sal)",
    );
    // Nobody may accept by another playbook, so the second entry comes out otherwise.
    let other = desk
        .folder
        .file("other.yaml", BOOK.replace("by: [sdr, sales]", "by: nobody"));
    let ran = run(&["replay", "-p", &other, &one, "--json"]);
    assert_eq!(ran.code, 1);
    let told = &lines(&ran.out)[0];
    assert_eq!(
        (&told["same"], &told["differences"]),
        (&json!(false), &json!([2]))
    );
    assert_eq!(told["record"]["stage"]["name"], "mql");
}

#[test]
fn the_same_person_is_found_and_merged_and_nothing_is_lost() {
    let desk = Desk::new();
    let mine = desk.kept("b", &[DEMO, ACCEPT].concat());
    let second = "{\"as_of\":\"2026-11-01T00:00:00Z\",\"facts\":{\"contact.email\":\" Ada+news@Example.com\"}}";
    let theirs = desk.kept("a", second);
    let all = [&mine, &theirs]
        .map(|path| fs::read_to_string(path).unwrap())
        .concat();
    let all = desk.folder.file("all.jsonl", all);
    let ran = desk.run("dedupe", &[&all, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let wanted = json!({ "emails": [ { "email": "ada@example.com", "keep": "b", "merge": ["a"] } ], "companies": [ { "domain": "example.com", "records": ["a", "b"] } ] });
    assert_eq!(lines(&ran.out)[0], wanted);
    let once = desk.folder.path("once.jsonl");
    let ran = desk.run("dedupe", &[&all, "-o", &once, "--as-of", "2026-12-01"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    has(
        &ran.out,
        "2 records: 1 person with several records, 1 company with several people",
    );
    has(&ran.out, "merge a");
    let kept = value(&once);
    assert_eq!(kept["id"], "b");
    assert_eq!(
        kept["journal"][2]["input"]["merge"]["journal"],
        value(&theirs)["journal"]
    );
    // By hand it comes out the same.
    let ran = desk.run(
        "merge",
        &[&mine, &theirs, "-o", &mine, "--as-of", "2026-12-01"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(fs::read(&mine).unwrap(), fs::read(&once).unwrap());
    let ran = desk.run("merge", &[&mine, &theirs, "--as-of", "2026-12-02"]);
    assert_eq!(ran.code, 4);
    has(&ran.out, "merged a is merged already");
    // A copy under another id brings nothing new.
    let copies = [
        fs::read_to_string(&theirs).unwrap(),
        fs::read_to_string(&theirs)
            .unwrap()
            .replace("\"a\"", "\"c\""),
        fs::read_to_string(&theirs)
            .unwrap()
            .replace("\"a\"", "\"d\""),
    ];
    let copies = desk.folder.file("copies.jsonl", copies.concat());
    let ran = desk.run("dedupe", &[&copies, "-o", &once, "--as-of", "2026-12-01"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let kept = value(&once);
    assert_eq!(
        (
            &kept["id"],
            kept["record"]["merged"].as_array().unwrap().len()
        ),
        (&json!("a"), 1)
    );
    let twice = desk.folder.file(
        "twice.jsonl",
        fs::read_to_string(&theirs).unwrap().repeat(2),
    );
    let ran = desk.run("dedupe", &[&twice]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("line 1 has a record of this id too"),
        "{}",
        ran.err
    );
}

#[test]
fn a_record_tells_its_whole_story() {
    let desk = Desk::new();
    let path = desk.kept("r1", &[DEMO, ACCEPT].concat());
    let ran = desk.run("explain", &[&path, "--as-of", "2026-12-01T08:45:00Z"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let page = &ran.out;
    has(page, "r1 on Tue 1 December 2026, 09:45");
    has(
        page,
        "Stage Accepted, since Mon 30 November 2026, 09:45 (1 day)",
    );
    has(page, "Owner Dana (sales)");
    has(page, "Scores Intent 30");
    has(page, "Next nothing happens by itself");
    has(page, "15:00 Asked for a demo, E-mail: ada@example.com");
    has(page, "Visitor → Qualified, by itself");
    has(
        page,
        "09:45 Qualified → Accepted, accept by sdr (Sam); now with Dana",
    );
    // Due at 10:00, done at 9:45.
    has(
        page,
        "Clock of Qualified is met, 15 minutes of working time to spare",
    );
    has(page, "to Opportunity – open opportunity by sales");
    has(page, "with a note");
    has(page, "not known Amount");
    has(page, "to Not now – recycle by sales");
    has(page, "with a reason (Later (later))");
    has(page, "open nothing is missing");
    has(page, "Salesforce should hold");
    has(page, "Lead.MQL_Date__c Sat 28 November 2026, 15:00");
    assert!(
        page.lines()
            .all(|line| line.trim_end() == line && line.chars().count() <= 80)
    );
}

#[test]
fn time_that_has_passed_since_the_last_entry_is_told() {
    let desk = Desk::new();
    let path = desk.kept("r1", DEMO);
    let page = desk
        .run("explain", &[&path, "--as-of", "2026-11-30T08:30:00Z"])
        .out;
    has(
        &page,
        "Clock sdr must act; due Mon 30 November 2026, 10:00, 30 minutes of working",
    );
    has(
        &page,
        "Next the clock runs out on Mon 30 November 2026, 10:00 (in 30 minutes)",
    );
    // Monday 10:00 to Tuesday 11:30 are 7 working hours and 2 and a half.
    let page = desk
        .run("explain", &[&path, "--as-of", "2026-12-01T10:30:00Z"])
        .out;
    has(
        &page,
        "Clock was due Mon 30 November 2026, 10:00, over by 9 hours 30 minutes of",
    );
    let recycle = "{\"as_of\":\"2026-11-30T08:45:00Z\",\"command\":\"recycle\",\"by\":\"sales\",\"reason\":\"later\"}\n";
    let path = desk.kept("r2", &[DEMO, recycle].concat());
    let page = desk.run("explain", &[&path, "--as-of", "2026-12-10"]).out;
    has(
        &page,
        "Return comes back on Wed 30 December 2026, 09:45 (in 20 days 8 hours)",
    );
    has(
        &page,
        "Next goes to Visitor if nothing happens on Wed 30 December 2026, 09:45 (in",
    );
    let page = desk.run("explain", &[&path, "--as-of", "2027-01-10"]).out;
    has(&page, "Not now → Visitor, by itself");
}

#[test]
fn a_record_is_explained_as_json_too_and_as_narrow_as_the_terminal() {
    let desk = Desk::new();
    let path = desk.kept("r1", &[DEMO, ACCEPT].concat());
    let ran = desk.run("explain", &[&path, "--as-of", "2026-12-01", "--json"]);
    let told = &lines(&ran.out)[0];
    assert_eq!(told["record"], value(&path)["record"]);
    assert_eq!(
        told["clocks"],
        json!([{ "working": true, "left_ms": 900_000 }])
    );
    assert_eq!(told["utc_offset_ms"], 3_600_000);
    for width in [44, 60, 100] {
        let ran = command(&["explain", "-p", &desk.book, &path, "--as-of", "2026-12-01"])
            .env("COLUMNS", width.to_string())
            .output()
            .unwrap();
        let page = String::from_utf8(ran.stdout).unwrap();
        assert!(page.contains("What happened"), "{page}");
        assert!(
            page.lines().all(|line| line.chars().count() <= width),
            "{width}\n{page}"
        );
    }
}

#[test]
fn a_late_input_is_told_with_what_it_changed() {
    let desk = Desk::new();
    let path = desk.kept("r1", &[DEMO, ACCEPT].concat());
    // Sales sent it back before it was accepted, and that becomes known only now.
    let late = desk.folder.file(
        "late.json",
        r#"{"as_of":"2026-11-30T08:30:00Z","command":"recycle","by":"sales","reason":"later"}"#,
    );
    let ran = desk.run("advance", &[&path, &late, "-o", &path]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    has(&ran.out, "taken back Qualified → Accepted, accept by sdr");
    has(
        &ran.out,
        "moved Qualified → Not now, recycle by sales; reason: Later (later)",
    );
    let page = desk.run("explain", &[&path, "--as-of", "2026-12-01"]).out;
    has(
        &page,
        "09:30 Qualified → Not now, recycle by sales; reason: Later (later) (came",
    );
    has(
        &page,
        "09:45 Accept by sdr (Sam) (of no effect: what came in before it forbids it)",
    );
}
