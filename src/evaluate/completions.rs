//! The values that an open attribute may turn out to have, by kinds that tests can't tell apart.

use super::eval::{Eval, Sense};
use crate::playbook::{CODES_A_NUMBER, Kind, Playbook, code, is_marked, mark, row};
use crate::time::{DAY_MS, FIRST_DAY_MS, LAST_DAY_MS};
use crate::truth::{Both, Span};
use alloc::vec::Vec;

/// Kinds of values of an attribute, by their places; for dates the first day of each.
pub(super) enum Kinds {
    From(i64, i64),
    These(Vec<i64>),
    Days(Vec<i64>),
}

impl Kinds {
    pub fn count(&self) -> usize {
        match self {
            Self::From(first, end) => (end - first).max(0) as usize,
            Self::These(list) | Self::Days(list) => list.len(),
        }
    }

    /// Whether how tests come out is listed for each.
    pub fn are_listed(&self) -> bool {
        !matches!(self, Self::Days(_))
    }

    pub fn get(&self, place: usize) -> i64 {
        match self {
            Self::From(first, _) => first + place as i64,
            Self::These(list) | Self::Days(list) => list.get(place).copied().unwrap_or(0),
        }
    }
}

/// Puts a number into a sorted list that doesn't have it.
fn put(list: &mut Vec<i64>, number: i64) {
    if let Err(end) = list.binary_search(&number) {
        list.insert(end, number);
    }
}

impl Eval<'_, '_> {
    /// Whether some attribute of a set is not exactly known.
    pub(super) fn any_open(&self, set: &[u64]) -> bool {
        let mut pairs = self.room.open.iter().zip(set);
        pairs.any(|(open, set)| open & set != 0)
    }

    /// The first open attribute of a set.
    pub(super) fn first_open(&self, set: &[u64]) -> Option<u16> {
        let both = |(open, set): (&u64, &u64)| open & set;
        let mut words = self.room.open.iter().zip(set).map(both).enumerate();
        let (place, word) = words.find(|(_, word)| *word != 0)?;
        Some((place as u32 * 64 + word.trailing_zeros()) as u16)
    }

    /// The open attribute of a set, if there is exactly one.
    pub(super) fn only_open(&self, set: &[u64]) -> Option<u16> {
        let pairs = self.room.open.iter().zip(set);
        let count: u32 = pairs.map(|(open, set)| (open & set).count_ones()).sum();
        (count == 1).then(|| self.first_open(set)).flatten()
    }

    /// Takes an attribute to be of a kind, and forgets what depends on it.
    ///
    /// INVARIANT: [`Self::take_back`] follows, in the reverse order of several.
    pub(super) fn assume(&mut self, attribute: u16, kind: i64) {
        let index = &self.playbook.index;
        let room = &mut *self.room;
        room.derived.put_aside(index, attribute);
        if let Some(word) = room.open.get_mut(usize::from(attribute / 64)) {
            *word &= !(1 << (attribute % 64));
        }
        room.stood.extend_from_slice(&room.spans);
        for (depends, spans) in index.sets().zip(&mut room.spans) {
            if is_marked(depends, usize::from(attribute)) {
                *spans = Both::ABSENT;
            }
        }
        let is_date = matches!(self.playbook.attribute_kind(attribute), Some(Kind::Date));
        // The tests on a date depend on the time and are found anew.
        if is_date {
            room.dates.push((attribute, kind));
        }
        let mut is_vague = false;
        for (place, condition) in index.tests_of(attribute).iter().enumerate() {
            if is_date {
                break;
            }
            let code = self.code_of_kind(attribute, kind, place);
            is_vague |= code != code::PASSES && code != code::FAILS;
            if let Some(spans) = self.room.spans.get_mut(*condition as usize) {
                *spans = code::spans(code);
            }
        }
        self.room.vague += u32::from(is_vague);
        let is_vague = Span::of(is_vague);
        self.room.stood.push(Both::of(is_vague, is_vague));
    }

    /// How a test, given by its place among those on the attribute, comes out when this is of a kind.
    pub(super) fn code_of_kind(&self, attribute: u16, kind: i64, place: usize) -> u8 {
        let tests = self.playbook.index.tests_of(attribute).len();
        let width = Playbook::kind_width(tests) as i64;
        let start = row(&self.playbook.kinds, i64::from(attribute))[0] + kind.saturating_mul(width);
        let at = start + 1 + (place / CODES_A_NUMBER) as i64;
        let number = self.playbook.list(at, 1).first().copied().unwrap_or(0);
        (number >> (3 * (place % CODES_A_NUMBER)) & 7) as u8
    }

