//! The shell with everything: playbook documents and evidence as JSON text.

use super::desk::{Desk, extent};
use super::told::problems;
use crate::evaluate::evaluate_json;
use crate::evidence::Evidence;
use crate::playbook::{Millis, Playbook, document};
use alloc::{string::String, sync::Arc};

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

    pub fn parse(&mut self, length: u32) -> i32 {
        match Playbook::parse(&self.read(length).unwrap_or_default()) {
            Ok(playbook) => self.begin(Arc::new(playbook)),
            Err(found) => !(self.answer(problems(found.iter())) as i32),
        }
    }

    /// The names of the attributes that are personal, one a line.
    pub fn personal(&mut self, lead: u32) -> u32 {
        let lead = self.lead(lead).map(|lead| lead.shared());
        let names = lead.map_or_else(String::new, |it| String::from(&*it.personal));
        self.answer(names)
    }

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
}
