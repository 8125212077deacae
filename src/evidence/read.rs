//! Reads evidence written in JSON or YAML, and fits it to a playbook.

use super::{Event, Evidence, Fact, Finding, InStage, quick};
use crate::limits;
use crate::playbook::document::read::{Place, Reader, Spot};
use crate::playbook::{Millis, Playbook, Value};
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::tree::{Content, Entry, Node, Tree};
use alloc::{boxed::Box, vec::Vec};

/// Evidence of one lead that may say itself as of when it is to be judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lead {
    /// What is known.
    pub evidence: Evidence,
    /// As of when, if it says so.
    pub as_of: Option<Millis>,
}

impl Evidence {
    /// Reads evidence written in JSON or, with the feature `yaml`, in YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text; then nothing of it is used.
    pub fn parse(playbook: &Playbook, text: &str) -> Result<Self, Problems> {
        if let Some(lead) = quick::read(playbook, text, false) {
            return Ok(lead.evidence);
        }
        let tree = Tree::parse(text, limits::EVIDENCE_BYTES)?;
        read(playbook, &tree.root, tree.problems, &FIELDS).map(|lead| lead.evidence)
    }

    /// Reads evidence that is a part of a tree; problems have paths from there.
    ///
    /// # Errors
    /// As [`Evidence::parse`].
    pub fn from_tree(playbook: &Playbook, node: &Node) -> Result<Self, Problems> {
        read(playbook, node, Vec::new(), &FIELDS).map(|lead| lead.evidence)
    }
}

impl Lead {
    /// Reads evidence that may have `as_of` beside its parts.
    ///
    /// # Errors
    /// As [`Evidence::parse`].
    pub fn parse(playbook: &Playbook, text: &str) -> Result<Self, Problems> {
        if let Some(lead) = quick::read(playbook, text, true) {
            return Ok(lead);
        }
        let tree = Tree::parse(text, limits::EVIDENCE_BYTES)?;
        read(playbook, &tree.root, tree.problems, &LEAD_FIELDS)
    }

    /// Reads evidence in JSON if nothing is wrong with it, several times as fast as [`Lead::parse`] otherwise is.
    ///
    /// `None` says nothing: what is wrong, if anything, is for [`Lead::parse`] or [`Lead::from_tree`] to find.
    pub fn parse_quickly(playbook: &Playbook, text: &str) -> Option<Self> {
        quick::read(playbook, text, true)
    }

    /// The same from a part of a tree.
    ///
    /// # Errors
    /// As [`Evidence::parse`].
    pub fn from_tree(playbook: &Playbook, node: &Node) -> Result<Self, Problems> {
        read(playbook, node, Vec::new(), &LEAD_FIELDS)
    }
}

const FIELDS: [&str; 4] = ["id", "stage", "facts", "events"];
const LEAD_FIELDS: [&str; 5] = ["id", "stage", "facts", "events", "as_of"];
const FACT_FIELDS: [&str; 8] = [
    "attribute",
    "value",
    "range",
    "any_of",
    "source",
    "by",
    "at",
    "default",
];
const EVENT_FIELDS: [&str; 5] = ["signal", "at", "id", "properties", "automated"];

/// Where a fact comes from if it doesn't say it.
pub(super) const USUAL_SOURCE: &str = "visitor";

fn read(
    playbook: &Playbook,
    node: &Node,
    problems: Vec<Problem>,
    fields: &[&str],
) -> Result<Lead, Problems> {
    let (reader, root) = Reader::new(node, problems);
    let mut reading = Reading { playbook, reader };
    let lead = reading.lead(root, fields);
    match lead {
        Some(lead) if reading.reader.is_clean() => Ok(Lead {
            evidence: lead.evidence.laid_out(playbook),
            ..lead
        }),
        _ => Err(reading.reader.into_problems()),
    }
}

/// Reads evidence, or a document that has evidence among its parts.
pub(crate) struct Reading<'p, 't> {
    pub(crate) playbook: &'p Playbook,
    pub(crate) reader: Reader<'t>,
}

/// The value of a key.
fn get<'t>(entries: &'t [Entry], key: &str) -> Option<&'t Entry> {
    entries.iter().find(|entry| &*entry.key == key)
}

