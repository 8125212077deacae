//! The engine beside the naive second evaluator, on generated playbooks and evidence.

use leadstage::evaluate::{Extent, Session, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::{Triple, generate, verify};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many triples are compared; `LEADSTAGE_TRIPLES` says otherwise.
const TRIPLES: u64 = 100_000;

fn first_differences(seed: u64) -> Result<(), String> {
    let Triple {
        playbook: document,
        evidence: said,
        as_of,
    } = generate(seed);
    let playbook = Playbook::parse(&document.to_string())
        .map_err(|found| format!("the playbook has problems: {found}"))?;
    let evidence = Evidence::parse(&playbook, &said.to_string())
        .map_err(|found| format!("the evidence has problems: {found}"))?;
    let text = evaluate_json(&playbook, &evidence, as_of, Extent::Explained);
    let decision = serde_json::from_str(&text).map_err(|found| found.to_string())?;
    verify(&document, &said, as_of, &decision).map_err(|found| found.join("\n"))?;

    let loaded = Playbook::from_bytes(&playbook.to_bytes()).map_err(|found| found.to_string())?;
    if loaded != playbook {
        return Err("the compiled form comes back otherwise".into());
    }
    incremental(loaded, &evidence, as_of)
}

/// Times between decisions on the same evidence, in milliseconds: what a session keeps is used again after some, and not after others.
const GAPS_MS: [i64; 16] = [
    1,
    1,
    400,
    1,
    9_000,
    50_000,
    1,
    79_102,
    1_000_000,
    1,
    3_600_000,
    30_000_000,
    1_000,
    86_400_000,
    700_000_000,
    -250_000_000,
];

/// A session says at every step what the pure function says of the evidence so far.
fn incremental(playbook: Playbook, evidence: &Evidence, as_of: i64) -> Result<(), String> {
    let mut session = Session::new(Arc::new(playbook));
    let mut so_far = Evidence::default();
    if let Some(stage) = evidence.stage() {
        so_far.enter(stage);
        session.enter(stage);
    }
    let mut facts = evidence.facts().iter();
    let mut events = evidence.events().iter();
    loop {
        for at in [as_of, as_of - 86_400_000] {
            same(&mut session, &so_far, at, Extent::Brief)?;
        }
        // Facts and events by turns.
        let (fact, event) = (facts.next(), events.next());
        if fact.is_none() && event.is_none() {
            break;
        }
        if let Some(fact) = fact {
            so_far.learn(fact.clone());
            session.learn(fact.clone());
        }
        if let Some(event) = event {
            so_far.track(event.clone());
            session.track(event);
        }
    }
    same(&mut session, evidence, as_of, Extent::Explained)?;
    let mut at = as_of - 900_000_000;
    for gap in GAPS_MS {
        at += gap;
        same(&mut session, evidence, at, Extent::Brief)?;
    }
    session.load(&so_far);
    same(&mut session, &so_far, at, Extent::Brief)
}

fn same(session: &mut Session, evidence: &Evidence, at: i64, extent: Extent) -> Result<(), String> {
    let expected = evaluate_json(session.playbook(), evidence, at, extent);
    let mut found = String::new();
    let brief = session.decide(at, Extent::Brief);
    let then = brief.route.as_ref().map(|route| route.then);
    let told = format!("{:?} {:?} {then:?}", brief.scores, brief.gates);
    let mut look = session.look(at);
    let scores: Vec<_> = look.scores().collect();
    let gates: Vec<_> = look.gates().collect();
    let looked = format!("{scores:?} {gates:?} {:?}", look.route());
    if looked != told {
        return Err(format!("a look at {at} says\n{looked}\nnot\n{told}"));
    }
    session.decide_json(at, extent, &mut found);
    match found {
        found if found == expected => Ok(()),
        found => Err(format!(
            "the session says at {at}\n{found}\nnot\n{expected}"
        )),
    }
}

#[test]
fn engine_and_oracle_agree() {
    let count = std::env::var("LEADSTAGE_TRIPLES")
        .ok()
        .map_or(TRIPLES, |count| {
            count.parse().expect("LEADSTAGE_TRIPLES is a number")
        });
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut failures = Vec::new();
            while failures.len() < 5 {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= count {
                    break;
                }
                if let Err(found) = first_differences(seed) {
                    failures.push(format!("seed {seed}: {found}"));
                }
            }
            failures
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker finishes"))
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
