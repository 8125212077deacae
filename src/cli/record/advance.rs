//! `leadstage advance`.

use super::answer::{Teller, some};
use super::files::{self, Part};
use super::local::Local;
use super::{Rules, rules};
use crate::cli::explain::told::whole;
use crate::cli::explain::words::Words;
use crate::cli::page::Page;
use crate::cli::report;
use crate::cli::source;
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::json::Writer;
use leadstage::lifecycle::{Answer, Input, Record};
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::Tree;
use std::io::{self, Write};

/// Let evidence, commands and time reach a record, and say what follows.
#[derive(clap::Args)]
#[command(allow_missing_positional = true)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The record as it was kept; without one a record begins.
    #[arg(value_name = "RECORD")]
    record: Option<String>,
    /// Inputs: one or a list in JSON or YAML, or one a line in JSON; `-` is the standard input.
    #[arg(required = true, value_name = "INPUT")]
    input: String,
    /// Where the record is kept afterwards, also where it was; `-` is the standard output. Without it nothing is written.
    #[arg(short, long, value_name = "RECORD")]
    output: Option<String>,
    /// The id of a record that begins.
    #[arg(long, value_name = "ID", conflicts_with = "record")]
    id: Option<String>,
    /// The instant of every input. By default what the input says, else now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// The answers as JSON, one a line.
    #[arg(long)]
    json: bool,
}

/// An input that can be judged.
struct Ready {
    input: Input,
    as_of: i64,
    tree: Tree,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    if source::is_stdin(&args.input) && args.record.as_deref().is_some_and(source::is_stdin) {
        let message = "only one of record and input can be the standard input";
        return Err(Stop::Usage(message.to_owned()));
    }
    if args
        .id
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.chars().count() > limits::TEXT)
    {
        return Err(Stop::Usage(String::from("an id has 1 to 4,000 characters")));
    }
    let rules = rules(&args.playbook)?;
    let mut record = match &args.record {
        Some(path) => files::record(&rules, path)?,
        None => Record::new(rules.lifecycle.clone(), args.id.as_deref()),
    };
    let text = files::read(&args.input, limits::JOURNAL_BYTES)?;
    let inputs = inputs(args, &rules, &text)?;
    let (mut said, mut refused) = (String::new(), 0);
    let mut page = Page::new();
    let words = Words::new(Some(&rules.document));
    let local = local(&record);
    let teller = Teller {
        words: &words,
        local,
    };
    for (place, ready) in inputs.iter().enumerate() {
        let answer = record.advance(&ready.input, ready.as_of);
        refused += usize::from(!answer.refused().is_empty());
        if args.json {
            said.push_str(&answer.to_json());
            said.push('\n');
        } else {
            tell(&teller, &mut page, place, &ready.tree, &answer)?;
        }
    }
    if !args.json {
        said = page.finish();
    }
    let taken = inputs.len() - refused;
    let aside = args.output.as_deref().is_some_and(source::is_stdin);
    let mut out: Box<dyn Write> = match aside {
        true => Box::new(anstream::stderr()),
        false => Box::new(anstream::stdout()),
    };
    // The record first: who reads only a part of the answers must not lose it.
    if let Some(path) = &args.output {
        files::put(path, &(record.to_kept() + "\n"))?;
    }
    out.write_all(said.as_bytes())?;
    if !args.json {
        let taken = some(taken, "input taken in", "inputs taken in");
        let place = match args.output.as_deref() {
            None => String::from("nothing was written; `-o FILE` keeps the record"),
            Some("-") => String::from("the record is on the standard output"),
            Some(path) => format!("the record is kept in {path}"),
        };
        writeln!(anstream::stderr(), "{taken}, {refused} refused; {place}")?;
    }
    if refused > 0 {
        Err(Stop::Refused)
    } else {
        Ok(())
    }
}

/// The wall clock of a record's playbook.
pub fn local(record: &Record) -> Local {
    let told = Tree::parse_json(&record.explain(0), usize::MAX);
    let offset = told
        .ok()
        .and_then(|tree| whole(&tree.root, "utc_offset_ms"));
    Local {
        offset_ms: offset.unwrap_or_default(),
    }
}

/// All inputs; if something is wrong with any, all of that is reported and none counts.
fn inputs(args: &Args, rules: &Rules, text: &str) -> Result<Vec<Ready>, Stop> {
    let now = now();
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    let parts = files::parts(text);
    for part in &parts {
        match input(args, rules, part, now) {
            Ok(one) => ready.push(one),
            Err(problems) => wrong.push((part.number, part.in_file(&problems))),
        }
    }
    if wrong.is_empty() {
        return Ok(ready);
    }
    if args.json {
        let mut out = String::new();
        for (number, problems) in &wrong {
            let mut w = Writer::new(&mut out);
            w.open('{');
            w.key("input").integer(i64::from(*number));
            report::write_json(w.key("problems"), problems.iter());
            w.close('}');
            out.push('\n');
        }
        io::stdout().write_all(out.as_bytes())?;
        return Err(Stop::Problems);
    }
    let all = wrong.iter().flat_map(|(_, problems)| problems.iter());
    report::problems(&args.input, text, all)?;
    Err(Stop::Problems)
}

fn input(args: &Args, rules: &Rules, part: &Part, now: i64) -> Result<Ready, Problems> {
    let tree = part.tree.clone().map_err(Problems::from)?;
    if !tree.problems.is_empty() {
        return Err(Problems::new(tree.problems));
    }
    let input = Input::from_tree(&rules.lifecycle, &tree.root)?;
    let as_of = args.as_of.or(input.as_of()).unwrap_or(now);
    Ok(Ready { input, as_of, tree })
}

fn tell(
    teller: &Teller<'_>,
    page: &mut Page,
    place: usize,
    input: &Tree,
    answer: &Answer,
) -> Result<(), Stop> {
    let answer = Tree::parse_json(&answer.to_json(), usize::MAX)
        .map_err(|problem| Stop::Files(format!("the answer can't be shown: {problem}")))?;
    teller.tell(page, place + 1, &input.root, &answer.root);
    page.gap();
    Ok(())
}
