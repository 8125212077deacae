//! Finding things of a playbook by name.

use super::flat::rows;
use super::{Kind, Playbook, Row};
use crate::fold::{fold, same};
use alloc::{boxed::Box, string::String};

impl Playbook {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// SHA-256 of the canonical form, in hex.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        crate::json::push_hex(&mut text, &self.digest);
        text
    }

    /// The place of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<u16> {
        find(&self.attributes, name, |it| &it.name)
    }

    /// The place of a signal.
    pub(crate) fn signal(&self, name: &str) -> Option<u16> {
        find(&self.signals, name, |it| &it.name)
    }

    /// The bands of a score, the highest first; none where there is no such score.
    pub fn bands(&self, score: &str) -> impl Iterator<Item = &str> {
        let named = |row: &&Row| self.word(row[0]) == score;
        let bands = self.scores.iter().find(named).map(|row| (row[5], row[6]));
        let (start, count) = bands.unwrap_or_default();
        rows(&self.bands, start, count)
            .iter()
            .map(|band| self.word(band[0]))
    }

    /// The place of a property of a signal.
    pub(crate) fn property(&self, signal: u16, name: &str) -> Option<u16> {
        let signal = self.signals.get(usize::from(signal))?;
        find(&signal.properties, name, |it| &it.name)
    }

    /// The place of a source.
    pub(crate) fn source(&self, name: &str) -> Option<u16> {
        let place = self.sources.iter().position(|source| **source == *name);
        place.map(|place| place as u16)
    }

    /// The place of a name among those that may assert something.
    pub(crate) fn asserter(&self, name: &str) -> Option<u16> {
        find(&self.asserters, name, |it| it)
    }

    /// The place of a stage.
    pub(crate) fn stage(&self, name: &str) -> Option<u16> {
        let found = self
            .stages
            .binary_search_by(|stage| self.word(stage[0]).cmp(name));
        found.ok().map(|place| place as u16)
    }

    /// The type of an attribute.
    pub(crate) fn attribute_kind(&self, attribute: u16) -> Option<&Kind> {
        self.attributes
            .get(usize::from(attribute))
            .map(|it| &it.kind)
    }

    /// The type of a property.
    pub(crate) fn property_kind(&self, signal: u16, property: u16) -> Option<&Kind> {
        let signal = self.signals.get(usize::from(signal))?;
        signal
            .properties
            .get(usize::from(property))
            .map(|it| &it.kind)
    }
}

impl Kind {
    /// The place of an option, compared as text.
    pub(crate) fn option(&self, text: &str) -> Option<u16> {
        let (Self::Choice(options) | Self::Choices(options)) = self else {
            return None;
        };
        // As a rule it is written as the playbook writes it.
        if let Some(place) = options.iter().position(|option| **option == *text) {
            return Some(place as u16);
        }
        let folded = fold(text);
        let place = options.iter().position(|option| same(option, &folded));
        place.map(|place| place as u16)
    }
}

pub(super) fn find<T>(sorted: &[T], name: &str, name_of: impl Fn(&T) -> &Box<str>) -> Option<u16> {
    let place = sorted.binary_search_by(|it| (**name_of(it)).cmp(name));
    place.ok().map(|place| place as u16)
}
