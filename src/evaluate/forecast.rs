//! When an answer changes if nothing more happens.

use super::eval::Eval;
use super::settle::Question;
use crate::limits;
use crate::playbook::Millis;
use alloc::vec;

/// What was found of the first change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The first instant at which it comes out otherwise.
    At(Millis),
    /// It never does.
    Never,
    /// Not before this instant; the search took too many steps.
    NotBefore(Millis),
}

impl<'p, 's> Eval<'p, 's> {
    /// The first instant after `as_of` at which the answer to a question is not yes.
    ///
    /// Looks at stretches of time as a whole and halves those in which the answer may change.
    pub(super) fn first_change(&mut self, question: Question<'_, 'p, 's>) -> Change {
        let mut stretches = vec![(self.as_of.saturating_add(1), limits::INSTANT_MS)];
        let mut steps = limits::FORECAST_STEPS;
        let mut found = Change::Never;
        while let Some((from, to)) = stretches.pop() {
            if from > to {
                continue;
            }
            if steps == 0 {
                found = Change::NotBefore(from);
                break;
            }
            steps -= 1;
            self.look_at(from, to);
            let span = question(self);
            if span.is_met() {
                continue;
            }
            if !span.may_be_met() || from == to {
                found = Change::At(from);
                break;
            }
            // Short stretches first: most changes are near.
            let middle = from + ((to - from) / 2).min((from - self.as_of).saturating_mul(4_096));
            stretches.push((middle + 1, to));
            stretches.push((from, middle));
        }
        self.look_at(self.as_of, self.as_of);
        found
    }
}
