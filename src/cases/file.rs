//! Reads a file of cases.

use super::steps::{Action, Step};
use super::{Case, Subject, Wanted, WantedProblem};
use crate::decimal;
use crate::playbook::Millis;
use crate::problem::Problem;
use crate::time::parse_instant;
use crate::tree::{Content, Node, push_key};
use alloc::{format, string::String, vec::Vec};

const FILE_KEYS: &[&str] = &["playbook", "cases"];
const BAD_KEYS: &[&str] = &["proves", "playbook", "problems"];
const CASE_KEYS: &[&str] = &[
    "proves", "playbook", "text", "evidence", "as_of", "expect", "problems", "record", "steps",
];
const STORY_KEYS: &[&str] = &["proves", "playbook", "text", "record", "steps"];
const STEP_KEYS: &[&str] = &["as_of", "input", "merge", "expect", "record", "problems"];
const MERGE_KEYS: &[&str] = &["id", "steps"];
const PROBLEM_KEYS: &[&str] = &["code", "path", "line", "column", "help_contains"];

/// Reads the cases of a file: an object with `playbook` and `cases`, an object with `problems` of its
/// playbook, or a list of cases that each have a playbook.
pub(super) fn read(root: &Node) -> Result<Vec<Case<'_>>, Vec<Problem>> {
    let mut reader = Reader::default();
    let cases = match &root.content {
        Content::List(items) => reader.cases(items, "", None),
        Content::Object(_) if root.get("problems").is_some() && root.get("cases").is_none() => {
            reader.only(root, "", BAD_KEYS);
            reader.case(root, "", None).into_iter().collect()
        }
        Content::Object(_) => {
            reader.only(root, "", FILE_KEYS);
            let playbook = root.get("playbook");
            let cases = reader.required(root, "", "cases");
            match cases.map(|node| (node, node.as_list())) {
                None => Vec::new(),
                Some((_, Some(items))) => reader.cases(items, "/cases", playbook),
                Some((node, None)) => {
                    reader.report(node, "wrong_type", "/cases", "expected a list of cases");
                    Vec::new()
                }
            }
        }
        _ => {
            let message = "expected an object with `playbook` and `cases`, or a list of cases";
            reader.report(root, "wrong_type", "", message);
            Vec::new()
        }
    };
    if reader.problems.is_empty() {
        Ok(cases)
    } else {
        Err(reader.problems)
    }
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn report(&mut self, node: &Node, code: &'static str, path: &str, message: impl Into<String>) {
        let problem = Problem::new(code, path, message).at(node.at.line, node.at.column);
        self.problems.push(problem);
    }

    fn only(&mut self, node: &Node, path: &str, keys: &[&str]) {
        for entry in node.as_object().unwrap_or_default() {
            if !keys.contains(&&*entry.key) {
                let message = format!("`{}` has no meaning here", entry.key);
                let help = format!("known are `{}`", keys.join("`, `"));
                let problem = Problem::new("unknown_field", joined(path, &entry.key), message)
                    .at(entry.at.line, entry.at.column)
                    .help(help);
                self.problems.push(problem);
            }
        }
    }

    fn required<'t>(&mut self, node: &'t Node, path: &str, key: &str) -> Option<&'t Node> {
        let found = node.get(key);
        if found.is_none() {
            self.report(node, "missing_field", path, format!("`{key}` is missing"));
        }
        found
    }

    fn text<'t>(&mut self, node: &'t Node, path: &str) -> Option<&'t str> {
        let text = node.as_text();
        if text.is_none() {
            self.report(node, "wrong_type", path, "expected a text");
        }
        text
    }

    fn cases<'t>(
        &mut self,
        items: &'t [Node],
        path: &str,
        playbook: Option<&'t Node>,
    ) -> Vec<Case<'t>> {
        let cases = items.iter().enumerate().filter_map(|(place, item)| {
            let path = format!("{path}/{place}");
            if item.as_object().is_none() {
                self.report(
                    item,
                    "wrong_type",
                    &path,
                    "expected a case, which is an object",
                );
                return None;
            }
            self.only(item, &path, CASE_KEYS);
            self.case(item, &path, playbook)
        });
        cases.collect()
    }

    fn case<'t>(
        &mut self,
        node: &'t Node,
        path: &str,
        playbook: Option<&'t Node>,
    ) -> Option<Case<'t>> {
        let proves = self.required(node, path, "proves");
        let proves = proves.and_then(|text| self.text(text, &joined(path, "proves")));
        let own = node
            .get("text")
            .or_else(|| node.get("playbook"))
            .or(playbook);
        if own.is_none() {
            self.report(node, "missing_field", path, "`playbook` is missing");
        }
        if let Some(steps) = node.get("steps") {
            self.only(node, path, STORY_KEYS);
            let id = node.get("record");
            let id = id.and_then(|id| self.text(id, &joined(path, "record")));
            let steps = self.steps(steps, &joined(path, "steps"));
            return Some(Case {
                proves: proves?,
                at: node.at,
                playbook: own?,
                subject: Subject::Record(id, steps),
                wanted: Wanted::Problems(Vec::new()),
            });
        }
        let evidence = node.get("evidence");
        let as_of = match node.get("as_of") {
            None => None,
            Some(node) => self.instant(node, &joined(path, "as_of")),
        };
        let wanted = match (node.get("expect"), node.get("problems")) {
            (Some(wanted), None) => {
                if node.get("as_of").is_none() {
                    self.report(node, "missing_field", path, "`as_of` is missing");
                }
                Some(Wanted::Decision(wanted))
            }
            (None, Some(list)) => self.wanted_problems(list, &joined(path, "problems")),
            (None, None) => {
                self.report(
                    node,
                    "missing_field",
                    path,
                    "`expect` or `problems` is missing",
                );
                None
            }
            (Some(_), Some(_)) => {
                let message = "only one of `expect` and `problems` may stand here";
                self.report(node, "conflict", path, message);
                None
            }
        };
        let of_playbook = evidence.is_none() && matches!(wanted, Some(Wanted::Problems(_)));
        let subject = if of_playbook {
            Subject::Playbook
        } else {
            Subject::Evidence(evidence, as_of)
        };
        Some(Case {
            proves: proves?,
            at: node.at,
            playbook: own?,
            subject,
            wanted: wanted?,
        })
    }

    fn steps<'t>(&mut self, list: &'t Node, path: &str) -> Vec<Step<'t>> {
        let Some(items) = list.as_list() else {
            self.report(list, "wrong_type", path, "expected a list of steps");
            return Vec::new();
        };
        let steps = items.iter().enumerate().filter_map(|(place, item)| {
            let path = format!("{path}/{place}");
            self.only(item, &path, STEP_KEYS);
            let as_of = match item.get("as_of") {
                None => None,
                Some(node) => self.instant(node, &joined(&path, "as_of")),
            };
            let action = match (item.get("input"), item.get("merge")) {
                (Some(input), None) => Some(Action::Input(input)),
                (None, Some(merge)) => {
                    let path = joined(&path, "merge");
                    self.only(merge, &path, MERGE_KEYS);
                    let id = merge.get("id").and_then(Node::as_text);
                    let steps = self.required(merge, &path, "steps");
                    let steps = steps.map(|steps| self.steps(steps, &joined(&path, "steps")));
                    steps.map(|steps| Action::Merge(id, steps))
                }
                _ => {
                    let message = "exactly one of `input` and `merge` is due";
                    self.report(item, "conflict", &path, message);
                    None
                }
            };
            let problems = match item.get("problems") {
                None => None,
                Some(list) => match self.wanted_problems(list, &joined(&path, "problems")) {
                    Some(Wanted::Problems(wanted)) => Some(wanted),
                    _ => None,
                },
            };
            Some(Step {
                as_of,
                action: action?,
                expect: item.get("expect"),
                record: item.get("record"),
                problems,
            })
        });
        steps.collect()
    }

    fn wanted_problems<'t>(&mut self, list: &'t Node, path: &str) -> Option<Wanted<'t>> {
        let Some(items) = list.as_list() else {
            self.report(list, "wrong_type", path, "expected a list of problems");
            return None;
        };
        let mut wanted = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let path = format!("{path}/{place}");
            self.only(item, &path, PROBLEM_KEYS);
            let code = self.required(item, &path, "code");
            let place = self.required(item, &path, "path");
            wanted.push(WantedProblem {
                code: code.and_then(|text| self.text(text, &joined(&path, "code")))?,
                path: place.and_then(|text| self.text(text, &joined(&path, "path")))?,
                line: item.get("line").and_then(whole),
                column: item.get("column").and_then(whole),
                help_contains: item.get("help_contains").and_then(Node::as_text),
            });
        }
        Some(Wanted::Problems(wanted))
    }

    fn instant(&mut self, node: &Node, path: &str) -> Option<Millis> {
        let instant = match &node.content {
            Content::Text(text) => parse_instant(text),
            Content::Number(text) => decimal::parse(text, 0)
                .ok()
                .filter(|number| number.exact)
                .map(|number| number.units),
            _ => None,
        };
        if instant.is_none() {
            let message = "expected an instant, as in `2026-11-22T09:30:00Z`";
            self.report(node, "bad_time", path, message);
        }
        instant
    }
}

fn whole(node: &Node) -> Option<u32> {
    match &node.content {
        Content::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn joined(path: &str, key: &str) -> String {
    let mut path = String::from(path);
    push_key(&mut path, key);
    path
}
