//! npm packages that the commands need.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Installs a folder's locked packages unless just these are there.
pub fn install(folder: &Path) -> Result<()> {
    if !shell::has("node") || !shell::has("npm") {
        bail!("Node 20 or newer, with npm, is needed and was not found");
    }
    let lock_path = folder.join("package-lock.json");
    let lock = std::fs::read(&lock_path)
        .with_context(|| format!("cannot read {}", lock_path.display()))?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&installed).is_ok_and(|there| there == lock) {
        return Ok(());
    }
    shell::run(
        shell::program("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(folder),
    )?;
    std::fs::write(&installed, lock)
        .with_context(|| format!("cannot write {}", installed.display()))
}
