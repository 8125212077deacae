//! Late entries, and replaying a journal.

use super::advance::Outcome;
use super::answer::Changed;
use super::effects::difference;
use super::erasing::Erasures;
use super::held::Held;
use super::input::Input;
use super::journal::{self, Good, Payload, Wrong};
use super::moving::Happening;
use super::record::{Entry, Record, Taken, try_apply};
use super::refusal::Refusal;
use super::standing::{Move, Standing};
use crate::gather::Gather;
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::lifecycle::Lifecycle;
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::tree::{Node, write_compact};
use alloc::{format, string::String, sync::Arc, vec, vec::Vec};

/// What entries do in a timeline.
struct Told {
    held: Held,
    standing: Standing,
    /// By entry.
    moves: Vec<Vec<Move>>,
    void: Vec<bool>,
}

impl Told {
    fn nothing(record: &Record) -> Self {
        Self {
            held: Held::new(record.lifecycle.inner.clone()),
            standing: Standing::default(),
            moves: vec![Vec::new(); record.entries.len()],
            void: vec![false; record.entries.len()],
        }
    }
}

impl Record {
    /// The entries in the order of their times.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.entries.len()).gather();
        order.arrange_by_key(|index| (self.entries.get(*index).map(|it| it.as_of), *index));
        order
    }

    /// Puts an input where its time says and tells the whole story anew.
    pub(super) fn take_in_late(
        &mut self,
        input: &Input,
        as_of: Millis,
    ) -> Result<Taken, Vec<Refusal>> {
        let mut told = Told::nothing(self);
        let order = self.order();
        let place = order
            .partition_point(|index| self.entries.get(*index).is_some_and(|it| it.as_of <= as_of));
        let (before, after) = order.split_at_checked(place).unwrap_or((&order, &[]));
        self.tell(before, &mut told);
        let mut standing = told.standing.clone();
        let id = self.id.as_deref();
        let Outcome { happening, idle } = try_apply(
            &self.lifecycle,
            id,
            &mut told.held,
            &mut standing,
            input,
            as_of,
        )?;
        if idle {
            return Ok(Taken {
                happening,
                changed: None,
                idle,
            });
        }
        told.standing = standing;
        self.tell(after, &mut told);
        told.standing.as_of = told.standing.as_of.max(self.standing.as_of);
        let changed = self.compare(&order, &told);
        let all: Vec<Move> = told
            .moves
            .iter()
            .flatten()
            .chain(&happening.moves)
            .cloned()
            .gather();
        let changes = difference(
            &self.lifecycle,
            &self.standing.crm,
            &told.standing.crm,
            &all,
        );
        self.adopt(told);
        Ok(Taken {
            happening: Happening {
                moves: happening.moves,
                changes,
                clocks: Vec::new(),
            },
            changed: Some(changed),
            idle,
        })
    }

    /// Tells the whole story of the entries anew.
    fn retell(&mut self) {
        let mut told = Told::nothing(self);
        self.tell(&self.order(), &mut told);
        told.standing.as_of = told.standing.as_of.max(self.standing.as_of);
        self.adopt(told);
    }

    fn adopt(&mut self, told: Told) {
        for ((entry, moves), void) in self.entries.iter_mut().zip(told.moves).zip(told.void) {
            entry.moves = moves;
            entry.void = void;
        }
        self.held = told.held;
        self.standing = told.standing;
    }

    /// Goes on with some entries in this order.
    fn tell(&self, order: &[usize], told: &mut Told) {
        let id = self.id.as_deref();
        for index in order {
            let Some(entry) = self.entries.get(*index) else {
                continue;
            };
            let Some(input) = &entry.input else { continue };
            let mut standing = told.standing.clone();
            let outcome = try_apply(
                &self.lifecycle,
                id,
                &mut told.held,
                &mut standing,
                input,
                entry.as_of,
            );
            match outcome {
                Ok(outcome) => {
                    told.standing = standing;
                    if let Some(slot) = told.moves.get_mut(*index) {
                        *slot = outcome.happening.moves;
                    }
                }
                Err(_) => {
                    if let Some(slot) = told.void.get_mut(*index) {
                        *slot = true;
                    }
                }
            }
        }
    }

    /// What comes out otherwise than before.
    fn compare(&self, order: &[usize], told: &Told) -> Changed {
        let mut changed = Changed::default();
        for index in order {
            let (Some(entry), Some(moves), Some(void)) = (
                self.entries.get(*index),
                told.moves.get(*index),
                told.void.get(*index),
            ) else {
                continue;
            };
            let missing = |from: &[Move], of: &[Move]| {
                let gone = of.iter().filter(|it| !from.contains(it));
                gone.cloned().collect::<Vec<Move>>()
            };
            changed.taken_back.extend(missing(moves, &entry.moves));
            changed.made.extend(missing(&entry.moves, moves));
            let number = u32::try_from(*index).unwrap_or(u32::MAX).saturating_add(1);
            match (entry.void, *void) {
                (false, true) => changed.void.push(number),
                (true, false) => changed.valid.push(number),
                _ => {}
            }
        }
        changed.void.arrange();
        changed.valid.arrange();
        changed
    }
}

/// A record made again from its journal.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The record.
    pub record: Record,
    /// The numbers of entries that come out otherwise than the journal tells; none by the same playbook.
    pub differences: Vec<u32>,
}

