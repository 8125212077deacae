//! Playbooks as people write them: reading, checking, compiling, and the JSON Schema.

mod amounts;
mod compile;
mod condition;
pub(crate) mod crm;
mod definition;
mod form;
mod lifecycle;
pub(crate) mod lists;
mod lower;
mod nearest;
mod ranges;
pub(crate) mod read;
pub(crate) mod retention;
pub(crate) mod schema;
mod scoring;
pub(crate) mod shape;
pub(crate) mod stages;
pub(crate) mod words;

pub(crate) use lower::write_value;
#[cfg(feature = "conversation")]
pub(crate) use nearest::nearest;

use super::Playbook;
use super::lifecycle::{Labels, Lifecycle};
use crate::gather::Gather;
use crate::limits;
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::tree::{Content, Entry, Node, Tree, write_compact, write_pretty};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use read::{Form, Reader};
use sha2::{Digest, Sha256};

impl Playbook {
    /// Reads, checks and compiles a playbook written in JSON or, with the feature `yaml`, in YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::from_tree(&Tree::parse(text, limits::PLAYBOOK_BYTES)?)
    }

    /// Checks and compiles a playbook that has been read as a tree.
    ///
    /// # Errors
    /// As [`Playbook::parse`].
    pub fn from_tree(tree: &Tree) -> Result<Self, Problems> {
        Self::from_node(&tree.root, tree.problems.clone())
    }

    /// Checks and compiles a playbook that is a part of a tree; its problems have paths from there.
    ///
    /// # Errors
    /// As [`Playbook::parse`]; the problems given are among them.
    pub fn from_node(node: &Node, problems: Vec<Problem>) -> Result<Self, Problems> {
        let compiled = compiled(node, problems)?;
        Ok(compiled.playbook(node))
    }
}

impl Lifecycle {
    /// Reads, checks and compiles a playbook with everything that moves records.
    ///
    /// # Errors
    /// As [`Playbook::parse`]; `no_lifecycle` if it has no stages or doesn't say in which one a record begins.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse(text, limits::PLAYBOOK_BYTES)?;
        Self::from_node(&tree.root, tree.problems)
    }

    /// The same from a part of a tree; problems have paths from there.
    ///
    /// # Errors
    /// As [`Lifecycle::parse`]; the problems given are among them.
    pub fn from_node(node: &Node, problems: Vec<Problem>) -> Result<Self, Problems> {
        let compiled = compiled(node, problems)?;
        if compiled.definition.initial.is_none() {
            let message = "this playbook has no lifecycle: `stages` and `initial` are due";
            let help = "say with `initial` in which stage a record begins";
            return Err(Problem::new("no_lifecycle", "", message).help(help).into());
        }
        let playbook = Arc::new(compiled.playbook(node));
        let inner = Arc::new(compiled.inner(node));
        Ok(compiled
            .rules
            .into_lifecycle(playbook, inner, Labels::of(node)))
    }
}

fn compiled(node: &Node, problems: Vec<Problem>) -> Result<compile::Compiled, Problems> {
    let (mut reader, root) = Reader::new(node, problems);
    let attributes = node.get("attributes").and_then(Node::as_object);
    let names = attributes.unwrap_or_default().iter();
    reader.set_attributes(names.map(|entry| &*entry.key).gather());
    let Some(document) = shape::Document::read(root, &mut reader) else {
        return Err(reader.into_problems());
    };
    let compiled = compile::compile(&document, &mut reader);
    if !reader.is_clean() {
        return Err(reader.into_problems());
    }
    Ok(compiled)
}

impl compile::Compiled {
    /// The playbook without what only the lifecycle needs.
    fn playbook(&self, node: &Node) -> Playbook {
        made(&self.definition, self.conditions, self.patterns, node)
    }

    fn inner(&self, node: &Node) -> Playbook {
        made(&self.definition, usize::MAX, usize::MAX, node)
    }
}

/// The playbook of so many of a definition's conditions and patterns.
fn made(
    definition: &definition::Definition,
    conditions: usize,
    patterns: usize,
    node: &Node,
) -> Playbook {
    let mut playbook = lower::lower(definition, conditions, patterns);
    playbook.digest = digest(node);
    playbook.personal = personal(node);
    playbook.indexed()
}

/// The attributes of a good document that are personal.
fn personal(node: &Node) -> Box<str> {
    let attributes = node.get("attributes").and_then(Node::as_object);
    let attributes = attributes.unwrap_or_default().iter();
    let is = |it: &&Entry| {
        let said = it.value.get("personal").map(|it| &it.content);
        matches!(said, Some(Content::Boolean(true)))
    };
    let mut names: Vec<&str> = attributes.filter(is).map(|it| &*it.key).gather();
    names.arrange();
    names.join("\n").into_boxed_str()
}

/// SHA-256 of the canonical form.
pub(crate) fn digest(node: &Node) -> [u8; 32] {
    let mut canonical = String::new();
    write_compact(&mut canonical, node);
    Sha256::digest(canonical.as_bytes()).into()
}

/// Everything that is wrong with a playbook, in the order of the text; nothing if it is good.
pub fn check(text: &str) -> Vec<Problem> {
    match Playbook::parse(text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().cloned().gather(),
    }
}

/// The canonical form of a good playbook: JSON after RFC 8785.
///
/// # Errors
/// As [`Playbook::parse`].
pub fn canonical(text: &str) -> Result<String, Problems> {
    let tree = Tree::parse(text, limits::PLAYBOOK_BYTES)?;
    Playbook::from_tree(&tree)?;
    let mut canonical = String::new();
    write_compact(&mut canonical, &tree.root);
    Ok(canonical)
}

/// The JSON Schema (2020-12) of a playbook, for editors. It says what can be said without following names.
pub fn schema() -> String {
    let node = schema::document(
        "A leadstage playbook",
        "urn:leadstage:playbook:1",
        shape::Document::schema,
    );
    let mut out = String::new();
    write_pretty(&mut out, &node);
    out.push('\n');
    out
}
