//! `leadstage verify-journal`.

use super::files;
use crate::cli::stop::Stop;
use leadstage::json::Writer;
use leadstage::lifecycle::{Altered, Verdict, verify};
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::Tree;
use std::io::{self, Write};

/// Look whether journals are as they were written, and name the first altered entry.
#[derive(clap::Args)]
pub struct Args {
    /// Records as they are kept (one, or one a line), or journals (one entry a line). `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The hash of the last entry, as it is known from elsewhere: so entries that were cut off show.
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// One JSON object a journal, a line each.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let mut good = true;
    for file in &args.files {
        let text = files::read(file, limits::RECORD_BYTES)?;
        for (id, verdict) in verdicts(file, &text)? {
            let verdict = against(args.head.as_deref(), verdict);
            good &= verdict.altered.is_none();
            let line = match args.json {
                true => json(file, id.as_deref(), &verdict),
                false => line(file, id.as_deref(), &verdict),
            };
            writeln!(io::stdout(), "{line}")?;
        }
    }
    if good { Ok(()) } else { Err(Stop::Problems) }
}

/// Each journal of a file with the id of its record.
fn verdicts(file: &str, text: &str) -> Result<Vec<(Option<String>, Verdict)>, Stop> {
    let keeps = |text: &str| {
        let tree = Tree::parse_json(text, limits::RECORD_BYTES);
        tree.is_ok_and(|tree| tree.root.get("journal").is_some())
    };
    let first = text.lines().find(|line| !line.trim().is_empty());
    if !first.is_some_and(keeps) && !keeps(text) {
        return Ok(vec![(None, verify(text))]);
    }
    let mut verdicts = Vec::new();
    let mut wrong = Vec::new();
    for part in files::parts(text) {
        match files::kept(&part.tree) {
            Ok(kept) => verdicts.push((kept.id().map(str::to_owned), kept.verify())),
            Err(problems) => wrong.extend(part.in_file(&problems).iter().cloned()),
        }
    }
    if wrong.is_empty() {
        return Ok(verdicts);
    }
    Err(files::refuse(file, text, &Problems::new(wrong)))
}

/// The same where the head is known from elsewhere.
fn against(head: Option<&str>, mut verdict: Verdict) -> Verdict {
    if verdict.altered.is_none() && head.is_some_and(|head| *head != *verdict.head) {
        verdict.altered = Some(Altered {
            entry: verdict.entries.saturating_add(1),
            why: "head",
        });
    }
    verdict
}

fn json(file: &str, id: Option<&str>, verdict: &Verdict) -> String {
    let mut line = String::new();
    let mut w = Writer::new(&mut line);
    w.open('{');
    w.key("file").text(file);
    w.key("id").text_or_null(id);
    w.key("verdict").raw(&verdict.to_json());
    w.close('}');
    line
}

fn line(file: &str, id: Option<&str>, verdict: &Verdict) -> String {
    let name = id.map_or_else(|| file.to_owned(), |id| format!("{file}, {id}"));
    let count = super::answer::some(verdict.entries as usize, "entry", "entries");
    match &verdict.altered {
        None => {
            let erased = match verdict.erased {
                0 => String::new(),
                erased => format!(", {erased} of them erased"),
            };
            let head = &verdict.head;
            format!("{name}: {count}, as they were written{erased}\n  head {head}")
        }
        Some(altered) => format!(
            "{name}: altered at entry {}: {}\n  {count} before it {} good, head {}",
            altered.entry,
            why(altered.why),
            if verdict.entries == 1 { "is" } else { "are" },
            verdict.head
        ),
    }
}

/// What is wrong with an entry, in words.
pub fn why(word: &str) -> &str {
    match word {
        "form" => "it is no entry of a journal",
        "entry" => "it has another number than its place",
        "before" => "it doesn't follow from the entry before it",
        "hash" => "its content is not what was written",
        "erased" => "what is erased and what erases don't fit together",
        "head" => "entries are missing from there on, or others are in their place",
        other => other,
    }
}
