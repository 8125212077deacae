//! Records one a line, gone through as they come.

use super::progress::Progress;
use crate::cli::source;
use crate::cli::stop::Stop;
use leadstage::limits;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::Tree;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

/// Goes through the lines of a file that hold something, with progress on a terminal. What is wrong with a line gets its number.
pub fn each(
    path: &str,
    mut take: impl FnMut(u32, &Result<Tree, Problem>) -> Result<(), Problems>,
    mut refuse: impl FnMut(u32, Problems),
) -> Result<(), Stop> {
    let file = std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file);
    let mut progress = Progress::new(file.map(|file| file.len()));
    let failed = |error: io::Error| Stop::file("read", path, &error);
    let mut file = BufReader::new(source::open(path)?);
    let (mut line, mut number, mut bytes, mut records) = (Vec::new(), 0_u32, 0_u64, 0);
    loop {
        line.clear();
        let most = limits::RECORD_BYTES as u64 + 2;
        let mut part = file.by_ref().take(most);
        let got = part.read_until(b'\n', &mut line).map_err(failed)? as u64;
        if got == 0 {
            break;
        }
        number += 1;
        bytes += got;
        if got == most && !line.ends_with(b"\n") {
            bytes += skip_line(&mut file).map_err(failed)?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let tree =
            match std::str::from_utf8(&line) {
                Ok(text) => Tree::parse_json(text.trim_end(), limits::RECORD_BYTES),
                Err(_) => Err(Problem::new("syntax", "", "the line is not UTF-8")
                    .help("save the file as UTF-8")),
            };
        match take(number, &tree) {
            Ok(()) => records += 1,
            Err(problems) => {
                let placed = problems.iter().cloned().map(|problem| {
                    let column = problem.column.unwrap_or(1);
                    problem.at(number, column)
                });
                refuse(number, Problems::new(placed.collect()));
            }
        }
        progress.show(bytes, records);
    }
    progress.end();
    Ok(())
}

/// Reads on to the end of a line without keeping it.
fn skip_line(file: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = file.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        skipped += used as u64;
        file.consume(used);
        if end.is_some() || used == 0 {
            return Ok(skipped);
        }
    }
}

/// The ids of records so far, each with its line.
#[derive(Default)]
pub struct Ids(HashMap<String, u32>);

impl Ids {
    /// Takes the id of a record in, which must be new.
    pub fn take(&mut self, id: Option<&str>, number: u32) -> Result<(), Problems> {
        let Some(id) = id else { return Ok(()) };
        let Some(before) = self.0.insert(id.to_owned(), number) else {
            return Ok(());
        };
        let message = format!("line {before} has a record of this id too");
        let help = "give each record an id of its own";
        Err(Problem::new("duplicate_name", "/id", message)
            .help(help)
            .into())
    }
}
