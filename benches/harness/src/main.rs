//! The standard workload: leadstage beside hand-written code and other engines, in turns, on the same leads.

mod clock;
mod generate;
mod hand;
mod lead;
mod node;
mod report;
mod workload;

use generate::AS_OF;
use hand::{Outcome, TABLES};
use lead::Lead;
use node::Node;
use report::Rates;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::ExitCode;
use workload::Workload;

const USAGE: &str = "\
usage: leadstage-bench [--seed N] [--leads N] [--rounds N] [--package FOLDER] [--keep FOLDER]
                       [--native] [--json]

  --seed N          the same leads again; a new seed each time otherwise
  --leads N         10000 if not given
  --rounds N        5 if not given
  --package FOLDER  the npm package to measure; dist/npm/leadstage if not given
  --keep FOLDER     write the workload there, for `node benches/js/bench.mjs FOLDER`
  --native          leave out Node
  --json            the result as JSON
";

struct Options {
    seed: u64,
    leads: usize,
    rounds: usize,
    package: PathBuf,
    keep: Option<PathBuf>,
    native: bool,
    json: bool,
}

/// What takes part in the rounds: a name and a pass over all leads.
struct Contender<'w> {
    name: &'static str,
    pass: Box<dyn FnMut() + 'w>,
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
        native: false,
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
            "--native" => options.native = true,
            "--json" => options.json = true,
            _ => return None,
        }
    }
    Some(options)
}

/// Whether everybody agreed.
fn run(options: &Options) -> std::io::Result<bool> {
    eprintln!("seed {}", options.seed);
    let workload = Workload::new(options.seed, options.leads)?;
    eprintln!("{}", workload.describe());
    if let Some(folder) = &options.keep {
        workload.write(folder, &[])?;
        return contest(options, &workload, folder);
    }
    let folder = std::env::temp_dir().join(format!("leadstage-bench-{}", options.seed));
    workload.write(&folder, &[])?;
    let result = contest(options, &workload, &folder);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn contest(
    options: &Options,
    workload: &Workload,
    folder: &std::path::Path,
) -> std::io::Result<bool> {
    let mut node = if options.native {
        None
    } else {
        Node::start(&benches(), folder, &options.package)?
    };
    let mut agreed = true;
    let mut contenders = hand_written(workload);
    for check in node.as_mut().map(Node::check).transpose()?.iter().flatten() {
        agreed &= check.differ == 0;
        eprintln!(
            "{}: furthest off {:.4} points, {} gates differ close to a threshold, {} leads differ",
            check.name, check.furthest, check.near_threshold, check.differ
        );
        if let Some(first) = &check.first {
            eprintln!("  first: {first}");
        }
    }
    let mut rates = Rates::default();
    for round in 0..options.rounds {
        let count = contenders.len();
        let mut found = vec![0.0; count];
        for turn in 0..count {
            let place = (turn + round) % count;
            found[place] = clock::rate(workload.leads.len(), &mut contenders[place].pass);
        }
        for (contender, rate) in contenders.iter().zip(found) {
            rates.add(contender.name, rate);
        }
        for (name, rate) in node.as_mut().map(Node::round).transpose()?.iter().flatten() {
            rates.add(name, *rate);
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

fn hand_written(workload: &Workload) -> Vec<Contender<'_>> {
    let decide = |lead: &Lead| -> Outcome { hand::decide(&TABLES, black_box(lead), AS_OF) };
    vec![
        Contender {
            name: report::BASE,
            pass: Box::new(move || {
                for lead in &workload.leads {
                    black_box(decide(lead));
                }
            }),
        },
        Contender {
            name: "serde_json + hand-written Rust",
            pass: Box::new(move || {
                for text in &workload.texts {
                    match serde_json::from_str::<Lead>(text) {
                        Ok(lead) => black_box(decide(&lead)),
                        Err(error) => unreachable!("our own JSON: {error}"),
                    };
                }
            }),
        },
    ]
}
