//! Everything set up and shown, from a fresh clone.

use crate::data::{self, Set};
use crate::native::{self, Profile};
use crate::serve::{self, Server};
use crate::{package, shell, site};
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
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
    site::build(&leadstage, serves.then_some("./"))?;
    for set in data::sets()? {
        println!("\n== {} ({})", set.what, set.file.display());
        score(&leadstage, &set)?;
    }
    if serves {
        show(&leadstage, port)?;
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

fn show(leadstage: &Path, port: Option<u16>) -> Result<()> {
    let service = start_service(leadstage)?;
    let folder = site::folder();
    let server = match port {
        Some(port) => Server::open(&folder, port)?,
        None => Server::open(&folder, 8080).or_else(|_| Server::open(&folder, 0))?,
    };
    let server = server.with_service(service);
    let url = server.url()?;
    println!("\n== the web site is at {url} (Ctrl+C ends it)");
    open_browser(&url);
    server.serve()
}

/// Starts a leadstage server for the site's receipts, with keys of its own and nothing kept; Ctrl+C ends it too.
fn start_service(leadstage: &Path) -> Result<SocketAddr> {
    let keys = shell::dist().join("demo/keys.json");
    shell::make_parent(&keys)?;
    if !keys.exists() {
        shell::run_quietly(Command::new(leadstage).args(["keys", "new"]).arg(&keys))?;
    }
    // A port that was free a moment ago.
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let listen = address.to_string();
    Command::new(leadstage)
        .current_dir(shell::root())
        .args(["serve", "--playbook", site::PLAYBOOK, "--store", "none"])
        .args(["--issuer", "leadstage-demo", "--listen", &listen, "--keys"])
        .arg(&keys)
        .env("LEADSTAGE_LOG", "warn")
        .spawn()
        .context("`leadstage serve` could not be started")?;
    Ok(address)
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
