//! Maps and sets in the order of their keys. In a page they share the code that finds and orders: the trees of the standard
//! library take kilobytes for each type.

#[cfg(not(target_family = "wasm"))]
pub(crate) use alloc::collections::{BTreeMap as Map, BTreeSet as Set};
#[cfg(target_family = "wasm")]
pub(crate) use by_places::{Map, Set};

#[cfg(any(target_family = "wasm", test))]
mod by_places {
    use crate::sort::by_places::follow;
    use alloc::{boxed::Box, vec, vec::Vec};
    use core::borrow::Borrow;
    use core::cmp::Ordering;

    /// So many places a row of them holds at most.
    const ROW: usize = 256;

    /// Where the entries of a list lie in their order: rows, so that little moves when one comes between.
    #[derive(Clone, Debug, Default)]
    struct Order {
        rows: Vec<Vec<usize>>,
        count: usize,
    }

    /// A place in the order.
    #[derive(Clone, Copy, Debug, Default)]
    struct Mark {
        row: usize,
        at: usize,
    }

    impl Order {
        /// The place of the entry that is equal, or where it belongs.
        #[inline(never)]
        fn find(&self, compare: &mut dyn FnMut(usize) -> Ordering) -> Result<usize, Mark> {
            let mut below = |place: &usize| compare(*place);
            let after = |row: &Vec<usize>, below: &mut dyn FnMut(&usize) -> Ordering| {
                row.first().is_none_or(|first| below(first).is_le())
            };
            let next = self.rows.partition_point(|row| after(row, &mut below));
            let row = next.saturating_sub(1);
            let places = self.rows.get(row).map_or(&[][..], |row| row);
            match places.binary_search_by(below) {
                Ok(at) => Ok(places.get(at).copied().unwrap_or_default()),
                Err(at) => Err(Mark { row, at }),
            }
        }

        /// Puts the next entry of the list at its place.
        #[inline(never)]
        fn put(&mut self, mark: Mark) {
            match self.rows.get_mut(mark.row) {
                Some(row) => {
                    row.insert(mark.at, self.count);
                    if row.len() > ROW {
                        let rest = row.split_off(ROW / 2);
                        self.rows.insert(mark.row + 1, rest);
                    }
                }
                None => self.rows.push(vec![self.count]),
            }
            self.count += 1;
        }

        #[inline(never)]
        fn step(&self, mark: &mut Mark) -> Option<usize> {
            let row = self.rows.get(mark.row)?;
            let place = row.get(mark.at).copied();
            mark.at += 1;
            if mark.at >= row.len() {
                *mark = Mark {
                    row: mark.row + 1,
                    at: 0,
                };
            }
            place
        }
    }

    /// A map whose entries stay where they came, and their order beside them.
    #[derive(Clone, Debug)]
    pub struct Map<K, V> {
        entries: Vec<(K, V)>,
        order: Order,
    }

    impl<K, V> Default for Map<K, V> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<K, V> Map<K, V> {
        pub fn new() -> Self {
            Self {
                entries: Vec::new(),
                order: Order::default(),
            }
        }

        pub fn iter(&self) -> Iter<'_, K, V> {
            Iter {
                map: self,
                mark: Mark::default(),
            }
        }

        pub fn keys(&self) -> impl Iterator<Item = &K> {
            self.iter().map(|(key, _)| key)
        }

        pub fn values(&self) -> impl Iterator<Item = &V> {
            self.iter().map(|(_, value)| value)
        }

