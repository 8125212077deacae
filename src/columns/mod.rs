//! Tables as evidence: a map says which column becomes which fact, and every row is one lead.
//!
//! How a map is written is described in `docs/CLI.md`.

mod cell;
mod map;

use crate::decimal;
use crate::evidence::{Evidence, Fact, Finding, InStage};
use crate::fold::fold;
use crate::limits;
use crate::playbook::{Millis, Playbook, Value};
use crate::problem::{Problem, Problems};
use crate::time::{parse_date, parse_instant};
use crate::tree::push_key;
use alloc::{boxed::Box, format, string::String, vec::Vec};
use cell::Fitting;

/// A map that fits a playbook and the columns of a table.
#[derive(Clone, Debug)]
pub struct Columns {
    headers: Vec<Box<str>>,
    /// Cells that say nothing, folded.
    unknown: Vec<Box<str>>,
    id: Option<usize>,
    as_of: When,
    source: u16,
    by: Option<u16>,
    facts: Vec<FactColumn>,
    stage: Option<StageColumn>,
    outcome: Option<OutcomeColumn>,
}

/// From where the instant of a decision comes.
#[derive(Clone, Copy, Debug)]
enum When {
    Elsewhere,
    Always(Millis),
    Column(usize),
}

/// A column that becomes a fact.
#[derive(Clone, Debug)]
struct FactColumn {
    attribute: u16,
    column: usize,
    unknown: Vec<Box<str>>,
    values: Vec<(Box<str>, Value)>,
    fitting: Fitting,
}

/// A column that tells the stage of the record.
#[derive(Clone, Debug)]
struct StageColumn {
    column: usize,
    values: Vec<(Box<str>, u16)>,
    since: Option<usize>,
}

/// A column that tells what became of the lead.
#[derive(Clone, Debug)]
struct OutcomeColumn {
    column: usize,
    won: Vec<Box<str>>,
}

/// What a row says.
#[derive(Clone, Debug)]
pub struct Row {
    /// The facts, and the id where the map names a column for it.
    pub evidence: Evidence,
    /// The instant, where the map tells it.
    pub as_of: Option<Millis>,
    /// Whether the lead was won, where the map names an outcome and the row has one.
    pub won: Option<bool>,
}

impl Columns {
    /// Reads a map (YAML or JSON) for a table with these columns.
    ///
    /// # Errors
    /// All problems of the map: those of its form, attributes that the playbook doesn't declare, values
    /// that don't fit them, and columns that the table doesn't have.
    pub fn parse(playbook: &Playbook, text: &str, headers: &[&str]) -> Result<Self, Problems> {
        map::parse(playbook, text, headers)
    }

    /// How many columns the table has.
    pub fn count(&self) -> usize {
        self.headers.len()
    }

    /// Whether the map names an outcome.
    pub fn has_outcome(&self) -> bool {
        self.outcome.is_some()
    }

