//! One look at a lead: over a stretch of time, or over the completions of what is open.

use super::derived::Derived;
use super::truth::{Span, Tally};
use crate::evidence::{Hit, Known, State};
use crate::playbook::{Condition, ConditionId, Millis, Playbook, mark};
use crate::sort::sort;
use alloc::{vec, vec::Vec};

/// In which sense conditions are judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    /// On what is known.
    Known,
    /// Over every completion of the open attributes.
    Completion,
}

/// Model events that are imagined at the instant that is looked at.
pub(crate) struct Imagined {
    /// By pattern, whether the event matches.
    pub matches: Vec<bool>,
    pub times: u32,
}

/// The stage as gates see it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub stage: Option<u16>,
    pub since: Option<Millis>,
}

/// The stage as routes see it: after the moves.
#[derive(Clone, Copy)]
pub(crate) struct After {
    /// The stages that the record may be in, as bits.
    pub stages: u64,
    /// Whether it has moved.
    pub moved: Span,
}

pub(crate) struct Eval<'p, 's> {
    pub playbook: &'p Playbook,
    pub state: &'s State,
    /// Events up to here are looked at.
    pub as_of: Millis,
    /// The stretch of time, ends included.
    pub from: Millis,
    pub to: Millis,
    pub sense: Sense,
    pub known: Vec<Known>,
    pub imagined: Option<Imagined>,
    pub place: Place,
    pub after: Option<After>,
    pub derived: Derived,
    /// Whether the low or the high of a score was widened to its value.
    pub widened: bool,
    /// The attributes that are not exactly known, as bits.
    pub open: Vec<u64>,
}

impl<'p, 's> Eval<'p, 's> {
    pub fn new(playbook: &'p Playbook, state: &'s State, known: Vec<Known>, as_of: Millis) -> Self {
        let place = match state.stage {
            Some(at) => Place {
                stage: Some(at.stage),
                since: at.since,
            },
            None => Place {
                stage: playbook.initial,
                since: None,
            },
        };
        let groups = playbook.scores.iter().map(|score| score.groups.len());
        let mut open = vec![0; playbook.index.words()];
        for (attribute, known) in known.iter().enumerate() {
            if known.is_open() {
                mark(&mut open, attribute);
            }
        }
        Self {
            playbook,
            state,
            as_of,
            from: as_of,
            to: as_of,
            sense: Sense::Known,
            known,
            imagined: None,
            place,
            after: None,
            derived: Derived::new(playbook.scores.len(), playbook.stages.len(), groups.sum()),
            widened: false,
            open,
        }
    }

    /// Forgets what was derived; due after every change of what is looked at, but for [`Self::assume`].
    pub fn refresh(&mut self) {
        self.derived.clear();
    }

    /// Looks at another stretch of time.
    pub fn look_at(&mut self, from: Millis, to: Millis) {
        self.from = from;
        self.to = to;
        self.refresh();
    }

    /// Judges in another sense.
    pub fn judge(&mut self, sense: Sense) {
        self.sense = sense;
    }

    /// A score's value over the stretch of time, or in the sense of completions its low and high.
    pub fn score(&mut self, score: u16) -> (i64, i64) {
        if let Some(found) = self.derived.score(score, self.sense) {
            return found;
        }
        let found = self.fresh_score(score);
        self.derived.keep_score(score, self.sense, found);
        found
    }

    pub fn condition(&mut self, id: ConditionId) -> Span {
        let playbook = self.playbook;
        match playbook.conditions.get(id as usize) {
            None => Span::FALSE,
            Some(Condition::All(parts)) => self.every(parts),
            Some(Condition::Any(parts)) => self.some(parts),
            Some(Condition::None(parts)) => self.some(parts).not(),
            Some(Condition::AtLeast(count, parts)) => self.tally(parts).at_least(*count),
            Some(Condition::Fact(attribute, test)) => self.fact(*attribute, test),
            Some(Condition::Count {
                pattern,
                from,
                to,
                within,
            }) => self.count(*pattern, *from, *to, *within),
            Some(Condition::Sequence(patterns, within)) => self.sequence(patterns, *within),
            Some(Condition::Score(score, from, to)) => {
                let (low, high) = self.score(*score);
                Span::between(*from <= low && high <= *to, *from <= high && low <= *to)
            }
            Some(Condition::Band(score, bands)) => self.band_in(*score, bands),
            Some(Condition::Grade(pairs)) => self.grade_in(pairs),
            Some(Condition::Icp(names)) => self.entry_in(&playbook.icp, names),
            Some(Condition::Persona(names)) => self.entry_in(&playbook.personas, names),
            Some(Condition::Criteria(from, to)) => {
                let mut tally = Tally::default();
                for criterion in playbook.readiness.iter().flat_map(|r| &r.criteria) {
                    tally.add(self.condition(criterion.when));
                }
                tally.between(*from, *to)
            }
            Some(Condition::Gate(stages)) => {
                let after = self.after.take();
                let span = stages
                    .iter()
                    .fold(Span::FALSE, |span, stage| span.or(self.gate(*stage)));
                self.after = after;
                span
            }
            Some(Condition::Stage(stages)) => self.stage_in(stages),
            Some(Condition::TimeInStage(from, to)) => self.time_in_stage(*from, *to),
        }
    }

    fn every(&mut self, parts: &[ConditionId]) -> Span {
        let mut span = Span::TRUE;
        for part in parts {
            span = span.and(self.condition(*part));
            if span == Span::FALSE {
                break;
            }
        }
        span
    }

