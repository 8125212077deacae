//! The one place where the conversation touches evaluation.
//!
//! What it needs of the engine, all at one instant and on what is known:
//! - the truth of a condition, the points of a rule, with an attribute assumed to have some value (`assume`, `take_back`);
//! - the stage after the moves (`after_moves`), the route now, and whether it is settled (`first`, `same_name`, `always`);
//! - the values of an attribute that tests tell apart (`completions`);
//! - of the compiled playbook: how conditions are put together, and on which attributes they depend.
//!
//! Conditions and rules that depend on one question at most are judged by the engine, answer by answer, so tests on facts,
//! events and time have their meaning there alone. Only how conditions are put together is known here too.

mod build;

use crate::evaluate::Eval;
use crate::evidence::{Fact, Finding, Known, State};
use crate::playbook::{ConditionId, Kind, Millis, Playbook, Value, is_marked};
use alloc::{vec, vec::Vec};

/// What is known of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    Nothing,
    Partly,
    Exactly,
}

/// A question as the engine sees it.
pub(super) struct Asked {
    pub attribute: u16,
    pub cost: u64,
    /// What each answer leaves, and how often it is given.
    pub answers: Vec<(Known, u64)>,
}

/// The route as it is decided now.
pub(super) struct RouteNow<'p> {
    pub then: Option<&'p str>,
    pub settled: bool,
}

/// A look at one lead at one instant.
pub(super) struct Probe<'p, 's> {
    playbook: &'p Playbook,
    state: &'s State,
    as_of: Millis,
    eval: Eval<'p, 's>,
}

impl<'p, 's> Probe<'p, 's> {
    pub fn new(playbook: &'p Playbook, state: &'s State, as_of: Millis) -> Self {
        let (known, _) = state.known(playbook, as_of);
        Self {
            playbook,
            state,
            as_of,
            eval: Eval::new(playbook, state, known, as_of),
        }
    }

    pub fn knowledge(&self, attribute: u16) -> Knowledge {
        match self.eval.known.get(usize::from(attribute)) {
            None | Some(Known::No) => Knowledge::Nothing,
            Some(known) if known.is_open() => Knowledge::Partly,
            Some(_) => Knowledge::Exactly,
        }
    }

    /// What would be known of an attribute if one more fact came in. `None` where the fact wouldn't count.
    pub fn after(&self, fact: &Fact) -> Option<Known> {
        let mut state = State::new(self.playbook);
        for earlier in self.state.facts() {
            if earlier.attribute == fact.attribute {
                state.learn(earlier.clone());
            }
        }
        let place = state.facts().len();
        state.learn(fact.clone());
        let (known, aside) = state.known(self.playbook, self.as_of);
        let counts = !aside.iter().any(|(at, _)| *at as usize == place);
        let known = known.into_iter().nth(usize::from(fact.attribute));
        known.filter(|_| counts)
    }

    /// Whether a value that an answer leaves is possible by what is known.
    pub fn agrees(&self, attribute: u16, answer: &Known) -> bool {
        match (self.eval.known.get(usize::from(attribute)), answer) {
            (Some(Known::Number(low, high)), Known::Number(from, to)) => from <= high && low <= to,
            (Some(Known::AnyOf(possible)), Known::AnyOf(options)) => {
                options.iter().any(|option| possible.contains(option))
            }
            (Some(Known::AnyOf(possible)), Known::Choice(option)) => possible.contains(option),
            _ => true,
        }
    }

    /// The kinds of values of an attribute that tests tell apart, where nothing is known of it.
    pub fn kinds(&mut self, attribute: u16) -> Vec<Known> {
        let was = self.eval.assume(attribute, Known::No);
        let mut kinds: Vec<Known> = self
            .eval
            .completions(attribute)
            .into_iter()
            .map(|completion| completion.known)
            .collect();
        self.eval.take_back(attribute, was);
        if let ([Known::No], Some(Kind::Choices(options))) =
            (kinds.as_slice(), self.playbook.attribute_kind(attribute))
        {
            // Too many sets to go through: none of the options, or one alone.
            let single = (0..options.len().min(62) as u16).map(|option| vec![option]);
            kinds = core::iter::once(Vec::new())
                .chain(single)
                .map(Known::Choices)
                .collect();
        }
        kinds
    }

    /// The route now, and whether it stays whatever else becomes known.
    pub fn route(&mut self) -> RouteNow<'p> {
        let routes = &self.playbook.routes;
        let first = self.eval.after_moves(|eval| eval.first(routes));
        let depends = self.route_depends();
        let settled = self.eval.always(&depends, &depends, &mut |eval| {
            eval.after_moves(|eval| eval.same_name(routes, first))
        });
        RouteNow {
            then: first
                .and_then(|at| routes.get(at))
                .map(|route| &*route.name),
            settled,
        }
    }

    fn union(&self, conditions: impl Iterator<Item = ConditionId>) -> Vec<u64> {
        let index = &self.playbook.index;
        let mut union = vec![0; index.words()];
        for condition in conditions {
            for (word, more) in union.iter_mut().zip(index.of_condition(condition)) {
                *word |= more;
            }
        }
        union
    }

    fn moves_depend(&self) -> Vec<u64> {
        let stages = self.playbook.stages.iter();
        let own = stages.flat_map(|stage| [stage.enter, stage.stay, stage.exit]);
        let transitions = self.playbook.transitions.iter();
        let when = transitions.filter_map(|transition| transition.when);
        self.union(own.flatten().chain(when))
    }

    /// The attributes on which the route depends, as bits.
    pub fn route_depends(&self) -> Vec<u64> {
        let mut depends = self.union(self.playbook.routes.iter().filter_map(|route| route.when));
        if is_marked(&depends, self.playbook.attributes.len()) {
            for (word, more) in depends.iter_mut().zip(self.moves_depend()) {
                *word |= more;
            }
        }
        depends
    }
}

/// What an answer says, where it is one of the kinds of values that tests tell apart.
pub(super) fn finding_of(known: &Known) -> Option<Finding> {
    Some(match known {
        Known::Boolean(value) => Finding::Exactly(Value::Boolean(*value)),
        Known::Number(low, high) if low == high => Finding::Exactly(Value::Number(*low)),
        Known::Number(low, high) => Finding::Between(*low, *high),
        Known::Choice(option) => Finding::Exactly(Value::Choice(*option)),
        Known::AnyOf(options) => Finding::AnyOf(options.clone()),
        Known::Choices(options) => Finding::Exactly(Value::Choices(options.clone())),
        Known::Text(text) => Finding::Exactly(Value::Text(text.clone())),
        Known::Date(at) => Finding::Exactly(Value::Date(*at)),
        Known::No | Known::OtherText => return None,
    })
}
