//! Section 4: what rules bring, values with their ledgers, low and high.

use crate::book::{Rule, RuleKind};
use crate::completion::completions;
use crate::test::{Sense, Truth};
use crate::values::{POINTS, written};
use crate::world::World;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Low and high.
pub type Bounds = (i64, i64);

/// What a rule brings, step by step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brought {
    /// How many events; none for condition rules.
    pub events: Option<usize>,
    /// Whether its condition is met or it has events.
    pub active: bool,
    pub rule: i64,
    pub period: i64,
    pub decay: i64,
    pub rule_cap: i64,
}

impl Brought {
    pub fn total(&self) -> i64 {
        self.rule + self.period + self.decay + self.rule_cap
    }

    fn capped(mut self, rule: &Rule) -> Brought {
        let sum = self.rule + self.period + self.decay;
        self.rule_cap = rule.caps.clamp(sum) - sum;
        self
    }
}

impl<'a> World<'a> {
    /// What a rule brings, given whether its condition is met (for condition rules).
    fn brings(&self, rule: &Rule, met: bool) -> Brought {
        let now = self.scene.now;
        let mut brought = Brought::default();
        match &rule.kind {
            RuleKind::When(_) => {
                brought.active = met;
                brought.rule = if met { rule.points } else { 0 };
            }
            RuleKind::Count {
                signal,
                wher,
                from,
                to,
                within,
                decay,
            } => {
                let events = self.matching(signal, wher, *within);
                let count = events.len() as i64;
                brought.events = Some(events.len());
                brought.active = !events.is_empty();
                if count >= *from && to.is_none_or(|to| count <= to) {
                    let newest = events[events.len() - 1];
                    brought.rule = rule.points;
                    brought.decay = decay.left(rule.points, now - newest.at) - rule.points;
                }
            }
            RuleKind::Events {
                signal,
                wher,
                within,
                cooldown,
                per,
                decay,
            } => {
                let mut last: Option<i64> = None;
                let mut used: BTreeMap<i64, i64> = BTreeMap::new();
                let mut count = 0;
                for event in self.matching(signal, wher, None) {
                    if let (Some(last), Some(cooldown)) = (last, cooldown)
                        && event.at - last < *cooldown
                    {
                        continue;
                    }
                    last = Some(event.at);
                    let mut size = rule.points.abs();
                    if let Some((most, every)) = per {
                        let used = used.entry(event.at.div_euclid(*every)).or_default();
                        size = size.min(most - *used);
                        *used += size;
                    }
                    if within.is_none_or(|w| now - w < event.at) {
                        count += 1;
                        let points = size * rule.points.signum();
                        brought.rule += rule.points;
                        brought.period += points - rule.points;
                        brought.decay += decay.left(points, now - event.at) - points;
                    }
                }
                brought.events = Some(count);
                brought.active = count > 0;
            }
        }
        brought.capped(rule)
    }

    /// The same, with what events bring worked out once in a scene.
    fn brings_at(&self, place: (usize, usize, usize), rule: &Rule) -> Brought {
        match &rule.kind {
            RuleKind::When(cond) => self.brings(rule, self.met(cond)),
            _ => {
                let known = self.scene.brought.borrow().get(&place).copied();
                known.unwrap_or_else(|| {
                    let brought = self.brings(rule, false);
                    self.scene.brought.borrow_mut().insert(place, brought);
                    brought
                })
            }
        }
    }

    /// A score's value and its ledger.
    pub fn ledger(&self, score: usize) -> (i64, Vec<Value>) {
        let (mut total, mut lines) = (0, Vec::new());
        let line = |kind: &str, group: Option<&str>, rule: Option<usize>, events, points: i64| {
            let mut line = Map::new();
            line.insert("line".into(), json!(kind));
            group.map(|group| line.insert("group".into(), json!(group)));
            rule.map(|rule| line.insert("rule".into(), json!(rule)));
            Option::map(events, |events: usize| {
                line.insert("events".into(), json!(events))
            });
            line.insert("points".into(), written(points, POINTS));
            Value::Object(line)
        };
        for (g, group) in self.book.scores[score].groups.iter().enumerate() {
            let mut sum = 0;
            for (r, rule) in group.rules.iter().enumerate() {
                let brought = self.brings_at((score, g, r), rule);
                for (kind, points) in [
                    ("rule", brought.rule),
                    ("period", brought.period),
                    ("decay", brought.decay),
                    ("rule_cap", brought.rule_cap),
                ] {
                    if points != 0 || (kind == "rule" && brought.active) {
                        lines.push(line(
                            kind,
                            Some(&group.name),
                            Some(r),
                            brought.events,
                            points,
                        ));
                    }
                }
                sum += brought.total();
            }
            let capped = group.caps.clamp(sum);
            if capped != sum {
                lines.push(line(
                    "group_cap",
                    Some(&group.name),
                    None,
                    None,
                    capped - sum,
                ));
            }
            total += capped;
        }
        let value = self.book.scores[score].caps.clamp(total);
        if value != total {
            lines.push(line("score_cap", None, None, None, value - total));
        }
        (value, lines)
    }

