//! `leadstage erase-due`.

use super::answer::some;
use super::lines::{self, Ids};
use super::{files, rules};
use crate::cli::source;
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::lifecycle::{Answer, Input, Record};
use leadstage::problem::Problems;
use std::io::Write;

/// Erase what the playbook's retention rules say is due: everything that these records hold.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// Records as they are kept, one a line. `-` is the standard input.
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Where the records are kept afterwards, also where they were; `-` is the standard output. Without it nothing is written.
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// The instant at which they are due. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// The answers as JSON, one a line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let rules = rules(&args.playbook)?;
    let as_of = args.as_of.unwrap_or_else(now);
    let inputs = ["{\"tick\":true}", "{\"erase\":true,\"by\":\"retention\"}"];
    let [tick, erase] = inputs.map(|input| Input::parse(&rules.lifecycle, input));
    let refuse = |problems: Problems| files::refuse(&args.records, "", &problems);
    let (tick, erase) = (tick.map_err(refuse)?, erase.map_err(refuse)?);
    let (mut said, mut kept, mut erased) = (String::new(), String::new(), 0);
    let (mut wrong, mut ids) = (Vec::new(), Ids::default());
    let take = |number, tree: &_| {
        let mut record = files::restore(&rules, tree)?.record;
        ids.take(record.id(), number)?;
        if let Some(answer) = erase_due(&mut record, &tick, &erase, as_of) {
            erased += 1;
            said.push_str(&match args.json {
                true => answer.to_json(),
                false => record.id().unwrap_or("a record without id").to_owned(),
            });
            said.push('\n');
        }
        kept.push_str(&record.to_kept());
        kept.push('\n');
        Ok(())
    };
    lines::each(&args.records, take, |_, problems| {
        wrong.extend(problems.iter().cloned());
    })?;
    if !wrong.is_empty() {
        return Err(refuse(Problems::new(wrong)));
    }
    if let Some(path) = &args.output {
        files::put(path, &kept)?;
    }
    let aside = args.output.as_deref().is_some_and(source::is_stdin);
    let mut out: Box<dyn Write> = match aside {
        true => Box::new(anstream::stderr()),
        false => Box::new(anstream::stdout()),
    };
    out.write_all(said.as_bytes())?;
    if !args.json {
        let count = some(erased, "record", "records");
        let what = match args.output {
            None => "due; nothing was written, `-o FILE` erases",
            Some(_) => "erased",
        };
        writeln!(anstream::stderr(), "{count} {what}")?;
    }
    Ok(())
}

/// Erases a record that is due, also after the moves that time has made; else it stays as it is.
fn erase_due(record: &mut Record, tick: &Input, erase: &Input, as_of: i64) -> Option<Answer> {
    record.erase_at(as_of).filter(|due| *due <= as_of)?;
    let mut ticked = record.clone();
    ticked.advance(tick, as_of);
    let answer = ticked.advance(erase, as_of);
    answer.is_done().then(|| {
        *record = ticked;
        answer
    })
}
