//! Lines of JSON: evidence of one lead in each, and a line of answer to it.

use crate::evaluate::{Evaluator, Extent};
use crate::evidence::Lead;
use crate::json::Writer;
use crate::limits;
use crate::playbook::{Millis, Playbook};
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::tree::{Node, Tree};
use alloc::{boxed::Box, format, string::String, sync::Arc, vec::Vec};

/// A lead that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Its id, where that could be read.
    pub id: Option<Box<str>>,
    /// What is wrong with it.
    pub problems: Problems,
}

impl Refused {
    /// What a line is that is longer than it may be.
    pub fn too_long(number: u32) -> Self {
        let message = format!("the line is longer than {} bytes", limits::EVIDENCE_BYTES);
        let problem = Problem::new("too_large", "", message);
        Self {
            id: None,
            problems: in_line(Vec::from([problem]), number),
        }
    }
}

/// Reads the evidence of a line; `number` is the line's, from 1.
///
/// # Errors
/// What is wrong with it, each problem with line and column: more bytes than evidence may have, bytes that are not
/// UTF-8 or not JSON, and what [`Lead::parse`] refuses.
pub fn read_line(playbook: &Playbook, line: &[u8], number: u32) -> Result<Lead, Refused> {
    if line.len() > limits::EVIDENCE_BYTES {
        return Err(Refused::too_long(number));
    }
    let text = core::str::from_utf8(line).map_err(|error| {
        let message = format!("byte {} of the line is not UTF-8", error.valid_up_to());
        Problem::new("syntax", "", message)
    });
    if let Ok(text) = text
        && let Some(lead) = Lead::parse_quickly(playbook, text)
    {
        return Ok(lead);
    }
    let tree = text.and_then(|text| Tree::parse_json(text, limits::EVIDENCE_BYTES));
    let Tree { root, problems } = tree.map_err(|problem| Refused {
        id: None,
        problems: in_line(Vec::from([problem]), number),
    })?;
    read_node(playbook, &root, problems).map_err(|problems| Refused {
        id: root.get("id").and_then(Node::as_text).map(Box::from),
        problems: in_line(problems, number),
    })
}

/// Reads evidence that is a part of a tree of which some problems are known already.
///
/// # Errors
/// These, and those of [`Lead::from_tree`], by line and column.
pub fn read_node(
    playbook: &Playbook,
    node: &Node,
    mut problems: Vec<Problem>,
) -> Result<Lead, Vec<Problem>> {
    match Lead::from_tree(playbook, node) {
        Ok(lead) if problems.is_empty() => return Ok(lead),
        Ok(_) => {}
        Err(found) => problems.extend(found.iter().cloned()),
    }
    problems.arrange_by_key(|problem| (problem.line, problem.column));
    Err(problems)
}

/// The same problems at a line of a file.
fn in_line(mut problems: Vec<Problem>, number: u32) -> Problems {
    for problem in &mut problems {
        problem.line = Some(number);
        problem.column.get_or_insert(1);
    }
    Problems::new(problems)
}

/// Answers lines, one after the other.
#[derive(Clone, Debug)]
pub struct Lines {
    playbook: Arc<Playbook>,
    evaluator: Evaluator,
    extent: Extent,
    /// For every lead, whatever it says itself.
    as_of: Option<Millis>,
    /// For leads that say nothing.
    now: Millis,
    /// How many lines there were.
    lines: u32,
    /// How many of them were not blank.
    rows: u32,
}

impl Lines {
    /// Decides at `as_of` where that is given, else when the lead says, else at `now`.
    pub fn new(
        playbook: Arc<Playbook>,
        as_of: Option<Millis>,
        now: Millis,
        extent: Extent,
    ) -> Self {
        Self {
            evaluator: Evaluator::new(Arc::clone(&playbook)),
            playbook,
            extent,
            as_of,
            now,
            lines: 0,
            rows: 0,
        }
    }

    /// Goes on after so many lines, and rows among them.
    pub fn go_on(&mut self, lines: u32, rows: u32) {
        (self.lines, self.rows) = (lines, rows);
    }

    /// How many lines there were, and how many of them were rows.
    pub fn counted(&self) -> (u32, u32) {
        (self.lines, self.rows)
    }

    /// Appends the answers to lines, and stops where there are `most` bytes of them; how many bytes of the lines were used.
    pub fn answer(&mut self, text: &[u8], most: usize, out: &mut String) -> usize {
        let mut rest = text;
        while !rest.is_empty() && out.len() < most {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (line, next) = rest.split_at(end.unwrap_or(rest.len()));
            rest = next.get(1..).unwrap_or_default();
            self.line(line, out);
        }
        text.len() - rest.len()
    }

    fn line(&mut self, mut line: &[u8], out: &mut String) {
        self.lines += 1;
        if self.lines == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.trim_ascii().is_empty() {
            return;
        }
        self.rows += 1;
        match read_line(&self.playbook, line, self.lines) {
            Ok(lead) => {
                begin(out, lead.evidence.id(), self.rows).key("decision");
                let as_of = self.as_of.or(lead.as_of).unwrap_or(self.now);
                self.evaluator
                    .decide_json(&lead.evidence, as_of, self.extent, out);
            }
            Err(refused) => {
                let mut w = begin(out, refused.id.as_deref(), self.rows);
                w.key("problems").open('[');
                for problem in refused.problems.iter() {
                    w.item();
                    problem.write(&mut w);
                }
                w.close(']');
            }
        }
        out.push_str("}\n");
    }
}

/// Begins an answer with who it is about.
fn begin<'o>(out: &'o mut String, id: Option<&str>, row: u32) -> Writer<'o> {
    let mut w = Writer::new(out);
    w.open('{');
    match id {
        Some(id) => w.key("id").text(id),
        None => w.key("id").integer(i64::from(row)),
    }
    w
}
