//! What things depend on, also through what they refer to.

use crate::book::{Rule, RuleKind};
use crate::condition::{Cond, Range, Test, Where};
use crate::world::World;

/// Something that a condition or a score looks at.
#[derive(Debug)]
pub enum Mention<'a> {
    Attribute(usize, &'a Test),
    Events(&'a str, &'a Where, Option<i64>),
    Sequence(&'a [(String, Where)], Option<i64>),
    Rule(&'a Rule),
    Time(&'a Range),
}

impl<'a> World<'a> {
    /// Everything that a condition mentions. `staged` says whether `stage` is that after the moves.
    pub fn mentions(&self, cond: &'a Cond, staged: bool, note: &mut dyn FnMut(Mention<'a>)) {
        let book = self.book;
        match cond {
            Cond::All(list) | Cond::Any(list) | Cond::NoneOf(list) | Cond::AtLeast(_, list) => {
                list.iter().for_each(|c| self.mentions(c, staged, note));
            }
            Cond::Attribute(at, test) => note(Mention::Attribute(*at, test)),
            Cond::Events {
                signal,
                wher,
                within,
                ..
            } => note(Mention::Events(signal, wher, *within)),
            Cond::Sequence { steps, within } => note(Mention::Sequence(steps, *within)),
            Cond::Score(score, _) | Cond::Band(score, _) => self.score_mentions(*score, note),
            Cond::Grade(_) => {
                let (first, second) = book.grade.expect("a grade");
                self.score_mentions(first, note);
                self.score_mentions(second, note);
            }
            Cond::Icp(_) => book
                .icp
                .iter()
                .for_each(|e| self.mentions(&e.1, false, note)),
            Cond::Persona(_) => book
                .personas
                .iter()
                .for_each(|e| self.mentions(&e.1, false, note)),
            Cond::Ready | Cond::CriteriaCount(_) => {
                let criteria = &book.readiness.as_ref().expect("readiness").criteria;
                criteria
                    .iter()
                    .for_each(|c| self.mentions(&c.1, false, note));
            }
            Cond::Criteria(names) => {
                let criteria = &book.readiness.as_ref().expect("readiness").criteria;
                let named = criteria.iter().filter(|c| names.contains(&c.0));
                named.for_each(|c| self.mentions(&c.1, false, note));
            }
            Cond::Segment(names) => {
                let named = book.segments.iter().filter(|s| names.contains(&s.0));
                named.for_each(|s| self.mentions(&s.1, false, note));
            }
            Cond::Gate(names) => {
                let gates = names.iter().filter_map(|n| self.gate(n));
                gates.for_each(|g| self.mentions(&g.1.whole, false, note));
            }
            Cond::Stage(_) => {
                if staged {
                    self.stage_mentions(note);
                }
            }
            Cond::TimeInStage(range) => {
                note(Mention::Time(range));
                if staged {
                    self.stage_mentions(note);
                }
            }
        }
    }

    pub fn score_mentions(&self, score: usize, note: &mut dyn FnMut(Mention<'a>)) {
        for rule in self.book.scores[score].groups.iter().flat_map(|g| &g.rules) {
            match &rule.kind {
                RuleKind::When(cond) => self.mentions(cond, false, note),
                RuleKind::Events { .. } | RuleKind::Count { .. } => note(Mention::Rule(rule)),
            }
        }
    }

    /// What the moves depend on.
    pub fn stage_mentions(&self, note: &mut dyn FnMut(Mention<'a>)) {
        for transition in &self.book.transitions {
            let enter = self
                .book
                .stage(&transition.to)
                .enter
                .as_ref()
                .map(|g| &g.whole);
            let exits = transition
                .from
                .iter()
                .map(|s| self.book.stage(s).exit.as_ref());
            let conds = exits.chain([enter, transition.when.as_ref()]).flatten();
            conds.for_each(|c| self.mentions(c, false, note));
        }
    }

    /// The open attributes that a condition mentions.
    pub fn open_mentions(&self, cond: &'a Cond) -> Vec<usize> {
        let mut found = Vec::new();
        self.mentions(cond, false, &mut |mention| {
            found.extend(self.open_in(&mention))
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The open attribute of a mention.
    pub fn open_in(&self, mention: &Mention) -> Option<usize> {
        match mention {
            Mention::Attribute(at, _) if self.is_open(*at) => Some(*at),
            _ => None,
        }
    }
}
