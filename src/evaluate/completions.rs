//! The values that an open attribute may turn out to have, by kinds that tests can't tell apart.

use super::eval::Eval;
use crate::evidence::{Known, WHOLE};
use crate::limits;
use crate::playbook::{Condition, Kind, Test, is_marked};
use crate::sort::sort;
use crate::time::{DAY_MS, FIRST_DAY_MS, LAST_DAY_MS};
use alloc::{boxed::Box, vec, vec::Vec};

/// One kind of value.
pub(crate) struct Completion {
    pub known: Known,
    /// Whether some tests stay unknown for it.
    pub vague: bool,
}

impl Completion {
    fn clear(known: Known) -> Self {
        Self {
            known,
            vague: false,
        }
    }
}

impl Eval<'_, '_> {
    /// Whether some attribute of a set is not exactly known.
    pub(super) fn any_open(&self, set: &[u64]) -> bool {
        self.open.iter().zip(set).any(|(open, set)| open & set != 0)
    }

    /// The open attributes of a set.
    pub(super) fn open_of(&self, set: &[u64]) -> Vec<u16> {
        (0..self.known.len() as u16)
            .filter(|attribute| {
                let attribute = usize::from(*attribute);
                is_marked(&self.open, attribute) && is_marked(set, attribute)
            })
            .collect()
    }

    /// The open attribute of a set, if there is exactly one.
    pub(super) fn only_open(&self, set: &[u64]) -> Option<u16> {
        let mut found = None;
        for (place, (open, set)) in self.open.iter().zip(set).enumerate() {
            match ((open & set).count_ones(), found) {
                (0, _) => {}
                (1, None) => found = Some(place as u32 * 64 + (open & set).trailing_zeros()),
                _ => return None,
            }
        }
        found.and_then(|attribute| u16::try_from(attribute).ok())
    }

    /// Puts a completion in place of what is known, and gives back what was.
    ///
    /// INVARIANT: [`Self::take_back`] follows, in the reverse order of several.
    pub(crate) fn assume(&mut self, attribute: u16, known: Known) -> Known {
        self.derived.put_aside(&self.playbook.index, attribute);
        self.replace(attribute, known)
    }

    /// Puts back what was before [`Self::assume`].
    pub(crate) fn take_back(&mut self, attribute: u16, was: Known) {
        self.derived.take_back(&self.playbook.index, attribute);
        self.replace(attribute, was);
    }

    fn replace(&mut self, attribute: u16, known: Known) -> Known {
        set(&mut self.open, usize::from(attribute), known.is_open());
        match self.known.get_mut(usize::from(attribute)) {
            Some(slot) => core::mem::replace(slot, known),
            None => known,
        }
    }

    pub(crate) fn completions(&self, attribute: u16) -> Vec<Completion> {
        let known = self.known.get(usize::from(attribute));
        let kind = self
            .playbook
            .attributes
            .get(usize::from(attribute))
            .map(|attribute| &attribute.kind);
        match (kind, known) {
            (Some(Kind::Boolean), _) => [false, true]
                .map(|value| Completion::clear(Known::Boolean(value)))
                .into(),
            (Some(Kind::Number { whole, .. }), Some(Known::Number(low, high))) => {
                self.numbers(attribute, *low, *high, *whole)
            }
            (Some(Kind::Number { min, max, whole }), _) => {
                self.numbers(attribute, *min, *max, *whole)
            }
            (Some(Kind::Date), _) => self.dates(attribute),
            (Some(Kind::Choice(_)), Some(Known::AnyOf(possible))) => {
                self.options(attribute, possible.iter().copied())
            }
            (Some(Kind::Choice(options)), _) => self.options(attribute, 0..options.len() as u16),
            (Some(Kind::Choices(_)), _) => self.option_sets(attribute),
            (Some(Kind::Text), _) => self.texts(attribute),
            (None, _) => Vec::new(),
        }
    }

    fn tests(&self, attribute: u16) -> impl Iterator<Item = &Test> {
        self.playbook
            .index
            .tests_of(attribute)
            .iter()
            .filter_map(|id| match self.playbook.conditions.get(*id as usize) {
                Some(Condition::Fact(_, test)) => Some(test),
                _ => None,
            })
    }

