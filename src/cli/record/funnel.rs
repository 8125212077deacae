//! `leadstage funnel`.

use super::answer::some;
use super::lines::{self, Ids};
use super::local::{Local, length};
use super::{files, rules};
use crate::cli::explain::told::{items, text, whole};
use crate::cli::explain::words::Words;
use crate::cli::instant;
use crate::cli::page::Page;
use crate::cli::report;
use crate::cli::stop::Stop;
use leadstage::json::Writer;
use leadstage::lifecycle::{Cohort, Funnel};
use leadstage::problem::Problems;
use leadstage::tree::{Node, Tree};
use std::io::{self, Write};

/// How many lines with problems are told.
const TOLD: usize = 100;
/// Where the cells beside labels begin, at most.
const COLUMN: usize = 34;
/// The width for which rows are laid out.
const USUAL: usize = 80;

/// Count how records went from stage to stage: conversion rates, times, and why records left the way.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// Records as they are kept, one a line. `-` is the standard input.
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Only records that reached this stage; `--from` and `--to` are about when they did so first. By default, when they began.
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,
    /// Only records that did so at this instant or later.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    from: Option<i64>,
    /// Only records that did so before this instant.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    to: Option<i64>,
    /// What was counted, as one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from >= to
    {
        let message = "`--from` must be before `--to`: the range ends just before `--to`";
        return Err(Stop::Usage(String::from(message)));
    }
    let rules = rules(&args.playbook)?;
    let cohort = Cohort {
        stage: args.stage.as_deref().map(Box::from),
        from: args.from,
        to: args.to,
    };
    if let Err(problems) = cohort.check(&rules.lifecycle) {
        let told = problems
            .iter()
            .map(|it| format!("{}; {}", it.message, it.help));
        return Err(Stop::Usage(told.collect()));
    }
    let mut funnel = Funnel::new(rules.lifecycle.clone(), cohort);
    let (mut wrong, mut more, mut ids) = (Vec::new(), 0, Ids::default());
    let take = |number, tree: &_| {
        let kept = files::kept(tree)?;
        ids.take(kept.id(), number)?;
        funnel.add(&kept)
    };
    lines::each(&args.records, take, |number, problems| {
        match wrong.len() < TOLD {
            true => wrong.push((number, problems)),
            false => more += 1,
        }
    })?;
    if !wrong.is_empty() {
        return Err(refuse(args, &wrong, more)?);
    }
    let json = funnel.to_json();
    if args.json {
        writeln!(io::stdout(), "{json}")?;
        return Ok(());
    }
    let told = Tree::parse_json(&json, usize::MAX)
        .map_err(|problem| Stop::Files(format!("the funnel can't be shown: {problem}")))?;
    let words = Words::new(Some(&rules.document));
    let page = page(&words, &rules.document, &told.root);
    anstream::stdout().write_all(page.as_bytes())?;
    Ok(())
}

/// Rates of a part of the records would mislead, so nothing is counted where a line is wrong.
fn refuse(args: &Args, wrong: &[(u32, Problems)], more: usize) -> Result<Stop, Stop> {
    if args.json {
        let mut out = String::new();
        for (number, problems) in wrong {
            let mut w = Writer::new(&mut out);
            w.open('{');
            w.key("line").integer(i64::from(*number));
            report::write_json(w.key("problems"), problems.iter());
            w.close('}');
            out.push('\n');
        }
        io::stdout().write_all(out.as_bytes())?;
    } else {
        let all = wrong.iter().flat_map(|(_, problems)| problems.iter());
        report::problems(&args.records, "", all)?;
    }
    if more > 0 {
        let lines = some(more, "more line is wrong", "more lines are wrong");
        writeln!(anstream::stderr(), "and {lines}")?;
    }
    Ok(Stop::Problems)
}

fn page(words: &Words<'_>, document: &Node, told: &Node) -> String {
    let mut page = Page::new();
    let records = whole(told, "records").unwrap_or_default();
    let name = text(told, "playbook").unwrap_or_default();
    page.heading(0, &count(records), &format!("by the playbook {name}"));
    if let Some(note) = cohort(words, told) {
        page.note(&note);
    }
    if let Some(erased @ 1..) = whole(told, "erased") {
        let were = if erased == 1 { "was" } else { "were" };
        let note = format!("{} {were} erased and can't be counted", count(erased));
        page.note(&note);
    }
    let differing = whole(told, "differing").unwrap_or_default();
    if differing > 0 {
        let note = format!(
            "{} out otherwise by this playbook than the journal tells: counted is what comes out",
            match differing {
                1 => String::from("1 record comes"),
                many => format!("{many} records come"),
            }
        );
        page.note(&note);
    }
    // As the playbook has them, not by name.
    let order = document.get("stages").and_then(Node::as_object);
    let order: Vec<&str> = order
        .unwrap_or_default()
        .iter()
        .map(|it| &*it.key)
        .collect();
    let stages = items(told, "stages");
    for name in &order {
        let found = stages.iter().find(|it| text(it, "stage") == Some(name));
        if let Some(stage) = found.filter(|it| whole(it, "reached") > Some(0)) {
            of_stage(&mut page, words, &order, stage);
        }
    }
    if !items(told, "off").is_empty() {
        page.gap();
        page.heading(0, "Left the way, from whichever stage", "");
        off(&mut page, words, told);
    }
    page.finish()
}

