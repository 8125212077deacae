//! The shell with everything: playbook documents and evidence as JSON text.

use super::visitor::Book;
use crate::evaluate::{Extent, evaluate, evaluate_json};
use crate::evidence::Evidence;
use crate::json::Writer;
use crate::playbook::{Playbook, document};
use crate::problem::Problem;
use alloc::{string::String, vec::Vec};
use wasm_bindgen::prelude::*;

/// The problems of a playbook document, as JSON text.
#[wasm_bindgen]
pub fn check(text: &str) -> String {
    problems(document::check(text).iter())
}

/// The JSON Schema of playbook documents.
#[wasm_bindgen]
pub fn schema() -> String {
    document::schema()
}

/// The compiled form of a playbook document.
///
/// # Errors
/// The problems as JSON text.
#[wasm_bindgen]
pub fn compile(text: &str) -> Result<Vec<u8>, String> {
    Playbook::parse(text)
        .map(|playbook| playbook.to_bytes())
        .map_err(|found| problems(found.iter()))
}

/// Loads a playbook document.
///
/// # Errors
/// The problems as JSON text.
#[wasm_bindgen]
pub fn parse(text: &str) -> Result<Book, String> {
    Playbook::parse(text)
        .map(Book::new)
        .map_err(|found| problems(found.iter()))
}

#[wasm_bindgen]
impl Book {
    /// The decision on evidence given as JSON text.
    ///
    /// # Errors
    /// The problems as JSON text.
    pub fn evaluate(&self, evidence: &str, as_of: f64, explained: bool) -> Result<String, String> {
        let extent = if explained {
            Extent::Explained
        } else {
            Extent::Brief
        };
        Evidence::parse(&self.playbook, evidence)
            .map(|evidence| evaluate_json(&self.playbook, &evidence, as_of as i64, extent))
            .map_err(|found| problems(found.iter()))
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
