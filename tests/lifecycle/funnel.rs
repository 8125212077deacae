//! Conversion per stage: an example worked by hand, and a plain count over random records.

use super::random::{BOOK, wander};
use super::{advance, json, lifecycle};
use leadstage::lifecycle::{Cohort, Funnel, Kept, Lifecycle, Record};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const PATH: &str = r#"
leadstage: 1
name: path
version: 1
stages: { visitor: {}, lead: {}, mql: {}, sal: {}, customer: {}, lost: {}, recycled: {} }
initial: visitor
transitions:
  - { from: visitor, to: lead, on: qualify, by: m }
  - { from: visitor, to: mql, on: accept, by: m, skips: [lead] }
  - { from: lead, to: mql, on: qualify, by: m }
  - { from: mql, to: sal, on: accept, by: m }
  - { from: mql, to: recycled, on: reject, by: m }
  - { from: sal, to: recycled, on: recycle, by: m }
  - { from: sal, to: customer, on: win, by: m }
  - { from: sal, to: lost, on: lose, by: m }
  - { from: recycled, to: mql, on: reopen, by: m }
  - { from: customer, to: customer, on: own, by: m }
reasons: { price: { for: [reject, recycle, lose] }, time: { for: [reject, recycle, lose] } }
"#;

/// When, which command, and its reason.
type Orders = &'static [(i64, &'static str, &'static str)];

/// a: visitor 0, lead 10, mql 30, sal 60, customer 100, customer again 150.
/// b: visitor 0, mql 5 (lead inferred), recycled 25, mql 45, recycled 75.
/// c: visitor 100, lead 140.
/// d: visitor 200, lead 250, mql 260, sal 300, recycled 340.
/// e: visitor 300.
const RECORDS: [(&str, i64, Orders); 5] = [
    (
        "a",
        0,
        &[
            (10, "qualify", ""),
            (30, "qualify", ""),
            (60, "accept", ""),
            (100, "win", ""),
            (150, "own", ""),
        ],
    ),
    (
        "b",
        0,
        &[
            (5, "accept", ""),
            (25, "reject", "time"),
            (45, "reopen", ""),
            (75, "reject", "price"),
        ],
    ),
    ("c", 100, &[(140, "qualify", "")]),
    (
        "d",
        200,
        &[
            (250, "qualify", ""),
            (260, "qualify", ""),
            (300, "accept", ""),
            (340, "recycle", "price"),
        ],
    ),
    ("e", 300, &[]),
];

fn records(lifecycle: &Arc<Lifecycle>) -> Vec<Kept> {
    let made = RECORDS.iter().map(|(id, begun, orders)| {
        let mut record = Record::new(lifecycle.clone(), Some(id));
        advance(&mut record, *begun, "events: []");
        for (at, command, reason) in *orders {
            let reason = match *reason {
                "" => String::new(),
                reason => format!(", reason: {reason}"),
            };
            let input = format!("{{ command: {command}, by: m{reason} }}");
            let answer = advance(&mut record, *at, &input);
            assert!(answer.is_done(), "{id}: {}", answer.to_json());
        }
        Kept::parse(&record.to_kept()).expect("a record")
    });
    made.collect()
}

fn counted(lifecycle: &Arc<Lifecycle>, cohort: Cohort, records: &[Kept]) -> Value {
    let mut funnel = Funnel::new(lifecycle.clone(), cohort);
    for record in records {
        funnel.add(record).expect("a good record");
    }
    json(&funnel.to_json())
}

fn of(found: &Value, stage: &str) -> Value {
    let stages = found["stages"].as_array().expect("a list");
    let found = stages.iter().find(|it| it["stage"] == stage);
    found.expect("the stage").clone()
}

fn rates(of: u64, list: &[(&str, u64, u64)]) -> Value {
    let rate = |(to, records, permille): &(&str, u64, u64)| json!({ "to": to, "records": records, "of": of, "permille": permille });
    list.iter().map(rate).collect()
}

