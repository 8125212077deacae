//! From letters to amounts and what is said about them.

use super::{ONE, Part};
use crate::decimal::{self, NUMBER_PLACES};
use crate::gather::Gather;
use crate::playbook::Micro;
use alloc::{format, string::String, vec::Vec};

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// What words say about the amount beside them, the longer phrases first.
const SAID: [(&str, Part); 45] = [
    ("no more than", Part::AtMost),
    ("not more than", Part::AtMost),
    ("no less than", Part::AtLeast),
    ("not less than", Part::AtLeast),
    ("no fewer than", Part::AtLeast),
    ("more or less", Part::About),
    ("or so", Part::About),
    ("or more", Part::AtLeast),
    ("and more", Part::AtLeast),
    ("or above", Part::AtLeast),
    ("and above", Part::AtLeast),
    ("and up", Part::AtLeast),
    ("or less", Part::AtMost),
    ("or fewer", Part::AtMost),
    ("or below", Part::AtMost),
    ("or under", Part::AtMost),
    ("at least", Part::AtLeast),
    ("at most", Part::AtMost),
    ("up to", Part::AtMost),
    ("more than", Part::MoreThan),
    ("greater than", Part::MoreThan),
    ("bigger than", Part::MoreThan),
    ("less than", Part::LessThan),
    ("fewer than", Part::LessThan),
    ("smaller than", Part::LessThan),
    ("close to", Part::About),
    ("over", Part::MoreThan),
    ("above", Part::MoreThan),
    ("exceeding", Part::MoreThan),
    ("under", Part::LessThan),
    ("below", Part::LessThan),
    ("minimum", Part::AtLeast),
    ("min", Part::AtLeast),
    ("maximum", Part::AtMost),
    ("max", Part::AtMost),
    ("about", Part::About),
    ("around", Part::About),
    ("roughly", Part::About),
    ("approximately", Part::About),
    ("approx", Part::About),
    ("circa", Part::About),
    ("ca", Part::About),
    ("nearly", Part::About),
    ("almost", Part::About),
    ("to", Part::To),
];

/// Numbers, words and signs, one after the other.
pub(super) fn scan(text: &str) -> Vec<Part> {
    let letters: Vec<char> = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{2018}' | '\u{2019}'))
        .gather();
    let mut parts = Vec::new();
    let mut rest = letters.as_slice();
    while let Some((letter, tail)) = rest.split_first() {
        if letter.is_ascii_digit() {
            let length = number_length(rest);
            let (number, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            parts.push(read_number(number));
            rest = after;
            continue;
        }
        if letter.is_alphabetic() {
            let end = rest
                .iter()
                .position(|letter| !(letter.is_alphabetic() || *letter == '\''));
            let (word, after) = rest
                .split_at_checked(end.unwrap_or(rest.len()))
                .unwrap_or((rest, &[]));
            parts.push(Part::Word(
                word.iter().filter(|letter| **letter != '\'').collect(),
            ));
            rest = after;
            continue;
        }
        match letter {
            '~' | '≈' => parts.push(Part::About),
            '+' => parts.push(Part::AtLeast),
            '>' | '≥' if tail.first() == Some(&'=') || *letter == '≥' => {
                parts.push(Part::AtLeast)
            }
            '<' | '≤' if tail.first() == Some(&'=') || *letter == '≤' => {
                parts.push(Part::AtMost)
            }
            '>' => parts.push(Part::MoreThan),
            '<' => parts.push(Part::LessThan),
            '-' | '–' | '—' | '−' => {
                let after_amount = parts
                    .iter()
                    .any(|part| matches!(part, Part::Amount(..) | Part::Doubtful));
                let hyphen =
                    matches!(parts.last(), Some(Part::Word(word)) if ten_of(word).is_some());
                if after_amount {
                    parts.push(Part::To);
                } else if !hyphen {
                    parts.push(Part::Word(String::from("minus")));
                }
            }
            '%' | '$' | '€' | '£' => parts.push(Part::Word(String::from(*letter))),
            '/' => parts.push(Part::Word(String::from("per"))),
            _ => {}
        }
        rest = tail;
    }
    parts
}

/// How many letters belong to a number: digits, and separators with digits after them.
fn number_length(letters: &[char]) -> usize {
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let (mut at, mut group) = (0, 0);
    loop {
        while digit(at) {
            at += 1;
        }
        let three = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
        let begins = at - group <= 3 && (group == 0 || at - group == 3);
        match letters.get(at) {
            Some('.' | ',') if digit(at + 1) => at += 1,
            Some('\'' | ' ' | '\u{a0}' | '\u{202f}') if three && begins => at += 1,
            _ => return at,
        }
        group = at;
    }
}

/// A number as it is written. `Doubtful` where a separator may be either.
fn read_number(letters: &[char]) -> Part {
    let written: String = letters.iter().collect();
    let plain: String = written
        .chars()
        .filter(|letter| !matches!(letter, '\'' | ' ' | '\u{a0}' | '\u{202f}'))
        .collect();
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let decimal_sign = match (dots, commas) {
        (0, 0) => None,
        (1, 0) if after_last(&plain, '.') == 3 && !plain.starts_with('0') && written == plain => {
            return Part::Doubtful;
        }
        (1, 0) => Some('.'),
        (0, 1) if after_last(&plain, ',') == 3 => None,
        (0, 1) => Some(','),
        (_, 0) | (0, _) => None,
        (1, _) if plain.rfind('.') > plain.rfind(',') => Some('.'),
        (_, 1) if plain.rfind(',') > plain.rfind('.') => Some(','),
        _ => return Part::Doubtful,
    };
    let (whole, fraction) = match decimal_sign {
        Some(sign) => plain.rsplit_once(sign).unwrap_or((&plain, "")),
        None => (plain.as_str(), ""),
    };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let mut digits = String::from(first);
    let mut grouped = false;
    for group in groups {
        grouped = true;
        if group.len() != 3 {
            return Part::Doubtful;
        }
        digits.push_str(group);
    }
    if grouped && (first.is_empty() || first.len() > 3) {
        return Part::Doubtful;
    }
    let trimmed = digits.trim_start_matches('0');
    let digits = if trimmed.is_empty() { "0" } else { trimmed };
    let text = if fraction.is_empty() {
        String::from(digits)
    } else {
        format!("{digits}.{fraction}")
    };
    match decimal::parse(&text, NUMBER_PLACES) {
        Ok(found) => Part::Amount(found.units, ONE),
        Err(_) => Part::Doubtful,
    }
}

fn after_last(text: &str, sign: char) -> usize {
    text.rsplit(sign).next().map_or(0, str::len)
}

fn ten_of(word: &str) -> Option<Micro> {
    let place = TENS.iter().position(|ten| *ten == word)?;
    Some((place as Micro + 2) * 10)
}

fn scale_of(word: &str) -> Option<Micro> {
    Some(match word {
        "hundred" => 100,
        "dozen" => 12,
        "k" | "thousand" | "grand" => 1_000,
        "m" | "mn" | "mio" | "million" => 1_000_000,
        "b" | "bn" | "billion" => 1_000_000_000,
        _ => return None,
    })
}

/// Number words and what multiplies numbers, as amounts.
pub(super) fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut rest = parts.as_slice();
    while let Some((part, tail)) = rest.split_first() {
        if let Some((amount, used)) = in_words(rest) {
            out.push(amount);
            rest = rest.get(used..).unwrap_or(&[]);
            continue;
        }
        match (part, out.last_mut()) {
            (Part::Word(word), Some(Part::Amount(_, scale)))
                if scale_of(word).is_some_and(|by| scale.checked_mul(by).is_some()) =>
            {
                *scale *= scale_of(word).unwrap_or(1);
            }
            _ => out.push(part.clone()),
        }
        rest = tail;
    }
    out
}

