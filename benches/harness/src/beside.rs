//! The contenders in processes of their own, in Node and in Rust, which take one command a line.

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

pub struct Beside {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Beside {
    /// Those of the short form in Node, or the other peers; `None` where their packages are not installed.
    pub fn node(
        benches: &Path,
        workload: &Path,
        package: &Path,
        peers: bool,
    ) -> Result<Option<Self>> {
        let folder = benches.join(if peers { "js/peers" } else { "js" });
        if !folder.join("node_modules").is_dir() {
            return Ok(None);
        }
        let mut command = Command::new("node");
        command.arg(benches.join("js/bench.mjs")).arg(workload);
        command.arg("--package").arg(package).arg("--serve");
        if peers {
            command.arg("--peers");
        }
        Self::start(command).map(Some)
    }

    /// Those in Rust; their input is written by Node, which must have answered before.
    pub fn rust(benches: &Path, workload: &Path) -> Result<Self> {
        let mut command = Command::new("cargo");
        command.args(["run", "--quiet", "--release", "--locked", "--manifest-path"]);
        command.arg(benches.join("peers/Cargo.toml"));
        command.arg("--").arg(workload);
        Self::start(command)
    }

    fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::from(ErrorKind::BrokenPipe));
        };
        Ok(Self {
            child,
            commands: Some(commands),
            answers: BufReader::new(answers),
        })
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
            return Err(Error::other(
                "a contender's process stopped without an answer",
            ));
        }
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.commands = None;
        let _ = self.child.wait();
    }
}