    /// The id of a row, where the map names a column for it and the row has one.
    pub fn id<'r>(&self, row: &impl Cells<'r>) -> Option<&'r str> {
        let text = row.cell(self.id?).trim();
        (!text.is_empty()).then_some(text)
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Every cell that does not fit, by its column.
    pub fn read<'r>(&self, playbook: &Playbook, row: &impl Cells<'r>) -> Result<Row, Problems> {
        let mut problems = Vec::new();
        let mut facts = Vec::with_capacity(self.facts.len());
        for column in &self.facts {
            let text = row.cell(column.column).trim();
            let folded = fold(text);
            if self.says_nothing(&folded) || column.unknown.iter().any(|cell| **cell == *folded) {
                continue;
            }
            let named = column.values.iter().find(|(cell, _)| **cell == *folded);
            let fitted = match named {
                Some((_, value)) => Ok(value.clone()),
                None => column
                    .fitting
                    .value(playbook, column.attribute, text, &folded),
            };
            match fitted {
                Ok(value) => facts.push(Fact {
                    attribute: column.attribute,
                    finding: Finding::Exactly(value),
                    source: self.source,
                    by: self.by,
                    at: None,
                    default: false,
                }),
                Err(misfit) => {
                    problems.push(self.problem(column.column, misfit.code, text, &misfit.expected))
                }
            }
        }
        let stage = self.stage(row, &mut problems);
        let as_of = match self.as_of {
            When::Elsewhere => None,
            When::Always(at) => Some(at),
            When::Column(column) => self.instant(column, row, &mut problems),
        };
        let id = self.id(row);
        if let (Some(id), Some(column)) = (id, self.id)
            && id.chars().nth(limits::TEXT).is_some()
        {
            problems.push(self.problem(
                column,
                "too_large",
                id,
                "an id of 4000 characters at most",
            ));
        }
        if !problems.is_empty() {
            return Err(Problems::new(problems));
        }
        Ok(Row {
            evidence: Evidence {
                id: id.map(Box::from),
                stage,
                facts,
                events: Vec::new(),
                laid_out: None,
            },
            as_of,
            won: self.won(row),
        })
    }

    /// Whether the lead of a row was won; nothing where the row doesn't tell.
    pub fn won<'r>(&self, row: &impl Cells<'r>) -> Option<bool> {
        let outcome = self.outcome.as_ref()?;
        let text = fold(row.cell(outcome.column).trim());
        let won = outcome.won.iter().any(|cell| **cell == *text);
        (won || !self.says_nothing(&text)).then_some(won)
    }

    fn says_nothing(&self, folded: &str) -> bool {
        self.unknown.iter().any(|cell| **cell == *folded)
    }

    fn stage<'r>(&self, row: &impl Cells<'r>, problems: &mut Vec<Problem>) -> Option<InStage> {
        let stage = self.stage.as_ref()?;
        let text = row.cell(stage.column).trim();
        let folded = fold(text);
        let since = stage
            .since
            .and_then(|column| self.instant(column, row, problems));
        let named = stage.values.iter().find(|(cell, _)| **cell == *folded);
        match named {
            Some((_, stage)) => Some(InStage {
                stage: *stage,
                since,
            }),
            None if self.says_nothing(&folded) => None,
            None => {
                problems.push(self.problem(
                    stage.column,
                    "unknown_name",
                    text,
                    "a stage of the playbook",
                ));
                None
            }
        }
    }

    fn instant<'r>(
        &self,
        column: usize,
        row: &impl Cells<'r>,
        problems: &mut Vec<Problem>,
    ) -> Option<Millis> {
        let text = row.cell(column).trim();
        if self.says_nothing(&fold(text)) {
            return None;
        }
        let at = read_instant(text);
        if at.is_none() {
            problems.push(self.problem(column, "bad_time", text, INSTANT));
        }
        at
    }

    fn problem(&self, column: usize, code: &'static str, found: &str, expected: &str) -> Problem {
        let header = self.headers.get(column).map_or("", |header| &**header);
        let mut path = String::new();
        push_key(&mut path, header);
        let found: String = match found.char_indices().nth(60) {
            Some((end, _)) => format!("`{}…`", found.get(..end).unwrap_or_default()),
            None if found.is_empty() => String::from("an empty cell"),
            None => format!("`{found}`"),
        };
        let message = format!("column `{header}`: expected {expected}, found {found}");
        let help = match found.as_str() {
            "an empty cell" => "to leave it unknown, list `\"\"` under `unknown` in the map",
            _ => {
                "mend the cell, or say in the map what it means (`values`) or that it says nothing (`unknown`)"
            }
        };
        Problem::new(code, path, message).help(help)
    }
}

const INSTANT: &str =
    "an instant (`2026-11-22T09:30:00Z`), a date (`2026-11-22`) or milliseconds since 1970";

/// Reads an instant as people write it in tables and on command lines: RFC 3339, a date (its midnight,
/// UTC), or milliseconds since the Unix epoch.
pub fn read_instant(text: &str) -> Option<Millis> {
    let milliseconds = || {
        decimal::parse(text, 0)
            .ok()
            .filter(|number| number.exact)
            .map(|number| number.units)
    };
    parse_instant(text)
        .or_else(|| parse_date(text))
        .or_else(milliseconds)
        .filter(|at| at.unsigned_abs() <= limits::INSTANT_MS.unsigned_abs())
}

/// The cells of a row, by the place of their column.
pub trait Cells<'r> {
    /// A cell; empty where the row has none.
    fn cell(&self, column: usize) -> &'r str;
}

impl<'r> Cells<'r> for [&'r str] {
    fn cell(&self, column: usize) -> &'r str {
        self.get(column).copied().unwrap_or_default()
    }
}

impl<'r> Cells<'r> for Vec<&'r str> {
    fn cell(&self, column: usize) -> &'r str {
        self.get(column).copied().unwrap_or_default()
    }
}
