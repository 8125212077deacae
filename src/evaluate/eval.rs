//! One look at a lead: at an instant, or over the completions of what is open.

#[cfg(feature = "document")]
use super::ahead::Ahead;
use super::derived::Derived;
use super::forecast::NOT_ASKED;
use super::missing::Opening;
use super::rules::Kept;
use super::settle::Question;
use crate::evidence::{Seen, in_intervals};
use crate::playbook::{Millis, Playbook, Row, before, bits, is_marked, op, row, test};
use crate::truth::{Both, Span, Tally};
use alloc::vec::Vec;

/// In which sense conditions are judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// On what is known.
    Known,
    /// Over every completion of the open attributes.
    Completion,
    /// On what is known, at the instant that is looked at, with the events that are imagined.
    #[cfg(feature = "document")]
    Ahead,
}

impl Sense {
    /// How something comes out in this sense.
    #[inline]
    pub fn of(self, both: Both) -> Span {
        match self {
            Self::Known => both.known(),
            Self::Completion => both.completion(),
            #[cfg(feature = "document")]
            Self::Ahead => Span::ABSENT,
        }
    }

    /// The same with another span in this sense.
    pub fn put(self, both: Both, span: Span) -> Both {
        match self {
            Self::Known => Both::of(span, both.completion()),
            Self::Completion => Both::of(both.known(), span),
            #[cfg(feature = "document")]
            Self::Ahead => both,
        }
    }
}

/// Model events that are imagined at the instant that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Imagined<'p> {
    /// The patterns that the event matches, sorted.
    pub matches: &'p [i64],
    pub times: u32,
    /// So many may come on top.
    #[cfg(feature = "document")]
    pub more: u32,
}

/// The stage as gates see it.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub stage: Option<u16>,
    pub since: Option<Millis>,
}

/// The stage as routes see it: after the moves.
#[derive(Clone, Copy)]
pub(super) struct After {
    /// The stages that the record may be in, as bits.
    pub stages: u64,
    /// Whether it has moved.
    pub moved: Span,
}

pub(super) struct Eval<'p, 's> {
    pub playbook: &'p Playbook,
    pub seen: Seen<'s>,
    /// Events up to here are looked at.
    pub as_of: Millis,
    /// The instant that is looked at.
    pub at: Millis,
    /// What is found surely stays until then.
    pub until: Millis,
    pub sense: Sense,
    pub imagined: Option<Imagined<'p>>,
    pub place: Place,
    pub after: Option<After>,
    /// What is worked with, and used again for the next decision.
    pub room: &'s mut Room,
}

/// What evaluation works with.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pub derived: Derived,
    /// By condition, how it comes out, as far as that has been found.
    pub spans: Vec<Both>,
    /// By score, its value, low and high, as far as a pass has got.
    #[cfg(feature = "document")]
    pub numbers: Vec<[i64; 3]>,
    /// By rule, what a session's events bring, as far as that is kept from one decision to the next.
    pub kept: Vec<Kept>,
    /// Which events open gates, once that has been found.
    pub openings: Vec<Opening>,
    #[cfg(feature = "document")]
    pub ahead: Ahead,
    pub has_openings: bool,
    /// By stage, until when its gate surely stays as it is; empty until that has been found.
    #[cfg(feature = "document")]
    pub stays: Vec<Millis>,
    /// As it stood before something was assumed, last ones last.
    pub stood: Vec<Both>,
    /// How many of the things that are assumed leave tests undecided.
    pub vague: u32,
    /// Dates that are assumed, last ones last: attribute and date.
    pub dates: Vec<(u16, Millis)>,
    /// The attributes that are not exactly known, as bits.
    pub open: Vec<u64>,
    /// Undecided rules, each with the one open attribute that they depend on.
    pub together: Vec<(u16, Row)>,
    /// Lists that are not in use.
    #[cfg(feature = "quick")]
    pub spare: Vec<Vec<i64>>,
    /// Events of a sequence: time, place, and for which steps.
    pub run: Vec<((Millis, u32), u32)>,
    /// The scores whose low or high was widened to the value, as bits.
    pub widened: u32,
}

impl<'p, 's> Eval<'p, 's> {
    /// INVARIANT: the evidence has been looked at for this instant.
    pub fn new(playbook: &'p Playbook, seen: Seen<'s>, room: &'s mut Room, as_of: Millis) -> Self {
        let place = match seen.stage {
            Some(at) => Place {
                stage: Some(at.stage),
                since: at.since,
            },
            None => Place {
                stage: playbook.initial(),
                since: None,
            },
        };
        room.derived.fit(playbook);
        seen.copy_spans(&mut room.spans);
        seen.copy_open(&mut room.open);
        room.widened = 0;
        room.has_openings = false;
        #[cfg(feature = "document")]
        {
            room.ahead.decide();
            room.stays.clear();
        }
        Self {
            playbook,
            seen,
            as_of,
            at: as_of,
            until: NOT_ASKED,
            sense: Sense::Known,
            imagined: None,
            place,
            after: None,
            room,
        }
    }

