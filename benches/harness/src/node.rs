//! The contenders in Node, a child process that takes one command a line.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Error, ErrorKind, Result, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// How a contender's outcomes compare with those of the hand-written Rust.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub name: String,
    /// Leads whose gate differs with a score within the tolerance of a threshold.
    pub near_threshold: u32,
    /// The largest difference in points.
    pub furthest: f64,
    /// Leads that differ otherwise.
    pub differ: u32,
    pub first: Option<serde_json::Value>,
}

pub struct Node {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Starts it; `None` where the packages of the peers are not installed.
    pub fn start(benches: &Path, workload: &Path, package: &Path) -> Result<Option<Self>> {
        if !benches.join("js/node_modules").is_dir() {
            return Ok(None);
        }
        let mut child = Command::new("node")
            .arg(benches.join("js/bench.mjs"))
            .arg(workload)
            .arg("--package")
            .arg(package)
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::from(ErrorKind::BrokenPipe));
        };
        Ok(Some(Self {
            child,
            commands: Some(commands),
            answers: BufReader::new(answers),
        }))
    }

    pub fn check(&mut self) -> Result<Vec<Check>> {
        self.ask("check")
    }

    /// Leads per CPU second by contender.
    pub fn round(&mut self) -> Result<BTreeMap<String, f64>> {
        self.ask("round")
    }

    fn ask<T: DeserializeOwned>(&mut self, command: &str) -> Result<T> {
        if let Some(commands) = &mut self.commands {
            writeln!(commands, "{command}")?;
            commands.flush()?;
        }
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err(Error::other("node stopped without an answer"));
        }
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.commands = None;
        let _ = self.child.wait();
    }
}
