//! Lists of which the first entry that holds counts: tiers, personas, routes. And bands and the grade.

use super::eval::Eval;
use crate::playbook::{Row, before, row, rows};
use crate::truth::{Span, first_in};

impl<'p> Eval<'p, '_> {
    /// An entry's condition.
    pub(super) fn entry(&mut self, entry: &Row) -> Span {
        match before(entry[1]) {
            Some(when) => self.condition(when),
            None => Span::TRUE,
        }
    }

    /// The first entry that is met. Exact at one instant, in the sense of what is known.
    pub(super) fn first(&mut self, entries: &[Row]) -> Option<usize> {
        entries.iter().position(|entry| self.entry(entry).is_met())
    }

    /// Whether the first entry that is met is this one (`None`: there is none).
    pub(super) fn first_is(&mut self, entries: &[Row], wanted: Option<usize>) -> Span {
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
    pub(super) fn same_name(&mut self, entries: &[Row], wanted: Option<usize>) -> Span {
        let Some(name) = wanted.and_then(|at| entries.get(at)).map(|entry| entry[0]) else {
            return self.first_is(entries, None);
        };
        // Another entry of the name may take over without a change of the answer.
        let (mut certain, mut possible, mut other) = (true, false, false);
        let (mut surely_reached, mut maybe_reached) = (true, true);
        for entry in entries {
            let span = self.entry(entry);
            let may_count = maybe_reached && span.may_be_met();
            if entry[0] == name {
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
    pub(super) fn entry_in(&mut self, entries: &[Row], wanted: u64) -> Span {
        first_in(entries.iter().map(|entry| self.entry(entry)), wanted)
    }

    /// The bands of a score, highest first.
    fn bands(&self, score: u16) -> &'p [Row] {
        let score = row(&self.playbook.scores, i64::from(score));
        rows(&self.playbook.bands, score[5], score[6])
    }

    /// The place of the band that a value of a score lies in; their number stands for none.
    fn band_of(&self, score: u16, value: i64) -> usize {
        let bands = self.bands(score);
        let found = bands.iter().position(|band| value >= band[1]);
        found.unwrap_or(bands.len())
    }

    /// The name of the band that a value lies in.
    pub(super) fn band_name(&self, score: u16, value: i64) -> Option<&'p str> {
        let band = self.bands(score).get(self.band_of(score, value))?;
        Some(self.playbook.word(band[0]))
    }

    /// The bands from a score's low to its high: first and last place.
    fn band_span(&mut self, score: u16) -> (usize, usize) {
        let (low, high) = self.score(score);
        let (first, last) = (self.band_of(score, high), self.band_of(score, low));
        let start = |band: usize| self.bands(score).get(band).map(|band| band[1]);
        let least = start(last).unwrap_or(i64::MIN);
        let above = start(first.wrapping_sub(1)).unwrap_or(i64::MAX);
        self.score_stays(score, least, above.saturating_sub(1));
        (first, last)
    }

    pub(super) fn band_in(&mut self, score: u16, wanted: u64) -> Span {
        let (first, last) = self.band_span(score);
        let mut found = Found::default();
        for band in first..last + 1 {
            found.add(wanted & 1 << (band & 63) != 0);
        }
        found.span()
    }

    /// Wanted are rows and columns, written as row · 32 + column.
    pub(super) fn grade_in(&mut self, wanted: &[i64]) -> Span {
        let Some((one, other)) = self.playbook.grade() else {
            return Span::FALSE;
        };
        let (rows, columns) = (self.band_span(one), self.band_span(other));
        let mut found = Found::default();
        for row in rows.0..rows.1 + 1 {
            for column in columns.0..columns.1 + 1 {
                found.add(wanted.contains(&((row * 32 + column) as i64)));
            }
        }
        found.span()
    }

    /// Whether a score lies in one band from low to high.
    pub(super) fn band_settled(&mut self, score: u16) -> bool {
        let (first, last) = self.band_span(score);
        first == last
    }
}

/// Whether some of what is possible is wanted, and some is not.
#[derive(Default)]
struct Found {
    wanted: bool,
    other: bool,
}

impl Found {
    fn add(&mut self, wanted: bool) {
        self.wanted |= wanted;
        self.other |= !wanted;
    }

    /// Certain where all are wanted, possible where some are.
    fn span(&self) -> Span {
        Span::between(!self.other, self.wanted)
    }
}
