//! Reads the map of a table.

use super::cell::Fitting;
use super::{Columns, FactColumn, INSTANT, OutcomeColumn, StageColumn, When, read_instant};
use crate::fold::fold;
use crate::limits;
use crate::playbook::document::read::{Reader, Spot};
use crate::playbook::{Kind, Playbook, Value};
use crate::problem::Problems;
use crate::sort::Arrange;
use crate::tree::{Content, Entry, Tree};
use alloc::{boxed::Box, format, vec, vec::Vec};

const KEYS: &[&str] = &[
    "id", "unknown", "as_of", "source", "facts", "stage", "outcome",
];
/// The source of facts where nothing is said.
const VISITOR: &str = "visitor";

pub(super) fn parse(
    playbook: &Playbook,
    text: &str,
    headers: &[&str],
) -> Result<Columns, Problems> {
    let tree = Tree::parse(text, limits::PLAYBOOK_BYTES)?;
    let (reader, root) = Reader::new(&tree.root, tree.problems);
    let mut map = Map {
        playbook,
        headers,
        reader,
    };
    let columns = map.columns(root);
    match columns {
        Some(columns) if map.reader.is_clean() => Ok(columns),
        _ => Err(map.reader.into_problems()),
    }
}

struct Map<'p, 't> {
    playbook: &'p Playbook,
    headers: &'p [&'p str],
    reader: Reader<'t>,
}

