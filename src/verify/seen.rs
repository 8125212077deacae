//! Whether a challenge was seen before.

use super::challenge::ChallengeId;
use crate::limits;
use crate::playbook::Millis;
use alloc::collections::{BTreeMap, BTreeSet};

/// What a store says of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is there for the first time, and is remembered now.
    First,
    /// It was there before.
    Again,
}

/// A store can't say whether a challenge was seen; the receipt is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away;

/// Remembers challenges until they expire.
pub trait Seen {
    /// Looks whether a challenge is there for the first time and remembers it, in one act that nothing comes between.
    ///
    /// # Errors
    /// If that can't be said.
    fn see(&mut self, id: ChallengeId, until: Millis, now: Millis) -> Result<Sight, Away>;
}

/// A store in memory, for one process. Full of challenges that are still valid it takes no more, so that none is forgotten.
#[derive(Clone, Debug)]
pub struct SeenInMemory {
    room: usize,
    until: BTreeMap<ChallengeId, Millis>,
    order: BTreeSet<(Millis, ChallengeId)>,
}

impl SeenInMemory {
    /// With room for so many challenges.
    pub fn with_room(room: usize) -> Self {
        Self {
            room,
            until: BTreeMap::new(),
            order: BTreeSet::new(),
        }
    }

    /// How many it remembers.
    pub fn len(&self) -> usize {
        self.until.len()
    }

    /// Whether it remembers none.
    pub fn is_empty(&self) -> bool {
        self.until.is_empty()
    }

    /// Forgets what has expired.
    pub fn forget(&mut self, now: Millis) {
        while let Some((until, id)) = self.order.first().copied()
            && until <= now
        {
            self.order.remove(&(until, id));
            self.until.remove(&id);
        }
    }
}

impl Default for SeenInMemory {
    fn default() -> Self {
        Self::with_room(limits::CHALLENGES_SEEN)
    }
}

impl Seen for SeenInMemory {
    fn see(&mut self, id: ChallengeId, until: Millis, now: Millis) -> Result<Sight, Away> {
        self.forget(now);
        if self.until.contains_key(&id) {
            return Ok(Sight::Again);
        }
        if self.until.len() >= self.room {
            return Err(Away);
        }
        self.until.insert(id, until);
        self.order.insert((until, id));
        Ok(Sight::First)
    }
}
