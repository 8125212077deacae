//! `leadstage replay`.

use super::answer::some;
use super::{files, rules};
use crate::cli::report;
use crate::cli::stop::Stop;
use leadstage::json::Writer;
use leadstage::lifecycle::Restored;
use leadstage::limits;
use std::io::{self, Write};

/// Make records again from their journals, and say whether they come out the same.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document: the same as then, or another one to see what it makes of the journals.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// Records as they are kept: one, or one a line. `-` is the standard input.
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Where the records are kept as they come out; `-` is the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// One JSON object a record, a line each.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let rules = rules(&args.playbook)?;
    let text = files::read(&args.records, limits::RECORD_BYTES)?;
    let (mut out, mut kept, mut same) = (String::new(), String::new(), true);
    let mut wrong = Vec::new();
    for part in files::parts(&text) {
        match files::restore(&rules, &part.tree) {
            Ok(restored) => {
                same &= is_same(&restored);
                out.push_str(&match args.json {
                    true => json(&restored),
                    false => line(&restored),
                });
                out.push('\n');
                kept.push_str(&restored.record.to_kept());
                kept.push('\n');
            }
            Err(problems) => {
                let problems = part.in_file(&problems);
                if args.json {
                    let mut w = Writer::new(&mut out);
                    w.open('{');
                    w.key("record").integer(i64::from(part.number));
                    report::write_json(w.key("problems"), problems.iter());
                    w.close('}');
                    out.push('\n');
                }
                wrong.extend(problems.iter().cloned());
            }
        }
    }
    let mut to: Box<dyn Write> = match args.output.as_deref() {
        Some("-") => Box::new(io::stderr()),
        _ => Box::new(io::stdout()),
    };
    to.write_all(out.as_bytes())?;
    if !wrong.is_empty() {
        if !args.json {
            report::problems(&args.records, &text, wrong.iter())?;
        }
        return Err(Stop::Problems);
    }
    if let Some(path) = &args.output {
        files::put(path, &kept)?;
    }
    if same { Ok(()) } else { Err(Stop::Problems) }
}

fn is_same(restored: &Restored) -> bool {
    restored.differences.is_empty() && restored.same != Some(false)
}

fn line(restored: &Restored) -> String {
    let id = restored.record.id().unwrap_or("the record");
    let stage = match restored.record.is_erased() {
        true => "erased",
        false => restored.record.stage().unwrap_or("no stage"),
    };
    let count = restored.record.journal_from(1).count();
    let count = some(count, "entry", "entries");
    let mut line = match (is_same(restored), restored.same) {
        (true, Some(_)) => format!("{id}: {count}, the same record, byte for byte ({stage})"),
        (true, None) => format!("{id}: {count}, every move as the journal tells it ({stage})"),
        (false, _) => format!("{id}: {count}, comes out otherwise ({stage})"),
    };
    if !restored.differences.is_empty() {
        let numbers: Vec<String> = restored.differences.iter().map(u32::to_string).collect();
        line.push_str(&format!("\n  other moves at: {}", numbers.join(", ")));
    } else if restored.same == Some(false) {
        line.push_str("\n  every move is the same; the rest of the record is not (another playbook, or an altered file)");
    }
    line
}

fn json(restored: &Restored) -> String {
    let mut line = String::new();
    let mut w = Writer::new(&mut line);
    w.open('{');
    w.key("id").text_or_null(restored.record.id());
    match restored.same {
        Some(same) => w.key("same").boolean(same),
        None => w.key("same").null(),
    }
    w.key("differences").open('[');
    for number in &restored.differences {
        w.item().integer(i64::from(*number));
    }
    w.close(']');
    w.key("record").raw(&restored.record.to_json());
    w.close('}');
    line
}
