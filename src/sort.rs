//! One sort for everything that is sorted while deciding: little code for the page, no recursion, no room of its own.

use alloc::vec::Vec;

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
