//! Evidence of many leads as columns of numbers. Names and values are read once, and judged once.
//!
//! The form is described in `docs/BATCH.md`. The host puts a place in the data where it has an array: a list of the
//! form (`cells.rs`) of its numbers, how many there are, and the byte at which they start.

mod cells;
mod events;
mod facts;

use super::judged::Judged;
use super::read::Reading;
use super::state::{State, Why};
use super::{Event, InStage};
use crate::limits;
use crate::playbook::document::read::Reader;
use crate::playbook::{Micro, Millis, Playbook, Value};
use crate::problem::Problems;
use crate::tree::Tree;
use alloc::{boxed::Box, vec::Vec};

/// What stands for a number that can't be used.
const ODD: i64 = i64::MIN;

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
