//! JSON as `JSON.stringify` writes it: one text for what it says, but for the order of keys.

use crate::json::Writer;
use crate::limits;
use crate::tree::Scanner;
use alloc::{borrow::Cow, string::String};

/// What was expected where the text is another.
pub(super) type Expected = &'static str;

/// Goes past an object.
pub(super) fn object(text: &str, scanner: &mut Scanner<'_>) -> Result<(), Expected> {
    match scanner.peek() {
        Some(b'{') => value(text, scanner, 1),
        _ => Err("an object"),
    }
}

fn value(text: &str, scanner: &mut Scanner<'_>, depth: usize) -> Result<(), Expected> {
    match scanner.peek() {
        Some(b'{') => parts(text, scanner, depth, b'}'),
        Some(b'[') => parts(text, scanner, depth, b']'),
        Some(b'"') => string(text, scanner),
        Some(b'-' | b'0'..=b'9') => match scanner.number() {
            Ok(number) if is_plain_number(number) => Ok(()),
            _ => Err("a number as JSON.stringify writes it"),
        },
        Some(b't') => word(scanner, "true"),
        Some(b'f') => word(scanner, "false"),
        Some(b'n') => word(scanner, "null"),
        _ => Err("a value, without a blank before it"),
    }
}

fn word(scanner: &mut Scanner<'_>, word: &str) -> Result<(), Expected> {
    scanner.word(word).map_err(|_| "a value")
}

/// The entries of an object or a list.
fn parts(text: &str, scanner: &mut Scanner<'_>, depth: usize, end: u8) -> Result<(), Expected> {
    if depth > limits::DOCUMENT_DEPTH {
        return Err("fewer lists and objects in each other");
    }
    scanner.skip();
    if scanner.peek() == Some(end) {
        scanner.skip();
        return Ok(());
    }
    loop {
        if end == b'}' {
            match scanner.peek() {
                Some(b'"') => string(text, scanner)?,
                _ => return Err("a key in quotes, without a blank before it"),
            }
            scanner
                .expect(b':', "")
                .map_err(|_| "`:`, without a blank before it")?;
        }
        value(text, scanner, depth + 1)?;
        match scanner.peek() {
            Some(b',') => scanner.skip(),
            Some(byte) if byte == end => {
                scanner.skip();
                return Ok(());
            }
            _ => return Err("`,` or the end of the list or object, without a blank before it"),
        }
    }
}

fn string(text: &str, scanner: &mut Scanner<'_>) -> Result<(), Expected> {
    let start = scanner.at();
    let read = scanner.string().map_err(|_| "a well-formed string")?;
    let Cow::Owned(read) = read else {
        return Ok(());
    };
    // It holds escapes, and each must be needed.
    let mut written = String::with_capacity(read.len() + 2);
    Writer::new(&mut written).text(&read);
    match text.get(start..scanner.at()) == Some(&written) {
        true => Ok(()),
        false => Err("a string with no other escapes than JSON.stringify writes"),
    }
}

/// Whether a JSON number has the form that JavaScript gives to numbers.
fn is_plain_number(text: &str) -> bool {
    let size = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match size.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (size, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "1"));
    if fraction.ends_with('0') || size == "0" && text != size {
        return false;
    }
    match exponent {
        None => {
            // Smaller and larger ones are written with an exponent.
            let small = whole == "0" && mantissa != "0" && fraction.starts_with("000000");
            !small && whole.len() <= 21
        }
        Some(exponent) => {
            let power = exponent
                .strip_prefix('-')
                .map(|digits| (digits.len(), digits));
            let far = power.is_some_and(|(width, digits)| {
                !digits.starts_with('0') && (width > 1 || digits >= "7")
            });
            far && !size.contains('E') && whole.len() == 1 && whole != "0"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanner, is_plain_number, object};

    fn is_plain(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        object(text, &mut scanner).is_ok() && scanner.at() == text.len()
    }

    #[test]
    fn numbers_have_the_form_of_javascript() {
        for good in [
            "0", "-1", "10", "0.1", "-0.25", "1.5", "0.000001", "1e-7", "-1.5e-7", "5e-324",
            "2e-10",
        ] {
            assert!(is_plain_number(good), "{good}");
        }
        for bad in [
            "-0",
            "1.0",
            "0.10",
            "1e3",
            "1e+3",
            "1E-7",
            "0.0000001",
            "10e-7",
            "0e-7",
            "1e-6",
            "1e-07",
            "-0.0",
            "1.50e-7",
        ] {
            assert!(!is_plain_number(bad), "{bad}");
        }
    }

    #[test]
    fn there_is_one_text() {
        for good in [
            "{}",
            r#"{"a":[1,"b",null,true,false,{}],"b":{"c":[]}}"#,
            r#"{"a":"\"\\\b\f\n\r\t\u001f/é"}"#,
        ] {
            assert!(is_plain(good), "{good}");
        }
        for bad in [
            "",
            "[]",
            " {}",
            "{ }",
            "{} ",
            r#"{"a": 1}"#,
            r#"{"a":1 }"#,
            r#"{"a":1,}"#,
            r#"{"a":[1, 2]}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\u001F"}"#,
            r#"{"a":"\u000a"}"#,
            r#"{"\u0061":1}"#,
            r#"{"a":[}]"#,
            r#"{"a"}"#,
            r#"{"a":tru}"#,
            "{\"a\":\"\u{1}\"}",
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn the_depth_is_limited() {
        let nested = |depth: usize| {
            let (mut text, lists) = (alloc::string::String::from("{\"a\":"), depth - 1);
            (0..lists).for_each(|_| text.push('['));
            (0..lists).for_each(|_| text.push(']'));
            text.push('}');
            text
        };
        assert!(is_plain(&nested(64)));
        assert!(!is_plain(&nested(65)));
    }
}
