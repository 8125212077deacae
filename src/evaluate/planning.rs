//! What the planner of conversations asks about a lead: how things would come out if something were answered.

use super::eval::{Eval, Room};
use crate::evidence::{Evidence, State};
use crate::playbook::{ConditionId, Kind, Millis, Playbook, Row, is_marked};
use crate::truth::{Both, Span};

/// One lead at one instant, and what looking at it takes.
pub(crate) struct Ground {
    state: State,
    room: Room,
    as_of: Millis,
}

/// A look at one lead at one instant, on what is known and on what is assumed besides.
pub(crate) struct Planning<'p, 's> {
    eval: Eval<'p, 's>,
}

impl Ground {
    pub(crate) fn new(playbook: &Playbook, evidence: &Evidence, as_of: Millis) -> Self {
        let mut state = State::new(playbook);
        state.load(playbook, evidence);
        Self {
            state,
            room: Room::default(),
            as_of,
        }
    }
}

impl<'p, 's> Planning<'p, 's> {
    /// INVARIANT: the ground was made for the same playbook.
    pub(crate) fn new(playbook: &'p Playbook, ground: &'s mut Ground) -> Self {
        let Ground { state, room, as_of } = ground;
        let seen = state.look(playbook, *as_of);
        Self {
            eval: Eval::new(playbook, seen, room, *as_of),
        }
    }

    pub(crate) fn as_of(&self) -> Millis {
        self.eval.as_of
    }

    /// Whether something is known of an attribute.
    pub(crate) fn is_known(&self, attribute: u16) -> bool {
        self.eval.seen.is_known(attribute)
    }

    /// Whether an attribute is not exactly known.
    pub(crate) fn is_open(&self, attribute: u16) -> bool {
        is_marked(&self.eval.room.open, usize::from(attribute))
    }

    /// The range of a number.
    pub(crate) fn range(&self, attribute: u16) -> (i64, i64) {
        self.eval.seen.range(attribute)
    }

    /// The options that an attribute may have, where several may be.
    pub(crate) fn possible(&self, attribute: u16) -> Option<&'s [u16]> {
        self.eval.seen.possible(attribute)
    }

    /// The stage before the moves.
    pub(crate) fn stage(&self) -> Option<u16> {
        self.eval.place.stage
    }

    /// The condition that a stage's gate goes by.
    pub(crate) fn gate(&self, stage: u16) -> Option<ConditionId> {
        Some(self.eval.gate_condition(stage)?.0)
    }

    /// Takes the tests on an attribute that is open to come out in these ways, in their order; absent where that goes by the date.
    ///
    /// INVARIANT: [`Self::take_back`] follows, and only what goes by what is known is asked for until then.
    pub(crate) fn assume(&mut self, attribute: u16, date: Millis, outcome: &[Span]) {
        let playbook = self.eval.playbook;
        let is_date = matches!(playbook.attribute_kind(attribute), Some(Kind::Date));
        // Puts aside what depends on the attribute. Of which kind a value that is no date is taken to be doesn't matter.
        self.eval.assume(attribute, if is_date { date } else { 0 });
        let tests = playbook.index.tests_of(attribute);
        for (test, span) in tests.iter().zip(outcome) {
            if let Some(slot) = self.eval.room.spans.get_mut(*test as usize) {
                *slot = Both::of(*span, Span::ABSENT);
            }
        }
    }

    pub(crate) fn take_back(&mut self, attribute: u16) {
        self.eval.take_back(attribute);
    }

    /// How a condition comes out: 0, 1 (unknown) or 2; perhaps with the stage as it is after the moves.
    pub(crate) fn truth(&mut self, condition: ConditionId, after_moves: bool) -> u8 {
        let span = match after_moves {
            true => self.eval.after_moves(|eval| eval.condition(condition)),
            false => self.eval.condition(condition),
        };
        match span.least() == span.greatest() {
            true => span.least(),
            false => Span::UNKNOWN.least(),
        }
    }

    /// What a rule brings.
    pub(crate) fn points(&mut self, rule: &Row) -> i64 {
        self.eval.rule(rule).0
    }

    /// The place of the route that counts now, and whether it stays whatever else becomes known.
    pub(crate) fn route(&mut self) -> (Option<usize>, bool) {
        self.eval.route()
    }
}
