//! Lists of what comes. In a page they grow as it comes, which is a third of the code that the standard library makes for each type.

use alloc::vec::Vec;

pub(crate) trait Gather: Iterator + Sized {
    #[cfg(not(target_family = "wasm"))]
    fn gather(self) -> Vec<Self::Item> {
        self.collect()
    }

    #[cfg(target_family = "wasm")]
    fn gather(self) -> Vec<Self::Item> {
        let mut list = Vec::new();
        for item in self {
            list.push(item);
        }
        list
    }
}

impl<I: Iterator> Gather for I {}

/// Lists that take what may not be there.
pub(crate) trait Keep<T> {
    fn keep(&mut self, item: Option<T>);
}

impl<T> Keep<T> for Vec<T> {
    fn keep(&mut self, item: Option<T>) {
        if let Some(item) = item {
            self.push(item);
        }
    }
}
