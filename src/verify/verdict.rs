//! What a server says to others about a lead: a signed verdict (JWS, RFC 7515).

use super::base64;
use super::signing::{PublicKeys, SigningKeys};
use super::verified::{Outcome, Verified};
use crate::json::Writer;
use crate::limits;
use crate::playbook::Millis;
use crate::tree::{Node, Tree, write_compact};
use alloc::{format, string::String};
use core::fmt;

const TYPE: &str = "leadstage-verdict+jwt";

/// Who says it, about whom, to whom, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms<'a> {
    /// Who says it (`iss`).
    pub issuer: &'a str,
    /// The record (`sub`).
    pub subject: Option<&'a str>,
    /// For whom it is meant (`aud`).
    pub audience: Option<&'a str>,
    /// When it is said.
    pub now: Millis,
    /// For how long it may be relied on, in milliseconds; at least a second.
    pub valid_ms: Millis,
}

impl Verified {
    /// The signed verdict on a verified receipt, with the server's own evidence if it was added.
    pub fn sign(&self, outcome: Option<&Outcome>, terms: &Terms, keys: &SigningKeys) -> String {
        let key = keys.current();
        let mut head = String::new();
        let mut w = Writer::new(&mut head);
        w.open('{');
        w.key("alg").text("EdDSA");
        w.key("kid").text(key.id());
        w.key("typ").text(TYPE);
        w.close('}');
        let claims = self.claims(outcome, terms);
        let head = base64::write(head.as_bytes());
        let mut token = format!("{head}.{}", base64::write(claims.as_bytes()));
        let signature = key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&base64::write(&signature));
        token
    }

    /// The verdict's claims, as JSON text.
    pub fn claims(&self, outcome: Option<&Outcome>, terms: &Terms) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        let issued = terms.now.div_euclid(1_000);
        let expires = issued.saturating_add(terms.valid_ms.div_euclid(1_000).max(1));
        w.open('{');
        w.key("iss").text(terms.issuer);
        for (claim, value) in [("sub", terms.subject), ("aud", terms.audience)] {
            if let Some(value) = value {
                w.key(claim).text(value);
            }
        }
        w.key("iat").integer(issued);
        w.key("exp").integer(expires);
        w.key("jti").text(&self.challenge.id().to_text());
        w.key("playbook").open('{');
        w.key("name").text(self.playbook.name());
        w.key("version").integer(i64::from(self.playbook.version()));
        w.key("digest").hex(&self.playbook.digest);
        w.close('}');
        w.key("receipt").text(&self.seal);
        w.key("as_of").integer(self.as_of);
        w.key("own_evidence").boolean(outcome.is_some());
        let changed = outcome.is_some_and(|outcome| !outcome.changes.is_empty());
        w.key("changed").boolean(changed);
        let decision = outcome.map_or(&self.decision, |outcome| &outcome.decision);
        if let Ok(tree) = Tree::parse_json(decision, usize::MAX) {
            decided(&mut w, &tree.root);
        }
        w.close('}');
        text
    }
}

/// What others rely on of a decision.
fn decided(w: &mut Writer, decision: &Node) {
    for (claim, parts) in [("route", ["then", "settled"]), ("stage", ["from", "to"])] {
        w.key(claim);
        match decision.get(claim).filter(|it| it.as_object().is_some()) {
            None => w.null(),
            Some(part) => {
                w.open('{');
                for key in parts {
                    value(w.key(key), part.get(key));
                }
                w.close('}');
            }
        }
    }
    value(
        w.key("grade"),
        decision.get("grade").and_then(|it| it.get("value")),
    );
    for (claim, key) in [("gates", "open"), ("scores", "value")] {
        w.key(claim).open('{');
        let entries = decision.get(claim).and_then(Node::as_object);
        for entry in entries.unwrap_or_default() {
            value(w.key(&entry.key), entry.value.get(key));
        }
        w.close('}');
    }
}

fn value(w: &mut Writer, node: Option<&Node>) {
    match node {
        None => w.null(),
        Some(node) => {
            let mut text = String::new();
            write_compact(&mut text, node);
            w.raw(&text);
        }
    }
}

