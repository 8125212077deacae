//! The shell with everything: playbook documents as well.

use super::desk::Desk;
use super::told::problems;
use crate::playbook::{Playbook, document};

impl Desk {
    pub fn check(&mut self, length: u32) -> u32 {
        let found = document::check(&self.read(length).unwrap_or_default());
        self.answer(problems(found.iter()))
    }

    pub fn schema(&mut self) -> u32 {
        self.answer(document::schema())
    }

    pub fn compile(&mut self, length: u32) -> i32 {
        let compiled = Playbook::parse(&self.read(length).unwrap_or_default())
            .map(|playbook| playbook.to_bytes())
            .map_err(|found| problems(found.iter()));
        self.either(compiled)
    }
}
