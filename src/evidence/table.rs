//! Evidence of many leads as columns of numbers. Names and values are read once, and judged once.
//!
//! The form is described in `docs/BATCH.md`. The host puts a place in the data where it has an array: a list of the
//! [`form`] of its numbers, how many there are, and the byte at which they start.

use super::judged::Judged;
use super::read::Reading;
use super::state::{State, Why};
use super::{Event, Fact, Finding, InStage};
use crate::decimal::NUMBER_PLACES;
use crate::limits;
use crate::playbook::document::read::{Reader, Spot};
use crate::playbook::{Kind, Micro, Millis, Playbook, Value};
use crate::problem::Problems;
use crate::tree::{Content, Entry, Node, Tree};
use alloc::{boxed::Box, format, string::String, vec, vec::Vec};

/// How the numbers of an array are written.
mod form {
    /// Codes, flags and offsets: four bytes each.
    pub const I32: u32 = 0;
    /// Instants, or millionths: whole ones as floating-point numbers.
    pub const F64: u32 = 1;
    /// As `F64` whole ones, and after all of them as many millionths.
    pub const PAIRS: u32 = 2;
}

/// What stands for a number that can't be used.
const ODD: i64 = i64::MIN;

/// So many cells of a column are reported.
const REPORTED: usize = 10;

const TABLE: [&str; 5] = ["rows", "as_of", "stage", "facts", "events"];
const STAGE: [&str; 4] = ["values", "codes", "known", "since"];
const COLUMN: [&str; 5] = ["values", "codes", "numbers", "places", "known"];
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

/// Evidence of many leads, fitted to a playbook.
#[derive(Debug)]
pub(crate) struct Table {
    pub rows: usize,
    as_of: Option<Vec<i64>>,
    stages: Vec<StageColumn>,
    facts: Vec<FactColumn>,
    events: Option<Events>,
}

/// Cells by row. In codes 0 stands for nothing, and others are places in the dictionary and one; numbers that are not known
/// are [`ODD`].
#[derive(Debug)]
enum Cells<T> {
    Codes(Vec<T>, Vec<u32>),
    Numbers(Vec<Micro>),
}

/// Something that holds for all rows, or is said for each.
#[derive(Debug)]
enum Said {
    All(Option<i64>),
    Each(Vec<i64>),
}

impl Said {
    fn at(&self, row: usize) -> Option<i64> {
        match self {
            Self::All(all) => *all,
            Self::Each(each) => each.get(row).copied(),
        }
    }
}

#[derive(Debug)]
struct StageColumn {
    stages: Vec<u16>,
    codes: Vec<u32>,
    since: Option<Vec<i64>>,
}

#[derive(Debug)]
struct FactColumn {
    /// What numbers are judged like.
    like: Judged,
    cells: Cells<Judged>,
    at: Said,
    default: Said,
}

#[derive(Debug)]
struct Events {
    /// Where the events of each row end.
    ends: Vec<u32>,
    signals: Vec<Signal>,
    codes: Vec<u32>,
    at: Vec<i64>,
    automated: Option<Vec<i64>>,
    ids: Option<(Vec<Box<str>>, Vec<u32>)>,
}

/// A signal of the dictionary.
#[derive(Debug)]
struct Signal {
    signal: u16,
    matching: Matching,
}

/// How it is found which patterns an event of a signal matches.
#[derive(Debug)]
enum Matching {
    /// All match these.
    Always(Vec<u32>),
    /// It goes by the code of one property, 0 being none.
    ByCode(Vec<u32>, Vec<Vec<u32>>),
    /// It goes by these properties.
    Of(Carried),
}

/// Properties with their columns.
type Carried = Vec<(u16, Cells<Value>)>;

impl Table {
    /// Reads a table with its arrays.
    ///
    /// # Errors
    /// Everything that is wrong with it; of a column only the first cells.
    pub fn read(playbook: &Playbook, text: &str, data: &[u8]) -> Result<Self, Problems> {
        let tree = Tree::parse_json(text, limits::EVIDENCE_BYTES)?;
        let (reader, root) = Reader::new(&tree.root, Vec::new());
        let mut reading = Reading { playbook, reader };
        let table = reading.table(root, data);
        match table {
            Some(table) if reading.reader.is_clean() => Ok(table),
            _ => Err(reading.reader.into_problems()),
        }
    }

