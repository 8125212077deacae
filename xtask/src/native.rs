//! The command line, built for this machine.

use crate::shell;
use anyhow::Result;
use std::path::PathBuf;

/// How much time building may take for how much speed.
#[derive(Clone, Copy)]
pub enum Profile {
    /// As the tests build it.
    Tests,
    /// As it ships.
    Release,
}

impl Profile {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Tests => &[],
            Self::Release => &["--release"],
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Tests => "debug",
            Self::Release => "release",
        }
    }
}

/// Builds `leadstage` and says where it is.
pub fn leadstage(profile: Profile) -> Result<PathBuf> {
    build(
        profile,
        "--package leadstage --features serve --bin leadstage",
        "leadstage",
    )
}

/// Builds the program that writes what other builds must reproduce.
pub fn corpus(profile: Profile) -> Result<PathBuf> {
    build(profile, "--package leadstage-corpus", "leadstage-corpus")
}

fn build(profile: Profile, what: &str, name: &str) -> Result<PathBuf> {
    shell::run(
        shell::cargo()
            .args(["build", "--quiet", "--locked"])
            .args(shell::words(what))
            .args(profile.arguments()),
    )?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(shell::target().join(profile.folder()).join(file))
}
