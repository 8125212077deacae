//! A decision's conditions and scores in one pass from the bottom up, on what is known and over every completion at once.
//!
//! It finds what would be found one by one; nothing may be assumed or imagined, and one instant is looked at.

use super::eval::{Eval, Sense, in_window};
use super::scores::{clamped, plus};
use crate::playbook::{EventRule, FactRule, Milli, Millis, Plain, What, clamp, row, rows};
use crate::truth::{Both, Span, Tally};

type Bounds = (i64, i64);

impl<'p> Eval<'p, '_> {
    /// Finds every condition that doesn't depend on the stage, and every score.
    pub(super) fn pass(&mut self) {
        let plan = &self.playbook.index.plan;
        self.room.numbers.clear();
        self.room.numbers.resize(self.playbook.scores.len(), [0; 3]);
        for step in &plan.steps {
            let parts = plan.parts(step);
            let found = self.room.spans.as_slice();
            // What a condition refers to comes before it.
            let all = parts
                .iter()
                .map(|part| found.get(*part as usize).copied().unwrap_or(Both::FALSE));
            let both = match step.what {
                What::All => all.fold(Both::TRUE, Both::and),
                What::Any => all.fold(Both::FALSE, Both::or),
                What::None => all.fold(Both::FALSE, Both::or).not(),
                What::AtLeast(count) => {
                    let (mut known, mut completion) = (Tally::default(), Tally::default());
                    for both in all {
                        known.add(both.known());
                        completion.add(both.completion());
                    }
                    Both::of(known.at_least(count), completion.at_least(count))
                }
                What::Count(pattern, within) => {
                    let (from, to) = step.range;
                    let hits = in_window(self.hits(pattern), self.as_of, within);
                    let span = Span::of((from..=to).contains(&(hits.len() as i64)));
                    Both::of(span, span)
                }
                What::Score(score) => {
                    let (from, to) = step.range;
                    let numbers = self.room.numbers.get(usize::from(score));
                    let [value, low, high] = numbers.copied().unwrap_or_default();
                    Both::of(
                        Span::of(from <= value && value <= to),
                        Span::between(from <= low && high <= to, from <= high && low <= to),
                    )
                }
                What::FindScore(score) => {
                    let numbers = self.find_both(score);
                    if let Some(slot) = self.room.numbers.get_mut(usize::from(score)) {
                        *slot = numbers;
                    }
                    continue;
                }
                What::Date | What::Other if self.found(step.condition).is_found() => continue,
                What::Date | What::Other => Both::of(
                    self.fresh(step.condition),
                    self.in_sense(Sense::Completion, |eval| eval.fresh(step.condition)),
                ),
            };
            if let Some(slot) = self.room.spans.get_mut(step.condition as usize) {
                *slot = both;
            }
        }
    }

    /// Finds a score's value, its low and its high.
    #[inline(never)]
    fn find_both(&mut self, score: u16) -> [i64; 3] {
        let playbook = self.playbook;
        let is_open = self.any_open(playbook.index.of_score(score));
        let &[_, first, count, at_least, at_most, ..] = row(&playbook.scores, i64::from(score));
        let (mut value, mut bounds) = (0i64, (0i64, 0i64));
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let &[_, first, count, at_least, at_most, ..] = group;
            let [points, off] = self.events_at(place, self.at);
            let events = points + off;
            let facts = playbook.index.plan.rules(place);
            let (known, ends) = match is_open {
                true => self.facts(facts),
                false => (self.known_facts(facts), None),
            };
            let known = clamp(events + known, at_least, at_most);
            value += known;
            let (low, high) = match ends {
                Some(ends) => ends,
                None if is_open => self.in_sense(Sense::Completion, |eval| {
                    eval.bounds(rows(&playbook.rules, first, count))
                }),
                None => {
                    bounds = plus(bounds, (known, known));
                    continue;
                }
            };
            let low = clamp(events + low, at_least, at_most);
            let high = clamp(events + high, at_least, at_most);
            bounds = plus(bounds, (low, high));
        }
        let value = clamp(value, at_least, at_most);
        let found = match is_open {
            true => {
                let (low, high) = clamped(bounds, at_least, at_most);
                let widened = value < low || high < value;
                self.room.widened |= u32::from(widened) << score;
                (low.min(value), high.max(value))
            }
            false => (value, value),
        };
        let derived = &mut self.room.derived;
        derived.keep_score(score, Sense::Known, (value, value));
        derived.keep_score(score, Sense::Completion, found);
        [value, found.0, found.1]
    }

    /// What a group's rules over events bring at an instant without imagined ones: those with points, then those with points off.
    pub(super) fn events_at(&mut self, group: usize, at: Millis) -> [i64; 2] {
        let mut sums = [0; 2];
        for event in self.playbook.index.plan.on_events(group) {
            let found = if !self.room.kept.is_empty() {
                let rule = row(&self.playbook.rules, i64::from(event.rule));
                self.rule_on_events(event.rule as usize, rule, at)
            } else {
                match self.hits(event.pattern) {
                    [] => event.without,
                    hits => self.points_of(event, hits, (at, 0)),
                }
            };
            let [points, off] = &mut sums;
            let sum = if event.points < 0 { off } else { points };
            *sum += found;
        }
        sums
    }

    /// What a rule over events brings at an instant, so many imagined ones happening then.
    #[inline]
    pub(super) fn event_points(&self, event: &EventRule, at: Millis, imagined: u32) -> Milli {
        self.points_of(event, self.hits(event.pattern), (at, imagined))
    }

    #[inline]
    fn points_of(
        &self,
        event: &EventRule,
        hits: &[Millis],
        (at, imagined): (Millis, u32),
    ) -> Milli {
        match event.plain {
            Some(plain) => event.points_of(left(event, plain, hits, (at, imagined))),
            None => {
                let rule = row(&self.playbook.rules, i64::from(event.rule));
                self.event_rule(rule, at, imagined)
            }
        }
    }

    fn known_facts(&self, rules: &[FactRule]) -> i64 {
        let mut sum = 0;
        for rule in rules {
            let met = self.found(rule.condition).known().is_met();
            sum += if met { rule.met } else { rule.unmet };
        }
        sum
    }

    /// What rules on conditions bring, and the least and the most where each can be taken by itself.
    fn facts(&self, rules: &[FactRule]) -> (i64, Option<Bounds>) {
        let mut sum = 0;
        let mut ends = Some((0, 0));
        for rule in rules {
            let both = self.found(rule.condition);
            let of = |met: bool| if met { rule.met } else { rule.unmet };
            sum += of(both.known().is_met());
            let completion = both.completion();
            let (certain, possible) = (completion.is_met(), completion.may_be_met());
            let (one, other) = (of(certain), of(possible));
            let by_itself = certain == possible || self.by_itself(rule);
            ends = ends
                .filter(|_| by_itself)
                .map(|ends| plus(ends, (one.min(other), one.max(other))));
        }
        (sum, ends)
    }

    /// Whether the completions of an undecided rule are as wide as its range of answers, whatever other rules bring.
    fn by_itself(&self, rule: &FactRule) -> bool {
        let open = match rule.attribute {
            Some(attribute) => Some(attribute),
            None => self.only_open(self.playbook.index.of_condition(rule.condition)),
        };
        let is_exact = rule.is_exact && self.room.widened == 0;
        open.is_none_or(|attribute| is_exact && !self.seen.is_known(attribute))
    }
}

/// What is left of a plain rule's points at an instant, as a magnitude. Imagined events are fresh.
#[inline]
fn left(event: &EventRule, plain: Plain, hits: &[Millis], (at, imagined): (Millis, u32)) -> Milli {
    let hits = in_window(hits, at, event.within);
    let imagined = i64::from(imagined);
    let magnitude = event.points.abs();
    match plain {
        Plain::Each => {
            event.fading.sum(magnitude, hits, at, event.enough()).0 + imagined * magnitude
        }
        Plain::Number(from, to) => match (hits.len() as i64 + imagined, hits.last()) {
            (count, _) if count < from || count > to => 0,
            (_, Some(newest)) if imagined == 0 => event.fading.left(magnitude, at - newest),
            _ => magnitude,
        },
    }
}
