//! What rules bring.

use super::decay::faded;
use super::eval::{Eval, in_window};
use crate::evidence::Hit;
use crate::playbook::{Basis, Clamp, Decay, Millis, Rule};

/// What the events of a rule bring before its cap, as magnitudes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// Events that count and lie in the window.
    pub events: u32,
    /// All of them at full points.
    pub full: i64,
    /// After the cap per period.
    pub capped: i64,
    /// After decay.
    pub left: i64,
}

/// The rules of a rule over events.
#[derive(Clone, Copy)]
struct Terms {
    magnitude: i64,
    within: Option<Millis>,
    cooldown: Option<Millis>,
    per_period: Option<(i64, Millis)>,
    decay: Option<Decay>,
}

impl Clamp {
    pub(super) fn apply(self, points: i64) -> i64 {
        points.min(self.at_most).max(self.at_least)
    }

    pub(super) fn apply_both(self, (low, high): (i64, i64)) -> (i64, i64) {
        (self.apply(low), self.apply(high))
    }
}

impl Eval<'_, '_> {
    /// What a rule brings, after its cap: the least and the most over all that is looked at.
    pub(crate) fn rule(&mut self, rule: &Rule) -> (i64, i64) {
        let brought = match &rule.basis {
            Basis::When(condition) => {
                let span = self.condition(*condition);
                maybe(rule.points, span.is_met(), span.may_be_met())
            }
            _ => self.event_rule(rule),
        };
        rule.clamp.apply_both(brought)
    }

    fn event_rule(&self, rule: &Rule) -> (i64, i64) {
        let one = self.brought(rule, self.from);
        if self.from == self.to {
            let points = signed(rule, one.left);
            return (points, points);
        }
        // Between two instants at which the same events count, what is left only gets less.
        let other = self.brought(rule, self.to);
        let (mut least, mut most) = (one.left.min(other.left), one.left.max(other.left));
        match &rule.basis {
            Basis::Counting {
                pattern,
                from,
                to,
                within,
                ..
            } => {
                let more = self.imagined(*pattern);
                let hits = self.hits(*pattern);
                let first = in_window(hits, self.from, *within).len() as u32 + more;
                let last = in_window(hits, self.to, *within).len() as u32 + more;
                if *from <= last && first <= *to {
                    // Holds throughout: the points at both ends bound it.
                } else if first < *from || last > *to {
                    (least, most) = (0, 0);
                } else {
                    (least, most) = (0, rule.points.abs());
                }
            }
            Basis::Events {
                pattern,
                cooldown,
                per_period,
                ..
            } => {
                let more = self.imagined(*pattern);
                if more > 0 && !self.imagined_alike(*pattern, *cooldown, *per_period) {
                    least = 0;
                    most = most.saturating_add(rule.points.abs().saturating_mul(i64::from(more)));
                }
            }
            Basis::When(_) => {}
        }
        let (one, other) = (signed(rule, least), signed(rule, most));
        (one.min(other), one.max(other))
    }

    /// Whether imagined events count alike at every instant that is looked at.
    fn imagined_alike(
        &self,
        pattern: u32,
        cooldown: Option<Millis>,
        per_period: Option<(i64, Millis)>,
    ) -> bool {
        let Some(last) = self.hits(pattern).last() else {
            return true;
        };
        let cooled = cooldown.is_none_or(|wait| {
            // The last one that counted is not later than the last one.
            self.from - last.at >= wait
        });
        let fresh = per_period.is_none_or(|(_, every)| {
            let period = self.from.div_euclid(every);
            period > last.at.div_euclid(every) || period == self.to.div_euclid(every)
        });
        let cooling = match cooldown {
            Some(wait) if !cooled => {
                let counted = self.last_counted(pattern, wait);
                counted.is_some_and(|at| (self.from - at >= wait) == (self.to - at >= wait))
            }
            _ => true,
        };
        fresh && cooling
    }

    fn last_counted(&self, pattern: u32, wait: Millis) -> Option<Millis> {
        let mut counted: Option<Millis> = None;
        for hit in self.hits(pattern) {
            if counted.is_none_or(|at| hit.at - at >= wait) {
                counted = Some(hit.at);
            }
        }
        counted
    }

    /// What the events of a rule bring at an instant, imagined ones happening then.
    pub(super) fn brought(&self, rule: &Rule, at: Millis) -> Brought {
        let magnitude = rule.points.abs();
        match rule.basis {
            Basis::When(_) => Brought::default(),
            Basis::Events {
                pattern,
                within,
                cooldown,
                per_period,
                decay,
            } => {
                let terms = Terms {
                    magnitude,
                    within,
                    cooldown,
                    per_period,
                    decay,
                };
                terms.sum(self.hits(pattern), self.imagined(pattern), at)
            }
            Basis::Counting {
                pattern,
                from,
                to,
                within,
                decay,
            } => {
                let hits = in_window(self.hits(pattern), at, within);
                let more = self.imagined(pattern);
                let events = hits.len() as u32 + more;
                if events < from || events > to {
                    return Brought {
                        events,
                        ..Brought::default()
                    };
                }
                let age = match (more, hits.last()) {
                    (0, Some(newest)) => at - newest.at,
                    _ => 0,
                };
                Brought {
                    events,
                    full: magnitude,
                    capped: magnitude,
                    left: faded(magnitude, decay, age),
                }
            }
        }
    }
}

impl Terms {
    fn sum(&self, hits: &[Hit], imagined: u32, at: Millis) -> Brought {
        let mut brought = Brought::default();
        if self.cooldown.is_none() && self.per_period.is_none() {
            for hit in in_window(hits, at, self.within) {
                self.add(&mut brought, self.magnitude, at - hit.at);
            }
            for _ in 0..imagined {
                self.add(&mut brought, self.magnitude, 0);
            }
            return brought;
        }
        let opens = self.within.map(|within| at.saturating_sub(within));
        let mut counted: Option<Millis> = None;
        let mut period: Option<(i64, i64)> = None;
        let imagined = (0..imagined).map(|_| at);
        for time in hits.iter().map(|hit| hit.at).chain(imagined) {
            if let (Some(wait), Some(last)) = (self.cooldown, counted)
                && time - last < wait
            {
                continue;
            }
            counted = Some(time);
            let mut points = self.magnitude;
            if let Some((most, every)) = self.per_period {
                let this = time.div_euclid(every);
                let used = match period {
                    Some((last, used)) if last == this => used,
                    _ => 0,
                };
                points = points.min(most.saturating_sub(used)).max(0);
                period = Some((this, used.saturating_add(points)));
            }
            if opens.is_none_or(|opens| time > opens) {
                self.add(&mut brought, points, at - time);
            }
        }
        brought
    }

    fn add(&self, brought: &mut Brought, points: i64, age: Millis) {
        brought.events += 1;
        brought.full = brought.full.saturating_add(self.magnitude);
        brought.capped = brought.capped.saturating_add(points);
        brought.left = brought.left.saturating_add(faded(points, self.decay, age));
    }
}

/// A magnitude with the sign of the rule's points.
pub(super) fn signed(rule: &Rule, magnitude: i64) -> i64 {
    if rule.points < 0 {
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
