//! Reads arrays: codes, flags, instants and numbers.

use super::{Cells, ODD};
use crate::binary64;
use crate::decimal::NUMBER_PLACES;
use crate::evidence::Reading;
use crate::limits;
use crate::playbook::document::read::Spot;
use crate::playbook::{Kind, Micro};
use crate::tree::{Content, Entry, Node};
use alloc::{format, string::String, vec::Vec};

/// How the numbers of an array are written.
mod form {
    /// Codes, flags and offsets: four bytes each.
    pub const I32: u32 = 0;
    /// Instants, or millionths: whole ones as floating-point numbers.
    pub const F64: u32 = 1;
    /// As `F64` whole ones, and after all of them as many millionths.
    pub const PAIRS: u32 = 2;
}

/// So many cells of a column are reported.
const REPORTED: usize = 10;

/// Which rows are asked of a column: those that are known, and for properties those of a signal's code.
#[derive(Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    pub(super) known: Option<&'a [[u8; 4]]>,
    pub(super) of: Option<(&'a [u32], u32)>,
}

impl Asked<'_> {
    #[inline]
    pub(super) fn at(&self, row: usize) -> bool {
        let known = self.known.and_then(|known| known.get(row));
        known != Some(&[0; 4])
            && self
                .of
                .is_none_or(|(codes, code)| codes.get(row) == Some(&code))
    }
}

/// The first rows in which something is wrong.
#[derive(Default)]
pub(super) struct Odd {
    pub(super) rows: Vec<usize>,
}

impl Odd {
    #[cold]
    pub(super) fn add(&mut self, row: usize) {
        if self.rows.len() < REPORTED {
            self.rows.push(row);
        }
    }
}

impl<'p, 't> Reading<'p, 't> {
    pub(super) fn count(&mut self, spot: Spot<'t>) -> Option<usize> {
        let count = match &spot.node.content {
            Content::Number(text) => text.parse().ok(),
            _ => None,
        };
        match count {
            Some(count) if count <= limits::TABLE_ROWS => Some(count),
            _ => {
                let message = format!("expected a whole number from 0 to {}", limits::TABLE_ROWS);
                self.reader.report(spot.place, "out_of_range", message);
                None
            }
        }
    }

    /// Reports a cell.
    pub(super) fn cell(&mut self, spot: Spot<'t>, row: usize, code: &'static str, message: &str) {
        let mark = self.reader.mark();
        let place = self.reader.item(spot, row, spot.node).place;
        self.reader.report(place, code, message);
        self.reader.forget(mark);
    }

