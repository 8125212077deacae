//! The conversation in a terminal, or line by line through pipes.

use crate::cli::page::{BOLD, DIM};
use crate::cli::stop::Stop;
use leadstage::conversation::{Conversation, End, Questions, Talk, Turn, Words};
use leadstage::evidence::Evidence;
use std::io::{self, BufRead, IsTerminal, Write};

pub fn run(
    talk: &Talk<'_>,
    questions: &Questions,
    mut conversation: Conversation,
    evidence: &Evidence,
    as_of: i64,
) -> Result<(), Stop> {
    let mut lines = io::stdin().lock().lines();
    let mut out = anstream::stdout();
    if io::stdin().is_terminal() {
        writeln!(
            out,
            "{DIM}Answer by a letter (by several, where several apply) or in words; an empty line leaves a question out, Ctrl-D ends.{DIM:#}"
        )?;
    }
    let mut turn = talk.turn(&mut conversation, evidence, as_of);
    loop {
        let (answers, multiple) = match &turn {
            Turn::Ask {
                pick,
                text,
                answers,
                multiple,
            } => {
                writeln!(out, "\n{BOLD}{text}{BOLD:#}\n{DIM}{}{DIM:#}", pick.why())?;
                (answers.clone(), *multiple)
            }
            Turn::Again {
                message,
                answers,
                multiple,
                ..
            } => {
                writeln!(out, "\n{message}")?;
                (answers.clone(), *multiple)
            }
            Turn::End {
                why,
                route,
                settled,
            } => {
                let route = route.as_deref().unwrap_or("no route");
                let because = match (why, settled) {
                    (End::Settled, _) => "settled",
                    (End::HandedOver, _) => "a person takes over",
                    (End::NothingToAsk, _) => "no answer could change it",
                };
                writeln!(out, "\n{BOLD}{route}{BOLD:#} ({because})")?;
                return Ok(());
            }
        };
        for (letter, answer) in letters().zip(&answers) {
            writeln!(out, "  {letter}  {answer}")?;
        }
        write!(out, "> ")?;
        out.flush()?;
        let Some(line) = lines.next() else {
            writeln!(out, "\n{DIM}nothing more was said{DIM:#}")?;
            writeln!(out, "{}", conversation.to_json(questions))?;
            return Ok(());
        };
        let line = line.map_err(|error| Stop::file("read", "the standard input", &error))?;
        let said = line.trim();
        turn = if said.is_empty() {
            talk.decline(&mut conversation, evidence, as_of)
        } else {
            let chosen = chosen(said, &answers);
            let words = match chosen.as_deref() {
                Some([one]) if !multiple => Words::Spoken(one),
                Some(several) if multiple => Words::Chosen(several),
                _ => Words::Spoken(said),
            };
            talk.answer(&mut conversation, evidence, words, as_of)
        };
    }
}

/// The answers that were chosen by their letters, if nothing else was said.
fn chosen(said: &str, answers: &[String]) -> Option<Vec<String>> {
    let parts = said.split([',', ' ']).filter(|part| !part.is_empty());
    let answer = |part: &str| {
        let mut lettered = letters().zip(answers);
        let found = lettered.find(|(letter, _)| part.eq_ignore_ascii_case(letter));
        found.map(|(_, answer)| answer.clone())
    };
    parts.map(answer).collect()
}

/// What stands before the answers to choose from.
fn letters() -> impl Iterator<Item = String> {
    ('a'..='z').map(String::from)
}
