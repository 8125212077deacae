//! Until when a score stays in a range: its rules over events as time goes by, drawn once and looked at where it matters.
//!
//! The slim build does without; it halves the time and finds the same.

mod search;

use super::eval::{Eval, in_window};
use super::scores::plus;
use crate::limits;
use crate::playbook::{EventRule, Millis, Plain, clamp, row, rows};
use alloc::vec::Vec;
use search::Search;

type Bounds = (i64, i64);

/// A score from an instant on.
#[derive(Clone, Debug, Default)]
pub(super) struct Curve {
    /// The look and the score that it was drawn for.
    drawn: Option<(u64, u16)>,
    /// Until then every line only gets less.
    until: Millis,
    groups: Vec<Group>,
    lines: Vec<Line>,
    hits: Vec<Hit>,
    /// The same in a search, as far as something changes between its ends.
    left_lines: Vec<Line>,
    left_hits: Vec<Hit>,
    /// Instants between the ends at which something is gone at once.
    gone: Vec<Millis>,
}

/// What a group brings without the lines that may change.
#[derive(Clone, Copy, Debug)]
struct Group {
    rest: Bounds,
    at_least: i64,
    at_most: i64,
    /// How many lines it has.
    lines: usize,
}

/// A rule that may come to bring less.
#[derive(Clone, Copy, Debug)]
struct Line {
    event: EventRule,
    /// Whether what each hit leaves adds up; else a hit stands for all that the rule brings.
    by_event: bool,
    /// Whether the hit does not fade, as some are imagined.
    is_fresh: bool,
    /// What events leave that is the same throughout: imagined ones at first.
    same: i64,
    /// What the others leave.
    left: i64,
    /// What it brings at the first instant.
    first: i64,
    /// What it brings at the ends of a search, and between.
    early: i64,
    late: i64,
    middle: i64,
    /// How many hits it has.
    hits: usize,
}

/// An event, or several that count together, and what is left.
#[derive(Clone, Copy, Debug)]
struct Hit {
    /// From when on it fades.
    at: Millis,
    /// From when on nothing is left of it.
    gone: Millis,
    early: i64,
    late: i64,
    middle: i64,
}

impl Hit {
    /// What fades from an instant on, and leaves a window with an event.
    fn new(event: &EventRule, at: Millis, leaves: Option<&Millis>) -> Self {
        let leaves = leaves.filter(|_| event.within > 0);
        let leaves = leaves.map_or(Millis::MAX, |leaves| leaves.saturating_add(event.within));
        let expires = event.fading.expires();
        Self {
            at,
            gone: expires.map_or(leaves, |age| leaves.min(at.saturating_add(age))),
            early: 0,
            late: i64::MIN,
            middle: 0,
        }
    }
}

impl Line {
    /// What is left of a hit at an instant.
    #[inline]
    fn left_of(&self, eval: &Eval, hit: &Hit, at: Millis) -> i64 {
        let event = &self.event;
        if !self.by_event {
            return eval.event_points(event, at, eval.imagined(event.pattern));
        }
        match at >= hit.gone {
            true => 0,
            false => event.fading.left(event.points.abs(), at - hit.at),
        }
    }

    /// What the rule brings, given what is left of its events.
    #[inline]
    fn brings(&self, left: i64) -> i64 {
        match self.by_event {
            true => self.event.points_of(left),
            false => left,
        }
    }

    /// The first instant from one on at which less may be left of a hit.
    fn next(&self, hit: &Hit, at: Millis) -> Millis {
        if !self.by_event {
            return at;
        }
        let next = match hit.at >= at {
            true => Millis::MAX,
            false => hit.at.saturating_add(self.event.fading.next(at - hit.at)),
        };
        match hit.gone >= at {
            true => next.min(hit.gone),
            false => next,
        }
    }
}

