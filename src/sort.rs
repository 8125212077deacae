//! One sort for everything that is sorted while deciding: little code for the page, no recursion, no room of its own.
//! And stable sorts for the rest, which in a page are made of the same one: those of the standard library take kilobytes for each type.

use alloc::vec::Vec;
#[cfg(any(feature = "document", test))]
use core::cmp::Ordering;

/// A list that can be sorted.
pub(crate) trait Sort {
    fn count(&self) -> usize;
    fn less(&self, one: usize, other: usize) -> bool;
    fn swap(&mut self, one: usize, other: usize);
}

impl<T: Ord> Sort for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn less(&self, one: usize, other: usize) -> bool {
        self.get(one) < self.get(other)
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.as_mut_slice().swap(one, other);
    }
}

/// Sorts in place by a heap. Equal entries may change places, so they must not differ.
pub(crate) fn sort(list: &mut dyn Sort) {
    let count = list.count();
    for root in (0..count / 2).rev() {
        sift(list, root, count);
    }
    for end in (1..count).rev() {
        list.swap(0, end);
        sift(list, 0, end);
    }
}

fn sift(list: &mut dyn Sort, mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && list.less(child, child + 1) {
            child += 1;
        }
        if !list.less(root, child) {
            return;
        }
        list.swap(root, child);
        root = child;
    }
}

/// Puts a list in order. Equal entries keep theirs.
#[cfg(feature = "document")]
pub(crate) trait Arrange<T> {
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    fn arrange_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.arrange_by(|one, other| key(one).cmp(&key(other)));
    }

    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }
}

#[cfg(feature = "document")]
impl<T> Arrange<T> for [T] {
    #[cfg(not(target_family = "wasm"))]
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        self.sort_by(compare);
    }

    #[cfg(target_family = "wasm")]
    fn arrange_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        by_places::arrange(self, compare);
    }
}

/// A stable sort by places, of which there is one for all types.
#[cfg(any(all(feature = "document", target_family = "wasm"), test))]
pub(crate) mod by_places {
    use super::{Ordering, Sort, Vec, sort};

    pub fn arrange<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
        follow_order(&mut Compared { list, compare });
    }

    /// A list whose entries are compared by their places.
    trait Places {
        fn count(&self) -> usize;
        fn compare(&self, one: usize, other: usize) -> Ordering;
        fn swap(&mut self, one: usize, other: usize);
    }

    struct Compared<'l, T, F> {
        list: &'l mut [T],
        compare: F,
    }

    impl<T, F: Fn(&T, &T) -> Ordering> Places for Compared<'_, T, F> {
        fn count(&self) -> usize {
            self.list.len()
        }

        fn compare(&self, one: usize, other: usize) -> Ordering {
            match (self.list.get(one), self.list.get(other)) {
                (Some(one), Some(other)) => (self.compare)(one, other),
                _ => Ordering::Equal,
            }
        }

        fn swap(&mut self, one: usize, other: usize) {
            self.list.swap(one, other);
        }
    }

    fn follow_order(list: &mut dyn Places) {
        let order = order(list.count(), &|one, other| list.compare(one, other));
        follow(order, &mut |one, other| list.swap(one, other));
    }

    /// Where each entry comes from.
    fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
        struct Order<'c> {
            places: Vec<usize>,
            compare: &'c dyn Fn(usize, usize) -> Ordering,
        }

        impl Sort for Order<'_> {
            fn count(&self) -> usize {
                self.places.len()
            }

            fn less(&self, one: usize, other: usize) -> bool {
                match (self.places.get(one), self.places.get(other)) {
                    (Some(one), Some(other)) => {
                        (self.compare)(*one, *other).then(one.cmp(other)).is_lt()
                    }
                    _ => false,
                }
            }

            fn swap(&mut self, one: usize, other: usize) {
                self.places.swap(one, other);
            }
        }

        let mut order = Order {
            places: (0..count).collect(),
            compare,
        };
        sort(&mut order);
        order.places
    }

    /// Puts entries where they belong, circle by circle.
    pub fn follow(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
        for start in 0..order.len() {
            let mut place = start;
            while let Some(from) = order.get_mut(place) {
                let from = core::mem::replace(from, place);
                if from == start {
                    break;
                }
                swap(place, from);
                place = from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::by_places::arrange;
    use std::vec::Vec;

    #[test]
    fn equal_entries_keep_their_order() {
        let mut state = 7u32;
        let mut dice = move |sides: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % sides
        };
        for count in (0..40).chain([1_000]) {
            for sides in [1, 2, 7, 60_000] {
                let mut list: Vec<_> = (0..count).map(|place| (dice(sides), place)).collect();
                let mut expected = list.clone();
                expected.sort_by_key(|(key, _)| *key);
                arrange(&mut list, |one, other| one.0.cmp(&other.0));
                assert_eq!(list, expected);
            }
        }
    }
}
