//! Problems for people: where, the line, what, and how to mend it.

use super::stop::Stop;
use anstyle::{AnsiColor, Style};
use leadstage::json::Writer;
use leadstage::problem::Problem;
use std::fmt::Write as _;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr;

/// So many problems are shown with their line.
const WITH_LINES: usize = 200;
/// How much of a long line is shown on either side of the place.
const AROUND: usize = 50;

const RED: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const BLUE: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue)));
const BOLD: Style = Style::new().bold();

/// Writes problems of a text to the standard error.
pub fn problems<'a>(
    name: &str,
    text: &str,
    problems: impl Iterator<Item = &'a Problem>,
) -> Result<(), Stop> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut count = 0;
    for problem in problems {
        let lines = if count < WITH_LINES { &lines[..] } else { &[] };
        one(&mut out, name, lines, problem);
        out.push('\n');
        count += 1;
    }
    let noun = if count == 1 { "problem" } else { "problems" };
    let _ = writeln!(out, "{RED}{count} {noun}{RED:#} in {name}\n");
    anstream::stderr().write_all(out.as_bytes())?;
    Ok(())
}

fn one(out: &mut String, name: &str, lines: &[&str], problem: &Problem) {
    let _ = writeln!(
        out,
        "{RED}error[{}]{RED:#}{BOLD}: {}{BOLD:#}",
        problem.code, problem.message
    );
    let place = problem.line.zip(problem.column);
    let line = place.and_then(|(line, _)| lines.get((line as usize).checked_sub(1)?));
    let width = place.map_or(1, |(line, _)| line.to_string().len());
    let _ = write!(out, "{:width$}{BLUE}-->{BLUE:#} {name}", "");
    if let Some((line, column)) = place {
        let _ = write!(out, ":{line}:{column}");
    }
    if !problem.path.is_empty() {
        let _ = write!(out, " ({})", problem.path);
    }
    out.push('\n');
    if let (Some((number, column)), Some(line)) = (place, line) {
        let (shown, before, marked) = excerpt(line, column as usize);
        let carets = "^".repeat(marked);
        let _ = writeln!(out, "{BLUE}{:width$} |{BLUE:#}", "");
        let _ = writeln!(out, "{BLUE}{number} |{BLUE:#} {shown}");
        let _ = writeln!(
            out,
            "{BLUE}{:width$} |{BLUE:#} {:before$}{RED}{carets}{RED:#}",
            "", ""
        );
    }
    if !problem.help.is_empty() {
        let _ = writeln!(
            out,
            "{:width$} {BLUE}={BLUE:#} {BOLD}help{BOLD:#}: {}",
            "", problem.help
        );
    }
}

/// The part of a line around a column, the width of what stands before it, and how much to mark.
fn excerpt(line: &str, column: usize) -> (String, usize, usize) {
    let letters: Vec<char> = line
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let at = column.saturating_sub(1).min(letters.len());
    let from = if at > 2 * AROUND { at - AROUND } else { 0 };
    let to = letters.len().min(at + 2 * AROUND);
    let part = |from: usize, to: usize| {
        letters
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
    };
    let (before, after) = (part(from, at), part(at, to));
    let ellipsis = if from > 0 { "…" } else { "" };
    let end = if to < letters.len() { "…" } else { "" };
    let shown = format!("{ellipsis}{before}{after}{end}");
    let token = token(&after);
    let width = before.width() + ellipsis.width();
    (shown, width, token.width().max(1))
}

/// The word or the text in quotes with which a part of a line begins.
fn token(text: &str) -> &str {
    let quote = text
        .chars()
        .next()
        .filter(|letter| matches!(letter, '"' | '\''));
    let end = match quote {
        Some(quote) => text
            .char_indices()
            .skip(1)
            .find(|(_, letter)| *letter == quote)
            .map(|(place, _)| place + 1),
        None => text.find(|letter: char| letter.is_whitespace() || ":,{}[]".contains(letter)),
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Appends problems as a JSON list.
pub fn write_json<'a>(w: &mut Writer, problems: impl Iterator<Item = &'a Problem>) {
    w.open('[');
    for problem in problems {
        w.item();
        problem.write(w);
    }
    w.close(']');
}
