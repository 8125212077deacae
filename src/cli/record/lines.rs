//! Records one a line, gone through as they come.

use super::progress::Progress;
use crate::cli::lines;
use crate::cli::source;
use crate::cli::stop::Stop;
use leadstage::limits;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::Tree;
use std::collections::HashMap;
use std::io::{self, BufReader};

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
    let (mut number, mut bytes, mut records) = (0_u32, 0_u64, 0);
    // One more than may be, so that it is seen to be too long; and the end that Windows gives lines.
    let most = limits::RECORD_BYTES + 2;
    while let Some(line) = lines::next(&mut file, most, &mut bytes).map_err(failed)? {
        number += 1;
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
