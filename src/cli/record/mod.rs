//! The commands about records: what reaches them, whether they are as they were written, who is the same person, and how
//! many went from stage to stage.

mod advance;
mod answer;
mod dedupe;
mod due;
mod export;
mod files;
mod funnel;
mod lines;
mod local;
mod merge;
mod missing;
mod progress;
mod replay;
mod story;
mod told;
mod verify;

pub use files::{is_record, write_whole};
#[cfg(feature = "serve")]
pub use files::{read, refuse};
pub use progress::Progress;
pub use told::page;

use super::report;
use super::source;
use super::stop::Stop;
use leadstage::lifecycle::Lifecycle;
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::tree::{Node, Tree};
use std::sync::Arc;

/// A playbook that moves records, and the document it came from.
pub struct Rules {
    pub lifecycle: Arc<Lifecycle>,
    pub document: Node,
}

/// Reads a playbook that moves records; it must be a document.
pub fn rules(path: &str) -> Result<Rules, Stop> {
    let bytes = source::read(path, limits::PLAYBOOK_BYTES)?;
    if bytes.starts_with(b"LSPB") {
        let message = "the compiled form decides on leads and doesn't move records: give the playbook's document";
        return Err(Stop::Usage(format!("`{path}`: {message}")));
    }
    let refuse = |text: &str, problems: Problems| {
        let reported = report::problems(path, text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    };
    let text = source::text(bytes).map_err(|problem| refuse("", Problems::from(problem)))?;
    let tree = Tree::parse(&text, limits::PLAYBOOK_BYTES)
        .map_err(|problem| refuse(&text, Problems::from(problem)))?;
    let lifecycle = Lifecycle::from_node(&tree.root, tree.problems)
        .map_err(|problems| refuse(&text, problems))?;
    Ok(Rules {
        lifecycle: Arc::new(lifecycle),
        document: tree.root,
    })
}

/// The commands about records.
#[derive(clap::Subcommand)]
pub enum Command {
    Advance(advance::Args),
    Replay(replay::Args),
    VerifyJournal(verify::Args),
    Merge(merge::Args),
    Dedupe(dedupe::Args),
    Funnel(funnel::Args),
    ExportRecord(export::Args),
    EraseDue(due::Args),
}

pub fn run(command: &Command) -> Result<(), Stop> {
    match command {
        Command::Advance(args) => advance::run(args),
        Command::Replay(args) => replay::run(args),
        Command::VerifyJournal(args) => verify::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Dedupe(args) => dedupe::run(args),
        Command::Funnel(args) => funnel::run(args),
        Command::ExportRecord(args) => export::run(args),
        Command::EraseDue(args) => due::run(args),
    }
}
