//! Secrets that challenges are made with.

use crate::limits;
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Why something is no key, or not among these keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The id is not 1 to 64 of `a`–`z`, `A`–`Z`, `0`–`9`, `-`, `_`.
    BadId,
    /// The secret is shorter than 32 bytes or longer than 128.
    BadSecret,
    /// There is a key with this id.
    DuplicateId,
    /// There are 64 keys of this kind.
    TooMany,
    /// The bytes are no public key that may be relied on.
    NotAKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadId => {
                "a key's id has 1 to 64 of the letters `a`-`z`, `A`-`Z`, `0`-`9`, `-`, `_`"
            }
            Self::BadSecret => "a secret for challenges has 32 to 128 bytes",
            Self::DuplicateId => "there is a key with this id already",
            Self::TooMany => "there are as many keys as may be",
            Self::NotAKey => "the bytes are no public key that may be relied on",
        })
    }
}

impl core::error::Error for KeyError {}

/// Whether a text may be a key's id.
pub(super) fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=limits::KEY_ID).contains(&text.len()) && text.bytes().all(allowed)
}

/// A secret with the id that challenges name it by. It is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct ChallengeKey {
    id: Box<str>,
    secret: Zeroizing<Box<[u8]>>,
}

impl ChallengeKey {
    /// A secret of 32 to 128 bytes, from a source of random bytes that nobody can guess.
    ///
    /// # Errors
    /// `BadId`, `BadSecret`.
    pub fn new(id: &str, secret: &[u8]) -> Result<Self, KeyError> {
        let (least, most) = limits::SECRET_BYTES;
        if !is_id(id) {
            return Err(KeyError::BadId);
        }
        if !(least..=most).contains(&secret.len()) {
            return Err(KeyError::BadSecret);
        }
        Ok(Self {
            id: Box::from(id),
            secret: Zeroizing::new(Box::from(secret)),
        })
    }

    /// What challenges name it by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret, for those who keep it.
    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }

    fn mac(&self, parts: [&[u8]; 2]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        parts.iter().for_each(|part| mac.update(part));
        Some(mac)
    }

    pub(super) fn tag(&self, parts: [&[u8]; 2]) -> [u8; 32] {
        match self.mac(parts) {
            Some(mac) => mac.finalize().into_bytes().into(),
            // HMAC takes keys of every length.
            None => [0; 32],
        }
    }

    /// Whether it made the tag, in constant time.
    pub(super) fn made(&self, parts: [&[u8]; 2], tag: &[u8; 32]) -> bool {
        self.mac(parts)
            .is_some_and(|mac| mac.verify_slice(tag).is_ok())
    }
}

impl fmt::Debug for ChallengeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A key that goes by an id.
pub trait Keyed {
    /// What it is named by.
    fn id(&self) -> &str;
}

impl Keyed for ChallengeKey {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Keys of one kind: the current one makes what is new, and all stand for what they made.
#[derive(Clone, Debug)]
pub struct KeyRing<K> {
    current: K,
    older: Vec<K>,
}

/// Keys for challenges.
pub type ChallengeKeys = KeyRing<ChallengeKey>;

impl<K: Keyed> KeyRing<K> {
    /// One key, which is current.
    pub fn new(current: K) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }

    /// Adds a key that was current earlier.
    ///
    /// # Errors
    /// `DuplicateId`, `TooMany`.
    pub fn and(mut self, older: K) -> Result<Self, KeyError> {
        self.add(older)?;
        Ok(self)
    }

    pub(super) fn add(&mut self, older: K) -> Result<(), KeyError> {
        if self.get(older.id()).is_some() {
            return Err(KeyError::DuplicateId);
        }
        if self.older.len() + 1 >= limits::KEYS {
            return Err(KeyError::TooMany);
        }
        self.older.push(older);
        Ok(())
    }

    /// The key that makes what is new.
    pub fn current(&self) -> &K {
        &self.current
    }

    /// All keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        core::iter::once(&self.current).chain(&self.older)
    }

    /// The key with an id.
    pub fn get(&self, id: &str) -> Option<&K> {
        self.iter().find(|key| key.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// A key of any length, as the vectors have them.
    fn key(secret: &[u8]) -> ChallengeKey {
        ChallengeKey {
            id: Box::from("k"),
            secret: Zeroizing::new(Box::from(secret)),
        }
    }

    #[test]
    fn tags_are_those_of_rfc_4231() {
        let long = "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed \
                    before being used by the HMAC algorithm.";
        let vectors: [(&[u8], &[u8], &str); 6] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &[
                    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                    23, 24, 25,
                ],
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                long.as_bytes(),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (secret, data, expected) in vectors {
            let key = key(secret);
            let (one, other) = data.split_at(data.len() / 2);
            let tag = key.tag([one, other]);
            let mut hex = String::new();
            crate::json::push_hex(&mut hex, &tag);
            assert_eq!(hex, expected);
            assert!(key.made([one, other], &tag));
            for bit in 0..256 {
                let mut altered = tag;
                for byte in altered.iter_mut().skip(bit / 8).take(1) {
                    *byte ^= 1 << (bit % 8);
                }
                assert!(!key.made([one, other], &altered));
            }
        }
    }
}
