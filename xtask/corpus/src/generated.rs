//! Made-up playbooks, each with evidence and an instant.

use crate::{Outcome, base64};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::generate;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Triples in one file.
const PER_FILE: u64 = 1_000;

/// Writes `FOLDER/generated/*.jsonl`, with hashes for decisions, and how many triples there are.
pub fn write(folder: &Path, triples: u64) -> Outcome {
    let lists = folder.join("generated");
    std::fs::create_dir_all(&lists)?;
    let files = triples.div_ceil(PER_FILE);
    let next = std::sync::atomic::AtomicU64::new(0);
    let worker = || -> Result<(), String> {
        loop {
            let file = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if file >= files {
                return Ok(());
            }
            let seeds = file * PER_FILE..((file + 1) * PER_FILE).min(triples);
            let path = lists.join(format!("{file:04}.jsonl"));
            list(&path, seeds).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err("a thread broke down".to_owned()))
        })
    })?;
    std::fs::write(folder.join("generated.txt"), triples.to_string())?;
    println!(
        "{triples} generated playbooks with evidence, in {}",
        lists.display()
    );
    Ok(())
}

fn list(path: &Path, seeds: std::ops::Range<u64>) -> Outcome {
    let mut out = BufWriter::new(File::create(path)?);
    for seed in seeds {
        let [brief, explained] = decide(seed)?;
        let triple = generate(seed);
        let playbook =
            Playbook::parse(&triple.playbook.to_string()).map_err(|found| found.to_string())?;
        let line = json!({
            "name": format!("seed {seed}"),
            "playbook": base64(&playbook.to_bytes()),
            "evidence": triple.evidence,
            "as_of": triple.as_of,
            "brief_sha256": hash(&brief),
            "explained_sha256": hash(&explained),
        });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Prints a triple with its decisions, to look into a difference.
pub fn show(seed: &str) -> Outcome {
    let seed = seed.parse()?;
    let triple = generate(seed);
    println!("{}\n{}\n{}", triple.playbook, triple.evidence, triple.as_of);
    for decision in decide(seed)? {
        println!("{decision}");
    }
    Ok(())
}

fn decide(seed: u64) -> Outcome<[String; 2]> {
    let triple = generate(seed);
    let wrong = |found: leadstage::problem::Problems| format!("seed {seed}: {found}");
    let playbook = Playbook::parse(&triple.playbook.to_string()).map_err(wrong)?;
    let evidence = Evidence::parse(&playbook, &triple.evidence.to_string()).map_err(wrong)?;
    Ok([Extent::Brief, Extent::Explained]
        .map(|extent| evaluate_json(&playbook, &evidence, triple.as_of, extent)))
}

/// SHA-256 in hex.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
