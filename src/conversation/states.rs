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
    /// Numbers by the hash of their key, 0 where there is none. The length is a power of two.
    slots: Vec<StateId>,
}

impl States {
    pub fn new() -> Self {
        Self {
            keys: Vec::new(),
            ends: vec![0],
            slots: vec![0; 256],
        }
    }

    fn key(&self, id: StateId) -> &[u32] {
        let end = |id: usize| self.ends.get(id).copied().unwrap_or(0);
        let id = id as usize;
        let part = end(id.saturating_sub(1))..end(id);
        self.keys.get(part).unwrap_or(&[])
    }

    /// The number of the state with this key.
    pub fn number(&mut self, key: &[u32]) -> StateId {
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        let place = match self.place(key) {
            Ok(found) => return found,
            Err(place) => place,
        };
        let id = self.ends.len() as StateId;
        self.keys.extend_from_slice(key);
        self.ends.push(self.keys.len());
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = id;
        }
        id
    }

    /// The number that is there, or the slot in which it belongs.
    fn place(&self, key: &[u32]) -> Result<StateId, usize> {
        let last = self.slots.len() - 1;
        let mut place = hash(key) as usize & last;
        loop {
            match self.slots.get(place) {
                None | Some(0) => return Err(place),
                Some(id) if same(self.key(*id), key) => return Ok(*id),
                Some(_) => place = (place + 1) & last,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for id in 1..self.ends.len() as StateId {
            if let Err(place) = self.place(self.key(id))
                && let Some(slot) = self.slots.get_mut(place)
            {
                *slot = id;
            }
        }
    }
}

/// Word by word, which is faster in a page than byte by byte.
fn same(one: &[u32], other: &[u32]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

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
