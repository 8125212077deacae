//! Keys as they are kept and published: JWK Sets (RFC 7517).

use super::base64;
use super::keys::{ChallengeKey, ChallengeKeys, KeyError, KeyRing, Keyed};
use super::signing::{PublicKeys, SigningKey, SigningKeys, write_okp};
use crate::json::Writer;
use crate::limits;
use crate::problem::{Problem, Problems};
use crate::tree::{Node, Tree};
use alloc::{format, string::String, vec::Vec};
use zeroize::Zeroizing;

/// A server's keys. The first of each kind is current.
#[derive(Clone, Debug)]
pub struct Keys {
    /// For challenges.
    pub challenge: ChallengeKeys,
    /// For verdicts.
    pub verdict: SigningKeys,
}

impl Keys {
    /// New keys from secret bytes that nobody can guess.
    pub fn new(challenge: ChallengeKey, verdict: SigningKey) -> Self {
        Self {
            challenge: ChallengeKeys::new(challenge),
            verdict: SigningKeys::new(verdict),
        }
    }

    /// The same with new keys in front; of the others so many of each kind stay.
    ///
    /// # Errors
    /// `DuplicateId`, `TooMany`.
    pub fn rotated(
        &self,
        challenge: ChallengeKey,
        verdict: SigningKey,
        keep: usize,
    ) -> Result<Self, KeyError> {
        let mut keys = Self::new(challenge, verdict);
        for key in self.challenge.iter().take(keep) {
            keys.challenge.add(key.clone())?;
        }
        for key in self.verdict.iter().take(keep) {
            keys.verdict.add(key.clone())?;
        }
        Ok(keys)
    }

    /// Reads a file of keys: a JWK Set with at least one key of each kind.
    ///
    /// # Errors
    /// Everything that is wrong with it. No message holds a secret.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let (mut challenge, mut verdict): (Option<ChallengeKeys>, Option<SigningKeys>) =
            (None, None);
        for (path, node) in entries(text, &mut problems)? {
            let read = match member(&node, "kty") {
                Some("oct") => symmetric(&node).and_then(|key| put(&mut challenge, key)),
                Some("OKP") => signing(&node).and_then(|key| put(&mut verdict, key)),
                _ => Err(Problem::new("bad_value", "/kty", "expected `oct` or `OKP`")),
            };
            problems.extend(read.err().map(|problem| inside(problem, &path)));
        }
        match (challenge, verdict) {
            (Some(challenge), Some(verdict)) if problems.is_empty() => {
                Ok(Self { challenge, verdict })
            }
            (challenge, verdict) => {
                let read_all = problems.is_empty();
                for (there, kind) in [(challenge.is_some(), "oct"), (verdict.is_some(), "OKP")] {
                    if !there && read_all {
                        let message = format!("expected at least one `{kind}` key");
                        let help = "make keys with `leadstage keys new`";
                        problems.push(Problem::new("empty", "/keys", message).help(help));
                    }
                }
                Err(Problems::new(problems))
            }
        }
    }

    /// The file of keys. It is wiped from memory when it is dropped.
    pub fn to_secret_json(&self) -> Zeroizing<String> {
        // No growing, which would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(limits::KEYS_BYTES));
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("keys").open('[');
        for key in self.challenge.iter() {
            w.item().open('{');
            w.key("kty").text("oct");
            w.key("kid").text(key.id());
            w.key("alg").text("HS256");
            w.key("use").text("sig");
            w.key("k")
                .text(&Zeroizing::new(base64::write(key.secret())));
            w.close('}');
        }
        for key in self.verdict.iter() {
            w.item().open('{');
            write_okp(&mut w, key.id(), &key.public());
            w.key("d")
                .text(&Zeroizing::new(base64::write(key.secret())));
            w.close('}');
        }
        w.close(']');
        w.close('}');
        text
    }
}

