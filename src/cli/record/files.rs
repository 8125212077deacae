//! Files of records and of inputs: one document, a list, or one a line.

use super::Rules;
use crate::cli::report;
use crate::cli::source;
use crate::cli::stop::Stop;
use leadstage::lifecycle::{Kept, Record, Restored};
use leadstage::limits;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::{Content, Node, Tree};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whether a text is a record as it is kept; evidence has no journal.
pub fn is_record(text: &str) -> bool {
    let found = Tree::parse_json(text, limits::RECORD_BYTES);
    found.is_ok_and(|tree| tree.root.get("journal").is_some())
}

/// Reads a file of text, with the problem reported where it is none.
pub fn read(path: &str, limit: usize) -> Result<String, Stop> {
    let bytes = source::read(path, limit)?;
    source::text(bytes).map_err(|problem| refuse(path, "", &Problems::from(problem)))
}

/// Reports problems of a text.
pub fn refuse(path: &str, text: &str, problems: &Problems) -> Stop {
    let reported = report::problems(path, text, problems.iter());
    reported.err().unwrap_or(Stop::Problems)
}

/// A part of a file, and its number from 1.
pub struct Part {
    pub tree: Result<Tree, Problem>,
    pub number: u32,
    /// Of the file, where the part is a line of it.
    lines_before: u32,
}

impl Part {
    /// Problems with the lines of the file.
    pub fn in_file(&self, problems: &Problems) -> Problems {
        let moved = problems.iter().cloned().map(|mut problem| {
            problem.line = problem
                .line
                .or((self.lines_before > 0).then_some(1))
                .map(|line| line + self.lines_before);
            problem.column = problem.column.or(problem.line.map(|_| 1));
            problem
        });
        Problems::new(moved.collect())
    }
}

/// The parts of a file: those of a list, the lines, or the one document that it is.
pub fn parts(text: &str) -> Vec<Part> {
    let whole = Tree::parse(text, limits::RECORD_BYTES);
    let as_lines = || {
        let lines = (0..).zip(text.lines());
        lines.filter(|(_, line)| !line.trim().is_empty())
    };
    let several = as_lines().nth(1).is_some();
    let first_is_whole = as_lines()
        .next()
        .is_some_and(|(_, line)| Tree::parse_json(line, limits::RECORD_BYTES).is_ok());
    if several && first_is_whole && !matches!(&whole, Ok(tree) if tree.root.as_list().is_some()) {
        let numbered = (1..).zip(as_lines());
        return numbered
            .map(|(number, (lines_before, line))| Part {
                tree: Tree::parse_json(line, limits::RECORD_BYTES),
                number,
                lines_before,
            })
            .collect();
    }
    let part = |tree, number| Part {
        tree,
        number,
        lines_before: 0,
    };
    match whole {
        Ok(Tree { root, problems }) => match root.content {
            Content::List(items) if problems.is_empty() => (1..)
                .zip(items)
                .map(|(number, root)| {
                    let problems = Vec::new();
                    part(Ok(Tree { root, problems }), number)
                })
                .collect(),
            content => {
                let root = Node {
                    content,
                    at: root.at,
                };
                vec![part(Ok(Tree { root, problems }), 1)]
            }
        },
        Err(problem) => vec![part(Err(problem), 1)],
    }
}

/// What is kept in a tree.
pub fn kept(tree: &Result<Tree, Problem>) -> Result<Kept, Problems> {
    let tree = tree
        .as_ref()
        .map_err(|problem| Problems::from(problem.clone()))?;
    match tree.problems.is_empty() {
        true => Kept::from_tree(&tree.root),
        false => Err(Problems::new(tree.problems.clone())),
    }
}

/// Restores a record that is kept in a tree.
pub fn restore(rules: &Rules, tree: &Result<Tree, Problem>) -> Result<Restored, Problems> {
    kept(tree)?.restore(rules.lifecycle.clone())
}

/// The one record that a file keeps.
pub fn record(rules: &Rules, path: &str) -> Result<Record, Stop> {
    let text = read(path, limits::RECORD_BYTES)?;
    match restore(rules, &Tree::parse_json(&text, limits::RECORD_BYTES)) {
        Ok(restored) => Ok(restored.record),
        Err(problems) => Err(refuse(path, &text, &problems)),
    }
}

/// Writes a file whole or not at all: beside its place first, then it is put there.
pub fn write_whole(path: &str, text: &str) -> Result<(), Stop> {
    let failed = |error: io::Error| Stop::file("written", path, &error);
    // Where the place is a link, what it leads to is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let beside = beside(&place);
    let written =
        fill(&beside, text, fs::metadata(&place).ok()).and_then(|()| fs::rename(&beside, &place));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn fill(path: &Path, text: &str, of: Option<fs::Metadata>) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
    if let Some(of) = of.filter(fs::Metadata::is_file) {
        file.set_permissions(of.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Writes a record, or records, to a file or, for `-`, to the standard output.
pub fn put(path: &str, text: &str) -> Result<(), Stop> {
    if source::is_stdin(path) {
        io::stdout().write_all(text.as_bytes())?;
        return Ok(());
    }
    write_whole(path, text)
}
