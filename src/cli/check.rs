//! `leadstage check`.

use super::report;
use super::source::{self, Book};
use super::stop::Stop;
use leadstage::json::Writer;
use leadstage::limits;
use leadstage::tree::Node;
use std::io::{self, Write};

/// Check playbooks, and say everything that is wrong with them.
#[derive(clap::Args)]
pub struct Args {
    /// Playbooks: documents in YAML or JSON, or compiled ones. `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// One JSON object a file, a line each.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let mut clean = true;
    for file in &args.files {
        let bytes = source::read(file, limits::PLAYBOOK_BYTES)?;
        match source::book(bytes) {
            Ok(book) => {
                let line = if args.json {
                    fine_json(file, &book)
                } else {
                    fine(file, &book)
                };
                writeln!(io::stdout(), "{line}")?;
            }
            Err((text, problems)) => {
                clean = false;
                if args.json {
                    let mut line = String::new();
                    let mut w = Writer::new(&mut line);
                    w.open('{');
                    w.key("file").text(file);
                    report::write_json(w.key("problems"), problems.iter());
                    w.close('}');
                    writeln!(io::stdout(), "{line}")?;
                } else {
                    report::problems(file, &text, problems.iter())?;
                }
            }
        }
    }
    if clean { Ok(()) } else { Err(Stop::Problems) }
}

fn fine(file: &str, book: &Book) -> String {
    let playbook = &book.playbook;
    let mut text = format!(
        "{file}: {} version {} is fine\n  digest {}",
        playbook.name(),
        playbook.version(),
        playbook.digest()
    );
    let counts = counts(book.document.as_ref());
    let parts: Vec<String> = counts
        .iter()
        .filter(|(_, _, count)| *count > 0)
        .map(|(one, many, count)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    if !parts.is_empty() {
        text.push_str("\n  ");
        text.push_str(&parts.join(", "));
    }
    text
}

fn fine_json(file: &str, book: &Book) -> String {
    let mut line = String::new();
    let mut w = Writer::new(&mut line);
    w.open('{');
    w.key("file").text(file);
    w.key("name").text(book.playbook.name());
    w.key("version").integer(i64::from(book.playbook.version()));
    w.key("digest").text(&book.playbook.digest());
    if book.document.is_some() {
        w.key("counts").open('{');
        for (_, many, count) in counts(book.document.as_ref()) {
            w.key(many).integer(count as i64);
        }
        w.close('}');
    }
    w.key("problems").open('[');
    w.close(']');
    w.close('}');
    line
}

/// How much of what a document declares: for one, for many, and the number.
fn counts(document: Option<&Node>) -> Vec<(&'static str, &'static str, usize)> {
    let Some(document) = document else {
        return Vec::new();
    };
    let size = |node: &Node| {
        let list = node.as_list().map(<[Node]>::len);
        list.or(node.as_object().map(<[_]>::len))
            .unwrap_or_default()
    };
    let under = |key: &str| document.get(key).map_or(0, size);
    let scores = document
        .get("scores")
        .and_then(Node::as_object)
        .unwrap_or_default();
    let groups = scores
        .iter()
        .filter_map(|score| score.value.get("groups")?.as_list())
        .flatten();
    let rules = groups
        .filter_map(|group| group.get("rules"))
        .map(size)
        .sum();
    vec![
        ("attribute", "attributes", under("attributes")),
        ("signal", "signals", under("signals")),
        ("score", "scores", scores.len()),
        ("rule", "rules", rules),
        ("segment", "segments", under("segments")),
        ("stage", "stages", under("stages")),
        ("transition", "transitions", under("transitions")),
        ("route", "routes", under("routes")),
    ]
}
