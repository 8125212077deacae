//! What is missing of this machine's programs, and may be installed from Debian's packages.

use crate::shell;
use anyhow::Result;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

static INSTALLING: Mutex<()> = Mutex::new(());

/// Whether this runs as a machine's check of a change.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Installs packages where this user may; elsewhere nothing is done, and whoever needs them says what is missing.
pub fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() || !is_root() || !has_packages() {
        return Ok(());
    }
    // The package manager takes one at a time.
    let _installing = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    println!("installing {}", packages.join(" "));
    shell::run_quietly(shell::program("apt-get").args(["-q", "update"]))?;
    shell::run_quietly(
        shell::program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "install", "-y", "--no-install-recommends"])
            .args(packages),
    )
}

/// Whether this user is the administrator.
pub fn is_root() -> bool {
    shell::read(shell::program("id").arg("-u")).is_ok_and(|user| user.trim_ascii() == b"0")
}

fn has_packages() -> bool {
    shell::has("apt-get") && Path::new("/etc/debian_version").exists()
}