/// Makes a record again from its journal: the same, byte for byte, by the same playbook.
///
/// # Errors
/// `altered` for the first entry that is not as it was written, and everything that doesn't fit the playbook.
pub fn replay(
    lifecycle: Arc<Lifecycle>,
    id: Option<&str>,
    journal: &str,
) -> Result<Replay, Problems> {
    if journal.len() > limits::JOURNAL_BYTES {
        let (found, most) = (journal.len(), limits::JOURNAL_BYTES);
        let message = format!("{found} bytes are more than the {most} allowed");
        return Err(Problem::new("too_large", "/journal", message).into());
    }
    let mut replaying = Replaying {
        replay: Replay {
            record: Record::new(lifecycle, id),
            differences: Vec::new(),
        },
        late: 0,
        erasures: Erasures::default(),
    };
    let mut problems = Vec::new();
    for (index, line) in journal::lines(journal).enumerate() {
        if let Err(found) = replaying.add(index, line, problems.is_empty()) {
            let ends = ["altered", "too_many"];
            let stop = found.iter().any(|it| ends.contains(&it.code));
            problems.extend(found.iter().cloned());
            if stop {
                break;
            }
        }
    }
    if problems.is_empty()
        && let Some(entry) = replaying.erasures.wrong()
    {
        problems.push(altered(entry, Wrong::Erased));
    }
    let mut replay = replaying.replay;
    if replaying.late > limits::LATE_COMPARED && problems.is_empty() {
        replay.record.retell();
    }
    if problems.is_empty() {
        Ok(replay)
    } else {
        Err(Problems::new(problems))
    }
}

fn altered(entry: u32, wrong: Wrong) -> Problem {
    let why = wrong.word();
    let message = format!("entry {entry} is not as it was written (`{why}`)");
    let path = format!("/journal/{}", entry.saturating_sub(1));
    Problem::new("altered", path, message).help(match wrong {
        Wrong::Erased => "erased entries stand before one that erases, which is the last one",
        _ => "give the journal as it was, entry by entry",
    })
}

/// A journal on its way to a record.
struct Replaying {
    replay: Replay,
    /// How many late entries there were.
    late: u32,
    erasures: Erasures,
}

impl Replaying {
    fn add(&mut self, index: usize, line: &str, go_on: bool) -> Result<(), Problems> {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let node = journal::parse(line).ok_or_else(|| altered(number, Wrong::Form))?;
        // After a problem no entries are made, so the chain can't be followed.
        let before = match go_on {
            true => self.replay.record.head(),
            false => node
                .get("before")
                .and_then(|it| it.as_text())
                .unwrap_or_default()
                .into(),
        };
        let good =
            journal::check(&node, number, &before).map_err(|wrong| altered(number, wrong))?;
        self.erasures.see(number, &good);
        let input = match &good.payload {
            None => None,
            Some(payload) => Some(self.read(index, payload)?),
        };
        let erases = input.as_ref().is_some_and(Input::erases);
        // Whatever its length, a journal may end with an entry that erases.
        if index >= limits::ENTRIES_OF_JOURNAL && !erases {
            let most = limits::ENTRIES_OF_JOURNAL;
            let message = format!("a journal has at most {most} entries");
            return Err(Problem::new("too_many", "/journal", message).into());
        }
        if go_on {
            let (mut moves, mut void) = (Vec::new(), false);
            if let (Some(input), Some(payload)) = (&input, &good.payload) {
                (moves, void) = self.take(input, &good, payload, number);
            }
            let record = &mut self.replay.record;
            record.entries.push(Entry {
                as_of: good.as_of,
                input: input.map(Arc::new),
                moves,
                void,
                line: line.into(),
                hash: good.hash.into(),
            });
            record.standing.as_of = record.standing.as_of.max(Some(good.as_of));
        }
        Ok(())
    }

    fn read(&self, index: usize, payload: &Payload<'_>) -> Result<Input, Problems> {
        Input::from_tree(&self.replay.record.lifecycle, payload.input).map_err(|found| {
            let inside = found.iter().cloned().map(|mut problem| {
                problem.path = format!("/journal/{index}/input{}", problem.path);
                problem.line = None;
                problem.column = None;
                problem
            });
            Problems::new(inside.gather())
        })
    }

    /// The moves that an entry makes, and whether it is void.
    fn take(
        &mut self,
        input: &Input,
        good: &Good<'_>,
        payload: &Payload<'_>,
        number: u32,
    ) -> (Vec<Move>, bool) {
        let Replay {
            record,
            differences,
        } = &mut self.replay;
        let latest = record.standing.as_of;
        if latest.is_some_and(|latest| good.as_of < latest) && !input.erases() {
            self.late = self.late.saturating_add(1);
        }
        // Beyond so many late entries the story is told once, at the end.
        if self.late > limits::LATE_COMPARED && !input.erases() {
            return (Vec::new(), false);
        }
        match record.take_in(input, good.as_of) {
            Ok(taken) => {
                let (told, changed) = record.told(&taken);
                if !same(&told, payload.moves) || !same(&changed, payload.changed) {
                    differences.push(number);
                }
                (taken.happening.moves, false)
            }
            Err(_) => {
                differences.push(number);
                (Vec::new(), true)
            }
        }
    }
}

/// Whether a part of an entry is this canonical JSON.
fn same(json: &str, node: &Node) -> bool {
    let mut recorded = String::new();
    write_compact(&mut recorded, node);
    recorded == json
}
