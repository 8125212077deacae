//! What the shells that read documents tell: answers, or problems as JSON text.

use super::desk::Desk;
use crate::json::Writer;
use crate::problem::Problem;
use alloc::{string::String, vec::Vec};

impl Desk {
    /// The length of an answer, or the complement of that of problems.
    pub(super) fn either(&mut self, answer: Result<Vec<u8>, String>) -> i32 {
        match answer {
            Ok(bytes) => self.answer(bytes) as i32,
            Err(problems) => !(self.answer(problems) as i32),
        }
    }
}

pub(super) fn problems<'a>(list: impl Iterator<Item = &'a Problem>) -> String {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('[');
    for problem in list {
        w.item();
        problem.write(&mut w);
    }
    w.close(']');
    text
}
