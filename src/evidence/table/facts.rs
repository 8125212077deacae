//! Reads a table, its stages and its columns of facts.

use super::cells::reader_text;
use super::{Cells, FactColumn, Said, StageColumn, Table};
use crate::evidence::{Fact, Finding, Reading};
use crate::limits;
use crate::playbook::document::read::Spot;
use crate::playbook::{Kind, Value};
use crate::tree::{Content, Entry};
use alloc::vec::Vec;

const TABLE: [&str; 5] = ["rows", "as_of", "stage", "facts", "events"];
const STAGE: [&str; 4] = ["values", "codes", "known", "since"];
const FACT: [&str; 10] = [
    "values",
    "codes",
    "numbers",
    "places",
    "known",
    "source",
    "by",
    "at",
    "default",
    "attribute",
];

impl<'t> Reading<'_, 't> {
    pub(super) fn table(&mut self, root: Spot<'t>, data: &[u8]) -> Option<Table> {
        let entries = self.reader.object(root)?;
        self.reader.only(root, entries, &TABLE, &|_| false);
        let rows = match self.spot(root, entries, "rows") {
            Some(spot) => self.count(spot)?,
            None => {
                self.reader.missing(root.place, "rows");
                return None;
            }
        };
        let as_of = self.spot(root, entries, "as_of");
        let as_of = as_of.map(|spot| self.instants(spot, rows, data));
        let mut stages = Vec::new();
        if let Some(spot) = self.spot(root, entries, "stage") {
            match spot.node.as_list() {
                None => stages.extend(self.stages(spot, rows, data)),
                Some(columns) => {
                    for (index, node) in columns.iter().enumerate() {
                        let item = self.reader.item(spot, index, node);
                        stages.extend(self.stages(item, rows, data));
                    }
                }
            }
        }
        let mut facts = Vec::new();
        if let Some(spot) = self.spot(root, entries, "facts") {
            self.fact_columns(spot, rows, data, &mut facts);
        }
        let events = self.spot(root, entries, "events");
        let events = events.map(|spot| self.event_columns(spot, rows, data));
        Some(Table {
            rows,
            as_of: as_of.flatten(),
            stages,
            facts,
            events: events.flatten(),
        })
    }

    pub(super) fn stages(
        &mut self,
        spot: Spot<'t>,
        rows: usize,
        data: &[u8],
    ) -> Option<StageColumn> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &STAGE, &|_| false);
        let since = self.spot(spot, entries, "since");
        let since = since.map(|spot| self.instants(spot, rows, data));
        let playbook = self.playbook;
        let (stages, codes) = self.named_codes(spot, entries, (rows, data))?;
        let stages = self.every(stages, |reading, spot| {
            let text = reader_text(reading, spot)?;
            let stage = playbook.stage(text);
            if stage.is_none() {
                let names = playbook.names(&playbook.stages);
                let what = "a stage of this playbook";
                reading.reader.unknown(spot.place, text, what, names);
            }
            stage
        })?;
        Some(StageColumn {
            stages,
            codes,
            since: since.flatten(),
        })
    }

    /// Codes of things that go by names.
    pub(super) fn named_codes(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        (count, data): (usize, &[u8]),
    ) -> Option<(Vec<Spot<'t>>, Vec<u32>)> {
        match self.column(spot, entries, (&Kind::Text, None), (count, data))? {
            Cells::Codes(values, codes) => Some((values, codes)),
            Cells::Numbers(_) => None,
        }
    }

    pub(super) fn fact_columns(
        &mut self,
        spot: Spot<'t>,
        rows: usize,
        data: &[u8],
        facts: &mut Vec<FactColumn>,
    ) {
        match &spot.node.content {
            Content::List(items) => {
                let most = limits::FACTS;
                self.reader.check_size(spot.place, items.len(), 0, most);
                for (index, node) in items.iter().take(most).enumerate() {
                    let item = self.reader.item(spot, index, node);
                    let Some(entries) = self.reader.object(item) else {
                        continue;
                    };
                    let attribute = match self.spot(item, entries, "attribute") {
                        Some(name) => reader_text(self, name)
                            .and_then(|text| self.attribute(name.place, text)),
                        None => {
                            self.reader.missing(item.place, "attribute");
                            None
                        }
                    };
                    self.reader.only(item, entries, &FACT, &|_| false);
                    facts.extend(self.fact_column(item, entries, attribute, (rows, data)));
                }
            }
            Content::Object(entries) => {
                for entry in entries {
                    let key = self.reader.key(spot, entry);
                    let attribute = self.attribute(key, &entry.key);
                    let inner = self.reader.entry(spot, entry);
                    let Some(entries) = self.reader.object(inner) else {
                        continue;
                    };
                    let fields = FACT.get(..FACT.len() - 1).unwrap_or_default();
                    self.reader.only(inner, entries, fields, &|_| false);
                    facts.extend(self.fact_column(inner, entries, attribute, (rows, data)));
                }
            }
            _ => self.reader.wrong_type(spot, "a list or an object"),
        }
    }

    fn fact_column(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        attribute: Option<u16>,
        (rows, data): (usize, &[u8]),
    ) -> Option<FactColumn> {
        let asserted = self.asserted(spot, entries);
        let at = match self.spot(spot, entries, "at") {
            None => Some(Said::All(None)),
            Some(at) if at.node.as_list().is_some() => {
                self.instants(at, rows, data).map(Said::Each)
            }
            Some(at) => self.instant(at).map(|at| Said::All(Some(at))),
        };
        let default = match self.spot(spot, entries, "default") {
            None => Some(Said::All(None)),
            Some(default) if default.node.as_list().is_some() => {
                self.owned_flags(default, rows, data).map(Said::Each)
            }
            Some(default) => (self.boolean(default)).map(|it| Said::All(Some(i64::from(it)))),
        };
        let attribute = attribute?;
        let playbook = self.playbook;
        let kind = playbook.attribute_kind(attribute)?;
        let cells = self.column(spot, entries, (&kind, None), (rows, data));
        let (source, by) = asserted?;
        let judged = |finding: Finding| {
            let fact = Fact {
                attribute,
                finding,
                source,
                by,
                at: None,
                default: false,
            };
            fact.judge(playbook)
        };
        Some(FactColumn {
            like: judged(Finding::Exactly(Value::Number(0))),
            cells: match cells? {
                Cells::Codes(values, codes) => {
                    let facts = |it: &mut Self, spot| it.found(spot, &kind).map(judged);
                    Cells::Codes(self.every(values, facts)?, codes)
                }
                Cells::Numbers(numbers) => Cells::Numbers(numbers),
            },
            at: at?,
            default: default?,
        })
    }

    /// A value, or an object with a range or with several options.
    fn found(&mut self, spot: Spot<'t>, kind: &Kind<'_>) -> Option<Finding> {
        let Some(entries) = spot.node.as_object() else {
            return self.value(spot, kind).map(Finding::Exactly);
        };
        let range = self.spot(spot, entries, "range");
        let any_of = self.spot(spot, entries, "any_of");
        match (entries, range, any_of) {
            ([_], Some(range), _) => self.range(range, kind),
            ([_], _, Some(any_of)) => self.any_of(any_of, kind),
            _ => {
                let message = "a value, `range` or `any_of` is due";
                self.reader.report(spot.place, "conflict", message);
                None
            }
        }
    }
}
