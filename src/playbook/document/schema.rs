//! Builds the JSON Schema (2020-12) of the format.

use crate::sorted::Map;
use crate::tree::{Content, Entry, Node, Position};
use alloc::{boxed::Box, format, vec::Vec};

/// The schemas that others refer to by name.
#[derive(Default)]
pub(crate) struct Definitions(Map<&'static str, Option<Node>>);

impl Definitions {
    /// Describes a form once and gives a reference to it.
    pub(crate) fn define(&mut self, form: &'static FormShape) -> Node {
        let name = form.name;
        if !self.0.contains_key(name) {
            // In its place while it is being described, since forms contain themselves.
            self.0.insert(name, None);
            let schema = self.describe(form);
            self.0.insert(name, Some(schema));
        }
        Node::empty().with("$ref", Node::text(format!("#/$defs/{name}")))
    }

    fn describe(&mut self, form: &FormShape) -> Node {
        let mut properties = Vec::new();
        let mut required = Vec::new();
        for field in form.fields {
            let schema = (field.schema)(self);
            properties.push(entry(field.key, describe(schema, field.about)));
            if field.required {
                required.push(Node::text(field.key));
            }
        }
        let mut schema = typed("object")
            .with("description", Node::text(form.about.trim()))
            .with("properties", Node::from(Content::Object(properties)));
        let mut least = 0;
        if let Some(rest) = form.rest {
            let rest = rest(self);
            least = rest.least;
            let patterns = Node::empty().with(rest.pattern, rest.schema);
            schema = schema.with("patternProperties", patterns);
        }
        if !required.is_empty() {
            schema = schema.with("required", Node::list(required));
        }
        if least > 0 {
            schema = schema.with("minProperties", size(least));
        }
        schema.with("additionalProperties", Node::from(Content::Boolean(false)))
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
pub(crate) fn document(title: &str, id: &str, describe: fn(&mut Definitions) -> Node) -> Node {
    let mut definitions = Definitions::default();
    let root = describe(&mut definitions);
    let draft = "https://json-schema.org/draft/2020-12/schema";
    let mut schema = Node::empty()
        .with("$schema", Node::text(draft))
        .with("$id", Node::text(id))
        .with("title", Node::text(title));
    if let Some(reference) = root.get("$ref") {
        schema = schema.with("$ref", reference.clone());
    }
    schema.with("$defs", definitions.into_node())
}

/// A form as its schema describes it.
pub(crate) struct FormShape {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) fields: &'static [FieldShape],
    /// Of other keys.
    pub(crate) rest: Option<fn(&mut Definitions) -> Rest>,
}

/// A field of a form.
pub(crate) struct FieldShape {
    pub(crate) key: &'static str,
    pub(crate) required: bool,
    pub(crate) about: &'static str,
    pub(crate) schema: fn(&mut Definitions) -> Node,
}

/// What keys that are no fields must look like, and what they hold.
pub(crate) struct Rest {
    pub(crate) pattern: &'static str,
    pub(crate) schema: Node,
    /// How many keys there must be in all.
    pub(crate) least: usize,
}

fn entry(key: &str, value: Node) -> Entry {
    Entry {
        key: Box::from(key),
        at: Position::default(),
        value,
    }
}

/// A schema with a description in front of its own, if it has none.
fn describe(mut schema: Node, text: &str) -> Node {
    if let Content::Object(entries) = &mut schema.content
        && !entries.iter().any(|entry| &*entry.key == "description")
    {
        entries.insert(0, entry("description", Node::text(text.trim())));
    }
    schema
}

/// A limit as a number.
pub(crate) fn size(value: usize) -> Node {
    Node::number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What is of a type.
pub(crate) fn typed(name: &str) -> Node {
    Node::empty().with("type", Node::text(name))
}

pub(crate) fn boolean() -> Node {
    typed("boolean")
}

pub(crate) fn number() -> Node {
    typed("number")
}

pub(crate) fn number_between(least: i64, most: i64) -> Node {
    between("number", least, most)
}

pub(crate) fn whole_between(least: i64, most: i64) -> Node {
    between("integer", least, most)
}

fn between(name: &str, least: i64, most: i64) -> Node {
    typed(name)
        .with("minimum", Node::number(least))
        .with("maximum", Node::number(most))
}

pub(crate) fn text(least: usize, most: usize) -> Node {
    typed("string")
        .with("minLength", size(least))
        .with("maxLength", size(most))
}

pub(crate) fn pattern(pattern: &str) -> Node {
    typed("string").with("pattern", Node::text(pattern))
}

pub(crate) fn one_of_words(words: &[&str]) -> Node {
    Node::empty().with("enum", texts(words))
}

/// A list of texts.
pub(crate) fn texts(words: &[&str]) -> Node {
    Node::list(words.iter().map(|word| Node::text(*word)))
}

pub(crate) fn any_of(schemas: impl IntoIterator<Item = Node>) -> Node {
    Node::empty().with("anyOf", Node::list(schemas))
}

pub(crate) fn list(items: Node, least: usize, most: usize) -> Node {
    typed("array")
        .with("items", items)
        .with("minItems", size(least))
        .with("maxItems", size(most))
}

pub(crate) fn map(key_pattern: Node, values: Node, least: usize, most: usize) -> Node {
    typed("object")
        .with("propertyNames", key_pattern)
        .with("additionalProperties", values)
        .with("minProperties", size(least))
        .with("maxProperties", size(most))
}
