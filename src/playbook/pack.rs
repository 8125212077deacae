//! The tables as bytes.

use super::{Playbook, Row};
use crate::fold::read;
#[cfg(feature = "document")]
use alloc::vec::Vec;

/// The tables in the order in which they are written.
macro_rules! tables {
    ($playbook:ident, $($mutable:tt)?) => {
        [
            &$($mutable)? $playbook.sources,
            &$($mutable)? $playbook.asserters,
            &$($mutable)? $playbook.attributes,
            &$($mutable)? $playbook.signals,
            &$($mutable)? $playbook.properties,
            &$($mutable)? $playbook.tests,
            &$($mutable)? $playbook.patterns,
            &$($mutable)? $playbook.models,
            &$($mutable)? $playbook.conditions,
            &$($mutable)? $playbook.rules,
            &$($mutable)? $playbook.terms,
            &$($mutable)? $playbook.groups,
            &$($mutable)? $playbook.scores,
            &$($mutable)? $playbook.bands,
            &$($mutable)? $playbook.entries,
            &$($mutable)? $playbook.stages,
            &$($mutable)? $playbook.transitions,
            &$($mutable)? $playbook.kinds,
        ]
    };
}

/// What is left to read. After a failure nothing is left, and what is read is of no use.
pub(super) struct Input<'b> {
    rest: &'b [u8],
    failed: bool,
}

impl<'b> Input<'b> {
    /// Reads everything but the digest; `None` if the bytes don't end where they should.
    pub fn read(bytes: &'b [u8]) -> Option<Playbook> {
        let mut input = Self {
            rest: bytes,
            failed: false,
        };
        let mut playbook = Playbook::default();
        let length = input.varint() as usize;
        let (text, rest) = input.rest.split_at_checked(length)?;
        input.rest = rest;
        playbook.text = read(text)?;
        for list in [&mut playbook.starts, &mut playbook.numbers] {
            for _ in 0..input.varint() {
                list.push(input.number());
                if input.failed {
                    return None;
                }
            }
        }
        for table in tables!(playbook, mut) {
            for _ in 0..input.varint() {
                table.push(input.row());
                if input.failed {
                    return None;
                }
            }
        }
        playbook.lists = input.row();
        playbook.more = input.row();
        (!input.failed && input.rest.is_empty()).then_some(playbook)
    }

    fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => {
                self.failed = true;
                0
            }
        }
    }

    /// Seven bits a byte, lowest first.
    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                self.failed |= shift == 63 && byte > 1;
                return value;
            }
        }
        self.failed = true;
        0
    }

    fn number(&mut self) -> i64 {
        let zigzag = self.varint().wrapping_sub(2);
        (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
    }

    fn row(&mut self) -> Row {
        let there = self.byte();
        let mut row = [0; 8];
        for (place, number) in row.iter_mut().enumerate() {
            if there & 1 << place != 0 {
                *number = self.number();
            }
        }
        row
    }
}

#[cfg(feature = "document")]
impl Playbook {
    /// Writes everything but the digest.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        put_varint(out, self.text.len() as u64);
        out.extend_from_slice(self.text.as_bytes());
        for list in [&self.starts, &self.numbers] {
            put_varint(out, list.len() as u64);
            for number in list {
                put_number(out, *number);
            }
        }
        for table in tables!(self,) {
            put_varint(out, table.len() as u64);
            for row in table {
                put_row(out, row);
            }
        }
        put_row(out, &self.lists);
        put_row(out, &self.more);
    }
}

#[cfg(feature = "document")]
fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Small ones and the two ends take one byte.
#[cfg(feature = "document")]
fn put_number(out: &mut Vec<u8>, number: i64) {
    let zigzag = ((number << 1) ^ (number >> 63)) as u64;
    put_varint(out, zigzag.wrapping_add(2));
}

/// A bit for each number that is not zero, then these.
#[cfg(feature = "document")]
fn put_row(out: &mut Vec<u8>, row: &Row) {
    let there = |(place, number): (usize, &i64)| u8::from(*number != 0) << place;
    out.push(row.iter().enumerate().map(there).sum());
    for number in row.iter().filter(|number| **number != 0) {
        put_number(out, *number);
    }
}
