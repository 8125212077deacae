//! What rules bring.

use super::eval::{Eval, in_window};
use super::scores::clamped;
use crate::playbook::{Fading, Milli, Millis, Row, basis, clamp, enough, row};

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
    /// What a rule brings, after its cap: the least and the most.
    pub(super) fn rule(&mut self, rule: &Row) -> (i64, i64) {
        if rule[0] == basis::WHEN {
            return self.rule_on_condition(rule);
        }
        let points = self.event_rule(rule, self.at, self.imagined(rule[1] as u32));
        (points, points)
    }

    /// The same of a rule on a condition.
    #[inline]
    pub(super) fn rule_on_condition(&mut self, rule: &Row) -> (i64, i64) {
        let &[_, condition, points, at_least, at_most, ..] = rule;
        let span = self.condition(condition as u32);
        let (low, high) = maybe(points, span.is_met(), span.may_be_met());
        clamped((low, high), at_least, at_most)
    }

    /// What a rule on events at a place among the rules brings, after its cap. A session keeps what it brings as of now.
    pub(super) fn rule_on_events(&mut self, place: usize, rule: &Row, at: Millis) -> i64 {
        let pattern = rule[1] as u32;
        if !cfg!(feature = "quick") || at != self.as_of || self.imagined.is_some() {
            return self.event_rule(rule, at, self.imagined(pattern));
        }
        let &[_, _, points, at_least, at_most, ..] = rule;
        let events = self.hits(pattern).len();
        let mut kept = self.room.kept.get(place).copied().unwrap_or_default();
        if kept.events != events || at < kept.from || at >= kept.until {
            let brought = self.brought(rule, (at, 0), enough(points, at_least, at_most));
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
        kept.points
    }

    /// What a rule over events brings at an instant, after its cap, so many imagined ones happening then.
    pub(super) fn event_rule(&self, rule: &Row, at: Millis, imagined: u32) -> i64 {
        let &[_, _, points, at_least, at_most, ..] = rule;
        let enough = enough(points, at_least, at_most);
        let left = self.brought(rule, (at, imagined), enough).left;
        clamp(signed(rule, left), at_least, at_most)
    }

    /// What the events of a rule bring at an instant, so many imagined ones happening then.
    ///
    /// Where so much is left that it is enough, more events may be left out.
    pub(super) fn brought(&self, rule: &Row, (at, more): (Millis, u32), enough: Milli) -> Brought {
        let &[what, pattern, points, _, _, terms, ..] = rule;
        let magnitude = points.abs();
        let terms = row(&self.playbook.terms, terms);
        let hits = self.hits(pattern as u32);
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
    if cooldown | every == 0 {
        let hits = in_window(hits, at, within);
        let (left, until) = fading.sum(magnitude, hits, at, enough);
        let events = hits.len() as u32 + imagined;
        let full = magnitude * i64::from(events);
        return Brought {
            events,
            full,
            capped: full,
            left: left + magnitude * i64::from(imagined),
            until: until.min(leaves(hits.first(), within)),
        };
    }
    let mut brought = Brought::NOTHING;
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
            let (left, until) = fading.left_until(points, at - time);
            brought.events += 1;
            brought.full += magnitude;
            brought.capped += points;
            brought.left += left;
            brought.until = brought.until.min(time.saturating_add(until));
            first = first.or(Some(time));
        }
    }
    brought.until = brought.until.min(leaves(first.as_ref(), within));
    brought
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
