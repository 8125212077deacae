//! `leadstage verify`.

use super::{add, duration, read_keys};
use crate::cli::lines;
use crate::cli::record::Progress;
use crate::cli::stop::Stop;
use crate::cli::{instant, now, report, source};
use leadstage::evidence::Evidence;
use leadstage::json::Writer;
use leadstage::limits;
use leadstage::playbook::Playbook;
use leadstage::problem::Problems;
use leadstage::time::parse_instant;
use leadstage::tree::{Content, Tree};
use leadstage::verify::{
    Arrival, Keys, Outcome, Playbooks, Policy, Refusal, SeenInMemory, Terms, Verified, Verifier,
};
use std::io::{self, BufReader, BufWriter, Write};

/// Check receipts, one a line: genuine, in time, within limits, asserted by who may, and decided as they say.
#[derive(clap::Args)]
pub struct Args {
    /// Receipts, one a line; `-` is the standard input.
    #[arg(value_name = "RECEIPTS")]
    receipts: String,
    /// A playbook in use, as a document or compiled; may be given several times.
    #[arg(short, long, required = true, value_name = "FILE")]
    playbook: Vec<String>,
    /// A playbook that is not in use any more, and since when; may be given several times.
    #[arg(long, value_name = "FILE@TIME", value_parser = retired)]
    retired: Vec<(String, i64)>,
    /// How long receipts by it are taken.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30d")]
    window: i64,
    /// The file of keys.
    #[arg(long, value_name = "FILE")]
    keys: String,
    /// The server's own evidence, in JSON or YAML, to decide again with it.
    #[arg(long, value_name = "EVIDENCE")]
    own: Option<String>,
    /// A source that browsers may assert facts as; by default `visitor` and `inferred`.
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// A signal that only the server may have observed.
    #[arg(long, value_name = "NAME")]
    own_signal: Vec<String>,
    /// By how much clocks may differ.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5m")]
    skew: i64,
    /// The instant of the server. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// Sign a verdict on each as this issuer.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// For whom verdicts are meant.
    #[arg(long, value_name = "NAME", requires = "issuer")]
    audience: Option<String>,
    /// Whom verdicts are about: the record's id.
    #[arg(long, value_name = "ID", requires = "issuer")]
    subject: Option<String>,
    /// For how long verdicts may be relied on.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10m")]
    valid: i64,
    /// One JSON object a receipt, a line each.
    #[arg(long)]
    json: bool,
}

/// Reads the value of `--retired`.
fn retired(text: &str) -> Result<(String, i64), String> {
    let wrong = || String::from("write a file, `@` and an instant: v7.yaml@2026-11-01");
    let (file, at) = text.rsplit_once('@').ok_or_else(wrong)?;
    Ok((file.to_owned(), instant(at)?))
}

/// The server's own evidence, by which the stage is known before the playbook is.
struct Own {
    file: String,
    text: String,
    stage: Option<(String, Option<i64>)>,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let Keys { challenge, verdict } = read_keys(&args.keys)?;
    let verifier = Verifier::new(challenge, playbooks(args)?, policy(args));
    let own = args.own.as_deref().map(read_own).transpose()?;
    let most = verifier.policy.bytes.saturating_add(1);
    let size = std::fs::metadata(&args.receipts).ok();
    let size = size.filter(|file| file.is_file()).map(|file| file.len());
    let mut reader = BufReader::new(source::open(&args.receipts)?);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut progress = Progress::of(size, ["receipt", "receipts"]);
    let mut seen = SeenInMemory::default();
    let (mut read, mut number, mut verified, mut refused) = (0, 0i64, 0usize, 0usize);
    while let Some(line) = lines::next(&mut reader, most, &mut read)
        .map_err(|error| Stop::file("read", &args.receipts, &error))?
    {
        number += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            continue;
        }
        let at = args.as_of.unwrap_or_else(now);
        let mut arrival = Arrival::at(at);
        if let Some((name, since)) = own.as_ref().and_then(|own| own.stage.as_ref()) {
            arrival = arrival.in_stage(name, *since);
        }
        let said = match verifier.verify(line, &arrival, &mut seen) {
            Ok(receipt) => {
                verified += 1;
                let outcome = own.as_ref().map(|own| again(own, &receipt)).transpose()?;
                let verdict = args.issuer.as_deref().map(|issuer| {
                    let terms = Terms {
                        issuer,
                        subject: args.subject.as_deref(),
                        audience: args.audience.as_deref(),
                        now: at,
                        valid_ms: args.valid,
                    };
                    receipt.sign(outcome.as_ref(), &terms, &verdict)
                });
                match args.json {
                    true => json(number, &receipt, outcome.as_ref(), verdict.as_deref()),
                    false => told(number, &receipt, outcome.as_ref(), verdict.as_deref()),
                }
            }
            Err(refusal) => {
                refused += 1;
                match args.json {
                    true => json_refused(number, &refusal),
                    false => format!("{number}: refused: {refusal}"),
                }
            }
        };
        writeln!(out, "{said}")?;
        if reader.buffer().is_empty() {
            out.flush()?;
        }
        progress.show(read, verified + refused);
    }
    out.flush()?;
    drop(out);
    progress.end();
    if !args.json {
        writeln!(io::stderr(), "{verified} verified, {refused} refused")?;
    }
    if refused == 0 {
        Ok(())
    } else {
        Err(Stop::Refused)
    }
}