    /// The instant that a row says.
    pub fn as_of(&self, row: usize) -> Option<Millis> {
        self.as_of.as_ref()?.get(row).copied()
    }

    /// Puts a row in place of what is known.
    pub fn put(&self, playbook: &Playbook, row: usize, state: &mut State) {
        state.clear();
        for column in &self.stages {
            if let Some(stage) = named(&column.stages, &column.codes, row) {
                let since = column.since.as_ref();
                state.stage = Some(InStage {
                    stage: *stage,
                    since: since.and_then(|since| since.get(row).copied()),
                });
            }
        }
        for column in &self.facts {
            if let Some(fact) = column.fact(playbook, row) {
                state.put(fact);
            }
        }
        if let Some(events) = &self.events {
            events.put(playbook, row, state);
        }
    }
}

/// What a code stands for.
fn named<'v, T>(values: &'v [T], codes: &[u32], row: usize) -> Option<&'v T> {
    values.get(codes.get(row)?.checked_sub(1)? as usize)
}

impl FactColumn {
    fn fact(&self, playbook: &Playbook, row: usize) -> Option<Judged> {
        let mut fact = match &self.cells {
            Cells::Codes(facts, codes) => named(facts, codes, row)?.clone(),
            Cells::Numbers(numbers) => match numbers.get(row)? {
                &ODD => return None,
                number => self.like.of_number(playbook, *number),
            },
        };
        if let Some(at) = self.at.at(row) {
            fact.at = at;
        }
        if self.default.at(row) == Some(1) {
            fact.why = Some(Why::Default);
        }
        Some(fact)
    }
}

impl Events {
    fn put(&self, playbook: &Playbook, row: usize, state: &mut State) {
        let end = |row: usize| self.ends.get(row).map_or(0, |end| *end as usize);
        let start = row.checked_sub(1).map_or(0, end);
        for event in start..end(row) {
            let (Some(signal), Some(at)) =
                (named(&self.signals, &self.codes, event), self.at.get(event))
            else {
                continue;
            };
            let id = (self.ids.as_ref()).and_then(|(ids, codes)| named(ids, codes, event));
            let automated = self.automated.as_ref().and_then(|cells| cells.get(event)) == Some(&1);
            let place = match (id, automated) {
                (None, false) => Some(state.arrive_plain(*at)),
                _ => state.arrive(&Event {
                    id: id.cloned(),
                    signal: signal.signal,
                    at: *at,
                    properties: Vec::new(),
                    automated,
                }),
            };
            if let Some(place) = place {
                signal.matches(playbook, event, &mut |pattern| {
                    state.hit(pattern, *at, place);
                });
            }
        }
    }
}

impl Signal {
    fn matches(&self, playbook: &Playbook, event: usize, each: &mut dyn FnMut(u32)) {
        let all = |patterns: &[u32], each: &mut dyn FnMut(u32)| {
            patterns.iter().for_each(|pattern| each(*pattern));
        };
        match &self.matching {
            Matching::Always(patterns) => all(patterns, each),
            Matching::ByCode(codes, lists) => {
                let code = codes.get(event).copied().unwrap_or(0);
                all(lists.get(code as usize).map_or(&[], |list| list), each);
            }
            Matching::Of(columns) => {
                let cell = |(property, cells): &(u16, Cells<Value>)| {
                    let value = match cells {
                        Cells::Codes(values, codes) => named(values, codes, event)?.clone(),
                        Cells::Numbers(numbers) => {
                            Value::Number(*numbers.get(event).filter(|number| **number != ODD)?)
                        }
                    };
                    Some((*property, value))
                };
                let properties = columns.iter().filter_map(cell).collect();
                patterns_of(playbook, self.signal, properties, each);
            }
        }
    }
}

fn patterns_of(
    playbook: &Playbook,
    signal: u16,
    properties: Vec<(u16, Value)>,
    each: &mut dyn FnMut(u32),
) {
    let event = Event {
        id: None,
        signal,
        at: 0,
        properties,
        automated: false,
    };
    event.patterns(playbook, each);
}

