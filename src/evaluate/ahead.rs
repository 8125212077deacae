//! How things come out at a later instant, or if more events had come: found beside what is found as of now, in few steps.
//!
//! The slim build does without: it forgets what it found, and finds the same anew.

use super::curve::Curve;
use super::eval::Eval;
use super::forecast::Change;
use super::scores::{clamped, plus};
use super::settle::Question;
use crate::limits;
use crate::playbook::{EventRule, Millis, Plain, Playbook, is_marked, op, row, rows};
use crate::truth::Span;
use alloc::vec::Vec;

type Bounds = (i64, i64);

/// What was found ahead.
#[derive(Clone, Debug, Default)]
pub(super) struct Ahead {
    /// Counts looks; what was found in others does not count.
    look: u64,
    /// The same where events are imagined otherwise.
    world: u64,
    /// The same for decisions.
    decision: u64,
    conditions: Vec<Steady>,
    scores: Vec<Course>,
    groups: Vec<Part>,
    /// By rule over events, what it brings as of now without imagined ones, where its group has that.
    now: Vec<i64>,
    pub curve: Curve,
}

/// Until when something stays, and whether it is known to end then.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stay {
    until: Millis,
    is_last: bool,
}

/// How a condition comes out, and until when.
#[derive(Clone, Copy, Debug, Default)]
struct Steady {
    look: u64,
    stay: Stay,
    span: Span,
}

/// What a score comes to, and until when its rules on conditions bring the same.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    look: u64,
    stay: Stay,
    value: Bounds,
}

/// What a group's rules bring.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    world: u64,
    at: Millis,
    /// Over events: those with points, then those with points off.
    events: [Bounds; 2],
    facts: Bounds,
    /// What those over events bring at a later instant.
    then: Millis,
    events_then: [Bounds; 2],
    /// The decision whose `now` has been found.
    now: u64,
}

impl Ahead {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.look += 1;
        self.world += 1;
    }

    /// The look at hand.
    pub fn look_at_hand(&self) -> u64 {
        self.look
    }

    /// What a group's rules come to at the instant of its score's course, and from then on at least and at most,
    /// as long as those over events bring less and less.
    pub fn course_of(&self, group: usize) -> Bounds {
        let Part { events, facts, .. } = self.groups.get(group).copied().unwrap_or_default();
        let [points, off] = events;
        plus(facts, plus(points, off))
    }

    /// Starts a decision.
    pub fn decide(&mut self) {
        self.decision += 1;
        self.clear();
    }

    /// Notes how much less than at its instant a group's rules over events bring at a later one: those with points, those with points off.
    pub fn note_then(&mut self, group: usize, then: Millis, [points, off]: [i64; 2]) {
        if let Some(part) = self.groups.get_mut(group)
            && (part.then <= part.at || then < part.then)
        {
            let [all_points, all_off] = part.events;
            part.then = then;
            part.events_then = [
                plus(all_points, (points, points)),
                plus(all_off, (off, off)),
            ];
        }
    }

    /// Starts a look.
    pub fn look(&mut self, playbook: &Playbook) {
        self.look += 1;
        self.conditions
            .resize(playbook.conditions.len(), Steady::default());
        self.scores.resize(playbook.scores.len(), Course::default());
        self.groups.resize(playbook.groups.len(), Part::default());
        self.now.resize(playbook.rules.len(), 0);
    }
}

impl<'p, 's> Eval<'p, 's> {
    /// What is found while something is worked out, and how long that stays.
    ///
    /// Nobody looks further than what was found before stays; where it stays as long as that, it may stay longer.
    pub(super) fn noting<T>(&mut self, find: impl FnOnce(&mut Self) -> T) -> (T, Stay) {
        let outer = self.until;
        let found = find(self);
        let (until, is_last) = (
            self.until,
            self.until < outer || outer == limits::INSTANT_MS,
        );
        (found, Stay { until, is_last })
    }

    /// Notes how long something stays that was found before, if that is known as far as it is asked for.
    fn still_stays(&mut self, stay: Stay) -> bool {
        let is_enough = stay.is_last || stay.until >= self.until;
        if is_enough {
            self.stays_until(stay.until);
        }
        is_enough
    }

    /// When a gate changes; all of them are looked at together at first.
    pub(super) fn gate_change(&mut self, stage: u16, same: Question<'_, 'p, 's>) -> Change {
        if self.room.stays.is_empty() {
            let stages = 0..self.playbook.stages.len() as u16;
            let open: Vec<bool> = stages.clone().map(|it| self.gate(it).is_met()).collect();
            self.look_at(self.as_of);
            for (stage, open) in stages.zip(open) {
                let last = self.stays(&mut |eval| eval.gate(stage).same_as(open));
                self.room.stays.push(last.unwrap_or(self.as_of));
            }
        }
        let until = self.room.stays.get(usize::from(stage));
        let until = until.copied().unwrap_or(self.as_of);
        let change = self.first_change_after(until, same);
        self.look_at(self.as_of);
        change
    }