    /// The bytes of an array, and how its numbers are written.
    pub(super) fn array<'d>(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &'d [u8],
    ) -> Option<(u32, &'d [u8])> {
        let number = |node: &Node| match &node.content {
            Content::Number(text) => text.parse::<u32>().ok(),
            _ => None,
        };
        let [form, length, at] = match spot.node.as_list() {
            Some([form, length, at]) => [form, length, at].map(number),
            _ => [None; 3],
        };
        let (Some(form), Some(length), Some(at)) = (form, length, at) else {
            self.reader.wrong_type(spot, "a typed array");
            return None;
        };
        if length as usize != count {
            let message = format!("there are {length} entries, expected {count}");
            self.reader.report(spot.place, "conflict", message);
            return None;
        }
        let width = match form {
            form::I32 => 4,
            form::F64 => 8,
            form::PAIRS => 16,
            _ => 0,
        };
        let end = (at as usize).saturating_add(count.saturating_mul(width));
        let part = data.get(at as usize..end).filter(|_| width > 0);
        if part.is_none() {
            self.reader.wrong_type(spot, "a typed array");
        }
        Some((form, part?))
    }

    /// The codes, flags or offsets of an array.
    pub(super) fn integers<'d>(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &'d [u8],
    ) -> Option<&'d [[u8; 4]]> {
        match self.array(spot, count, data)? {
            (form::I32, bytes) => Some(bytes.as_chunks().0),
            _ => {
                self.reader.wrong_type(spot, "an array of whole numbers");
                None
            }
        }
    }

    /// Zeros and ones.
    pub(super) fn flags<'d>(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &'d [u8],
    ) -> Option<&'d [[u8; 4]]> {
        let flags = self.integers(spot, count, data)?;
        let mut odd = Odd::default();
        for (row, flag) in flags.iter().enumerate() {
            if u32::from_le_bytes(*flag) > 1 {
                odd.add(row);
            }
        }
        self.none(spot, &odd, "out_of_range", "expected 0 or 1")?;
        Some(flags)
    }

    pub(super) fn owned_flags(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &[u8],
    ) -> Option<Vec<i64>> {
        let flags = self.flags(spot, count, data)?;
        Some(
            flags
                .iter()
                .map(|flag| i64::from(u32::from_le_bytes(*flag)))
                .collect(),
        )
    }

    pub(super) fn instants(
        &mut self,
        spot: Spot<'t>,
        count: usize,
        data: &[u8],
    ) -> Option<Vec<i64>> {
        let (form::F64, bytes) = self.array(spot, count, data)? else {
            self.reader.wrong_type(spot, "a `Float64Array`");
            return None;
        };
        let mut odd = Odd::default();
        let mut instants = Vec::with_capacity(count);
        for (row, at) in bytes.as_chunks().0.iter().enumerate() {
            let at = whole(at);
            if at.unsigned_abs() > limits::INSTANT_MS.unsigned_abs() {
                odd.add(row);
            }
            instants.push(at);
        }
        self.none(spot, &odd, "bad_time", "expected whole milliseconds")?;
        Some(instants)
    }

    /// Reports the first of some cells; nothing if there are some.
    pub(super) fn none(
        &mut self,
        spot: Spot<'t>,
        odd: &Odd,
        code: &'static str,
        message: &str,
    ) -> Option<()> {
        for row in &odd.rows {
            self.cell(spot, *row, code, message);
        }
        odd.rows.is_empty().then_some(())
    }

    /// Codes as places and one, 0 where nothing is known.
    pub(super) fn codes(
        &mut self,
        spot: Spot<'t>,
        (count, values): (usize, usize),
        asked: Asked<'_>,
        data: &[u8],
    ) -> Option<Vec<u32>> {
        let codes = self.integers(spot, count, data)?;
        let mut odd = Odd::default();
        let place = |code: &[u8; 4]| i32::from_le_bytes(*code).wrapping_add(1) as u32;
        let mut places: Vec<u32> = codes.iter().map(place).collect();
        if let Some(known) = asked.known {
            for (place, known) in places.iter_mut().zip(known) {
                *place &= 0u32.wrapping_sub(u32::from_le_bytes(*known));
            }
        }
        if let Some((of, code)) = asked.of {
            for (place, of) in places.iter_mut().zip(of) {
                *place &= 0u32.wrapping_sub(u32::from(*of == code));
            }
        }
        for (row, place) in places.iter().enumerate() {
            if *place as usize > values {
                odd.add(row);
            }
        }
        let message = format!("expected the place of one of {values} values, or -1");
        self.none(spot, &odd, "out_of_range", &message)?;
        Some(places)
    }

    /// Reads every one of some values, so that all that is wrong is found.
    pub(super) fn every<T>(
        &mut self,
        spots: Vec<Spot<'t>>,
        mut read: impl FnMut(&mut Self, Spot<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = spots.len();
        let mut values = Vec::with_capacity(count);
        for spot in spots {
            values.extend(read(self, spot));
        }
        (values.len() == count).then_some(values)
    }

    /// The cells of a column: codes of values that are still to be read, or numbers.
    pub(super) fn column(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        (kind, of): (&Kind<'_>, Option<(&[u32], u32)>),
        (count, data): (usize, &[u8]),
    ) -> Option<Cells<Spot<'t>>> {
        let known = match self.spot(spot, entries, "known") {
            Some(spot) => Some(self.flags(spot, count, data)?),
            None => None,
        };
        let asked = Asked { known, of };
        let [values, codes, numbers, places] =
            ["values", "codes", "numbers", "places"].map(|key| self.spot(spot, entries, key));
        match (values, codes, numbers, places) {
            (Some(values), Some(codes), None, None) => {
                let mut spots = Vec::new();
                for (index, node) in self.reader.list(values)?.iter().enumerate() {
                    spots.push(self.reader.item(values, index, node));
                }
                // What is wrong with them is reported, and so is what is wrong with the values.
                let codes = self.codes(codes, (count, spots.len()), asked, data);
                Some(Cells::Codes(spots, codes.unwrap_or_default()))
            }
            (None, None, Some(numbers), places) => {
                let places = match places {
                    Some(places) => self.places(places)?,
                    None => 0,
                };
                self.numbers(numbers, (kind, places), (count, data), asked)
                    .map(Cells::Numbers)
            }
            _ => {
                let message = "`values` with `codes`, or `numbers`, is due";
                self.reader.report(spot.place, "conflict", message);
                None
            }
        }
    }

    pub(super) fn places(&mut self, spot: Spot<'t>) -> Option<u32> {
        let places = self.count(spot)?;
        match u32::try_from(places) {
            Ok(places) if places <= NUMBER_PLACES => Some(places),
            _ => {
                let message = "expected a whole number from 0 to 6";
                self.reader.report(spot.place, "out_of_range", message);
                None
            }
        }
    }

    pub(super) fn numbers(
        &mut self,
        spot: Spot<'t>,
        (kind, places): (&Kind<'_>, u32),
        (count, data): (usize, &[u8]),
        asked: Asked<'_>,
    ) -> Option<Vec<Micro>> {
        let Kind::Number { min, max, whole } = kind else {
            let message =
                "numbers are for the type `number` only; others have `values` and `codes`";
            self.reader.report(spot.place, "wrong_type", message);
            return None;
        };
        let (form, bytes) = self.array(spot, count, data)?;
        let mut numbers = millionths(form, bytes);
        let shift = 10i64.pow(places);
        let step = if *whole { 1_000_000 } else { 1 };
        let (mut odd, mut outside, mut parts) = (Odd::default(), Odd::default(), Odd::default());
        for (row, number) in numbers.iter_mut().enumerate() {
            if !asked.at(row) {
                *number = ODD;
                continue;
            }
            if *number == ODD {
                odd.add(row);
                continue;
            }
            if shift > 1 {
                if *number % 1_000_000 != 0 {
                    parts.add(row);
                }
                *number /= shift;
            }
            if *number < *min || *max < *number {
                outside.add(row);
            } else if step > 1 && *number % step != 0 {
                parts.add(row);
            }
        }
        let mut message = String::from("expected a number between ");
        crate::decimal::write(&mut message, *min, NUMBER_PLACES);
        message.push_str(" and ");
        crate::decimal::write(&mut message, *max, NUMBER_PLACES);
        let found = [
            self.none(spot, &odd, "wrong_type", "expected a number"),
            self.none(spot, &outside, "out_of_range", &message),
            self.none(spot, &parts, "wrong_type", "expected a whole number"),
        ];
        found.iter().all(Option::is_some).then_some(numbers)
    }
}

pub(super) fn reader_text<'t>(reading: &mut Reading<'_, 't>, spot: Spot<'t>) -> Option<&'t str> {
    reading.reader.text(spot, "a text (a name)")
}

/// Numbers in millionths; [`ODD`] for those that can't be used.
fn millionths(form: u32, bytes: &[u8]) -> Vec<Micro> {
    match form {
        form::I32 => {
            let numbers = bytes.as_chunks().0.iter();
            let number = |number: &[u8; 4]| i64::from(i32::from_le_bytes(*number)) * 1_000_000;
            numbers.map(number).collect()
        }
        form::F64 => {
            let numbers = bytes.as_chunks().0.iter();
            numbers.map(whole).collect()
        }
        _ => {
            let (ones, parts) = bytes.split_at(bytes.len() / 2);
            let pairs = ones.as_chunks().0.iter().zip(parts.as_chunks().0);
            let number = |(ones, parts)| match (whole(ones), whole(parts)) {
                (ODD, _) | (_, ODD) => ODD,
                (ones, parts) => ones.saturating_mul(1_000_000).saturating_add(parts),
            };
            pairs.map(number).collect()
        }
    }
}

/// A whole number as JavaScript has it; one that is too large stays so.
#[inline]
fn whole(bytes: &[u8; 8]) -> i64 {
    binary64::read(u64::from_le_bytes(*bytes)).unwrap_or(ODD)
}
