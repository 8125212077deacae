//! What a decision runs through from the bottom up, in few steps. The slim build does without.

use super::flat::{basis, clamp, enough, op, row, rows};
use super::index::{add, is_marked};
use super::tangled::add_both;
use super::{ConditionId, Fading, Kind, Milli, Millis, Playbook, Row};
use crate::limits;
use alloc::{vec, vec::Vec};

/// Conditions and rules in the order in which they are found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// Conditions that depend neither on the stage nor on one test alone.
    pub steps: Vec<Step>,
    parts: Vec<ConditionId>,
    rules: Vec<FactRule>,
    on_events: Vec<EventRule>,
    /// By group, where its rules end.
    ends: Vec<[u32; 2]>,
    /// By condition, whether time or events may change how it comes out.
    pub changing: Vec<bool>,
}

/// A condition that is to be found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub condition: ConditionId,
    pub what: What,
    start: u32,
    end: u32,
    /// The range that a count or a score is to lie in.
    pub range: (i64, i64),
}

/// How a condition is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    All,
    Any,
    None,
    AtLeast(u32),
    /// A pattern, and within which time.
    Count(u32, Millis),
    /// A score that has been found.
    Score(u16),
    /// No condition: the score is due.
    FindScore(u16),
    /// A test on a date.
    Date,
    Other,
}

/// A rule on a condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FactRule {
    pub condition: ConditionId,
    /// The one attribute that it depends on; `None` where there are several.
    pub attribute: Option<u16>,
    /// Whether no other rule of the group depends on the same, and its range of answers is no wider than its answers.
    pub is_exact: bool,
    /// What it brings, after its cap.
    pub met: Milli,
    pub unmet: Milli,
}

/// A rule on events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EventRule {
    /// Place among the rules.
    pub rule: u32,
    pub pattern: u32,
    /// Of those that have neither cooldown nor points per period.
    pub plain: Option<Plain>,
    /// Whether it may come to bring more without further events, or imagined ones may.
    pub may_rise: bool,
    pub within: Millis,
    pub fading: Fading,
    pub points: Milli,
    pub at_least: Milli,
    pub at_most: Milli,
    /// What it brings where there is no event.
    pub without: Milli,
}

impl EventRule {
    /// As great a magnitude as can matter, given the cap.
    #[inline]
    pub fn enough(&self) -> Milli {
        enough(self.points, self.at_least, self.at_most)
    }

