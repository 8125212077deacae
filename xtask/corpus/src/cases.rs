//! The conformance cases, and playbooks that are bad, with what the native build says of them.

use crate::{Outcome, base64};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::json::Writer;
use leadstage::playbook::{Playbook, document};
use leadstage::problem::Problem;
use leadstage::time::parse_instant;
use leadstage::tree::{Tree, write_compact};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The playbook that the tests of the package and the site use.
const ACME: &str = "playbooks/acme-b2b/playbook.yaml";

/// Writes `cases.jsonl`, `refused.jsonl`, `bad.jsonl` and the compiled playbook of the site.
pub fn write(folder: &Path) -> Outcome {
    let mut lists = Lists::default();
    let mut wrong = Vec::new();
    let with_cases = files("tests/conformance")?
        .into_iter()
        .chain(beside_playbooks()?);
    for file in with_cases {
        if let Err(error) = lists.file(&file) {
            wrong.push(format!("{}: {error}", file.display()));
        }
    }
    for file in files("tests/bad/playbooks")? {
        if let Err(error) = lists.bad_playbooks(&file) {
            wrong.push(format!("{}: {error}", file.display()));
        }
    }
    println!(
        "{} cases, {} with bad evidence, {} bad playbooks",
        lists.cases.count, lists.refused.count, lists.bad.count
    );
    std::fs::write(folder.join("cases.jsonl"), lists.cases.text)?;
    std::fs::write(folder.join("refused.jsonl"), lists.refused.text)?;
    std::fs::write(folder.join("bad.jsonl"), lists.bad.text)?;
    let acme =
        Playbook::parse(&std::fs::read_to_string(ACME)?).map_err(|found| found.to_string())?;
    std::fs::write(folder.join("acme.leadstage"), acme.to_bytes())?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

/// JSON Lines.
#[derive(Default)]
struct Lines {
    text: String,
    count: u32,
}

impl Lines {
    fn add(&mut self, line: &Value) -> Outcome {
        self.count += 1;
        Ok(writeln!(self.text, "{line}")?)
    }
}

#[derive(Default)]
struct Lists {
    cases: Lines,
    refused: Lines,
    bad: Lines,
}

impl Lists {
    fn file(&mut self, file: &Path) -> Outcome {
        let all = read(file)?;
        let written = match &all["playbook"] {
            Value::String(path) => read(&file.with_file_name(path))?,
            inline => inline.clone(),
        };
        let text = written.to_string();
        let playbook = Playbook::parse(&text).map_err(|found| found.to_string())?;
        let bytes = base64(&playbook.to_bytes());
        for case in all["cases"].as_array().ok_or("no cases")? {
            if case.get("steps").is_some() {
                continue;
            }
            let proves = case["proves"].as_str().unwrap_or_default();
            let name = format!("{}: {proves}", file.display());
            let evidence = match &case["evidence"] {
                Value::Null => json!({}),
                evidence => evidence.clone(),
            };
            let found = Evidence::parse(&playbook, &evidence.to_string());
            let known = match (found, case["problems"].is_array()) {
                (Ok(found), false) => found,
                (Err(problems), true) => {
                    let line = json!({
                        "name": name, "playbook": bytes, "evidence": evidence, "problems": listed(problems.iter())?,
                    });
                    self.refused.add(&line)?;
                    continue;
                }
                (Ok(_), true) => {
                    return Err(format!("`{proves}`: the evidence is not refused").into());
                }
                (Err(problems), false) => return Err(format!("`{proves}`: {problems}").into()),
            };
            let as_of = instant(&case["as_of"]).ok_or("no `as_of`")?;
            let [brief, explained] = [Extent::Brief, Extent::Explained]
                .map(|extent| evaluate_json(&playbook, &known, as_of, extent));
            self.cases.add(&json!({
                "name": name, "document": written, "playbook": bytes, "evidence": evidence,
                "as_of": case["as_of"], "brief": brief, "explained": explained,
            }))?;
        }
        Ok(())
    }

    /// Bad playbooks as JSON text: the slim tree of YAML's is written out, JSON stays as it is.
    fn bad_playbooks(&mut self, file: &Path) -> Outcome {
        for case in read(file)?.as_array().ok_or("no list")? {
            let text = case["text"].as_str().ok_or("no text")?;
            let text = match Tree::parse(text, text.len()) {
                _ if text.trim_start().starts_with('{') => text.to_owned(),
                Ok(tree) if tree.problems.is_empty() => {
                    let mut json = String::new();
                    write_compact(&mut json, &tree.root);
                    json
                }
                _ => continue,
            };
            let problems = listed(document::check(&text).iter())?;
            self.bad.add(&json!({
                "name": format!("{}: {}", file.display(), case["proves"]), "text": text, "problems": problems,
            }))?;
        }
        Ok(())
    }
}

pub fn listed<'a>(problems: impl Iterator<Item = &'a Problem>) -> Outcome<Value> {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('[');
    for problem in problems {
        w.item();
        problem.write(&mut w);
    }
    w.close(']');
    Ok(serde_json::from_str(&text)?)
}

fn instant(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| parse_instant(value.as_str()?))
}

/// Reads YAML, by way of the canonical JSON.
pub fn read(file: &Path) -> Outcome<Value> {
    let text = std::fs::read_to_string(file)?;
    let tree = Tree::parse(&text, text.len()).map_err(|problem| problem.to_string())?;
    let mut json = String::new();
    write_compact(&mut json, &tree.root);
    Ok(serde_json::from_str(&json)?)
}

pub fn files(folder: &str) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub fn beside_playbooks() -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir("playbooks")? {
        let cases = entry?.path().join("cases.yaml");
        if cases.is_file() {
            files.push(cases);
        }
    }
    files.sort();
    Ok(files)
}
