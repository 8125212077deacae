//! The border as plain functions over numbers and one buffer: no imports, nothing generated.
//!
//! Texts and bytes go through the buffer: the host asks for room, writes, and calls with the length; an answer lies at the
//! buffer's start. Leads go by handles. No length, handle or number that a host may pass reaches memory that is not meant.

// Each use is justified where it stands.
#![allow(unsafe_code)]

use super::desk::Desk;
use core::cell::UnsafeCell;

#[cfg(target_feature = "atomics")]
compile_error!("the border is for one thread");

struct Border(UnsafeCell<Desk>);

// SAFETY: a module without atomics has one thread.
unsafe impl Sync for Border {}

static BORDER: Border = Border(UnsafeCell::new(Desk::new()));

fn at_desk<T>(act: impl FnOnce(&mut Desk) -> T) -> T {
    // SAFETY: there is one thread, and the module calls nothing outside, so no call runs within another: while `act` runs, this
    // reference is the only one.
    act(unsafe { &mut *BORDER.0.get() })
}

/// Slots as the bytes that they are in memory.
#[cfg(feature = "quick")]
pub(super) fn bytes(slots: &[u64]) -> &[u8] {
    // SAFETY: the same memory for the same time; bytes may lie anywhere and have any value.
    unsafe { core::slice::from_raw_parts(slots.as_ptr().cast(), size_of_val(slots)) }
}

/// The functions that the module exports.
macro_rules! exports {
    ($($(#[$about:meta])* fn $name:ident($($argument:ident: $type:ty),*) $(-> $back:ty)?;)*) => { $(
        $(#[$about])*
        // SAFETY: nothing else in the module goes by this name.
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $type),*) $(-> $back)? {
            at_desk(|desk| desk.$name($($argument),*))
        }
    )* };
}

exports! {
    /// Where the buffer starts, with room for so many bytes.
    fn room(bytes: u32) -> *mut u8;
    /// Loads the compiled form in the buffer: the handle of a lead of which nothing is known, −1 if it isn't one.
    fn load(length: u32) -> i32;
    /// Another lead by the same playbook.
    fn open(lead: u32) -> i32;
    /// Gives a lead back.
    fn close(lead: u32);
    /// The decision as JSON text: its length, 0 where there is no such lead.
    fn decide(lead: u32, as_of: f64, explained: u32) -> u32;
}

#[cfg(not(feature = "quick"))]
exports! {
    /// The place of what goes by the name in the buffer, −1 if there is none; `signal` is that of a property.
    fn place(lead: u32, what: u32, signal: u32, length: u32) -> i32;
    /// Puts down nothing (an open end), no, or yes.
    fn mark(what: u32);
    /// Puts down a number: whole ones and millionths.
    fn number(whole: f64, micro: f64);
    /// Puts down the text in the buffer; 0 or a refusal.
    fn text(length: u32) -> u32;
    /// Takes back what was put down.
    fn forget();
    /// Makes a property of what was put down; 0 or a refusal.
    fn property(lead: u32, signal: u32, property: u32, form: u32) -> u32;
    /// Adds the event with the properties that were made and the id in the buffer, if its length is not negative; 0 or a refusal.
    fn track(lead: u32, signal: u32, at: f64, automated: u32, id: i32) -> u32;
    /// Adds a fact made of what was put down; 0 or a refusal. `by` is negative for someone whom no attribute names.
    fn learn(lead: u32, attribute: u32, form: u32, source: u32, by: i32, at: f64, default: u32) -> u32;
    /// Says which stage the record is in; 0 or a refusal.
    fn enter(lead: u32, stage: u32, since: f64) -> u32;
    /// Forgets what is known of a lead; 0 or a refusal.
    fn clear(lead: u32) -> u32;
}

#[cfg(feature = "quick")]
exports! {
    /// Where what is packed starts, with room for so many slots of eight bytes.
    fn pack(slots: u32) -> *mut u64;
    /// Which playbook a lead goes by, as the beginning of a decision; its length.
    fn about(lead: u32) -> u32;
    /// What stands for the text at a slot: the place of a name in the playbook of a lead, or a number for a value. A refusal is negative.
    fn look(lead: u32, what: u32, a: u32, b: u32, from: u32, length: u32) -> i32;
    /// Adds what is packed from the one slot to the other to a lead, or only checks the values; 0 or a refusal.
    fn take(lead: u32, from: u32, to: u32, keep: u32) -> u32;
    /// Forgets what is known of a lead and keeps the room that it took.
    fn clear(lead: u32);
}

#[cfg(feature = "full")]
exports! {
    /// The problems of the playbook document in the buffer as JSON text; its length.
    fn check(length: u32) -> u32;
    /// The JSON Schema of playbook documents; its length.
    fn schema() -> u32;
    /// The compiled form of the document in the buffer; its length, or the problems and their length's complement.
    fn compile(length: u32) -> i32;
}

#[cfg(any(feature = "batch", feature = "full"))]
exports! {
    /// The decision on the evidence in the buffer; its length, or the problems and their length's complement.
    fn evaluate(lead: u32, length: u32, as_of: f64, explained: u32) -> i32;
    /// The compiled form of a lead's playbook; its length.
    fn form(lead: u32) -> u32;
}

#[cfg(feature = "batch")]
exports! {
    /// Answers the lines in the buffer, as many as go into an answer, the first of them being the one of these numbers: its length.
    /// At its end are three numbers of four bytes: bytes used, lines and rows so far. `as_of` is NaN where leads say when.
    fn lines(lead: u32, length: u32, line: u32, row: u32, as_of: f64, now: f64, explained: u32) -> u32;
    /// Decides on a table: its description is the text at the buffer's start, its arrays lie from `arrays` to `length`. The answer's
    /// length, or the problems and their length's complement. The answer is the length of a text in eight bytes, the columns, the text.
    fn table(lead: u32, text: u32, arrays: u32, length: u32, as_of: f64, now: f64) -> i32;
}