    /// The points that a magnitude comes to, after the cap.
    #[inline]
    pub fn points_of(&self, left: Milli) -> Milli {
        let points = if self.points < 0 { -left } else { left };
        clamp(points, self.at_least, self.at_most)
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Plain {
    /// Each event.
    Each,
    /// Their number: from, to.
    Number(i64, i64),
}

impl Plan {
    /// The parts of a condition.
    pub fn parts(&self, step: &Step) -> &[ConditionId] {
        self.parts
            .get(step.start as usize..step.end as usize)
            .unwrap_or(&[])
    }

    /// The rules on conditions of a group.
    pub fn rules(&self, group: usize) -> &[FactRule] {
        let (start, end) = self.ends(group, 0);
        self.rules.get(start..end).unwrap_or(&[])
    }

    /// The rules on events of a group.
    pub fn on_events(&self, group: usize) -> &[EventRule] {
        let (start, end) = self.ends(group, 1);
        self.on_events.get(start..end).unwrap_or(&[])
    }

    /// Puts down that a score is to be found, if it is due.
    fn find_score(&mut self, score: u16, due: &mut [bool]) {
        if due.get_mut(usize::from(score)).is_some_and(core::mem::take) {
            self.steps.push(Step {
                condition: ConditionId::MAX,
                what: What::FindScore(score),
                start: 0,
                end: 0,
                range: (0, 0),
            });
        }
    }

    fn ends(&self, group: usize, which: usize) -> (usize, usize) {
        let end = |group: usize| {
            let ends = self.ends.get(group).copied().unwrap_or_default();
            ends.get(which).copied().unwrap_or(0) as usize
        };
        (group.checked_sub(1).map_or(0, end), end(group))
    }
}

impl Playbook {
    /// Lays out what a decision runs through. INVARIANT: who depends on what is laid out.
    pub(super) fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        let mut due = vec![true; self.scores.len()];
        for (condition, row) in (0..).zip(&self.conditions) {
            let depends = self.index.of_condition(condition);
            let &[what, a, b, c, d, ..] = row;
            // Tests on dates may depend on the time; others are found when facts are.
            let is_found = what == op::FACT && self.attribute_kind(a as u16) != Some(Kind::Date);
            if is_found || is_marked(depends, self.attributes.len()) {
                continue;
            }
            match (what, self.grade()) {
                (op::SCORE | op::BAND, _) => plan.find_score(a as u16, &mut due),
                (op::GRADE, Some((one, other))) => {
                    plan.find_score(one, &mut due);
                    plan.find_score(other, &mut due);
                }
                _ => {}
            }
            let start = plan.parts.len() as u32;
            let what = match what {
                op::ALL => What::All,
                op::ANY => What::Any,
                op::NONE => What::None,
                op::AT_LEAST => What::AtLeast(c as u32),
                op::COUNT => What::Count(a as u32, d),
                op::SCORE => What::Score(a as u16),
                op::FACT => What::Date,
                _ => What::Other,
            };
            if matches!(what, What::All | What::Any | What::None | What::AtLeast(_)) {
                let parts = self.list(a, b).iter();
                plan.parts.extend(parts.map(|part| *part as ConditionId));
            }
            plan.steps.push(Step {
                condition,
                what,
                start,
                end: plan.parts.len() as u32,
                range: (b, c),
            });
        }
        for score in 0..self.scores.len() as u16 {
            plan.find_score(score, &mut due);
        }
        for group in &self.groups {
            let rules = rows(&self.rules, group[1], group[2]);
            self.plan_facts(rules, &mut plan);
            self.plan_events(rules, group[1] as u32, &mut plan);
            plan.ends
                .push([plan.rules.len() as u32, plan.on_events.len() as u32]);
        }
        plan.changing = self.changing(&plan);
        plan
    }

    fn changing(&self, plan: &Plan) -> Vec<bool> {
        // What depends on the stage has no step, and other tests than those on dates have none either.
        let mut changing: Vec<bool> = self.conditions.iter().map(|it| it[0] != op::FACT).collect();
        let mut scores = vec![true; self.scores.len()];
        let is = |places: &[bool], place: usize| places.get(place).copied().unwrap_or(true);
        for step in &plan.steps {
            let found = match step.what {
                What::Score(score) => is(&scores, usize::from(score)),
                What::FindScore(score) => {
                    let &[_, first, count, ..] = row(&self.scores, i64::from(score));
                    // What is loaded is not checked yet.
                    let there = rows(&self.groups, first, count).len();
                    let mut groups = (first as usize..).take(there);
                    let found = groups.any(|group| {
                        let mut rules = plan.rules(group).iter();
                        !plan.on_events(group).is_empty()
                            || rules.any(|rule| is(&changing, rule.condition as usize))
                    });
                    if let Some(slot) = scores.get_mut(usize::from(score)) {
                        *slot = found;
                    }
                    continue;
                }
                What::Count(..) | What::Date | What::Other => true,
                What::All | What::Any | What::None | What::AtLeast(_) => {
                    let mut parts = plan.parts(step).iter();
                    parts.any(|part| is(&changing, *part as usize))
                }
            };
            if let Some(slot) = changing.get_mut(step.condition as usize) {
                *slot = found;
            }
        }
        changing
    }

    fn plan_facts(&self, rules: &[Row], plan: &mut Plan) {
        let on_conditions = || rules.iter().filter(|rule| rule[0] == basis::WHEN);
        let (mut once, mut more) = (vec![0; self.index.words()], vec![0; self.index.words()]);
        for rule in on_conditions() {
            let depends = self.index.of_condition(rule[1] as u32);
            add_both(&mut more, &once, depends);
            add(&mut once, depends);
        }
        for &[_, condition, points, at_least, at_most, ..] in on_conditions() {
            let condition = condition as ConditionId;
            let depends = self.index.of_condition(condition);
            let mut alone = depends.iter().zip(&more).map(|(one, other)| one & other);
            let all = 0..self.attributes.len() as u16;
            let mut of = all.filter(|at| is_marked(depends, usize::from(*at)));
            plan.rules.push(FactRule {
                condition,
                attribute: match (of.next(), of.next()) {
                    (attribute, None) => attribute,
                    _ => None,
                },
                is_exact: alone.all(|word| word == 0)
                    && self.index.tangled(condition).iter().all(|word| *word == 0),
                met: clamp(points, at_least, at_most),
                unmet: clamp(0, at_least, at_most),
            });
        }
    }

    fn plan_events(&self, rules: &[Row], first: u32, plan: &mut Plan) {
        for (&[what, pattern, points, at_least, at_most, terms, ..], rule) in
            rules.iter().zip(first..)
        {
            let terms = row(&self.terms, terms);
            let &[within, second, third, every, ..] = terms;
            let fading = Fading::new(terms);
            let plain = match what {
                basis::WHEN => continue,
                basis::EVENTS if second | every == 0 => Some(Plain::Each),
                basis::EVENTS => None,
                _ => Some(Plain::Number(second, third)),
            };
            let at_once = match plain {
                Some(Plain::Number(from, to)) if from <= 0 && to >= 0 => points,
                _ => 0,
            };
            plan.on_events.push(EventRule {
                without: clamp(at_once, at_least, at_most),
                rule,
                pattern: pattern as u32,
                plain,
                may_rise: match plain {
                    Some(Plain::Each) => false,
                    Some(Plain::Number(_, to)) => within > 0 && to < i64::from(limits::COUNT),
                    None => true,
                },
                within,
                fading,
                points,
                at_least,
                at_most,
            });
        }
    }
}
