//! The browsers that the tests run in: found, or installed where this machine allows it.

use crate::{debian, shell};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// An engine, the variable that tells the tests where it is, where it may be, and Debian's packages of it.
struct Engine {
    name: &'static str,
    variable: &'static str,
    programs: &'static [&'static str],
    also: &'static [&'static str],
    packages: &'static [&'static str],
}

const ENGINES: [Engine; 3] = [
    Engine {
        name: "Chromium",
        variable: "LEADSTAGE_CHROMIUM",
        programs: &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ],
        also: &[],
        packages: &["chromium"],
    },
    Engine {
        name: "Firefox",
        variable: "LEADSTAGE_FIREFOX",
        programs: &["firefox-esr", "firefox"],
        also: &[],
        packages: &["firefox-esr"],
    },
    Engine {
        name: "WebKit",
        variable: "LEADSTAGE_WEBKIT",
        programs: &["WebKitWebDriver"],
        also: &["Xvfb"],
        packages: &["webkit2gtk-driver", "xvfb", "xauth"],
    },
];

impl Engine {
    fn find(&self) -> Option<PathBuf> {
        if !self.also.iter().all(|name| shell::has(name)) {
            return None;
        }
        self.programs.iter().find_map(|name| shell::find(name))
    }
}

/// Begins to install the browsers that are missing, beside what else goes on.
pub fn prepare() {
    std::thread::spawn(|| {
        // What goes wrong here goes wrong again, and is told, when the browsers are needed.
        let _ = install_missing();
    });
}

fn install_missing() -> Result<()> {
    let missing: Vec<&str> = ENGINES
        .iter()
        .filter(|engine| engine.find().is_none())
        .flat_map(|engine| engine.packages)
        .copied()
        .collect();
    debian::install(&missing)
}

/// Finds the browsers, installs those that are missing, and gives the variables that name them to the tests.
///
/// On a machine of CI a browser that is not there is an error; elsewhere it is said which was not tested.
pub fn ready() -> Result<Vec<(&'static str, PathBuf)>> {
    install_missing()?;
    let mut found = Vec::new();
    for engine in ENGINES {
        match engine.find() {
            Some(program) => found.push((engine.variable, program)),
            None if debian::in_ci() => bail!(
                "{} is needed here and could not be found or installed",
                engine.name
            ),
            None => println!(
                "NOT TESTED in {}: it is not installed ({})",
                engine.name,
                engine.packages.join(" ")
            ),
        }
    }
    Ok(found)
}
