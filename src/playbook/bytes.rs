//! The compiled form as bytes, checked on load like any input.

use super::Playbook;
use super::bounded::is_bounded;
use super::pack::Input;
use crate::limits;
#[cfg(feature = "document")]
use alloc::vec::Vec;

/// How compiled playbooks begin: a name and the version of the form.
const MAGIC: [u8; 5] = *b"LSPB\x05";

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
        let mut sealed = Vec::from(self.digest);
        // INVARIANT: so many attributes with names of that length fit into two bytes.
        sealed.extend((self.personal.len() as u16).to_le_bytes());
        sealed.extend(self.personal.as_bytes());
        self.pack(&mut sealed);
        let sum = checksum(&sealed);
        let mut out = Vec::from(MAGIC);
        out.extend(sealed);
        out.extend(sum.to_le_bytes());
        out
    }

    /// Loads the compact form.
    ///
    /// Without the feature `document`, what is written with a right checksum is taken to come from a compiler as far as it can do no
    /// harm: it may decide oddly, and comes to an end.
    ///
    /// # Errors
    /// `Unknown` for other bytes and other versions, `Damaged` for a form that is cut off, changed or goes on after its end,
    /// `Unsound` for circles; with `document` also for references to nothing, values beyond the limits, and whatever else no checked
    /// playbook says.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BytesError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(BytesError::Unknown)?;
        if bytes.len() > limits::PLAYBOOK_BYTES {
            return Err(BytesError::Damaged);
        }
        let (sealed, sum) = rest.split_last_chunk().ok_or(BytesError::Damaged)?;
        let (digest, rest) = sealed.split_first_chunk().ok_or(BytesError::Damaged)?;
        let (length, rest) = rest.split_first_chunk().ok_or(BytesError::Damaged)?;
        let length = usize::from(u16::from_le_bytes(*length));
        let (personal, tables) = rest.split_at_checked(length).ok_or(BytesError::Damaged)?;
        let read = (checksum(sealed) == u64::from_le_bytes(*sum)).then(|| Input::read(tables));
        let mut playbook = read.flatten().ok_or(BytesError::Damaged)?;
        playbook.digest = *digest;
        // Pages read it themselves.
        #[cfg(feature = "document")]
        {
            let names = core::str::from_utf8(personal).map_err(|_| BytesError::Damaged)?;
            playbook.personal = names.into();
        }
        #[cfg(not(feature = "document"))]
        let _ = personal;
        let playbook = playbook.indexed();
        #[cfg(feature = "document")]
        if !super::sound::is_sound(&playbook) {
            return Err(BytesError::Unsound);
        }
        match is_bounded(&playbook) {
            true => Ok(playbook),
            false => Err(BytesError::Unsound),
        }
    }
}

/// FNV-1a, which finds every change of a single byte and nearly all others.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
