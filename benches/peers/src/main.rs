//! Other engines in Rust on the standard workload: `leadstage-bench-peers WORKLOAD_DIR`.
//!
//! Like `bench.mjs --serve` it takes one command a line from the harness, `check` or `round`, and answers with a line of JSON.
//! `bench.mjs --peers` has written the rules and the leads before.

mod clock;
mod datalogic;

use datalogic::Logics;
use serde_json::{Value, json};
use std::error::Error;
use std::fs::read_to_string;
use std::io::{BufRead, Write};
use std::path::Path;

/// In points.
const TOLERANCE: f64 = 0.01;
const FIT: [f64; 3] = [25.0, 40.0, 50.0];
const INTENT: [f64; 4] = [5.0, 30.0, 40.0, 55.0];

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub struct Outcome {
    fit: f64,
    intent: f64,
    gate: i64,
}

fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("usage: leadstage-bench-peers WORKLOAD_DIR")?;
    let read = |name: &str| read_to_string(Path::new(&folder).join(name));
    let logics = Logics::compile(&read("json-logic.json")?)?;
    let text = read("aged.jsonl")?;
    let leads: Vec<&str> = text.lines().collect();
    let parsed = datalogic::parse(&leads)?;
    let expected: Vec<Outcome> = read("expected.jsonl")?
        .lines()
        .map(outcome)
        .collect::<Result<_>>()?;

    let names = ["datalogic-rs, parsed", "datalogic-rs, JSON text"];
    for command in std::io::stdin().lock().lines() {
        let answer = if command? == "check" {
            json!([
                check(names[0], &expected, |lead| logics.decide(&parsed[lead]))?,
                check(names[1], &expected, |lead| logics.decide_text(leads[lead]))?,
            ])
        } else {
            json!({
                names[0]: clock::rate(&parsed, |lead| logics.decide(lead))?,
                names[1]: clock::rate(&leads, |lead| logics.decide_text(lead))?,
            })
        };
        let mut output = std::io::stdout().lock();
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn outcome(line: &str) -> Result<Outcome> {
    let outcome: Value = serde_json::from_str(line)?;
    let number = |name: &str| outcome[name].as_f64().ok_or("no number");
    Ok(Outcome {
        fit: number("fit")?,
        intent: number("intent")?,
        gate: outcome["gate"].as_i64().ok_or("no gate")?,
    })
}

/// Compares every lead with the hand-written Rust.
fn check(
    name: &str,
    expected: &[Outcome],
    run: impl Fn(usize) -> Result<Outcome>,
) -> Result<Value> {
    let (mut furthest, mut near_threshold, mut differ) = (0.0f64, 0, 0);
    let mut first = Value::Null;
    for (lead, expected) in expected.iter().enumerate() {
        let found = run(lead)?;
        let off = f64::max(
            (found.fit - expected.fit).abs(),
            (found.intent - expected.intent).abs(),
        );
        furthest = furthest.max(off);
        let scores = off <= TOLERANCE;
        let gate = found.gate == expected.gate;
        let near = is_near(expected.fit, &FIT) || is_near(expected.intent, &INTENT);
        if scores && !gate && near {
            near_threshold += 1;
        } else if !scores || !gate {
            differ += 1;
            if first.is_null() {
                let Outcome { fit, intent, gate } = found;
                first = json!({ "lead": lead, "outcome": { "fit": fit, "intent": intent, "gate": gate } });
            }
        }
    }
    Ok(json!({
        "name": name,
        "furthest": furthest,
        "nearThreshold": near_threshold,
        "differ": differ,
        "first": first,
    }))
}

fn is_near(score: f64, thresholds: &[f64]) -> bool {
    thresholds
        .iter()
        .any(|threshold| (score - threshold).abs() <= TOLERANCE)
}
