//! Scores: their value, their low and high, and the ledger that adds up to the value.

use super::decision::{Line, LineKind};
use super::eval::{Eval, Sense};
use super::rules::signed;
use crate::playbook::{Basis, Group, Rule};
use alloc::vec::Vec;

impl<'p, 's> Eval<'p, 's> {
    pub(super) fn fresh_score(&mut self, score: u16) -> (i64, i64) {
        let playbook = self.playbook;
        let Some(definition) = playbook.scores.get(usize::from(score)) else {
            return (0, 0);
        };
        let mut total = (0i64, 0i64);
        let first = playbook.index.first_group(score);
        for (place, group) in definition.groups.iter().enumerate() {
            let events = self.events(first + place, group);
            let facts = match self.sense {
                Sense::Known => self.sum(&group.rules),
                Sense::Completion => self.bounds(group),
            };
            let sum = plus(events, facts);
            total = plus(total, group.clamp.apply_both(sum));
        }
        let bounds = definition.clamp.apply_both(total);
        match self.sense {
            Sense::Known => bounds,
            Sense::Completion => {
                let value = self.value_beside(score);
                self.widened |= value < bounds.0 || bounds.1 < value;
                (bounds.0.min(value), bounds.1.max(value))
            }
        }
    }

    /// What a group's rules over events bring.
    fn events(&mut self, place: usize, group: &Group) -> (i64, i64) {
        if let Some(found) = self.derived.events(place) {
            return found;
        }
        let over_events = |rule: &&Rule| !matches!(rule.basis, Basis::When(_));
        let found = group
            .rules
            .iter()
            .filter(over_events)
            .fold((0, 0), |sum, rule| plus(sum, self.rule(rule)));
        self.derived.keep_events(place, found);
        found
    }

    /// What the rules on conditions bring.
    fn sum(&mut self, rules: &[Rule]) -> (i64, i64) {
        let mut sum = (0, 0);
        for rule in rules {
            if let Basis::When(_) = rule.basis {
                sum = plus(sum, self.rule(rule));
            }
        }
        sum
    }

    /// The value on what is known, while completions are being looked at.
    fn value_beside(&mut self, score: u16) -> i64 {
        self.sense = Sense::Known;
        let value = self.score(score).0;
        self.sense = Sense::Completion;
        value
    }

    /// Least and greatest sum of the rules on conditions: undecided rules on one open attribute are taken together over its completions.
    fn bounds(&mut self, group: &Group) -> (i64, i64) {
        let playbook = self.playbook;
        let mut sum = (0, 0);
        // Attribute and rule of those undecided by one open attribute alone.
        let mut together: Vec<(u16, &Rule)> = Vec::new();
        for rule in &group.rules {
            let Basis::When(condition) = rule.basis else {
                continue;
            };
            let (low, high) = self.rule(rule);
            if low == high {
                sum = plus(sum, (low, high));
                continue;
            }
            match self.only_open(playbook.index.of_condition(condition)) {
                Some(attribute) => together.push((attribute, rule)),
                None => sum = plus(sum, (low, high)),
            }
        }
        for attribute in 0..self.known.len() as u16 {
            if together.iter().any(|(open, _)| *open == attribute) {
                sum = plus(sum, self.over_completions(attribute, &together));
            }
        }
        sum
    }

    fn over_completions(&mut self, attribute: u16, rules: &[(u16, &Rule)]) -> (i64, i64) {
        let mut range: Option<(i64, i64)> = None;
        for completion in self.completions(attribute) {
            let was = self.assume(attribute, completion.known);
            let sum = rules
                .iter()
                .filter(|(open, _)| *open == attribute)
                .fold((0, 0), |sum, (_, rule)| plus(sum, self.rule(rule)));
            self.take_back(attribute, was);
            range = Some(match range {
                None => sum,
                Some((low, high)) => (low.min(sum.0), high.max(sum.1)),
            });
        }
        range.unwrap_or((0, 0))
    }

    /// The lines that add up to a score's value; looks at one instant, in the sense of what is known.
    pub(super) fn ledger(&mut self, score: u16) -> Vec<Line<'p>> {
        let playbook = self.playbook;
        let mut lines = Vec::new();
        let Some(definition) = playbook.scores.get(usize::from(score)) else {
            return lines;
        };
        let mut total = 0i64;
        for group in &definition.groups {
            let mut sum = 0i64;
            for (place, rule) in group.rules.iter().enumerate() {
                sum = sum.saturating_add(self.rule_lines(&mut lines, group, place as u32, rule));
            }
            let kept = group.clamp.apply(sum);
            total = total.saturating_add(kept);
            if kept != sum {
                lines.push(Line {
                    kind: LineKind::GroupCap,
                    group: Some(&group.name),
                    rule: None,
                    events: None,
                    points: kept - sum,
                });
            }
        }
        let kept = definition.clamp.apply(total);
        if kept != total {
            lines.push(Line {
                kind: LineKind::ScoreCap,
                group: None,
                rule: None,
                events: None,
                points: kept - total,
            });
        }
        lines
    }

    fn rule_lines(
        &mut self,
        lines: &mut Vec<Line<'p>>,
        group: &'p Group,
        place: u32,
        rule: &Rule,
    ) -> i64 {
        let (events, brought, parts) = match rule.basis {
            Basis::When(condition) => {
                let met = self.condition(condition).is_met();
                (None, met, [if met { rule.points } else { 0 }, 0, 0])
            }
            _ => {
                let brought = self.brought(rule, self.as_of);
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
        let kept = rule.clamp.apply(sum);
        let kinds = [
            LineKind::Rule,
            LineKind::Period,
            LineKind::Decay,
            LineKind::RuleCap,
        ];
        for (kind, points) in kinds.into_iter().zip(parts.into_iter().chain([kept - sum])) {
            if points != 0 || kind == LineKind::Rule && brought {
                lines.push(Line {
                    kind,
                    group: Some(&group.name),
                    rule: Some(place),
                    events,
                    points,
                });
            }
        }
        kept
    }
}

fn plus(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}