        pub fn into_keys(self) -> impl Iterator<Item = K> {
            self.into_iter().map(|(key, _)| key)
        }
    }

    impl<K: Ord, V> Map<K, V> {
        fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, Mark>
        where
            K: Borrow<Q>,
        {
            self.order.find(&mut |place| match self.entries.get(place) {
                Some((known, _)) => known.borrow().cmp(key),
                None => Ordering::Equal,
            })
        }

        pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
        where
            K: Borrow<Q>,
        {
            let place = self.find(key).ok()?;
            self.entries.get(place).map(|(_, value)| value)
        }

        pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
        where
            K: Borrow<Q>,
        {
            self.find(key).is_ok()
        }

        pub fn insert(&mut self, key: K, value: V) -> Option<V> {
            match self.find(&key) {
                Ok(place) => {
                    let (_, kept) = self.entries.get_mut(place)?;
                    Some(core::mem::replace(kept, value))
                }
                Err(mark) => {
                    self.order.put(mark);
                    self.entries.push((key, value));
                    None
                }
            }
        }

        pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
            let found = self.find(&key);
            Entry {
                map: self,
                key,
                found,
            }
        }
    }

    /// An entry that is there, or is to come.
    pub struct Entry<'m, K, V> {
        map: &'m mut Map<K, V>,
        key: K,
        found: Result<usize, Mark>,
    }

    impl<'m, K, V> Entry<'m, K, V> {
        pub fn or_insert(self, value: V) -> &'m mut V {
            let entries = &mut self.map.entries;
            match self.found {
                Ok(place) => match entries.get_mut(place) {
                    Some((_, kept)) => kept,
                    // It was found, so this is never reached.
                    None => Box::leak(Box::new(value)),
                },
                Err(mark) => {
                    self.map.order.put(mark);
                    let (_, new) = entries.push_mut((self.key, value));
                    new
                }
            }
        }

        pub fn or_default(self) -> &'m mut V
        where
            V: Default,
        {
            self.or_insert(V::default())
        }
    }

    impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
        fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
            let mut map = Self::new();
            for (key, value) in entries {
                map.insert(key, value);
            }
            map
        }
    }

    impl<K, V> IntoIterator for Map<K, V> {
        type Item = (K, V);
        type IntoIter = vec::IntoIter<(K, V)>;

        fn into_iter(mut self) -> Self::IntoIter {
            let places = self.order.rows.concat();
            follow(places, &mut |one, other| self.entries.swap(one, other));
            self.entries.into_iter()
        }
    }

    impl<'m, K, V> IntoIterator for &'m Map<K, V> {
        type Item = (&'m K, &'m V);
        type IntoIter = Iter<'m, K, V>;

        fn into_iter(self) -> Self::IntoIter {
            self.iter()
        }
    }

    impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
        fn eq(&self, other: &Self) -> bool {
            self.iter().eq(other)
        }
    }

    /// The entries in the order of their keys.
    pub struct Iter<'m, K, V> {
        map: &'m Map<K, V>,
        mark: Mark,
    }

    impl<'m, K, V> Iterator for Iter<'m, K, V> {
        type Item = (&'m K, &'m V);

        fn next(&mut self) -> Option<Self::Item> {
            let place = self.map.order.step(&mut self.mark)?;
            let (key, value) = self.map.entries.get(place)?;
            Some((key, value))
        }
    }

    /// A set.
    #[derive(Clone, Debug)]
    pub struct Set<K>(Map<K, ()>);

    impl<K> Default for Set<K> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<K> Set<K> {
        pub fn new() -> Self {
            Self(Map::new())
        }

        pub fn iter(&self) -> Keys<'_, K> {
            Keys(self.0.iter())
        }

        pub fn len(&self) -> usize {
            self.0.order.count
        }
    }

    impl<K: Ord> Set<K> {
        /// Whether it was not there.
        pub fn insert(&mut self, key: K) -> bool {
            self.0.insert(key, ()).is_none()
        }
    }

    impl<K: Ord> Extend<K> for Set<K> {
        fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
            for key in keys {
                self.insert(key);
            }
        }
    }

    impl<K: Ord> FromIterator<K> for Set<K> {
        fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
            let mut set = Self::new();
            set.extend(keys);
            set
        }
    }

    impl<'s, K> IntoIterator for &'s Set<K> {
        type Item = &'s K;
        type IntoIter = Keys<'s, K>;

        fn into_iter(self) -> Self::IntoIter {
            self.iter()
        }
    }

    /// The keys of a set in their order.
    pub struct Keys<'s, K>(Iter<'s, K, ()>);

    impl<'s, K> Iterator for Keys<'s, K> {
        type Item = &'s K;

        fn next(&mut self) -> Option<Self::Item> {
            self.0.next().map(|(key, ())| key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::by_places::{Map, Set};
    use std::collections::BTreeMap;
    use std::vec::Vec;

    #[test]
    fn they_hold_what_the_trees_of_the_standard_library_hold() {
        let mut state = 7u32;
        let mut dice = move |sides: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % sides
        };
        for (count, sides) in [
            (0, 1),
            (1, 1),
            (40, 9),
            (300, 40),
            (5_000, 3_000),
            (9_000, 60_000),
        ] {
            let mut map = Map::new();
            let mut set = Set::new();
            let mut expected = BTreeMap::new();
            for place in 0..count {
                let key = dice(sides);
                assert_eq!(set.insert(key), !expected.contains_key(&key));
                assert_eq!(map.contains_key(&key), expected.contains_key(&key));
                if place % 2 == 0 {
                    assert_eq!(map.insert(key, place), expected.insert(key, place));
                } else {
                    *map.entry(key).or_insert(place) += 1;
                    *expected.entry(key).or_insert(place) += 1;
                }
            }
            for key in 0..sides {
                assert_eq!(map.get(&key), expected.get(&key));
            }
            assert!(map.iter().eq(&expected));
            assert!(set.iter().eq(expected.keys()));
            assert_eq!(set.len(), expected.len());
            let again: Set<_> = expected.keys().rev().copied().collect();
            assert!((&again).into_iter().eq(&set));
            assert_eq!(map, expected.clone().into_iter().rev().collect());
            let list: Vec<_> = map.into_iter().collect();
            assert_eq!(list, expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn of_equal_keys_the_last_counts() {
        let map: Map<_, _> = [(2, 'a'), (1, 'b'), (2, 'c')].into_iter().collect();
        assert!(map.keys().eq(&[1, 2]));
        assert!(map.values().eq(&['b', 'c']));
        assert_eq!(*Map::from_iter([(1, 4)]).entry(1).or_default(), 4);
        assert_eq!(*Map::<_, i32>::default().entry(1).or_default(), 0);
        assert!(Map::from_iter([(3, 1), (2, 1)]).into_keys().eq([2, 3]));
    }
}
