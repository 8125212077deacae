//! How many instructions a decision takes, on leads that never change. `valgrind` counts them.

use crate::{debian, shell};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// What is counted: a contender of the benchmark, and over how many more passes.
const COUNTED: [(&str, u64); 3] = [
    ("leadstage, brief", 20),
    ("leadstage, explained", 2),
    ("leadstage, JSON text to brief as JSON text", 5),
];

const LEADS: u64 = 300;

/// So many percent more than what is kept may be a change of the compiler's mind.
const ALLOWED: f64 = 3.0;

/// `instructions [--accept]`.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => check(),
        [only] if only == "--accept" => match count()? {
            Some(counts) => keep(&counts),
            None => bail!("`valgrind` is needed to count instructions"),
        },
        _ => bail!("only `--accept` is known here"),
    }
}

/// Fails where a decision takes more instructions than the figures that are kept allow.
pub fn check() -> Result<()> {
    let Some(counts) = count()? else {
        if debian::in_ci() {
            bail!("`valgrind` is needed here and could not be found or installed");
        }
        println!("NOT COUNTED: `valgrind` is not installed");
        return Ok(());
    };
    let text = std::fs::read_to_string(file()).context("cannot read the figures that are kept")?;
    let kept: Value = serde_json::from_str(&text).context("the figures that are kept")?;
    let same = kept["compiler"] == compiler()?.as_str();
    if !same {
        println!(
            "NOT COMPARED: the figures are those of `{}`; `cargo xtask instructions --accept` keeps these",
            kept["compiler"].as_str().unwrap_or_default()
        );
    }
    println!("{:>12} {:>12} {:>8}", "kept", "now", "change");
    let mut grown = Vec::new();
    for (name, count) in &counts {
        let before = kept["per_lead"][name].as_u64();
        let before = before.with_context(|| format!("nothing is kept for `{name}`"))?;
        let change = (*count as f64 / before as f64 - 1.0) * 100.0;
        println!("{before:>12} {count:>12} {change:>+7.1}%  {name}");
        if change > ALLOWED {
            grown.push(format!("`{name}` takes {change:.1} % more"));
        } else if change < -ALLOWED {
            println!(
                "    less by more than {ALLOWED} %: keep it with `cargo xtask instructions --accept`"
            );
        }
    }
    if same && !grown.is_empty() {
        bail!(
            "{}; make it less, or `cargo xtask instructions --accept` and say why in the commit",
            grown.join(", ")
        );
    }
    Ok(())
}

fn file() -> PathBuf {
    shell::root().join("benches/instructions.json")
}

fn compiler() -> Result<String> {
    let said = String::from_utf8(shell::read(shell::program("rustc").arg("-vV"))?)?;
    let part = |key: &str| said.lines().find_map(|line| line.strip_prefix(key));
    let parts = part("release: ").zip(part("host: "));
    let (release, host) = parts.context("rustc does not say its version")?;
    Ok(format!("rustc {release} {host}"))
}

fn keep(counts: &[(&'static str, u64)]) -> Result<()> {
    let counts: Map<String, Value> = counts
        .iter()
        .map(|(name, count)| ((*name).to_owned(), json!(count)))
        .collect();
    let kept = json!({ "compiler": compiler()?, "per_lead": counts });
    let text = serde_json::to_string_pretty(&kept)? + "\n";
    std::fs::write(file(), text).context("cannot write the figures")?;
    println!("kept in benches/instructions.json");
    Ok(())
}

/// Instructions for each lead. `None` where there is no `valgrind`.
fn count() -> Result<Option<Vec<(&'static str, u64)>>> {
    if !shell::has("valgrind") {
        debian::install(&["valgrind", "libc6-dbg"])?;
    }
    if !shell::has("valgrind") {
        return Ok(None);
    }
    shell::run(shell::cargo().args(shell::words(
        "build --quiet --release --package leadstage-bench --bin leadstage-bench",
    )))?;
    let mut counts = Vec::new();
    for (name, more) in COUNTED {
        let passes = [1, 1 + more].map(|passes| instructions(name, passes));
        let [few, many] = passes;
        let count = many?.checked_sub(few?).context("more passes took less")?;
        counts.push((name, count / more / LEADS));
    }
    Ok(Some(counts))
}

fn instructions(contender: &str, passes: u64) -> Result<u64> {
    let log = shell::target().join("instructions.log");
    shell::run_quietly(
        shell::program("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--log-file={}", log.display()))
            .arg(shell::target().join("release/leadstage-bench"))
            .args(["--native", "--seed", "5", "--only", contender])
            .args(["--leads", &LEADS.to_string()])
            .args(["--passes", &passes.to_string()]),
    )?;
    let said = std::fs::read_to_string(&log).context("valgrind wrote no log")?;
    let said = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = said.context("valgrind counted nothing")?;
    count.trim().parse().context("valgrind counted no number")
}