/// Which rows are asked of a column: those that are known, and for properties those of a signal's code.
#[derive(Clone, Copy, Default)]
struct Asked<'a> {
    known: Option<&'a [[u8; 4]]>,
    of: Option<(&'a [u32], u32)>,
}

impl Asked<'_> {
    #[inline]
    fn at(&self, row: usize) -> bool {
        let known = self.known.and_then(|known| known.get(row));
        known != Some(&[0; 4])
            && self
                .of
                .is_none_or(|(codes, code)| codes.get(row) == Some(&code))
    }
}

/// The first rows in which something is wrong.
#[derive(Default)]
struct Odd {
    rows: Vec<usize>,
}

impl Odd {
    #[cold]
    fn add(&mut self, row: usize) {
        if self.rows.len() < REPORTED {
            self.rows.push(row);
        }
    }
}

impl<'p, 't> Reading<'p, 't> {
    fn table(&mut self, root: Spot<'t>, data: &[u8]) -> Option<Table> {
        let entries = self.reader.object(root)?;
        self.reader.only(root, entries, &TABLE, |_| false);
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

    fn count(&mut self, spot: Spot<'t>) -> Option<usize> {
        let count = match &spot.node.content {
            Content::Number(text) => text.parse().ok(),
            _ => None,
        };
        match count {
            Some(count) if count <= limits::TABLE_ROWS => Some(count),
            _ => {
                let message = format!("expected a whole number from 0 to {}", limits::TABLE_ROWS);
                self.reader.report(spot.place, "out_of_range", message);
                None
            }
        }
    }

    /// Reports a cell.
    fn cell(&mut self, spot: Spot<'t>, row: usize, code: &'static str, message: &str) {
        let mark = self.reader.mark();
        let place = self.reader.item(spot, row, spot.node).place;
        self.reader.report(place, code, message);
        self.reader.forget(mark);
    }

    /// The bytes of an array, and how its numbers are written.
    fn array<'d>(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &'d [u8],
    ) -> Option<(u32, &'d [u8])> {
        let number = |node: &Node| match &node.content {
            Content::Number(text) => text.parse::<u32>().ok(),
            _ => None,
        };
        let [form, length, at] = match spot.node.as_list() {
            Some([form, length, at]) => [form, length, at].map(number),
            _ => [None; 3],
        };
        let (Some(form), Some(length), Some(at)) = (form, length, at) else {
            self.reader.wrong_type(spot, "a typed array");
            return None;
        };
        if length as usize != count {
            let message = format!("there are {length} entries, expected {count}");
            self.reader.report(spot.place, "conflict", message);
            return None;
        }
        let width = match form {
            form::I32 => 4,
            form::F64 => 8,
            form::PAIRS => 16,
            _ => 0,
        };
        let end = (at as usize).saturating_add(count.saturating_mul(width));
        let part = data.get(at as usize..end).filter(|_| width > 0);
        if part.is_none() {
            self.reader.wrong_type(spot, "a typed array");
        }
        Some((form, part?))
    }

