//! The commands. They read files and write texts; what is said about leads comes from the library.

mod ask;
mod check;
mod compile;
mod explain;
mod lines;
mod page;
mod record;
mod report;
mod score;
#[cfg(feature = "serve")]
mod serve;
mod source;
mod stop;
mod test;
mod verify;

use clap::{CommandFactory, Parser, Subcommand};
use leadstage::columns::read_instant;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};
use stop::Stop;

const AFTER_HELP: &str = "\
Exit codes:
  0  fine
  1  problems found: a bad playbook, bad evidence, failed cases, an altered journal
  2  bad usage
  3  a file can't be read or written
  4  a record refused an input, or a receipt was refused";

/// Runs a written definition of a lead lifecycle: checks it, scores leads, and says why.
#[derive(Parser)]
#[command(name = "leadstage", version, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Compile(compile::Args),
    Score(score::Args),
    Explain(explain::Args),
    #[command(flatten)]
    Record(record::Command),
    Ask(Box<ask::Args>),
    #[command(flatten)]
    Verify(verify::Command),
    #[cfg(feature = "serve")]
    Serve(Box<serve::Args>),
    Test(test::Args),
    /// Print the JSON Schema of playbooks, for editors.
    Schema,
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the command that was asked for.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::Score(args) => score::run(args),
        Command::Explain(args) => explain::run(&args),
        Command::Record(command) => record::run(&command),
        Command::Ask(args) => ask::run(&args),
        Command::Verify(command) => verify::run(&command),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Schema => schema(),
        Command::Completions { shell } => completions(shell),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.exit(),
    }
}

fn schema() -> Result<(), Stop> {
    let schema = leadstage::playbook::document::schema();
    io::stdout().write_all(schema.as_bytes())?;
    Ok(())
}

fn completions(shell: clap_complete::Shell) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "leadstage", &mut script);
    io::stdout().write_all(&script)?;
    Ok(())
}

/// Reads the value of `--as-of`.
fn instant(text: &str) -> Result<i64, String> {
    read_instant(text).ok_or_else(|| {
        String::from("write an instant (2026-11-22T09:30:00Z), a date (2026-11-22) or milliseconds since 1970")
    })
}

/// The instant by the machine's clock, in milliseconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
