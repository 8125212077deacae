//! The letters of JSON (RFC 8259): blanks, strings, numbers.

use super::Position;
use crate::json;
use crate::problem::Problem;
use alloc::{borrow::Cow, format, string::String};

/// A place in a text, from which what stands there is read.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// How far lines and columns are counted.
    marked: usize,
    position: Position,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            marked: 0,
            position: Position { line: 1, column: 1 },
        }
    }

    /// How many bytes are behind it.
    #[cfg(feature = "verify")]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes past one byte that has been looked at.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    /// Goes past a word.
    pub(crate) fn word(&mut self, word: &str) -> Result<(), Problem> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    pub(crate) fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    pub(crate) fn position(&mut self) -> Position {
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

    pub(crate) fn problem(&mut self, message: impl Into<String>) -> Problem {
        let Position { line, column } = self.position();
        Problem::new("syntax", "", message).at(line, column)
    }

    pub(crate) fn unexpected(&mut self, expected: &str) -> Problem {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.chars().next() {
            None => self.problem(format!("expected {expected}, found the end of the text")),
            Some(found) => self.problem(format!("expected {expected}, found `{found}`")),
        }
    }

    pub(crate) fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Problem> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected(expected));
        }
        self.at += 1;
        Ok(())
    }

    pub(crate) fn number(&mut self) -> Result<&'t str, Problem> {
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
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let others = |byte: &u8| !byte.is_ascii_digit();
        let count = rest.iter().position(others).unwrap_or(rest.len());
        if count == 0 {
            return Err(self.unexpected("a digit"));
        }
        self.at += count;
        Ok(())
    }

    pub(crate) fn string(&mut self) -> Result<Cow<'t, str>, Problem> {
        self.at += 1;
        let start = self.at;
        self.plain();
        let head = self.text.get(start..self.at).unwrap_or_default();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(head));
        }
        let mut out = String::from(head);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(out));
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
        self.at += json::plain(self.rest());
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::Scanner;
    use std::{format, string::String};

    #[test]
    fn a_string_ends_where_it_should() {
        let ends = [
            "\"", "\\n\"", "\\\"\"", "é\"", "\u{7f}\"", "]\"", "#\"", "!\"",
        ];
        for width in 0..20 {
            for end in ends {
                for after in ["", "\"", "\\", "\u{1}", "0123456789"] {
                    let text = format!("\"{}{end}{after}", "x".repeat(width));
                    let whole = text.len() - after.len();
                    let mut scanner = Scanner::new(&text);
                    let read = scanner.string().ok();
                    assert_eq!(scanner.at, whole, "{text:?}");
                    let said = text.get(..whole).unwrap_or_default();
                    let expected: Option<String> = serde_json::from_str(said).ok();
                    assert!(
                        expected.is_some() && read.as_deref() == expected.as_deref(),
                        "{text:?}"
                    );
                }
                let text = format!("\"{}\u{1f}{end}", "x".repeat(width));
                assert!(Scanner::new(&text).string().is_err(), "{text:?}");
            }
        }
    }
}
