//! Conversion from stage to stage, counted over many records.

use super::kept::Kept;
use super::record::Record;
use super::standing::Move;
use crate::gather::Gather;
use crate::playbook::Millis;
use crate::playbook::document::stages::Command;
use crate::playbook::lifecycle::Lifecycle;
use crate::problem::{Problem, Problems};
use crate::sorted::Map;
use alloc::{boxed::Box, format, sync::Arc, vec::Vec};

/// The commands that take a record off the way: each has a reason.
pub(super) const OFF: [Command; 4] = [
    Command::Reject,
    Command::Recycle,
    Command::Disqualify,
    Command::Lose,
];

/// Counts how records went from stage to stage: rates, times and reasons, as `docs/LIFECYCLE.md` defines them.
///
/// Records come one after another. Of each, only counts and lengths of time are kept.
///
/// ```
/// use leadstage::lifecycle::{Cohort, Funnel, Input, Kept, Lifecycle, Record};
/// use std::sync::Arc;
///
/// let lifecycle = Arc::new(Lifecycle::parse(r#"
/// leadstage: 1
/// name: small
/// version: 1
/// signals: { demo: {} }
/// stages: { visitor: {}, mql: { enter: { signal: demo } } }
/// initial: visitor
/// transitions: [ { from: visitor, to: mql, by: automation } ]
/// "#)?);
/// let mut funnel = Funnel::new(lifecycle.clone(), Cohort::default());
/// for input in ["events: [ { signal: demo, at: 1000 } ]", "facts: {}"] {
///     let mut record = Record::new(lifecycle.clone(), None);
///     record.advance(&Input::parse(&lifecycle, input)?, 2_000);
///     funnel.add(&Kept::parse(&record.to_kept())?)?;
/// }
/// // One of two visitors has become an MQL.
/// assert!(funnel.to_json().contains(r#""next":[{"to":"mql","records":1,"of":2,"permille":500}]"#));
/// # Ok::<(), leadstage::problem::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct Funnel {
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) cohort: Cohort,
    /// Records that count.
    pub(super) records: u64,
    /// Records outside of the cohort, and those without entries.
    pub(super) outside: u64,
    /// Records that were erased: nothing is known of their way.
    pub(super) erased: u64,
    /// Records that count and come out otherwise than their journals tell.
    pub(super) differing: u64,
    /// In the places of the playbook's stages.
    pub(super) stages: Vec<Counted>,
    pub(super) off: [Off; 4],
}

/// Which records count: those that reached a stage in a range of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    /// The stage's name; `None`: whichever stage a record begins in.
    pub stage: Option<Box<str>>,
    /// The first instant at which it may have been reached.
    pub from: Option<Millis>,
    /// The first instant after those.
    pub to: Option<Millis>,
}

/// What is counted of a stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    pub reached: u64,
    pub inferred: u64,
    pub now: u64,
    pub times: u64,
    /// By record that has been here and is elsewhere now.
    pub spent_ms: Vec<Millis>,
    pub next: Map<u16, u64>,
    pub after: Map<u16, u64>,
    pub off: [Off; 4],
}

/// How often a command took records off the way.
#[derive(Clone, Debug, Default)]
pub(super) struct Off {
    pub records: u64,
    pub moves: u64,
    /// By reason, how many moves.
    pub reasons: Map<Box<str>, u64>,
}

impl Off {
    fn count(&mut self, it: &Move, first: bool) {
        self.records += u64::from(first);
        self.moves += 1;
        if let Some(reason) = &it.reason {
            *self.reasons.entry(reason.clone()).or_default() += 1;
        }
    }
}

impl Funnel {
    /// Counts nothing yet.
    pub fn new(lifecycle: Arc<Lifecycle>, cohort: Cohort) -> Self {
        Self {
            stages: alloc::vec![Counted::default(); lifecycle.stages.len()],
            lifecycle,
            cohort,
            records: 0,
            outside: 0,
            erased: 0,
            differing: 0,
            off: Default::default(),
        }
    }

    /// Makes a record again by the playbook and counts it. Each record is to be given once.
    ///
    /// # Errors
    /// As [`Kept::restore`], and `unknown_name` where the playbook doesn't have the cohort's stage; the record isn't counted then.
    pub fn add(&mut self, kept: &Kept) -> Result<(), Problems> {
        let stage = self.cohort.place(&self.lifecycle)?;
        let restored = kept.restore(self.lifecycle.clone())?;
        let record = restored.record;
        if record.is_erased() {
            self.erased += 1;
            return Ok(());
        }
        if !self.cohort.has(stage, &record) {
            self.outside += 1;
            return Ok(());
        }
        self.records += 1;
        self.differing += u64::from(!restored.differences.is_empty());
        self.count_stages(&record);
        self.count_path(&record);
        self.count_off(&record);
        Ok(())
    }