    fn some(&mut self, parts: &[ConditionId]) -> Span {
        let mut span = Span::FALSE;
        for part in parts {
            span = span.or(self.condition(*part));
            if span == Span::TRUE {
                break;
            }
        }
        span
    }

    fn tally(&mut self, parts: &[ConditionId]) -> Tally {
        let mut tally = Tally::default();
        for part in parts {
            tally.add(self.condition(*part));
        }
        tally
    }

    /// Whether a stage's gate is open.
    pub fn gate(&mut self, stage: u16) -> Span {
        if let Some(found) = self.derived.gate(stage, self.sense) {
            return found;
        }
        let span = match self.gate_condition(stage) {
            Some((condition, _)) => self.condition(condition),
            None => Span::FALSE,
        };
        self.derived.keep_gate(stage, self.sense, span);
        span
    }

    /// The condition that a stage's gate goes by, and whether it is that for staying.
    pub fn gate_condition(&self, stage: u16) -> Option<(ConditionId, bool)> {
        let entry = self.playbook.stages.get(usize::from(stage))?;
        match entry.stay {
            Some(stay) if self.place.stage == Some(stage) => Some((stay, true)),
            _ => entry.enter.map(|enter| (enter, false)),
        }
    }

    pub(super) fn stage_in(&self, stages: &[u16]) -> Span {
        let wanted = stages
            .iter()
            .fold(0u64, |bits, stage| bits | 1 << (stage & 63));
        match (self.after, self.place.stage) {
            (Some(after), _) => Span::between(
                after.stages != 0 && after.stages & !wanted == 0,
                after.stages & wanted != 0,
            ),
            (None, Some(stage)) => Span::of(wanted & 1 << (stage & 63) != 0),
            (None, None) => Span::FALSE,
        }
    }

    fn time_in_stage(&self, from: Millis, to: Millis) -> Span {
        let stayed = match self.place.since {
            Some(since) => self.while_between(since.saturating_add(from), since.saturating_add(to)),
            None => Span::UNKNOWN,
        };
        match self.after.map(|after| after.moved) {
            None | Some(Span::FALSE) => stayed,
            Some(Span::TRUE) => Span::of(from <= 0),
            Some(_) => stayed.join(Span::of(from <= 0)),
        }
    }

    /// Whether the time that is looked at lies between two instants, ends included.
    pub fn while_between(&self, first: Millis, last: Millis) -> Span {
        Span::between(
            first <= self.from && self.to <= last,
            first <= self.to && self.from <= last,
        )
    }

    /// The events of a pattern that are looked at.
    pub fn hits(&self, pattern: u32) -> &'s [Hit] {
        self.state.hits(pattern, self.as_of)
    }

    /// How many imagined events match a pattern.
    pub fn imagined(&self, pattern: u32) -> u32 {
        match &self.imagined {
            Some(imagined) if imagined.matches.get(pattern as usize) == Some(&true) => {
                imagined.times
            }
            _ => 0,
        }
    }

    fn count(&self, pattern: u32, from: u32, to: u32, within: Option<Millis>) -> Span {
        let hits = self.hits(pattern);
        let more = self.imagined(pattern);
        let at_first = in_window(hits, self.from, within).len() as u32 + more;
        let at_last = in_window(hits, self.to, within).len() as u32 + more;
        Span::between(
            from <= at_last && at_first <= to,
            from <= at_first && at_last <= to,
        )
    }

    fn sequence(&self, patterns: &[u32], within: Option<Millis>) -> Span {
        Span::between(
            self.sequence_at(patterns, within, self.to),
            self.sequence_at(patterns, within, self.from),
        )
    }

    /// Whether the patterns occur one after the other, imagined events happening at an instant.
    ///
    /// For each step the latest start of a run up to it is kept, as the latest start makes the shortest run.
    fn sequence_at(&self, patterns: &[u32], within: Option<Millis>, at: Millis) -> bool {
        let mut events: Vec<(Hit, u32)> = Vec::new();
        for (step, pattern) in patterns.iter().enumerate() {
            let step = 1u32 << step;
            let imagined = (0..self.imagined(*pattern)).map(|nth| Hit {
                at,
                place: self.state.events() + nth,
            });
            events.extend(
                self.hits(*pattern)
                    .iter()
                    .copied()
                    .chain(imagined)
                    .map(|hit| (hit, step)),
            );
        }
        sort(&mut events);
        let mut starts: Vec<Option<Millis>> = vec![None; patterns.len()];
        let mut queue = events.into_iter().peekable();
        while let Some((hit, mut steps)) = queue.next() {
            while let Some((_, step)) = queue.next_if(|(next, _)| *next == hit) {
                steps |= step;
            }
            for step in (0..patterns.len()).rev() {
                if steps & 1 << step == 0 {
                    continue;
                }
                let start = match step.checked_sub(1) {
                    None => Some(hit.at),
                    Some(before) => starts.get(before).copied().flatten(),
                };
                let Some(start) = start else { continue };
                if step + 1 == patterns.len() && within.is_none_or(|most| hit.at - start <= most) {
                    return true;
                }
                if let Some(slot) = starts.get_mut(step) {
                    *slot = Some(slot.map_or(start, |earlier| earlier.max(start)));
                }
            }
        }
        false
    }
}

/// Those of the events that lie in a window that ends at an instant.
pub(super) fn in_window(hits: &[Hit], at: Millis, within: Option<Millis>) -> &[Hit] {
    match within {
        None => hits,
        Some(within) => {
            let start = at.saturating_sub(within);
            hits.get(hits.partition_point(|hit| hit.at <= start)..)
                .unwrap_or(&[])
        }
    }
}
