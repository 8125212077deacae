//! Every command by every role at every stage, against `moves.yaml`.

use super::{NAMES, Ready, Row, json, text, texts, tree};
use crate::lifecycle::COMMANDS;
use leadstage::lifecycle::Record;
use leadstage::time::parse_instant;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Monday, 2 November 2026, 09:00 UTC: an hour after the events of `ready`.
const NOW: i64 = 1_793_610_000_000;

/// What is said with a command.
#[derive(Clone, Copy, Debug)]
struct Said<'a> {
    stage: &'a str,
    command: &'a str,
    act: Option<&'a str>,
    by: &'a [&'a str],
    to: Option<&'a str>,
    reason: Option<&'a str>,
    note: bool,
    back: bool,
}

/// A record that stands at a stage and was told nothing yet.
fn at(ready: &Ready, stage: &str) -> Record {
    let mut record = ready.record();
    let days = ready.waits[stage].as_i64().unwrap_or_default();
    let start = json!({ "start": stage, "since": NOW - days * 86_400_000 });
    let answer = record.advance(&ready.input(&start), NOW);
    assert_eq!(answer.stage(), Some(stage), "{}", ready.name);
    record
}

fn order(ready: &Ready, said: Said<'_>) -> Value {
    let mut order = json!({ "command": said.command, "by": said.by });
    order["facts"] = ready.ready["facts"].clone();
    order["events"] = ready.ready["events"].clone();
    let mut say = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            order[key] = json!(value);
        }
    };
    say("act", said.act);
    say("to", said.to);
    say("reason", said.reason);
    say("note", said.note.then_some("As agreed"));
    say("return_at", said.back.then_some("2027-03-01T00:00:00Z"));
    order
}

impl Ready {
    /// The rows that an order looks at.
    fn looked_at(&self, said: Said<'_>) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| {
            row.from == said.stage
                && row.on == said.command
                && row.act.as_deref() == said.act
                && said.to.is_none_or(|to| row.to == to)
                && said.by.iter().any(|by| row.role.as_deref() == Some(by))
        })
    }

    /// The move that must be made, if any.
    fn expected(&self, said: Said<'_>) -> Option<&Row> {
        let reasons = self.reasons(said.command);
        if said.reason.is_some_and(|it| !reasons.contains(&it)) {
            return None;
        }
        let note_due = said.reason.is_some_and(|it| self.needs_note(it));
        self.looked_at(said).find(|row| {
            let returns = &self.written["stages"][&row.to]["return"];
            (said.reason.is_some() || !row.is_due("reason"))
                && (said.note || !(row.is_due("note") || note_due))
                && (said.back || !row.is_due("return"))
                && (!said.back || !returns.is_null())
        })
    }

    /// Tries an order, and whether exactly what the table says happens.
    fn try_order(&self, said: Said<'_>) -> bool {
        let mut record = at(self, said.stage);
        let (before, journal) = (record.to_json(), record.journal());
        let input = self.input(&order(self, said));
        let answer = record.advance(&input, NOW + 60_000);
        let found = json(&answer.to_json());
        let name = format!("{}: {said:?}: {found}", self.name);
        let Some(row) = self.expected(said) else {
            assert_eq!(found["done"], false, "{name}");
            assert_ne!(found["refused"], json!([]), "{name}");
            assert_eq!(found["moves"], json!([]), "{name}");
            assert_eq!(record.to_json(), before, "{name}");
            assert_eq!(record.journal(), journal, "{name}");
            return false;
        };
        assert_eq!(found["done"], true, "{name}");
        let moves = found["moves"].as_array().expect("moves");
        let first = &moves[0];
        let by = said.by.iter().find(|by| {
            let mut same = self.looked_at(said).filter(|it| it.to == row.to);
            same.any(|it| it.role.as_deref() == Some(by))
        });
        assert_eq!(first["from"], said.stage, "{name}");
        assert_eq!(first["to"], *row.to, "{name}");
        assert_eq!(first["on"], said.command, "{name}");
        assert_eq!(first["by"], json!(by), "{name}");
        assert_eq!(first["act"], json!(said.act), "{name}");
        assert_eq!(first["reason"], json!(said.reason), "{name}");
        for step in &moves[1..] {
            self.assert_declared(step, &name);
        }
        true
    }

    /// The row of a move that was made.
    pub fn row(&self, step: &Value) -> Option<usize> {
        let automatic = step["by"] == "automation";
        self.rows.iter().position(|row| {
            step["from"] == *row.from
                && step["to"] == *row.to
                && step["act"] == json!(row.act)
                && match &row.role {
                    None => automatic && row.on == "automation",
                    Some(role) => step["by"] == **role && step["on"] == *row.on,
                }
        })
    }

    pub fn assert_declared(&self, step: &Value, name: &str) {
        let begins = step["from"].is_null() && step["by"] == "start";
        assert!(begins || self.row(step).is_some(), "{step} in {name}");
        let row = self.row(step).and_then(|row| self.rows.get(row));
        for what in ["reason", "note"] {
            let due = row.is_some_and(|row| row.is_due(what));
            assert!(!due || !step[what].is_null(), "{step} in {name}");
        }
    }
}

