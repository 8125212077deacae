//! Reads the columns of events.

use super::cells::{Asked, Odd};
use super::{Carried, Cells, Events, Matching, Signal, patterns_of};
use crate::evidence::Reading;
use crate::limits;
use crate::playbook::document::read::Spot;
use crate::playbook::{Playbook, Value};
use crate::sort::Arrange;
use alloc::{boxed::Box, format, vec, vec::Vec};

const COLUMN: [&str; 5] = ["values", "codes", "numbers", "places", "known"];
const EVENTS: [&str; 7] = [
    "offsets",
    "signals",
    "codes",
    "at",
    "automated",
    "ids",
    "properties",
];
const IDS: [&str; 3] = ["values", "codes", "known"];

impl<'t> Reading<'_, 't> {
    pub(super) fn event_columns(
        &mut self,
        spot: Spot<'t>,
        rows: usize,
        data: &[u8],
    ) -> Option<Events> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &EVENTS, &|_| false);
        let due = ["offsets", "signals", "codes", "at"].map(|key| {
            let found = self.spot(spot, entries, key);
            if found.is_none() {
                self.reader.missing(spot.place, key);
            }
            found
        });
        let [Some(offsets), Some(signals), Some(codes), Some(at)] = due else {
            return None;
        };
        let ends = self.integers(offsets, rows + 1, data)?;
        let (mut falls, mut many, mut last) = (Odd::default(), Odd::default(), 0);
        let most = limits::EVENTS as i64;
        for (row, end) in ends.iter().enumerate() {
            let end = i64::from(i32::from_le_bytes(*end));
            if end < last || row == 0 && end != 0 {
                falls.add(row);
            } else if end - last > most {
                many.add(row);
            }
            last = end;
        }
        let message = "expected 0, then numbers that never fall";
        self.none(offsets, &falls, "out_of_range", message)?;
        let message = format!("a lead has at most {most} events");
        self.none(offsets, &many, "too_many", &message)?;
        let count = usize::try_from(last).ok()?;
        let mut names = Vec::new();
        for (index, node) in self.reader.list(signals)?.iter().enumerate() {
            names.push(self.reader.item(signals, index, node));
        }
        let signals = self.every(names, Self::signal);
        let at = self.instants(at, count, data);
        let automated = self.spot(spot, entries, "automated");
        let automated = automated.map(|spot| self.owned_flags(spot, count, data));
        let ids = self.spot(spot, entries, "ids").map(|spot| {
            let entries = self.reader.object(spot)?;
            self.reader.only(spot, entries, &IDS, &|_| false);
            let (ids, codes) = self.named_codes(spot, entries, (count, data))?;
            let id = |it: &mut Self, spot| it.text(spot, limits::EVENT_ID).map(Box::from);
            Some((self.every(ids, id)?, codes))
        });
        let signals = signals?;
        let codes_at = codes;
        let codes = self.codes(codes, (count, signals.len()), Asked::default(), data)?;
        let mut nothing = Odd::default();
        for (event, _) in codes.iter().enumerate().filter(|(_, code)| **code == 0) {
            nothing.add(event);
        }
        let message = "every event has a signal";
        self.none(codes_at, &nothing, "out_of_range", message)?;
        let properties = self.spot(spot, entries, "properties");
        let columns = self.property_columns(properties, &signals, &codes, (count, data))?;
        let signals = signals.into_iter().zip(columns);
        let signals = signals.map(|(signal, columns)| Signal {
            signal,
            matching: matching(self.playbook, signal, columns),
        });
        Some(Events {
            ends: (ends.iter().skip(1))
                .map(|end| u32::from_le_bytes(*end))
                .collect(),
            signals: signals.collect(),
            codes,
            at: at?,
            automated: automated.flatten(),
            ids: ids.flatten(),
        })
    }

    /// The columns of each signal of the dictionary, by property.
    fn property_columns(
        &mut self,
        spot: Option<Spot<'t>>,
        signals: &[u16],
        codes: &[u32],
        (count, data): (usize, &[u8]),
    ) -> Option<Vec<Carried>> {
        let mut columns: Vec<Vec<_>> = signals.iter().map(|_| Vec::new()).collect();
        let Some(spot) = spot else {
            return Some(columns);
        };
        let playbook = self.playbook;
        for entry in self.reader.object(spot)? {
            let inner = self.reader.entry(spot, entry);
            let signal = playbook.signal(&entry.key);
            let code = signals.iter().position(|it| Some(*it) == signal);
            let (Some(signal), Some(code)) = (signal, code) else {
                let names = (signals.iter()).map(|it| playbook.name_in(&playbook.signals, *it));
                let what = "one of the `signals`";
                self.reader.unknown(inner.place, &entry.key, what, names);
                continue;
            };
            for entry in self.reader.object(inner)? {
                let spot = self.reader.entry(inner, entry);
                let Some(property) = playbook.property(signal, &entry.key) else {
                    let names = playbook.names(playbook.properties(signal));
                    let what = "a property of this signal";
                    self.reader.unknown(spot.place, &entry.key, what, names);
                    continue;
                };
                let Some(entries) = self.reader.object(spot) else {
                    continue;
                };
                self.reader.only(spot, entries, &COLUMN, &|_| false);
                let kind = playbook.property_kind(signal, property)?;
                let asked = Some((codes, code as u32 + 1));
                let cells = match self.column(spot, entries, (&kind, asked), (count, data)) {
                    Some(Cells::Codes(values, codes)) => {
                        let values = self.every(values, |it, spot| it.value(spot, &kind));
                        values.map(|values| Cells::Codes(values, codes))
                    }
                    Some(Cells::Numbers(numbers)) => Some(Cells::Numbers(numbers)),
                    None => None,
                };
                if let (Some(cells), Some(columns)) = (cells, columns.get_mut(code)) {
                    columns.push((property, cells));
                }
            }
        }
        for columns in &mut columns {
            columns.arrange_by_key(|(property, _)| *property);
        }
        Some(columns)
    }
}

/// How to find the patterns of a signal's events: what no pattern asks for is left out.
fn matching(playbook: &Playbook, signal: u16, mut columns: Carried) -> Matching {
    columns.retain(|(property, _)| playbook.asks_for(signal, *property));
    let list = |properties: Vec<(u16, Value)>| {
        let mut patterns = vec![];
        patterns_of(playbook, signal, properties, &mut |pattern| {
            patterns.push(pattern);
        });
        patterns
    };
    match columns.pop() {
        None => Matching::Always(list(Vec::new())),
        Some((property, Cells::Codes(values, codes))) if columns.is_empty() => {
            let mut lists = vec![list(Vec::new())];
            lists.extend((values.into_iter()).map(|value| list(vec![(property, value)])));
            Matching::ByCode(codes, lists)
        }
        Some(last) => {
            columns.push(last);
            Matching::Of(columns)
        }
    }
}
