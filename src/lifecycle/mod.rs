//! Records that move through gates: their owners, clocks, CRM changes and journal.
//!
//! A [`Record`] is one lead. [`Record::advance`] is the only way to change it: an [`Input`] (evidence, a command by a role,
//! a status, the passing of time…) comes in, an [`Answer`] comes out, with the moves made, what the CRM should change and
//! when to come back, or with everything that is missing. What is refused changes nothing. What follows from an input is
//! written in `docs/LIFECYCLE.md`.
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
//! stages:
//!   visitor: {}
//!   mql: { enter: { signal: demo }, sla: { within: 4h, owner: sales } }
//!   sal: {}
//! initial: visitor
//! transitions:
//!   - { from: visitor, to: mql, by: automation }
//!   - { from: mql, to: sal, on: accept, by: sales }
//! "#)?);
//!
//! // Evidence moves a record by itself, and says when to look again: here when the clock of sales runs out.
//! let mut record = Record::new(lifecycle.clone(), Some("r1"));
//! let demo = Input::parse(&lifecycle, "events: [ { signal: demo, at: 1000 } ]")?;
//! let answer = record.advance(&demo, 2_000);
//! assert_eq!(answer.moves().collect::<Vec<_>>(), [(None, "visitor"), (Some("visitor"), "mql")]);
//! assert_eq!(answer.next_at(), Some(2_000 + 4 * 3_600_000 + 1));
//!
//! // Whoever may not is refused, with what is missing.
//! let accept = Input::parse(&lifecycle, "{ command: accept, by: marketing }")?;
//! assert_eq!(record.advance(&accept, 3_000).refused()[0].code(), "role");
//! let accept = Input::parse(&lifecycle, "{ command: accept, by: sales }")?;
//! assert_eq!(record.advance(&accept, 3_000).stage(), Some("sal"));
//! # Ok::<(), leadstage::problem::Problems>(())
//! ```
//!
//! # Keeping records
//!
//! Everything about a record follows from its journal: entries that are only ever added, chained by hashes. A host stores
//! the entries that come new ([`Record::journal_from`]), or the record in one piece ([`Record::to_kept`], [`Kept`]).
//! [`verify`] names the first entry that is not as it was written, and [`replay`] makes the same record again, byte for byte.
//!
//! ```
//! # use leadstage::lifecycle::{Input, Lifecycle, Record, replay, verify};
//! # use std::sync::Arc;
//! # let text = "{ leadstage: 1, name: small, version: 1, signals: { demo: {} }, stages: { lead: {} }, initial: lead }";
//! # let lifecycle = Arc::new(Lifecycle::parse(text)?);
//! # let mut record = Record::new(lifecycle.clone(), Some("r1"));
//! # record.advance(&Input::parse(&lifecycle, "events: [ { signal: demo, at: 1000 } ]")?, 2_000);
//! let journal = record.journal();
//! assert_eq!(verify(&journal).altered, None);
//! assert_eq!(verify(&journal.replace("1000", "1001")).altered.map(|it| (it.entry, it.why)), Some((1, "hash")));
//!
//! let again = replay(lifecycle.clone(), Some("r1"), &journal)?;
//! assert_eq!(again.record.to_json(), record.to_json());
//! # Ok::<(), leadstage::problem::Problems>(())
//! ```
//!
//! # Personal data
//!
//! [`Record::export`] tells everything that is held. The input `erase` takes it away: entries keep their places in the chain
//! and lose what they said, and nothing comes in any more. [`Record::erase_at`] is when the playbook's `retention` wants that.
//!
//! ```
//! # use leadstage::lifecycle::{Input, Lifecycle, Record, verify};
//! # use std::sync::Arc;
//! # let text = "{ leadstage: 1, name: small, version: 1, signals: { demo: {} }, stages: { lead: {} }, initial: lead }";
//! # let lifecycle = Arc::new(Lifecycle::parse(text)?);
//! # let mut record = Record::new(lifecycle.clone(), Some("r1"));
//! # record.advance(&Input::parse(&lifecycle, "events: [ { signal: demo, at: 1000 } ]")?, 2_000);
//! record.advance(&Input::parse(&lifecycle, "{ erase: asked for, by: privacy }")?, 3_000);
//! assert!(record.is_erased() && !record.journal().contains("demo"));
//! // The host puts all of its lines in the place of what it has stored. The chain holds.
//! let found = verify(&record.journal());
//! assert_eq!((found.entries, found.erased, found.altered), (2, 1, None));
//! # Ok::<(), leadstage::problem::Problems>(())
//! ```
//!
//! # Many records
//!
//! A [`Funnel`] counts how records went from stage to stage: conversion rates, times, and why records left the way.
//!
//! # Late inputs, duplicates
//!
//! An input whose time lies before that of the last entry is put where its time says, and the answer tells what that
//! changed. [`duplicates`] finds records of the same person; [`Input::merge`] takes one into the other with its whole
//! journal, so nothing is lost.
//!
//! # Untrusted input
//!
//! Inputs and journals may come from anywhere: their size is limited ([`limits`](crate::limits)), what is wrong with them is
//! reported all at once, and no input makes a record panic. Who acts (`by`) is what the input says; that it is true is the
//! host's to see to.

mod advance;
mod answer;
mod calendar;
mod clocks;
mod effects;
mod erasing;
mod explain;
mod export;
mod funnel;
mod held;
mod identity;
mod input;
mod journal;
mod kept;
mod look;
mod merging;
mod moving;
mod next;
mod passing;
mod rates;
mod record;
mod refusal;
mod standing;
mod timeline;
mod write;

pub use crate::playbook::Lifecycle;
pub use answer::Answer;
pub use funnel::{Cohort, Funnel};
pub use identity::{Company, Duplicates, SameEmail, duplicates, normal_domain, normal_email};
pub use input::Input;
pub use journal::{Altered, Verdict, verify, verify_head};
pub use kept::{Kept, Restored};
pub use record::Record;
pub use refusal::Refusal;
pub use timeline::{Replay, replay};
