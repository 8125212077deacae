//! States by number: those that go on in the same way have the same one.

use alloc::{vec, vec::Vec};

/// The number of a state.
pub(super) type StateId = u32;

/// The number of all states in which one route is left.
pub(super) const CLOSED: StateId = 0;

/// The keys of states, and a table to find them by.
pub(super) struct States {
    /// One after the other; where each ends.
    keys: Vec<u32>,
    ends: Vec<usize>,
    /// Hashes of keys and numbers, 0 where there is none. The length is a power of two.
    slots: Vec<(u32, StateId)>,
}

const SLOTS: usize = 512;

impl States {
    pub fn new() -> Self {
        Self {
            keys: Vec::new(),
            ends: vec![0],
            slots: vec![(0, 0); SLOTS],
        }
    }

    #[inline(always)]
    fn key(&self, id: StateId) -> &[u32] {
        let end = |id: usize| self.ends.get(id).copied().unwrap_or(0);
        let id = id as usize;
        let part = end(id.saturating_sub(1))..end(id);
        self.keys.get(part).unwrap_or(&[])
    }

    /// The number of the state with this key.
    pub fn number(&mut self, key: &[u32]) -> StateId {
        let hash = hash(key);
        let last = self.slots.len() - 1;
        let mut place = hash as usize & last;
        while let Some((found, id)) = self.slots.get(place).copied()
            && id != 0
        {
            if found == hash && same(self.key(id), key) {
                return id;
            }
            place = (place + 1) & last;
        }
        let id = self.ends.len() as StateId;
        self.keys.extend_from_slice(key);
        self.ends.push(self.keys.len());
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = (hash, id);
        }
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    #[cold]
    fn grow(&mut self) {
        let more = vec![(0, 0); self.slots.len() * 4];
        let last = more.len() - 1;
        for (hash, id) in core::mem::replace(&mut self.slots, more) {
            let mut place = hash as usize & last;
            while self.slots.get(place).is_some_and(|(_, id)| *id != 0) {
                place = (place + 1) & last;
            }
            if let Some(slot) = self.slots.get_mut(place)
                && id != 0
            {
                *slot = (hash, id);
            }
        }
    }
}

/// Word by word, which is faster in a page than byte by byte.
#[inline(always)]
fn same(one: &[u32], other: &[u32]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

#[inline(always)]
fn hash(key: &[u32]) -> u32 {
    let mixed = key.iter().fold(0u64, |hash, word| {
        (hash.rotate_left(5) ^ u64::from(*word)).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    (mixed >> 32) as u32
}

/// Something about states, as far as it is known.
pub(super) struct ByState<T> {
    known: Vec<Option<T>>,
}

impl<T: Copy> ByState<T> {
    pub const fn new() -> Self {
        Self { known: Vec::new() }
    }

    #[inline(always)]
    pub fn get(&self, id: StateId) -> Option<T> {
        self.known.get(id as usize).copied().flatten()
    }

    pub fn put(&mut self, id: StateId, value: T) {
        let id = id as usize;
        if self.known.len() <= id {
            self.known.resize(id + 1, None);
        }
        if let Some(slot) = self.known.get_mut(id) {
            *slot = Some(value);
        }
    }

    pub fn clear(&mut self) {
        self.known.clear();
    }
}