    fn count_stages(&mut self, record: &Record) {
        let stay = record.standing.stay.map(|stay| stay.stage);
        for (stage, history) in &record.standing.stages {
            let Some(counted) = self.stages.get_mut(usize::from(*stage)) else {
                continue;
            };
            counted.reached += 1;
            counted.inferred += u64::from(history.inferred);
            counted.times += u64::from(history.times);
            if stay == Some(*stage) {
                counted.now += 1;
            } else if history.times > 0 {
                counted.spent_ms.push(history.spent_ms);
            }
        }
    }

    fn count_path(&mut self, record: &Record) {
        let path = record.path();
        // By stage, where the path came to it first and last, and where it went first.
        let mut first = Map::new();
        let mut last = Map::new();
        let mut next = Map::new();
        for (place, stage) in path.iter().enumerate() {
            first.entry(*stage).or_insert(place);
            last.insert(*stage, place);
        }
        for (from, to) in path.iter().zip(path.iter().skip(1)) {
            if from != to {
                next.entry(*from).or_insert(*to);
            }
        }
        for (stage, begun) in first {
            let Some(counted) = self.stages.get_mut(usize::from(stage)) else {
                continue;
            };
            if let Some(to) = next.get(&stage) {
                *counted.next.entry(*to).or_default() += 1;
            }
            for (to, _) in last.iter().filter(|(to, at)| **to != stage && **at > begun) {
                *counted.after.entry(*to).or_default() += 1;
            }
        }
    }

    fn count_off(&mut self, record: &Record) {
        for (place, command) in OFF.into_iter().enumerate() {
            let mut seen: Vec<u16> = Vec::new();
            let moves = record.moves_in_order();
            for it in moves.filter(|it| it.on == Some(command)) {
                let Some(from) = it.from else { continue };
                if let Some(all) = self.off.get_mut(place) {
                    all.count(it, seen.is_empty());
                }
                let counted = self.stages.get_mut(usize::from(from));
                if let Some(off) = counted.and_then(|counted| counted.off.get_mut(place)) {
                    off.count(it, !seen.contains(&from));
                }
                seen.push(from);
            }
        }
    }
}

impl Cohort {
    /// Looks whether a playbook has the cohort's stage.
    ///
    /// # Errors
    /// `unknown_name` where it doesn't.
    pub fn check(&self, lifecycle: &Lifecycle) -> Result<(), Problems> {
        self.place(lifecycle).map(|_| ())
    }

    fn place(&self, lifecycle: &Lifecycle) -> Result<Option<u16>, Problems> {
        let Some(name) = &self.stage else {
            return Ok(None);
        };
        let place = lifecycle.inner.stage(name);
        place.map(Some).ok_or_else(|| {
            let message = format!("the playbook has no stage `{name}`");
            let stages = 0..lifecycle.stages.len();
            let names: Vec<&str> = stages
                .filter_map(|place| u16::try_from(place).ok())
                .map(|place| lifecycle.inner.stage_name(place))
                .gather();
            let help = format!("its stages are {}", names.join(", "));
            Problem::new("unknown_name", "/stage", message)
                .help(help)
                .into()
        })
    }

    fn has(&self, stage: Option<u16>, record: &Record) -> bool {
        let reached = match stage {
            None => record.moves_in_order().next().map(|it| it.at),
            Some(stage) => {
                let history = record.standing.stages.get(&stage);
                history.map(|history| history.first_entered)
            }
        };
        reached.is_some_and(|at| {
            self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
        })
    }
}

impl Record {
    /// The moves as they are now, in the order of the timeline.
    fn moves_in_order(&self) -> impl Iterator<Item = &Move> {
        let entries = self.order().into_iter();
        entries
            .filter_map(|index| self.entries.get(index))
            .flat_map(|entry| &entry.moves)
    }

    /// The stages one after another, those that were skipped and got an inferred date among them.
    fn path(&self) -> Vec<u16> {
        let mut path = Vec::new();
        for it in self.moves_in_order() {
            path.extend(&it.skipped);
            path.push(it.to);
        }
        path
    }
}

/// The quartiles of a list by nearest rank: of n values in order, those in the places n/4, n/2 and 3n/4, rounded up.
pub(super) fn quartiles(sorted: &[Millis]) -> [Option<Millis>; 3] {
    [1, 2, 3].map(|quarter| {
        let rank = (sorted.len() * quarter).div_ceil(4);
        sorted.get(rank.checked_sub(1)?).copied()
    })
}

/// A share in tenths of a percent, halves rounded up; none of nothing.
pub(super) fn permille(part: u64, of: u64) -> Option<i64> {
    let (part, of) = (u128::from(part), u128::from(of));
    let tenths = (part * 2_000 + of).checked_div(of * 2)?;
    i64::try_from(tenths).ok()
}
