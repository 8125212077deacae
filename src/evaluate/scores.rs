//! Scores: their value, their low and high, and the ledger that adds up to the value.

use super::decision::{Line, LineKind};
use super::eval::{Eval, Sense};
use super::rules::{maybe, signed};
use crate::playbook::{Millis, Row, basis, clamp, code, op, row, rows};
use core::ops::Range;

impl<'p, 's> Eval<'p, 's> {
    pub(super) fn fresh_score(&mut self, score: u16) -> (i64, i64) {
        let playbook = self.playbook;
        let open = || self.any_open(playbook.index.of_score(score));
        if self.sense == Sense::Completion && self.room.vague == 0 && !open() {
            return self.in_sense(Sense::Known, |eval| eval.score(score));
        }
        let (low, high) = self.score_between(score, self.at);
        match self.sense {
            Sense::Completion => {
                let value = self.in_sense(Sense::Known, |eval| eval.score(score).0);
                let widened = value < low || high < value;
                self.room.widened |= u32::from(widened) << score;
                (low.min(value), high.max(value))
            }
            _ => (low, high),
        }
    }

    /// The least and the most that a score comes to between the instant that is looked at and a later one.
    pub(super) fn score_between(&mut self, score: u16, to: Millis) -> (i64, i64) {
        let playbook = self.playbook;
        let &[_, first, count, at_least, at_most, ..] = row(&playbook.scores, i64::from(score));
        let mut total = (0i64, 0i64);
        for (place, group) in (first as usize..).zip(rows(&playbook.groups, first, count)) {
            let &[_, first, count, at_least, at_most, ..] = group;
            let rules = rows(&playbook.rules, first, count);
            let [points, off] = self.events(place);
            let [points_then, off_then] = match to == self.at {
                true => [points, off],
                false => self.events_at(place, to),
            };
            let facts = match self.sense {
                Sense::Completion => self.bounds(rules),
                _ => self.sum(rules),
            };
            let sum = plus((points_then + off, points + off_then), facts);
            total = plus(total, clamped(sum, at_least, at_most));
        }
        clamped(total, at_least, at_most)
    }

    /// What a group's rules over events bring: those with points, then those with points off.
    pub(super) fn events(&mut self, place: usize) -> [i64; 2] {
        if let Some(found) = self.room.derived.events(place) {
            return found;
        }
        let found = self.events_at(place, self.at);
        self.room.derived.keep_events(place, found);
        found
    }

    #[cfg(not(feature = "document"))]
    fn events_at(&mut self, place: usize, at: Millis) -> [i64; 2] {
        let playbook = self.playbook;
        let &[_, first, count, ..] = row(&playbook.groups, place as i64);
        let mut sums = [0; 2];
        let rules = (first as usize..).zip(rows(&playbook.rules, first, count));
        for (place, rule) in rules.filter(|(_, rule)| rule[0] != basis::WHEN) {
            let found = self.rule_on_events(place, rule, at);
            let [points, off] = &mut sums;
            let sum = if rule[2] < 0 { off } else { points };
            *sum += found;
        }
        sums
    }

    /// What the rules on conditions bring.
    pub(super) fn sum(&mut self, rules: &[Row]) -> (i64, i64) {
        let mut sum = (0, 0);
        for rule in rules.iter().filter(|rule| rule[0] == basis::WHEN) {
            sum = plus(sum, self.rule_on_condition(rule));
        }
        sum
    }

    /// Least and greatest sum of the rules on conditions: undecided rules on one open attribute are taken together over its completions.
    pub(super) fn bounds(&mut self, rules: &'p [Row]) -> (i64, i64) {
        let mut sum = (0, 0);
        let start = self.room.together.len();
        for rule in rules.iter().filter(|rule| rule[0] == basis::WHEN) {
            let found = self.rule_on_condition(rule);
            let one_open = match found.0 == found.1 {
                true => None,
                false => {
                    let index = &self.playbook.index;
                    self.only_open(index.of_condition(rule[1] as u32))
                }
            };
            match one_open {
                Some(attribute) => self.room.together.push((attribute, *rule)),
                None => sum = plus(sum, found),
            }
        }
        let mut first = start;
        while let Some((attribute, _)) = self.room.together.get(first).copied() {
            let mut end = first;
            for place in first..self.room.together.len() {
                let is_one = self.room.together.get(place).map(|it| it.0) == Some(attribute);
                if is_one {
                    self.room.together.swap(end, place);
                    end += 1;
                }
            }
            sum = plus(sum, self.over_kinds(attribute, first..end));
            first = end;
        }
        self.room.together.truncate(start);
        sum
    }