fn exactly_the_declared_moves_happen(name: &'static str) {
    let ready = Ready::read(name);
    let stages = ready.stages();
    let mut acts: Vec<Option<&str>> = vec![None, Some("no_such_act")];
    acts.extend(
        ready
            .rows
            .iter()
            .filter_map(|row| row.act.as_deref())
            .map(Some),
    );
    let mut made = BTreeSet::new();
    let all: Vec<&str> = ready.roles.iter().map(String::as_str).collect();
    let mut groups: Vec<Vec<&str>> = all.iter().map(|role| vec![*role]).collect();
    groups.extend([vec!["stranger"], vec!["automation"], all]);
    for stage in &stages {
        for command in COMMANDS {
            for act in acts.iter().filter(|act| command == "own" || act.is_none()) {
                for by in &groups {
                    let reasons = ready.reasons(command);
                    let said = Said {
                        stage,
                        command,
                        act: *act,
                        by,
                        to: None,
                        reason: reasons.first().copied(),
                        note: true,
                        back: false,
                    };
                    let words = [None, Some("no_such_reason")].into_iter();
                    for reason in words.chain(reasons.iter().copied().map(Some)) {
                        for (note, back) in [(true, false), (false, false), (true, true)] {
                            let said = Said {
                                reason,
                                note,
                                back,
                                ..said
                            };
                            if ready.try_order(said) && by.len() == 1 {
                                let row = ready.expected(said).expect("a row");
                                made.insert(format!("{row:?}"));
                            }
                        }
                    }
                    for to in &stages {
                        for back in [false, true] {
                            let said = Said {
                                to: Some(to),
                                back,
                                ..said
                            };
                            if ready.try_order(said) && by.len() == 1 {
                                let row = ready.expected(said).expect("a row");
                                made.insert(format!("{row:?}"));
                            }
                        }
                    }
                }
            }
        }
    }
    let commands = ready.rows.iter().filter(|row| row.on != "automation");
    for row in commands {
        assert!(
            made.contains(&format!("{row:?}")),
            "{name}: never made: {row:?}"
        );
    }
}

/// What happens by itself at every stage, as time goes by.
fn nothing_else_happens_by_itself(name: &'static str) {
    let ready = Ready::read(name);
    let hour = 3_600_000;
    for stage in ready.stages() {
        for told in ["ready", "facts", "nothing"] {
            let mut record = at(&ready, stage);
            let mut input = json!({ "facts": {} });
            if told != "nothing" {
                input["facts"] = ready.ready["facts"].clone();
            }
            if told == "ready" {
                input["events"] = ready.ready["events"].clone();
            }
            let mut now = NOW + hour;
            let mut answer = record.advance(&ready.input(&input), now);
            for _ in 0..200 {
                let found = json(&answer.to_json());
                for step in found["moves"].as_array().expect("moves") {
                    ready.assert_declared(step, name);
                }
                let Some(next) = answer.next_at() else { break };
                now = next;
                answer = record.advance(&ready.input(&json!({ "tick": true })), now);
            }
        }
    }
}

/// Every move is made in some case, and nothing that isn't in the table is.
fn the_cases_know_every_move(name: &'static str) {
    let ready = Ready::read(name);
    let file = tree(&text(name, "cases.yaml"));
    let mut made = BTreeSet::new();
    let cases = file["cases"].as_array().expect("cases");
    assert!(cases.len() >= 25, "{name}: only {} cases", cases.len());
    for case in cases {
        let mut record = ready.record();
        let steps = case["steps"].as_array();
        for step in steps
            .into_iter()
            .flatten()
            .filter(|it| it["input"].is_object())
        {
            let input = ready.input(&step["input"]);
            let at = step["as_of"].as_str().and_then(parse_instant);
            let answer = record.advance(&input, at.expect("an instant"));
            for step in json(&answer.to_json())["moves"].as_array().expect("moves") {
                ready.assert_declared(step, case["proves"].as_str().expect("proves"));
                made.extend(ready.row(step));
            }
        }
    }
    let move_of = |row: &Row| {
        let act = row.act.as_deref().unwrap_or_default();
        format!("{} {} {act} {}", row.from, row.on, row.to)
    };
    let known: BTreeSet<String> = made.iter().map(|row| move_of(&ready.rows[*row])).collect();
    let all: BTreeSet<String> = ready.rows.iter().map(move_of).collect();
    let unknown: Vec<&String> = all.difference(&known).collect();
    assert!(unknown.is_empty(), "{name}: no case makes {unknown:#?}");
}

/// The table says every transition of the playbook, and no other.
fn the_table_is_the_playbooks(name: &'static str) {
    let ready = Ready::read(name);
    let mut declared = BTreeSet::new();
    for it in ready.written["transitions"]
        .as_array()
        .expect("transitions")
    {
        let on = it["on"].as_str().unwrap_or("automation");
        for from in texts(&it["from"]) {
            for by in texts(&it["by"]) {
                let act = it["act"].as_str().unwrap_or_default();
                declared.insert(format!("{from} {on} {act} {by} {}", it["to"]));
            }
        }
    }
    let rows = ready.rows.iter().map(|row| {
        let (act, role) = (row.act.as_deref(), row.role.as_deref());
        let (act, role) = (act.unwrap_or_default(), role.unwrap_or("automation"));
        format!("{} {} {act} {role} {}", row.from, row.on, json!(row.to))
    });
    assert_eq!(rows.collect::<BTreeSet<_>>(), declared, "{name}");
}

#[test]
fn every_command_by_every_role_at_every_stage() {
    NAMES
        .into_iter()
        .for_each(exactly_the_declared_moves_happen);
}

#[test]
fn every_stage_left_to_itself() {
    NAMES.into_iter().for_each(nothing_else_happens_by_itself);
}

#[test]
fn every_move_has_a_case() {
    NAMES.into_iter().for_each(the_cases_know_every_move);
}

#[test]
fn every_transition_is_in_the_table() {
    NAMES.into_iter().for_each(the_table_is_the_playbooks);
}
