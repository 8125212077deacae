//! The one place where the conversation touches evidence and evaluation.
//!
//! What it needs of the engine, all at one instant and on what is known:
//! - the truth of a condition, the points of a rule, the route, with an attribute assumed to have some value (`Planning`);
//! - what a fact would leave of its attribute beside those that are there (`State`);
//! - of the compiled playbook: how conditions are put together, and on which attributes they depend.
//!
//! Conditions and rules that depend on one question at most are judged by the engine, answer by answer, so tests on facts,
//! events and time have their meaning there alone. Only how conditions are put together is known here too.

mod build;
mod kinds;

pub(super) use crate::evaluate::Ground;
use crate::evaluate::Planning;
use crate::evidence::{Evidence, Fact, Finding, State};
use crate::fold::fold;
use crate::gather::Gather;
use crate::playbook::{Kind, Listed, Playbook, Value, row, test};
use crate::truth::{Both, Span};
use alloc::vec::Vec;

/// What is known of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    Nothing,
    Partly,
    Exactly,
}

/// What an answer leaves of its attribute.
pub(super) struct Left {
    /// The range of a number, or a date.
    range: (i64, i64),
    /// How the tests on the attribute come out, in their order; absent where that goes by the time.
    outcome: Vec<Span>,
}

/// A question as the engine sees it.
pub(super) struct Asked {
    pub attribute: u16,
    pub cost: u64,
    /// What each answer leaves, and how often it is given.
    pub answers: Vec<(Left, u64)>,
}

/// The route as it is decided now.
pub(super) struct RouteNow<'p> {
    pub then: Option<&'p str>,
    pub settled: bool,
}

/// A fact as evidence has it: with texts in the form in which they are compared.
pub(super) fn compared(fact: &Fact) -> Fact {
    let mut fact = fact.clone();
    if let Finding::Exactly(Value::Text(text)) = &mut fact.finding {
        *text = fold(text);
    }
    fact
}

/// A look at one lead at one instant.
pub(super) struct Probe<'p, 's> {
    playbook: &'p Playbook,
    evidence: &'s Evidence,
    planning: Planning<'p, 's>,
    /// For what would be known if one more fact came in.
    other: State,
}

impl<'p, 's> Probe<'p, 's> {
    /// INVARIANT: the ground was made of the same playbook and evidence.
    pub fn new(playbook: &'p Playbook, evidence: &'s Evidence, ground: &'s mut Ground) -> Self {
        Self {
            playbook,
            evidence,
            planning: Planning::new(playbook, ground),
            other: State::new(playbook),
        }
    }

    pub fn knowledge(&self, attribute: u16) -> Knowledge {
        if !self.planning.is_known(attribute) {
            Knowledge::Nothing
        } else if self.planning.is_open(attribute) {
            Knowledge::Partly
        } else {
            Knowledge::Exactly
        }
    }

    /// What would be known of an attribute if one more fact came in. `None` where the fact wouldn't count.
    pub fn after(&mut self, fact: &Fact) -> Option<Left> {
        let state = &mut self.other;
        state.clear();
        let facts = self.evidence.facts().iter();
        for earlier in facts.filter(|earlier| earlier.attribute == fact.attribute) {
            state.learn(self.playbook, earlier);
        }
        let place = state.facts() as u32;
        state.learn(self.playbook, &compared(fact));
        let seen = state.look(self.playbook, self.planning.as_of());
        if seen.why_aside(place).is_some() {
            return None;
        }
        let spans = &seen.known.spans;
        let tests = self.playbook.index.tests_of(fact.attribute);
        let of = |test: &u32| spans.get(*test as usize).copied().unwrap_or(Both::ABSENT);
        Some(Left {
            range: seen.range(fact.attribute),
            outcome: tests.iter().map(|test| of(test).known()).gather(),
        })
    }

    /// What is left of an attribute by a text that equals none of those that tests name.
    pub fn after_other_text(&self, attribute: u16) -> Left {
        let tests = self.playbook.index.tests_of(attribute);
        let of = |condition: &u32| {
            let tested = row(&self.playbook.conditions, i64::from(*condition))[2];
            match row(&self.playbook.tests, tested) {
                &[test::KNOWN, wanted, ..] => Span::of(wanted != 0),
                [_, _, 0, ..] => Span::UNKNOWN,
                _ => Span::FALSE,
            }
        };
        Left {
            range: (0, 0),
            outcome: tests.iter().map(of).gather(),
        }
    }

    /// Whether an answer leaves a value that is possible by what is known.
    pub fn agrees(&self, attribute: u16, finding: &Finding, left: &Left) -> bool {
        if !self.planning.is_known(attribute) {
            return true;
        }
        if let Some(Kind::Number { .. }) = self.playbook.attribute_kind(attribute) {
            let (low, high) = self.planning.range(attribute);
            return left.range.0 <= high && low <= left.range.1;
        }
        let Some(possible) = self.planning.possible(attribute) else {
            return true;
        };
        match finding {
            Finding::Exactly(Value::Choice(option)) => possible.contains(option),
            Finding::AnyOf(options) => options.iter().any(|option| possible.contains(option)),
            _ => true,
        }
    }

    /// The kinds of values of an attribute that tests tell apart, where nothing is known of it; `None` is a text that equals
    /// none of those that tests name.
    pub fn kinds(&self, attribute: u16) -> Vec<Option<Finding>> {
        kinds::of(self.playbook, attribute, self.planning.as_of())
    }

    /// The route now, and whether it stays whatever else becomes known.
    pub fn route(&mut self) -> RouteNow<'p> {
        let (first, settled) = self.planning.route();
        let then = first.and_then(|at| self.playbook.routes().get(at));
        RouteNow {
            then: then.map(|route| self.playbook.word(route[0])),
            settled,
        }
    }

    /// The attributes on which the route depends, as bits.
    pub fn route_depends(&self) -> &'p [u64] {
        self.playbook.index.of_list(Listed::Routes)
    }
}
