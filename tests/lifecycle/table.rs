//! Every command by every role at every stage, against a table written by hand.

use super::{COMMANDS, advance, lifecycle};
use leadstage::lifecycle::Record;
use std::collections::BTreeSet;

/// All gates open, so that only the graph decides.
const GRAPH: &str = r#"
leadstage: 1
name: graph
version: 1
signals: { demo: {} }
stages: { lead: {}, mql: {}, sal: {}, sql: {}, opportunity: {}, customer: {}, lost: {}, recycled: {}, disqualified: {} }
initial: lead
transitions:
  - { from: lead, to: mql, on: qualify, by: marketing }
  - { from: mql, to: sal, on: accept, by: [sdr, sales] }
  - { from: mql, to: recycled, on: reject, by: [sdr, sales] }
  - { from: sal, to: sql, on: qualify, by: [sdr, sales] }
  - { from: [sal, sql], to: recycled, on: recycle, by: sales }
  - { from: sql, to: opportunity, on: open_opportunity, by: sales }
  - { from: opportunity, to: customer, on: win, by: sales }
  - { from: opportunity, to: lost, on: lose, by: sales }
  - { from: [lead, mql, sal], to: disqualified, on: disqualify, by: [marketing, sdr, sales] }
  - { from: [lost, recycled, disqualified], to: lead, on: reopen, by: [marketing, sales] }
  - { from: customer, to: customer, on: own, by: success }
reasons: { r: { for: [reject, recycle, disqualify, lose, reopen, accept, qualify, open_opportunity, win, own] } }
"#;

/// Stage, command, roles, target: everything that may happen.
const TABLE: [(&str, &str, &[&str], &str); 16] = [
    ("lead", "qualify", &["marketing"], "mql"),
    (
        "lead",
        "disqualify",
        &["marketing", "sdr", "sales"],
        "disqualified",
    ),
    ("mql", "accept", &["sdr", "sales"], "sal"),
    ("mql", "reject", &["sdr", "sales"], "recycled"),
    (
        "mql",
        "disqualify",
        &["marketing", "sdr", "sales"],
        "disqualified",
    ),
    ("sal", "qualify", &["sdr", "sales"], "sql"),
    ("sal", "recycle", &["sales"], "recycled"),
    (
        "sal",
        "disqualify",
        &["marketing", "sdr", "sales"],
        "disqualified",
    ),
    ("sql", "recycle", &["sales"], "recycled"),
    ("sql", "open_opportunity", &["sales"], "opportunity"),
    ("opportunity", "win", &["sales"], "customer"),
    ("opportunity", "lose", &["sales"], "lost"),
    ("lost", "reopen", &["marketing", "sales"], "lead"),
    ("recycled", "reopen", &["marketing", "sales"], "lead"),
    ("disqualified", "reopen", &["marketing", "sales"], "lead"),
    ("customer", "own", &["success"], "customer"),
];

const STAGES: [&str; 9] = [
    "lead",
    "mql",
    "sal",
    "sql",
    "opportunity",
    "customer",
    "lost",
    "recycled",
    "disqualified",
];
const ROLES: [&str; 6] = [
    "marketing",
    "sdr",
    "sales",
    "success",
    "automation",
    "stranger",
];

#[test]
fn exactly_the_declared_moves_happen() {
    let lifecycle = lifecycle(GRAPH);
    let mut made = BTreeSet::new();
    for stage in STAGES {
        for command in COMMANDS {
            for role in ROLES {
                let mut record = Record::new(lifecycle.clone(), None);
                advance(&mut record, 1, &format!("start: {stage}"));
                let before = record.to_json();
                let input = format!("{{ command: {command}, by: {role}, reason: r }}");
                let answer = advance(&mut record, 2, &input);
                let expected = TABLE.iter().find(|(from, on, roles, _)| {
                    (*from, *on) == (stage, command) && roles.contains(&role)
                });
                match expected {
                    Some((.., to)) => {
                        assert!(answer.is_done(), "{input} at {stage}: {}", answer.to_json());
                        let moves: Vec<_> = answer.moves().collect();
                        assert_eq!(moves, [(Some(stage), *to)], "{input}");
                        assert_eq!(record.stage(), Some(*to));
                        made.insert((stage, command, role));
                    }
                    None => {
                        assert!(
                            !answer.is_done(),
                            "{input} at {stage}: {}",
                            answer.to_json()
                        );
                        assert_eq!(record.to_json(), before, "{input} at {stage}");
                        let codes: Vec<_> = answer.refused().iter().map(|it| it.code()).collect();
                        let there = TABLE
                            .iter()
                            .any(|(from, on, ..)| (*from, *on) == (stage, command));
                        let expected = if there { "role" } else { "no_transition" };
                        assert_eq!(codes, [expected], "{input} at {stage}");
                    }
                }
            }
        }
    }
    let all: usize = TABLE.iter().map(|(_, _, roles, _)| roles.len()).sum();
    assert_eq!(made.len(), all);
}