impl<'t> Reading<'_, 't> {
    pub(crate) fn spot(
        &mut self,
        parent: Spot<'t>,
        entries: &'t [Entry],
        key: &str,
    ) -> Option<Spot<'t>> {
        get(entries, key).map(|entry| self.reader.entry(parent, entry))
    }

    fn lead(&mut self, root: Spot<'t>, fields: &[&str]) -> Option<Lead> {
        let entries = self.reader.object(root)?;
        self.reader.only(root, entries, fields, &|_| false);
        let mut lead = Lead::default();
        if let Some(spot) = self.spot(root, entries, "id") {
            lead.evidence.id = self.text(spot, limits::TEXT).map(Box::from);
        }
        if let Some(spot) = self.spot(root, entries, "as_of") {
            lead.as_of = self.instant(spot);
        }
        if let Some(spot) = self.spot(root, entries, "stage") {
            lead.evidence.stage = self.stage(spot);
        }
        if let Some(spot) = self.spot(root, entries, "facts") {
            self.facts(spot, &mut lead.evidence.facts);
        }
        if let Some(spot) = self.spot(root, entries, "events") {
            self.events(spot, &mut lead.evidence.events);
        }
        Some(lead)
    }

    fn stage(&mut self, spot: Spot<'t>) -> Option<InStage> {
        let entries = self.reader.object(spot)?;
        self.reader
            .only(spot, entries, &["name", "since"], &|_| false);
        let since = self
            .spot(spot, entries, "since")
            .map(|since| self.instant(since));
        let Some(name) = self.spot(spot, entries, "name") else {
            self.reader.missing(spot.place, "name");
            return None;
        };
        let text = self.reader.text(name, "a text (a name)")?;
        let stage = self.playbook.stage(text);
        if stage.is_none() {
            let names = self.playbook.names(&self.playbook.stages);
            self.reader
                .unknown(name.place, text, "a stage of this playbook", names);
        }
        Some(InStage {
            stage: stage?,
            since: since.flatten(),
        })
    }

    pub(crate) fn facts(&mut self, spot: Spot<'t>, facts: &mut Vec<Fact>) {
        match &spot.node.content {
            Content::List(items) => {
                self.reader
                    .check_size(spot.place, items.len(), 0, limits::FACTS);
                facts.reserve(items.len());
                for (index, node) in items.iter().take(limits::FACTS).enumerate() {
                    let mark = self.reader.mark();
                    let item = self.reader.item(spot, index, node);
                    facts.extend(self.listed_fact(item));
                    self.reader.forget(mark);
                }
            }
            Content::Object(entries) => {
                self.reader
                    .check_size(spot.place, entries.len(), 0, limits::FACTS);
                for entry in entries.iter().take(limits::FACTS) {
                    let mark = self.reader.mark();
                    let key = self.reader.key(spot, entry);
                    let attribute = self.attribute(key, &entry.key);
                    let inner = self.reader.entry(spot, entry);
                    facts.extend(self.mapped_fact(attribute, inner));
                    self.reader.forget(mark);
                }
            }
            _ => self.reader.wrong_type(spot, "a list or an object"),
        }
    }

    pub(super) fn attribute(&mut self, place: Place, name: &str) -> Option<u16> {
        let found = self.playbook.attribute(name);
        if found.is_none() {
            let names = self.playbook.names(&self.playbook.attributes);
            self.reader
                .unknown(place, name, "an attribute of this playbook", names);
        }
        found
    }

    fn listed_fact(&mut self, spot: Spot<'t>) -> Option<Fact> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &FACT_FIELDS, &|_| false);
        let attribute = match self.spot(spot, entries, "attribute") {
            Some(name) => {
                let text = self.reader.text(name, "a text (a name)");
                text.and_then(|text| self.attribute(name.place, text))
            }
            None => {
                self.reader.missing(spot.place, "attribute");
                None
            }
        };
        self.fact_fields(spot, entries, attribute)
    }

    /// A fact of the map form: a value, or an object with the other fields.
    fn mapped_fact(&mut self, attribute: Option<u16>, spot: Spot<'t>) -> Option<Fact> {
        if let Some(entries) = spot.node.as_object() {
            let fields = FACT_FIELDS.get(1..).unwrap_or_default();
            self.reader.only(spot, entries, fields, &|_| false);
            return self.fact_fields(spot, entries, attribute);
        }
        let kind = self.playbook.attribute_kind(attribute?)?;
        let finding = self.value(spot, &kind).map(Finding::Exactly);
        let (source, by) = self.asserted(spot, &[])?;
        Some(Fact {
            attribute: attribute?,
            finding: finding?,
            source,
            by,
            at: None,
            default: false,
        })
    }

    fn fact_fields(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        attribute: Option<u16>,
    ) -> Option<Fact> {
        let finding = self.finding(spot, entries, attribute);
        let asserted = self.asserted(spot, entries);
        let at = self.spot(spot, entries, "at").map(|at| self.instant(at));
        let default = self
            .spot(spot, entries, "default")
            .map(|default| self.boolean(default));
        let (source, by) = asserted?;
        Some(Fact {
            attribute: attribute?,
            finding: finding?,
            source,
            by,
            at: at.flatten(),
            default: default.flatten().unwrap_or(false),
        })
    }

    /// The source, and who asserts it.
    pub(super) fn asserted(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
    ) -> Option<(u16, Option<u16>)> {
        let (source, name) = match self.spot(spot, entries, "source") {
            Some(spot) => {
                let text = self.reader.text(spot, "a text (a name)");
                let found = text.and_then(|text| self.playbook.source(text));
                if let (Some(text), None) = (text, found) {
                    let names = self.playbook.names(&self.playbook.sources);
                    self.reader
                        .unknown(spot.place, text, "a source of this playbook", names);
                }
                (found, text.unwrap_or_default())
            }
            None => {
                let found = self.playbook.source(USUAL_SOURCE);
                if found.is_none() {
                    self.reader.missing(spot.place, "source");
                }
                (found, USUAL_SOURCE)
            }
        };
        let by = match self.spot(spot, entries, "by") {
            Some(by) => self.text(by, limits::TEXT)?,
            None => name,
        };
        Some((source?, self.playbook.asserter(by)))
    }

    fn finding(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        attribute: Option<u16>,
    ) -> Option<Finding> {
        let value = self.spot(spot, entries, "value");
        let range = self.spot(spot, entries, "range");
        let any_of = self.spot(spot, entries, "any_of");
        if [value, range, any_of].iter().flatten().count() != 1 {
            let message = "exactly one of `value`, `range` and `any_of` is due";
            self.reader.report(spot.place, "conflict", message);
            return None;
        }
        let kind = self.playbook.attribute_kind(attribute?)?;
        match (value, range, any_of) {
            (Some(value), ..) => self.value(value, &kind).map(Finding::Exactly),
            (_, Some(range), _) => self.range(range, &kind),
            (_, _, Some(any_of)) => self.any_of(any_of, &kind),
            _ => None,
        }
    }

    pub(crate) fn events(&mut self, spot: Spot<'t>, events: &mut Vec<Event>) {
        let Some(items) = self.reader.list(spot) else {
            return;
        };
        self.reader
            .check_size(spot.place, items.len(), 0, limits::EVENTS);
        events.reserve(items.len());
        for (index, node) in items.iter().enumerate() {
            let mark = self.reader.mark();
            let item = self.reader.item(spot, index, node);
            events.extend(self.event(item));
            self.reader.forget(mark);
        }
    }

    fn event(&mut self, spot: Spot<'t>) -> Option<Event> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &EVENT_FIELDS, &|_| false);
        let id = self
            .spot(spot, entries, "id")
            .map(|id| self.text(id, limits::EVENT_ID));
        let signal = match self.spot(spot, entries, "signal") {
            Some(name) => self.signal(name),
            None => {
                self.reader.missing(spot.place, "signal");
                None
            }
        };
        let at = match self.spot(spot, entries, "at") {
            Some(at) => self.instant(at),
            None => {
                self.reader.missing(spot.place, "at");
                None
            }
        };
        let automated = self
            .spot(spot, entries, "automated")
            .map(|automated| self.boolean(automated));
        let mut properties = Vec::new();
        if let Some(spot) = self.spot(spot, entries, "properties") {
            self.properties(spot, signal, &mut properties);
        }
        Some(Event {
            id: id.flatten().map(Box::from),
            signal: signal?,
            at: at?,
            properties,
            automated: automated.flatten().unwrap_or(false),
        })
    }

    pub(super) fn signal(&mut self, spot: Spot<'t>) -> Option<u16> {
        let text = self.reader.text(spot, "a text (a name)")?;
        let found = self.playbook.signal(text);
        if found.is_none() {
            let names = self.playbook.names(&self.playbook.signals);
            self.reader
                .unknown(spot.place, text, "a signal of this playbook", names);
        }
        found
    }

    fn properties(
        &mut self,
        spot: Spot<'t>,
        signal: Option<u16>,
        properties: &mut Vec<(u16, Value)>,
    ) {
        let Some(entries) = self.reader.object(spot) else {
            return;
        };
        self.reader
            .check_size(spot.place, entries.len(), 0, limits::PROPERTIES);
        let Some(signal) = signal else { return };
        for entry in entries {
            let Some(property) = self.playbook.property(signal, &entry.key) else {
                let place = self.reader.key(spot, entry);
                let names = self.playbook.names(self.playbook.properties(signal));
                self.reader
                    .unknown(place, &entry.key, "a property of this signal", names);
                continue;
            };
            let inner = self.reader.entry(spot, entry);
            let kind = self.playbook.property_kind(signal, property);
            let value = kind.and_then(|kind| self.value(inner, &kind));
            properties.extend(value.map(|value| (property, value)));
        }
        properties.arrange_by_key(|(property, _)| *property);
    }
}
