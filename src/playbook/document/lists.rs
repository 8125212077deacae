//! Lists and maps.

use super::read::{At, Form, Place, Reader, Spot};
use super::schema::{self, Definitions};
use super::words::{TextForm, check_text};
use crate::limits;
use crate::tree::Node;
use alloc::{boxed::Box, vec::Vec};
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
        let nodes = reader.list(spot)?;
        reader.check_size(spot.place, nodes.len(), LEAST, MOST);
        let mut items = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let inner = reader.item(spot, index, node);
            items.extend(T::read(inner, reader));
        }
        Some(Self {
            place: spot.place,
            items,
            written: nodes.len(),
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
    pub(crate) key: At<Box<str>>,
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
        let written = reader.object(spot)?;
        reader.check_size(spot.place, written.len(), LEAST, MOST);
        let mut entries = Vec::with_capacity(written.len());
        for entry in written {
            let key_place = reader.key(spot, entry);
            check_text::<K>(key_place, reader, &entry.key);
            let inner = reader.entry(spot, entry);
            entries.push(MapEntry {
                key: At {
                    value: entry.key.clone(),
                    place: key_place,
                },
                place: inner.place,
                value: V::read(inner, reader),
            });
        }
        Some(Self {
            place: spot.place,
            entries,
            keys: PhantomData,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let values = V::schema(definitions);
        schema::map(schema::pattern(K::PATTERN), values, LEAST, MOST)
    }
}
