//! A decision's conditions and scores in one pass from the bottom up, on what is known and over every completion at once.
//!
//! It finds what would be found one by one; nothing may be assumed or imagined, and one instant is looked at.

use super::decay::Fading;
use super::eval::{Eval, Sense, in_window};
use super::rules::signed;
use super::scores::plus;
use crate::evidence::Hit;
use crate::playbook::{ConditionId, EventRule, FactRule, Plain, Row, What, clamp, row, rows};
use crate::truth::{Both, Span, Tally};

type Bounds = (i64, i64);

impl<'p> Eval<'p, '_> {
    /// Finds every condition that doesn't depend on the stage, and every score.
    pub(super) fn pass(&mut self) {
        let plan = &self.playbook.index.plan;
        for step in &plan.steps {
            let parts = plan.parts(step);
            let both = match step.what {
                What::All => self.every_of(parts),
                What::Any => self.some_of(parts),
                What::None => self.some_of(parts).not(),
                What::AtLeast(count) => {
                    let (mut known, mut completion) = (Tally::default(), Tally::default());
                    for part in parts {
                        let both = self.both(*part);
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
                    let (value, (low, high)) = self.both_of(score);
                    Both::of(
                        Span::of(from <= value && value <= to),
                        Span::between(from <= low && high <= to, from <= high && low <= to),
                    )
                }
                What::Other if self.found(step.condition).is_found() => continue,
                What::Other => Both::of(
                    self.fresh(step.condition),
                    self.in_sense(Sense::Completion, |eval| eval.fresh(step.condition)),
                ),
            };
            if let Some(slot) = self.room.spans.get_mut(step.condition as usize) {
                *slot = both;
            }
        }
        for score in 0..self.playbook.scores.len() as u16 {
            self.both_of(score);
        }
    }

    /// A condition that has been found. INVARIANT: what a condition or a score refers to comes before it.
    #[inline]
    fn both(&self, condition: ConditionId) -> Both {
        let both = self.room.spans.get(condition as usize);
        both.copied().unwrap_or(Both::FALSE)
    }

    fn every_of(&self, parts: &[ConditionId]) -> Both {
        let all = parts.iter().map(|part| self.both(*part));
        all.fold(Both::TRUE, Both::and)
    }

    fn some_of(&self, parts: &[ConditionId]) -> Both {
        let all = parts.iter().map(|part| self.both(*part));
        all.fold(Both::FALSE, Both::or)
    }

    fn both_of(&mut self, score: u16) -> (i64, Bounds) {
        match self.room.derived.both(score) {
            Some(found) => found,
            None => self.find_both(score),
        }
    }

    /// Finds a score's value, its low and its high.
    #[inline(never)]
    fn find_both(&mut self, score: u16) -> (i64, Bounds) {
        let playbook = self.playbook;
        let is_open = self.any_open(playbook.index.of_score(score));
        let &[_, first, count, at_least, at_most, ..] = row(&playbook.scores, i64::from(score));
        let (mut value, mut bounds) = (0i64, (0i64, 0i64));
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let &[_, first, count, at_least, at_most, ..] = group;
            let events = self.events_alone(place);
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
                let (low, high) = (
                    clamp(bounds.0, at_least, at_most),
                    clamp(bounds.1, at_least, at_most),
                );
                let widened = value < low || high < value;
                self.room.widened |= u32::from(widened) << score;
                (low.min(value), high.max(value))
            }
            false => (value, value),
        };
        let derived = &mut self.room.derived;
        derived.keep_score(score, Sense::Known, (value, value));
        derived.keep_score(score, Sense::Completion, found);
        (value, found)
    }

    /// What a group's rules over events bring.
    fn events_alone(&mut self, group: usize) -> i64 {
        let playbook = self.playbook;
        let mut sum = 0;
        for event in playbook.index.plan.on_events(group) {
            let rule = row(&playbook.rules, i64::from(event.rule));
            sum += match event.plain {
                Some(plain) => self.plain(event, plain, rule),
                None => self.rule(rule).0,
            };
        }
        sum
    }

    fn plain(&self, event: &EventRule, plain: Plain, rule: &Row) -> i64 {
        let &[_, _, points, at_least, at_most, terms, ..] = rule;
        let hits = self.hits(event.pattern);
        if plain == Plain::Each && hits.is_empty() {
            return event.none;
        }
        let terms = row(&self.playbook.terms, terms);
        let hits = in_window(hits, self.as_of, terms[0]);
        let fading = Fading::new(terms);
        let left = |hit: &Hit| fading.left(points.abs(), self.as_of - hit.at);
        let left = match plain {
            Plain::Each => hits.iter().map(left).sum(),
            Plain::Number(from, to) if (from..=to).contains(&(hits.len() as i64)) => {
                hits.last().map_or(points.abs(), left)
            }
            Plain::Number(..) => 0,
        };
        clamp(signed(rule, left), at_least, at_most)
    }

    fn known_facts(&self, rules: &[FactRule]) -> i64 {
        let mut sum = 0;
        for rule in rules {
            let met = self.both(rule.condition).known().is_met();
            sum += if met { rule.met } else { rule.unmet };
        }
        sum
    }

    /// What rules on conditions bring, and the least and the most where each can be taken by itself.
    fn facts(&self, rules: &[FactRule]) -> (i64, Option<Bounds>) {
        let mut sum = 0;
        let mut ends = Some((0, 0));
        for rule in rules {
            let both = self.both(rule.condition);
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
