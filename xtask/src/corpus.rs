//! Decisions made natively, which the builds for JavaScript must reproduce.

use crate::native::{self, Profile};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::process::Command;

/// So many made-up playbooks, each with evidence and an instant, are decided upon.
const GENERATED: u32 = 100_000;

/// `corpus [--generated N]`.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => write(),
        [option, number] if option == "--generated" => write_so_many(
            number
                .parse()
                .context("`--generated` needs a whole number")?,
        ),
        _ => bail!("`corpus` takes `--generated N` and nothing else"),
    }
}

/// Writes `dist/corpus`.
pub fn write() -> Result<()> {
    write_so_many(GENERATED)
}

fn write_so_many(generated: u32) -> Result<()> {
    let folder = shell::dist().join("corpus");
    shell::empty(&folder)?;
    let program = native::corpus(Profile::Tests)?;
    shell::run(
        Command::new(program)
            .current_dir(shell::root())
            .arg("decisions")
            .arg(&folder)
            .arg(generated.to_string()),
    )
}
