//! What passed the checks, and the decision with what the server knows itself.

use super::challenge::Challenge;
use super::difference::{self, Change};
use super::refusal::{Code, Refusal};
use super::seen::{Away, Seen, Sight};
use crate::evaluate::{Extent, evaluate_json};
use crate::evidence::Evidence;
use crate::json::Writer;
use crate::playbook::{Millis, Playbook};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// A receipt that passed every check but whether its challenge was seen before.
#[derive(Clone, Debug)]
pub struct Checked(Verified);

impl Checked {
    pub(super) fn new(verified: Verified) -> Self {
        Self(verified)
    }

    /// The challenge that it answers: its id is to be remembered until it expires.
    pub fn challenge(&self) -> &Challenge {
        &self.0.challenge
    }

    /// The last check, by a store.
    ///
    /// # Errors
    /// `replayed`, `unavailable`.
    pub fn once(self, seen: &mut dyn Seen, now: Millis) -> Result<Verified, Refusal> {
        let challenge = self.challenge();
        let sight = seen.see(challenge.id(), challenge.expires(), now);
        self.seen(sight)
    }

    /// The last check, by what a store said.
    ///
    /// # Errors
    /// `replayed`, `unavailable`.
    pub fn seen(self, sight: Result<Sight, Away>) -> Result<Verified, Refusal> {
        match sight {
            Ok(Sight::First) => Ok(self.0),
            Ok(Sight::Again) => Err(Refusal::replayed()),
            Err(Away) => {
                let message = "whether the challenge was answered before can't be said now";
                Err(Refusal::new(Code::Unavailable, "/challenge", message))
            }
        }
    }
}

/// A receipt that passed all checks: its decision is the one on its evidence.
#[derive(Clone, Debug)]
pub struct Verified {
    pub(super) playbook: Arc<Playbook>,
    pub(super) evidence: Evidence,
    pub(super) as_of: Millis,
    pub(super) decision: String,
    pub(super) challenge: Challenge,
    pub(super) seal: Box<str>,
}

impl Verified {
    /// The playbook that decided.
    pub fn playbook(&self) -> &Arc<Playbook> {
        &self.playbook
    }

    /// What the browser asserts.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The instant of the decision.
    pub fn as_of(&self) -> Millis {
        self.as_of
    }

    /// The brief decision, as JSON text: recomputed, and the same that the browser showed.
    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// The challenge, which is used up.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// SHA-256 of what the receipt says, in hexadecimal digits.
    pub fn seal(&self) -> &str {
        &self.seal
    }

    /// The explained decision on the browser's evidence, as JSON text.
    pub fn explained(&self) -> String {
        evaluate_json(
            &self.playbook,
            &self.evidence,
            self.as_of,
            Extent::Explained,
        )
    }

    /// The browser's evidence and the server's own together.
    pub fn together(&self, own: &Evidence) -> Evidence {
        let Evidence {
            stage,
            facts,
            events,
            ..
        } = &self.evidence;
        Evidence {
            id: own.id.clone(),
            stage: own.stage.or(*stage),
            // Of equal facts the later one wins, of events with one id the first.
            facts: facts.iter().chain(&own.facts).cloned().collect(),
            events: own.events.iter().chain(events).cloned().collect(),
            ..Evidence::default()
        }
    }

    /// Decides again with the server's own evidence added, which is in the terms of the same playbook.
    pub fn with(&self, own: &Evidence) -> Outcome {
        let together = self.together(own);
        let decision = evaluate_json(&self.playbook, &together, self.as_of, Extent::Brief);
        Outcome {
            changes: difference::all(&self.decision, &decision),
            decision,
        }
    }

    /// Writes what was verified, and what came of it with the server's own evidence, as entries of a JSON object that is open.
    pub fn write(&self, outcome: Option<&Outcome>, w: &mut Writer) {
        w.key("receipt").text(&self.seal);
        w.key("challenge").text(&self.challenge.id().to_text());
        w.key("expires").integer(self.challenge.expires());
        w.key("playbook").text(self.playbook.name());
        w.key("version").integer(i64::from(self.playbook.version()));
        w.key("digest").hex(&self.playbook.digest);
        w.key("as_of").integer(self.as_of);
        w.key("claimed").raw(&self.decision);
        w.key("decision");
        match outcome {
            Some(outcome) => w.raw(&outcome.decision),
            None => w.raw(&self.decision),
        }
        w.key("changes").open('[');
        for change in outcome.iter().flat_map(|outcome| &outcome.changes) {
            change.write(w.item());
        }
        w.close(']');
    }
}

/// The decision with the server's own evidence added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The brief decision, as JSON text.
    pub decision: String,
    /// In what it differs from the browser's; at most 1,000 places.
    pub changes: Vec<Change>,
}
