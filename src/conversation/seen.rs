//! What was seen of states of small models, by their answers.

use super::model::{Look, OPEN};
use super::states::StateId;
use alloc::{vec, vec::Vec};

/// Four bits an answer.
const QUESTIONS: usize = 16;
const CLASSES: u16 = 15;

/// Looks that were taken before. To take one again costs a step all the same.
pub(super) struct Seen {
    entries: Vec<(u64, Look, StateId)>,
    /// Places of entries and one, by the hash of the answers; 0 where there is none. The length is a power of two.
    slots: Vec<u32>,
}

/// The answers in one number, if they are few.
pub(super) fn packed(answers: &[u16]) -> Option<u64> {
    if answers.len() > QUESTIONS {
        return None;
    }
    answers.iter().try_fold(0u64, |packed, answer| {
        let answer = match *answer {
            OPEN => 15,
            class if class < CLASSES => class,
            _ => return None,
        };
        Some(packed << 4 | u64::from(answer))
    })
}

impl Seen {
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
            slots: vec![0; 1_024],
        }
    }

    pub fn get(&self, answers: u64) -> Option<(Look, StateId)> {
        self.place(answers).ok()
    }

    /// INVARIANT: it is not there.
    pub fn put(&mut self, answers: u64, look: Look, id: StateId) {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        self.entries.push((answers, look, id));
        self.note(answers, self.entries.len() as u32);
    }

    fn note(&mut self, answers: u64, entry: u32) {
        if let Err(place) = self.place(answers)
            && let Some(slot) = self.slots.get_mut(place)
        {
            *slot = entry;
        }
    }

    /// What is there, or the slot in which it belongs.
    fn place(&self, answers: u64) -> Result<(Look, StateId), usize> {
        let last = self.slots.len() - 1;
        let mut place = (answers.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
        while let Some(entry) = self.slots.get(place).and_then(|entry| entry.checked_sub(1)) {
            match self.entries.get(entry as usize) {
                Some((key, look, id)) if *key == answers => return Ok((*look, *id)),
                _ => place = (place + 1) & last,
            }
        }
        Err(place)
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for entry in 0..self.entries.len() {
            if let Some((answers, ..)) = self.entries.get(entry).copied() {
                self.note(answers, entry as u32 + 1);
            }
        }
    }
}
