//! Random walks: what must be true whatever comes.

use super::check::{Questions, Seen};
use super::inputs::{Dice, HOUR, Words};
use super::{NAMES, Ready, json};
use leadstage::lifecycle::{Record, replay, verify};
use leadstage_oracle::random::Random;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many inputs each playbook gets; `LEADSTAGE_WALKS` says otherwise. `LEADSTAGE_PLAYBOOK` says which one,
/// `LEADSTAGE_FIRST` after how many records.
const INPUTS: u64 = 1_500;
/// How many inputs a record gets.
const LENGTH: u64 = 100;
/// 1 January 2026.
const BEGIN: i64 = 1_767_225_600_000;

/// What was counted over all records.
#[derive(Default)]
struct Counts {
    inputs: u64,
    refused: u64,
    late: u64,
    moves: BTreeMap<String, u64>,
}

/// An input that was taken in.
struct Taken {
    as_of: i64,
    input: Value,
}

struct Walk<'a> {
    ready: &'a Ready,
    words: &'a Words,
    record: Record,
    dice: Dice,
    now: i64,
    next_at: Option<i64>,
    entries: u32,
    taken: Vec<Taken>,
}

impl Walk<'_> {
    fn as_of(&mut self) -> i64 {
        if !self.taken.is_empty() && self.dice.one_in(20) {
            return self.now - self.dice.time(20 * 24 * HOUR);
        }
        let next = self.next_at.filter(|_| self.dice.one_in(10));
        self.now = match (next, self.dice.below(10)) {
            // Now and then nothing is heard for a long time.
            (None, _) if self.dice.one_in(50) => self.now + self.dice.time(500 * 24 * HOUR),
            (Some(at), _) => at,
            (None, 0..=3) => self.now + self.dice.time(HOUR),
            (None, 4..=8) => self.now + self.dice.time(4 * 24 * HOUR),
            (None, _) => self.now + self.dice.time(45 * 24 * HOUR),
        };
        self.now
    }

    /// Before the instant that was named nothing happens by itself.
    fn wait(&mut self) {
        let until = self.next_at.unwrap_or(self.now + 400 * 24 * HOUR);
        let between = until - self.now;
        if between > 1 {
            let at = self.now + self.dice.time(between);
            let tick = self.ready.input(&json!({ "tick": true }));
            let answer = self.record.advance(&tick, at);
            let found = answer.to_json();
            assert!(
                !answer.is_done(),
                "{}: before {until}: {found}",
                self.ready.name
            );
        }
    }

    fn step(&mut self, counts: &mut Counts) {
        let as_of = self.as_of();
        let stage = self.record.stage().map(str::to_owned);
        let input = self
            .words
            .input(&mut self.dice, self.ready, as_of, stage.as_deref());
        let (before, head) = (self.record.to_json(), self.record.head());
        let answer = self.record.advance(&self.ready.input(&input), as_of);
        let after = self.record.to_json();
        let found = json(&answer.to_json());
        let name = || format!("{}: {input} at {as_of}: {found}", self.ready.name);
        counts.inputs += 1;
        let written = self.entries + 1;
        let mut lines = self.record.journal_from(written);
        if !answer.is_done() {
            counts.refused += u64::from(!answer.refused().is_empty());
            assert_eq!(found["moves"], json!([]), "{}", name());
            assert_eq!(after, before, "{}", name());
            assert_eq!(lines.next(), None, "{}", name());
            return;
        }
        let entry = json(lines.next().expect("an entry"));
        assert_eq!(lines.next(), None, "{}", name());
        assert_eq!(entry["before"], *head, "{}", name());
        assert_eq!(entry["entry"], written, "{}", name());
        assert_eq!(entry["moves"], found["moves"], "{}", name());
        assert_eq!(entry["changed"], found["changed"], "{}", name());
        let late = !found["changed"].is_null();
        counts.late += u64::from(late);
        if found["moves"] == json!([]) && !late {
            let stage = |text: &str| json(text)["stage"].clone();
            assert_eq!(stage(&before), stage(&after), "{}", name());
        }
        drop(lines);
        self.entries = written;
        self.next_at = answer.next_at();
        self.taken.push(Taken { as_of, input });
        if !late && self.dice.one_in(8) {
            self.wait();
        }
    }

    /// The journal gives the same record again, byte for byte.
    fn replay(&self) {
        let journal = self.record.journal();
        let verdict = verify(&journal);
        assert_eq!(verdict.altered, None);
        assert_eq!(*verdict.head, *self.record.head());
        let again = replay(self.ready.lifecycle.clone(), Some("r"), &journal);
        let again = again.unwrap_or_else(|found| panic!("{}: {found}", self.ready.name));
        assert_eq!(
            again.record.to_json(),
            self.record.to_json(),
            "{}",
            self.ready.name
        );
        assert_eq!(again.record.journal(), journal, "{}", self.ready.name);
        assert!(again.differences.is_empty(), "{}", self.ready.name);
    }

    /// Tells the whole story in the order of its times, and looks at every move with other eyes.
    fn retell(&self, asked: &Questions, counts: &mut Counts) {
        let outcome = json(&self.record.to_json());
        let void = outcome["void"].as_array().expect("a list");
        let mut order: Vec<usize> = (0..self.taken.len()).collect();
        order.retain(|place| !void.contains(&json!(place + 1)));
        order.sort_by_key(|place| (self.taken[*place].as_of, *place));
        let mut record = self.ready.record();
        let mut seen = Seen::default();
        for place in order {
            let Taken { as_of, input } = &self.taken[place];
            let answer = record.advance(&self.ready.input(input), *as_of);
            let found = json(&answer.to_json());
            let name = format!("{}: {input} at {as_of}", self.ready.name);
            assert_eq!(found["refused"], json!([]), "{name}");
            assert_eq!(found["changed"], Value::Null, "{name}");
            seen.hear(input, *as_of);
            for step in found["moves"].as_array().expect("a list") {
                self.ready.assert_declared(step, &name);
                if let Err(why) = seen.follow(self.ready, asked, step, *as_of) {
                    panic!("{why}: {step} in {name}\n{}", record.journal());
                }
                let is = |key: &str| step[key].as_str().unwrap_or("-").to_owned();
                let count = format!("{} {} {}", is("from"), is("on"), is("to"));
                *counts.moves.entry(count).or_default() += 1;
            }
        }
        let mut told = json(&record.to_json());
        for key in ["entries", "head", "void", "facts", "events"] {
            told[key] = outcome[key].clone();
        }
        // The last entries may be void, and the stay goes on up to them.
        let (short, long) = (told["as_of"].as_i64(), outcome["as_of"].as_i64());
        if let (Some(stage), Some(short), Some(long)) = (record.stage(), short, long) {
            let spent = &mut told["stages"][stage]["spent_ms"];
            *spent = json!(spent.as_i64().expect("a duration") + long - short);
        }
        told["as_of"] = outcome["as_of"].clone();
        for (key, value) in outcome.as_object().expect("an object") {
            let name = format_args!("{}: {key}", self.ready.name);
            assert_eq!(told[key], *value, "{name}: {}", self.record.journal());
        }
    }
}

