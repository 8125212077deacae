//! Evidence as decisions by one playbook need it. What they need of every lead lies close together, as they go through many leads.

use super::seen::Seen;
use super::state::State;
use super::{Evidence, InStage};
use crate::playbook::{Millis, Playbook};
use crate::truth::Both;
use alloc::{boxed::Box, vec::Vec};

/// What one playbook makes of evidence.
#[derive(Clone, Debug)]
pub(crate) struct LaidOut {
    playbook: [u8; 32],
    /// How many conditions it has: a lifecycle has two playbooks of one document.
    conditions: usize,
    /// The parts of [`Close`], one after the other.
    close: Box<[i64]>,
    /// From here on nothing lies in the future.
    latest: Millis,
    /// Kept where decisions may need more of it.
    state: Option<Box<State>>,
}

/// What is known where nothing lies in the future.
#[derive(Clone, Copy, Debug)]
pub(super) struct Close<'l> {
    /// The attributes that are not exactly known, as bits.
    open: &'l [i64],
    /// The attributes of which something is known, as bits.
    known: &'l [i64],
    /// By condition, how a test on an attribute comes out; eight in a number.
    spans: &'l [i64],
    conditions: usize,
    /// Where the events of each pattern end, two in a number.
    ends: &'l [i64],
    times: &'l [Millis],
}

impl LaidOut {
    pub fn new(playbook: &Playbook, evidence: &Evidence) -> Self {
        let (mut state, hits) = State::laid_out(playbook, evidence);
        let latest = state.latest();
        let seen = state.look(playbook, Millis::MAX);
        let sets = playbook.index.words();
        let mut close = Vec::with_capacity(
            2 * sets
                + seen.known.spans.len().div_ceil(8)
                + hits.ends.len().div_ceil(2)
                + hits.times.len(),
        );
        close.extend(seen.known.open.iter().map(|word| *word as i64));
        for first in (0..sets).map(|word| word * 64) {
            let bits = (0..64).filter(|bit| seen.is_known((first + bit) as u16));
            close.push(bits.fold(0, |word, bit| word | 1 << bit));
        }
        for eight in seen.known.spans.chunks(8) {
            let bytes = eight.iter().rev();
            close.push(bytes.fold(0, |number, both| number << 8 | i64::from(both.byte())));
        }
        for two in hits.ends.chunks(2) {
            let ends = two.iter().rev();
            close.push(ends.fold(0, |number, end| number << 32 | i64::from(*end)));
        }
        close.extend(&hits.times);
        let is_plain = state.is_plain() && !playbook.index.has_sequences;
        state.keep(hits);
        Self {
            playbook: playbook.digest,
            conditions: playbook.conditions.len(),
            close: close.into_boxed_slice(),
            latest,
            state: (!is_plain).then(|| Box::new(state)),
        }
    }

    /// What is known at an instant; nothing if another playbook has laid it out or something lies in the future.
    ///
    /// Where all is plain an empty state does.
    pub fn seen<'s>(
        &'s self,
        playbook: &Playbook,
        as_of: Millis,
        stage: Option<InStage>,
        empty: &'s State,
    ) -> Option<Seen<'s>> {
        let is_same =
            self.playbook == playbook.digest && self.conditions == playbook.conditions.len();
        (is_same && self.latest <= as_of).then(|| Seen {
            stage,
            close: self.close(playbook),
            ..self.state.as_deref().unwrap_or(empty).seen_last()
        })
    }

    fn close(&self, playbook: &Playbook) -> Option<Close<'_>> {
        let sets = playbook.index.words();
        let (open, rest) = self.close.split_at_checked(sets)?;
        let (known, rest) = rest.split_at_checked(sets)?;
        let (spans, rest) = rest.split_at_checked(playbook.conditions.len().div_ceil(8))?;
        let (ends, times) = rest.split_at_checked(playbook.patterns.len().div_ceil(2))?;
        Some(Close {
            open,
            known,
            spans,
            conditions: playbook.conditions.len(),
            ends,
            times,
        })
    }
}

impl<'l> Close<'l> {
    pub fn is_known(&self, attribute: u16) -> bool {
        let word = self.known.get(usize::from(attribute / 64));
        word.is_some_and(|word| word >> (attribute % 64) & 1 != 0)
    }

    pub fn open(&self) -> impl Iterator<Item = u64> {
        self.open.iter().map(|word| *word as u64)
    }

    pub fn copy_spans(&self, spans: &mut Vec<Both>) {
        spans.clear();
        for eight in self.spans {
            spans.extend_from_slice(&eight.to_le_bytes().map(Both::of_byte));
        }
        spans.truncate(self.conditions);
    }

    #[inline]
    pub fn times(&self, pattern: u32) -> &'l [Millis] {
        let end = |pattern: u32| {
            let two = self.ends.get(pattern as usize / 2).copied().unwrap_or(0);
            (two >> (pattern % 2 * 32)) as u32 as usize
        };
        let start = pattern.checked_sub(1).map_or(0, end);
        self.times.get(start..end(pattern)).unwrap_or(&[])
    }
}
