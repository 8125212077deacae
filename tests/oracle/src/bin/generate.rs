//! Prints generated playbooks with evidence as JSON Lines, to compare runtimes on them.

use std::io::{self, BufWriter, Write};

const USAGE: &str = "usage: generate --from SEED --count N";

fn main() -> io::Result<()> {
    let (mut from, mut count) = (0, 10);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|n| n.parse::<u64>().ok());
        match (word.as_str(), number) {
            ("--from", Some(n)) => from = n,
            ("--count", Some(n)) => count = n,
            _ => {
                eprintln!("{USAGE}");
                std::process::exit(2);
            }
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for seed in from..from.saturating_add(count) {
        let triple = leadstage_oracle::generate(seed);
        writeln!(
            out,
            r#"{{"playbook":{},"evidence":{},"as_of":{}}}"#,
            triple.playbook, triple.evidence, triple.as_of
        )?;
    }
    out.flush()
}
