use super::{Folder, Ran, lines, run, run_with, shipped};
use serde_json::json;
use std::fs;

/// The four people of the smart-handoff README.
const PEOPLE: [(&str, &str); 4] = [
    (
        "ada",
        r#"{"as_of":"2026-11-02T10:00:00Z","facts":{"contact.email":"ada@example.com"},"events":[{"signal":"download","at":"2026-11-02T10:00:00Z","properties":{"journey":"awareness"}}]}
{"as_of":"2026-11-04T10:00:00Z","events":[{"signal":"download","at":"2026-11-04T10:00:00Z","properties":{"journey":"awareness"}}]}
{"as_of":"2026-11-05T10:00:00Z","command":"accept","by":"sales_development"}
{"as_of":"2026-11-06T10:00:00Z","command":"qualify","by":"sales_development","events":[{"signal":"call","at":"2026-11-06T09:30:00Z"}],"facts":[{"attribute":"deal.budget","value":true,"by":"sales_development","source":"person"},{"attribute":"deal.authority","value":true,"by":"sales_development","source":"person"},{"attribute":"deal.problem","value":"Slow handoff","by":"sales_development","source":"person"}]}
"#,
    ),
    (
        "ben",
        r#"{"as_of":"2026-11-02T10:00:00Z","facts":{"contact.email":"ben@example.com"},"events":[{"signal":"form","at":"2026-11-02T10:00:00Z","properties":{"form":"demo_request"}}]}
{"as_of":"2026-11-02T11:00:00Z","command":"accept","by":"sales_development"}
"#,
    ),
    (
        "cleo",
        r#"{"as_of":"2026-11-03T10:00:00Z","facts":{"contact.email":"cleo@example.com"},"events":[{"signal":"download","at":"2026-11-03T10:00:00Z","properties":{"journey":"consideration"}}]}
{"as_of":"2026-11-04T10:00:00Z","command":"reject","by":"sales_development","reason":"no_budget","note":"Next year"}
"#,
    ),
    (
        "dan",
        r#"{"as_of":"2026-11-09T10:00:00Z","facts":{"contact.email":"dan@example.com"},"events":[{"signal":"download","at":"2026-11-09T10:00:00Z","properties":{"journey":"awareness"}}]}
"#,
    ),
];

struct Desk {
    folder: Folder,
    book: String,
    records: String,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        let book = shipped("playbooks/smart-handoff/playbook.yaml");
        let mut all = String::new();
        for (id, inputs) in PEOPLE {
            let ran = run_with(
                &["advance", "-p", &book, "-", "--id", id, "-o", "-"],
                inputs,
            );
            assert_eq!(ran.code, 0, "{}", ran.err);
            all.push_str(&ran.out);
        }
        let records = folder.file("records.jsonl", all);
        Self {
            folder,
            book,
            records,
        }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut all = vec!["funnel", "-p", &self.book];
        all.extend(args);
        run(&all)
    }
}

fn squeezed(page: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    page.lines().map(words).collect()
}

