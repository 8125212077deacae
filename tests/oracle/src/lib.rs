//! A naive second evaluator, written from `docs/FORMAT.md` alone.
//!
//! It is slow and plain on purpose: it tries every combination of completions, and looks for changes
//! instant by instant. Playbooks and evidence are taken to be valid. [`verify()`] compares a decision of
//! the engine with this one; [`generate`] makes playbooks and evidence to compare them on.
#![allow(missing_docs)]

pub mod ask;
mod book;
mod completion;
mod condition;
pub mod decay;
mod decide;
mod evidence;
mod forecast;
mod generate;
mod mention;
mod model;
pub mod random;
mod read;
mod score;
mod settled;
#[cfg(test)]
mod soundness;
mod test;
pub mod values;
mod verify;
mod world;

pub use decide::{Answer, answer, answer_within};
pub use generate::{Triple, generate};
pub use verify::{verify, verify_within};

use serde_json::Value;

/// The explained decision of section 7.
pub fn decide(playbook: &Value, digest: &str, evidence: &Value, as_of: i64) -> Value {
    answer(playbook, digest, evidence, as_of).decision
}
