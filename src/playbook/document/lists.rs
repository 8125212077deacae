//! Lists and maps.

use super::read::{Form, Key, Place, Reader, Spot};
use super::schema::{self, Definitions};
use super::words::TextForm;
use crate::limits;
use crate::tree::Node;
use alloc::vec::Vec;
use core::marker::PhantomData;

/// A list of `LEAST` to `MOST` entries.
#[derive(Clone, Debug)]
pub(crate) struct List<T, const LEAST: usize, const MOST: usize> {
    pub(crate) place: Place,
    /// Those that could be read, and how many there are.
    pub(crate) items: Vec<T>,
    pub(crate) written: usize,
}

impl<T: Form, const LEAST: usize, const MOST: usize> Form for List<T, LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let mut items = Vec::new();
        let written = reader.items(spot, LEAST, MOST, &mut |spot, reader| {
            if let Some(item) = T::read(spot, reader) {
                items.push(item);
            }
        })?;
        Some(Self {
            place: spot.place,
            items,
            written,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::list(T::schema(definitions), LEAST, MOST)
    }
}

/// One, or a list of some.
#[derive(Clone, Debug)]
pub(crate) struct Many<T> {
    pub(crate) place: Place,
    pub(crate) items: Vec<T>,
    /// Whether it was written as a list.
    pub(crate) listed: bool,
}

impl<T: Form> Form for Many<T> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let listed = spot.node.as_list().is_some();
        let items = if listed {
            List::<T, 1, { limits::LIST }>::read(spot, reader)?.items
        } else {
            Vec::from_iter(T::read(spot, reader))
        };
        Some(Self {
            place: spot.place,
            items,
            listed,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let one = T::schema(definitions);
        schema::any_of([one.clone(), schema::list(one, 1, limits::LIST)])
    }
}

/// An entry of a map; the value is `None` where it couldn't be read.
#[derive(Clone, Debug)]
pub(crate) struct MapEntry<V> {
    pub(crate) key: Key,
    pub(crate) place: Place,
    pub(crate) value: Option<V>,
}

/// An object whose keys are names of some form, `LEAST` to `MOST` of them.
#[derive(Clone, Debug)]
pub(crate) struct Map<K, V, const LEAST: usize, const MOST: usize> {
    pub(crate) place: Place,
    pub(crate) entries: Vec<MapEntry<V>>,
    keys: PhantomData<K>,
}

impl<K: TextForm, V: Form, const LEAST: usize, const MOST: usize> Form for Map<K, V, LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let mut entries = Vec::new();
        reader.pairs(spot, LEAST, MOST, K::LOOKS, &mut |key, spot, reader| {
            entries.push(MapEntry {
                key,
                place: spot.place,
                value: V::read(spot, reader),
            });
        })?;
        Some(Self {
            place: spot.place,
            entries,
            keys: PhantomData,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let values = V::schema(definitions);
        schema::map(schema::pattern(K::LOOKS.pattern), values, LEAST, MOST)
    }
}

/// What consists of parts; nothing where it is not written.
pub(crate) trait Parts {
    type Part;

    fn parts(&self) -> &[Self::Part];
}

impl<T, const LEAST: usize, const MOST: usize> Parts for List<T, LEAST, MOST> {
    type Part = T;

    fn parts(&self) -> &[T] {
        &self.items
    }
}

impl<T> Parts for Many<T> {
    type Part = T;

    fn parts(&self) -> &[T] {
        &self.items
    }
}

impl<K, V, const LEAST: usize, const MOST: usize> Parts for Map<K, V, LEAST, MOST> {
    type Part = MapEntry<V>;

    fn parts(&self) -> &[MapEntry<V>] {
        &self.entries
    }
}

impl<P: Parts> Parts for &P {
    type Part = P::Part;

    fn parts(&self) -> &[P::Part] {
        (**self).parts()
    }
}

impl<P: Parts> Parts for Option<P> {
    type Part = P::Part;

    fn parts(&self) -> &[P::Part] {
        self.as_ref().map_or(&[], P::parts)
    }
}