fn count(records: i64) -> String {
    some(
        usize::try_from(records).unwrap_or_default(),
        "record",
        "records",
    )
}

fn cohort(words: &Words<'_>, told: &Node) -> Option<String> {
    let cohort = told.get("cohort")?;
    let (from, to) = (whole(cohort, "from"), whole(cohort, "to"));
    let outside = whole(told, "outside").unwrap_or_default();
    let utc = Local { offset_ms: 0 };
    let mut note = match text(cohort, "stage") {
        Some(stage) => format!("that reached {}", words.stage(stage)),
        None if from.or(to).is_some() => String::from("that began"),
        None if outside == 0 => return None,
        None => String::from("that have begun"),
    };
    if let Some(from) = from {
        note.push_str(&format!(" from {}", utc.moment(from)));
    }
    if let Some(to) = to {
        note.push_str(&format!(" until before {}", utc.moment(to)));
    }
    if from.or(to).is_some() {
        note.push_str(" (UTC)");
    }
    Some(format!("{note}; {outside} outside"))
}

fn of_stage(page: &mut Page, words: &Words<'_>, order: &[&str], stage: &Node) {
    let get = |key: &str| whole(stage, key).unwrap_or_default();
    page.gap();
    let label = words.stage(text(stage, "stage").unwrap_or_default());
    let inferred = match get("inferred") {
        0 => String::new(),
        some => format!(" ({some} by a skip)"),
    };
    let more = format!(
        "– {} reached it{inferred}, {} there now",
        get("reached"),
        get("now")
    );
    page.heading(0, &label, &more);
    let nothing = Node::object([]);
    let spent = stage.get("spent").unwrap_or(&nothing);
    let time = |key: &str| length(whole(spent, key).unwrap_or_default());
    if let Some(left @ 1..) = whole(spent, "records") {
        let words = format!(
            "{} (median of {left} that left; quartiles {} and {})",
            time("median_ms"),
            time("lower_ms"),
            time("upper_ms")
        );
        page.entry(2, "time", 8, &words);
    }
    let digits = get("reached").to_string().len();
    let rate = |key: &str, to: &str| {
        let mut found = items(stage, key).iter();
        let found = found.find(|it| text(it, "to") == Some(to))?;
        Some(share(found, digits))
    };
    let rows: Vec<_> = order
        .iter()
        .map(|to| (to, rate("next", to), rate("after", to)))
        .filter(|(_, next, after)| next.is_some() || after.is_some())
        .collect();
    let cell = share_width(digits) + 3;
    let column = USUAL.saturating_sub(2 * cell).min(COLUMN);
    if !rows.is_empty() {
        let cells = format!("{:<cell$}{}", "first move", "ever after");
        page.row(2, "to", column, &cells);
    }
    for (to, next, after) in rows {
        let (next, after) = (next.unwrap_or_default(), after.unwrap_or_default());
        page.row(
            4,
            &words.stage(to),
            column,
            &format!("{next:<cell$}{after}"),
        );
    }
    off(page, words, stage);
}

/// The width of a share of counts with so many digits.
fn share_width(digits: usize) -> usize {
    2 * digits + 4 + 8
}

/// `7 of 10   70.0%`.
fn share(rate: &Node, digits: usize) -> String {
    let get = |key: &str| whole(rate, key).unwrap_or_default();
    let tenths = get("permille");
    let percent = format!("{}.{}%", tenths / 10, tenths % 10);
    format!(
        "{:>digits$} of {:>digits$}{percent:>8}",
        get("records"),
        get("of")
    )
}

fn off(page: &mut Page, words: &Words<'_>, node: &Node) {
    for off in items(node, "off") {
        let get = |key: &str| whole(off, key).unwrap_or_default();
        let reasons: Vec<String> = items(off, "reasons")
            .iter()
            .map(|it| {
                let name = words.reason(text(it, "reason").unwrap_or_default());
                format!("{name} {}", whole(it, "moves").unwrap_or_default())
            })
            .collect();
        let times = match (get("records"), get("moves")) {
            (records, moves) if records == moves => count(records),
            (records, moves) => format!("{}, {moves} times", count(records)),
        };
        let label = text(off, "on").unwrap_or_default();
        page.entry(
            2,
            label,
            COLUMN,
            &format!("{times}: {}", reasons.join(", ")),
        );
    }
}