fn walk(name: &'static str) {
    let said = std::env::var("LEADSTAGE_WALKS").ok();
    let inputs = said.and_then(|it| it.parse().ok()).unwrap_or(INPUTS);
    let ready = Ready::read(name);
    let (words, asked) = (Words::of(&ready), Questions::of(&ready));
    let mut counts = Counts::default();
    let first = std::env::var("LEADSTAGE_FIRST").ok();
    let first: u64 = first.and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut records = 0;
    while counts.inputs < inputs {
        records += 1;
        let mut walk = Walk {
            ready: &ready,
            words: &words,
            record: ready.record(),
            dice: Dice(Random::new(first + records)),
            now: BEGIN,
            next_at: None,
            entries: 0,
            taken: Vec::new(),
        };
        for _ in 0..LENGTH.min(inputs - counts.inputs) {
            walk.step(&mut counts);
        }
        walk.replay();
        walk.retell(&asked, &mut counts);
    }
    let moves: u64 = counts.moves.values().sum();
    println!(
        "{name}: {} inputs over {records} records, {} refused, {} late, {moves} moves: {:#?}",
        counts.inputs, counts.refused, counts.late, counts.moves
    );
    assert!(moves > records * 2, "{name}: only {moves} moves");
    for row in ready.rows.iter().filter(|_| inputs >= 100_000) {
        let on = if row.role.is_some() {
            row.on.as_str()
        } else {
            "-"
        };
        let key = format!("{} {on} {}", row.from, row.to);
        assert!(
            counts.moves.contains_key(&key),
            "{name}: never happened: {key}"
        );
    }
}

#[test]
fn whatever_comes_only_declared_moves_happen_and_the_journal_tells_them() {
    let only = std::env::var("LEADSTAGE_PLAYBOOK").ok();
    let chosen = NAMES
        .into_iter()
        .filter(|name| only.as_deref().is_none_or(|only| only == *name));
    chosen.for_each(walk);
}
