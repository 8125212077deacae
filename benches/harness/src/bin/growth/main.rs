//! How the time of a decision grows with the playbook's rules and the visitor's events, natively and in Node.

#[path = "../../dice.rs"]
mod dice;
mod generate;
mod plot;

use generate::AS_OF;
use leadstage::evaluate::{Extent, Session};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use plot::Line;
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Instant;

const USAGE: &str =
    "usage: growth [--seed N] [--package FOLDER] [--plot FILE] [--native] [--keep FOLDER]";

const RULES: [usize; 3] = [10, 100, 1_000];
const EVENTS: [usize; 4] = [10, 40, 1_000, 10_000];
/// Decisions of each size.
const DECISIONS: usize = 1_000;
/// Decisions of each size that are an hour apart.
const HOURS: i64 = 100;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Options {
    seed: u64,
    package: PathBuf,
    plot: Option<PathBuf>,
    keep: Option<PathBuf>,
    native: bool,
}

struct Case {
    rules: usize,
    events: usize,
    /// Whether rules see the events.
    matter: bool,
    playbook: Arc<Playbook>,
    evidence: Value,
    later: Value,
}

/// Medians in microseconds.
#[derive(Deserialize)]
struct Took {
    track: f64,
    /// Values and gates.
    decide: f64,
    /// As JSON text.
    text: f64,
    /// Values and gates an hour after the last time.
    anew: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FromNode {
    /// By case.
    took: Vec<Took>,
    /// What WebAssembly's memory takes in all before there is a visitor.
    start_bytes: u64,
    bytes_per_event: f64,
    bytes_per_unseen_event: f64,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

fn options() -> Option<Options> {
    let benches = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let mut options = Options {
        seed: since.ok()?.as_nanos() as u64 % 1_000_000_000,
        package: benches.join("../dist/npm/leadstage"),
        plot: None,
        keep: None,
        native: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => options.seed = words.next()?.parse().ok()?,
            "--package" => options.package = words.next()?.into(),
            "--plot" => options.plot = Some(words.next()?.into()),
            "--keep" => options.keep = Some(words.next()?.into()),
            "--native" => options.native = true,
            _ => return None,
        }
    }
    Some(options)
}

fn run(options: &Options) -> Result<()> {
    eprintln!("seed {}", options.seed);
    let cases = cases(options.seed)?;
    let native = cases.iter().map(time).collect::<Result<Vec<_>>>()?;
    let node = if options.native {
        None
    } else {
        Some(in_node(options, &cases)?)
    };
    print(&cases, &native, node.as_ref());
    if let Some(file) = &options.plot {
        let mut lines = lines(&cases, &native, "native");
        lines.extend(node.iter().flat_map(|node| lines_in_node(&cases, node)));
        fs::write(file, plot::draw(&lines))?;
    }
    Ok(())
}

fn cases(seed: u64) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for rules in RULES {
        let playbook = Arc::new(Playbook::parse(&generate::playbook(rules).to_string())?);
        let mut add = |events, matter| {
            cases.push(Case {
                rules,
                events,
                matter,
                playbook: Arc::clone(&playbook),
                evidence: generate::evidence(seed, rules, events, matter),
                later: generate::later(seed, rules, at_once(events), matter),
            });
        };
        EVENTS.into_iter().for_each(|events| add(events, true));
        add(10_000, false);
    }
    Ok(cases)
}

/// How many events come one by one before the visitor is made anew, so that it stays about as large.
fn at_once(events: usize) -> usize {
    (events / 100).max(1)
}

