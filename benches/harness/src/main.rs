//! The standard workload: leadstage beside hand-written code and other engines, in turns, on the same leads.

mod beside;
mod clock;
mod dice;
mod engine;
mod generate;
mod hand;
mod lead;
mod report;
mod workload;

use beside::Beside;
use engine::{Ask, Engine};
use generate::AS_OF;
use hand::{Outcome, TABLES};
use lead::Lead;
use report::Rates;
use std::hint::black_box;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use workload::Workload;

const USAGE: &str = "\
usage: leadstage-bench [--seed N] [--leads N] [--rounds N] [--package FOLDER] [--keep FOLDER]
                       [--peers] [--native] [--only TEXT] [--passes N] [--json]

  --seed N          the same leads again; a new seed each time otherwise
  --leads N         10000 if not given
  --rounds N        5 if not given
  --package FOLDER  the npm package to measure; dist/npm/leadstage if not given
  --keep FOLDER     write the workload there, for `node benches/js/bench.mjs FOLDER`
  --peers           all the other engines, not only the fastest; with Node
  --native          leave out Node
  --only TEXT       only contenders whose names contain it, unchecked, for a profiler; with --native
  --passes N        so many passes over the leads and no figures, for counting instructions; with --only
  --json            the result as JSON
";

struct Options {
    seed: u64,
    leads: usize,
    rounds: usize,
    package: PathBuf,
    keep: Option<PathBuf>,
    peers: bool,
    native: bool,
    only: Option<String>,
    passes: Option<usize>,
    json: bool,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

fn benches() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn options() -> Option<Options> {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).ok()?;
    let mut options = Options {
        seed: since.as_nanos() as u64 % 1_000_000_000,
        leads: 10_000,
        rounds: 5,
        package: benches().join("../dist/npm/leadstage"),
        keep: None,
        peers: false,
        native: false,
        only: None,
        passes: None,
        json: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => options.seed = words.next()?.parse().ok()?,
            "--leads" => options.leads = words.next()?.parse().ok().filter(|leads| *leads > 0)?,
            "--rounds" => options.rounds = words.next()?.parse().ok()?,
            "--package" => options.package = words.next()?.into(),
            "--keep" => options.keep = Some(words.next()?.into()),
            "--peers" => options.peers = true,
            "--native" => options.native = true,
            "--only" => options.only = Some(words.next()?),
            "--passes" => options.passes = Some(words.next()?.parse().ok()?),
            "--json" => options.json = true,
            _ => return None,
        }
    }
    (!(options.peers && options.native)).then_some(options)
}

/// Whether everybody agreed.
fn run(options: &Options) -> Result<bool> {
    eprintln!("seed {}", options.seed);
    let workload = Workload::new(options.seed, options.leads)?;
    eprintln!("{}", workload.describe());
    let engine = Engine::new(Engine::playbook()?, &workload.texts)?;
    let folder = match &options.keep {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("leadstage-bench-{}", options.seed)),
    };
    workload.write(&folder, &engine.playbook.to_bytes())?;
    let result = contest(options, &workload, &engine, &folder);
    if options.keep.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    result
}

/// Whether leadstage gives what the hand-written Rust does.
fn agrees(workload: &Workload, engine: &Engine) -> bool {
    let differ = engine.disagreeing(&workload.expected);
    eprintln!("leadstage: {} leads differ", differ.len());
    if let Some(place) = differ.first() {
        eprintln!(
            "  first: lead {place}: expected {:?}, found {:?}",
            workload.expected.get(*place),
            engine.outcome(*place)
        );
    }
    differ.is_empty()
}

fn they_agree(beside: &mut Beside) -> Result<bool> {
    let checks = beside.check()?;
    for check in &checks {
        eprintln!(
            "{}: furthest off {:.4} points, {} gates differ close to a threshold, {} leads differ",
            check.name, check.furthest, check.near_threshold, check.differ
        );
        if let Some(first) = &check.first {
            eprintln!("  first: {first}");
        }
    }
    Ok(checks.iter().all(|check| check.differ == 0))
}

fn contest(options: &Options, workload: &Workload, engine: &Engine, folder: &Path) -> Result<bool> {
    let mut agreed = options.only.is_some() || agrees(workload, engine);
    let mut others = Vec::new();
    if !options.native {
        others.extend(Beside::node(&benches(), folder, &options.package, false)?);
    }
    if options.peers {
        let needed = "--peers needs `npm ci --prefix benches/js/peers`";
        let node = Beside::node(&benches(), folder, &options.package, true)?;
        others.push(node.ok_or_else(|| Error::other(needed))?);
    }
    for beside in &mut others {
        agreed &= they_agree(beside)?;
    }
    if options.peers {
        let mut beside = Beside::rust(&benches(), folder)?;
        agreed &= they_agree(&mut beside)?;
        others.push(beside);
    }
    let mut contenders = hand_written(workload);
    contenders.extend(engine.contenders());
    contenders.retain(|(name, _)| options.only.as_ref().is_none_or(|only| name.contains(only)));
    if let Some(passes) = options.passes {
        for (_, contender) in &mut contenders {
            (0..passes).for_each(|_| contender());
        }
        return Ok(agreed);
    }
    let mut rates = Rates::default();
    for round in 0..options.rounds {
        let count = contenders.len();
        let mut found = vec![0.0; count];
        for turn in 0..count {
            let place = (turn + round) % count;
            found[place] = clock::rate(workload.leads.len(), &mut contenders[place].1);
        }
        for ((name, _), rate) in contenders.iter().zip(found) {
            rates.add(name, rate);
        }
        for beside in &mut others {
            for (name, rate) in beside.round()? {
                rates.add(&name, rate);
            }
        }
    }
    if options.json {
        let result = serde_json::json!({
            "seed": options.seed,
            "leads": options.leads,
            "agreed": agreed,
            "contenders": rates.to_json(),
        });
        println!("{result}");
    } else {
        rates.print();
    }
    Ok(agreed)
}

fn hand_written(workload: &Workload) -> Vec<Ask<'_>> {
    let decide = |lead: &Lead| -> Outcome { hand::decide(&TABLES, black_box(lead), AS_OF) };
    vec![
        (
            report::BASE,
            Box::new(move || {
                for lead in &workload.leads {
                    black_box(decide(lead));
                }
            }),
        ),
        (
            report::BASE_TEXT,
            Box::new(move || {
                for text in &workload.texts {
                    if let Ok(lead) = serde_json::from_str::<Lead>(text) {
                        black_box(decide(&lead));
                    }
                }
            }),
        ),
    ]
}
