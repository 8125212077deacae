//! Everything set up and shown, from a fresh clone.

use crate::data::{self, Set};
use crate::native::{self, Profile};
use crate::serve::{self, Server};
use crate::{package, shell, site};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// `demo [--port N] [--no-serve]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut port = None;
    let mut serves = true;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--port" => port = Some(serve::port_of(rest.next())?),
            "--no-serve" => serves = false,
            other => bail!("`demo` has no option `{other}`"),
        }
    }
    println!("== the npm package");
    package::build()?;
    println!("\n== the command line");
    let leadstage = native::leadstage(Profile::Release)?;
    println!("{}", leadstage.display());
    println!("\n== the web site");
    site::build(&leadstage)?;
    for set in data::sets()? {
        println!("\n== {} ({})", set.what, set.file.display());
        score(&leadstage, &set)?;
    }
    if serves {
        show(port)?;
    }
    Ok(())
}

/// Scores a file of leads and prints the summary.
fn score(leadstage: &Path, set: &Set) -> Result<()> {
    let decisions = shell::dist().join(format!("demo/{}.jsonl", set.name));
    shell::make_parent(&decisions)?;
    shell::run(
        set.score(leadstage)
            .arg("--summary")
            .arg("-o")
            .arg(&decisions),
    )?;
    println!("every lead's decision: {}", decisions.display());
    Ok(())
}

fn show(port: Option<u16>) -> Result<()> {
    let folder = site::folder();
    let server = match port {
        Some(port) => Server::open(&folder, port)?,
        None => Server::open(&folder, 8080).or_else(|_| Server::open(&folder, 0))?,
    };
    let url = server.url()?;
    println!("\n== the web site is at {url} (Ctrl+C ends it)");
    open_browser(&url);
    server.serve()
}

/// Opens a browser where there is a desktop; without one the printed address must do.
fn open_browser(url: &str) {
    let desktop = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else if desktop && shell::has("xdg-open") {
        "xdg-open"
    } else {
        return;
    };
    // The site works without it, so a browser that doesn't open is no failure.
    let _ = Command::new(opener)
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
