//! What to ask next, and when to stop. The semantics are in `docs/CONVERSATION.md`.

mod heuristic;
mod model;
mod pick;
mod plan;
mod probe;
mod questions;

pub use pick::{Budget, Method, Next, Pick, Picker};
pub use questions::{Answer, Question, Questions};
