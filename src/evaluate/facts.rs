//! Tests on attributes.

use super::eval::{Eval, Sense};
use super::truth::Span;
use crate::evidence::{Known, boolean_passes, in_intervals, text_passes};
use crate::playbook::{Millis, Test};

impl Eval<'_, '_> {
    /// Whether an attribute passes a test.
    pub(super) fn fact(&self, attribute: u16, test: &Test) -> Span {
        let known = self.known.get(usize::from(attribute)).unwrap_or(&Known::No);
        match (test, known) {
            (Test::Known(wanted), Known::No) => match self.sense {
                Sense::Known => Span::of(!wanted),
                Sense::Completion => Span::EITHER,
            },
            (Test::Known(wanted), _) => Span::of(*wanted),
            (_, Known::No) => self.unknown(),
            (Test::Boolean(passing), Known::Boolean(value)) => {
                Span::of(boolean_passes(*passing, *value))
            }
            (Test::Number(intervals), Known::Number(low, high)) => {
                self.number(intervals, *low, *high)
            }
            (
                Test::Date {
                    intervals,
                    within,
                    ahead,
                },
                Known::Date(at),
            ) => self.date(intervals, *within, *ahead, *at),
            (Test::Choice(options), Known::Choice(option)) => {
                Span::of(options.binary_search(option).is_ok())
            }
            (Test::Choice(options), Known::AnyOf(possible)) => {
                let passing = possible
                    .iter()
                    .filter(|option| options.binary_search(option).is_ok())
                    .count();
                match passing {
                    0 => Span::FALSE,
                    all if all == possible.len() => Span::TRUE,
                    _ => self.unknown(),
                }
            }
            (Test::Choices { any, all, none }, Known::Choices(chosen)) => {
                let has = |option: &u16| chosen.binary_search(option).is_ok();
                Span::of(
                    any.as_ref().is_none_or(|list| list.iter().any(has))
                        && all.as_ref().is_none_or(|list| list.iter().all(has))
                        && none.as_ref().is_none_or(|list| !list.iter().any(has)),
                )
            }
            (Test::Text { .. }, Known::Text(text)) => Span::of(text_passes(test, text)),
            (Test::Text { equals, .. }, Known::OtherText) => {
                if equals.is_empty() {
                    Span::EITHER
                } else {
                    Span::FALSE
                }
            }
            _ => Span::FALSE,
        }
    }

    fn unknown(&self) -> Span {
        match self.sense {
            Sense::Known => Span::UNKNOWN,
            Sense::Completion => Span::EITHER,
        }
    }

    fn number(&self, intervals: &[(i64, i64)], low: i64, high: i64) -> Span {
        if low == high {
            return Span::of(in_intervals(intervals, low));
        }
        let next = intervals.partition_point(|(_, end)| *end < low);
        match intervals.get(next) {
            Some((start, end)) if *start <= low && high <= *end => Span::TRUE,
            Some((start, _)) if *start <= high => self.unknown(),
            _ => Span::FALSE,
        }
    }

    fn date(
        &self,
        intervals: &[(Millis, Millis)],
        within: Option<Millis>,
        ahead: Option<Millis>,
        at: Millis,
    ) -> Span {
        let mut span = Span::of(in_intervals(intervals, at));
        if let Some(within) = within {
            span = span.and(self.while_between(at, at.saturating_add(within) - 1));
        }
        if let Some(ahead) = ahead {
            span = span.and(self.while_between(at.saturating_sub(ahead), at - 1));
        }
        span
    }
}
