//! Records that move through gates: their owners, clocks, CRM changes and journal.
//!
//! What follows from an input is written in `docs/LIFECYCLE.md`.
//!
//! ```
//! use leadstage::lifecycle::{Input, Lifecycle, Record};
//! use std::sync::Arc;
//!
//! let lifecycle = Arc::new(Lifecycle::parse(r#"
//! leadstage: 1
//! name: small
//! version: 1
//! signals: { demo: {} }
//! stages: { visitor: {}, mql: { enter: { signal: demo } }, sal: {} }
//! initial: visitor
//! transitions:
//!   - { from: visitor, to: mql, by: automation }
//!   - { from: mql, to: sal, on: accept, by: sales }
//! "#)?);
//! let mut record = Record::new(lifecycle.clone(), Some("r1"));
//! let demo = Input::parse(&lifecycle, "events: [ { signal: demo, at: 1000 } ]")?;
//! assert_eq!(record.advance(&demo, 2_000).stage(), Some("mql"));
//! let accept = Input::parse(&lifecycle, "{ command: accept, by: marketing }")?;
//! assert_eq!(record.advance(&accept, 3_000).refused()[0].code(), "role");
//! let accept = Input::parse(&lifecycle, "{ command: accept, by: sales }")?;
//! assert_eq!(record.advance(&accept, 3_000).stage(), Some("sal"));
//! # Ok::<(), leadstage::problem::Problems>(())
//! ```

mod advance;
mod answer;
mod calendar;
mod clocks;
mod effects;
mod explain;
mod held;
mod identity;
mod input;
mod journal;
mod kept;
mod look;
mod moving;
mod next;
mod passing;
mod record;
mod refusal;
mod standing;
mod timeline;
mod write;

pub use crate::playbook::Lifecycle;
pub use answer::Answer;
pub use identity::{Company, Duplicates, SameEmail, duplicates, normal_domain, normal_email};
pub use input::Input;
pub use journal::{Altered, Verdict, verify, verify_head};
pub use kept::{Kept, Restored};
pub use record::Record;
pub use refusal::Refusal;
pub use timeline::{Replay, replay};
