//! Which patterns an event may match, found by how its texts begin.

use super::Value;
use super::flat::{Playbook, row};

/// A pattern as events of its signal are held against it. Those of a signal are sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Watch {
    /// The text property that has to begin in some way, then in eight bits with how many bytes. 0: none has to.
    begins: u64,
    /// These bytes.
    head: u64,
    pub pattern: u32,
}

/// So many are gone through faster than they are halved.
const FEW: usize = 16;

/// How many bytes of a text are looked at.
pub(super) const BYTES: usize = 8;

/// The first bytes of a text as a number.
pub(super) fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<BYTES>() {
        Some(first) => u64::from_le_bytes(*first),
        None => (bytes.iter().rev()).fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

/// The bits of so many bytes in such a number.
pub(super) fn mask(bytes: u64) -> u64 {
    match bytes {
        0 => 0,
        bytes => u64::MAX >> (64u64.saturating_sub(8 * bytes) & 63),
    }
}

impl Playbook {
    /// The patterns of a signal that an event with these properties may match.
    pub(crate) fn watching(
        &self,
        signal: u16,
        properties: &[(u16, Value)],
        each: &mut dyn FnMut(u32),
    ) {
        let mut rest = self.watches(signal);
        if !cfg!(feature = "quick") {
            return rest.iter().for_each(|watch| each(watch.pattern));
        }
        while let Some(Watch { begins, .. }) = rest.first() {
            let is_alike = |it: &Watch| it.begins <= *begins;
            let end = match cfg!(feature = "document") && rest.len() <= FEW {
                true => rest.iter().take_while(|it| is_alike(it)).count(),
                false => rest.partition_point(is_alike).max(1),
            };
            let Some((alike, others)) = rest.split_at_checked(end) else {
                return;
            };
            rest = others;
            let bits = mask(begins & 255);
            let text = properties
                .iter()
                .find(|(at, _)| u64::from(*at) == begins >> 8);
            let found = match text {
                _ if bits == 0 => 0,
                Some((_, Value::Text(text))) => head(text.as_bytes()) & bits,
                _ => continue,
            };
            let first = match cfg!(feature = "document") && end <= FEW {
                true => 0,
                false => alike.partition_point(|it| it.head < found),
            };
            let after = alike.iter().skip(first);
            for watch in after.take_while(|it| it.head <= found) {
                if watch.head == found {
                    each(watch.pattern);
                }
            }
        }
    }

    pub(super) fn watch(&self, pattern: u32) -> Watch {
        let &[_, _, _, _, begins, word, ..] = row(&self.patterns, i64::from(pattern));
        if !cfg!(feature = "quick") {
            return Watch {
                begins: 0,
                head: 0,
                pattern,
            };
        }
        Watch {
            begins: begins as u64,
            head: self.head_of(begins, word),
            pattern,
        }
    }

    /// The bytes with which a word begins, as many of them as [`Watch::begins`] says.
    pub(super) fn head_of(&self, begins: i64, word: i64) -> u64 {
        head(self.word(word).as_bytes()) & mask(begins as u64 & 255)
    }
}
