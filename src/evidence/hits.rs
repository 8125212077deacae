//! The events that match a pattern, in order of time, then of arrival.

use crate::playbook::Millis;
use alloc::{vec, vec::Vec};

/// An event that matches a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub at: Millis,
    /// Its place in the order of arrival.
    pub place: u32,
}

/// The hits of each pattern.
#[derive(Clone, Debug)]
pub(super) enum Hits {
    /// A list for each, which grows.
    Growing(Vec<Vec<Hit>>),
    /// All in one list, and where each pattern's end.
    #[cfg(feature = "document")]
    Whole { hits: Vec<Hit>, ends: Vec<u32> },
}

impl Default for Hits {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Hits {
    pub fn new(patterns: usize) -> Self {
        Self::Growing(vec![Vec::new(); patterns])
    }

    pub fn clear(&mut self) {
        for hits in self.grow() {
            hits.clear();
        }
    }

    /// Adds a hit of a pattern.
    pub fn add(&mut self, pattern: u32, hit: Hit) {
        let Some(hits) = self.grow().get_mut(pattern as usize) else {
            return;
        };
        match hits.last() {
            // Of two at the same time the one that arrived later is the later.
            Some(last) if last.at > hit.at => {
                let end = hits.partition_point(|earlier| earlier.at <= hit.at);
                hits.insert(end, hit);
            }
            _ => hits.push(hit),
        }
    }

    /// The same as lists that grow.
    fn grow(&mut self) -> &mut [Vec<Hit>] {
        #[cfg(feature = "document")]
        if let Self::Whole { ends, .. } = self {
            let patterns = 0..ends.len() as u32;
            let lists = patterns.map(|pattern| self.of(pattern).to_vec());
            *self = Self::Growing(lists.collect());
        }
        match self {
            Self::Growing(lists) => lists,
            #[cfg(feature = "document")]
            Self::Whole { .. } => &mut [],
        }
    }

    pub fn of(&self, pattern: u32) -> &[Hit] {
        let pattern = pattern as usize;
        match self {
            Self::Growing(lists) => lists.get(pattern).map_or(&[], Vec::as_slice),
            #[cfg(feature = "document")]
            Self::Whole { hits, ends } => {
                let end = |pattern: usize| ends.get(pattern).copied().unwrap_or(0) as usize;
                let start = pattern.checked_sub(1).map_or(0, end);
                hits.get(start..end(pattern)).unwrap_or(&[])
            }
        }
    }

    /// Hits of so many patterns, given in order of arrival.
    #[cfg(feature = "document")]
    pub fn whole(patterns: usize, arrived: &[(u32, Hit)]) -> Self {
        let mut next = vec![0; patterns];
        for (pattern, _) in arrived {
            if let Some(count) = next.get_mut(*pattern as usize) {
                *count += 1;
            }
        }
        let mut start = 0;
        for place in &mut next {
            start += core::mem::replace(place, start);
        }
        let mut hits = vec![Hit::default(); arrived.len()];
        for (pattern, hit) in arrived {
            let Some(place) = next.get_mut(*pattern as usize) else {
                continue;
            };
            if let Some(slot) = hits.get_mut(*place as usize) {
                *slot = *hit;
            }
            *place += 1;
        }
        let mut start = 0;
        for end in &next {
            if let Some(hits) = hits.get_mut(start..*end as usize)
                && !hits.is_sorted()
            {
                hits.sort_unstable();
            }
            start = *end as usize;
        }
        Self::Whole { hits, ends: next }
    }
}
