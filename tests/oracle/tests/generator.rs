//! What the generator reaches, and that the oracle's decisions keep the rules of the page.

use leadstage_oracle::{answer, answer_within, generate, verify};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;

const SEEDS: u64 = 3_000;

#[derive(Default)]
struct Share {
    hits: u64,
    of: u64,
}

#[derive(Default)]
struct Shares(BTreeMap<&'static str, Share>);

impl Shares {
    fn note(&mut self, name: &'static str, hit: bool) {
        let share = self.0.entry(name).or_default();
        share.of += 1;
        share.hits += u64::from(hit);
    }

    fn percent(&self, name: &str) -> f64 {
        self.0
            .get(name)
            .map_or(0.0, |s| 100.0 * s.hits as f64 / s.of as f64)
    }
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let map = value.as_object().into_iter().flat_map(|m| m.values());
    map.chain(value.as_array().into_iter().flatten())
}

fn note(shares: &mut Shares, decision: &Value) {
    let settled = |v: &Value| v["settled"] == true;
    for score in each(&decision["scores"]) {
        shares.note("score: low < high", score["low"] != score["high"]);
        shares.note("score: has a value", score["value"] != serde_json::json!(0));
        for line in each(&score["ledger"]) {
            for kind in ["period", "decay", "rule_cap", "group_cap", "score_cap"] {
                shares.note(kind, line["line"] == kind);
            }
        }
    }
    for gate in each(&decision["gates"]) {
        shares.note("gate: open", gate["open"] == true);
        shares.note("gate: settled", settled(gate));
        shares.note("gate: by stay", gate["by"] == "stay");
        shares.note("gate: flips", !gate["flips_at"].is_null());
        if gate["open"] == false {
            let missing = &gate["missing"];
            shares.note("missing: facts", each(&missing["facts"]).next().is_some());
            shares.note(
                "missing: a fact opens",
                each(&missing["facts"]).any(|f| f["opens"] == true),
            );
            shares.note("missing: events", each(&missing["events"]).next().is_some());
            for event in each(&missing["events"]) {
                shares.note("missing: events until", !event["until"].is_null());
                shares.note(
                    "missing: several times",
                    event["times"] != serde_json::json!(1),
                );
            }
            for criterion in each(&missing["criteria"]) {
                shares.note("criteria: unknown", criterion == "unknown");
                shares.note("criteria: met", criterion == "met");
            }
        }
    }
    for segment in each(&decision["segments"]) {
        shares.note("segment: in", segment["in"] == true);
        shares.note("segment: settled", settled(segment));
    }
    for (name, key) in [
        ("icp", "tier"),
        ("persona", "name"),
        ("grade", "value"),
        ("route", "then"),
    ] {
        let part = &decision[name];
        if !part.is_null() {
            let (is, known) = match name {
                "icp" => ("icp: a tier", "icp: settled"),
                "persona" => ("persona: one", "persona: settled"),
                "grade" => ("grade: one", "grade: settled"),
                _ => ("route: one", "route: settled"),
            };
            shares.note(is, !part[key].is_null());
            shares.note(known, settled(part));
        }
    }
    if !decision["readiness"].is_null() {
        shares.note("readiness: ready", decision["readiness"]["ready"] == true);
        shares.note("readiness: settled", settled(&decision["readiness"]));
    }
    if !decision["route"].is_null() {
        shares.note("route: flips", !decision["route"]["flips_at"].is_null());
    }
    if !decision["stage"].is_null() {
        shares.note("stage: settled", settled(&decision["stage"]));
        let moves = each(&decision["stage"]["moves"]).count();
        shares.note("stage: moves", moves > 0);
        shares.note("stage: moves twice", moves > 1);
    }
    for fact in each(&decision["set_aside"]["facts"]) {
        for why in ["default", "not_allowed", "future", "outranked"] {
            shares.note(why, fact["why"] == why);
        }
    }
    for event in each(&decision["set_aside"]["events"]) {
        for why in ["duplicate", "automated", "future event"] {
            shares.note(why, event["why"] == why.trim_end_matches(" event"));
        }
    }
}

#[test]
fn reaches_what_matters() {
    let mut shares = Shares::default();
    let start = Instant::now();
    for seed in 0..SEEDS {
        let triple = generate(seed);
        let found = answer(&triple.playbook, "", &triple.evidence, triple.as_of);
        shares.note("loose", !found.loose.is_empty());
        let loose = |end: &str| found.loose.iter().any(|l| l.ends_with(end));
        shares.note("loose: settled", loose("/settled"));
        shares.note("loose: flips", loose("/flips_at"));
        note(&mut shares, &found.decision);
    }
    println!("{:?} for each", start.elapsed() / SEEDS as u32);
    for (name, share) in &shares.0 {
        println!("{:5.1} % of {:6} {name}", shares.percent(name), share.of);
    }
    for (name, low, high) in [
        ("loose: settled", 0.0, 30.0),
        ("loose: flips", 0.0, 30.0),
        ("score: low < high", 25.0, 75.0),
        ("score: has a value", 50.0, 95.0),
        ("period", 0.5, 50.0),
        ("decay", 5.0, 50.0),
        ("rule_cap", 3.0, 50.0),
        ("group_cap", 3.0, 50.0),
        ("score_cap", 1.0, 50.0),
        ("gate: open", 20.0, 70.0),
        ("gate: settled", 30.0, 85.0),
        ("gate: by stay", 4.0, 50.0),
        ("gate: flips", 6.0, 80.0),
        ("missing: facts", 15.0, 80.0),
        ("missing: a fact opens", 5.0, 80.0),
        ("missing: events", 10.0, 80.0),
        ("missing: events until", 5.0, 80.0),
        ("missing: several times", 10.0, 80.0),
        ("criteria: unknown", 8.0, 80.0),
        ("criteria: met", 8.0, 80.0),
        ("segment: in", 20.0, 80.0),
        ("segment: settled", 30.0, 85.0),
        ("icp: a tier", 30.0, 95.0),
        ("icp: settled", 20.0, 85.0),
        ("persona: one", 30.0, 95.0),
        ("persona: settled", 20.0, 85.0),
        ("grade: one", 20.0, 95.0),
        ("grade: settled", 15.0, 85.0),
        ("readiness: ready", 10.0, 80.0),
        ("readiness: settled", 20.0, 90.0),
        ("route: one", 60.0, 99.0),
        ("route: settled", 25.0, 85.0),
        ("route: flips", 6.0, 80.0),
        ("stage: settled", 30.0, 95.0),
        ("stage: moves", 10.0, 80.0),
        ("stage: moves twice", 1.0, 50.0),
        ("default", 3.0, 60.0),
        ("not_allowed", 3.0, 60.0),
        ("future", 3.0, 60.0),
        ("outranked", 10.0, 80.0),
        ("duplicate", 10.0, 80.0),
        ("automated", 10.0, 80.0),
        ("future event", 10.0, 80.0),
    ] {
        let percent = shares.percent(name);
        assert!(percent >= low && percent <= high, "{name}: {percent:.1} %");
    }
}

#[test]
fn the_same_seed_makes_the_same() {
    assert_eq!(generate(11), generate(11));
    assert_ne!(generate(11), generate(12));
}

#[test]
fn its_own_decisions_are_verified_and_wrong_ones_are_not() {
    let mut refused = BTreeMap::new();
    let start = Instant::now();
    for seed in 0..SEEDS {
        let triple = generate(seed);
        let check =
            |decision: &Value| verify(&triple.playbook, &triple.evidence, triple.as_of, decision);
        let found = answer(&triple.playbook, "digest", &triple.evidence, triple.as_of);
        if found
            .loose
            .iter()
            .all(|l| !l.contains("flips") && !l.contains("until"))
        {
            assert_eq!(check(&found.decision), Ok(()), "seed {seed}");
        }
        for pointer in [
            "/route/flips_at",
            "/stage/settled",
            "/scores/fit/value",
            "/scores/fit/high",
        ] {
            let mut wrong = found.decision.clone();
            let Some(place) = wrong.pointer_mut(pointer) else {
                continue;
            };
            let was = place.clone();
            *place = match &was {
                Value::Bool(b) => Value::Bool(!b),
                Value::Null => (triple.as_of + 1).into(),
                number => (number.as_f64().expect("a number") as i64 + 3).into(),
            };
            if seed % 10 == 0 && !found.loose.iter().any(|l| l == pointer) {
                let problems = check(&wrong).expect_err("a difference");
                assert!(problems[0].starts_with(pointer), "{problems:?}");
                *refused.entry(pointer).or_insert(0) += 1;
            }
        }
    }
    println!("{:?} for each", start.elapsed() / SEEDS as u32);
    assert!(
        refused.len() == 4 && refused.values().all(|n| *n > 50),
        "{refused:?}"
    );
}

#[test]
fn long_forecasts_are_checked() {
    let (mut right, mut wrong) = (0, 0);
    for seed in 0..SEEDS / 3 {
        let triple = generate(seed);
        let (playbook, evidence, as_of) = (&triple.playbook, &triple.evidence, triple.as_of);
        let loose = answer(playbook, "", evidence, as_of).loose;
        let flips: Vec<&String> = loose.iter().filter(|l| l.ends_with("flips_at")).collect();
        let Some(pointer) = flips.first() else {
            continue;
        };
        let found = answer_within(playbook, "", evidence, as_of, 1_000_000).decision;
        assert_eq!(
            verify(playbook, evidence, as_of, &found),
            Ok(()),
            "seed {seed}"
        );
        right += 1;
        let Some(at) = found.pointer(pointer).and_then(Value::as_i64) else {
            continue;
        };
        for other in [at + 1, at - 1] {
            let mut changed = found.clone();
            *changed.pointer_mut(pointer).expect("a forecast") = other.into();
            // A millisecond later it has most often flipped too, but then it flips too late.
            assert!(
                verify(playbook, evidence, as_of, &changed).is_err(),
                "seed {seed}"
            );
            wrong += 1;
        }
    }
    println!("{right} right ones, {wrong} wrong ones");
    assert!(right > 100 && wrong > 50);
}
