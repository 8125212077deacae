//! `leadstage merge`.

use super::advance::local;
use super::answer::{Teller, some};
use super::progress::Progress;
use super::{files, rules};
use crate::cli::explain::words::Words;
use crate::cli::page::Page;
use crate::cli::source;
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::lifecycle::{Answer, Input, Record};
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::{Node, Tree};
use std::io::Write;

/// Merge records into one: what they hold joins it, and their journals stay in its own.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The record that stays.
    #[arg(value_name = "RECORD")]
    into: String,
    /// Files with the records that are merged into it: one, or one a line.
    #[arg(required = true, value_name = "RECORDS")]
    from: Vec<String>,
    /// Where the record is kept afterwards; `-` is the standard output. Without it nothing is written.
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// The instant of merging. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// The answers as JSON, one a line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let rules = rules(&args.playbook)?;
    let mut record = files::record(&rules, &args.into)?;
    let mut others = Vec::new();
    for path in &args.from {
        let text = files::read(path, limits::RECORD_BYTES)?;
        let mut wrong = Vec::new();
        for part in files::parts(&text) {
            match files::restore(&rules, &part.tree) {
                Ok(restored) => others.push(restored.record),
                Err(problems) => wrong.extend(part.in_file(&problems).iter().cloned()),
            }
        }
        if !wrong.is_empty() {
            return Err(files::refuse(path, &text, &Problems::new(wrong)));
        }
    }
    let as_of = args.as_of.unwrap_or_else(now);
    let (mut said, mut refused) = (String::new(), 0);
    let mut page = Page::new();
    let words = Words::new(Some(&rules.document));
    let local = local(&record);
    let teller = Teller {
        words: &words,
        local,
    };
    let mut progress = Progress::new(Some(others.len() as u64));
    for (place, other) in others.iter().enumerate() {
        progress.show(place as u64, place);
        let answer = merge(&mut record, other, as_of)
            .map_err(|problems| files::refuse(&args.into, "", &problems))?;
        refused += usize::from(!answer.refused().is_empty());
        if args.json {
            said.push_str(&answer.to_json());
            said.push('\n');
            continue;
        }
        let shown = Tree::parse_json(&answer.to_json(), usize::MAX)
            .map_err(|problem| Stop::Files(format!("the answer can't be shown: {problem}")))?;
        let id = other.id().map_or(Node::object([]), |id| {
            Node::object([("id", Node::text(id))])
        });
        teller.tell(
            &mut page,
            place + 1,
            &Node::object([("merge", id)]),
            &shown.root,
        );
        page.gap();
    }
    progress.end();
    if !args.json {
        said = page.finish();
    }
    if let Some(path) = &args.output {
        files::put(path, &(record.to_kept() + "\n"))?;
    }
    let aside = args.output.as_deref().is_some_and(source::is_stdin);
    let mut out: Box<dyn Write> = match aside {
        true => Box::new(anstream::stderr()),
        false => Box::new(anstream::stdout()),
    };
    out.write_all(said.as_bytes())?;
    if !args.json {
        let merged = some(others.len() - refused, "record merged", "records merged");
        let place = match args.output.as_deref() {
            None => "; nothing was written, `-o FILE` keeps the record",
            Some(_) => "",
        };
        writeln!(anstream::stderr(), "{merged}, {refused} refused{place}")?;
    }
    if refused > 0 {
        Err(Stop::Refused)
    } else {
        Ok(())
    }
}

/// Merges one record into another.
pub fn merge(record: &mut Record, other: &Record, as_of: i64) -> Result<Answer, Problems> {
    let input = Input::merge(record.lifecycle(), other)?;
    Ok(record.advance(&input, as_of))
}