fn time(case: &Case) -> Result<Took> {
    let read = |events: &Value| {
        let evidence = json!({ "facts": {}, "events": events }).to_string();
        Evidence::parse(&case.playbook, &evidence)
    };
    let evidence = Evidence::parse(&case.playbook, &case.evidence.to_string())?;
    let later = read(&case.later)?;
    let mut session = Session::new(Arc::clone(&case.playbook));
    let mut text = String::new();
    let [mut tracks, mut decisions, mut texts, mut anew] = [const { Vec::new() }; 4];
    while decisions.len() < DECISIONS {
        session.clear();
        evidence
            .facts()
            .iter()
            .for_each(|fact| session.learn(fact.clone()));
        let begun = Instant::now();
        for event in evidence.events() {
            session.track(black_box(event));
        }
        tracks.push(micros(begun) / case.events as f64);
        session.decide(AS_OF, Extent::Brief);
        for (nth, event) in (1..).zip(later.events()) {
            let as_of = AS_OF + 1_000 * nth;
            session.track(event);
            let begun = Instant::now();
            black_box(session.decide(black_box(as_of), Extent::Brief));
            decisions.push(micros(begun));
            text.clear();
            let begun = Instant::now();
            session.decide_json(black_box(as_of + 1), Extent::Brief, &mut text);
            texts.push(micros(begun));
        }
    }
    for hour in 1..=HOURS {
        let begun = Instant::now();
        black_box(session.decide(black_box(AS_OF + 3_600_000 * hour), Extent::Brief));
        anew.push(micros(begun));
    }
    Ok(Took {
        track: median(tracks),
        decide: median(decisions),
        text: median(texts),
        anew: median(anew),
    })
}

fn micros(begun: Instant) -> f64 {
    begun.elapsed().as_nanos() as f64 / 1_000.0
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn in_node(options: &Options, cases: &[Case]) -> Result<FromNode> {
    let folder = match &options.keep {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("leadstage-growth-{}", options.seed)),
    };
    fs::create_dir_all(&folder)?;
    for (place, case) in cases.iter().enumerate() {
        fs::write(
            folder.join(format!("{place}.bin")),
            case.playbook.to_bytes(),
        )?;
        let visitor = json!({
            "rules": case.rules, "matter": case.matter, "evidence": case.evidence, "later": case.later,
        });
        fs::write(folder.join(format!("{place}.json")), visitor.to_string())?;
    }
    let about =
        json!({ "as_of": AS_OF, "cases": cases.len(), "decisions": DECISIONS, "hours": HOURS });
    fs::write(folder.join("growth.json"), about.to_string())?;
    let output = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../js/growth.mjs"))
        .arg(&folder)
        .arg("--package")
        .arg(&options.package)
        .stderr(Stdio::inherit())
        .output()?;
    if options.keep.is_none() {
        fs::remove_dir_all(&folder)?;
    }
    if !output.status.success() {
        return Err("node failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn print(cases: &[Case], native: &[Took], node: Option<&FromNode>) {
    println!(
        "microseconds, medians       native: track   decide  as JSON     anew     Node: track   decide  as JSON     anew"
    );
    for (place, (case, took)) in cases.iter().zip(native).enumerate() {
        let unseen = if case.matter { "" } else { " unseen" };
        let size = format!("{} rules, {} events{unseen}", case.rules, case.events);
        print!(
            "{size:<34}{:>7.3}{:>9.2}{:>9.2}{:>9.2}",
            took.track, took.decide, took.text, took.anew
        );
        if let Some(took) = node.and_then(|node| node.took.get(place)) {
            print!(
                "{:>16.3}{:>9.2}{:>9.2}{:>9.2}",
                took.track, took.decide, took.text, took.anew
            );
        }
        println!();
    }
    if let Some(node) = node {
        println!(
            "WebAssembly's memory: {} bytes at the start, {:.1} an event that matters, {:.1} an event that no rule can see",
            node.start_bytes, node.bytes_per_event, node.bytes_per_unseen_event
        );
    }
}

fn lines_in_node(cases: &[Case], node: &FromNode) -> Vec<Line> {
    lines(cases, &node.took, "Node")
}

fn lines(cases: &[Case], took: &[Took], place: &'static str) -> Vec<Line> {
    let line = |rules| {
        let pairs = cases.iter().zip(took);
        let own = pairs.filter(|(case, _)| case.rules == rules && case.matter);
        let points = own.map(|(case, took)| (case.events as f64, took.decide));
        Line {
            rules,
            place,
            points: points.collect(),
        }
    };
    RULES.map(line).into()
}