/// The figures are worked out in the playbook's README.
#[test]
fn four_people_are_counted_as_the_readme_works_it_out() {
    let desk = Desk::new();
    let ran = desk.run(&[&desk.records]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let page = squeezed(&ran.out);
    for line in [
        "4 records by the playbook smart-handoff",
        "Visitor – 4 reached it, 0 there now",
        "Lead 4 of 4 100.0% 4 of 4 100.0%",
        "Lead – 4 reached it (1 by a skip), 1 there now",
        "Marketing qualified lead 3 of 4 75.0% 3 of 4 75.0%",
        "time less than a minute (median of 2 that left; quartiles less than a minute",
        "Marketing qualified lead – 3 reached it, 0 there now",
        "time 1 day (median of 3 that left; quartiles 1 hour and 1 day)",
        "Sales accepted lead 2 of 3 66.7% 2 of 3 66.7%",
        "Sales qualified lead 1 of 3 33.3%",
        "Recycled 1 of 3 33.3% 1 of 3 33.3%",
        "reject 1 record: No budget (no_budget) 1",
        "Sales accepted lead – 2 reached it, 1 there now",
        "Sales qualified lead 1 of 2 50.0% 1 of 2 50.0%",
        "Left the way, from whichever stage",
    ] {
        assert!(
            page.iter().any(|found| found == line),
            "{line}\n---\n{}",
            ran.out
        );
    }
    // As the playbook has them; stages that nobody reached are left out.
    let place = |text: &str| page.iter().position(|line| line.starts_with(text));
    assert!(
        place("Visitor –") < place("Lead –")
            && place("Lead –") < place("Marketing qualified lead –")
    );
    assert_eq!(place("Customer"), None);
    assert!(
        ran.out
            .lines()
            .all(|line| line.trim_end() == line && line.chars().count() <= 80),
        "{}",
        ran.out
    );
}

#[test]
fn the_same_comes_as_json_from_a_file_and_from_a_stream() {
    let desk = Desk::new();
    let ran = desk.run(&[&desk.records, "--json"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let found = &lines(&ran.out)[0];
    let stages = found["stages"].as_array().unwrap();
    let mql = stages.iter().find(|it| it["stage"] == "mql").unwrap();
    // Ada and Cleo a day, Ben an hour.
    assert_eq!(
        mql["spent"],
        json!({ "records": 3, "lower_ms": 3_600_000, "median_ms": 86_400_000, "upper_ms": 86_400_000 })
    );
    assert_eq!(
        mql["next"][1],
        json!({ "to": "sal", "records": 2, "of": 3, "permille": 667 })
    );
    let all = fs::read_to_string(&desk.records).unwrap();
    let streamed = run_with(&["funnel", "-p", &desk.book, "-", "--json"], &all);
    assert_eq!((streamed.code, &streamed.out), (0, &ran.out));
    // Blank lines are no records.
    let spaced = run_with(
        &["funnel", "-p", &desk.book, "-", "--json"],
        all.replace('\n', "\n \n"),
    );
    assert_eq!(spaced.out, ran.out);
}

#[test]
fn a_cohort_goes_by_when_a_stage_was_first_reached() {
    let desk = Desk::new();
    let cohort = [
        "--stage",
        "mql",
        "--from",
        "2026-11-03",
        "--to",
        "2026-11-04",
    ];
    let mut args = vec![&*desk.records];
    args.extend(cohort);
    // Ben was an MQL on the 2nd, Cleo on the 3rd, Ada on the 4th, Dan never.
    let page = squeezed(&desk.run(&args).out);
    assert_eq!(page[0], "1 record by the playbook smart-handoff");
    let note = page[1..3].join(" ");
    assert!(note.starts_with("that reached Marketing qualified lead from Tue 3 November 2026, 00:00 until before Wed 4 November 2026, 00:00 (UTC); 3 outside"), "{note}");
    args.push("--json");
    let found = lines(&desk.run(&args).out).remove(0);
    assert_eq!(
        (&found["records"], &found["outside"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(
        found["cohort"],
        json!({ "stage": "mql", "from": 1_793_664_000_000_i64, "to": 1_793_750_400_000_i64 })
    );
    let found = lines(
        &desk
            .run(&[&desk.records, "--from", "2026-11-09T10:00:00Z", "--json"])
            .out,
    )
    .remove(0);
    assert_eq!(found["records"], 1);
}

#[test]
fn lines_that_are_wrong_are_named_and_nothing_is_counted() {
    let desk = Desk::new();
    let all = fs::read_to_string(&desk.records).unwrap();
    let people: Vec<&str> = all.lines().collect();
    let altered = people[1].replacen("ben@example.com", "bob@example.com", 1);
    let bad = [people[0], &altered, "{", people[3], people[0]].join("\n");
    let bad = desk.folder.file("bad.jsonl", bad);
    let ran = desk.run(&[&bad]);
    assert_eq!((ran.code, &*ran.out), (1, ""));
    for part in [
        "error[altered]",
        "bad.jsonl:2:",
        "error[syntax]",
        "bad.jsonl:3:",
        "bad.jsonl:5:",
        "line 1 has a record of this id too",
    ] {
        assert!(ran.err.contains(part), "{part}\n{}", ran.err);
    }
    let ran = desk.run(&[&bad, "--json"]);
    let told = lines(&ran.out);
    let numbers: Vec<_> = told.iter().map(|it| it["line"].as_u64().unwrap()).collect();
    assert_eq!((ran.code, numbers), (1, vec![2, 3, 5]));
    assert_eq!(told[0]["problems"][0]["code"], "altered");
    let ran = run_with(&["funnel", "-p", &desk.book, "-"], b"\xff\n".repeat(103));
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("and 3 more lines are wrong"),
        "{}",
        ran.err
    );
}

#[test]
fn bad_usage_and_files_have_their_exit_codes() {
    let desk = Desk::new();
    let ran = desk.run(&[&desk.records, "--stage", "mqls"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("no stage `mqls`") && ran.err.contains("mql, "),
        "{}",
        ran.err
    );
    assert_eq!(
        desk.run(&[&desk.records, "--from", "2026-11-02", "--to", "2026-11-02"])
            .code,
        2
    );
    assert_eq!(desk.run(&[&desk.records, "--from", "yesterday"]).code, 2);
    assert_eq!(desk.run(&[&desk.folder.path("nothing.jsonl")]).code, 3);
    let empty = desk.folder.file("empty.jsonl", "");
    let ran = desk.run(&[&empty]);
    assert_eq!(
        (ran.code, &*ran.out),
        (0, "0 records by the playbook smart-handoff\n")
    );
    let help = run(&["funnel", "--help"]);
    assert_eq!(help.code, 0);
    assert!(
        ["--stage", "--from", "--to", "--json"]
            .iter()
            .all(|flag| help.out.contains(flag))
    );
    assert!(
        run(&["completions", "bash"])
            .out
            .contains("leadstage__subcmd__funnel")
    );
}
