//! The command line of leadstage. See `docs/CLI.md`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