impl PublicKeys {
    /// Reads a published JWK Set. Keys of other kinds and for other uses are passed over, as RFC 7517 asks.
    ///
    /// # Errors
    /// Everything that is wrong with the Ed25519 keys; `empty` where there is none.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut keys = Self::default();
        for (path, node) in entries(text, &mut problems)? {
            let is = |key: &str, value: &str| member(&node, key).is_none_or(|it| it == value);
            let for_us = member(&node, "kty") == Some("OKP")
                && member(&node, "crv") == Some("Ed25519")
                && is("alg", "EdDSA")
                && is("use", "sig");
            if !for_us {
                continue;
            }
            let added = bytes_of(&node, "x")
                .and_then(|x| keys.add(text_of(&node, "kid")?, &x).map_err(refused));
            problems.extend(added.err().map(|problem| inside(problem, &path)));
        }
        if keys.is_empty() && problems.is_empty() {
            problems.push(Problem::new(
                "empty",
                "/keys",
                "expected at least one Ed25519 key",
            ));
        }
        match problems.is_empty() {
            true => Ok(keys),
            false => Err(Problems::new(problems)),
        }
    }
}

/// The keys of a set, each with its path.
fn entries(text: &str, problems: &mut Vec<Problem>) -> Result<Vec<(String, Node)>, Problems> {
    let tree = Tree::parse_json(text, limits::KEYS_BYTES)?;
    problems.extend(tree.problems);
    let Some(keys) = tree.root.get("keys").and_then(Node::as_list) else {
        let message = "expected an object with a list `keys` (a JWK Set)";
        return Err(Problems::from(Problem::new("wrong_type", "", message)));
    };
    let entry = |(place, node): (usize, &Node)| (format!("/keys/{place}"), node.clone());
    Ok(keys.iter().enumerate().map(entry).collect())
}

/// The first of a kind is current.
fn put<K: Keyed>(keys: &mut Option<KeyRing<K>>, key: K) -> Result<(), Problem> {
    match keys {
        Some(keys) => keys.add(key).map_err(refused),
        None => {
            *keys = Some(KeyRing::new(key));
            Ok(())
        }
    }
}

fn inside(mut problem: Problem, path: &str) -> Problem {
    problem.path.insert_str(0, path);
    problem
}

fn refused(error: KeyError) -> Problem {
    let (code, path) = match error {
        KeyError::BadId => ("bad_name", "/kid"),
        KeyError::DuplicateId => ("duplicate_name", "/kid"),
        KeyError::TooMany => ("too_many", ""),
        KeyError::BadSecret => ("out_of_range", "/k"),
        KeyError::NotAKey => ("bad_value", "/x"),
    };
    Problem::new(code, path, format!("{error}"))
}

fn member<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.as_text()
}

fn text_of<'n>(node: &'n Node, key: &str) -> Result<&'n str, Problem> {
    member(node, key).ok_or_else(|| {
        Problem::new(
            "missing_field",
            "",
            format!("`{key}` is missing or no text"),
        )
    })
}

fn bytes_of(node: &Node, key: &str) -> Result<[u8; 32], Problem> {
    base64::exactly(text_of(node, key)?).ok_or_else(|| {
        let message = "expected 32 bytes in base64url without padding";
        Problem::new("bad_value", format!("/{key}"), message)
    })
}

fn symmetric(node: &Node) -> Result<ChallengeKey, Problem> {
    let secret = base64::read(text_of(node, "k")?)
        .ok_or_else(|| Problem::new("bad_value", "/k", "expected base64url without padding"))?;
    let secret = Zeroizing::new(secret);
    ChallengeKey::new(text_of(node, "kid")?, &secret).map_err(refused)
}

fn signing(node: &Node) -> Result<SigningKey, Problem> {
    if member(node, "crv") != Some("Ed25519") {
        return Err(Problem::new("bad_value", "/crv", "expected `Ed25519`"));
    }
    let secret = Zeroizing::new(bytes_of(node, "d")?);
    let key = SigningKey::new(&secret);
    if member(node, "x").is_some_and(|x| x != key.public()) {
        return Err(Problem::new(
            "conflict",
            "/x",
            "`x` is not the public part of `d`",
        ));
    }
    key.named(text_of(node, "kid")?).map_err(refused)
}
