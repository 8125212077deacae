//! What a browser sends back: challenge, evidence, instant, and the decision that it showed.

use super::challenge::Challenge;
use super::plain;
use super::refusal::{Code, Refusal};
use crate::evaluate::{Extent, evaluate_json};
use crate::evidence::Evidence;
use crate::json::push_hex;
use crate::limits;
use crate::playbook::{Millis, Playbook};
use crate::problem::Problems;
use crate::tree::{Scanner, Tree, write_compact};
use alloc::{format, string::String};
use sha2::{Digest, Sha256};

const BEGIN: &str = r#"{"receipt":1,"challenge":""#;
const AS_OF: &str = r#"","as_of":"#;
const EVIDENCE: &str = r#","evidence":"#;
const DECISION: &str = r#","decision":"#;
const SEAL: &str = r#","seal":""#;
const END: &str = r#""}"#;

/// The text of a receipt, as `leadstage/receipt` makes it in a page.
///
/// The evidence is JSON; keys are sorted and blanks left out.
///
/// # Errors
/// What is wrong with the evidence.
pub fn receipt(
    playbook: &Playbook,
    challenge: &str,
    evidence: &str,
    as_of: Millis,
) -> Result<String, Problems> {
    let read = Evidence::parse(playbook, evidence)?;
    let decision = evaluate_json(playbook, &read, as_of, Extent::Brief);
    let tree = Tree::parse(evidence, limits::EVIDENCE_BYTES)?;
    let mut text = format!("{BEGIN}{challenge}{AS_OF}{as_of}{EVIDENCE}");
    write_compact(&mut text, &tree.root);
    text.push_str(DECISION);
    text.push_str(&decision);
    let seal = seal_of(&text);
    text.push_str(SEAL);
    push_hex(&mut text, &seal);
    text.push_str(END);
    Ok(text)
}

fn seal_of(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// A receipt in its parts, none of which has been checked.
pub(super) struct Parts<'t> {
    pub challenge: Challenge,
    pub as_of: Millis,
    pub evidence: &'t str,
    pub decision: &'t str,
    /// In hexadecimal digits.
    pub seal: &'t str,
    /// What the seal is of.
    sealed: &'t str,
}

impl<'t> Parts<'t> {
    /// Whether the seal is that of what it says.
    pub fn is_sealed(&self) -> bool {
        let mut seal = String::with_capacity(64);
        push_hex(&mut seal, &seal_of(self.sealed));
        seal == self.seal
    }

    /// Looks whether the decision is well formed, as one that equals the server's own is.
    ///
    /// # Errors
    /// Where it is not.
    pub fn decision_is_whole(&self) -> Result<(), Refusal> {
        let before = self.sealed.len().saturating_sub(self.decision.len());
        let mut scanner = Scanner::new(self.decision);
        let wrong = match plain::object(self.decision, &mut scanner) {
            Ok(()) if scanner.at() == self.decision.len() => return Ok(()),
            // The seal comes earlier than the receipt's end.
            Ok(()) => return Err(malformed("", before + scanner.at(), &format!("`{SEAL}`"))),
            Err(expected) => expected,
        };
        Err(malformed("/decision", before + scanner.at(), wrong))
    }

    /// Takes a receipt apart, which has one text only. The decision may be [left unread](Self::decision_is_whole).
    pub fn read(bytes: &'t [u8]) -> Result<Self, Refusal> {
        let text = core::str::from_utf8(bytes)
            .map_err(|error| malformed("", error.valid_up_to(), "UTF-8"))?;
        let rest = after(text, text, BEGIN)?;
        let (challenge, rest) = rest.split_once('"').ok_or_else(|| {
            malformed("/challenge", place(text, rest), "the end of the challenge")
        })?;
        let read = Challenge::parse(challenge)
            .ok_or_else(|| malformed("/challenge", BEGIN.len(), "a challenge of this version"))?;
        // The quote belongs to what follows.
        let rest = text
            .get(place(text, rest).saturating_sub(1)..)
            .unwrap_or_default();
        let rest = after(text, rest, AS_OF)?;
        let width = rest.find(',').unwrap_or(rest.len());
        let (number, rest) = rest.split_at_checked(width).unwrap_or_default();
        let as_of = instant(number)
            .ok_or_else(|| malformed("/as_of", place(text, rest), "whole milliseconds"))?;
        let rest = after(text, rest, EVIDENCE)?;
        let (evidence, rest) = object(text, rest, "/evidence")?;
        let rest = after(text, rest, DECISION)?;
        let (decision, rest) = match up_to_seal(rest) {
            Some(parts) => parts,
            None => object(text, rest, "/decision")?,
        };
        let sealed = text.get(..place(text, rest)).unwrap_or_default();
        let rest = after(text, rest, SEAL)?;
        let (seal, rest) = rest.split_at_checked(64).unwrap_or(("", rest));
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if seal.is_empty() || !seal.bytes().all(is_digit) {
            let what = "64 hexadecimal digits in lower case";
            return Err(malformed("/seal", place(text, rest), what));
        }
        match after(text, rest, END)? {
            "" => Ok(Self {
                challenge: read,
                as_of,
                evidence,
                decision,
                seal,
                sealed,
            }),
            rest => Err(malformed("", place(text, rest), "the end of the receipt")),
        }
    }
}

fn malformed(path: &str, at: usize, expected: &str) -> Refusal {
    let message = format!("expected {expected} at byte {at}");
    Refusal::new(Code::Malformed, path, message)
}

/// How many bytes of a text are before the rest of it.
fn place(text: &str, rest: &str) -> usize {
    text.len().saturating_sub(rest.len())
}

/// What follows after a fixed part.
fn after<'t>(text: &str, rest: &'t str, part: &str) -> Result<&'t str, Refusal> {
    rest.strip_prefix(part)
        .ok_or_else(|| malformed("", place(text, rest), &format!("`{part}`")))
}

/// A decision that is not looked at yet, and the seal if it stands at the end.
fn up_to_seal(rest: &str) -> Option<(&str, &str)> {
    let at = rest.len().checked_sub(SEAL.len() + 64 + END.len())?;
    let (decision, seal) = rest.split_at_checked(at)?;
    (decision.starts_with('{') && seal.starts_with(SEAL)).then_some((decision, seal))
}

/// An object, and what follows after it.
fn object<'t>(text: &str, rest: &'t str, path: &str) -> Result<(&'t str, &'t str), Refusal> {
    let mut scanner = Scanner::new(rest);
    let read = plain::object(rest, &mut scanner);
    let at = scanner.at();
    let parts = read.map(|()| rest.split_at_checked(at));
    match parts {
        Ok(Some(parts)) => Ok(parts),
        Ok(None) => Err(malformed(path, place(text, rest), "an object")),
        Err(expected) => Err(malformed(path, place(text, rest) + at, expected)),
    }
}

/// Whole milliseconds in their shortest form.
fn instant(text: &str) -> Option<Millis> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leads_with_zero = digits.starts_with('0') && text != "0";
    if leads_with_zero || digits.len() > 16 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at: Millis = text.parse().ok()?;
    (at.unsigned_abs() <= limits::INSTANT_MS.unsigned_abs()).then_some(at)
}
