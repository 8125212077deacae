//! The ready playbooks that have a lifecycle: nothing but their declared moves happens, whatever comes.

mod check;
mod inputs;
mod table;
mod walk;

use leadstage::lifecycle::{Input, Lifecycle, Record};
use leadstage::tree::{Tree, write_compact};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const NAMES: [&str; 5] = [
    "revenue-chain",
    "smart-handoff",
    "six-stage",
    "nine-stage",
    "product-led",
];

/// A playbook, and the table of its moves.
struct Ready {
    name: &'static str,
    lifecycle: Arc<Lifecycle>,
    /// The playbook as written.
    written: Value,
    roles: Vec<String>,
    /// Facts and events with which every gate is open.
    ready: Value,
    /// By stage: for how many days a record is there before a command is tried.
    waits: Value,
    rows: Vec<Row>,
}

/// A declared move.
#[derive(Debug, PartialEq)]
struct Row {
    from: String,
    /// A command, or `automation`.
    on: String,
    act: Option<String>,
    role: Option<String>,
    to: String,
    /// What must be said: `reason`, `note`, `return`.
    due: Vec<String>,
}

impl Row {
    fn is_due(&self, what: &str) -> bool {
        self.due.iter().any(|it| it == what)
    }
}

impl Ready {
    fn read(name: &'static str) -> Self {
        let text = text(name, "playbook.yaml");
        let lifecycle = Lifecycle::parse(&text).unwrap_or_else(|found| panic!("{name}: {found}"));
        let table = tree(&self::text(name, "moves.yaml"));
        let of = |row: &Value, key: &str| row[key].as_str().map(str::to_owned);
        let rows = table["moves"].as_array().expect("moves").iter();
        let rows = rows.map(|row| Row {
            from: of(row, "from").expect("from"),
            on: of(row, "on").expect("on"),
            act: of(row, "act"),
            role: of(row, "role"),
            to: of(row, "to").expect("to"),
            due: texts(&row["due"]),
        });
        Self {
            name,
            lifecycle: Arc::new(lifecycle),
            written: tree(&text),
            roles: texts(&table["roles"]),
            ready: table["ready"].clone(),
            waits: table["waits"].clone(),
            rows: rows.collect(),
        }
    }

    fn stages(&self) -> Vec<&str> {
        let stages = self.written["stages"].as_object().expect("stages");
        stages.keys().map(String::as_str).collect()
    }

    /// The reasons that are declared for a command.
    fn reasons(&self, command: &str) -> Vec<&str> {
        let reasons = self.written["reasons"].as_object().expect("reasons");
        let these = reasons
            .iter()
            .filter(|(_, it)| texts(&it["for"]).iter().any(|on| on == command));
        these.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether a reason needs a note.
    fn needs_note(&self, reason: &str) -> bool {
        reason == "other" || self.written["reasons"][reason]["note"] == "required"
    }

    fn record(&self) -> Record {
        Record::new(self.lifecycle.clone(), Some("r"))
    }

    fn input(&self, input: &Value) -> Input {
        Input::parse(&self.lifecycle, &input.to_string())
            .unwrap_or_else(|found| panic!("{}: {input}: {found}", self.name))
    }
}

fn text(name: &str, file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("playbooks").join(name).join(file);
    fs::read_to_string(&path).unwrap_or_else(|found| panic!("{}: {found}", path.display()))
}

fn tree(text: &str) -> Value {
    let tree = Tree::parse(text, text.len() * 100).expect("YAML");
    let mut json = String::new();
    write_compact(&mut json, &tree.root);
    self::json(&json)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list
            .iter()
            .map(|it| it.as_str().expect("a text").to_owned())
            .collect(),
        _ => Vec::new(),
    }
}