    fn numbers(&self, attribute: u16, low: i64, high: i64, whole: bool) -> Vec<Completion> {
        let step = if whole { WHOLE } else { 1 };
        let mut starts = vec![low];
        for test in self.tests(attribute) {
            if let Test::Number(intervals) = test {
                for (from, to) in intervals {
                    starts.extend([*from, to.saturating_add(step)]);
                }
            }
        }
        kinds(starts, low, high)
            .map(|start| Completion::clear(Known::Number(start, start)))
            .collect()
    }

    fn dates(&self, attribute: u16) -> Vec<Completion> {
        let mut starts = vec![FIRST_DAY_MS];
        let day_after = |at: i64| {
            at.div_euclid(DAY_MS)
                .saturating_add(1)
                .saturating_mul(DAY_MS)
        };
        for test in self.tests(attribute) {
            if let Test::Date {
                intervals,
                within,
                ahead,
            } = test
            {
                for (from, to) in intervals {
                    starts.extend([*from, to.saturating_add(DAY_MS)]);
                }
                if let Some(within) = within {
                    starts.extend([day_after(self.from - within), day_after(self.from)]);
                }
                if let Some(ahead) = ahead {
                    starts.extend([day_after(self.from), day_after(self.from + ahead)]);
                }
            }
        }
        kinds(starts, FIRST_DAY_MS, LAST_DAY_MS)
            .map(|start| Completion::clear(Known::Date(start)))
            .collect()
    }

    fn options(&self, attribute: u16, possible: impl Iterator<Item = u16>) -> Vec<Completion> {
        let classes = self.playbook.index.classes_of(attribute);
        let mut seen = vec![false; classes.len()];
        let mut completions = Vec::new();
        for option in possible {
            let class = classes.get(usize::from(option)).copied().unwrap_or(0);
            if let Some(seen) = seen.get_mut(usize::from(class))
                && !core::mem::replace(seen, true)
            {
                completions.push(Completion::clear(Known::Choice(option)));
            }
        }
        completions
    }

    fn option_sets(&self, attribute: u16) -> Vec<Completion> {
        let mut named: Vec<u16> = Vec::new();
        for test in self.tests(attribute) {
            if let Test::Choices { any, all, none } = test {
                named.extend([any, all, none].into_iter().flatten().flatten());
            }
        }
        sort(&mut named);
        named.dedup();
        if named.len() > limits::CHOICES_COMPLETED {
            return vec![Completion {
                known: Known::No,
                vague: true,
            }];
        }
        (0u32..1 << named.len())
            .map(|bits| {
                let chosen = named
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| bits & 1 << place != 0)
                    .map(|(_, option)| *option)
                    .collect();
                Completion::clear(Known::Choices(chosen))
            })
            .collect()
    }

    fn texts(&self, attribute: u16) -> Vec<Completion> {
        let mut named: Vec<Box<str>> = Vec::new();
        let mut vague = false;
        for test in self.tests(attribute) {
            if let Test::Text {
                equals,
                contains,
                starts_with,
                glob,
            } = test
            {
                for list in [equals, contains, starts_with] {
                    named.extend(list.iter().cloned());
                }
                named.extend(
                    glob.iter()
                        .map(|pattern| pattern.replace('*', "").into_boxed_str()),
                );
                vague |= !(contains.is_empty() && starts_with.is_empty() && glob.is_empty());
            }
        }
        sort(&mut named);
        named.dedup();
        let mut completions: Vec<_> = named
            .into_iter()
            .map(|text| Completion::clear(Known::Text(text)))
            .collect();
        completions.push(Completion {
            known: Known::OtherText,
            vague,
        });
        completions
    }
}

/// Puts a bit into a set, or takes it out.
fn set(set: &mut [u64], bit: usize, there: bool) {
    if let Some(word) = set.get_mut(bit / 64) {
        *word = *word & !(1 << (bit % 64)) | u64::from(there) << (bit % 64);
    }
}

/// The starts that lie in a range, each once; the range's own start is among them.
fn kinds(mut starts: Vec<i64>, low: i64, high: i64) -> impl Iterator<Item = i64> {
    sort(&mut starts);
    starts.dedup();
    starts
        .into_iter()
        .filter(move |start| low <= *start && *start <= high)
}