    /// Forgets what was derived.
    #[cfg(not(feature = "document"))]
    fn refresh(&mut self) {
        self.room.derived.clear();
        self.seen.copy_spans(&mut self.room.spans);
        self.room.widened = 0;
    }

    /// Looks at another instant.
    pub fn look_at(&mut self, at: Millis) {
        self.at = at;
        self.until = NOT_ASKED;
        #[cfg(feature = "document")]
        self.room.ahead.look(self.playbook);
        #[cfg(not(feature = "document"))]
        self.refresh();
    }

    /// How something comes out at the instant that is looked at.
    pub fn ahead(&mut self, question: Question<'_, 'p, 's>) -> Span {
        #[cfg(feature = "document")]
        return self.in_sense(Sense::Ahead, question);
        #[cfg(not(feature = "document"))]
        question(self)
    }

    /// Imagines events, or none; a look follows.
    pub fn imagine(&mut self, imagined: Option<Imagined<'p>>) {
        self.imagined = imagined;
        #[cfg(feature = "document")]
        self.room.ahead.clear();
    }

    /// A score's value, or in the sense of completions its low and high.
    #[inline]
    pub fn score(&mut self, score: u16) -> (i64, i64) {
        match self.room.derived.score(score, self.sense) {
            Some(found) => found,
            None => self.find_score(score),
        }
    }

    #[inline(never)]
    fn find_score(&mut self, score: u16) -> (i64, i64) {
        #[cfg(feature = "document")]
        if self.sense == Sense::Ahead {
            return self.course(score);
        }
        let found = self.fresh_score(score);
        self.room.derived.keep_score(score, self.sense, found);
        found
    }

    /// How a condition comes out.
    #[inline]
    pub fn condition(&mut self, id: u32) -> Span {
        match self.sense.of(self.found(id)) {
            Span::ABSENT => self.find(id),
            span => span,
        }
    }

    /// Finds how a condition comes out, and keeps it unless it depends on the stage, which moves and routes see differently.
    fn find(&mut self, id: u32) -> Span {
        #[cfg(feature = "document")]
        if self.sense == Sense::Ahead {
            return self.find_ahead(id);
        }
        let span = self.fresh(id);
        let depends = self.playbook.index.of_condition(id);
        if !is_marked(depends, self.playbook.attributes.len())
            && let Some(both) = self.room.spans.get_mut(id as usize)
        {
            *both = self.sense.put(*both, span);
        }
        span
    }

    pub(super) fn fresh(&mut self, id: u32) -> Span {
        let playbook = self.playbook;
        let &[what, a, b, c, d, ..] = row(&playbook.conditions, i64::from(id));
        match what {
            op::FACT => self.date(a, row(&playbook.tests, b)),
            op::ALL => self.every(playbook.list(a, b)),
            op::ANY => self.some(playbook.list(a, b)),
            op::NONE => self.some(playbook.list(a, b)).not(),
            op::AT_LEAST => {
                let mut tally = Tally::default();
                for part in playbook.list(a, b) {
                    tally.add(self.condition(*part as u32));
                }
                tally.at_least(c as u32)
            }
            op::COUNT => self.count(a as u32, (b, c), d),
            op::SEQUENCE => self.sequence(playbook.list(a, b), c),
            op::SCORE => {
                let (low, high) = self.score(a as u16);
                let (least, most) = if high < b {
                    (i64::MIN, b - 1)
                } else if low > c {
                    (c + 1, i64::MAX)
                } else {
                    (b, c)
                };
                self.score_stays(a as u16, least, most);
                Span::between(b <= low && high <= c, b <= high && low <= c)
            }
            op::BAND => self.band_in(a as u16, b as u64),
            op::GRADE => self.grade_in(playbook.list(a, b)),
            op::ICP => self.entry_in(playbook.icp(), a as u64),
            op::PERSONA => self.entry_in(playbook.personas(), a as u64),
            op::CRITERIA => self.criteria().between(a as u32, b as u32),
            op::GATE => {
                let after = self.after.take();
                let span =
                    bits(a as u64).fold(Span::FALSE, |span, stage| span.or(self.gate(stage)));
                self.after = after;
                span
            }
            op::STAGE => self.stage_in(a as u64),
            _ => self.time_in_stage(a, b),
        }
    }

