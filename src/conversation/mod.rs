//! What to ask next, and when to stop. The semantics are in `docs/CONVERSATION.md`.
//!
//! ```
//! use leadstage::conversation::{Conversation, Questions, Rules, Talk, Turn};
//! use leadstage::evidence::Evidence;
//! use leadstage::playbook::Playbook;
//! use std::sync::Arc;
//!
//! let text = "
//! leadstage: 1
//! name: example
//! version: 1
//! attributes:
//!   account.industry: { type: choice, options: [software, retail], ask: { text: Which industry are you in? } }
//!   account.employees: { type: number, whole: true, min: 1, ask: { text: How many people?, answers: [
//!     { label: 1-49, range: [1, 49], share: 0.7 }, { label: 50+, range: [50, null], share: 0.3 } ] } }
//! routes:
//!   - { when: { account.industry: software, account.employees: { from: 50 } }, then: book_meeting }
//!   - { then: nurture }
//! ";
//! let questions = Questions::parse(Arc::new(Playbook::parse(text)?), text)?;
//! let talk = Talk::new(&questions, Rules::default());
//! let known = Evidence::default();
//! let mut conversation = Conversation::default();
//!
//! // Most are small, and then the industry doesn't matter.
//! let Turn::Ask { pick, text, .. } = talk.turn(&mut conversation, &known, 0) else { unreachable!() };
//! assert_eq!(text, "How many people?");
//! assert_eq!(pick.why(), "decides the route in 1 of 2 answers; 1.3 questions to be expected, 2 at most");
//!
//! let turn = talk.answer(&mut conversation, &known, "about twenty", 1);
//! assert_eq!(turn.to_json(), r#"{"end":"settled","route":"nurture","settled":true}"#);
//!
//! // It can be stored after every turn.
//! let stored = conversation.to_json(&questions);
//! assert_eq!(Conversation::parse(&questions, &stored)?, conversation);
//! # Ok::<(), leadstage::problem::Problems>(())
//! ```

mod heuristic;
mod model;
mod pick;
mod picture;
mod plan;
mod probe;
mod questions;
mod seen;
mod states;
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
pub use words::Words;
