//! Python with a package that a check needs, in a folder of its own.

use crate::shell;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// Where its programs are.
fn folder() -> PathBuf {
    shell::dist().join("python/bin")
}

/// A Python that has a package (`name==version`).
pub fn with(package: &str) -> Result<PathBuf> {
    let python = folder().join("python");
    if !python.is_file() {
        let folder = shell::dist().join("python");
        shell::run(shell::program("python3").args(["-m", "venv"]).arg(folder))?;
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    shell::run_quietly(Command::new(&python).args(install).arg(package))?;
    Ok(python)
}

/// A program that comes with a package.
pub fn program(package: &str, name: &str) -> Result<PathBuf> {
    with(package)?;
    Ok(folder().join(name))
}
