//! The real binary on real files.

mod ask;
mod check;
mod compile;
mod explain;
mod funnel;
mod personal;
mod record;
mod score;
mod table;
mod test;
mod verify;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// A folder of its own that is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("leadstage-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(PathBuf::from(&path).parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadstage"));
    command
        .args(args)
        .env("COLUMNS", "80")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What came of a command.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub fn run(args: &[&str]) -> Ran {
    Ran::from(command(args).output().unwrap())
}

/// The same with a standard input.
pub fn run_with(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    let mut child = command(args).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran::from(output)
}

/// A file of the repository.
pub fn shipped(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    path.to_str().unwrap().to_owned()
}

/// Each line of an output as JSON.
pub fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A small playbook: a demo is worth 10 points, which are halved in 30 days; software companies 20.
pub const SMALL: &str = "\
leadstage: 1
name: small
version: 3
attributes:
  account.industry: { type: choice, options: [software, retail], label: Industry }
  account.employees: { type: number, whole: true, min: 1, max: 1000000, label: Employees }
  contact.title: { type: text }
  contact.opted_in: { type: boolean }
  contact.tools: { type: choices, options: [crm, chat, mail] }
  deal.close_date: { type: date }
signals:
  demo: { label: Asked for a demo }
scores:
  fit:
    groups:
      - name: company
        rules:
          - { when: { account.industry: software }, points: 20, label: Core industry }
          - { when: { account.employees: { from: 50 } }, points: 10 }
    bands: { A: 20, B: 0 }
  intent:
    groups:
      - name: asked
        rules:
          - { signal: demo, points: 10, decay: { half_life: 30d }, label: Wants to see it }
stages:
  lead: { label: Lead }
  mql:
    label: Qualified
    enter: { all: [ { score: { fit: { from: 20 } } }, { signal: demo, within: 30d } ] }
initial: lead
transitions:
  - { from: lead, to: mql, by: automation }
routes:
  - { when: { stage: mql }, then: book_meeting, label: Offer the calendar }
  - { then: nurture, label: Stay in touch }
";