impl<'t> Map<'_, 't> {
    fn columns(&mut self, root: Spot<'t>) -> Option<Columns> {
        let entries = self.reader.object(root)?;
        self.reader.only(root, entries, KEYS, &|_| false);
        let unknown = match self.field(root, entries, "unknown") {
            Some(spot) => self.cells(spot),
            None => vec![Box::from("")],
        };
        let id = self
            .field(root, entries, "id")
            .and_then(|spot| self.column(spot));
        let as_of = self
            .field(root, entries, "as_of")
            .map(|spot| self.when(spot));
        let source = match self.field(root, entries, "source") {
            Some(spot) => self.source(spot),
            None => {
                let visitor = self.playbook.source(VISITOR);
                if visitor.is_none() {
                    self.reader
                        .report(root.place, "missing_field", "`source` is missing");
                }
                visitor
            }
        };
        let stage = self
            .field(root, entries, "stage")
            .map(|spot| self.stage(spot));
        let outcome = self
            .field(root, entries, "outcome")
            .map(|spot| self.outcome(spot));
        let facts = match self.field(root, entries, "facts") {
            Some(spot) => self.facts(spot),
            None => {
                self.reader
                    .report(root.place, "missing_field", "`facts` is missing");
                Vec::new()
            }
        };
        let source = source?;
        Some(Columns {
            headers: self
                .headers
                .iter()
                .map(|header| Box::from(*header))
                .collect(),
            unknown,
            id,
            as_of: as_of.flatten().unwrap_or(When::Elsewhere),
            source,
            by: self.playbook.asserter_of_source(source),
            facts,
            stage: stage.flatten(),
            outcome: outcome.flatten(),
        })
    }

    fn field(&mut self, spot: Spot<'t>, entries: &'t [Entry], key: &str) -> Option<Spot<'t>> {
        let entry = entries.iter().find(|entry| *entry.key == *key)?;
        Some(self.reader.entry(spot, entry))
    }

    fn required(&mut self, spot: Spot<'t>, entries: &'t [Entry], key: &str) -> Option<Spot<'t>> {
        let found = self.field(spot, entries, key);
        if found.is_none() {
            self.reader
                .report(spot.place, "missing_field", format!("`{key}` is missing"));
        }
        found
    }

    /// The place of a column that the table must have.
    fn column(&mut self, spot: Spot<'t>) -> Option<usize> {
        let text = self.reader.text(spot, "a text (the name of a column)")?;
        let found = self.headers.iter().position(|header| *header == text);
        if found.is_none() {
            let headers = self.headers.iter().copied();
            self.reader
                .unknown(spot.place, text, "a column of this table", headers);
        }
        if self
            .headers
            .iter()
            .filter(|header| **header == text)
            .count()
            > 1
        {
            let message = format!("the table has several columns `{text}`");
            self.reader.report(spot.place, "conflict", message);
        }
        found
    }

    /// Texts of cells, folded; one or a list.
    fn cells(&mut self, spot: Spot<'t>) -> Vec<Box<str>> {
        let Some(items) = spot.node.as_list() else {
            return self.cell(spot).into_iter().collect();
        };
        let mut cells = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let inner = self.reader.item(spot, place, item);
            cells.extend(self.cell(inner));
        }
        cells
    }

    fn cell(&mut self, spot: Spot<'t>) -> Option<Box<str>> {
        match &spot.node.content {
            Content::Text(text) | Content::Number(text) => Some(fold(text.trim())),
            Content::Boolean(true) => Some(Box::from("true")),
            Content::Boolean(false) => Some(Box::from("false")),
            _ => {
                self.reader.wrong_type(spot, "a text (of a cell)");
                None
            }
        }
    }

    fn when(&mut self, spot: Spot<'t>) -> Option<When> {
        if let Some(entries) = spot.node.as_object() {
            self.reader.only(spot, entries, &["column"], &|_| false);
            let column = self.required(spot, entries, "column")?;
            return self.column(column).map(When::Column);
        }
        let at = match &spot.node.content {
            Content::Text(text) | Content::Number(text) => read_instant(text),
            _ => {
                self.reader
                    .wrong_type(spot, "an instant, or an object with `column`");
                return None;
            }
        };
        if at.is_none() {
            self.reader
                .report(spot.place, "bad_time", format!("expected {INSTANT}"));
        }
        at.map(When::Always)
    }

    fn source(&mut self, spot: Spot<'t>) -> Option<u16> {
        let name = self.reader.text(spot, "a text (the name of a source)")?;
        let place = self.playbook.source(name);
        if place.is_none() {
            let sources = self.playbook.names(&self.playbook.sources);
            self.reader
                .unknown(spot.place, name, "a source of this playbook", sources);
        }
        place
    }

    fn facts(&mut self, spot: Spot<'t>) -> Vec<FactColumn> {
        let Some(entries) = self.reader.object(spot) else {
            return Vec::new();
        };
        self.reader
            .check_size(spot.place, entries.len(), 1, limits::FACTS);
        let mut facts = Vec::with_capacity(entries.len());
        for entry in entries {
            let found = self.playbook.attribute(&entry.key);
            let inner = self.reader.entry(spot, entry);
            match found.and_then(|place| Some((place, self.playbook.attribute_kind(place)?))) {
                Some((place, kind)) => facts.extend(self.fact(inner, place, kind)),
                None => {
                    let place = self.reader.key(spot, entry);
                    let names = self.playbook.names(&self.playbook.attributes);
                    self.reader
                        .unknown(place, &entry.key, "an attribute of this playbook", names);
                }
            }
        }
        facts
    }

    fn fact(&mut self, spot: Spot<'t>, attribute: u16, kind: Kind) -> Option<FactColumn> {
        let mut fact = FactColumn {
            attribute,
            column: 0,
            unknown: Vec::new(),
            values: Vec::new(),
            fitting: Fitting::new(self.playbook, kind),
        };
        let Some(entries) = spot.node.as_object() else {
            fact.column = self.column(spot)?;
            return Some(fact);
        };
        self.reader
            .only(spot, entries, &["column", "values", "unknown"], &|_| false);
        if let Some(spot) = self.field(spot, entries, "unknown") {
            fact.unknown = self.cells(spot);
        }
        if let Some(spot) = self.field(spot, entries, "values") {
            for entry in self.reader.object(spot).unwrap_or_default() {
                let inner = self.reader.entry(spot, entry);
                if let Some(value) = self.value(inner, &fact, kind) {
                    fact.values.push((fold(entry.key.trim()), value));
                }
            }
        }
        let column = self.required(spot, entries, "column")?;
        fact.column = self.column(column)?;
        Some(fact)
    }

    /// What a cell means, as the map says.
    fn value(&mut self, spot: Spot<'t>, fact: &FactColumn, kind: Kind) -> Option<Value> {
        if let (Content::List(items), Kind::Choices(_)) = (&spot.node.content, kind) {
            let mut places = Vec::with_capacity(items.len());
            for (place, item) in items.iter().enumerate() {
                let inner = self.reader.item(spot, place, item);
                if let Some(Value::Choices(more)) = self.value(inner, fact, kind) {
                    places.extend(more);
                }
            }
            places.arrange();
            places.dedup();
            return Some(Value::Choices(places));
        }
        let text = match &spot.node.content {
            Content::Text(text) | Content::Number(text) => &**text,
            Content::Boolean(true) => "true",
            Content::Boolean(false) => "false",
            _ => {
                self.reader.wrong_type(spot, "a value");
                return None;
            }
        };
        match fact
            .fitting
            .value(self.playbook, fact.attribute, text, &fold(text))
        {
            Ok(value) => Some(value),
            Err(misfit) => {
                let message = format!("expected {}, found `{text}`", misfit.expected);
                self.reader.report(spot.place, misfit.code, message);
                None
            }
        }
    }

    fn stage(&mut self, spot: Spot<'t>) -> Option<StageColumn> {
        let names = self.playbook.names(&self.playbook.stages).zip(0..);
        let mut stage = StageColumn {
            column: 0,
            values: names.map(|(stage, place)| (stage.into(), place)).collect(),
            since: None,
        };
        let Some(entries) = spot.node.as_object() else {
            stage.column = self.column(spot)?;
            return Some(stage);
        };
        self.reader
            .only(spot, entries, &["column", "values", "since"], &|_| false);
        if let Some(spot) = self.field(spot, entries, "since") {
            stage.since = self.column(spot);
        }
        if let Some(spot) = self.field(spot, entries, "values") {
            for entry in self.reader.object(spot).unwrap_or_default() {
                let inner = self.reader.entry(spot, entry);
                if let Some(place) = self.stage_named(inner) {
                    stage.values.insert(0, (fold(entry.key.trim()), place));
                }
            }
        }
        let column = self.required(spot, entries, "column")?;
        stage.column = self.column(column)?;
        Some(stage)
    }

    fn stage_named(&mut self, spot: Spot<'t>) -> Option<u16> {
        let name = self.reader.text(spot, "a text (the name of a stage)")?;
        let place = self.playbook.stage(name);
        if place.is_none() {
            let names = self.playbook.names(&self.playbook.stages);
            self.reader
                .unknown(spot.place, name, "a stage of this playbook", names);
        }
        place
    }

    fn outcome(&mut self, spot: Spot<'t>) -> Option<OutcomeColumn> {
        let entries = self.reader.object(spot)?;
        self.reader
            .only(spot, entries, &["column", "won"], &|_| false);
        let won = self
            .required(spot, entries, "won")
            .map(|spot| self.cells(spot));
        let column = self.required(spot, entries, "column")?;
        Some(OutcomeColumn {
            column: self.column(column)?,
            won: won?,
        })
    }
}
