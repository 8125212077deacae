//! Not taking the browser's word: challenge, receipt, verdict. See `docs/VERIFY.md`.
//!
//! A [`Verifier`] gives out challenges and checks the receipts that come back; what it needs of the world, the instant and random
//! bytes, comes in as values.
//!
//! ```
//! use leadstage::evidence::Evidence;
//! use leadstage::playbook::Playbook;
//! use leadstage::verify::{Arrival, ChallengeKey, ChallengeKeys, Playbooks, Policy, SeenInMemory, Verifier, receipt};
//! use std::sync::Arc;
//!
//! let playbook = Playbook::parse("
//! leadstage: 1
//! name: small
//! version: 1
//! signals: { demo: {} }
//! scores: { intent: { groups: [ { name: g, rules: [ { signal: demo, points: 10 } ] } ] } }
//! routes: [ { when: { score: { intent: { from: 10 } } }, then: talk }, { then: wait } ]
//! ")?;
//! let playbook = Arc::new(playbook);
//! let keys = ChallengeKeys::new(ChallengeKey::new("k1", b"32 bytes or more that nobody knows")?);
//! let playbooks = Playbooks::from_iter([playbook.clone()]);
//! let verifier = Verifier::new(keys, playbooks, Policy::default());
//!
//! let now = 1_772_355_600_000;
//! let challenge = verifier.challenge(&playbook.digest(), [7; 16], now).expect("the playbook is current");
//!
//! // In the page this is done by `leadstage/receipt`.
//! let evidence = r#"{"events":[{"signal":"demo","at":1772355599000}]}"#;
//! let text = receipt(&playbook, &challenge.to_text(), evidence, now + 10)?;
//!
//! let mut seen = SeenInMemory::default();
//! let verified = verifier.verify(text.as_bytes(), &Arrival::at(now + 50), &mut seen)?;
//! assert!(verified.decision().contains(r#""route":{"then":"talk","settled":true}"#));
//! let again = verifier.verify(text.as_bytes(), &Arrival::at(now + 60), &mut seen);
//! assert_eq!(again.unwrap_err().code.word(), "replayed");
//!
//! // With what the server knows itself: here, nothing more.
//! let outcome = verified.with(&Evidence::parse(&playbook, "{}")?);
//! assert!(outcome.changes.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base64;
mod challenge;
mod check;
mod difference;
mod key_set;
mod keys;
mod plain;
mod playbooks;
mod policy;
mod receipt;
mod refusal;
mod seen;
mod signing;
mod verdict;
mod verified;

pub use challenge::{Challenge, ChallengeId};
pub use check::{Arrival, Verifier};
pub use difference::{Change, Difference};
pub use key_set::Keys;
pub use keys::{ChallengeKey, ChallengeKeys, KeyError, KeyRing, Keyed};
pub use playbooks::Playbooks;
pub use policy::Policy;
pub use receipt::receipt;
pub use refusal::{Code, Refusal};
pub use seen::{Away, Seen, SeenInMemory, Sight};
pub use signing::{PublicKeys, SigningKey, SigningKeys};
pub use verdict::{Expected, Invalid, Terms};
pub use verified::{Checked, Outcome, Verified};
