//! `leadstage explain`.

mod gates;
mod moment;
mod phrase;
mod told;
mod words;

use super::report;
use super::source;
use super::stop::Stop;
use super::{instant, now};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Lead;
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::Tree;
use std::io::{self, Write};
use words::Words;

/// Say why a lead came out as it did, what is missing, and when it changes.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document (then its labels are used) or compiled.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The evidence of one lead, in JSON or YAML; `-` is the standard input.
    #[arg(value_name = "EVIDENCE")]
    evidence: String,
    /// The instant to decide at. By default what the evidence says, else now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// The explained decision as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let book = source::playbook(&args.playbook)?;
    let bytes = source::read(&args.evidence, limits::EVIDENCE_BYTES)?;
    let refuse = |text: &str, problems: Problems| {
        let reported = report::problems(&args.evidence, text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    };
    let text = source::text(bytes).map_err(|problem| refuse("", Problems::from(problem)))?;
    let lead = Lead::parse(&book.playbook, &text).map_err(|problems| refuse(&text, problems))?;
    let as_of = args.as_of.or(lead.as_of).unwrap_or_else(now);
    let decision = evaluate_json(&book.playbook, &lead.evidence, as_of, Extent::Explained);
    if args.json {
        writeln!(io::stdout(), "{decision}")?;
        return Ok(());
    }
    let tree = Tree::parse_json(&decision, usize::MAX)
        .map_err(|problem| Stop::Files(format!("the decision can't be shown: {problem}")))?;
    let words = Words::new(book.document.as_ref());
    let page = told::page(&words, &tree.root, lead.evidence.id(), as_of);
    anstream::stdout().write_all(page.as_bytes())?;
    Ok(())
}
