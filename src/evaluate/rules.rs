//! What rules bring.

use super::eval::{Eval, in_window};
use crate::playbook::{Fading, Milli, Millis, Row, basis, clamp, row};

/// What the events of a rule bring before its cap, as magnitudes.
#[derive(Clone, Copy)]
pub(super) struct Brought {
    /// Events that count and lie in the window.
    pub events: u32,
    /// All of them at full points.
    pub full: i64,
    /// After the cap per period.
    pub capped: i64,
    /// After decay.
    pub left: i64,
    /// An instant before which this stays so if nothing happens.
    pub until: Millis,
}

impl Brought {
    const NOTHING: Self = Self {
        events: 0,
        full: 0,
        capped: 0,
        left: 0,
        until: Millis::MAX,
    };
}

/// What a rule brings with so many events, from one instant until before another.
///
/// INVARIANT: a session's events only get more, so from an instant on as many are the same ones.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    events: usize,
    from: Millis,
    until: Millis,
    points: i64,
}

impl Eval<'_, '_> {
    /// What a rule brings, after its cap: the least and the most over all that is looked at.
    pub(super) fn rule(&mut self, rule: &Row) -> (i64, i64) {
        if rule[0] == basis::WHEN {
            return self.rule_on_condition(rule);
        }
        let &[_, _, _, at_least, at_most, ..] = rule;
        let (low, high) = self.event_rule(rule);
        (
            clamp(low, at_least, at_most),
            clamp(high, at_least, at_most),
        )
    }

    /// The same of a rule on a condition.
    #[inline]
    pub(super) fn rule_on_condition(&mut self, rule: &Row) -> (i64, i64) {
        let &[_, condition, points, at_least, at_most, ..] = rule;
        let span = self.condition(condition as u32);
        let (low, high) = maybe(points, span.is_met(), span.may_be_met());
        (
            clamp(low, at_least, at_most),
            clamp(high, at_least, at_most),
        )
    }

    /// What a rule on events at a place among the rules brings, after its cap. A session keeps it.
    pub(super) fn rule_on_events(&mut self, place: usize, rule: &Row) -> (i64, i64) {
        let at = self.as_of;
        let is_now = (self.from, self.to) == (at, at) && self.imagined.is_none();
        if !cfg!(feature = "quick") || !is_now {
            return self.rule(rule);
        }
        let &[_, pattern, _, at_least, at_most, ..] = rule;
        let events = self.hits(pattern as u32).len();
        let mut kept = self.room.kept.get(place).copied().unwrap_or_default();
        if kept.events != events || at < kept.from || at >= kept.until {
            let brought = self.brought(rule, at, enough(rule));
            kept = Kept {
                events,
                from: at,
                until: brought.until,
                points: clamp(signed(rule, brought.left), at_least, at_most),
            };
            if let Some(slot) = self.room.kept.get_mut(place) {
                *slot = kept;
            }
        }
        (kept.points, kept.points)
    }

    fn event_rule(&self, rule: &Row) -> (i64, i64) {
        let &[what, pattern, points, _, _, terms, ..] = rule;
        let enough = enough(rule);
        if self.from == self.to {
            let points = signed(rule, self.brought(rule, self.from, enough).left);
            return (points, points);
        }
        let one = self.brought(rule, self.from, enough);
        // Between two instants at which the same events count, what is left only gets less.
        let other = self.brought(rule, self.to, enough);
        let (mut least, mut most) = (one.left.min(other.left), one.left.max(other.left));
        let pattern = pattern as u32;
        let &[within, second, third, period, ..] = row(&self.playbook.terms, terms);
        if what == basis::COUNTING {
            (least, most) = self.while_counted(
                (pattern, within),
                (second, third),
                (least, most),
                points.abs(),
            );
        } else {
            let more = self.imagined(pattern);
            if more > 0 && !self.imagined_alike(pattern, second, period) {
                least = 0;
                most = most.saturating_add(points.abs().saturating_mul(i64::from(more)));
            }
        }
        let (one, other) = (signed(rule, least), signed(rule, most));
        (one.min(other), one.max(other))
    }

    /// The least and the most that a counting rule brings over a stretch of time, given what it brings at the ends.
    pub(super) fn while_counted(
        &self,
        (pattern, within): (u32, Millis),
        (from, to): (i64, i64),
        ends: (i64, i64),
        magnitude: Milli,
    ) -> (i64, i64) {
        let first = self.counted(pattern, self.from, within);
        let last = self.counted(pattern, self.to, within);
        if from <= last && first <= to {
            // Holds throughout.
            ends
        } else if first < from || last > to {
            (0, 0)
        } else {
            (0, magnitude)
        }
    }

    /// Whether imagined events count alike at every instant that is looked at.
    fn imagined_alike(&self, pattern: u32, cooldown: Millis, period: Millis) -> bool {
        let hits = self.hits(pattern);
        let Some(last) = hits.last() else {
            return true;
        };
        let fresh = period == 0 || {
            let this = self.from.div_euclid(period);
            this > last.div_euclid(period) || this == self.to.div_euclid(period)
        };
        // The last one that counted is not later than the last one.
        let cooled = cooldown == 0 || self.from - last >= cooldown;
        fresh
            && (cooled || {
                let mut counted = Cooling::new(cooldown);
                for hit in hits {
                    counted.counts(*hit);
                }
                let counted = counted.last;
                counted.is_some_and(|at| (self.from - at >= cooldown) == (self.to - at >= cooldown))
            })
    }

