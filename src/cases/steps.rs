//! What becomes of a record, step by step.

use super::{Difference, WantedProblem, compare, json};
use crate::lifecycle::{Input, Record};
use crate::playbook::{Lifecycle, Millis};
use crate::problem::{Problem, Problems};
use crate::tree::{Node, Tree};
use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};

/// An input, and what must come out.
pub(super) struct Step<'t> {
    pub as_of: Option<Millis>,
    pub action: Action<'t>,
    /// Of the answer.
    pub expect: Option<&'t Node>,
    /// Of the record after it.
    pub record: Option<&'t Node>,
    /// Of the input.
    pub problems: Option<Vec<WantedProblem<'t>>>,
}

pub(super) enum Action<'t> {
    Input(&'t Node),
    /// Merges a record that these steps give.
    Merge(Option<&'t str>, Vec<Step<'t>>),
}

/// Takes a new record through the steps, and lists where something else came out.
pub(super) fn run(
    lifecycle: &Arc<Lifecycle>,
    id: Option<&str>,
    steps: &[Step<'_>],
) -> (Record, Vec<Difference>) {
    let mut record = Record::new(lifecycle.clone(), id);
    let mut differences = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let path = format!("/steps/{place}");
        let text = match &step.action {
            Action::Input(node) => match node.as_text() {
                Some(text) => Cow::Borrowed(text),
                None => Cow::Owned(json(node)),
            },
            Action::Merge(id, steps) => {
                let (other, found) = run(lifecycle, *id, steps);
                differences.extend(found.into_iter().map(|it| under(&path, "/merge", it)));
                Cow::Owned(merging(&other))
            }
        };
        let input = Input::parse(lifecycle, &text);
        let input = input.and_then(|input| {
            let as_of = input.judged_at(step.as_of)?;
            Ok((input, as_of))
        });
        let found = match input {
            Err(found) => step.judge_problems(&found),
            Ok((input, as_of)) => {
                let mut found = step.judge_problems(&Problems::new(Vec::new()));
                let answer = record.advance(&input, as_of);
                found.extend(differ("/expect", step.expect, &answer.to_json()));
                found.extend(differ("/record", step.record, &record.to_json()));
                found
            }
        };
        differences.extend(found.into_iter().map(|it| under(&path, "", it)));
    }
    (record, differences)
}

fn under(path: &str, part: &str, mut difference: Difference) -> Difference {
    difference.path = [path, part, &difference.path].concat();
    difference
}

fn differ(part: &str, wanted: Option<&Node>, found: &str) -> Vec<Difference> {
    let Some(wanted) = wanted else {
        return Vec::new();
    };
    let found = match Tree::parse_json(found, usize::MAX) {
        Ok(found) => compare::parts(wanted, &found.root),
        Err(problem) => compare::unexpected(&[problem]),
    };
    found.into_iter().map(|it| under("", part, it)).collect()
}

impl Step<'_> {
    fn judge_problems(&self, found: &Problems) -> Vec<Difference> {
        let found: Vec<Problem> = found.iter().cloned().collect();
        match &self.problems {
            Some(wanted) => compare::problems(wanted, &found),
            None => compare::unexpected(&found),
        }
    }
}

/// The input that merges a record.
fn merging(other: &Record) -> String {
    let mut text = String::from("{\"merge\":{");
    if let Some(id) = other.id() {
        text.push_str("\"id\":");
        crate::json::Writer::new(&mut text).text(id);
        text.push(',');
    }
    text.push_str("\"journal\":[");
    for (place, line) in other.journal_from(1).enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(line);
    }
    text.push_str("]}}");
    text
}