    /// A score's value.
    pub fn value(&self, score: usize) -> i64 {
        let known = self.values.borrow()[score];
        known.unwrap_or_else(|| {
            let mut total = 0;
            for (g, group) in self.book.scores[score].groups.iter().enumerate() {
                let rules = group.rules.iter().enumerate();
                let sum = rules
                    .map(|(r, rule)| self.brings_at((score, g, r), rule).total())
                    .sum();
                total += group.caps.clamp(sum);
            }
            let value = self.book.scores[score].caps.clamp(total);
            self.values.borrow_mut()[score] = Some(value);
            value
        })
    }

    /// A score's low and high (section 4.2).
    pub fn bounds(&self, score: usize) -> Bounds {
        let known = self.bounds.borrow()[score];
        known.unwrap_or_else(|| {
            let bounds = self.find_bounds(score);
            self.bounds.borrow_mut()[score] = Some(bounds);
            bounds
        })
    }

    fn find_bounds(&self, score: usize) -> Bounds {
        let (mut low, mut high) = (0, 0);
        let book = self.book;
        for (g, group) in book.scores[score].groups.iter().enumerate() {
            let (mut least, mut most) = (0, 0);
            let mut alone: BTreeMap<usize, Vec<&Rule>> = BTreeMap::new();
            for (r, rule) in group.rules.iter().enumerate() {
                let RuleKind::When(cond) = &rule.kind else {
                    let points = self.brings_at((score, g, r), rule).total();
                    least += points;
                    most += points;
                    continue;
                };
                match self.truth(cond, Sense::Completion) {
                    Truth::Unknown => {
                        let open = self.open_mentions(cond);
                        if let [attribute] = open[..] {
                            alone.entry(attribute).or_default().push(rule);
                        } else {
                            let (l, m) = self.either(rule, Truth::Unknown);
                            least += l;
                            most += m;
                        }
                    }
                    truth => {
                        let (points, _) = self.either(rule, truth);
                        least += points;
                        most += points;
                    }
                }
            }
            for (attribute, rules) in alone {
                let (l, m) = self.together(attribute, &rules);
                least += l;
                most += m;
            }
            low += group.caps.clamp(least);
            high += group.caps.clamp(most);
        }
        let caps = self.book.scores[score].caps;
        let value = self.value(score);
        (caps.clamp(low).min(value), caps.clamp(high).max(value))
    }

    /// The least and the most that a rule brings when its condition has this truth.
    fn either(&self, rule: &Rule, truth: Truth) -> Bounds {
        let unmet = self.brings(rule, false).total();
        let met = self.brings(rule, true).total();
        match truth {
            Truth::True => (met, met),
            Truth::False => (unmet, unmet),
            Truth::Unknown => (met.min(unmet), met.max(unmet)),
        }
    }

    /// The least and the greatest sum of rules over the completions of one attribute.
    fn together(&self, attribute: usize, rules: &[&Rule]) -> Bounds {
        let sums = completions(self, attribute).into_iter().map(|known| {
            let mut facts = self.facts.clone();
            facts[attribute] = known;
            let world = self.with(facts);
            let (mut least, mut most) = (0, 0);
            for rule in rules {
                let RuleKind::When(cond) = &rule.kind else {
                    panic!("not a condition rule");
                };
                let (l, m) = self.either(rule, world.truth(cond, Sense::Completion));
                least += l;
                most += m;
            }
            (least, most)
        });
        sums.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            .expect("a completion")
    }
}
