//! Real leads, where they are beside the project; else the samples that ship with it.

use crate::native::{self, Profile};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of leads and the playbook for it.
pub struct Set {
    /// A word for file names.
    pub name: &'static str,
    /// What to tell people about it.
    pub what: String,
    /// The leads, as CSV.
    pub file: PathBuf,
    folder: PathBuf,
}

/// Folder of the playbook, file of the real data, what it is.
const SETS: [(&str, &str, &str); 2] = [
    (
        "x-education",
        "x_education_leads.csv",
        "leads of an online school",
    ),
    (
        "online-shoppers",
        "online_shoppers_intention.csv",
        "visits to an online shop",
    ),
];

/// The sets that there are.
pub fn sets() -> Result<Vec<Set>> {
    let real = shell::root().join("../shared/data");
    let mut sets = Vec::new();
    for (name, file, what) in SETS {
        let folder = shell::root().join("playbooks").join(name);
        let (all, sample) = (real.join(file), folder.join("sample.csv"));
        if !folder.join("map.yaml").is_file() {
            continue;
        }
        let (file, what) = if all.is_file() {
            (all, what.to_owned())
        } else if sample.is_file() {
            (
                sample,
                format!(
                    "{what}; the sample that ships, since the full set is not beside the project"
                ),
            )
        } else {
            println!("{name}: no leads to score: neither the full set nor a sample is here");
            continue;
        };
        sets.push(Set {
            name,
            what,
            file,
            folder,
        });
    }
    Ok(sets)
}

impl Set {
    /// The command that scores the set.
    pub fn score(&self, leadstage: &Path) -> Command {
        let mut command = Command::new(leadstage);
        command
            .current_dir(shell::root())
            .arg("score")
            .arg("-p")
            .arg(self.playbook());
        command
            .args(["--from", "csv", "--map"])
            .arg(self.map())
            .arg(&self.file);
        command
    }

    fn playbook(&self) -> PathBuf {
        self.folder.join("playbook.yaml")
    }

    fn map(&self) -> PathBuf {
        self.folder.join("map.yaml")
    }
}

/// Scores every lead natively and in Node, and compares the bytes.
pub fn check() -> Result<()> {
    let leadstage = native::leadstage(Profile::Tests)?;
    let corpus = native::corpus(Profile::Tests)?;
    let sets = sets()?;
    if sets.is_empty() {
        bail!("there are no leads to score");
    }
    for set in sets {
        let made = |ending: &str| shell::dist().join(format!("data/{}.{ending}", set.name));
        let (compiled, document, map) = (made("leadstage"), made("json"), made("map.json"));
        let (natively, in_node) = (made("native.jsonl"), made("node.jsonl"));
        shell::make_parent(&compiled)?;
        for (format, out) in [("binary", &compiled), ("json", &document)] {
            shell::run_quietly(
                Command::new(&leadstage)
                    .arg("compile")
                    .arg(set.playbook())
                    .args(["--format", format, "-o"])
                    .arg(out),
            )?;
        }
        shell::run_quietly(Command::new(&corpus).arg("json").arg(set.map()).arg(&map))?;
        shell::run_quietly(set.score(&leadstage).arg("-o").arg(&natively))?;
        shell::run(
            shell::program("node")
                .arg(shell::root().join("tests/js/score.js"))
                .args([&compiled, &document, &map, &set.file, &in_node]),
        )?;
        compare(set.name, &natively, &in_node)?;
    }
    Ok(())
}

fn compare(name: &str, natively: &Path, in_node: &Path) -> Result<()> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let (one, other) = (read(natively)?, read(in_node)?);
    if let Some(line) = one
        .lines()
        .zip(other.lines())
        .position(|(one, other)| one != other)
    {
        bail!(
            "{name}: decision {} differs: see {} and {}",
            line + 1,
            natively.display(),
            in_node.display()
        );
    }
    if one != other || one.is_empty() {
        bail!(
            "{name}: {} decisions natively, {} in Node",
            one.lines().count(),
            other.lines().count()
        );
    }
    println!(
        "{name}: {} decisions, {} bytes, the same in Node as natively",
        one.lines().count(),
        one.len()
    );
    Ok(())
}
