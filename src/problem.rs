//! One kind of report for everything that is wrong with an input.

use crate::json::Writer;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// What is wrong, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// A stable word for the kind of problem, as listed in `docs/FORMAT.md`.
    pub code: &'static str,
    /// JSON Pointer to the place; empty for the whole document.
    pub path: String,
    /// Line (from 1), where text was given.
    pub line: Option<u32>,
    /// Column in characters (from 1), where text was given.
    pub column: Option<u32>,
    /// What was expected and what was found, in one sentence.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
}

impl Problem {
    /// A problem without a place in a text.
    pub fn new(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            path: path.into(),
            line: None,
            column: None,
            message: message.into(),
            help: String::new(),
        }
    }

    /// The same with a place in the text.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl Problem {
    /// Writes the problem as a JSON object.
    pub fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("code").text(self.code);
        w.key("path").text(&self.path);
        if let (Some(line), Some(column)) = (self.line, self.column) {
            w.key("line").integer(i64::from(line));
            w.key("column").integer(i64::from(column));
        }
        w.key("message").text(&self.message);
        w.key("help").text(&self.help);
        w.close('}');
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// All problems of an input, in the order of their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Box<[Problem]>);

impl Problems {
    /// Collects problems into one error.
    pub fn new(list: Vec<Problem>) -> Self {
        Self(list.into_boxed_slice())
    }

    /// The problems.
    pub fn iter(&self) -> core::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(Box::from([problem]))
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl core::error::Error for Problems {}
