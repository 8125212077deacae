//! The tables as bytes: one declaration each for writing and for reading.

use super::{Attribute, Kind, Playbook, Property, Row, Signal};
use crate::limits;
use alloc::{boxed::Box, vec::Vec};

/// What is left to read. After a failure nothing is left, and what is read is of no use.
pub(super) struct Input<'b> {
    pub rest: &'b [u8],
    pub failed: bool,
}

impl<'b> Input<'b> {
    pub fn fail(&mut self) {
        self.failed = true;
        self.rest = &[];
    }

    fn take(&mut self, count: u64) -> &'b [u8] {
        let parts = usize::try_from(count)
            .ok()
            .and_then(|count| self.rest.split_at_checked(count));
        match parts {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => {
                self.fail();
                &[]
            }
        }
    }

    /// Seven bits a byte, lowest first.
    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.rest.split_first() else {
                break;
            };
            self.rest = rest;
            let bits = u64::from(byte & 127);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 128 == 0 {
                return value;
            }
        }
        self.fail();
        0
    }

    fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => {
                self.fail();
                0
            }
        }
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

/// What can be written as bytes and read again.
pub(super) trait Pack: Sized {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>);
    fn unpack(input: &mut Input) -> Self;
}

macro_rules! pack_unsigned {
    ($($type:ty),*) => { $(
        impl Pack for $type {
            #[cfg(feature = "document")]
            fn pack(&self, out: &mut Vec<u8>) {
                put_varint(out, u64::from(*self));
            }

            fn unpack(input: &mut Input) -> Self {
                Self::try_from(input.varint()).unwrap_or_else(|_| {
                    input.fail();
                    0
                })
            }
        }
    )* };
}

pack_unsigned!(u16, u32);

impl Pack for i64 {
    /// Small ones and the two ends take one byte.
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        let zigzag = ((*self << 1) ^ (*self >> 63)) as u64;
        put_varint(out, zigzag.wrapping_add(2));
    }

    fn unpack(input: &mut Input) -> Self {
        let zigzag = input.varint().wrapping_sub(2);
        (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
    }
}

impl Pack for Box<str> {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        out.extend_from_slice(self.as_bytes());
    }

    fn unpack(input: &mut Input) -> Self {
        let length = input.varint();
        match core::str::from_utf8(input.take(length)) {
            Ok(text) => Box::from(text),
            Err(_) => {
                input.fail();
                Box::default()
            }
        }
    }
}

impl<T: Pack> Pack for Vec<T> {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        for part in self {
            part.pack(out);
        }
    }

    fn unpack(input: &mut Input) -> Self {
        let mut list = Self::new();
        for _ in 0..input.varint() {
            list.push(T::unpack(input));
            if input.failed {
                break;
            }
        }
        list
    }
}

impl Pack for Row {
    /// A bit for each number that is not zero, then these.
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        let there = |(place, number): (usize, &i64)| u8::from(*number != 0) << place;
        out.push(self.iter().enumerate().map(there).sum());
        for number in self.iter().filter(|number| **number != 0) {
            number.pack(out);
        }
    }

    fn unpack(input: &mut Input) -> Self {
        let there = input.byte();
        let mut row = [0; 8];
        for (place, number) in row.iter_mut().enumerate() {
            if there & 1 << place != 0 {
                *number = i64::unpack(input);
            }
        }
        row
    }
}

/// Structs field by field.
macro_rules! pack_struct {
    ($($name:ident { $($field:ident),* $(; $($derived:ident),*)? })*) => { $(
        impl Pack for $name {
            #[cfg(feature = "document")]
            fn pack(&self, out: &mut Vec<u8>) {
                $( self.$field.pack(out); )*
            }

            fn unpack(input: &mut Input) -> Self {
                $( let $field = Pack::unpack(input); )*
                Self { $($field,)* $($($derived: Default::default(),)*)? }
            }
        }
    )* };
}

pack_struct! {
    Attribute { name, kind, asserted_by }
    Signal { name, properties }
    Property { name, kind }
    Playbook {
        name, version, sources, asserters, attributes, signals, words, numbers, tests, patterns, models, conditions, rules, terms,
        groups, scores, bands, entries, stages, transitions, kinds, lists, more; digest, index
    }
}

impl Pack for Kind {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        let open = |end: i64, bound: i64, open: i64| if end == bound { open } else { end };
        match self {
            Self::Boolean => out.push(0),
            Self::Number { min, max, whole } => {
                out.push(1 + u8::from(*whole));
                open(*min, -limits::NUMBER_MICRO, i64::MIN).pack(out);
                open(*max, limits::NUMBER_MICRO, i64::MAX).pack(out);
            }
            Self::Text => out.push(3),
            Self::Choice(options) => {
                out.push(4);
                options.pack(out);
            }
            Self::Choices(options) => {
                out.push(5);
                options.pack(out);
            }
            Self::Date => out.push(6),
        }
    }

    fn unpack(input: &mut Input) -> Self {
        match input.byte() {
            0 => Self::Boolean,
            what @ 1..=2 => Self::Number {
                min: i64::unpack(input).max(-limits::NUMBER_MICRO),
                max: i64::unpack(input).min(limits::NUMBER_MICRO),
                whole: what == 2,
            },
            3 => Self::Text,
            4 => Self::Choice(Pack::unpack(input)),
            5 => Self::Choices(Pack::unpack(input)),
            6 => Self::Date,
            _ => {
                input.fail();
                Self::Boolean
            }
        }
    }
}
