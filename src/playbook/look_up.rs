//! Finding things of a playbook by name.

use super::flat::{row, rows};
use super::{Kind, Playbook, Row};
use alloc::string::String;

impl Playbook {
    /// The name.
    pub fn name(&self) -> &str {
        self.word(0)
    }

    /// The version.
    pub fn version(&self) -> u32 {
        self.more[7] as u32
    }

    /// SHA-256 of the canonical form, in hex.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        crate::json::push_hex(&mut text, &self.digest);
        text
    }

    /// The same as bytes.
    #[cfg(feature = "verify")]
    pub fn digest_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The bands of a score, the highest first; none where there is no such score.
    pub fn bands(&self, score: &str) -> impl Iterator<Item = &str> {
        let named = |row: &&Row| self.word(row[0]) == score;
        let bands = self.scores.iter().find(named).map(|row| (row[5], row[6]));
        let (start, count) = bands.unwrap_or_default();
        self.names(rows(&self.bands, start, count))
    }

    /// The properties of a signal.
    pub(crate) fn properties(&self, signal: u16) -> &[Row] {
        let &[_, start, count, ..] = row(&self.signals, i64::from(signal));
        rows(&self.properties, start, count)
    }

    /// The name of an entry of a table.
    pub(crate) fn name_in(&self, table: &[Row], place: u16) -> &str {
        self.word(row(table, i64::from(place))[0])
    }

    /// The names in a table.
    pub(crate) fn names<'p>(&'p self, table: &'p [Row]) -> impl Iterator<Item = &'p str> + Clone {
        table.iter().map(|row| self.word(row[0]))
    }

    /// The attributes with `personal: true`, by name: those that leave a browser only with consent.
    #[cfg(feature = "document")]
    pub fn personal(&self) -> impl Iterator<Item = &str> {
        let written = !self.personal.is_empty();
        self.personal.split('\n').filter(move |_| written)
    }

    /// The type of an attribute.
    pub(crate) fn attribute_kind(&self, attribute: u16) -> Option<Kind<'_>> {
        let row = self.attributes.get(usize::from(attribute))?;
        Some(self.kind(row))
    }

    /// The type of a property.
    pub(crate) fn property_kind(&self, signal: u16, property: u16) -> Option<Kind<'_>> {
        let row = self.properties(signal).get(usize::from(property))?;
        Some(self.kind(row))
    }
}

/// Finding things by name, for those who read documents and evidence.
#[cfg(feature = "document")]
impl Playbook {
    /// The place of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<u16> {
        self.find(&self.attributes, name)
    }

    /// The place of a signal.
    pub(crate) fn signal(&self, name: &str) -> Option<u16> {
        self.find(&self.signals, name)
    }

    /// The place of a property of a signal.
    pub(crate) fn property(&self, signal: u16, name: &str) -> Option<u16> {
        self.find(self.properties(signal), name)
    }

    /// The place of a source.
    pub(crate) fn source(&self, name: &str) -> Option<u16> {
        let named = |source: &Row| self.word(source[0]) == name;
        let place = self.sources.iter().position(named);
        place.map(|place| place as u16)
    }

    /// The place of a name among those that may assert something.
    pub(crate) fn asserter(&self, name: &str) -> Option<u16> {
        self.find(&self.asserters, name)
    }

    /// The place of a stage.
    pub(crate) fn stage(&self, name: &str) -> Option<u16> {
        self.find(&self.stages, name)
    }

    /// The place of a name in a table that is sorted by names.
    fn find(&self, table: &[Row], name: &str) -> Option<u16> {
        let place = table.binary_search_by(|row| self.word(row[0]).cmp(name));
        place.ok().map(|place| place as u16)
    }
}
