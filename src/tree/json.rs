//! A strict reader of JSON (RFC 8259).

use super::scan::Scanner;
use super::{Content, Entry, Node, Position, push_key};
use crate::{limits, problem::Problem};
use alloc::{boxed::Box, format, string::String, vec::Vec};

pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut scanner = Scanner::new(text);
    scanner.skip_blanks();
    let root = node(&mut scanner, 1)?;
    scanner.skip_blanks();
    match scanner.peek() {
        None => Ok(root),
        Some(_) => Err(scanner.unexpected("the end of the text")),
    }
}

/// Puts a step in front of the path of a problem that has one.
fn lies_in(mut problem: Problem, step: &str) -> Problem {
    if problem.code != "syntax" {
        problem.path.insert_str(0, step);
    }
    problem
}

fn node(scanner: &mut Scanner<'_>, depth: usize) -> Result<Node, Problem> {
    let at = scanner.position();
    let content = match scanner.peek() {
        Some(b'{') => Content::Object(object(scanner, depth)?),
        Some(b'[') => Content::List(list(scanner, depth)?),
        Some(b'"') => Content::Text(Box::from(scanner.string()?)),
        Some(b'-' | b'0'..=b'9') => Content::Number(Box::from(scanner.number()?)),
        Some(b't') => scanner.word("true").map(|()| Content::Boolean(true))?,
        Some(b'f') => scanner.word("false").map(|()| Content::Boolean(false))?,
        Some(b'n') => scanner.word("null").map(|()| Content::Null)?,
        _ => return Err(scanner.unexpected("a value")),
    };
    Ok(Node { content, at })
}

fn deeper(scanner: &mut Scanner<'_>, depth: usize) -> Result<usize, Problem> {
    if depth > limits::DOCUMENT_DEPTH {
        let Position { line, column } = scanner.position();
        let message = format!(
            "more than {} lists and objects lie in each other",
            limits::DOCUMENT_DEPTH
        );
        return Err(Problem::new("too_deep", "", message).at(line, column));
    }
    scanner.skip();
    scanner.skip_blanks();
    Ok(depth + 1)
}

fn list(scanner: &mut Scanner<'_>, depth: usize) -> Result<Vec<Node>, Problem> {
    let depth = deeper(scanner, depth)?;
    let mut items = Vec::new();
    if scanner.peek() == Some(b']') {
        scanner.skip();
        return Ok(items);
    }
    loop {
        let index = items.len();
        let inside = |problem| lies_in(problem, &format!("/{index}"));
        items.push(node(scanner, depth).map_err(inside)?);
        scanner.skip_blanks();
        if scanner.peek() == Some(b']') {
            scanner.skip();
            return Ok(items);
        }
        scanner.expect(b',', "`,` or `]`")?;
        scanner.skip_blanks();
    }
}

fn object(scanner: &mut Scanner<'_>, depth: usize) -> Result<Vec<Entry>, Problem> {
    let depth = deeper(scanner, depth)?;
    let mut entries = Vec::new();
    if scanner.peek() == Some(b'}') {
        scanner.skip();
        return Ok(entries);
    }
    loop {
        let at = scanner.position();
        if scanner.peek() != Some(b'"') {
            return Err(scanner.unexpected("a key in quotes"));
        }
        let key = Box::from(scanner.string()?);
        scanner.skip_blanks();
        scanner.expect(b':', "`:`")?;
        scanner.skip_blanks();
        let value = node(scanner, depth).map_err(|problem| {
            let mut step = String::new();
            push_key(&mut step, &key);
            lies_in(problem, &step)
        })?;
        entries.push(Entry { key, at, value });
        scanner.skip_blanks();
        if scanner.peek() == Some(b'}') {
            scanner.skip();
            return Ok(entries);
        }
        scanner.expect(b',', "`,` or `}`")?;
        scanner.skip_blanks();
    }
}
