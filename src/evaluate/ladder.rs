//! Lists of which the first entry that holds counts: tiers, personas, routes. And bands and the grade.

use super::eval::Eval;
use super::truth::Span;
use crate::playbook::Entry;

impl Eval<'_, '_> {
    fn entry(&mut self, entry: &Entry) -> Span {
        match entry.when {
            Some(when) => self.condition(when),
            None => Span::TRUE,
        }
    }

    /// The first entry that is met. Exact at one instant, in the sense of what is known.
    pub(crate) fn first(&mut self, entries: &[Entry]) -> Option<usize> {
        entries.iter().position(|entry| self.entry(entry).is_met())
    }

    /// Whether the first entry that is met is this one (`None`: there is none).
    pub(super) fn first_is(&mut self, entries: &[Entry], wanted: Option<usize>) -> Span {
        let (mut certain, mut possible) = (true, true);
        for (place, entry) in entries.iter().enumerate() {
            let span = self.entry(entry);
            if wanted == Some(place) {
                return Span::between(certain && span.is_met(), possible && span.may_be_met());
            }
            certain &= !span.may_be_met();
            possible &= !span.is_met();
            if !possible {
                return Span::FALSE;
            }
        }
        if wanted.is_none() {
            Span::between(certain, possible)
        } else {
            Span::FALSE
        }
    }

    /// Whether the first entry that is met goes by the same name as this one.
    pub(crate) fn same_name(&mut self, entries: &[Entry], wanted: Option<usize>) -> Span {
        let Some(name) = wanted
            .and_then(|at| entries.get(at))
            .map(|entry| &entry.name)
        else {
            return self.first_is(entries, None);
        };
        // Another entry of the name may take over without a change of the answer.
        let (mut certain, mut possible, mut other) = (true, false, false);
        let (mut surely_reached, mut maybe_reached) = (true, true);
        for entry in entries {
            let span = self.entry(entry);
            let may_count = maybe_reached && span.may_be_met();
            if entry.name == *name {
                possible |= may_count;
            } else {
                certain &= !may_count;
                other |= surely_reached && span.is_met();
            }
            surely_reached &= !span.may_be_met();
            maybe_reached &= !span.is_met();
        }
        certain &= !maybe_reached;
        other |= surely_reached;
        Span::between(certain, possible && !other)
    }

    /// Whether the entry that counts is one of these: unknown where it may or may not be.
    pub(super) fn entry_in(&mut self, entries: &[Entry], wanted: &[u16]) -> Span {
        // What is possible at every moment looked at, and what at some.
        let (mut always_reached, mut ever_reached) = (true, true);
        let (mut always_in, mut ever_in, mut always_out, mut ever_out) =
            (false, false, false, false);
        for (place, entry) in entries.iter().enumerate() {
            let span = self.entry(entry);
            let always = always_reached && span.least >= 1;
            let ever = ever_reached && span.greatest >= 1;
            if wanted.iter().any(|name| usize::from(*name) == place) {
                always_in |= always;
                ever_in |= ever;
            } else {
                always_out |= always;
                ever_out |= ever;
            }
            always_reached &= !span.may_be_met();
            ever_reached &= !span.is_met();
            if !ever_reached {
                break;
            }
        }
        always_out |= always_reached;
        ever_out |= ever_reached;
        Span {
            // Something is always possible: where nothing else ever is, it is one of these.
            least: match (always_in, ever_out) {
                (_, false) => 2,
                (true, true) => 1,
                (false, true) => 0,
            },
            greatest: match (ever_in, always_out) {
                (false, _) => 0,
                (true, true) => 1,
                (true, false) => 2,
            },
        }
    }

    /// The place of the band that a value of a score lies in.
    pub(super) fn band_of(&self, score: u16, value: i64) -> Option<usize> {
        let bands = &self.playbook.scores.get(usize::from(score))?.bands;
        bands.iter().position(|(_, threshold)| value >= *threshold)
    }

    /// The bands from a score's low to its high: first and last place, the number of bands standing for none.
    fn band_span(&mut self, score: u16) -> (usize, usize) {
        let (low, high) = self.score(score);
        let none = self
            .playbook
            .scores
            .get(usize::from(score))
            .map_or(0, |score| score.bands.len());
        (
            self.band_of(score, high).unwrap_or(none),
            self.band_of(score, low).unwrap_or(none),
        )
    }

    pub(super) fn band_in(&mut self, score: u16, wanted: &[u16]) -> Span {
        let (first, last) = self.band_span(score);
        let mut is_wanted =
            (first..=last).map(|band| wanted.iter().any(|w| usize::from(*w) == band));
        let (mut every, mut some) = (true, false);
        for wanted in &mut is_wanted {
            every &= wanted;
            some |= wanted;
        }
        Span::between(every, some)
    }

    pub(super) fn grade_in(&mut self, wanted: &[(u16, u16)]) -> Span {
        let Some((one, other)) = self.playbook.grade else {
            return Span::FALSE;
        };
        let (rows, columns) = (self.band_span(one), self.band_span(other));
        let (mut every, mut some) = (true, false);
        for row in rows.0..=rows.1 {
            for column in columns.0..=columns.1 {
                let is_wanted = wanted
                    .iter()
                    .any(|(r, c)| usize::from(*r) == row && usize::from(*c) == column);
                every &= is_wanted;
                some |= is_wanted;
            }
        }
        Span::between(every, some)
    }

    /// Whether a score lies in one band from low to high.
    pub(super) fn band_settled(&mut self, score: u16) -> bool {
        let (first, last) = self.band_span(score);
        first == last
    }
}
