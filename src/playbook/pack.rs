//! The indexed form as bytes: one declaration each for writing and for reading.

use super::compiled::{
    Attribute, Basis, Clamp, Condition, Curve, Decay, Entry, Group, Kind, Named, Pattern, Playbook,
    Property, Readiness, Rule, Score, Signal, Stage, Test, Transition, Value,
};
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

    /// Whether something is there.
    fn flag(&mut self) -> bool {
        match self.varint() {
            0 => false,
            1 => true,
            _ => {
                self.fail();
                false
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

pack_unsigned!(u8, u16, u32);

impl Pack for i64 {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        put_varint(out, ((*self << 1) ^ (*self >> 63)) as u64);
    }

    fn unpack(input: &mut Input) -> Self {
        let zigzag = input.varint();
        (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64)
    }
}

impl Pack for bool {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn unpack(input: &mut Input) -> Self {
        input.flag()
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

impl<T: Pack> Pack for Option<T> {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        self.is_some().pack(out);
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(input: &mut Input) -> Self {
        input.flag().then(|| T::unpack(input))
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(input: &mut Input) -> Self {
        (A::unpack(input), B::unpack(input))
    }
}

impl Pack for [bool; 2] {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        (self[0], self[1]).pack(out);
    }

    fn unpack(input: &mut Input) -> Self {
        [input.flag(), input.flag()]
    }
}

impl Pack for Clamp {
    #[cfg(feature = "document")]
    fn pack(&self, out: &mut Vec<u8>) {
        let given = |end: i64, open: i64| (end != open).then_some(end);
        (
            given(self.at_least, i64::MIN),
            given(self.at_most, i64::MAX),
        )
            .pack(out);
    }

    fn unpack(input: &mut Input) -> Self {
        let (at_least, at_most) = <(Option<i64>, Option<i64>)>::unpack(input);
        Self {
            at_least: at_least.unwrap_or(i64::MIN),
            at_most: at_most.unwrap_or(i64::MAX),
        }
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

/// Enums by a number for the variant, then its parts.
macro_rules! pack_enum {
    ($($name:ident else $other:ident { $($other_key:tt),* } { $($tag:literal $variant:ident { $($key:tt $part:ident),* }),* $(,)? })*) => { $(
        impl Pack for $name {
            #[cfg(feature = "document")]
            fn pack(&self, out: &mut Vec<u8>) {
                match self {
                    $( Self::$variant { $($key: $part),* } => {
                        out.push($tag);
                        $( $part.pack(out); )*
                    } )*
                }
            }

            fn unpack(input: &mut Input) -> Self {
                match u8::unpack(input) {
                    $( $tag => {
                        $( let $part = Pack::unpack(input); )*
                        Self::$variant { $($key: $part),* }
                    } )*
                    _ => {
                        input.fail();
                        Self::$other { $($other_key: Default::default()),* }
                    }
                }
            }
        }
    )* };
}

pack_struct! {
    Attribute { name, kind, asserted_by }
    Signal { name, properties }
    Property { name, kind }
    Pattern { signal, tests, model }
    Score { name, groups, clamp, bands }
    Group { name, rules, clamp }
    Rule { points, clamp, basis }
    Decay { curve, expires_after }
    Named { name, when }
    Entry { name, when }
    Readiness { framework, criteria, at_least }
    Stage { name, enter, stay, exit }
    Transition { from, to, when }
    Playbook {
        name, version, sources, asserters, attributes, signals, patterns, conditions, scores, grade, icp, personas,
        readiness, segments, stages, initial, transitions, routes; digest, index
    }
}

pack_enum! {
    Kind else Boolean {} {
        0 Boolean {}, 1 Number { min min, max max, whole whole }, 2 Text {}, 3 Choice { 0 options },
        4 Choices { 0 options }, 5 Date {},
    }
    Value else Boolean { 0 } { 0 Boolean { 0 it }, 1 Number { 0 it }, 2 Text { 0 it }, 3 Choice { 0 it }, 4 Choices { 0 it }, 5 Date { 0 it } }
    Curve else Flat {} { 0 Flat {}, 1 HalfLife { 0 half }, 2 Linear { 0 percent, 1 every }, 3 Compound { 0 percent, 1 every } }
    Test else Known { 0 } {
        0 Known { 0 it }, 1 Boolean { 0 it }, 2 Number { 0 it },
        3 Date { intervals intervals, within within, ahead ahead },
        4 Choice { 0 it }, 5 Choices { any any, all all, none none },
        6 Text { equals equals, contains contains, starts_with starts_with, glob glob },
    }
    Condition else All { 0 } {
        0 All { 0 parts }, 1 Any { 0 parts }, 2 None { 0 parts }, 3 AtLeast { 0 count, 1 parts },
        4 Fact { 0 attribute, 1 test }, 5 Count { pattern pattern, from from, to to, within within },
        6 Sequence { 0 patterns, 1 within }, 7 Score { 0 score, 1 from, 2 to }, 8 Band { 0 score, 1 bands },
        9 Grade { 0 pairs }, 10 Icp { 0 names }, 11 Persona { 0 names }, 12 Criteria { 0 from, 1 to },
        13 Gate { 0 stages }, 14 Stage { 0 stages }, 15 TimeInStage { 0 from, 1 to },
    }
    Basis else When { 0 } {
        0 When { 0 it },
        1 Events { pattern pattern, within within, cooldown cooldown, per_period per_period, decay decay },
        2 Counting { pattern pattern, from from, to to, within within, decay decay },
    }
}
