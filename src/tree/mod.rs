//! Documents as trees in which every part knows its place; one form for JSON and YAML.

mod json;
mod scan;
mod tidy;
mod write;
#[cfg(feature = "yaml")]
mod yaml;

use crate::problem::Problem;
use alloc::{boxed::Box, format, vec::Vec};

pub(crate) use scan::Scanner;
pub(crate) use tidy::push_key;
pub use write::{canonical_number, write_compact, write_pretty};

/// A line and a column in characters, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it holds.
    pub content: Content,
    /// Where it begins.
    pub at: Position,
}

/// What a part of a document holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// As JSON writes it, not yet read as a number.
    Number(Box<str>),
    /// A string.
    Text(Box<str>),
    /// In the order of writing.
    List(Vec<Node>),
    /// In the order of writing, each key once.
    Object(Vec<Entry>),
}

/// A key of an object with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Box<str>,
    /// Where the key begins.
    pub at: Position,
    /// The value.
    pub value: Node,
}

/// A document that could be read, and what is wrong with it all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The document, without the second of keys that occur twice.
    pub root: Node,
    /// Keys that occur twice, and merge keys.
    pub problems: Vec<Problem>,
}

impl Tree {
    /// Reads JSON or, with the feature `yaml`, YAML.
    ///
    /// A text that begins with `{` or `[` is read as JSON if it is JSON, else as YAML.
    ///
    /// # Errors
    /// `too_large` for more bytes than `limit` (aliases written out), `too_deep`, and `syntax` for everything that is
    /// neither: then there is no tree to look at.
    pub fn parse(text: &str, limit: usize) -> Result<Self, Problem> {
        let (mut root, merge_keys) = parse_either(bounded(text, limit)?, limit)?;
        let problems = tidy::tidy(&mut root, merge_keys);
        Ok(Self { root, problems })
    }

    /// Reads JSON only.
    ///
    /// # Errors
    /// As [`Tree::parse`].
    pub fn parse_json(text: &str, limit: usize) -> Result<Self, Problem> {
        let mut root = json::parse(bounded(text, limit)?)?;
        let problems = tidy::tidy(&mut root, false);
        Ok(Self { root, problems })
    }
}

/// The text without a byte order mark, if it is not too long.
fn bounded(text: &str, limit: usize) -> Result<&str, Problem> {
    if text.len() > limit {
        let message = format!("{} bytes are more than the {limit} allowed", text.len());
        return Err(Problem::new("too_large", "", message));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(feature = "yaml")]
fn parse_either(text: &str, limit: usize) -> Result<(Node, bool), Problem> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok((yaml::parse(text, limit)?, true));
    }
    match json::parse(text) {
        Ok(root) => Ok((root, false)),
        Err(problem) if problem.code != "syntax" => Err(problem),
        Err(problem) => match yaml::parse(text, limit) {
            Ok(root) => Ok((root, true)),
            Err(other) if other.code != "syntax" => Err(other),
            Err(_) => Err(problem),
        },
    }
}

#[cfg(not(feature = "yaml"))]
fn parse_either(text: &str, _limit: usize) -> Result<(Node, bool), Problem> {
    Ok((json::parse(text)?, false))
}

impl Node {
    /// A text that stands in no document.
    pub fn text(text: impl Into<Box<str>>) -> Self {
        Self::from(Content::Text(text.into()))
    }

    /// A number that stands in no document.
    pub fn number(value: i64) -> Self {
        let mut text = alloc::string::String::new();
        crate::decimal::write_integer(&mut text, value);
        Self::from(Content::Number(text.into_boxed_str()))
    }

    /// A list that stands in no document.
    pub fn list(items: impl IntoIterator<Item = Node>) -> Self {
        let mut list = Vec::new();
        for item in items {
            list.push(item);
        }
        Self::from(Content::List(list))
    }

    /// An object that stands in no document.
    pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Node)>) -> Self {
        let mut object = Self::empty();
        for (key, value) in entries {
            object.put(key, value);
        }
        object
    }

    /// An object without entries that stands in no document.
    pub(crate) fn empty() -> Self {
        Self::from(Content::Object(Vec::new()))
    }

    /// This object with one more entry.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: Node) -> Self {
        self.put(key, value);
        self
    }

    fn put(&mut self, key: &str, value: Node) {
        if let Content::Object(entries) = &mut self.content {
            entries.push(Entry {
                key: Box::from(key),
                at: Position::default(),
                value,
            });
        }
    }

    /// The value of a key, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Object(entries) => entries
                .iter()
                .find(|entry| *entry.key == *key)
                .map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The parts, if this is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if this is an object.
    pub fn as_object(&self) -> Option<&[Entry]> {
        match &self.content {
            Content::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<Content> for Node {
    fn from(content: Content) -> Self {
        Self {
            content,
            at: Position::default(),
        }
    }
}