    /// The codes, flags or offsets of an array.
    fn integers<'d>(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &'d [u8],
    ) -> Option<&'d [[u8; 4]]> {
        match self.array(spot, count, data)? {
            (form::I32, bytes) => Some(bytes.as_chunks().0),
            _ => {
                self.reader.wrong_type(spot, "an array of whole numbers");
                None
            }
        }
    }

    /// Zeros and ones.
    fn flags<'d>(&mut self, spot: Spot<'t>, count: usize, data: &'d [u8]) -> Option<&'d [[u8; 4]]> {
        let flags = self.integers(spot, count, data)?;
        let mut odd = Odd::default();
        for (row, flag) in flags.iter().enumerate() {
            if u32::from_le_bytes(*flag) > 1 {
                odd.add(row);
            }
        }
        self.none(spot, &odd, "out_of_range", "expected 0 or 1")?;
        Some(flags)
    }

    fn owned_flags(&mut self, spot: Spot<'t>, count: usize, data: &[u8]) -> Option<Vec<i64>> {
        let flags = self.flags(spot, count, data)?;
        Some(
            flags
                .iter()
                .map(|flag| i64::from(u32::from_le_bytes(*flag)))
                .collect(),
        )
    }

    fn instants(&mut self, spot: Spot<'t>, count: usize, data: &[u8]) -> Option<Vec<i64>> {
        let (form::F64, bytes) = self.array(spot, count, data)? else {
            self.reader.wrong_type(spot, "a `Float64Array`");
            return None;
        };
        let mut odd = Odd::default();
        let mut instants = Vec::with_capacity(count);
        for (row, at) in bytes.as_chunks().0.iter().enumerate() {
            let at = whole(f64::from_le_bytes(*at));
            if at.unsigned_abs() > limits::INSTANT_MS.unsigned_abs() {
                odd.add(row);
            }
            instants.push(at);
        }
        self.none(spot, &odd, "bad_time", "expected whole milliseconds")?;
        Some(instants)
    }

    /// Reports the first of some cells; nothing if there are some.
    fn none(&mut self, spot: Spot<'t>, odd: &Odd, code: &'static str, message: &str) -> Option<()> {
        for row in &odd.rows {
            self.cell(spot, *row, code, message);
        }
        odd.rows.is_empty().then_some(())
    }

    /// Codes as places and one, 0 where nothing is known.
    fn codes(
        &mut self,
        spot: Spot<'t>,
        (count, values): (usize, usize),
        asked: Asked<'_>,
        data: &[u8],
    ) -> Option<Vec<u32>> {
        let codes = self.integers(spot, count, data)?;
        let mut odd = Odd::default();
        let place = |code: &[u8; 4]| i32::from_le_bytes(*code).wrapping_add(1) as u32;
        let mut places: Vec<u32> = codes.iter().map(place).collect();
        if let Some(known) = asked.known {
            for (place, known) in places.iter_mut().zip(known) {
                *place &= 0u32.wrapping_sub(u32::from_le_bytes(*known));
            }
        }
        if let Some((of, code)) = asked.of {
            for (place, of) in places.iter_mut().zip(of) {
                *place &= 0u32.wrapping_sub(u32::from(*of == code));
            }
        }
        for (row, place) in places.iter().enumerate() {
            if *place as usize > values {
                odd.add(row);
            }
        }
        let message = format!("expected the place of one of {values} values, or -1");
        self.none(spot, &odd, "out_of_range", &message)?;
        Some(places)
    }

    /// Reads every one of some values, so that all that is wrong is found.
    fn every<T>(
        &mut self,
        spots: Vec<Spot<'t>>,
        mut read: impl FnMut(&mut Self, Spot<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = spots.len();
        let mut values = Vec::with_capacity(count);
        for spot in spots {
            values.extend(read(self, spot));
        }
        (values.len() == count).then_some(values)
    }

    /// The cells of a column: codes of values that are still to be read, or numbers.
    fn column(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        (kind, of): (&Kind<'_>, Option<(&[u32], u32)>),
        (count, data): (usize, &[u8]),
    ) -> Option<Cells<Spot<'t>>> {
        let known = match self.spot(spot, entries, "known") {
            Some(spot) => Some(self.flags(spot, count, data)?),
            None => None,
        };
        let asked = Asked { known, of };
        let [values, codes, numbers, places] =
            ["values", "codes", "numbers", "places"].map(|key| self.spot(spot, entries, key));
        match (values, codes, numbers, places) {
            (Some(values), Some(codes), None, None) => {
                let mut spots = Vec::new();
                for (index, node) in self.reader.list(values)?.iter().enumerate() {
                    spots.push(self.reader.item(values, index, node));
                }
                // What is wrong with them is reported, and so is what is wrong with the values.
                let codes = self.codes(codes, (count, spots.len()), asked, data);
                Some(Cells::Codes(spots, codes.unwrap_or_default()))
            }
            (None, None, Some(numbers), places) => {
                let places = match places {
                    Some(places) => self.places(places)?,
                    None => 0,
                };
                self.numbers(numbers, (kind, places), (count, data), asked)
                    .map(Cells::Numbers)
            }
            _ => {
                let message = "`values` with `codes`, or `numbers`, is due";
                self.reader.report(spot.place, "conflict", message);
                None
            }
        }
    }

    fn places(&mut self, spot: Spot<'t>) -> Option<u32> {
        let places = self.count(spot)?;
        match u32::try_from(places) {
            Ok(places) if places <= NUMBER_PLACES => Some(places),
            _ => {
                let message = "expected a whole number from 0 to 6";
                self.reader.report(spot.place, "out_of_range", message);
                None
            }
        }
    }

    fn numbers(
        &mut self,
        spot: Spot<'t>,
        (kind, places): (&Kind<'_>, u32),
        (count, data): (usize, &[u8]),
        asked: Asked<'_>,
    ) -> Option<Vec<Micro>> {
        let Kind::Number { min, max, whole } = kind else {
            let message =
                "numbers are for the type `number` only; others have `values` and `codes`";
            self.reader.report(spot.place, "wrong_type", message);
            return None;
        };
        let (form, bytes) = self.array(spot, count, data)?;
        let mut numbers = millionths(form, bytes);
        let shift = 10i64.pow(places);
        let step = if *whole { 1_000_000 } else { 1 };
        let (mut odd, mut outside, mut parts) = (Odd::default(), Odd::default(), Odd::default());
        for (row, number) in numbers.iter_mut().enumerate() {
            if !asked.at(row) {
                *number = ODD;
                continue;
            }
            if *number == ODD {
                odd.add(row);
                continue;
            }
            if shift > 1 {
                if *number % 1_000_000 != 0 {
                    parts.add(row);
                }
                *number /= shift;
            }
            if *number < *min || *max < *number {
                outside.add(row);
            } else if step > 1 && *number % step != 0 {
                parts.add(row);
            }
        }
        let mut message = String::from("expected a number between ");
        crate::decimal::write(&mut message, *min, NUMBER_PLACES);
        message.push_str(" and ");
        crate::decimal::write(&mut message, *max, NUMBER_PLACES);
        let found = [
            self.none(spot, &odd, "wrong_type", "expected a number"),
            self.none(spot, &outside, "out_of_range", &message),
            self.none(spot, &parts, "wrong_type", "expected a whole number"),
        ];
        found.iter().all(Option::is_some).then_some(numbers)
    }

    fn stages(&mut self, spot: Spot<'t>, rows: usize, data: &[u8]) -> Option<StageColumn> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &STAGE, |_| false);
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
    fn named_codes(
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

    fn fact_columns(
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
                    self.reader.only(item, entries, &FACT, |_| false);
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
                    self.reader.only(inner, entries, fields, |_| false);
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

    fn event_columns(&mut self, spot: Spot<'t>, rows: usize, data: &[u8]) -> Option<Events> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &EVENTS, |_| false);
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
            self.reader.only(spot, entries, &IDS, |_| false);
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
                self.reader.only(spot, entries, &COLUMN, |_| false);
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
            columns.sort_by_key(|(property, _)| *property);
        }
        Some(columns)
    }
}

fn reader_text<'t>(reading: &mut Reading<'_, 't>, spot: Spot<'t>) -> Option<&'t str> {
    reading.reader.text(spot, "a text (a name)")
}

/// Numbers in millionths; [`ODD`] for those that can't be used.
fn millionths(form: u32, bytes: &[u8]) -> Vec<Micro> {
    match form {
        form::I32 => {
            let numbers = bytes.as_chunks().0.iter();
            let number = |number: &[u8; 4]| i64::from(i32::from_le_bytes(*number)) * 1_000_000;
            numbers.map(number).collect()
        }
        form::F64 => {
            let numbers = bytes.as_chunks().0.iter();
            numbers.map(|it| whole(f64::from_le_bytes(*it))).collect()
        }
        _ => {
            let (ones, parts) = bytes.split_at(bytes.len() / 2);
            let pairs = ones.as_chunks().0.iter().zip(parts.as_chunks().0);
            let number =
                |(ones, parts): (&[u8; 8], &[u8; 8])| match whole(f64::from_le_bytes(*ones)) {
                    ODD => ODD,
                    ones => (ones.saturating_mul(1_000_000))
                        .saturating_add(f64::from_le_bytes(*parts) as i64),
                };
            pairs.map(number).collect()
        }
    }
}

/// Whole numbers; those that are too large stay so.
#[inline]
fn whole(number: f64) -> i64 {
    let whole = (number as i64).max(-i64::MAX);
    let is_whole = whole as f64 == number || number.is_finite() && whole.abs() == i64::MAX;
    if is_whole { whole } else { ODD }
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