#[test]
fn five_records_are_counted_as_on_paper() {
    let lifecycle = lifecycle(PATH);
    let mut records = records(&lifecycle);
    let empty = Record::new(lifecycle.clone(), Some("f")).to_kept();
    records.push(Kept::parse(&empty).expect("a record"));
    let found = counted(&lifecycle, Cohort::default(), &records);
    // f has no entries, so it hasn't begun.
    assert_eq!(
        (&found["records"], &found["outside"], &found["differing"]),
        (&json!(5), &json!(1), &json!(0))
    );
    // a 10, b 5, c 40, d 50; e is there. In order 5, 10, 40, 50: places 1, 2, 3. b came to lead by the skip.
    let spent = |records: u64, lower: u64, median: u64, upper: u64| json!({ "records": records, "lower_ms": lower, "median_ms": median, "upper_ms": upper });
    assert_eq!(
        of(&found, "visitor"),
        json!({
            "stage": "visitor", "reached": 5, "inferred": 0, "now": 1, "times": 5, "spent": spent(4, 5, 10, 40),
            "next": rates(5, &[("lead", 4, 800)]),
            "after": rates(5, &[("customer", 1, 200), ("lead", 4, 800), ("mql", 3, 600), ("recycled", 2, 400), ("sal", 2, 400)]),
            "off": [],
        })
    );
    // a, b (inferred), c (there now), d. a 20, d 10; b has no time here. In order 10, 20: places 1, 1, 2.
    assert_eq!(
        of(&found, "lead"),
        json!({
            "stage": "lead", "reached": 4, "inferred": 1, "now": 1, "times": 3, "spent": spent(2, 10, 10, 20),
            "next": rates(4, &[("mql", 3, 750)]),
            "after": rates(4, &[("customer", 1, 250), ("mql", 3, 750), ("recycled", 2, 500), ("sal", 2, 500)]),
            "off": [],
        })
    );
    // a 30, b 20 + 30, d 40: places 1, 2, 3. Two of three are 66.67 %. b was rejected twice; only its first move out counts as next.
    assert_eq!(
        of(&found, "mql"),
        json!({
            "stage": "mql", "reached": 3, "inferred": 0, "now": 0, "times": 4, "spent": spent(3, 30, 40, 50),
            "next": rates(3, &[("recycled", 1, 333), ("sal", 2, 667)]),
            "after": rates(3, &[("customer", 1, 333), ("recycled", 2, 667), ("sal", 2, 667)]),
            "off": [ { "on": "reject", "records": 1, "moves": 2, "reasons": [ { "reason": "price", "moves": 1 }, { "reason": "time", "moves": 1 } ] } ],
        })
    );
    // a 40, d 40.
    let recycled = json!({ "on": "recycle", "records": 1, "moves": 1, "reasons": [ { "reason": "price", "moves": 1 } ] });
    assert_eq!(
        of(&found, "sal"),
        json!({
            "stage": "sal", "reached": 2, "inferred": 0, "now": 0, "times": 2, "spent": spent(2, 40, 40, 40),
            "next": rates(2, &[("customer", 1, 500), ("recycled", 1, 500)]),
            "after": rates(2, &[("customer", 1, 500), ("recycled", 1, 500)]),
            "off": [recycled],
        })
    );
    let nothing = json!({ "records": 0, "lower_ms": null, "median_ms": null, "upper_ms": null });
    // b was back in mql once; both stand here now.
    assert_eq!(
        of(&found, "recycled"),
        json!({
            "stage": "recycled", "reached": 2, "inferred": 0, "now": 2, "times": 3, "spent": nothing,
            "next": rates(2, &[("mql", 1, 500)]), "after": rates(2, &[("mql", 1, 500)]), "off": [],
        })
    );
    // A customer who enters it again has not gone on.
    assert_eq!(
        of(&found, "customer"),
        json!({ "stage": "customer", "reached": 1, "inferred": 0, "now": 1, "times": 2, "spent": nothing, "next": [], "after": [], "off": [] })
    );
    assert_eq!(
        of(&found, "lost"),
        json!({ "stage": "lost", "reached": 0, "inferred": 0, "now": 0, "times": 0, "spent": nothing, "next": [], "after": [], "off": [] })
    );
    let rejected = of(&found, "mql")["off"][0].clone();
    assert_eq!(found["off"], json!([rejected, recycled]));
}

