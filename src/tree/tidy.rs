//! Takes out of a tree what may stand in no object: a key for the second time, and merge keys.

use super::{Content, Entry, Node};
use crate::problem::Problem;
use crate::sort::Arrange;
use alloc::{format, string::String, vec, vec::Vec};

/// So many keys are compared one with the other.
const FEW: usize = 8;

pub(super) fn tidy(root: &mut Node, merge_keys: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    if is_tidy(root, merge_keys) {
        return problems;
    }
    visit(root, &mut String::new(), merge_keys, &mut problems);
    problems
}

fn visit(node: &mut Node, path: &mut String, merge_keys: bool, problems: &mut Vec<Problem>) {
    let length = path.len();
    match &mut node.content {
        Content::List(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                if matches!(item.content, Content::List(_) | Content::Object(_)) {
                    path.push_str(&format!("/{place}"));
                    visit(item, path, merge_keys, problems);
                    path.truncate(length);
                }
            }
        }
        Content::Object(entries) => {
            let repeated = repeated(entries);
            let mut place = 0;
            entries.retain(|entry| {
                let twice = repeated.get(place).is_some_and(|twice| *twice);
                place += 1;
                let merge = merge_keys && &*entry.key == "<<";
                if twice || merge {
                    push_key(path, &entry.key);
                    problems.push(problem(entry, path, merge));
                    path.truncate(length);
                }
                !twice && !merge
            });
            for entry in entries {
                if matches!(entry.value.content, Content::List(_) | Content::Object(_)) {
                    push_key(path, &entry.key);
                    visit(&mut entry.value, path, merge_keys, problems);
                    path.truncate(length);
                }
            }
        }
        _ => {}
    }
}

fn problem(entry: &Entry, path: &str, merge: bool) -> Problem {
    let problem = if merge {
        Problem::new("unknown_field", path, "`<<` has no meaning here")
            .help("merge keys are not supported; write the fields out")
    } else {
        let message = format!("`{}` stands twice in this object", entry.key);
        Problem::new("duplicate_key", path, message).help("keep one of the two")
    };
    problem.at(entry.at.line, entry.at.column)
}

/// Whether nothing has to be taken out.
fn is_tidy(node: &Node, merge_keys: bool) -> bool {
    match &node.content {
        Content::List(items) => items.iter().all(|item| is_tidy(item, merge_keys)),
        Content::Object(entries) => {
            let merges = merge_keys && entries.iter().any(|entry| &*entry.key == "<<");
            !merges
                && has_no_twins(entries)
                && entries
                    .iter()
                    .all(|entry| is_tidy(&entry.value, merge_keys))
        }
        _ => true,
    }
}

fn has_no_twins(entries: &[Entry]) -> bool {
    if entries.len() > FEW {
        return !repeated(entries).contains(&true);
    }
    let stands_before = |(place, entry): (usize, &Entry)| {
        entries
            .iter()
            .take(place)
            .any(|former| former.key == entry.key)
    };
    !entries.iter().enumerate().any(stands_before)
}

/// Whether each key has occurred before.
fn repeated(entries: &[Entry]) -> Vec<bool> {
    let mut order: Vec<(&str, usize)> =
        (entries.iter().map(|entry| &*entry.key)).zip(0..).collect();
    order.arrange();
    let mut repeated = vec![false; entries.len()];
    for (former, latter) in order.iter().zip(order.iter().skip(1)) {
        if former.0 == latter.0
            && let Some(slot) = repeated.get_mut(latter.1)
        {
            *slot = true;
        }
    }
    repeated
}

/// Adds a step to a JSON Pointer (RFC 6901).
pub(crate) fn push_key(path: &mut String, key: &str) {
    path.push('/');
    for letter in key.chars() {
        match letter {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            _ => path.push(letter),
        }
    }
}
