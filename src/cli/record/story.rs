//! What happened to a record, in order.

use super::answer::{Teller, entry_of};
use super::local::counted;
use super::missing::role;
use crate::cli::explain::told::{items, text, whole, yes};
use crate::cli::page::Page;
use leadstage::tree::Node;

/// Where the texts beside times begin.
const COLUMN: usize = 9;

/// One thing that happened.
struct Line {
    at: i64,
    words: String,
}

/// The story by days: inputs, moves, and what became of clocks.
pub fn story(teller: &Teller<'_>, page: &mut Page, told: &Node) {
    let mut lines = Vec::new();
    for entry in items(told, "story") {
        entry_lines(teller, entry, &mut lines);
    }
    let record = told.get("record");
    let clocks = record.map_or(&[][..], |record| items(record, "clocks"));
    for (clock, more) in clocks.iter().zip(items(told, "clocks")) {
        clock_lines(teller, clock, more, &mut lines);
    }
    lines.sort_by_key(|line| line.at);
    page.gap();
    page.heading(0, "What happened", "");
    let (mut day, mut time) = (String::new(), String::new());
    for line in lines {
        let (this, clock) = (teller.local.day(line.at), teller.local.time(line.at));
        if this != day {
            page.text(2, &this);
            time.clear();
        }
        let label = if clock == time { "" } else { &clock };
        page.entry(2, label, COLUMN + 2, &line.words);
        (day, time) = (this, clock);
    }
}

fn entry_lines(teller: &Teller<'_>, entry: &Node, lines: &mut Vec<Line>) {
    let at = whole(entry, "as_of").unwrap_or_default();
    let mut add = |words: String| lines.push(Line { at, words });
    let Some(input) = entry.get("input").filter(|it| it.as_object().is_some()) else {
        add(String::from("Erased"));
        return;
    };
    let mut aside = Vec::new();
    if yes(entry, "late") {
        aside.push(format!("came late, as entry {}", entry_of(entry)));
    }
    if yes(entry, "void") {
        aside.push(String::from(
            "of no effect: what came in before it forbids it",
        ));
    }
    let aside = match aside.is_empty() {
        true => String::new(),
        false => format!(" ({})", aside.join("; ")),
    };
    let moves = items(entry, "moves");
    let commanded = text(input, "command").is_some() && !yes(entry, "void");
    let evidence = teller.evidence(input);
    match commanded {
        true if !evidence.is_empty() => add(format!("{evidence}{aside}")),
        // Moves say what a command did.
        true => {}
        false if yes(input, "tick") => {}
        // The move says where it begins.
        false if input.get("start").is_some() && evidence.is_empty() => {}
        false if input.get("start").is_some() => add(format!("{evidence}{aside}")),
        false => add(format!("{}{}{aside}", asked(teller, input), noted(input))),
    }
    // What a command made comes first, then what automation made of it.
    let (said, followed) = moves.split_at(usize::from(commanded && !moves.is_empty()));
    for step in said {
        let actor = text(input, "actor").map_or(String::new(), |actor| format!(" ({actor})"));
        let given =
            text(input, "owner").map_or(String::new(), |owner| format!("; now with {owner}"));
        let aside = if evidence.is_empty() { &aside } else { "" };
        lines.push(Line {
            at,
            words: format!("{}{actor}{given}{aside}", teller.step(step)),
        });
    }
    let since = followed
        .first()
        .and_then(|step| whole(step, "at"))
        .unwrap_or(at);
    for words in teller.steps(followed) {
        lines.push(Line { at: since, words });
    }
}

/// What an input asks, as a sentence of a story.
fn asked(teller: &Teller<'_>, input: &Node) -> String {
    crate::cli::explain::phrase::sentence(&teller.asked(input))
}

fn noted(input: &Node) -> String {
    match (text(input, "command"), text(input, "note")) {
        (None, Some(note)) => format!("; note: “{note}”"),
        _ => String::new(),
    }
}

fn clock_lines(teller: &Teller<'_>, clock: &Node, more: &Node, lines: &mut Vec<Line>) {
    let stage = teller.words.stage(text(clock, "stage").unwrap_or_default());
    let (due, ended) = (
        whole(clock, "due_at").unwrap_or_default(),
        whole(clock, "ended_at"),
    );
    let priority =
        text(clock, "priority").map_or(String::new(), |it| format!(", priority {}", role(it)));
    let owner = text(clock, "owner").map_or(String::new(), |it| format!("{} has ", role(it)));
    if let Some(at) = whole(clock, "started_at") {
        let until = teller.local.near(at, due);
        let words = format!("Clock of {stage} starts{priority}: {owner}until {until}");
        lines.push(Line { at, words });
    }
    if let Some(at) = whole(clock, "broken_at") {
        let to = text(clock, "escalate")
            .map_or(String::new(), |it| format!("; it goes to {}", role(it)));
        let words = format!("Clock of {stage} is broken: nobody acted in time{to}");
        lines.push(Line { at, words });
    }
    let Some(at) = ended else { return };
    let left = whole(more, "left_ms");
    let just = left == Some(0);
    let left = left.map(|left| counted(left.abs(), yes(more, "working")));
    let words = match (text(clock, "state").unwrap_or_default(), left) {
        ("met", Some(_)) if just => format!("Clock of {stage} is met, just in time"),
        ("met", Some(left)) => format!("Clock of {stage} is met, {left} to spare"),
        ("broken", Some(late)) => format!("Clock of {stage} ends, {late} late"),
        _ => format!("Clock of {stage} stops: it is of no more use"),
    };
    lines.push(Line { at, words });
}