    /// What the events of a rule bring at an instant, imagined ones happening then.
    ///
    /// Where so much is left that it is enough, more events may be left out.
    pub(super) fn brought(&self, rule: &Row, at: Millis, enough: Milli) -> Brought {
        let &[what, pattern, points, _, _, terms, ..] = rule;
        let magnitude = points.abs();
        let terms = row(&self.playbook.terms, terms);
        let hits = self.hits(pattern as u32);
        let more = self.imagined(pattern as u32);
        let within = terms[0];
        if what == basis::EVENTS {
            return sum((terms, magnitude, enough), hits, more, at);
        }
        let hits = in_window(hits, at, within);
        let events = hits.len() as u32 + more;
        let leaves = leaves(hits.first(), within);
        if i64::from(events) < terms[1] || i64::from(events) > terms[2] {
            return Brought {
                events,
                until: leaves,
                ..Brought::NOTHING
            };
        }
        let age = match (more, hits.last()) {
            (0, Some(newest)) => at - newest,
            _ => 0,
        };
        let (left, until) = Fading::new(terms).left_until(magnitude, age);
        Brought {
            events,
            full: magnitude,
            capped: magnitude,
            left,
            until: leaves.min((at - age).saturating_add(until)),
        }
    }
}

/// Which events count when each is followed by a time in which no other does.
struct Cooling {
    wait: Millis,
    last: Option<Millis>,
}

impl Cooling {
    fn new(wait: Millis) -> Self {
        Self { wait, last: None }
    }

    fn counts(&mut self, at: Millis) -> bool {
        let counts = self.last.is_none_or(|last| at - last >= self.wait);
        if counts {
            self.last = Some(at);
        }
        counts
    }
}

fn sum(
    (terms, magnitude, enough): (&Row, Milli, Milli),
    hits: &[Millis],
    imagined: u32,
    at: Millis,
) -> Brought {
    let &[within, cooldown, most, every, ..] = terms;
    let fading = Fading::new(terms);
    let mut brought = Brought::NOTHING;
    let mut add = |points: Milli, time: Millis| {
        brought.events += 1;
        brought.full += magnitude;
        brought.capped += points;
        let (left, until) = fading.left_until(points, at - time);
        brought.left += left;
        brought.until = brought.until.min(time.saturating_add(until));
        brought.left >= enough
    };
    if cooldown | every == 0 {
        for _ in 0..imagined {
            add(magnitude, at);
        }
        let hits = in_window(hits, at, within);
        // The newest have most left.
        for hit in hits.iter().rev() {
            if add(magnitude, *hit) {
                break;
            }
        }
        brought.until = brought.until.min(leaves(hits.first(), within));
        return brought;
    }
    let opens = match within {
        0 => Millis::MIN,
        within => at.saturating_sub(within),
    };
    let mut cooling = Cooling::new(cooldown);
    let mut period: Option<(i64, i64)> = None;
    let mut first = None;
    let imagined = (0..imagined).map(|_| at);
    for time in hits.iter().copied().chain(imagined) {
        if !cooling.counts(time) {
            continue;
        }
        let mut points = magnitude;
        if every > 0 {
            let this = time.div_euclid(every);
            let used = match period {
                Some((last, used)) if last == this => used,
                _ => 0,
            };
            points = points.min(most.saturating_sub(used)).max(0);
            period = Some((this, used.saturating_add(points)));
        }
        if time > opens {
            add(points, time);
            first = first.or(Some(time));
        }
    }
    brought.until = brought.until.min(leaves(first.as_ref(), within));
    brought
}

/// As much as a rule can bring: beyond its cap it does not matter how much it is.
fn enough(rule: &Row) -> Milli {
    let &[_, _, points, at_least, at_most, ..] = rule;
    if points < 0 { at_least } else { at_most }.saturating_abs()
}

/// When the first event leaves a window; 0 is no window.
fn leaves(first: Option<&Millis>, within: Millis) -> Millis {
    match (first, within) {
        _ if !cfg!(feature = "quick") => Millis::MAX,
        (Some(first), 1..) => first.saturating_add(within),
        _ => Millis::MAX,
    }
}

/// A magnitude with the sign of the rule's points.
pub(super) fn signed(rule: &Row, magnitude: i64) -> i64 {
    if rule[2] < 0 {
        magnitude.saturating_neg()
    } else {
        magnitude
    }
}

/// The least and the most of points that are certain, possible or neither.
pub(super) fn maybe(points: i64, certain: bool, possible: bool) -> (i64, i64) {
    match (certain, possible) {
        (true, _) => (points, points),
        (false, true) => (points.min(0), points.max(0)),
        (false, false) => (0, 0),
    }
}
