//! When an answer changes if nothing more happens.

use super::eval::{Eval, in_window};
use super::settle::Question;
use crate::limits;
#[cfg(not(feature = "document"))]
use crate::playbook::rows;
use crate::playbook::{Millis, Row, basis, row};

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

/// Nobody asks how long what is found stays.
pub(super) const NOT_ASKED: Millis = Millis::MIN;

impl<'p, 's> Eval<'p, 's> {
    /// The first instant after `as_of` at which the answer to a question is not yes.
    pub(super) fn first_change(&mut self, question: Question<'_, 'p, 's>) -> Change {
        self.look_at(self.as_of);
        let until = self.stays(question).unwrap_or(self.as_of);
        let change = self.first_change_after(until, question);
        self.look_at(self.as_of);
        change
    }

    /// The same, given until when the answer stays.
    ///
    /// Every answer tells how long it surely stays; the next look is at the instant after that.
    pub(super) fn first_change_after(
        &mut self,
        mut until: Millis,
        question: Question<'_, 'p, 's>,
    ) -> Change {
        for _ in 0..limits::FORECAST_STEPS {
            if until >= limits::INSTANT_MS {
                return Change::Never;
            }
            let at = until + 1;
            self.look_at(at);
            // At most of these instants it changes.
            #[cfg(feature = "document")]
            if !self.ahead(question).is_met() {
                return Change::At(at);
            }
            match self.stays(question) {
                Some(last) => until = last,
                None => return Change::At(at),
            }
        }
        Change::NotBefore(until + 1)
    }

    /// Until when the answer to a question surely stays yes, if it is.
    pub(super) fn stays(&mut self, question: Question<'_, 'p, 's>) -> Option<Millis> {
        self.until = limits::INSTANT_MS;
        let is_met = self.ahead(question).is_met();
        is_met.then_some(self.until)
    }

    /// What was found surely stays until then, not longer.
    #[inline]
    pub(super) fn stays_until(&mut self, last: Millis) {
        self.until = self.until.min(last);
    }

    /// What was found stays until so many of the events in a window have left it.
    pub(super) fn stays_until_left(&mut self, hits: &[Millis], count: i64, within: Millis) {
        if within > 0
            && count > 0
            && let Some(hit) = hits.get(count as usize - 1)
        {
            self.stays_until(hit.saturating_add(within) - 1);
        }
    }

    /// What was found stays while something holds that never holds again once it does not.
    pub(super) fn stays_while(&mut self, holds: &mut dyn FnMut(&mut Self, Millis) -> bool) {
        let (mut last, mut not) = (self.at, self.until);
        if last >= not || holds(self, not) {
            return;
        }
        while not - last > 1 {
            // Most changes are near.
            let far = (last - self.at).saturating_mul(15) + (1 << 26);
            let middle = last + ((not - last) / 2).min(far);
            match holds(self, middle) {
                true => last = middle,
                false => not = middle,
            }
        }
        self.until = last;
    }

    /// A score stays in a range that it lies in.
    pub(super) fn score_stays(&mut self, score: u16, least: i64, most: i64) {
        if self.until <= self.at {
            return;
        }
        #[cfg(feature = "document")]
        self.stays_within(score, (least, most));
        #[cfg(not(feature = "document"))]
        {
            let playbook = self.playbook;
            let &[_, first, count, ..] = row(&playbook.scores, i64::from(score));
            for group in rows(&playbook.groups, first, count) {
                for rule in rows(&playbook.rules, group[1], group[2]) {
                    self.gets_less(rule);
                }
            }
            self.stays_while(&mut |eval, to| {
                let (low, high) = eval.score_between(score, to);
                least <= low && high <= most
            });
        }
    }

    /// Until when what a rule over events brings only gets less.
    pub(super) fn gets_less(&mut self, rule: &Row) {
        let &[what, pattern, _, _, _, terms, ..] = rule;
        if what == basis::WHEN {
            return;
        }
        let &[within, second, third, every, ..] = row(&self.playbook.terms, terms);
        let hits = self.hits(pattern as u32);
        let imagined = i64::from(self.imagined(pattern as u32));
        // Too many may become as many as are looked for, and imagined ones may count when the last ones are long enough ago.
        let (window, over) = match what {
            basis::COUNTING => (within, imagined - third),
            _ => (second, imagined.signum()),
        };
        let last = in_window(hits, self.at, window);
        let counted = if what == basis::COUNTING {
            last.len() as i64
        } else {
            0
        };
        self.stays_until_left(last, over + counted, window);
        if every > 0 && imagined > 0 {
            let this = self.at.div_euclid(every);
            if hits
                .last()
                .is_some_and(|last| last.div_euclid(every) == this)
            {
                self.stays_until((this + 1).saturating_mul(every) - 1);
            }
        }
    }
}
