//! `leadstage dedupe`.

use super::answer::some;
use super::lines::{self, Ids};
use super::merge::merge;
use super::progress::Progress;
use super::{files, rules};
use crate::cli::page::Page;
use crate::cli::source;
use crate::cli::stop::Stop;
use crate::cli::{instant, now};
use leadstage::lifecycle::{Duplicates, Record, duplicates};
use leadstage::problem::Problems;
use std::collections::HashMap;
use std::io::Write;

/// How many records that could not be merged are told.
const TOLD: usize = 5;

/// Find records of the same person and of the same company; with `-o`, merge those of the same person.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// Records as they are kept, one a line. `-` is the standard input.
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Where the records are kept afterwards, each person once; `-` is the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// The instant of merging. By default now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// What was found, as one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let mut records = read(args)?;
    let found = duplicates(&records);
    let said = match args.json {
        true => found.to_json() + "\n",
        false => page(&found, records.len()),
    };
    let mut refused = Vec::new();
    if let Some(path) = &args.output {
        let as_of = args.as_of.unwrap_or_else(now);
        records = once(records, &found, as_of, &mut refused)?;
        let mut text = String::new();
        for record in &records {
            text.push_str(&record.to_kept());
            text.push('\n');
        }
        files::put(path, &text)?;
    }
    let aside = args.output.as_deref().is_some_and(source::is_stdin);
    let mut out: Box<dyn Write> = match aside {
        true => Box::new(anstream::stderr()),
        false => Box::new(anstream::stdout()),
    };
    out.write_all(said.as_bytes())?;
    for (id, into, why) in refused.iter().take(TOLD) {
        writeln!(anstream::stderr(), "{id} was not merged into {into}: {why}")?;
    }
    if refused.len() > TOLD {
        writeln!(anstream::stderr(), "and {} more", refused.len() - TOLD)?;
    }
    if args.output.is_some() && !args.json {
        let count = some(records.len(), "record is kept", "records are kept");
        writeln!(anstream::stderr(), "{count}")?;
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Stop::Refused)
    }
}

/// Reads and restores the records, line by line.
fn read(args: &Args) -> Result<Vec<Record>, Stop> {
    let rules = rules(&args.playbook)?;
    let (mut records, mut wrong, mut ids) = (Vec::new(), Vec::new(), Ids::default());
    let take = |number, tree: &_| {
        let record = files::restore(&rules, tree)?.record;
        ids.take(record.id(), number)?;
        records.push(record);
        Ok(())
    };
    lines::each(&args.records, take, |_, problems| {
        wrong.extend(problems.iter().cloned());
    })?;
    match wrong.is_empty() {
        true => Ok(records),
        false => Err(files::refuse(&args.records, "", &Problems::new(wrong))),
    }
}

type Refused = (String, String, String);

/// The records, each person once, in the order of those that stay.
fn once(
    records: Vec<Record>,
    found: &Duplicates,
    as_of: i64,
    refused: &mut Vec<Refused>,
) -> Result<Vec<Record>, Stop> {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, record) in records.iter().enumerate() {
        places.extend(record.id().map(|id| (id.to_owned(), place)));
    }
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    let mut progress = Progress::new(Some(found.emails.len() as u64));
    for (done, same) in found.emails.iter().enumerate() {
        let place = |id: &str| places.get(id).copied().unwrap_or(usize::MAX);
        let Some(mut kept) = records.get_mut(place(&same.keep)).and_then(Option::take) else {
            continue;
        };
        for id in &same.merge {
            let Some(slot) = records.get_mut(place(id)) else {
                continue;
            };
            let Some(other) = slot.take() else { continue };
            let answer = merge(&mut kept, &other, as_of)
                .map_err(|problems| files::refuse(id, "", &problems))?;
            // What is merged already is there, whatever other id it has.
            let mut refusals = answer.refused().iter();
            if let Some(refusal) = refusals.find(|it| it.code() != "merged_twice") {
                refused.push((
                    id.to_string(),
                    same.keep.to_string(),
                    refusal.code().to_owned(),
                ));
                *slot = Some(other);
            }
        }
        if let Some(slot) = records.get_mut(place(&same.keep)) {
            *slot = Some(kept);
        }
        progress.show(done as u64 + 1, done + 1);
    }
    progress.end();
    Ok(records.into_iter().flatten().collect())
}

fn page(found: &Duplicates, count: usize) -> String {
    let mut page = Page::new();
    let people = some(found.emails.len(), "person", "people");
    let companies = some(found.companies.len(), "company", "companies");
    let more = format!("{people} with several records, {companies} with several people");
    page.heading(0, &some(count, "record:", "records:"), &more);
    if !found.emails.is_empty() {
        page.gap();
        page.heading(0, "Same person", "(merge into the first)");
        for same in &found.emails {
            page.text(2, &same.email);
            page.entry(4, "keep", 12, &same.keep);
            page.entry(4, "merge", 12, &same.merge.join(", "));
        }
    }
    if !found.companies.is_empty() {
        page.gap();
        page.heading(0, "Same company", "(different people: not merged)");
        for company in &found.companies {
            page.text(2, &company.domain);
            page.entry(4, "records", 12, &company.records.join(", "));
        }
    }
    page.finish()
}
