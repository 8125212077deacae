//! What was seen of states, by their answers.

use super::model::Look;
use super::states::{StateId, States};
use alloc::vec::Vec;

/// Looks that were taken before. To take one again costs a step all the same.
pub(super) struct Seen {
    answers: States,
    looks: Vec<(Look, StateId)>,
}

impl Seen {
    pub fn new() -> Self {
        Self {
            answers: States::new(),
            looks: Vec::new(),
        }
    }

    /// What was seen with these answers; where nothing was, what is seen must be noted next.
    pub fn find(&mut self, packed: &[u32]) -> Option<(Look, StateId)> {
        // Numbers begin with 1; a new one is one more than there are looks.
        let number = self.answers.number(packed) as usize;
        self.looks.get(number.wrapping_sub(1)).copied()
    }

    pub fn note(&mut self, look: Look, id: StateId) {
        self.looks.push((look, id));
    }
}
