//! What was seen of states, by their answers.

use super::model::{Look, OPEN};
use super::states::{StateId, States};
use alloc::vec::Vec;

/// Four bits an answer.
const A_WORD: usize = 8;
const CLASSES: u16 = 15;

/// Looks that were taken before. To take one again costs a step all the same.
pub(super) struct Seen {
    answers: States,
    looks: Vec<(Look, StateId)>,
    packed: Vec<u32>,
}

impl Seen {
    pub fn new() -> Self {
        Self {
            answers: States::new(),
            looks: Vec::new(),
            packed: Vec::new(),
        }
    }

    /// What was seen, or `true` where it can be noted by [`Seen::note`] next.
    pub fn find(&mut self, answers: &[u16]) -> Result<(Look, StateId), bool> {
        self.packed.clear();
        for some in answers.chunks(A_WORD) {
            let mut word = 0;
            for answer in some {
                let answer = match *answer {
                    OPEN => CLASSES,
                    class if class < CLASSES => class,
                    _ => return Err(false),
                };
                word = word << 4 | u32::from(answer);
            }
            self.packed.push(word);
        }
        // Numbers begin with 1; a new one is one more than there are looks.
        let number = self.answers.number(&self.packed) as usize;
        let seen = self.looks.get(number.wrapping_sub(1));
        seen.copied().ok_or(true)
    }

    pub fn note(&mut self, look: Look, id: StateId) {
        self.looks.push((look, id));
    }
}
