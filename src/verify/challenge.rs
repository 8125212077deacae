//! What a server gives out, so that a receipt is an answer to it and to nobody else.

use super::base64;
use super::keys::{ChallengeKey, ChallengeKeys, is_id};
use super::refusal::Code;
use crate::json::Writer;
use crate::limits;
use crate::playbook::Millis;
use alloc::{boxed::Box, string::String, vec::Vec};

const BEGIN: &str = "lsc1.";
/// Bytes that the tag is over, besides the beginning of the text.
const BODY: usize = 64;
/// Letters of body and tag.
const LETTERS: usize = 128;

/// The random bytes that tell one challenge from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChallengeId(pub [u8; 16]);

impl ChallengeId {
    /// As 22 letters of base64url.
    pub fn to_text(self) -> String {
        base64::write(&self.0)
    }
}

/// A challenge. What it says can be relied on once [`Verifier`](super::Verifier) found it genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    key: Box<str>,
    id: ChallengeId,
    playbook: [u8; 32],
    issued: Millis,
    expires: Millis,
    tag: [u8; 32],
}

impl Challenge {
    /// A challenge by the current key. `None` for a span of time that is none, or that leaves the calendar.
    ///
    /// The random bytes must come from a source that nobody can guess, anew for each.
    pub fn issue(
        keys: &ChallengeKeys,
        random: [u8; 16],
        playbook: [u8; 32],
        issued: Millis,
        expires: Millis,
    ) -> Option<Self> {
        let key = keys.current();
        let mut challenge = Self {
            key: Box::from(key.id()),
            id: ChallengeId(random),
            playbook,
            issued,
            expires,
            tag: [0; 32],
        };
        challenge.tag = key.tag([challenge.begin().as_bytes(), &challenge.body()]);
        challenge.is_sound().then_some(challenge)
    }

    /// Reads a challenge's text. `None` for any other; each challenge has one text only.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, letters) = text.strip_prefix(BEGIN)?.split_once('.')?;
        if !is_id(key) || letters.len() != LETTERS {
            return None;
        }
        let bytes: [u8; 96] = base64::exactly(letters)?;
        let (id, rest) = bytes.split_first_chunk()?;
        let (playbook, rest) = rest.split_first_chunk()?;
        let (issued, rest) = rest.split_first_chunk()?;
        let (expires, tag) = rest.split_first_chunk()?;
        let challenge = Self {
            key: Box::from(key),
            id: ChallengeId(*id),
            playbook: *playbook,
            issued: Millis::from_be_bytes(*issued),
            expires: Millis::from_be_bytes(*expires),
            tag: tag.try_into().ok()?,
        };
        challenge.is_sound().then_some(challenge)
    }

    fn is_sound(&self) -> bool {
        let calendar = -limits::INSTANT_MS..=limits::INSTANT_MS;
        calendar.contains(&self.issued)
            && calendar.contains(&self.expires)
            && self.issued < self.expires
    }

    /// The text that goes to the browser.
    pub fn to_text(&self) -> String {
        let mut bytes = self.body();
        bytes.extend(self.tag);
        let mut text = self.begin();
        text.push_str(&base64::write(&bytes));
        text
    }

    /// The text with what it says, as a JSON object: what a server answers.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("challenge").text(&self.to_text());
        w.key("issued").integer(self.issued);
        w.key("expires").integer(self.expires);
        w.key("digest").hex(&self.playbook);
        w.close('}');
        text
    }

    fn begin(&self) -> String {
        let mut text = String::with_capacity(limits::CHALLENGE_BYTES);
        text.push_str(BEGIN);
        text.push_str(&self.key);
        text.push('.');
        text
    }

    fn body(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BODY + 32);
        bytes.extend(self.id.0);
        bytes.extend(self.playbook);
        bytes.extend(self.issued.to_be_bytes());
        bytes.extend(self.expires.to_be_bytes());
        bytes
    }

    /// Whether one of the keys made it.
    pub(super) fn prove(&self, keys: &ChallengeKeys) -> Result<(), Code> {
        let key: &ChallengeKey = keys.get(&self.key).ok_or(Code::UnknownKey)?;
        match key.made([self.begin().as_bytes(), &self.body()], &self.tag) {
            true => Ok(()),
            false => Err(Code::Forged),
        }
    }

    /// The id of the key that made it, as it says.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What tells it from every other.
    pub fn id(&self) -> ChallengeId {
        self.id
    }

    /// The digest of the playbook that it is for.
    pub fn playbook(&self) -> &[u8; 32] {
        &self.playbook
    }

    /// When it was given out.
    pub fn issued(&self) -> Millis {
        self.issued
    }

    /// From when on it is not taken any more.
    pub fn expires(&self) -> Millis {
        self.expires
    }
}
