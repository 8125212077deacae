//! Builds the JSON Schema (2020-12) of the format.

use crate::sorted::Map;
use crate::tree::{Content, Entry, Node, Position};
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// The schemas that others refer to by name.
#[derive(Default)]
pub(crate) struct Definitions(Map<&'static str, Option<Node>>);

impl Definitions {
    /// Describes a form once and gives a reference to it.
    pub(crate) fn define(
        &mut self,
        name: &'static str,
        describe: impl FnOnce(&mut Self) -> Node,
    ) -> Node {
        if !self.0.contains_key(name) {
            // In its place while it is being described, since forms contain themselves.
            self.0.insert(name, None);
            let schema = describe(self);
            self.0.insert(name, Some(schema));
        }
        Node::object([("$ref", Node::text(format!("#/$defs/{name}")))])
    }

    fn into_node(self) -> Node {
        Node::object(
            self.0
                .into_iter()
                .filter_map(|(name, schema)| Some((name, schema?))),
        )
    }
}

/// The schema of a whole document whose root is the given form.
pub(crate) fn document(
    title: &str,
    id: &str,
    describe: impl FnOnce(&mut Definitions) -> Node,
) -> Node {
    let mut definitions = Definitions::default();
    let root = describe(&mut definitions);
    let mut entries = Vec::from([
        (
            "$schema",
            Node::text("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("$id", Node::text(id)),
        ("title", Node::text(title)),
    ]);
    if let Some(reference) = root.get("$ref") {
        entries.push(("$ref", reference.clone()));
    }
    entries.push(("$defs", definitions.into_node()));
    Node::object(entries)
}

/// The schema of an object, field by field.
pub(crate) struct ObjectSchema {
    description: String,
    properties: Vec<Entry>,
    required: Vec<Node>,
    patterns: Vec<Entry>,
    least: usize,
}

impl ObjectSchema {
    pub(crate) fn new(about: &[&str]) -> Self {
        Self {
            description: join(about),
            properties: Vec::new(),
            required: Vec::new(),
            patterns: Vec::new(),
            least: 0,
        }
    }

    pub(crate) fn field(&mut self, key: &str, required: bool, about: &[&str], schema: Node) {
        self.properties
            .push(entry(key, describe(schema, &join(about))));
        if required {
            self.required.push(Node::text(key));
        }
    }

    pub(crate) fn pattern(&mut self, pattern: &str, schema: Node) {
        self.patterns.push(entry(pattern, schema));
    }

    pub(crate) fn at_least_one(&mut self) {
        self.least = 1;
    }

    pub(crate) fn finish(self) -> Node {
        let mut entries = Vec::from([
            ("type", Node::text("object")),
            ("description", Node::text(self.description)),
            ("properties", Node::from(Content::Object(self.properties))),
        ]);
        if !self.patterns.is_empty() {
            entries.push((
                "patternProperties",
                Node::from(Content::Object(self.patterns)),
            ));
        }
        if !self.required.is_empty() {
            entries.push(("required", Node::list(self.required)));
        }
        if self.least > 0 {
            entries.push(("minProperties", size(self.least)));
        }
        entries.push(("additionalProperties", Node::from(Content::Boolean(false))));
        Node::object(entries)
    }
}

fn entry(key: &str, value: Node) -> Entry {
    Entry {
        key: Box::from(key),
        at: Position::default(),
        value,
    }
}

/// Doc comments as one text.
fn join(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(line.trim());
    }
    out
}

/// A schema with a description in front of its own, if it has none.
fn describe(mut schema: Node, text: &str) -> Node {
    if let Content::Object(entries) = &mut schema.content
        && !entries.iter().any(|entry| &*entry.key == "description")
    {
        entries.insert(0, entry("description", Node::text(text)));
    }
    schema
}

/// A limit as a number.
pub(crate) fn size(value: usize) -> Node {
    Node::number(i64::try_from(value).unwrap_or(i64::MAX))
}

pub(crate) fn boolean() -> Node {
    Node::object([("type", Node::text("boolean"))])
}

pub(crate) fn number() -> Node {
    Node::object([("type", Node::text("number"))])
}

pub(crate) fn number_between(least: i64, most: i64) -> Node {
    Node::object([
        ("type", Node::text("number")),
        ("minimum", Node::number(least)),
        ("maximum", Node::number(most)),
    ])
}

pub(crate) fn whole_between(least: i64, most: i64) -> Node {
    Node::object([
        ("type", Node::text("integer")),
        ("minimum", Node::number(least)),
        ("maximum", Node::number(most)),
    ])
}

pub(crate) fn text(least: usize, most: usize) -> Node {
    Node::object([
        ("type", Node::text("string")),
        ("minLength", size(least)),
        ("maxLength", size(most)),
    ])
}

pub(crate) fn pattern(pattern: &str) -> Node {
    Node::object([
        ("type", Node::text("string")),
        ("pattern", Node::text(pattern)),
    ])
}

pub(crate) fn one_of_words(words: &[&str]) -> Node {
    Node::object([(
        "enum",
        Node::list(words.iter().map(|word| Node::text(*word))),
    )])
}

pub(crate) fn any_of(schemas: impl IntoIterator<Item = Node>) -> Node {
    Node::object([("anyOf", Node::list(schemas))])
}

pub(crate) fn list(items: Node, least: usize, most: usize) -> Node {
    Node::object([
        ("type", Node::text("array")),
        ("items", items),
        ("minItems", size(least)),
        ("maxItems", size(most)),
    ])
}

pub(crate) fn map(key_pattern: Node, values: Node, least: usize, most: usize) -> Node {
    Node::object([
        ("type", Node::text("object")),
        ("propertyNames", key_pattern),
        ("additionalProperties", values),
        ("minProperties", size(least)),
        ("maxProperties", size(most)),
    ])
}
