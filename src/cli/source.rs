//! Reads texts and playbooks.

use super::report;
use super::stop::Stop;
use leadstage::limits;
use leadstage::playbook::Playbook;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::{Node, Tree};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// Whether a path stands for the standard input.
pub fn is_stdin(path: &str) -> bool {
    path == "-"
}

/// Opens a file, or the standard input for `-`.
pub fn open(path: &str) -> Result<Box<dyn Read + Send>, Stop> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Stop::file("read", path, &error)),
    }
}

/// Reads at most one byte more than a limit, so that what is too large is seen and not kept.
pub fn read(path: &str, limit: usize) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let most = limit as u64 + 1;
    open(path)?
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::file("read", path, &error))?;
    Ok(bytes)
}

/// Bytes as text, or the problem that they are none.
pub fn text(bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("byte {valid} (in line {line}) is not UTF-8");
        Problem::new("syntax", "", message).help("save the file as UTF-8")
    })
}

/// A playbook, and the document it came from where it was one.
pub struct Book {
    pub playbook: Arc<Playbook>,
    pub document: Option<Node>,
}

/// Reads a playbook: a document in YAML or JSON, or the compiled form.
pub fn playbook(path: &str) -> Result<Book, Stop> {
    let bytes = read(path, limits::PLAYBOOK_BYTES)?;
    book(bytes).map_err(|(text, problems)| {
        let reported = report::problems(path, &text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    })
}

/// Makes a playbook of the bytes of a document or of the compiled form; else gives the text and what
/// is wrong with it.
pub fn book(bytes: Vec<u8>) -> Result<Book, (String, Problems)> {
    if bytes.starts_with(b"LSPB") {
        let damaged = |error| Problems::from(Problem::new("bad_format", "", format!("{error}")));
        let playbook =
            Playbook::from_bytes(&bytes).map_err(|error| (String::new(), damaged(error)))?;
        return Ok(Book {
            playbook: Arc::new(playbook),
            document: None,
        });
    }
    let text = text(bytes).map_err(|problem| (String::new(), Problems::from(problem)))?;
    let parsed = match Tree::parse(&text, limits::PLAYBOOK_BYTES) {
        Ok(tree) => Playbook::from_tree(&tree).map(|playbook| (playbook, tree.root)),
        Err(problem) => Err(Problems::from(problem)),
    };
    match parsed {
        Ok((playbook, root)) => Ok(Book {
            playbook: Arc::new(playbook),
            document: Some(root),
        }),
        Err(problems) => Err((text, problems)),
    }
}
