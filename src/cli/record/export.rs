//! `leadstage export-record`.

use super::{files, rules};
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::tree::{Tree, write_pretty};

/// Print everything that is held on a record, with the playbook's labels, for the person that it is about.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The record as it is kept. `-` is the standard input.
    #[arg(value_name = "RECORD")]
    record: String,
    /// Where the export is written, as JSON; by default the standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: String,
    /// The instant of its decision. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let rules = rules(&args.playbook)?;
    let record = files::record(&rules, &args.record)?;
    let exported = record.export(args.as_of.unwrap_or_else(now));
    let tree = Tree::parse_json(&exported, usize::MAX)
        .map_err(|problem| Stop::Files(format!("the export can't be shown: {problem}")))?;
    let mut text = String::new();
    write_pretty(&mut text, &tree.root);
    text.push('\n');
    files::put(&args.output, &text)
}
