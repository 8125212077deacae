//! Keys that verdicts are signed and verified with: Ed25519 (RFC 8032, RFC 8037).

use super::base64;
use super::keys::{KeyError, KeyRing, Keyed, is_id};
use crate::json::Writer;
use crate::limits;
use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::fmt;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use sha2::{Digest, Sha256};

/// A key that signs verdicts. It is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SigningKey {
    id: Box<str>,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// From 32 secret bytes that nobody can guess; its id is its thumbprint (RFC 7638).
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        let id = thumbprint(&base64::write(key.verifying_key().as_bytes())).into_boxed_str();
        Self { id, key }
    }

    /// The same with an id of its own.
    ///
    /// # Errors
    /// `BadId`.
    pub fn named(mut self, id: &str) -> Result<Self, KeyError> {
        if !is_id(id) {
            return Err(KeyError::BadId);
        }
        self.id = Box::from(id);
        Ok(self)
    }

    /// What verdicts name it by.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Signs a text: the 64 bytes of the signature.
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }

    /// The public part, in letters.
    pub(super) fn public(&self) -> String {
        base64::write(self.key.verifying_key().as_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The thumbprint of a public key.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    base64::write(&Sha256::digest(members.as_bytes()))
}

/// Keys for verdicts: all are published.
pub type SigningKeys = KeyRing<SigningKey>;

impl Keyed for SigningKey {
    fn id(&self) -> &str {
        &self.id
    }
}

impl KeyRing<SigningKey> {
    /// The public parts.
    pub fn public(&self) -> PublicKeys {
        let part = |key: &SigningKey| (key.id.clone(), key.key.verifying_key());
        PublicKeys {
            keys: self.iter().map(part).collect(),
        }
    }
}

/// Keys that verdicts are verified with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicKeys {
    keys: Vec<(Box<str>, VerifyingKey)>,
}

impl PublicKeys {
    /// Adds a public key.
    ///
    /// # Errors
    /// `BadId`, `DuplicateId`, `TooMany`, and `NotAKey` for bytes that are no point, or a weak one.
    pub fn add(&mut self, id: &str, public: &[u8; 32]) -> Result<(), KeyError> {
        if !is_id(id) {
            return Err(KeyError::BadId);
        }
        if self.keys.iter().any(|(other, _)| **other == *id) {
            return Err(KeyError::DuplicateId);
        }
        if self.keys.len() >= limits::KEYS {
            return Err(KeyError::TooMany);
        }
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::NotAKey)?;
        if key.is_weak() {
            return Err(KeyError::NotAKey);
        }
        self.keys.push((Box::from(id), key));
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether the key with an id signed a text; `None` where there is no such key.
    pub fn signed(&self, id: &str, text: &[u8], signature: &[u8; 64]) -> Option<bool> {
        let (_, key) = self.keys.iter().find(|(other, _)| **other == *id)?;
        let signature = Signature::from_bytes(signature);
        Some(key.verify_strict(text, &signature).is_ok())
    }

    /// The JWK Set to publish (RFC 7517).
    pub fn to_jwks(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("keys").open('[');
        for (id, key) in &self.keys {
            w.item().open('{');
            write_okp(&mut w, id, &base64::write(key.as_bytes()));
            w.close('}');
        }
        w.close(']');
        w.close('}');
        text
    }
}

/// The public members of an `OKP` key.
pub(super) fn write_okp(w: &mut Writer, id: &str, x: &str) {
    w.key("kty").text("OKP");
    w.key("crv").text("Ed25519");
    w.key("kid").text(id);
    w.key("alg").text("EdDSA");
    w.key("use").text("sig");
    w.key("x").text(x);
}
