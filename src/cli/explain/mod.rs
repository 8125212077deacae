//! `leadstage explain`.

mod gates;
pub mod moment;
pub mod phrase;
pub mod told;
pub mod words;

use super::record;
use super::report;
use super::source;
use super::stop::Stop;
use super::{instant, now};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Lead;
use leadstage::lifecycle::{Input, Kept};
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::{Node, Tree};
use std::io::{self, Write};
use words::Words;

/// Say why a lead came out as it did, what is missing, and when it changes; or tell a record's whole story.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document (then its labels are used) or compiled.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The evidence of one lead, in JSON or YAML, or a record as it is kept; `-` is the standard input.
    #[arg(value_name = "EVIDENCE|RECORD")]
    evidence: String,
    /// The instant to decide at. By default what the evidence says, else now; for a record now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// The explained decision, or what there is to tell about the record, as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let bytes = source::read(&args.evidence, limits::RECORD_BYTES)?;
    let refuse = |text: &str, problems: Problems| {
        let reported = report::problems(&args.evidence, text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    };
    let text = source::text(bytes).map_err(|problem| refuse("", Problems::from(problem)))?;
    if record::is_record(&text) {
        return of_record(args, &text);
    }
    let book = source::playbook(&args.playbook)?;
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

/// Tells the story of a record, with what time has made of it since its last entry.
fn of_record(args: &Args, text: &str) -> Result<(), Stop> {
    let rules = record::rules(&args.playbook)?;
    let restored = Kept::parse(text).and_then(|kept| kept.restore(rules.lifecycle.clone()));
    let record = match restored {
        Ok(restored) => restored.record,
        Err(problems) => {
            report::problems(&args.evidence, text, problems.iter())?;
            return Err(Stop::Problems);
        }
    };
    let as_of = args.as_of.unwrap_or_else(now);
    let told = record.explain(as_of);
    if args.json {
        writeln!(io::stdout(), "{told}")?;
        return Ok(());
    }
    let shown = |json: &str| {
        let tree = Tree::parse_json(json, usize::MAX);
        tree.map_err(|problem| Stop::Files(format!("the record can't be shown: {problem}")))
    };
    let told = shown(&told)?.root;
    let as_of = told::whole(&told, "as_of").unwrap_or(as_of);
    let playbook = rules.lifecycle.playbook();
    let decision = evaluate_json(playbook, &record.evidence(), as_of, Extent::Brief);
    let due = match Input::parse(&rules.lifecycle, "{\"tick\":true}") {
        Ok(tick) => shown(&record.clone().advance(&tick, as_of).to_json())?.root,
        Err(_) => Node::object([]),
    };
    let words = Words::new(Some(&rules.document));
    let page = record::page(
        &words,
        &told,
        &shown(&decision)?.root,
        told::items(&due, "moves"),
    );
    anstream::stdout().write_all(page.as_bytes())?;
    Ok(())
}