/// What somebody who relies on a verdict expects of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// Who must have said it.
    pub issuer: &'a str,
    /// For whom it must be meant; `None` takes it whoever it is meant for.
    pub audience: Option<&'a str>,
    /// The instant.
    pub now: Millis,
    /// By how much clocks may differ, in milliseconds.
    pub skew_ms: Millis,
}

/// Why a verdict is not to be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// It has too many bytes.
    TooLarge,
    /// It is no JWS in compact form with a verdict in it.
    Malformed,
    /// It is signed in another way than with EdDSA, or is something else than a verdict.
    WrongKind,
    /// Its key is not known.
    UnknownKey,
    /// The key did not sign it.
    Forged,
    /// Somebody else said it.
    WrongIssuer,
    /// It is meant for somebody else.
    WrongAudience,
    /// It was said in the future.
    NotYetValid,
    /// Its time has passed.
    Expired,
}

impl Invalid {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::WrongKind => "wrong_kind",
            Self::UnknownKey => "unknown_key",
            Self::Forged => "forged",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the verdict is not to be relied on [{}]", self.word())
    }
}

impl core::error::Error for Invalid {}

impl PublicKeys {
    /// Verifies a verdict, and gives its claims as JSON text.
    ///
    /// # Errors
    /// The first thing that is wrong with it, in the order of [`Invalid`].
    pub fn verify(&self, token: &str, expected: &Expected) -> Result<String, Invalid> {
        if token.len() > limits::VERDICT_BYTES {
            return Err(Invalid::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed)?;
        let (head, payload) = signed.split_once('.').ok_or(Invalid::Malformed)?;
        let signature = base64::exactly(signature).ok_or(Invalid::Malformed)?;
        let (head, (claims, text)) = (json(head)?.0, json(payload)?);
        let says = |node: &Node, key: &str, value: &str| {
            node.get(key).and_then(Node::as_text) == Some(value)
        };
        if !says(&head, "alg", "EdDSA") || !says(&head, "typ", TYPE) || head.get("crit").is_some() {
            return Err(Invalid::WrongKind);
        }
        let id = head.get("kid").and_then(Node::as_text);
        match self.signed(id.unwrap_or_default(), signed.as_bytes(), &signature) {
            None => return Err(Invalid::UnknownKey),
            Some(false) => return Err(Invalid::Forged),
            Some(true) => {}
        }
        if !says(&claims, "iss", expected.issuer) {
            return Err(Invalid::WrongIssuer);
        }
        if expected
            .audience
            .is_some_and(|it| !says(&claims, "aud", it))
        {
            return Err(Invalid::WrongAudience);
        }
        let milli = |claim: &str| seconds(&claims, claim).map(|at| at.saturating_mul(1_000));
        let (issued, expires) = (milli("iat")?, milli("exp")?);
        if issued > expected.now.saturating_add(expected.skew_ms) {
            return Err(Invalid::NotYetValid);
        }
        if expires <= expected.now.saturating_sub(expected.skew_ms) {
            return Err(Invalid::Expired);
        }
        Ok(text)
    }
}

/// A part of a token: an object, and its text.
fn json(letters: &str) -> Result<(Node, String), Invalid> {
    let bytes = base64::read(letters).ok_or(Invalid::Malformed)?;
    let text = String::from_utf8(bytes).map_err(|_| Invalid::Malformed)?;
    let tree = Tree::parse_json(&text, limits::VERDICT_BYTES).map_err(|_| Invalid::Malformed)?;
    if !tree.problems.is_empty() || tree.root.as_object().is_none() {
        return Err(Invalid::Malformed);
    }
    Ok((tree.root, text))
}

fn seconds(claims: &Node, claim: &str) -> Result<i64, Invalid> {
    use crate::tree::Content;
    match claims.get(claim).map(|it| &it.content) {
        Some(Content::Number(text)) => text.parse().map_err(|_| Invalid::Malformed),
        _ => Err(Invalid::Malformed),
    }
}
