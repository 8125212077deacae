//! What the shells that read JSON text tell: answers, or problems as JSON text.

use super::desk::{Desk, extent};
use crate::evaluate::evaluate_json;
use crate::evidence::Evidence;
use crate::json::Writer;
use crate::playbook::Millis;
use crate::problem::Problem;
use alloc::{string::String, vec::Vec};

impl Desk {
    pub fn evaluate(&mut self, lead: u32, length: u32, as_of: f64, explained: u32) -> i32 {
        let Some(playbook) = self.lead(lead).map(|lead| lead.shared()) else {
            return 0;
        };
        let decided = Evidence::parse(&playbook, &self.read(length).unwrap_or_default())
            .map(|evidence| {
                evaluate_json(&playbook, &evidence, as_of as Millis, extent(explained)).into_bytes()
            })
            .map_err(|found| problems(found.iter()));
        self.either(decided)
    }

    /// The compiled form of a lead's playbook.
    pub fn form(&mut self, lead: u32) -> u32 {
        let form = self.lead(lead).map(|lead| lead.playbook().to_bytes());
        self.answer(form.unwrap_or_default())
    }

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