#[test]
fn a_cohort_is_those_that_reached_a_stage_in_a_time() {
    let lifecycle = lifecycle(PATH);
    let records = records(&lifecycle);
    let records_of = |stage: Option<&str>, from: Option<i64>, to: Option<i64>| {
        let stage = stage.map(Box::from);
        let found = counted(&lifecycle, Cohort { stage, from, to }, &records);
        let counts = ["records", "outside"].map(|key| found[key].as_u64().expect("a number"));
        assert_eq!(counts[0] + counts[1], 5);
        counts[0]
    };
    // They begin at 0, 0, 100, 200 and 300; the end is outside.
    assert_eq!(records_of(None, Some(100), Some(200)), 1);
    assert_eq!(records_of(None, Some(100), Some(201)), 2);
    assert_eq!(records_of(None, None, Some(100)), 2);
    assert_eq!(records_of(None, Some(101), None), 2);
    // mql at 30, 5 (again at 45) and 260.
    assert_eq!(records_of(Some("mql"), None, None), 3);
    assert_eq!(records_of(Some("mql"), Some(30), Some(260)), 1);
    // lead of b, inferred at 5.
    assert_eq!(records_of(Some("lead"), Some(5), Some(6)), 1);
    let cohort = Cohort {
        stage: Some("mqls".into()),
        ..Cohort::default()
    };
    let found = Funnel::new(lifecycle.clone(), cohort)
        .add(&records[0])
        .expect_err("no such stage");
    assert_eq!(found.iter().next().map(|it| it.code), Some("unknown_name"));
}

#[test]
fn a_bad_record_is_refused_and_not_counted() {
    let lifecycle = lifecycle(PATH);
    let records = records(&lifecycle);
    let mut funnel = Funnel::new(lifecycle.clone(), Cohort::default());
    let mut record = Record::new(lifecycle.clone(), Some("g"));
    advance(&mut record, 7, "events: []");
    let text = record.to_kept();
    let bad =
        Kept::parse(&text.replacen("\"as_of\":7", "\"as_of\":8", 1)).expect("its form is good");
    let before = funnel.to_json();
    let found = funnel.add(&bad).expect_err("it was altered");
    assert_eq!(found.iter().next().map(|it| it.code), Some("altered"));
    assert_eq!(funnel.to_json(), before);
    // By a playbook in which nobody may win, a comes out otherwise: it stays in sal.
    let other = super::lifecycle(&PATH.replace("on: win, by: m", "on: win, by: nobody"));
    let found = counted(&other, Cohort::default(), &records);
    assert_eq!(found["differing"], 1);
    assert_eq!(of(&found, "sal")["now"], 1);
}

/// A record's way by what it tells: stage, instant, and whether it was there.
fn way(record: &Record) -> (Vec<(String, i64, bool)>, Vec<Value>) {
    let told = json(&record.explain(0));
    let (mut way, mut moves) = (Vec::new(), Vec::new());
    for entry in told["story"].as_array().expect("a list") {
        for step in entry["moves"].as_array().expect("a list") {
            let at = step["at"].as_i64().expect("an instant");
            for skipped in step["skipped"].as_array().expect("a list") {
                way.push((skipped.as_str().expect("a name").to_owned(), at, false));
            }
            way.push((step["to"].as_str().expect("a name").to_owned(), at, true));
            moves.push(step.clone());
        }
    }
    (way, moves)
}

/// The least value that so many quarters of all don't exceed.
fn quartile(values: &[i64], quarter: usize) -> Value {
    let mut reached: Vec<i64> = values.to_vec();
    reached.retain(|value| {
        4 * values.iter().filter(|it| *it <= value).count() >= quarter * values.len()
    });
    json!(reached.iter().min())
}

fn tally(counts: &BTreeMap<String, u64>, of: u64) -> Value {
    let rate = |(to, count): (&String, &u64)| {
        let tenths = (0..=1_000).filter(|tenths| 2 * tenths * of <= 2_000 * count + of);
        json!({ "to": to, "records": count, "of": of, "permille": tenths.max() })
    };
    counts.iter().map(rate).collect()
}

