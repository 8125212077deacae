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
    pub const I8: u32 = 0;
    pub const U8: u32 = 1;
    pub const I16: u32 = 2;
    pub const U16: u32 = 3;
    pub const I32: u32 = 4;
    pub const U32: u32 = 5;
    pub const F64: u32 = 6;
    /// Whole ones as `F64`; after all of them as many millionths.
    pub const MICRO: u32 = 7;
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
    stage: Option<(Vec<u16>, Vec<u32>, Option<Vec<i64>>)>,
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
    Of(Vec<(u16, Cells<Value>)>),
}

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
        if let Some((stages, codes, since)) = &self.stage
            && let Some(stage) = named(stages, codes, row)
        {
            state.stage = Some(InStage {
                stage: *stage,
                since: since.as_ref().and_then(|since| since.get(row).copied()),
            });
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

/// The rows that are asked of a column: all, or those of some code.
type Asked<'a> = Option<(&'a [u32], u32)>;

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
        let stage = self.spot(root, entries, "stage");
        let stage = stage.map(|spot| self.stages(spot, rows, data));
        let mut facts = Vec::new();
        if let Some(spot) = self.spot(root, entries, "facts") {
            self.fact_columns(spot, rows, data, &mut facts);
        }
        let events = self.spot(root, entries, "events");
        let events = events.map(|spot| self.event_columns(spot, rows, data));
        Some(Table {
            rows,
            as_of: as_of.flatten(),
            stage: stage.flatten(),
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

    /// Reports the first of some cells; whether there were none.
    fn cells(
        &mut self,
        spot: Spot<'t>,
        odd: impl Iterator<Item = usize>,
        code: &'static str,
        message: &str,
    ) -> Option<()> {
        let mut some = None;
        for row in odd.take(REPORTED) {
            self.cell(spot, row, code, message);
            some = Some(());
        }
        match some {
            Some(()) => None,
            None => Some(()),
        }
    }

    /// The numbers of an array; [`ODD`] for those that are not whole. Millionths, where `micro` says so.
    fn array(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &[u8],
        micro: bool,
    ) -> Option<Vec<i64>> {
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
        let rest = data.get(at as usize..).unwrap_or_default();
        let part = |width: usize| rest.get(..width.checked_mul(count)?);
        let numbers = match form {
            form::I8 => part(1).map(|it| all(it, |it| i8::from_le_bytes(it).into())),
            form::U8 => part(1).map(|it| all(it, |it| u8::from_le_bytes(it).into())),
            form::I16 => part(2).map(|it| all(it, |it| i16::from_le_bytes(it).into())),
            form::U16 => part(2).map(|it| all(it, |it| u16::from_le_bytes(it).into())),
            form::I32 => part(4).map(|it| all(it, |it| i32::from_le_bytes(it).into())),
            form::U32 => part(4).map(|it| all(it, |it| u32::from_le_bytes(it).into())),
            form::F64 => part(8).map(|it| all(it, |it| whole(f64::from_le_bytes(it)))),
            form::MICRO if micro => part(16).map(|it| {
                let (ones, parts) = it.split_at(it.len() / 2);
                let mut numbers = all(ones, |it| whole(f64::from_le_bytes(it)));
                let parts = all(parts, |it| whole(f64::from_le_bytes(it)));
                for (number, part) in numbers.iter_mut().zip(parts) {
                    if *number != ODD {
                        *number = number.saturating_mul(1_000_000).saturating_add(part);
                    }
                }
                numbers
            }),
            _ => None,
        };
        if numbers.is_none() {
            self.reader.wrong_type(spot, "another typed array");
        }
        let mut numbers = numbers?;
        if micro && form != form::MICRO {
            for number in numbers.iter_mut().filter(|number| **number != ODD) {
                *number = number.saturating_mul(1_000_000);
            }
        }
        Some(numbers)
    }

    /// Where rows are known; `None` where all are or something is wrong.
    fn flags(&mut self, spot: Spot<'t>, count: usize, data: &[u8]) -> Option<Vec<i64>> {
        let flags = self.array(spot, count, data, false)?;
        let odd = rows_where(&flags, |flag| !matches!(flag, 0 | 1));
        self.cells(spot, odd, "out_of_range", "expected 0 or 1")?;
        Some(flags)
    }

    fn instants(&mut self, spot: Spot<'t>, count: usize, data: &[u8]) -> Option<Vec<i64>> {
        let instants = self.array(spot, count, data, false)?;
        let far = limits::INSTANT_MS.unsigned_abs();
        let odd = rows_where(&instants, |at| at.unsigned_abs() > far);
        self.cells(spot, odd, "bad_time", "expected whole milliseconds")?;
        Some(instants)
    }

    /// Codes as places and one, 0 where nothing is known.
    fn codes(
        &mut self,
        spot: Spot<'t>,
        (count, values): (usize, usize),
        (known, asked): (Option<&[i64]>, Asked<'_>),
        data: &[u8],
    ) -> Option<Vec<u32>> {
        let mut codes = self.array(spot, count, data, false)?;
        ignore(&mut codes, known, asked, -1);
        let odd = rows_where(&codes, |code| !(-1..values as i64).contains(code));
        let message = format!("expected the place of one of {values} values, or -1");
        self.cells(spot, odd, "out_of_range", &message)?;
        Some(codes.into_iter().map(|code| (code + 1) as u32).collect())
    }

    /// The values of a dictionary; those of facts may be ranges and several options.
    fn values<T>(
        &mut self,
        spot: Spot<'t>,
        mut read: impl FnMut(&mut Self, Spot<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.reader.list(spot)?;
        let mut values = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            let mark = self.reader.mark();
            let item = self.reader.item(spot, index, node);
            values.extend(read(self, item));
            self.reader.forget(mark);
        }
        (values.len() == items.len()).then_some(values)
    }

    /// The cells of a column: codes of values, or numbers.
    fn column<T>(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        (kind, asked): (&Kind<'_>, Asked<'_>),
        (count, data): (usize, &[u8]),
        read: impl FnMut(&mut Self, Spot<'t>) -> Option<T>,
    ) -> Option<Cells<T>> {
        let known = self.spot(spot, entries, "known");
        let known = known.map(|spot| self.flags(spot, count, data));
        let known = match &known {
            Some(known) => Some(known.as_deref()?),
            None => None,
        };
        let places = self.spot(spot, entries, "places");
        let values = self.spot(spot, entries, "values");
        let codes = self.spot(spot, entries, "codes");
        match (values, codes, self.spot(spot, entries, "numbers"), places) {
            (Some(values), Some(codes), None, None) => {
                let values = self.values(values, read)?;
                let size = (count, values.len());
                let codes = self.codes(codes, size, (known, asked), data)?;
                Some(Cells::Codes(values, codes))
            }
            (None, None, Some(numbers), places) => {
                let places = match places {
                    Some(places) => self.places(places)?,
                    None => 0,
                };
                self.numbers(numbers, (kind, places), (count, data), (known, asked))
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
        (known, asked): (Option<&[i64]>, Asked<'_>),
    ) -> Option<Vec<i64>> {
        let Kind::Number { min, max, whole } = kind else {
            let message = "numbers are for the type `number` only; others have `values` and `codes`";
            self.reader.report(spot.place, "wrong_type", message);
            return None;
        };
        let mut numbers = self.array(spot, count, data, true)?;
        let shift = 10i64.pow(places);
        if shift > 1 {
            let odd = rows_where(&numbers, |number| *number != ODD && number % shift != 0);
            let message = "with `places` a whole number is due";
            self.cells(spot, odd, "wrong_type", message)?;
            numbers.iter_mut().for_each(|number| {
                if *number != ODD {
                    *number /= shift;
                }
            });
        }
        // What is not known must not be told from what is wrong below.
        const UNKNOWN: i64 = ODD + 1;
        ignore(&mut numbers, known, asked, UNKNOWN);
        let not_a_number = rows_where(&numbers, |number| *number == ODD);
        self.cells(spot, not_a_number, "wrong_type", "expected a number")?;
        let mut message = String::from("expected a number between ");
        crate::decimal::write(&mut message, *min, NUMBER_PLACES);
        message.push_str(" and ");
        crate::decimal::write(&mut message, *max, NUMBER_PLACES);
        let outside = |number: &i64| *number != UNKNOWN && !(min..=max).contains(&number);
        let outside = rows_where(&numbers, outside);
        self.cells(spot, outside, "out_of_range", &message)?;
        if *whole {
            let parts = |number: &i64| *number != UNKNOWN && number % 1_000_000 != 0;
            let parts = rows_where(&numbers, parts);
            self.cells(spot, parts, "wrong_type", "expected a whole number")?;
        }
        numbers.iter_mut().for_each(|number| {
            if *number == UNKNOWN {
                *number = ODD;
            }
        });
        Some(numbers)
    }

    fn stages(
        &mut self,
        spot: Spot<'t>,
        rows: usize,
        data: &[u8],
    ) -> Option<(Vec<u16>, Vec<u32>, Option<Vec<i64>>)> {
        let entries = self.reader.object(spot)?;
        self.reader.only(spot, entries, &STAGE, |_| false);
        let since = self.spot(spot, entries, "since");
        let since = since.map(|spot| self.instants(spot, rows, data));
        let playbook = self.playbook;
        let (stages, codes) = self.named_codes(spot, entries, (rows, data), |reading, spot| {
            let text = reader_text(reading, spot)?;
            let stage = playbook.stage(text);
            if stage.is_none() {
                let names = playbook.names(&playbook.stages);
                let what = "a stage of this playbook";
                reading.reader.unknown(spot.place, text, what, names);
            }
            stage
        })?;
        Some((stages, codes, since.flatten()))
    }

    /// Codes of things that go by names.
    fn named_codes<T>(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        (count, data): (usize, &[u8]),
        read: impl FnMut(&mut Self, Spot<'t>) -> Option<T>,
    ) -> Option<(Vec<T>, Vec<u32>)> {
        match self.column(spot, entries, (&Kind::Text, None), (count, data), read)? {
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
                self.flags(default, rows, data).map(Said::Each)
            }
            Some(default) => (self.boolean(default)).map(|it| Said::All(Some(i64::from(it)))),
        };
        let attribute = attribute?;
        let playbook = self.playbook;
        let kind = playbook.attribute_kind(attribute)?;
        let cells = self.column(spot, entries, (&kind, None), (rows, data), |it, spot| {
            it.found(spot, &kind)
        });
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
                    Cells::Codes(values.into_iter().map(judged).collect(), codes)
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
        let ends = self.array(offsets, rows + 1, data, false)?;
        let count = ends.last().copied().unwrap_or(0);
        let falls = core::iter::once(ends.first() != Some(&0))
            .chain(ends.windows(2).map(|two| two.first() > two.last()));
        let falls = falls.enumerate().filter(|(_, falls)| *falls);
        let message = "expected 0, then numbers that never fall";
        self.cells(offsets, falls.map(|(at, _)| at), "out_of_range", message)?;
        let most = limits::EVENTS as i64;
        let many = ends.windows(2).enumerate();
        let many = many.filter(|(_, two)| match two {
            [from, to] => to - from > most,
            _ => false,
        });
        let message = format!("a lead has at most {most} events");
        self.cells(offsets, many.map(|(at, _)| at + 1), "too_many", &message)?;
        let Ok(count) = usize::try_from(count) else {
            return None;
        };
        let signals = self.values(signals, |reading, spot| reading.signal(spot));
        let at = self.instants(at, count, data);
        let automated = self.spot(spot, entries, "automated");
        let automated = automated.map(|spot| self.flags(spot, count, data));
        let ids = self.spot(spot, entries, "ids").map(|spot| {
            let entries = self.reader.object(spot)?;
            self.reader.only(spot, entries, &IDS, |_| false);
            self.named_codes(spot, entries, (count, data), |reading, spot| {
                reading.text(spot, limits::EVENT_ID).map(Box::from)
            })
        });
        let signals = signals?;
        let codes_at = codes;
        let codes = self.codes(codes, (count, signals.len()), (None, None), data)?;
        let nothing = codes.iter().enumerate().filter(|(_, code)| **code == 0);
        let message = "every event has a signal";
        self.cells(
            codes_at,
            nothing.map(|(event, _)| event),
            "out_of_range",
            message,
        )?;
        let properties = self.spot(spot, entries, "properties");
        let columns = self.property_columns(properties, &signals, &codes, (count, data))?;
        let signals = signals.into_iter().zip(columns);
        let signals = signals.map(|(signal, columns)| Signal {
            signal,
            matching: matching(self.playbook, signal, columns),
        });
        Some(Events {
            ends: ends.iter().skip(1).map(|end| *end as u32).collect(),
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
    ) -> Option<Vec<Vec<(u16, Cells<Value>)>>> {
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
                let cells = self.column(
                    spot,
                    entries,
                    (&kind, asked),
                    (count, data),
                    |reading, spot| reading.value(spot, &kind),
                );
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

/// Numbers of one width.
fn all<const WIDTH: usize>(bytes: &[u8], read: impl Fn([u8; WIDTH]) -> i64) -> Vec<i64> {
    let (numbers, _) = bytes.as_chunks::<WIDTH>();
    numbers.iter().map(|number| read(*number)).collect()
}

/// Whole numbers; those that are too large stay so.
fn whole(number: f64) -> i64 {
    let whole = (number as i64).max(-i64::MAX);
    let is_whole = whole as f64 == number || number.is_finite() && whole.abs() == i64::MAX;
    if is_whole { whole } else { ODD }
}

fn rows_where(numbers: &[i64], is_odd: impl Fn(&i64) -> bool) -> impl Iterator<Item = usize> {
    let rows = numbers.iter().enumerate();
    rows.filter(move |(_, number)| is_odd(number))
        .map(|(row, _)| row)
}

/// Puts something in place of the numbers that are not known or not asked for.
fn ignore(numbers: &mut [i64], known: Option<&[i64]>, asked: Asked<'_>, nothing: i64) {
    for (number, known) in numbers.iter_mut().zip(known.unwrap_or_default()) {
        if *known == 0 {
            *number = nothing;
        }
    }
    if let Some((codes, code)) = asked {
        for (number, of) in numbers.iter_mut().zip(codes) {
            if *of != code {
                *number = nothing;
            }
        }
    }
}

/// How to find the patterns of a signal's events: what no pattern asks for is left out.
fn matching(
    playbook: &Playbook,
    signal: u16,
    mut columns: Vec<(u16, Cells<Value>)>,
) -> Matching {
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
