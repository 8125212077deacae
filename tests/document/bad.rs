//! `tests/bad/`: bad input with the problems expected.

use super::{home, read_tree, yaml_files};
use leadstage::evidence::Evidence;
use leadstage::playbook::{Playbook, document};
use leadstage::problem::Problem;
use leadstage::tree::{Node, Tree};
use std::path::PathBuf;

/// The files of a folder with their trees.
fn files(folder: &str) -> Vec<(PathBuf, Tree)> {
    let files = yaml_files(&home().join("tests/bad").join(folder));
    assert!(!files.is_empty(), "no files in {folder}");
    let read = |path: PathBuf| {
        let tree = read_tree(&path);
        (path, tree)
    };
    files.into_iter().map(read).collect()
}

fn text<'a>(node: &'a Node, key: &str) -> &'a str {
    let value = node.get(key).and_then(Node::as_text);
    value.unwrap_or_else(|| panic!("`{key}` is missing at line {}", node.at.line))
}

fn number(node: &Node) -> u32 {
    let mut text = String::new();
    leadstage::tree::write_compact(&mut text, node);
    text.parse().unwrap()
}

/// What differs between the problems expected and those found.
fn compare(case: &Node, found: &[Problem]) -> Vec<String> {
    let expected = case
        .get("problems")
        .and_then(Node::as_list)
        .expect("a list of problems");
    let mut differences = Vec::new();
    if expected.len() != found.len() {
        differences.push(format!(
            "{} problems expected, {} found",
            expected.len(),
            found.len()
        ));
    }
    for (expected, found) in expected.iter().zip(found) {
        let same = text(expected, "code") == found.code
            && text(expected, "path") == found.path
            && expected
                .get("line")
                .is_none_or(|line| Some(number(line)) == found.line)
            && expected
                .get("column")
                .is_none_or(|column| Some(number(column)) == found.column)
            && expected
                .get("help_contains")
                .is_none_or(|part| found.help.contains(part.as_text().unwrap()));
        if !same {
            let mut line = String::new();
            leadstage::tree::write_compact(&mut line, expected);
            differences.push(format!("expected {line}"));
        }
    }
    if !differences.is_empty() {
        differences.extend(found.iter().map(|problem| format!("found {problem}")));
    }
    differences
}

fn run(folder: &str, found: impl Fn(&Node) -> Vec<Problem>) {
    let mut failures = Vec::new();
    let mut cases = 0;
    for (path, tree) in files(folder) {
        for case in tree.root.as_list().expect("a list of cases") {
            cases += 1;
            let differences = compare(case, &found(case));
            if !differences.is_empty() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                failures.push(format!(
                    "{name}: {}\n  {}",
                    text(case, "proves"),
                    differences.join("\n  ")
                ));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {cases} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn bad_playbooks() {
    run("playbooks", |case| document::check(text(case, "text")));
}

#[test]
fn bad_evidence() {
    run("evidence", |case| {
        let playbook = case.get("playbook").expect("a playbook");
        let playbook = Playbook::from_node(playbook, Vec::new())
            .unwrap_or_else(|problems| panic!("{problems}"));
        match Evidence::parse(&playbook, text(case, "evidence")) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().cloned().collect(),
        }
    });
}

/// Hints that the cases as data don't look at.
#[test]
fn an_attribute_without_its_first_part_is_recognised() {
    let text =
        "{leadstage: 1, name: p, version: 1, attributes: {account.employees: {type: number}},
        segments: {a: {employees: 5}, b: {employes: 5}}}";
    let problems = document::check(text);
    let helps: Vec<&str> = problems.iter().map(|problem| &*problem.help).collect();
    assert_eq!(problems.len(), 2);
    assert_eq!(helps[0], "did you mean `account.employees`?");
    assert!(helps[1].starts_with("one of `all`, `any`"), "{}", helps[1]);
}
