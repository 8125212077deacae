//! `cargo xtask bench`: the standard workload beside the peers, and what the page's entry takes to download.

use crate::{npm, package, shell};
use anyhow::Result;

/// Builds the package, sets up the peers in Node, and measures; arguments go to the benchmark.
pub fn run(arguments: &[String]) -> Result<()> {
    package::build()?;
    npm::install(&shell::root().join("benches/js"))?;
    if arguments.iter().any(|argument| argument == "--peers") {
        npm::install(&shell::root().join("benches/js/peers"))?;
    }
    shell::run(
        shell::cargo()
            .args([
                "run",
                "--quiet",
                "--release",
                "--package",
                "leadstage-bench",
                "--",
            ])
            .args(arguments),
    )
}
