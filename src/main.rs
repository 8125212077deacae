//! The command line of leadstage. See `docs/CLI.md`.

mod cli;
#[cfg(feature = "serve")]
mod server;

fn main() -> std::process::ExitCode {
    cli::main()
}
