//! The shell for many leads at once.

use super::desk::{Desk, extent, instant};
use super::told::problems;
use crate::batch::Lines;
use crate::evaluate::decide_table;
use crate::playbook::Millis;
use alloc::{string::String, vec::Vec};

/// Once an answer has so many bytes, it is handed over.
const ANSWER_BYTES: usize = 4 << 20;

impl Desk {
    #[expect(clippy::too_many_arguments)]
    pub fn lines(
        &mut self,
        lead: u32,
        length: u32,
        line: u32,
        row: u32,
        as_of: f64,
        now: f64,
        explained: u32,
    ) -> u32 {
        let Some(playbook) = self.lead(lead).map(|lead| lead.shared()) else {
            return 0;
        };
        let mut lines = Lines::new(playbook, instant(as_of), now as Millis, extent(explained));
        lines.go_on(line, row);
        let mut answer = String::new();
        let used = lines.answer(self.bytes(length), ANSWER_BYTES, &mut answer);
        let mut answer = answer.into_bytes();
        let (line, row) = lines.counted();
        for number in [used as u32, line, row] {
            answer.extend(number.to_le_bytes());
        }
        self.answer(answer)
    }

    pub fn table(
        &mut self,
        lead: u32,
        text: u32,
        arrays: u32,
        length: u32,
        as_of: f64,
        now: f64,
    ) -> i32 {
        let Some(playbook) = self.lead(lead).map(|lead| lead.shared()) else {
            return 0;
        };
        let described = self.read(text).unwrap_or_default();
        let data = self.bytes(length).get(arrays as usize..);
        let decided = decide_table(
            &playbook,
            &described,
            data.unwrap_or_default(),
            instant(as_of),
            now as Millis,
        );
        let answer = decided.map(|(text, columns)| {
            let mut answer = Vec::with_capacity(8 + columns.len() + text.len());
            answer.extend((text.len() as u64).to_le_bytes());
            answer.extend(columns);
            answer.extend(text.into_bytes());
            answer
        });
        self.either(answer.map_err(|found| problems(found.iter())))
    }
}