fn playbooks(args: &Args) -> Result<Playbooks, Stop> {
    let mut playbooks = Playbooks::new();
    for (file, at) in &args.retired {
        let digest = add(&mut playbooks, file)?;
        playbooks.retire(&digest, *at);
    }
    // What is given as both is in use.
    for file in &args.playbook {
        add(&mut playbooks, file)?;
    }
    Ok(playbooks)
}

fn policy(args: &Args) -> Policy {
    let names = |list: &[String]| list.iter().map(|name| name.as_str().into()).collect();
    let mut policy = Policy::default();
    policy.skew_ms = args.skew;
    policy.retired_ms = args.window;
    if !args.source.is_empty() {
        policy.sources = names(&args.source);
    }
    policy.own_signals = names(&args.own_signal);
    policy
}

fn read_own(file: &str) -> Result<Own, Stop> {
    let refuse = |text: &str, problems: Problems| {
        let reported = report::problems(file, text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    };
    let bytes = source::read(file, limits::EVIDENCE_BYTES)?;
    let text = source::text(bytes).map_err(|problem| refuse("", Problems::from(problem)))?;
    let tree = Tree::parse(&text, limits::EVIDENCE_BYTES)
        .map_err(|problem| refuse(&text, Problems::from(problem)))?;
    let stage = tree.root.get("stage").and_then(|stage| {
        let name = stage.get("name")?.as_text()?;
        let since = stage.get("since").and_then(|since| match &since.content {
            Content::Number(text) => text.parse().ok(),
            _ => since.as_text().and_then(parse_instant),
        });
        Some((name.to_owned(), since))
    });
    let file = file.to_owned();
    Ok(Own { file, text, stage })
}

/// Decides again with the server's own evidence.
fn again(own: &Own, receipt: &Verified) -> Result<Outcome, Stop> {
    let playbook: &Playbook = receipt.playbook();
    let evidence = Evidence::parse(playbook, &own.text).map_err(|problems| {
        let reported = report::problems(&own.file, &own.text, problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    })?;
    Ok(receipt.with(&evidence))
}

fn json(
    number: i64,
    receipt: &Verified,
    outcome: Option<&Outcome>,
    verdict: Option<&str>,
) -> String {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('{');
    w.key("line").integer(number);
    w.key("verified").boolean(true);
    receipt.write(outcome, &mut w);
    if let Some(verdict) = verdict {
        w.key("verdict").text(verdict);
    }
    w.close('}');
    text
}

fn json_refused(number: i64, refusal: &Refusal) -> String {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('{');
    w.key("line").integer(number);
    w.key("verified").boolean(false);
    w.key("refusal");
    refusal.write(&mut w);
    w.close('}');
    text
}

fn told(
    number: i64,
    receipt: &Verified,
    outcome: Option<&Outcome>,
    verdict: Option<&str>,
) -> String {
    let playbook = receipt.playbook();
    let decision = outcome.map_or(receipt.decision(), |outcome| &outcome.decision);
    let mut text = format!(
        "{number}: verified by {} version {}{}",
        playbook.name(),
        playbook.version(),
        route(decision)
    );
    for change in outcome.iter().flat_map(|outcome| &outcome.changes) {
        text.push_str(&format!(
            "\n  {}: {} -> {}",
            change.path, change.before, change.after
        ));
    }
    if let Some(verdict) = verdict {
        text.push_str("\n  ");
        text.push_str(verdict);
    }
    text
}

fn route(decision: &str) -> String {
    let tree = Tree::parse_json(decision, usize::MAX).ok();
    let route = tree
        .as_ref()
        .and_then(|tree| tree.root.get("route")?.get("then")?.as_text());
    route.map_or_else(String::new, |route| format!(": {route}"))
}
