//! Chance that is the same every time.

use leadstage_oracle::random::Random;

/// Numbers that follow from a seed.
pub struct Dice(pub Random);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        (self.0.draw() % most.max(1) as u64) as usize
    }

    /// One time in so many.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        match list.len() {
            0 => None,
            length => list.get(self.below(length)),
        }
    }
}