    /// Takes back what was assumed of an attribute that was open.
    pub(super) fn take_back(&mut self, attribute: u16) {
        let count = self.playbook.conditions.len();
        let room = &mut *self.room;
        let vague = room.stood.pop().map(Both::known);
        room.vague -= u32::from(vague == Some(Span::TRUE));
        let stood = room.stood.len().saturating_sub(count);
        room.spans.clear();
        room.spans
            .extend_from_slice(room.stood.get(stood..).unwrap_or(&[]));
        room.stood.truncate(stood);
        room.dates.pop_if(|(it, _)| *it == attribute);
        room.derived.take_back(&self.playbook.index, attribute);
        mark(&mut room.open, usize::from(attribute));
    }

    /// The kinds that an open attribute may be of.
    ///
    /// INVARIANT: they are [given back](Self::give_back), so that their room is used again.
    pub(super) fn kinds(&mut self, attribute: u16) -> Kinds {
        let playbook = self.playbook;
        let &[start, count, of, options, ..] = row(&playbook.kinds, i64::from(attribute));
        let is_known = self.seen.is_known(attribute);
        match playbook.attribute_kind(attribute) {
            Some(Kind::Date) => self.dates(playbook.list(start, count), playbook.list(of, options)),
            Some(Kind::Number { .. }) if is_known => {
                let width = Playbook::kind_width(playbook.index.tests_of(attribute).len()) as i64;
                let (low, high) = self.seen.range(attribute);
                let starts = |kind: &i64| playbook.list(start + kind * width, 1).first().copied();
                let up_to = |value: i64| {
                    let after = (0..count).find(|kind| starts(kind).is_none_or(|it| it > value));
                    after.unwrap_or(count)
                };
                Kinds::From((up_to(low) - 1).max(0), up_to(high))
            }
            _ => match self.seen.possible(attribute).filter(|_| is_known) {
                Some(possible) => {
                    let mut kinds = self.list();
                    let kind_of = playbook.list(of, options);
                    for option in possible {
                        if let Some(kind) = kind_of.get(usize::from(*option)) {
                            put(&mut kinds, *kind);
                        }
                    }
                    Kinds::These(kinds)
                }
                None => Kinds::From(0, count),
            },
        }
    }

    /// The first days of dates that tests can't tell apart. INVARIANT: `days` are sorted, and days that can be written.
    fn dates(&mut self, days: &[i64], distances: &[i64]) -> Kinds {
        let mut starts = self.list();
        starts.extend_from_slice(days);
        for distance in distances {
            let day = self.as_of.saturating_add(*distance).div_euclid(DAY_MS);
            let start = day.saturating_add(1).saturating_mul(DAY_MS);
            if (FIRST_DAY_MS..=LAST_DAY_MS).contains(&start) {
                put(&mut starts, start);
            }
        }
        Kinds::Days(starts)
    }

    /// A list that is empty.
    fn list(&mut self) -> Vec<i64> {
        #[cfg(feature = "quick")]
        return self.room.spare.pop().unwrap_or_default();
        #[cfg(not(feature = "quick"))]
        Vec::new()
    }

    /// Takes back what [`Self::kinds`] gave.
    #[cfg_attr(not(feature = "quick"), expect(clippy::unused_self))]
    pub(super) fn give_back(&mut self, kinds: Kinds) {
        #[cfg(feature = "quick")]
        if let Kinds::These(mut list) | Kinds::Days(mut list) = kinds {
            list.clear();
            self.room.spare.push(list);
        }
        #[cfg(not(feature = "quick"))]
        drop(kinds);
    }

    /// Whether something holds for some kind that an open attribute may be of.
    pub(super) fn some_kind(
        &mut self,
        attribute: u16,
        holds: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        let kinds = self.kinds(attribute);
        let found = (0..kinds.count()).any(|place| {
            self.assume(attribute, kinds.get(place));
            let found = holds(self);
            self.take_back(attribute);
            found
        });
        self.give_back(kinds);
        found
    }

    /// Judges in the other sense for a moment.
    pub(super) fn in_sense<T>(&mut self, sense: Sense, judge: impl FnOnce(&mut Self) -> T) -> T {
        let before = core::mem::replace(&mut self.sense, sense);
        let judged = judge(self);
        self.sense = before;
        judged
    }
}