    /// How a test on a date comes out that depends on the time.
    fn date(&mut self, attribute: i64, tested: &Row) -> Span {
        let attribute = attribute as u16;
        let assumed = self.room.dates.iter().find(|(it, _)| *it == attribute);
        let at = assumed.map_or_else(|| self.seen.range(attribute).0, |(_, date)| *date);
        let &[what, start, count, within, ahead, ..] = tested;
        if what == test::KNOWN {
            return Span::of(start != 0);
        }
        let mut span = Span::of(in_intervals(self.playbook.list(start, count), at));
        if within > 0 {
            span = span.and(self.while_between(at, at.saturating_add(within) - 1));
        }
        if ahead > 0 {
            span = span.and(self.while_between(at.saturating_sub(ahead), at - 1));
        }
        span
    }

    fn every(&mut self, parts: &[i64]) -> Span {
        let mut span = Span::TRUE;
        for part in parts {
            span = span.and(self.condition(*part as u32));
            if span == Span::FALSE {
                break;
            }
        }
        span
    }

    fn some(&mut self, parts: &[i64]) -> Span {
        let mut span = Span::FALSE;
        for part in parts {
            span = span.or(self.condition(*part as u32));
            if span == Span::TRUE {
                break;
            }
        }
        span
    }

    /// How the criteria of readiness come out.
    pub fn criteria(&mut self) -> Tally {
        let mut tally = Tally::default();
        for criterion in self.playbook.criteria() {
            tally.add(self.entry(criterion));
        }
        tally
    }

    /// How a condition comes out, as far as that has been found.
    pub fn found(&self, id: u32) -> Both {
        let both = self.room.spans.get(id as usize);
        both.copied().unwrap_or(Both::ABSENT)
    }

    /// Whether a stage's gate is open.
    pub fn gate(&mut self, stage: u16) -> Span {
        if let Some(found) = self.room.derived.gate(stage, self.sense) {
            return found;
        }
        let span = match self.gate_condition(stage) {
            Some((condition, _)) => self.condition(condition),
            None => Span::FALSE,
        };
        self.room.derived.keep_gate(stage, self.sense, span);
        span
    }

    /// The condition that a stage's gate goes by, and whether it is that for staying.
    pub fn gate_condition(&self, stage: u16) -> Option<(u32, bool)> {
        let &[_, enter, stay, ..] = row(&self.playbook.stages, i64::from(stage));
        match before(stay) {
            Some(stay) if self.place.stage == Some(stage) => Some((stay, true)),
            _ => before(enter).map(|enter| (enter, false)),
        }
    }

    /// Whether the stage is one of some, given as bits.
    pub(super) fn stage_in(&self, wanted: u64) -> Span {
        match (self.after, self.place.stage) {
            (Some(after), _) => Span::between(
                after.stages != 0 && after.stages & !wanted == 0,
                after.stages & wanted != 0,
            ),
            (None, Some(stage)) => Span::of(wanted & 1 << (stage & 63) != 0),
            (None, None) => Span::FALSE,
        }
    }

    fn time_in_stage(&mut self, from: Millis, to: Millis) -> Span {
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

    /// Whether the instant that is looked at lies between two, ends included.
    fn while_between(&mut self, first: Millis, last: Millis) -> Span {
        let (begun, ended) = (first <= self.at, last < self.at);
        if !begun {
            self.stays_until(first - 1);
        } else if !ended {
            self.stays_until(last);
        }
        Span::of(begun && !ended)
    }

    /// The events of a pattern that are looked at.
    #[inline]
    pub fn hits(&self, pattern: u32) -> &'s [Millis] {
        self.seen.hits(pattern, self.as_of)
    }

    /// How many imagined events match a pattern.
    #[inline]
    pub fn imagined(&self, pattern: u32) -> u32 {
        match self.imagined {
            Some(imagined) if imagined.matches.binary_search(&i64::from(pattern)).is_ok() => {
                imagined.times
            }
            _ => 0,
        }
    }

    /// How many more may come.
    #[cfg(feature = "document")]
    pub fn imagined_more(&self, pattern: u32) -> u32 {
        match self.imagined(pattern) {
            0 => 0,
            _ => self.imagined.map_or(0, |imagined| imagined.more),
        }
    }

    fn count(&mut self, pattern: u32, (from, to): (i64, i64), within: Millis) -> Span {
        let hits = in_window(self.hits(pattern), self.at, within);
        let count = hits.len() as i64 + i64::from(self.imagined(pattern));
        #[cfg(feature = "document")]
        if let more @ 1.. = self.imagined_more(pattern) {
            let most = count + i64::from(more);
            return Span::between(from <= count && most <= to, from <= most && count <= to);
        }
        let beyond = if count > to { to } else { from - 1 };
        self.stays_until_left(hits, count - beyond, within);
        Span::of(from <= count && count <= to)
    }
}

/// Those of the events that lie in a window that ends at an instant; 0 is no window.
pub(super) fn in_window(hits: &[Millis], at: Millis, within: Millis) -> &[Millis] {
    if within == 0 {
        return hits;
    }
    let start = at.saturating_sub(within);
    hits.get(hits.partition_point(|hit| *hit <= start)..)
        .unwrap_or(&[])
}
