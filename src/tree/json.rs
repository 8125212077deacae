//! A strict reader of JSON (RFC 8259).

use super::{Content, Entry, Node, Position, push_key};
use crate::{limits, problem::Problem};
use alloc::{boxed::Box, format, string::String, vec::Vec};

pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut reader = Reader {
        text,
        at: 0,
        marked: 0,
        position: Position { line: 1, column: 1 },
    };
    reader.skip_blanks();
    let root = reader.node(1)?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(root),
        Some(_) => Err(reader.unexpected("the end of the text")),
    }
}

/// Puts a step in front of the path of a problem that has one.
fn lies_in(mut problem: Problem, step: &str) -> Problem {
    if problem.code != "syntax" {
        problem.path.insert_str(0, step);
    }
    problem
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// How far lines and columns are counted.
    marked: usize,
    position: Position,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn position(&mut self) -> Position {
        let passed = self.text.as_bytes().get(self.marked..self.at);
        for byte in passed.unwrap_or_default() {
            if *byte == b'\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else if (*byte as i8) >= -64 {
                // Not a continuation byte of UTF-8.
                self.position.column += 1;
            }
        }
        self.marked = self.at;
        self.position
    }

    fn problem(&mut self, message: impl Into<String>) -> Problem {
        let Position { line, column } = self.position();
        Problem::new("syntax", "", message).at(line, column)
    }

    fn unexpected(&mut self, expected: &str) -> Problem {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.chars().next() {
            None => self.problem(format!("expected {expected}, found the end of the text")),
            Some(found) => self.problem(format!("expected {expected}, found `{found}`")),
        }
    }

    fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Problem> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected(expected));
        }
        self.at += 1;
        Ok(())
    }

    fn node(&mut self, depth: usize) -> Result<Node, Problem> {
        let at = self.position();
        let content = match self.peek() {
            Some(b'{') => Content::Object(self.object(depth)?),
            Some(b'[') => Content::List(self.list(depth)?),
            Some(b'"') => Content::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Content::Number(self.number()?),
            Some(b't') => self.word("true", Content::Boolean(true))?,
            Some(b'f') => self.word("false", Content::Boolean(false))?,
            Some(b'n') => self.word("null", Content::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { content, at })
    }

    fn word(&mut self, word: &str, content: Content) -> Result<Content, Problem> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(content)
    }

    fn deeper(&mut self, depth: usize) -> Result<usize, Problem> {
        if depth > limits::DOCUMENT_DEPTH {
            let Position { line, column } = self.position();
            let message = format!(
                "more than {} lists and objects lie in each other",
                limits::DOCUMENT_DEPTH
            );
            return Err(Problem::new("too_deep", "", message).at(line, column));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(depth + 1)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Problem> {
        let depth = self.deeper(depth)?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            let index = items.len();
            let inside = |problem| lies_in(problem, &format!("/{index}"));
            items.push(self.node(depth).map_err(inside)?);
            self.skip_blanks();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(items);
            }
            self.expect(b',', "`,` or `]`")?;
            self.skip_blanks();
        }
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Entry>, Problem> {
        let depth = self.deeper(depth)?;
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(entries);
        }
        loop {
            let at = self.position();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in quotes"));
            }
            let key = self.string()?;
            self.skip_blanks();
            self.expect(b':', "`:`")?;
            self.skip_blanks();
            let value = self.node(depth).map_err(|problem| {
                let mut step = String::new();
                push_key(&mut step, &key);
                lies_in(problem, &step)
            })?;
            entries.push(Entry { key, at, value });
            self.skip_blanks();
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Ok(entries);
            }
            self.expect(b',', "`,` or `}`")?;
            self.skip_blanks();
        }
    }

    fn number(&mut self) -> Result<Box<str>, Problem> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Box::from(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.unexpected("a digit"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Box<str>, Problem> {
        self.at += 1;
        let start = self.at;
        self.plain();
        let head = self.text.get(start..self.at).unwrap_or_default();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Box::from(head));
        }
        let mut out = String::from(head);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.into_boxed_str());
                }
                Some(b'\\') => {
                    let letter = self.escape()?;
                    out.push(letter);
                }
                None => return Err(self.unexpected("`\"`")),
                Some(_) => {
                    return Err(self
                        .problem("a control character in a string must be written as an escape"));
                }
            }
            let start = self.at;
            self.plain();
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
        }
    }

    /// Skips to the next quote, backslash or control character.
    fn plain(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'"' || byte == b'\\' || byte < b' ' {
                return;
            }
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        self.at += 1;
        let letter = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.unexpected("one of `\"\\/bfnrtu`")),
        };
        self.at += 1;
        Ok(letter)
    }

    fn unicode(&mut self) -> Result<char, Problem> {
        let first = self.hex()?;
        if let Some(letter) = char::from_u32(first) {
            return Ok(letter);
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        if first < 0xdc00 && rest.starts_with("\\u") {
            self.at += 1;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                if let Some(letter) = char::from_u32(code) {
                    return Ok(letter);
                }
            }
        }
        Err(self.problem("half of a surrogate pair stands alone in a string"))
    }

    fn hex(&mut self) -> Result<u32, Problem> {
        self.at += 1;
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("a hexadecimal digit"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}