    /// How a condition comes out ahead.
    pub(super) fn find_ahead(&mut self, id: u32) -> Span {
        if let Some(span) = self.lasting(id) {
            return span;
        }
        let place = id as usize;
        let look = self.room.ahead.look;
        if let Some(Steady {
            look: found,
            stay,
            span,
        }) = self.room.ahead.conditions.get(place).copied()
            && found == look
            && self.still_stays(stay)
        {
            return span;
        }
        let (span, stay) = self.noting(|eval| eval.fresh(id));
        let depends = self.playbook.index.of_condition(id);
        if !is_marked(depends, self.playbook.attributes.len())
            && let Some(slot) = self.room.ahead.conditions.get_mut(place)
        {
            *slot = Steady { look, stay, span };
        }
        span
    }
}

impl Eval<'_, '_> {
    /// How a condition comes out that neither time nor events change.
    fn lasting(&self, id: u32) -> Option<Span> {
        let playbook = self.playbook;
        let known = self.found(id).known();
        if playbook.index.plan.changing.get(id as usize) == Some(&false) {
            return (known != Span::ABSENT).then_some(known);
        }
        let &[what, attribute, ..] = row(&playbook.conditions, i64::from(id));
        // A date that is not known passes a test or not whatever the time.
        (what == op::FACT && !self.seen.is_known(attribute as u16)).then_some(known)
    }

    /// What a score comes to ahead.
    pub(super) fn course(&mut self, score: u16) -> Bounds {
        let look = self.room.ahead.look;
        if let Some(Course {
            look: found,
            stay,
            value,
        }) = self.room.ahead.scores.get(usize::from(score)).copied()
            && found == look
            && self.still_stays(stay)
        {
            return value;
        }
        let (value, stay) = self.noting(|eval| eval.fresh_course(score));
        if let Some(slot) = self.room.ahead.scores.get_mut(usize::from(score)) {
            *slot = Course { look, stay, value };
        }
        value
    }

    fn fresh_course(&mut self, score: u16) -> Bounds {
        let playbook = self.playbook;
        let &[_, first, count, ..] = row(&playbook.scores, i64::from(score));
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let facts = match playbook.index.plan.rules(place) {
                [] => (0, 0),
                _ => self.sum(rows(&playbook.rules, group[1], group[2])),
            };
            let (world, at) = (self.room.ahead.world, self.at);
            let found = self.room.ahead.groups.get(place).copied();
            let mut part = found
                .filter(|found| found.world == world)
                .unwrap_or_default();
            if (part.world, part.at) != (world, at) {
                part.events = match part.world == world && part.then == at {
                    true => part.events_then,
                    false => self.events_ahead(place, at),
                };
                (part.world, part.at, part.then) = (world, at, at);
            }
            part.facts = facts;
            // Finding what its rules bring may have noted what they bring now.
            part.now = self
                .room
                .ahead
                .groups
                .get(place)
                .map_or(0, |found| found.now);
            if let Some(slot) = self.room.ahead.groups.get_mut(place) {
                *slot = part;
            }
        }
        self.clamped_course(score)
    }

    fn clamped_course(&self, score: u16) -> Bounds {
        let playbook = self.playbook;
        let &[_, first, count, at_least, at_most, ..] = row(&playbook.scores, i64::from(score));
        let mut total = (0, 0);
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let &[_, _, _, at_least, at_most, ..] = group;
            let course = self.room.ahead.course_of(place);
            total = plus(total, clamped(course, at_least, at_most));
        }
        clamped(total, at_least, at_most)
    }

    /// Finds what each of a group's rules over events brings as of now.
    fn find_now(&mut self, group: usize, events: &[EventRule]) {
        let decision = self.room.ahead.decision;
        match self.room.ahead.groups.get_mut(group) {
            Some(part) if part.now != decision => part.now = decision,
            _ => return,
        }
        for event in events {
            let points = self.event_points(event, self.as_of, 0);
            if let Some(slot) = self.room.ahead.now.get_mut(event.rule as usize) {
                *slot = points;
            }
        }
    }

    /// What a group's rules over events bring at an instant, imagined ones among them: those with points, then those with points off.
    fn events_ahead(&mut self, group: usize, at: Millis) -> [Bounds; 2] {
        let mut sums = [(0, 0); 2];
        let events = self.playbook.index.plan.on_events(group);
        if at == self.as_of {
            self.find_now(group, events);
        }
        for event in events {
            let least = match self.imagined {
                Some(_) => self.imagined(event.pattern),
                None => 0,
            };
            let one = match least == 0 && at == self.as_of {
                true => self
                    .room
                    .ahead
                    .now
                    .get(event.rule as usize)
                    .copied()
                    .unwrap_or(0),
                false => self.event_points(event, at, least),
            };
            let mut found = (one, one);
            let more = self.imagined.map_or(0, |imagined| imagined.more);
            if least > 0 && more > 0 {
                let other = self.event_points(event, at, least + more);
                found = (one.min(other), one.max(other));
                if let Some(Plain::Number(..)) = event.plain {
                    // Numbers between the two may be those that are looked for.
                    let (none, all) = (event.points_of(0), event.points_of(event.points.abs()));
                    found = (found.0.min(none).min(all), found.1.max(none).max(all));
                }
            }
            let [more, less] = &mut sums;
            let sum = if event.points < 0 { less } else { more };
            *sum = plus(*sum, found);
        }
        sums
    }
}