impl Curve {
    /// Draws what a score comes to. INVARIANT: its course has been found.
    fn draw(&mut self, eval: &mut Eval, score: u16) {
        let drawn = Some((eval.room.ahead.look_at_hand(), score));
        if self.drawn == drawn {
            return;
        }
        self.drawn = drawn;
        let outer = core::mem::replace(&mut eval.until, Millis::MAX);
        self.groups.clear();
        self.lines.clear();
        self.hits.clear();
        let playbook = eval.playbook;
        let &[_, first, count, ..] = row(&playbook.scores, i64::from(score));
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let mut rest = eval.room.ahead.course_of(place);
            let before = self.lines.len();
            for event in playbook.index.plan.on_events(place) {
                if event.may_rise {
                    eval.gets_less(row(&playbook.rules, i64::from(event.rule)));
                }
                let points = self.draw_line(eval, event);
                rest = plus(rest, (-points, -points));
            }
            self.groups.push(Group {
                rest,
                at_least: group[3],
                at_most: group[4],
                lines: self.lines.len() - before,
            });
        }
        self.until = core::mem::replace(&mut eval.until, outer);
    }

    /// Draws a rule, unless it stays as it is; what it brings of what may change.
    fn draw_line(&mut self, eval: &Eval, event: &EventRule) -> i64 {
        let at = eval.at;
        let hits = in_window(eval.hits(event.pattern), at, event.within);
        if hits.is_empty() || event.within == 0 && !event.fading.fades() {
            return 0;
        }
        let imagined = eval.imagined(event.pattern);
        let fresh = i64::from(imagined);
        let mut line = Line {
            event: *event,
            by_event: true,
            is_fresh: false,
            same: 0,
            left: 0,
            first: 0,
            early: 0,
            late: i64::MIN,
            middle: 0,
            hits: 0,
        };
        let before = self.hits.len();
        let drawn = &mut self.hits;
        match event.plain {
            Some(Plain::Each) => {
                line.same = fresh * event.points.abs();
                drawn.extend(hits.iter().map(|hit| Hit::new(event, *hit, Some(hit))));
            }
            Some(Plain::Number(from, to)) if from > 0 => {
                let count = hits.len() as i64 + fresh;
                if count < from || count > to {
                    return 0;
                }
                // Too few are left when that many of the newest are not.
                let due = usize::try_from(from - fresh).unwrap_or(0);
                let leaves = due
                    .checked_sub(1)
                    .and_then(|nth| hits.iter().rev().nth(nth));
                line.is_fresh = fresh > 0;
                let newest = hits.last().filter(|_| !line.is_fresh);
                let newest = newest.copied().unwrap_or(limits::INSTANT_MS);
                drawn.push(Hit::new(event, newest, leaves));
            }
            _ => {
                line.by_event = false;
                drawn.push(Hit::new(event, at, None));
            }
        }
        let mut kept = before;
        for place in before..drawn.len() {
            let Some(mut hit) = drawn.get(place).copied() else {
                break;
            };
            hit.early = line.left_of(eval, &hit, at);
            hit.middle = hit.early;
            if line.by_event && hit.early == 0 {
                continue;
            }
            line.left += hit.early;
            line.hits += 1;
            if let Some(slot) = drawn.get_mut(kept) {
                *slot = hit;
                kept += 1;
            }
        }
        drawn.truncate(kept);
        let (by_event, same) = (line.by_event, line.same);
        line.first = line.brings(same + line.left);
        if by_event && line.first == line.brings(same) {
            // Without them it brings as much.
            self.hits.truncate(before);
            return 0;
        }
        (line.early, line.middle) = (line.first, line.first);
        self.lines.push(line);
        line.first
    }

    /// Finds what is left at an instant between the ends.
    fn look(&mut self, eval: &Eval, at: Millis) {
        let mut hits = self.left_hits.iter_mut();
        for line in &mut self.left_lines {
            if line.hits == 0 {
                continue;
            }
            line.left = 0;
            for hit in hits.by_ref().take(line.hits) {
                hit.middle = line.left_of(eval, hit, at);
                line.left += hit.middle;
            }
            line.middle = line.brings(line.same + line.left);
        }
    }

    /// Finds again what is left at the early end.
    fn look_early(&mut self) {
        let mut hits = self.left_hits.iter_mut();
        for line in &mut self.left_lines {
            line.middle = line.early;
            line.left = 0;
            for hit in hits.by_ref().take(line.hits) {
                hit.middle = hit.early;
                line.left += hit.early;
            }
        }
    }

    /// How far inside a range the score lies at least, from the first instant to the one that was looked at.
    fn slack(&self, (at_least, at_most): Bounds, (least, most): Bounds) -> i64 {
        let mut total = (0, 0);
        let mut lines = self.left_lines.iter();
        for group in &self.groups {
            let (mut low, mut high) = group.rest;
            for line in lines.by_ref().take(group.lines) {
                match line.event.points < 0 {
                    true => (low, high) = (low + line.first, high + line.middle),
                    false => (low, high) = (low + line.middle, high + line.first),
                }
            }
            let kept = |sum| clamp(sum, group.at_least, group.at_most);
            total = plus(total, (kept(low), kept(high)));
        }
        let low = clamp(total.0, at_least, at_most);
        let high = clamp(total.1, at_least, at_most);
        let above = low.saturating_sub(least);
        above.min(most.saturating_sub(high))
    }

    /// Makes what was looked at an end, and leaves out what is the same at both ends.
    fn narrow(&mut self, is_late: bool) {
        let mut hits = core::mem::take(&mut self.left_hits);
        let (mut place, mut kept) = (0, 0);
        for line in &mut self.left_lines {
            let end = match is_late {
                true => &mut line.late,
                false => &mut line.early,
            };
            *end = line.middle;
            let count = line.hits;
            for read in place..place + count {
                let Some(mut hit) = hits.get(read).copied() else {
                    break;
                };
                match is_late {
                    true => hit.late = hit.middle,
                    false => hit.early = hit.middle,
                }
                if line.early == line.late || hit.early == hit.late {
                    line.same += hit.early;
                    line.left -= hit.middle;
                    line.hits -= 1;
                } else if let Some(slot) = hits.get_mut(kept) {
                    *slot = hit;
                    kept += 1;
                }
            }
            place += count;
        }
        hits.truncate(kept);
        self.left_hits = hits;
    }

    /// The first instant from one on at which something that changes between the ends may change.
    fn next(&self, at: Millis) -> Millis {
        let mut next = Millis::MAX;
        let mut hits = self.left_hits.iter();
        for line in &self.left_lines {
            for hit in hits.by_ref().take(line.hits) {
                next = next.min(line.next(hit, at));
            }
        }
        next
    }

    /// Notes what the groups bring at the later end of a search.
    fn note_then(&self, eval: &mut Eval, score: u16) {
        let first = row(&eval.playbook.scores, i64::from(score))[1];
        // The ends may be next to each other without having been looked at closely.
        if self.left_lines.iter().any(|line| line.late == i64::MIN) {
            return;
        }
        let mut lines = self.left_lines.iter();
        for (place, group) in (first as usize..).zip(&self.groups) {
            let mut less = [0; 2];
            let [points, off] = &mut less;
            for line in lines.by_ref().take(group.lines) {
                let sum = if line.event.points < 0 {
                    &mut *off
                } else {
                    &mut *points
                };
                *sum += line.late - line.first;
            }
            eval.room.ahead.note_then(place, eval.until + 1, less);
        }
    }
}

impl Eval<'_, '_> {
    /// What was found stays while a score stays in a range that it lies in.
    pub(super) fn stays_within(&mut self, score: u16, range: Bounds) {
        let mut curve = core::mem::take(&mut self.room.ahead.curve);
        curve.draw(self, score);
        self.stays_until(curve.until);
        if let Some(last) = Search::new(&mut curve, self, score, range).last() {
            self.until = last;
            curve.note_then(self, score);
        }
        self.room.ahead.curve = curve;
    }
}
