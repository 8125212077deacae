//! In what two decisions differ.

use crate::json::Writer;
use crate::limits;
use crate::tree::{Content, Node, Tree, push_key, write_compact};
use alloc::{format, string::String, vec::Vec};

/// How much of a value is shown.
const SHOWN: usize = 400;

/// The first difference between a decision as it should be and as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON Pointer into the decision; empty where only the writing differs, or where it is no decision at all.
    pub path: String,
    /// The value there, as JSON text, cut where it is long.
    pub expected: String,
    /// What was sent.
    pub found: String,
}

impl Difference {
    pub(super) fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("path").text(&self.path);
        w.key("expected").text(&self.expected);
        w.key("found").text(&self.found);
        w.close('}');
    }
}

/// A part of a decision that became another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON Pointer into the decision.
    pub path: String,
    /// What it was, as JSON text.
    pub before: String,
    /// What it is, as JSON text.
    pub after: String,
}

impl Change {
    /// Writes the change as a JSON object.
    pub fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("path").text(&self.path);
        w.key("before").raw(&self.before);
        w.key("after").raw(&self.after);
        w.close('}');
    }
}

/// What differs first; the texts are known to differ.
pub(super) fn first(expected: &str, found: &str) -> Difference {
    let trees = (read(expected), read(found));
    let mut difference = None;
    if let (Some(wanted), Some(sent)) = trees {
        visit(
            &wanted,
            &sent,
            &mut String::new(),
            &mut |path, one, other| {
                difference = Some(Difference {
                    path: String::from(path),
                    expected: shown(one),
                    found: shown(other),
                });
                false
            },
        );
    }
    difference.unwrap_or_else(|| Difference {
        path: String::new(),
        expected: cut(String::from(expected)),
        found: cut(String::from(found)),
    })
}

/// Everything that differs, up to a limit.
pub(super) fn all(before: &str, after: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    if before == after {
        return changes;
    }
    if let (Some(one), Some(other)) = (read(before), read(after)) {
        visit(&one, &other, &mut String::new(), &mut |path, one, other| {
            changes.push(Change {
                path: String::from(path),
                before: json(one),
                after: json(other),
            });
            changes.len() < limits::CHANGES
        });
    }
    changes
}

fn read(text: &str) -> Option<Node> {
    let tree = Tree::parse_json(text, usize::MAX).ok()?;
    tree.problems.is_empty().then_some(tree.root)
}

type Each<'e> = &'e mut dyn FnMut(&str, Option<&Node>, Option<&Node>) -> bool;

/// Goes through two trees in the order of the first; says whether to go on.
fn visit(one: &Node, other: &Node, path: &mut String, each: Each) -> bool {
    let length = path.len();
    match (&one.content, &other.content) {
        (Content::Object(entries), Content::Object(others)) => {
            for entry in entries {
                push_key(path, &entry.key);
                let goes_on = match other.get(&entry.key) {
                    Some(value) => visit(&entry.value, value, path, each),
                    None => each(path, Some(&entry.value), None),
                };
                path.truncate(length);
                if !goes_on {
                    return false;
                }
            }
            for entry in others.iter().filter(|it| one.get(&it.key).is_none()) {
                push_key(path, &entry.key);
                let goes_on = each(path, None, Some(&entry.value));
                path.truncate(length);
                if !goes_on {
                    return false;
                }
            }
            true
        }
        (Content::List(items), Content::List(others)) if items.len() == others.len() => {
            for (place, (item, other)) in items.iter().zip(others).enumerate() {
                path.push_str(&format!("/{place}"));
                let goes_on = visit(item, other, path, each);
                path.truncate(length);
                if !goes_on {
                    return false;
                }
            }
            true
        }
        (content, found) => content == found || each(path, Some(one), Some(other)),
    }
}

fn json(node: Option<&Node>) -> String {
    let mut text = String::new();
    match node {
        Some(node) => write_compact(&mut text, node),
        None => text.push_str("null"),
    }
    text
}

fn shown(node: Option<&Node>) -> String {
    node.map_or_else(|| String::from("nothing"), |node| cut(json(Some(node))))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}
