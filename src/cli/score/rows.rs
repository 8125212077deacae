//! Reads leads in batches: lines of JSON, rows of CSV, or one document.

use crate::cli::source;
use crate::cli::stop::Stop;
use csv::ByteRecord;
use leadstage::limits;
use leadstage::problem::Problem;
use leadstage::tree::{Node, Tree};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const BUFFER: usize = 1 << 18;
const BATCH_BYTES: usize = 1 << 17;
const BATCH_ROWS: usize = 512;

/// Some rows that follow each other.
pub struct Batch {
    /// Number of the first row, from 1.
    pub first: u64,
    pub rows: Rows,
    /// How many bytes of the input have been read up to here.
    pub read: u64,
}

pub enum Rows {
    /// One text, and where each line of it lies.
    Lines(Vec<u8>, Vec<Line>),
    Records(Vec<ByteRecord>),
    /// Evidence that has been read, with what was wrong with the text.
    Nodes(Vec<(Node, Vec<Problem>)>),
}

/// A line that is not blank.
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Where it lies; nothing where it was too long to be kept.
    pub range: Option<std::ops::Range<usize>>,
}

pub type Batches = Box<dyn FnMut() -> Result<Option<Batch>, Stop> + Send>;

/// JSON Lines.
pub fn lines(path: &str) -> Result<Batches, Stop> {
    let mut lines = Lines {
        reader: BufReader::with_capacity(BUFFER, source::open(path)?),
        number: 0,
        rows: 0,
        read: 0,
    };
    let path = path.to_owned();
    Ok(Box::new(move || {
        lines
            .batch()
            .map_err(|error| Stop::file("read", &path, &error))
    }))
}

struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    number: u64,
    rows: u64,
    read: u64,
}

impl Lines {
    fn batch(&mut self) -> io::Result<Option<Batch>> {
        let mut bytes = Vec::new();
        let mut lines = Vec::new();
        while bytes.len() < BATCH_BYTES && lines.len() < BATCH_ROWS {
            // What has come so far is worked on before this waits for more.
            if self.reader.buffer().is_empty() && !lines.is_empty() {
                break;
            }
            let start = bytes.len();
            let Some(kept) = self.line(&mut bytes)? else {
                break;
            };
            self.number += 1;
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            let line = bytes.get(start..).unwrap_or_default();
            if kept && line.trim_ascii().is_empty() {
                bytes.truncate(start);
                continue;
            }
            lines.push(Line {
                number: self.number,
                range: kept.then_some(start..bytes.len()),
            });
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let first = self.rows + 1;
        self.rows += lines.len() as u64;
        Ok(Some(Batch {
            first,
            rows: Rows::Lines(bytes, lines),
            read: self.read,
        }))
    }

    /// Appends the next line. `None` at the end; `Some(false)` where it was too long and was dropped.
    fn line(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<bool>> {
        let start = bytes.len();
        let mut kept = true;
        let mut some = false;
        loop {
            let available = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                available => available?,
            };
            if available.is_empty() {
                return Ok(some.then_some(kept));
            }
            some = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(available.len(), |place| place + 1);
            let part = available.get(..end.unwrap_or(used)).unwrap_or_default();
            if kept && bytes.len() - start + part.len() > limits::EVIDENCE_BYTES {
                kept = false;
                bytes.truncate(start);
            }
            if kept {
                bytes.extend_from_slice(part);
            }
            self.reader.consume(used);
            self.read += used as u64;
            if end.is_some() {
                return Ok(Some(kept));
            }
        }
    }
}

/// A table, its header read.
pub struct Table {
    pub headers: Vec<String>,
    reader: csv::Reader<Guard>,
    pending: Arc<AtomicUsize>,
}

/// Stops a row that never ends, as after a quote that nobody closes.
struct Guard {
    inner: Box<dyn Read + Send>,
    pending: Arc<AtomicUsize>,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.pending.load(Ordering::Relaxed) > limits::EVIDENCE_BYTES + BUFFER {
            let message = format!(
                "a row is longer than {} bytes; is a quote left open?",
                limits::EVIDENCE_BYTES
            );
            return Err(io::Error::other(message));
        }
        let count = self.inner.read(buffer)?;
        self.pending.fetch_add(count, Ordering::Relaxed);
        Ok(count)
    }
}

impl Table {
    /// Opens a table and reads its header.
    pub fn open(path: &str, delimiter: u8) -> Result<Self, Stop> {
        let pending = Arc::new(AtomicUsize::new(0));
        let guard = Guard {
            inner: source::open(path)?,
            pending: Arc::clone(&pending),
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(guard);
        let header = reader.byte_headers().map_err(|error| failed(path, error))?;
        let cell = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
        Ok(Self {
            headers: header.iter().map(cell).collect(),
            reader,
            pending,
        })
    }

    pub fn batches(mut self, path: &str) -> Batches {
        let path = path.to_owned();
        let mut rows = 0;
        Box::new(move || {
            let mut records = Vec::with_capacity(BATCH_ROWS);
            let start = self.reader.position().byte();
            loop {
                let mut record = ByteRecord::new();
                let some = self.reader.read_byte_record(&mut record);
                if !some.map_err(|error| failed(&path, error))? {
                    break;
                }
                self.pending.store(0, Ordering::Relaxed);
                records.push(record);
                let bytes = self.reader.position().byte() - start;
                if records.len() == BATCH_ROWS || bytes >= BATCH_BYTES as u64 {
                    break;
                }
            }
            if records.is_empty() {
                return Ok(None);
            }
            let first = rows + 1;
            rows += records.len() as u64;
            Ok(Some(Batch {
                first,
                rows: Rows::Records(records),
                read: self.reader.position().byte(),
            }))
        })
    }
}

fn failed(path: &str, error: csv::Error) -> Stop {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Stop::file("read", path, &error),
        kind => Stop::Files(format!("`{path}` can't be read as CSV: {kind:?}")),
    }
}

/// One document in JSON or YAML: the evidence of one lead, or a list of such.
pub fn document(path: &str) -> Result<Result<Batches, Problem>, Stop> {
    let bytes = source::read(path, limits::EVIDENCE_BYTES)?;
    let read = bytes.len() as u64;
    let tree = match source::text(bytes).and_then(|text| Tree::parse(&text, limits::EVIDENCE_BYTES))
    {
        Ok(tree) => tree,
        Err(problem) if problem.code == "too_large" => {
            return Ok(Err(
                problem.help("write one lead a line and use `--from jsonl`")
            ));
        }
        Err(problem) => return Ok(Err(problem)),
    };
    let problems = tree.problems;
    let nodes = match tree.root.content {
        leadstage::tree::Content::List(items) => {
            let of_item = |(place, node): (usize, Node)| (node, under(&problems, place));
            items.into_iter().enumerate().map(of_item).collect()
        }
        content => vec![(
            Node {
                content,
                at: tree.root.at,
            },
            problems,
        )],
    };
    let mut batch = Some(Batch {
        first: 1,
        rows: Rows::Nodes(nodes),
        read,
    });
    Ok(Ok(Box::new(move || Ok(batch.take()))))
}

/// The problems of an item of a list, with paths from there.
fn under(problems: &[Problem], place: usize) -> Vec<Problem> {
    let prefix = format!("/{place}");
    let of_item = |problem: &Problem| {
        let rest = problem.path.strip_prefix(&prefix)?;
        let mut problem = problem.clone();
        problem.path = rest.starts_with('/').then(|| rest.to_owned())?;
        Some(problem)
    };
    problems.iter().filter_map(of_item).collect()
}
