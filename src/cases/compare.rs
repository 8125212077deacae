//! What was expected against what came out.

use super::{Difference, WantedProblem};
use crate::problem::Problem;
use crate::tree::{Content, Node, canonical_number, push_key, write_compact};
use alloc::{format, string::String, vec::Vec};

/// How much of a value is shown.
const SHOWN: usize = 400;

/// Where what came out lacks what was expected, or has something else.
///
/// An object needs at least the keys expected, a list is compared entry by entry.
pub(super) fn parts(expected: &Node, found: &Node) -> Vec<Difference> {
    let mut differences = Vec::new();
    visit(expected, found, &mut String::new(), &mut differences);
    differences
}

fn visit(expected: &Node, found: &Node, path: &mut String, differences: &mut Vec<Difference>) {
    let length = path.len();
    match (&expected.content, &found.content) {
        (Content::Object(entries), Content::Object(_)) => {
            for entry in entries {
                push_key(path, &entry.key);
                match found.get(&entry.key) {
                    Some(found) => visit(&entry.value, found, path, differences),
                    None => differences.push(Difference {
                        path: path.clone(),
                        expected: shown(&entry.value),
                        found: String::from("nothing"),
                    }),
                }
                path.truncate(length);
            }
        }
        (Content::List(wanted), Content::List(items)) if wanted.len() == items.len() => {
            for (place, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                path.push_str(&format!("/{place}"));
                visit(wanted, item, path, differences);
                path.truncate(length);
            }
        }
        (expected_content, found_content) => {
            if !same(expected_content, found_content) {
                differences.push(Difference {
                    path: path.clone(),
                    expected: shown(expected),
                    found: shown(found),
                });
            }
        }
    }
}

fn same(expected: &Content, found: &Content) -> bool {
    match (expected, found) {
        (Content::Number(expected), Content::Number(found)) => {
            expected == found
                || canonical_number(expected)
                    .is_some_and(|text| canonical_number(found) == Some(text))
        }
        (Content::Null, Content::Null) => true,
        (Content::Boolean(expected), Content::Boolean(found)) => expected == found,
        (Content::Text(expected), Content::Text(found)) => expected == found,
        _ => false,
    }
}

fn shown(node: &Node) -> String {
    let mut text = String::new();
    write_compact(&mut text, node);
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Compares lists of problems, one by one in their order.
pub(super) fn problems(wanted: &[WantedProblem<'_>], found: &[Problem]) -> Vec<Difference> {
    let same = wanted.len() == found.len()
        && wanted
            .iter()
            .zip(found)
            .all(|(wanted, found)| wanted.is(found));
    if same {
        return Vec::new();
    }
    let mut differences = Vec::new();
    for place in 0..wanted.len().max(found.len()) {
        let (expected, came) = (wanted.get(place), found.get(place));
        if let (Some(expected), Some(came)) = (expected, came)
            && expected.is(came)
        {
            continue;
        }
        differences.push(Difference {
            path: format!("/problems/{place}"),
            expected: expected
                .map_or_else(|| String::from("no more problems"), WantedProblem::shown),
            found: came.map_or_else(|| String::from("no more problems"), in_words),
        });
    }
    differences
}

/// Problems where a decision was expected.
pub(super) fn unexpected(found: &[Problem]) -> Vec<Difference> {
    let differences = found.iter().enumerate().map(|(place, problem)| Difference {
        path: format!("/problems/{place}"),
        expected: String::from("a decision"),
        found: in_words(problem),
    });
    differences.collect()
}

fn in_words(problem: &Problem) -> String {
    let mut text = format!("{} at `{}`", problem.code, problem.path);
    if let (Some(line), Some(column)) = (problem.line, problem.column) {
        text.push_str(&format!(" ({line}:{column})"));
    }
    text.push_str(": ");
    text.push_str(&problem.message);
    if !problem.help.is_empty() {
        text.push_str(&format!(" (help: {})", problem.help));
    }
    text
}

impl WantedProblem<'_> {
    fn is(&self, found: &Problem) -> bool {
        self.code == found.code
            && self.path == found.path
            && self.line.is_none_or(|line| found.line == Some(line))
            && self
                .column
                .is_none_or(|column| found.column == Some(column))
            && self
                .help_contains
                .is_none_or(|part| found.help.contains(part))
    }

    fn shown(&self) -> String {
        let mut text = format!("{} at `{}`", self.code, self.path);
        match (self.line, self.column) {
            (Some(line), Some(column)) => text.push_str(&format!(" ({line}:{column})")),
            (Some(line), None) => text.push_str(&format!(" (line {line})")),
            _ => {}
        }
        if let Some(part) = self.help_contains {
            text.push_str(&format!(" (help with `{part}`)"));
        }
        text
    }
}
