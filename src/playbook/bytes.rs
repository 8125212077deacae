//! The compiled form as bytes, checked on load like any input.

use super::Playbook;
use super::pack::{Input, Pack};
use super::sound::{is_sound, stays_in_its_places};
use crate::limits;
#[cfg(feature = "document")]
use alloc::vec::Vec;

/// How compiled playbooks begin: a name and the version of the form.
const MAGIC: [u8; 5] = *b"LSPB\x02";

/// Why bytes are no compiled playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BytesError {
    /// They don't begin like one of this version.
    Unknown,
    /// They are cut off, damaged, or go on after their end.
    Damaged,
    /// They say something that no checked playbook says.
    Unsound,
}

impl core::fmt::Display for BytesError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unknown => f.write_str("not a compiled playbook of this version"),
            Self::Damaged => f.write_str("the compiled playbook is damaged"),
            Self::Unsound => f.write_str("the compiled playbook says what no checked one says"),
        }
    }
}

impl core::error::Error for BytesError {}

impl Playbook {
    /// The compact form that carries the digest.
    #[cfg(feature = "document")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::from(MAGIC);
        out.extend_from_slice(&self.digest);
        self.pack(&mut out);
        out
    }

    /// Loads the compact form.
    ///
    /// # Errors
    /// `Unknown` for other bytes and other versions, `Damaged` for a form that is cut off or goes on after its end,
    /// `Unsound` for references to nothing, circles, and values beyond the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BytesError> {
        if bytes.len() > limits::PLAYBOOK_BYTES {
            return Err(BytesError::Damaged);
        }
        let rest = bytes.strip_prefix(&MAGIC).ok_or(BytesError::Unknown)?;
        let (digest, rest) = rest.split_first_chunk().ok_or(BytesError::Damaged)?;
        let mut input = Input {
            rest,
            failed: false,
        };
        let mut playbook = Self::unpack(&mut input);
        if input.failed || !input.rest.is_empty() {
            return Err(BytesError::Damaged);
        }
        playbook.digest = *digest;
        if !is_sound(&playbook) {
            return Err(BytesError::Unsound);
        }
        let playbook = playbook.indexed();
        if stays_in_its_places(&playbook) {
            Ok(playbook)
        } else {
            Err(BytesError::Unsound)
        }
    }
}
