//! What to ask next, and when to stop. The semantics are in `docs/CONVERSATION.md`.

mod heuristic;
mod model;
mod pick;
mod picture;
mod plan;
mod probe;
mod questions;
mod stored;
mod talk;
mod tools;
mod tree;
mod words;

pub use pick::{Budget, Method, Next, Pick, Picker};
pub use questions::{Answer, Question, Questions};
pub use talk::{Conversation, End, GiveUp, Rules, Talk, Turn};
pub use tools::Dialect;
pub use tree::{Branch, TREE_NODES, Tree};
