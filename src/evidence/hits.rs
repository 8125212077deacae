//! When the events that match a pattern happened, in order of time, then of arrival.

use crate::playbook::Millis;
#[cfg(feature = "document")]
use crate::sort::Arrange;
use alloc::{vec, vec::Vec};

/// The events of each pattern.
#[derive(Clone, Debug)]
pub(super) enum Hits {
    /// A list for each, which grows.
    Growing(Vec<List>),
    /// One list for all.
    #[cfg(feature = "document")]
    Whole(Whole),
}

/// The events of one pattern.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    times: Vec<Millis>,
    /// Their places in the order of arrival.
    places: Vec<u32>,
}

/// The events of all patterns, one pattern after the other, and where each ends.
#[cfg(feature = "document")]
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub times: Vec<Millis>,
    places: Vec<u32>,
    pub ends: Vec<u32>,
}

impl Default for Hits {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Hits {
    pub fn new(patterns: usize) -> Self {
        Self::Growing(vec![List::default(); patterns])
    }

    pub fn clear(&mut self) {
        for list in self.grow() {
            list.times.clear();
            list.places.clear();
        }
    }

    /// Adds an event that matches a pattern.
    pub fn add(&mut self, pattern: u32, at: Millis, place: u32) {
        let Some(list) = self.grow().get_mut(pattern as usize) else {
            return;
        };
        // Of two at the same time the one that arrived later is the later.
        let end = match list.times.last() {
            Some(last) if *last > at => list.times.partition_point(|earlier| *earlier <= at),
            _ => list.times.len(),
        };
        list.times.insert(end, at);
        list.places.insert(end, place);
    }

    /// The same as lists that grow.
    fn grow(&mut self) -> &mut [List] {
        #[cfg(feature = "document")]
        if let Self::Whole(whole) = self {
            let patterns = 0..whole.ends.len();
            let list = |pattern| List {
                times: part(&whole.times, &whole.ends, pattern).to_vec(),
                places: part(&whole.places, &whole.ends, pattern).to_vec(),
            };
            *self = Self::Growing(patterns.map(list).collect());
        }
        match self {
            Self::Growing(lists) => lists,
            #[cfg(feature = "document")]
            Self::Whole(_) => &mut [],
        }
    }

    pub fn times(&self, pattern: u32) -> &[Millis] {
        let pattern = pattern as usize;
        match self {
            Self::Growing(lists) => lists.get(pattern).map_or(&[], |list| &list.times),
            #[cfg(feature = "document")]
            Self::Whole(whole) => part(&whole.times, &whole.ends, pattern),
        }
    }

    pub fn places(&self, pattern: u32) -> &[u32] {
        let pattern = pattern as usize;
        match self {
            Self::Growing(lists) => lists.get(pattern).map_or(&[], |list| &list.places),
            #[cfg(feature = "document")]
            Self::Whole(whole) => part(&whole.places, &whole.ends, pattern),
        }
    }
}

/// One of several parts of a list that lie one after the other.
#[cfg(feature = "document")]
pub(super) fn part<'l, T>(list: &'l [T], ends: &[u32], place: usize) -> &'l [T] {
    let end = |place: usize| ends.get(place).copied().unwrap_or(0) as usize;
    let start = place.checked_sub(1).map_or(0, end);
    list.get(start..end(place)).unwrap_or(&[])
}

#[cfg(feature = "document")]
impl Whole {
    /// Events of so many patterns, given in order of arrival: pattern, time, place.
    pub fn new(patterns: usize, arrived: &[(u32, Millis, u32)]) -> Self {
        let mut ends = vec![0; patterns];
        for (pattern, ..) in arrived {
            if let Some(count) = ends.get_mut(*pattern as usize) {
                *count += 1;
            }
        }
        let mut start = 0;
        for end in &mut ends {
            start += core::mem::replace(end, start);
        }
        let mut sorted = vec![(0, 0); arrived.len()];
        for (pattern, at, place) in arrived {
            if let Some(end) = ends.get_mut(*pattern as usize) {
                if let Some(slot) = sorted.get_mut(*end as usize) {
                    *slot = (*at, *place);
                }
                *end += 1;
            }
        }
        let mut start = 0;
        for end in &ends {
            if let Some(part) = sorted.get_mut(start..*end as usize)
                && !part.is_sorted()
            {
                part.arrange();
            }
            start = *end as usize;
        }
        let (times, places) = sorted.into_iter().unzip();
        Self {
            times,
            places,
            ends,
        }
    }
}
