//! The command line of leadstage. See `docs/CLI.md`.

mod cli;
#[cfg(feature = "serve")]
mod server;

/// The service takes and gives back memory of many sizes for each request.
#[cfg(feature = "serve")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
