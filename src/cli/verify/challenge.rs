//! `leadstage challenge`.

use super::{add, duration, random, read_keys};
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::verify::{Playbooks, Policy, Verifier};
use std::io::{self, BufWriter, Write};

/// Give out challenges, each to be answered by one receipt.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook that decides, as a document or compiled.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The file of keys, made by `leadstage keys new`; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    keys: String,
    /// For how long it may be answered.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10m")]
    valid: i64,
    /// How many, one a line.
    #[arg(long, value_name = "N", default_value_t = 1)]
    count: u32,
    /// When it is given out. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// One JSON object a challenge, a line each.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let keys = read_keys(&args.keys)?.challenge;
    let mut playbooks = Playbooks::new();
    add(&mut playbooks, &args.playbook)?;
    let digest = playbooks
        .iter()
        .map(|(it, _)| it.digest())
        .collect::<String>();
    let mut policy = Policy::default();
    policy.valid_ms = args.valid;
    let verifier = Verifier::new(keys, playbooks, policy);
    let at = args.as_of.unwrap_or_else(now);
    let mut out = BufWriter::new(io::stdout().lock());
    for _ in 0..args.count {
        let Some(challenge) = verifier.challenge(&digest, *random()?, at) else {
            let message = "a challenge can't be given out for this instant";
            return Err(Stop::Usage(String::from(message)));
        };
        match args.json {
            true => writeln!(out, "{}", challenge.to_json())?,
            false => writeln!(out, "{}", challenge.to_text())?,
        }
    }
    out.flush()?;
    Ok(())
}
