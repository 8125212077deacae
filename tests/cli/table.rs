use super::{Folder, Ran, SMALL, lines, run, run_with, shipped};
use serde_json::json;

const MAP: &str = "\
id: Id
unknown: [\"\", Select]
as_of: 1970-01-01T00:00:01Z
source: crm
facts:
  account.industry: Industry
  account.employees: { column: Size, values: { many: 5000 }, unknown: [\"?\"] }
  contact.opted_in: Opt-in
  contact.tools: { column: Tools, values: { Both: [crm, mail] } }
  deal.close_date: Close
  contact.title: Title
outcome: { column: Won, won: [1, \"yes\"] }
";
const HEADER: &str = "Id,Industry,Size,Opt-in,Tools,Close,Title,Won\n";

fn score(table: impl AsRef<[u8]>, map: &str, args: &[&str]) -> Ran {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let map = folder.file("map.yaml", map);
    let table = folder.file("leads.csv", table);
    let mut all = vec!["score", "-p", &playbook, &table, "--map", &map];
    all.extend(args);
    let mut ran = run(&all);
    ran.err = ran.err.replace(&map, "map.yaml");
    ran
}

/// A playbook that puts every value to the proof.
const PROBE: &str = "\
leadstage: 1
name: probe
version: 1
attributes:
  contact.a: { type: boolean }
  contact.b: { type: number }
  contact.c: { type: choices, options: [x, y, z] }
  contact.d: { type: date }
  contact.e: { type: text }
segments:
  boolean: { contact.a: true }
  not_boolean: { contact.a: false }
  number: { contact.b: -1.5 }
  choices: { contact.c: { has_all: [x, z] } }
  no_choice: { contact.c: { has_none: [x, y, z] } }
  date: { contact.d: 2026-02-28 }
  text: { contact.e: \"one\\ntwo, \\\"three\\\"\" }
  text_unknown: { contact.e: { known: false } }
";

#[test]
fn cells_become_values_of_their_attributes_type() {
    let folder = Folder::new();
    let playbook = folder.file("probe.yaml", PROBE);
    let map = "facts: { contact.a: a, contact.b: b, contact.c: c, contact.d: d, contact.e: e }\n";
    let map = folder.file("map.yaml", map);
    let table = "a,b,c,d,e\r\n\
        YES, -1.5 , X; z ,2026-02-28,\"one\ntwo, \"\"three\"\"\"\r\n\
        0,2,;,2026-03-01,\r\n\
        True,-1.50,z;x;x,2026-02-28,other\r\n";
    let ran = run_with(
        &[
            "score", "-p", &playbook, "-", "--from", "csv", "--map", &map,
        ],
        table,
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let inside: Vec<Vec<String>> = lines(&ran.out)
        .iter()
        .map(|line| {
            let segments = line["decision"]["segments"].as_object().unwrap();
            let inside = segments.iter().filter(|(_, segment)| segment["in"] == true);
            inside.map(|(name, _)| name.clone()).collect()
        })
        .collect();
    assert_eq!(inside[0], ["boolean", "choices", "date", "number", "text"]);
    assert_eq!(inside[1], ["no_choice", "not_boolean", "text_unknown"]);
    assert_eq!(inside[2], ["boolean", "choices", "date", "number"]);
}

#[test]
fn the_map_says_what_cells_mean_and_which_say_nothing() {
    let rows = "a,software,many,yes,Both,2026-05-01,Boss,1\n\
        ,SELECT,?,select,,,,YES\n";
    let ran = score(format!("{HEADER}{rows}"), MAP, &["--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let out = lines(&ran.out);
    assert_eq!(out[0]["id"], "a");
    assert_eq!(out[0]["decision"]["as_of"], 1000);
    assert_eq!(out[0]["decision"]["scores"]["fit"]["value"], 30);
    assert_eq!(out[1]["id"], 2, "an empty id is none");
    assert_eq!(out[1]["decision"]["scores"]["fit"]["value"], 0);
    assert_eq!(
        out[1]["decision"]["scores"]["fit"]["high"], 30,
        "all is unknown"
    );
}

#[test]
fn cells_that_do_not_fit_are_told_by_row_and_column() {
    let rows = "a,farming,12.5,perhaps,crm;fax,2026-02-30,Boss,0\n\
        b,software,1,no,crm,2026-02-28,Boss,0\n\
        c,software,1\n\
        d,software,2000000,no,crm,,,\n";
    let ran = score(format!("{HEADER}{rows}"), MAP, &[]);
    assert_eq!(ran.code, 1);
    let out = lines(&ran.out);
    assert_eq!(out.len(), 4);
    let told: Vec<(&str, &str)> = out[0]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            (
                problem["code"].as_str().unwrap(),
                problem["path"].as_str().unwrap(),
            )
        })
        .collect();
    // In the order of the map's facts.
    let expected = [
        ("unknown_name", "/Industry"),
        ("wrong_type", "/Size"),
        ("wrong_type", "/Opt-in"),
        ("unknown_name", "/Tools"),
        ("bad_date", "/Close"),
    ];
    assert_eq!(told, expected);
    assert_eq!(out[0]["id"], "a");
    assert_eq!(out[0]["problems"][0]["line"], 2);
    let message = "column `Size`: expected a whole number, found `12.5`";
    assert_eq!(out[0]["problems"][1]["message"], message);
    assert_eq!(out[1]["id"], "b");
    assert!(out[1].get("decision").is_some());
    assert_eq!(
        out[2]["problems"][0]["message"],
        "the row has 3 cells, the header has 8"
    );
    let message = "column `Size`: expected a number between 1 and 1000000, found `2000000`";
    assert_eq!(out[3]["problems"][0]["message"], message);
    assert!(
        ran.err
            .starts_with("3 of 4 rows have problems:\n  row 1, line 2: column `Industry`"),
        "{}",
        ran.err
    );
}

#[test]
fn all_problems_of_a_map_are_told_at_once() {
    let map = "\
id: Idd
source: crn
facts:
  account.industri: Industry
  account.employees: { column: Sze, values: { many: lots }, value: 3 }
outcome: { column: Won }
stage: { column: Industry, values: { software: leed } }
";
    let ran = score(HEADER, map, &[]);
    assert_eq!((ran.code, &*ran.out), (1, ""));
    for told in [
        "`Idd` is not a column of this table\n --> map.yaml:1:5 (/id)",
        "did you mean `Id`?",
        "`crn` is not a source of this playbook\n --> map.yaml:2:9 (/source)",
        "`account.industri` is not an attribute of this playbook\n --> map.yaml:4:3",
        "`Sze` is not a column of this table\n --> map.yaml:5:32",
        "expected a whole number, found `lots`\n --> map.yaml:5:53",
        "`value` has no meaning here",
        "`won` is missing",
        "`leed` is not a stage of this playbook",
        "8 problems in map.yaml",
    ] {
        assert!(ran.err.contains(told), "{told}\n---\n{}", ran.err);
    }
    let ran = score(
        "Id,Id,Industry\n",
        "id: Id\nfacts: { account.industry: Industry }\n",
        &[],
    );
    assert!(
        ran.err.contains("the table has several columns `Id`"),
        "{}",
        ran.err
    );
    assert_eq!(score(HEADER, "facts: {}", &[]).code, 1);
    assert_eq!(score(HEADER, "", &[]).code, 1);
}

#[test]
fn the_table_may_tell_the_stage_and_the_instant() {
    let map = "\
as_of: { column: Seen }
facts: { account.industry: Industry }
stage: { column: Stage, since: Since, values: { Marketing Qualified: mql } }
";
    let table = "Industry,Seen,Stage,Since\n\
        software,2026-01-01,marketing qualified,2025-12-01\n\
        software,1000,Lead,\n\
        software,soon,Opportunity,\n\
        software,,,\n";
    let ran = score(table, map, &["--summary"]);
    assert_eq!(ran.code, 1);
    let out = lines(&ran.out);
    assert_eq!(out[0]["decision"]["as_of"], 1_767_225_600_000_i64);
    assert_eq!(out[0]["decision"]["stage"]["from"], "mql");
    assert_eq!(out[1]["decision"]["as_of"], 1000);
    assert_eq!(out[1]["decision"]["stage"]["from"], "lead");
    let codes: Vec<_> = out[2]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["code"])
        .collect();
    assert_eq!(codes, ["unknown_name", "bad_time"]);
    assert_eq!(
        out[3]["decision"]["stage"]["from"], "lead",
        "the playbook's initial stage"
    );
}

#[test]
fn the_summary_counts_by_band_with_the_rate_of_the_won() {
    // Band A: 20 points or more. Three software companies, of which two were won; one retailer without an outcome.
    let rows = "1,software,,,,,,yes\n2,software,,,,,,1\n3,software,,,,,,0\n4,retail,,,,,,\n5,farming,,,,,,1\n";
    let ran = score(format!("{HEADER}{rows}"), MAP, &["--summary"]);
    assert_eq!(ran.code, 1);
    let squeezed: Vec<String> = ran
        .err
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for line in [
        "5 rows, 1 with problems",
        "score fit rows share won rate",
        "A 3 75.0% 2 66.7%",
        "B 1 25.0% 0 -",
        "lead 4 100.0% 2 66.7%",
        "2 of 3 with a known outcome were won (66.7%)",
    ] {
        assert!(
            squeezed.iter().any(|found| found == line),
            "{line}\n---\n{}",
            ran.err
        );
    }
    let folder = Folder::new();
    let out = folder.path("out.jsonl");
    let ran = score(
        format!("{HEADER}{rows}"),
        MAP,
        &["--summary", "--json", "-o", &out],
    );
    let summary = lines(&ran.out).remove(0);
    assert_eq!(summary["rows"], 5);
    assert_eq!(summary["problems"], 1);
    assert_eq!(
        (&summary["known_outcomes"], &summary["won"]),
        (&json!(3), &json!(2))
    );
    let fit = &summary["parts"][0];
    assert_eq!((&fit["of"], &fit["name"]), (&json!("score"), &json!("fit")));
    assert_eq!(
        fit["counts"][0],
        json!({ "value": "A", "rows": 3, "known_outcomes": 3, "won": 2 })
    );
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 5);
}

#[test]
fn other_delimiters_marks_and_line_ends() {
    let comma = "Id,Industry\na,software\n";
    let map = "id: Id\nas_of: 1000\nfacts: { account.industry: Industry }\n";
    let plain = score(comma, map, &[]);
    assert_eq!(plain.code, 0, "{}", plain.err);
    assert!(
        plain.out.contains("\"fit\":{\"value\":20,"),
        "{}",
        plain.out
    );
    let windows = format!("\u{feff}{}", comma.replace('\n', "\r\n"));
    assert_eq!(score(windows, map, &[]).out, plain.out);
    assert_eq!(
        score(comma.replace(',', ";"), map, &["--delimiter", ";"]).out,
        plain.out
    );
    assert_eq!(
        score(comma.replace(',', "\t"), map, &["--delimiter", "tab"]).out,
        plain.out
    );
    assert_eq!(score(comma, map, &["--delimiter", "long"]).code, 2);
    assert_eq!(score("Id,Industry\n", map, &[]).out, "");
}

#[test]
fn what_is_no_text_is_a_problem_of_its_row() {
    let map = "id: Id\nfacts: { contact.title: Title }\n";
    let ran = score(b"Id,Title\na,Caf\xe9\nb,Caf\xc3\xa9\n", map, &[]);
    assert_eq!(ran.code, 1);
    let out = lines(&ran.out);
    assert_eq!(out[0]["id"], 1);
    assert_eq!(out[0]["problems"][0]["code"], "syntax");
    assert_eq!(out[1]["id"], "b");
    let empty = score("", map, &[]);
    assert_eq!(empty.code, 3);
    assert!(empty.err.contains("has no header"), "{}", empty.err);
}

#[test]
fn a_quote_that_nobody_closes_does_not_fill_the_memory() {
    let map = "id: Id\nfacts: { contact.title: Title }\n";
    let table = format!("Id,Title\na,\"{}", "open\n".repeat(8 << 20));
    let ran = score(table, map, &[]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("is a quote left open?"), "{}", ran.err);
}

#[test]
fn the_sample_of_the_web_shop_is_scored() {
    let folder = shipped("playbooks/online-shoppers");
    let sample = std::fs::read_dir(&folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        (path.extension()? == "csv").then_some(path)
    });
    let sample = sample.expect("the playbook has sample data");
    let ran = run(&[
        "score",
        "-p",
        &format!("{folder}/playbook.yaml"),
        sample.to_str().unwrap(),
        "--map",
        &format!("{folder}/map.yaml"),
        "--summary",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = std::fs::read_to_string(&sample).unwrap().lines().count() - 1;
    assert_eq!(ran.out.lines().count(), rows);
    assert!(
        ran.err.contains("with a known outcome were won"),
        "{}",
        ran.err
    );
}