fn naive_off(all: &[Vec<Value>], from: Option<&str>) -> Value {
    let mut list = Vec::new();
    for command in ["reject", "recycle", "disqualify", "lose"] {
        let fits =
            |step: &&Value| step["on"] == command && from.is_none_or(|from| step["from"] == from);
        let moves: Vec<&Value> = all.iter().flatten().filter(fits).collect();
        let records = all.iter().filter(|moves| moves.iter().any(|it| fits(&it)));
        let names: BTreeSet<&str> = moves
            .iter()
            .filter_map(|it| it["reason"].as_str())
            .collect();
        let reasons: Value = names
            .iter()
            .map(|name| {
                let same = moves.iter().filter(|it| it["reason"] == *name).count();
                json!({ "reason": name, "moves": same })
            })
            .collect();
        if !moves.is_empty() {
            list.push(json!({ "on": command, "records": records.count(), "moves": moves.len(), "reasons": reasons }));
        }
    }
    json!(list)
}

#[test]
fn a_plain_count_over_random_records_gives_the_same() {
    let lifecycle = lifecycle(BOOK);
    let mut stages = vec![
        "visitor",
        "lead",
        "mql",
        "pql",
        "sal",
        "opportunity",
        "customer",
        "lost",
        "recycled",
        "inactive",
        "spam",
    ];
    stages.sort_unstable();
    let mut offs = BTreeSet::new();
    let (mut inferred_seen, mut late_seen) = (0, 0);
    for group in 0..6 {
        let records: Vec<Record> = (0..30)
            .map(|place| wander(&lifecycle, group * 1_000 + place, 60))
            .collect();
        let kept: Vec<Kept> = records
            .iter()
            .map(|record| Kept::parse(&record.to_kept()).expect("a record"))
            .collect();
        let found = counted(&lifecycle, Cohort::default(), &kept);
        let (ways, moves): (Vec<_>, Vec<_>) = records.iter().map(way).unzip();
        late_seen += kept
            .iter()
            .filter(|it| it.journal().contains("\"taken_back\""))
            .count();
        for stage in &stages {
            let (mut reached, mut inferred, mut now, mut times) = (0, 0, 0, 0);
            let mut spent = Vec::new();
            let (mut next, mut after) = (BTreeMap::new(), BTreeMap::new());
            for way in &ways {
                let here: Vec<usize> = (0..way.len()).filter(|at| way[*at].0 == *stage).collect();
                let Some(first) = here.first() else { continue };
                reached += 1;
                let stays: Vec<usize> = here.iter().copied().filter(|at| way[*at].2).collect();
                times += stays.len();
                inferred += u64::from(stays.is_empty());
                let there = way.last().is_some_and(|it| it.0 == *stage);
                now += u64::from(there);
                if !there && !stays.is_empty() {
                    // What comes next in the way has the instant of leaving, whether it was skipped or not.
                    spent.push(
                        stays
                            .iter()
                            .map(|at| way[at + 1].1 - way[*at].1)
                            .sum::<i64>(),
                    );
                }
                let out = here
                    .iter()
                    .find_map(|at| way.get(at + 1).filter(|it| it.0 != *stage));
                if let Some(out) = out {
                    *next.entry(out.0.clone()).or_default() += 1;
                }
                let later: BTreeSet<&String> = way
                    .iter()
                    .skip(*first)
                    .map(|it| &it.0)
                    .filter(|it| **it != *stage)
                    .collect();
                for to in later {
                    *after.entry(to.clone()).or_default() += 1;
                }
            }
            inferred_seen += inferred;
            let wanted = json!({
                "stage": stage, "reached": reached, "inferred": inferred, "now": now, "times": times,
                "spent": { "records": spent.len(), "lower_ms": quartile(&spent, 1), "median_ms": quartile(&spent, 2), "upper_ms": quartile(&spent, 3) },
                "next": tally(&next, reached), "after": tally(&after, reached), "off": naive_off(&moves, Some(stage)),
            });
            assert_eq!(of(&found, stage), wanted, "group {group}");
        }
        assert_eq!(found["off"], naive_off(&moves, None), "group {group}");
        offs.extend(
            found["off"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|it| it["on"].to_string()),
        );
        // The order of the records doesn't matter.
        let backwards: Vec<Kept> = kept.iter().rev().cloned().collect();
        assert_eq!(counted(&lifecycle, Cohort::default(), &backwards), found);
    }
    assert!(
        inferred_seen > 0 && late_seen > 0 && offs.len() >= 3,
        "{inferred_seen} {late_seen} {offs:?}"
    );
}
