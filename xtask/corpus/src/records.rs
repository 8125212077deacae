//! Records with made-up inputs, and what the native build makes of them.

use crate::Outcome;
use crate::cases::{beside_playbooks, files, listed, read};
use crate::dice::Dice;
use crate::generated::hash;
use crate::inputs::Book;
use leadstage::lifecycle::{Input, Lifecycle, Record, duplicates};
use leadstage_oracle::random::Random;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Inputs in all, about.
const INPUTS: usize = 24_000;
/// Inputs of one record.
const LENGTH: usize = 40;
const HOUR_MS: i64 = 3_600_000;
/// 2 November 2026, a Monday.
const BEGIN_MS: i64 = 1_793_577_600_000;

/// Writes `records/*.jsonl`: a playbook's document, then a record a line with the hash of every answer.
pub fn write(folder: &Path) -> Outcome {
    let lists = folder.join("records");
    std::fs::create_dir_all(&lists)?;
    let mut books = Vec::new();
    for file in files("tests/conformance/lifecycle")?
        .into_iter()
        .chain(beside_playbooks()?)
    {
        let written = match &read(&file)?["playbook"] {
            Value::String(path) => read(&file.with_file_name(path))?,
            inline => inline.clone(),
        };
        if let Ok(lifecycle) = Lifecycle::parse(&written.to_string()) {
            books.push((Arc::new(lifecycle), written));
        }
    }
    let records = INPUTS.div_ceil(LENGTH).div_ceil(books.len().max(1));
    let mut sums = Sums::default();
    for (place, (lifecycle, document)) in books.iter().enumerate() {
        let mut text = json!({ "document": document.to_string() }).to_string();
        text.push('\n');
        let book = Book::new(document.clone());
        let mut made = Vec::new();
        for number in 0..records {
            let seed = (place * 1_000_000 + number) as u64;
            let (record, line) = story(lifecycle, &book, seed, made.last(), &mut sums)?;
            writeln!(text, "{line}")?;
            made.push(record);
        }
        writeln!(
            text,
            "{}",
            json!({ "duplicates": duplicates(&made).to_json() })
        )?;
        std::fs::write(lists.join(format!("{place:02}.jsonl")), text)?;
    }
    std::fs::write(folder.join("records.txt"), sums.inputs.to_string())?;
    let Sums {
        inputs,
        done,
        refused,
        bad,
    } = sums;
    println!(
        "{inputs} inputs to records of {} playbooks: {done} taken in, {refused} refused, {bad} bad",
        books.len()
    );
    match done > 5_000 && refused > 500 && bad > 100 {
        true => Ok(()),
        false => Err("the inputs to records say too little".into()),
    }
}

#[derive(Default)]
struct Sums {
    inputs: usize,
    done: usize,
    refused: usize,
    bad: usize,
}

/// Takes one record through made-up inputs; now and then it takes in the record before it.
fn story(
    lifecycle: &Arc<Lifecycle>,
    book: &Book,
    seed: u64,
    other: Option<&Record>,
    sums: &mut Sums,
) -> Outcome<(Record, Value)> {
    let mut dice = Dice(Random::new(seed));
    let id = format!("record {seed}");
    let mut record = Record::new(lifecycle.clone(), Some(&id));
    let mut now = BEGIN_MS;
    let mut steps = Vec::new();
    for _ in 0..LENGTH {
        let late = now > BEGIN_MS && dice.once_in(12);
        let as_of = match late {
            true => now - dice.below(400) as i64 * HOUR_MS / 2,
            false => {
                let weeks = if dice.once_in(25) { 900 } else { 0 };
                now += (weeks + dice.below(60) as i64) * HOUR_MS / 2;
                now
            }
        };
        let merged = other.filter(|it| dice.once_in(60) && it.journal_from(1).next().is_some());
        let input = match merged {
            Some(other) => merging(other)?,
            None => book.input(&mut dice, as_of, record.stage()),
        };
        sums.inputs += 1;
        let answer = match Input::parse(lifecycle, &input.to_string()) {
            Ok(input) => {
                let answer = record.advance(&input, as_of);
                sums.done += usize::from(answer.is_done());
                sums.refused += usize::from(!answer.refused().is_empty());
                answer.to_json()
            }
            Err(problems) => {
                sums.bad += 1;
                listed(problems.iter())?.to_string()
            }
        };
        steps.push(json!([input, as_of, hash(&answer)]));
    }
    let line = json!({
        "id": id,
        "steps": steps,
        "kept_sha256": hash(&record.to_kept()),
        "head": record.head(),
        "as_of": now,
        "explained_sha256": hash(&record.explain(now)),
    });
    Ok((record, line))
}

fn merging(other: &Record) -> Outcome<Value> {
    let lines = other.journal_from(1).map(serde_json::from_str);
    let journal: Vec<Value> = lines.collect::<Result<_, _>>()?;
    Ok(json!({ "merge": { "id": other.id(), "journal": journal } }))
}