    /// Least and greatest sum, over the kinds of values that an attribute may have, of some of the rules that are put together.
    fn over_kinds(&mut self, attribute: u16, rules: Range<usize>) -> (i64, i64) {
        let kinds = self.kinds(attribute);
        let rule_at = |eval: &Self, place: usize| {
            let rule = eval.room.together.get(place);
            rule.map_or([0; 8], |(_, rule)| *rule)
        };
        let conditions = &self.playbook.conditions;
        let is_plain = |place| row(conditions, rule_at(self, place)[1])[0] == op::FACT;
        let plain = cfg!(feature = "quick") && kinds.are_listed() && rules.clone().all(is_plain);
        let mut range: Option<(i64, i64)> = None;
        for kind in (0..kinds.count()).map(|place| kinds.get(place)) {
            if !plain {
                self.assume(attribute, kind);
            }
            let mut found = (0, 0);
            for place in rules.clone() {
                let rule = rule_at(self, place);
                let points = match plain {
                    true => self.rule_of_kind(attribute, kind, &rule),
                    false => self.rule(&rule),
                };
                found = plus(found, points);
            }
            if !plain {
                self.take_back(attribute);
            }
            let (low, high) = range.unwrap_or(found);
            range = Some((low.min(found.0), high.max(found.1)));
        }
        self.give_back(kinds);
        range.unwrap_or_default()
    }

    /// What a rule on a test of an attribute brings when this is of a kind.
    fn rule_of_kind(&self, attribute: u16, kind: i64, rule: &Row) -> (i64, i64) {
        let &[_, condition, points, at_least, at_most, ..] = rule;
        let tests = self.playbook.index.tests_of(attribute);
        let place = tests.binary_search(&(condition as u32)).unwrap_or(0);
        let code = self.code_of_kind(attribute, kind, place);
        let found = maybe(points, code == code::PASSES, code != code::FAILS);
        clamped(found, at_least, at_most)
    }

    /// The lines that add up to a score's value; looks at one instant, in the sense of what is known.
    pub(super) fn ledger(&mut self, score: u16, each: &mut dyn FnMut(Line<'p>)) {
        let playbook = self.playbook;
        let &[_, first, count, at_least, at_most, ..] = row(&playbook.scores, i64::from(score));
        let mut total = 0i64;
        for &[name, first, count, at_least, at_most, ..] in rows(&playbook.groups, first, count) {
            let group = Some(playbook.word(name));
            let mut sum = 0i64;
            for (place, rule) in (0..).zip(rows(&playbook.rules, first, count)) {
                sum = sum.saturating_add(self.rule_lines(each, group, place, rule));
            }
            let kept = clamp(sum, at_least, at_most);
            total = total.saturating_add(kept);
            capped(each, LineKind::GroupCap, group, kept.saturating_sub(sum));
        }
        let kept = clamp(total, at_least, at_most);
        capped(each, LineKind::ScoreCap, None, kept.saturating_sub(total));
    }

    fn rule_lines(
        &mut self,
        each: &mut dyn FnMut(Line<'p>),
        group: Option<&'p str>,
        place: u32,
        rule: &Row,
    ) -> i64 {
        let &[what, target, points, at_least, at_most, ..] = rule;
        let (events, brought, parts) = match what {
            basis::WHEN => {
                let met = self.condition(target as u32).is_met();
                (None, met, [if met { points } else { 0 }, 0, 0])
            }
            _ => {
                let brought = self.brought(rule, (self.as_of, 0), i64::MAX);
                (
                    Some(brought.events),
                    brought.events > 0,
                    [
                        signed(rule, brought.full),
                        signed(rule, brought.capped - brought.full),
                        signed(rule, brought.left - brought.capped),
                    ],
                )
            }
        };
        let sum = parts
            .iter()
            .fold(0i64, |sum, part| sum.saturating_add(*part));
        let kept = clamp(sum, at_least, at_most);
        let [full, period, decay] = parts;
        for (kind, points) in &[
            (LineKind::Rule, full),
            (LineKind::Period, period),
            (LineKind::Decay, decay),
            (LineKind::RuleCap, kept.saturating_sub(sum)),
        ] {
            let (kind, points) = (*kind, *points);
            if points != 0 || kind == LineKind::Rule && brought {
                each(Line {
                    kind,
                    group,
                    rule: Some(place),
                    events,
                    points,
                });
            }
        }
        kept
    }
}

/// The line of a cap that changes something.
fn capped<'p>(each: &mut dyn FnMut(Line<'p>), kind: LineKind, group: Option<&'p str>, points: i64) {
    if points != 0 {
        each(Line {
            kind,
            group,
            rule: None,
            events: None,
            points,
        });
    }
}

/// What is kept of the least and the most of a sum.
#[inline]
pub(super) fn clamped((low, high): (i64, i64), at_least: i64, at_most: i64) -> (i64, i64) {
    (
        clamp(low, at_least, at_most),
        clamp(high, at_least, at_most),
    )
}

pub(super) fn plus(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0 + other.0, one.1 + other.1)
}
