//! The service against its OpenAPI document: a fuzzer asks whatever the document allows, and what it doesn't.

use crate::native::{self, Profile};
use crate::{python, shell};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

const FUZZER: &str = "schemathesis==4.32.5";

/// What is not looked for: the document doesn't say what a playbook says, so what fits it may be refused, and the other way round.
const NOT_CHECKED: &str = "positive_data_acceptance,negative_data_rejection";

/// Who asks, with how many examples for each endpoint.
const ASKERS: [(&str, u32); 3] = [("source", 10), ("admin", 5), ("monitor", 1)];

/// Starts a service on an empty store and lets the fuzzer ask it.
pub fn check() -> Result<()> {
    if !shell::has("python3") {
        println!("NOT CHECKED: the service by a fuzzer, as there is no `python3`");
        return Ok(());
    }
    let leadstage = native::leadstage(Profile::Tests)?;
    let fuzzer = python::program(FUZZER, "schemathesis")?;
    let folder = shell::dist().join("service");
    shell::empty(&folder)?;
    let [keys, access, store] =
        ["keys.json", "access.json", "store.db"].map(|name| folder.join(name));
    shell::run(Command::new(&leadstage).args(["keys", "new"]).arg(&keys))?;
    let mut tokens = Vec::new();
    for (role, _) in ASKERS {
        let made = shell::read(
            Command::new(&leadstage)
                .args(["keys", "access"])
                .arg(&access)
                .args([
                    "--id",
                    role,
                    "--role",
                    role,
                    "--acts-as",
                    "sales",
                    "--source",
                    "crm",
                ]),
        )?;
        tokens.push(String::from_utf8(made)?);
    }
    let book = shell::root().join("playbooks/revenue-chain/playbook.yaml");
    let service = Service::start(
        Command::new(&leadstage)
            .arg("serve")
            .arg("--keys")
            .arg(&keys)
            .arg("--access")
            .arg(&access)
            .arg("--playbook")
            .arg(book)
            .args(["--store", &format!("sqlite:{}", store.display())])
            .args([
                "--listen",
                "127.0.0.1:0",
                "--rate",
                "0",
                "--key-rate",
                "0",
                "--issuer",
                "test",
            ]),
    )?;
    for ((role, examples), token) in ASKERS.iter().zip(&tokens) {
        println!("as {role}");
        ask(&fuzzer, &service.url, token.trim(), *examples)?;
    }
    Ok(())
}

fn ask(fuzzer: &Path, url: &str, token: &str, examples: u32) -> Result<()> {
    shell::run_quietly(
        Command::new(fuzzer)
            .arg("run")
            .arg(format!("{url}/openapi.json"))
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--max-examples", &examples.to_string()])
            .args(["--exclude-checks", NOT_CHECKED, "--no-color"])
            .current_dir(shell::dist().join("service")),
    )
}

/// A service that runs until it is dropped.
struct Service {
    child: Child,
    url: String,
    /// Nobody may close it while the service writes its log.
    _log: BufReader<ChildStderr>,
}

impl Service {
    fn start(command: &mut Command) -> Result<Self> {
        // So little is logged that nobody needs to read it.
        let mut child = command
            .env("LEADSTAGE_LOG", "leadstage::server::listen=info,error")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut log = BufReader::new(child.stderr.take().context("its log can't be read")?);
        let (mut line, mut said) = (String::new(), String::new());
        loop {
            line.clear();
            if log.read_line(&mut line)? == 0 {
                bail!("the service did not start:\n{said}");
            }
            said.push_str(&line);
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = entry["address"].as_str() {
                let url = format!("http://{address}");
                return Ok(Self {
                    child,
                    url,
                    _log: log,
                });
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