/// A number in words at the beginning, and how many parts it takes.
fn in_words(parts: &[Part]) -> Option<(Part, usize)> {
    let word = |at: usize| match parts.get(at) {
        Some(Part::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    let small = |at: usize| {
        SMALL
            .iter()
            .position(|small| Some(*small) == word(at))
            .map(|it| it as Micro)
    };
    if word(0) == Some("half") && word(1) == Some("a") {
        let scale = scale_of(word(2)?).filter(|scale| *scale > 1)?;
        return Some((Part::Amount(ONE / 2, scale.checked_mul(ONE)?), 3));
    }
    let (mut total, mut part, mut at) = (0i64, 0i64, 0usize);
    let mut last_scale = i64::MAX;
    if matches!(word(0), Some("a" | "an")) {
        scale_of(word(1)?).filter(|_| word(1).is_some_and(|word| word.len() > 2))?;
        (part, at) = (1, 1);
    }
    let begun = at;
    loop {
        let joins = at > begun
            && word(at) == Some("and")
            && (small(at + 1).is_some() || word(at + 1).is_some_and(|it| ten_of(it).is_some()));
        let here = if joins { at + 1 } else { at };
        if let Some(ten) = word(here).and_then(ten_of).filter(|_| part % 100 == 0) {
            part = part.checked_add(ten)?;
        } else if let Some(value) =
            small(here).filter(|value| part % 10 == 0 && (part % 100 == 0 || *value < 10))
        {
            part = part.checked_add(value)?;
        } else if let Some(scale) = word(here).and_then(scale_of).filter(|scale| {
            !joins
                && (at > begun || begun == 1)
                && part > 0
                && *scale < last_scale
                && word(here).is_some_and(|it| it.len() > 2)
        }) {
            if scale == 100 {
                part = part.checked_mul(100)?;
            } else {
                total = total.checked_add(part.checked_mul(scale)?)?;
                (part, last_scale) = (0, scale);
            }
        } else {
            break;
        }
        at = here + 1;
    }
    let value = total.checked_add(part)?;
    (at > begun || begun == 1 && value > 1).then_some(())?;
    Some((Part::Amount(value.checked_mul(ONE)?, ONE), at))
}

/// Phrases that say something about an amount, in place of their words.
pub(super) fn spoken(parts: Vec<Part>) -> Vec<Part> {
    let mut out = Vec::new();
    let mut rest = parts.as_slice();
    while let Some((part, tail)) = rest.split_first() {
        let begins = |phrase: &str| {
            let mut at = rest.iter();
            phrase
                .split(' ')
                .all(|word| matches!(at.next(), Some(Part::Word(there)) if there == word))
        };
        if let Some((phrase, said)) = SAID.iter().find(|(phrase, _)| begins(phrase)) {
            out.push(said.clone());
            rest = rest.get(phrase.split(' ').count()..).unwrap_or(&[]);
            continue;
        }
        let between = matches!(part, Part::Word(word) if word == "and")
            && matches!(out.last(), Some(Part::Amount(..)))
            && out
                .iter()
                .any(|part| matches!(part, Part::Word(word) if word == "between"));
        out.push(if between { Part::To } else { part.clone() });
        rest = tail;
    }
    out
}
