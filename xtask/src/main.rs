//! The project's commands: `cargo xtask demo`, `cargo xtask test` and the steps that they are made of.

mod abi;
mod bench;
mod browsers;
mod corpus;
mod data;
mod debian;
mod demo;
mod functions;
mod instructions;
mod licences;
mod native;
mod npm;
mod package;
mod postgres;
mod purity;
mod python;
mod serve;
mod service;
mod shell;
mod site;
mod sizes;
mod test;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [--port N] [--no-serve]   build everything, score the example data, show the site
  test [--from STEP] [STEP...]   check everything, as CI does; --list names the steps
  package                        build the npm package into dist/npm/leadstage
  site                           build the web site into dist/site
  serve [--port N] [FOLDER]      serve dist/site, or another folder, to this machine
  bench [--seed N] [--peers]     measure beside the peers; arguments as in benches/README.md
  instructions [--accept]        count what a decision takes; --accept keeps the figures
  corpus [--generated N]         write what other builds must reproduce into dist/corpus
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    match command.as_str() {
        "demo" => demo::run(rest),
        "test" => test::run(rest),
        "package" => package::build(),
        "site" => {
            package::build()?;
            site::build(&native::leadstage(native::Profile::Release)?, None)
        }
        "serve" => serve::run(rest),
        "bench" => bench::run(rest),
        "instructions" => instructions::run(rest),
        "corpus" => corpus::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("`{other}` is not a command\n\n{USAGE}"),
    }
}
