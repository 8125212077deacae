//! From rows to lines of decisions.

use super::rows::{Batch, Line, Rows};
use super::summary::Summary;
use crate::cli::report;
use csv::{ByteRecord, StringRecord};
use leadstage::batch::{Refused, read_line, read_node};
use leadstage::columns::{Cells, Columns};
use leadstage::evaluate::{Evaluator, Extent};
use leadstage::evidence::Evidence;
use leadstage::json::Writer;
use leadstage::playbook::Playbook;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::Node;
use std::sync::Arc;

/// How many problems are told in words besides their place in the output.
const TOLD: usize = 5;

/// What every row is worked on with.
pub struct Work {
    pub playbook: Arc<Playbook>,
    /// For tables.
    pub columns: Option<Columns>,
    /// For every lead, whatever its own evidence says.
    pub as_of: Option<i64>,
    /// For leads that say nothing.
    pub now: i64,
    pub extent: Extent,
    pub summary: bool,
}

/// What became of a batch.
pub struct Done {
    pub text: String,
    pub rows: u64,
    pub bad: u64,
    /// The first problems, in words.
    pub told: Vec<String>,
    pub summary: Summary,
    pub read: u64,
}

/// Who a row is about.
enum Id<'r> {
    Named(&'r str),
    Row(u64),
}

/// A worker with room that is used again for every lead.
pub struct Worker {
    work: Arc<Work>,
    evaluator: Evaluator,
}

impl Worker {
    pub fn new(work: Arc<Work>) -> Self {
        let evaluator = Evaluator::new(Arc::clone(&work.playbook));
        Self { work, evaluator }
    }

    pub fn batch(&mut self, batch: &mut Batch) -> Done {
        let mut done = Done {
            text: String::new(),
            rows: 0,
            bad: 0,
            told: Vec::new(),
            summary: Summary::default(),
            read: batch.read,
        };
        let first = batch.first;
        match &mut batch.rows {
            Rows::Lines(bytes, lines) => {
                for (line, row) in lines.iter().zip(first..) {
                    self.line(bytes, line, row, &mut done);
                }
            }
            Rows::Records(records) => {
                for (record, row) in records.drain(..).zip(first..) {
                    self.record(record, row, &mut done);
                }
            }
            Rows::Nodes(nodes) => {
                for ((node, problems), row) in nodes.drain(..).zip(first..) {
                    self.node(&node, problems, row, &mut done);
                }
            }
        }
        done
    }

    fn line(&mut self, bytes: &[u8], line: &Line, row: u64, done: &mut Done) {
        let number = u32::try_from(line.number).unwrap_or(u32::MAX);
        let read = match &line.range {
            None => Err(Refused::too_long(number)),
            Some(range) => {
                let line = bytes.get(range.clone()).unwrap_or_default();
                read_line(&self.work.playbook, line, number)
            }
        };
        match read {
            Ok(lead) => self.decide(&lead.evidence, lead.as_of, None, row, done),
            Err(Refused { id, problems }) => {
                let id = id.as_deref().map_or(Id::Row(row), Id::Named);
                refuse(done, &id, row, problems);
            }
        }
    }

    fn node(&mut self, node: &Node, problems: Vec<Problem>, row: u64, done: &mut Done) {
        match read_node(&self.work.playbook, node, problems) {
            Ok(lead) => self.decide(&lead.evidence, lead.as_of, None, row, done),
            Err(found) => refuse(done, &id_of(node, row), row, Problems::new(found)),
        }
    }

    fn record(&mut self, record: ByteRecord, row: u64, done: &mut Done) {
        let work = Arc::clone(&self.work);
        let Some(columns) = &work.columns else { return };
        let line = record.position().map_or(0, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let record = match StringRecord::from_byte_record(record) {
            Ok(record) => record,
            Err(error) => {
                let problem = Problem::new(
                    "syntax",
                    "",
                    format!("the row is not UTF-8: {}", error.utf8_error()),
                );
                let problem = problem.help("save the table as UTF-8");
                return refuse(done, &Id::Row(row), row, in_line(problem, line).into());
            }
        };
        let cells = Record(&record);
        let id = columns.id(&cells).map_or(Id::Row(row), Id::Named);
        if record.len() != columns.count() {
            let (cells, due) = (record.len(), columns.count());
            let message = format!("the row has {cells} cells, the header has {due}");
            let problem = Problem::new("conflict", "", message)
                .help("put a cell that holds the delimiter or a line break into quotes");
            return refuse(done, &id, row, in_line(problem, line).into());
        }
        match columns.read(&work.playbook, &cells) {
            Ok(read) => self.decide(&read.evidence, read.as_of, read.won, row, done),
            Err(found) => {
                let found = found.iter().cloned().map(|problem| in_line(problem, line));
                refuse(done, &id, row, Problems::new(found.collect()));
            }
        }
    }

    fn decide(
        &mut self,
        evidence: &Evidence,
        own: Option<i64>,
        won: Option<bool>,
        row: u64,
        done: &mut Done,
    ) {
        let as_of = self.work.as_of.or(own).unwrap_or(self.work.now);
        let id = evidence.id().map_or(Id::Row(row), Id::Named);
        begin(&mut done.text, &id);
        Writer::new(&mut done.text).key("decision");
        self.evaluator
            .decide_json(evidence, as_of, self.work.extent, &mut done.text);
        done.text.push_str("}\n");
        done.rows += 1;
        if self.work.summary {
            let decision = self.evaluator.decide(evidence, as_of, Extent::Brief);
            done.summary.add(&decision, won);
        }
    }
}

/// A row of a table.
struct Record<'r>(&'r StringRecord);

impl<'r> Cells<'r> for Record<'r> {
    fn cell(&self, column: usize) -> &'r str {
        self.0.get(column).unwrap_or_default()
    }
}

fn id_of(node: &Node, row: u64) -> Id<'_> {
    let id = node.get("id").and_then(Node::as_text);
    id.map_or(Id::Row(row), Id::Named)
}

/// The same problem at its line of the file.
fn in_line(mut problem: Problem, line: u32) -> Problem {
    let column = problem.column.unwrap_or(1);
    problem.line = Some(line);
    problem.column = Some(column);
    problem
}

fn begin(text: &mut String, id: &Id<'_>) {
    let mut w = Writer::new(text);
    w.open('{');
    match id {
        Id::Named(id) => w.key("id").text(id),
        Id::Row(row) => w.key("id").integer(i64::try_from(*row).unwrap_or(i64::MAX)),
    }
}

fn refuse(done: &mut Done, id: &Id<'_>, row: u64, problems: Problems) {
    begin(&mut done.text, id);
    report::write_json(Writer::new(&mut done.text).key("problems"), problems.iter());
    done.text.push_str("}\n");
    done.rows += 1;
    done.bad += 1;
    let room = TOLD.saturating_sub(done.told.len());
    for problem in problems.iter().take(room) {
        let at = if problem.path.is_empty() {
            String::new()
        } else {
            format!(" ({})", problem.path)
        };
        let line = problem
            .line
            .map_or(String::new(), |line| format!(", line {line}"));
        done.told
            .push(format!("row {row}{line}: {}{at}", problem.message));
    }
}

impl Done {
    /// Adds the counts of the batch that follows.
    pub fn add(&mut self, next: Done) {
        self.rows += next.rows;
        self.bad += next.bad;
        self.read = next.read;
        self.summary.merge(next.summary);
        self.told.extend(next.told);
        self.told.truncate(TOLD);
    }
}
