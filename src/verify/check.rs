//! The checks of a receipt, in their order.

use super::challenge::Challenge;
use super::difference;
use super::keys::ChallengeKeys;
use super::playbooks::{Entry, Playbooks};
use super::policy::Policy;
use super::receipt::Parts;
use super::refusal::{Code, Refusal};
use super::seen::Seen;
use super::verified::{Checked, Verified};
use crate::evaluate::{Extent, evaluate_json};
use crate::evidence::{Evidence, InStage};
use crate::json::read_hex;
use crate::playbook::{Millis, Playbook};
use crate::problem::{Problem, Problems};
use alloc::{boxed::Box, format, string::String, sync::Arc};

/// Gives out challenges and checks what comes back.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// What challenges are made and proved with.
    pub keys: ChallengeKeys,
    /// The playbooks that receipts may be by.
    pub playbooks: Playbooks,
    /// What is taken.
    pub policy: Policy,
}

/// What a server knows when a receipt comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival<'a> {
    /// The instant, by the server's clock.
    pub now: Millis,
    /// The stage that the record is in and since when, by the server's own evidence.
    pub stage: Option<(&'a str, Option<Millis>)>,
}

impl<'a> Arrival<'a> {
    /// At an instant, of a record whose stage is not known.
    pub fn at(now: Millis) -> Self {
        Self { now, stage: None }
    }

    /// The same of a record in a stage.
    #[must_use]
    pub fn in_stage(mut self, name: &'a str, since: Option<Millis>) -> Self {
        self.stage = Some((name, since));
        self
    }
}

impl Verifier {
    /// By these keys, playbooks and policy.
    pub fn new(keys: ChallengeKeys, playbooks: Playbooks, policy: Policy) -> Self {
        Self {
            keys,
            playbooks,
            policy,
        }
    }

    /// A new challenge for the playbook with a digest (64 hexadecimal digits). `None` where it is not in use.
    ///
    /// The random bytes must come from a source that nobody can guess, anew for each.
    pub fn challenge(&self, playbook: &str, random: [u8; 16], now: Millis) -> Option<Challenge> {
        let digest = read_hex(playbook)?;
        let entry = self.playbooks.entry(&digest)?;
        let expires = now.saturating_add(self.policy.valid_ms);
        let issue = || Challenge::issue(&self.keys, random, digest, now, expires);
        entry.retired.is_none().then(issue).flatten()
    }

    /// Makes all checks, and uses the challenge up if they pass.
    ///
    /// # Errors
    /// The first check that fails, in the order of `docs/VERIFY.md` 3.
    pub fn verify(
        &self,
        receipt: &[u8],
        arrival: &Arrival,
        seen: &mut dyn Seen,
    ) -> Result<Verified, Refusal> {
        self.check(receipt, arrival)?.once(seen, arrival.now)
    }

    /// Makes all checks but the last, which is whether the challenge was seen before.
    ///
    /// For servers whose store sees the challenge in the same transaction in which it keeps the rest.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn check(&self, receipt: &[u8], arrival: &Arrival) -> Result<Checked, Refusal> {
        let policy = &self.policy;
        if receipt.len() > policy.most_bytes() {
            let most = policy.most_bytes();
            let message = format!("{} bytes are more than the {most} allowed", receipt.len());
            return Err(Refusal::new(Code::TooLarge, "", message));
        }
        let parts = Parts::read(receipt)?;
        let checked = self.parts(&parts, arrival);
        // To read a decision that is right would be in vain. Of one that isn't, its form counts first.
        checked.map_err(|refusal| parts.decision_is_whole().err().unwrap_or(refusal))
    }

    fn parts(&self, parts: &Parts, arrival: &Arrival) -> Result<Checked, Refusal> {
        if !parts.is_sealed() {
            let message = "the seal is not that of what the receipt says";
            return Err(Refusal::new(Code::Altered, "/seal", message));
        }
        self.genuine(&parts.challenge, arrival.now)?;
        let playbook = self.playbook(&parts.challenge, arrival.now)?;
        self.in_time(parts, arrival.now)?;
        let evidence = read(&playbook, parts.evidence)?;
        self.within_limits(&evidence, parts.as_of)?;
        self.allowed(&playbook, &evidence, arrival)?;
        let decision = evaluate_json(&playbook, &evidence, parts.as_of, Extent::Brief);
        if decision != parts.decision {
            return Err(differs(&decision, parts.decision));
        }
        Ok(Checked::new(Verified {
            playbook,
            evidence,
            as_of: parts.as_of,
            decision,
            challenge: parts.challenge.clone(),
            seal: Box::from(parts.seal),
        }))
    }

    fn genuine(&self, challenge: &Challenge, now: Millis) -> Result<(), Refusal> {
        let refuse = |code, message: String| Err(Refusal::new(code, "/challenge", message));
        match challenge.prove(&self.keys) {
            Ok(()) => {}
            Err(Code::UnknownKey) => {
                let message = format!("there is no key `{}`", challenge.key());
                return refuse(Code::UnknownKey, message);
            }
            Err(code) => {
                return refuse(code, String::from("the key did not make this challenge"));
            }
        }
        if challenge.issued() > now.saturating_add(self.policy.skew_ms) {
            let message = format!("it was issued at {}, and now is {now}", challenge.issued());
            return refuse(Code::NotYetValid, message);
        }
        if challenge.expires() <= now {
            let message = format!("it expired at {}, and now is {now}", challenge.expires());
            return refuse(Code::Expired, message);
        }
        Ok(())
    }

    fn playbook(&self, challenge: &Challenge, now: Millis) -> Result<Arc<Playbook>, Refusal> {
        let Some(Entry { playbook, retired }) = self.playbooks.entry(challenge.playbook()) else {
            let message = "the challenge's playbook is not among those of this server";
            return Err(Refusal::new(Code::UnknownPlaybook, "/challenge", message));
        };
        if let Some(at) = retired
            && now >= at.saturating_add(self.policy.retired_ms)
        {
            let message = format!(
                "version {} of `{}` was retired at {at}, and receipts by it are not taken any more",
                playbook.version(),
                playbook.name()
            );
            return Err(Refusal::new(Code::RetiredPlaybook, "/challenge", message));
        }
        Ok(Arc::clone(playbook))
    }

    fn in_time(&self, parts: &Parts, now: Millis) -> Result<(), Refusal> {
        let skew = self.policy.skew_ms;
        let earliest = parts.challenge.issued().saturating_sub(skew);
        let latest = now.saturating_add(skew);
        if (earliest..=latest).contains(&parts.as_of) {
            return Ok(());
        }
        let message = format!("{} is not from {earliest} to {latest}", parts.as_of);
        Err(Refusal::new(Code::ClockSkew, "/as_of", message))
    }

    fn within_limits(&self, evidence: &Evidence, as_of: Millis) -> Result<(), Refusal> {
        let policy = &self.policy;
        for (code, key, count, most) in [
            (
                Code::TooManyFacts,
                "facts",
                evidence.facts.len(),
                policy.facts,
            ),
            (
                Code::TooManyEvents,
                "events",
                evidence.events.len(),
                policy.events,
            ),
        ] {
            if count > most {
                let message = format!("{count} {key} are more than the {most} allowed");
                return Err(Refusal::new(code, format!("/evidence/{key}"), message));
            }
        }
        let earliest = as_of.saturating_sub(policy.event_age_ms);
        let old = evidence.events.iter().position(|it| it.at < earliest);
        match old {
            None => Ok(()),
            Some(place) => {
                let message = format!("the event was before {earliest}");
                let path = format!("/evidence/events/{place}/at");
                Err(Refusal::new(Code::TooOld, path, message))
            }
        }
    }

    /// Whether a browser may assert everything that is asserted.
    fn allowed(
        &self,
        playbook: &Playbook,
        evidence: &Evidence,
        arrival: &Arrival,
    ) -> Result<(), Refusal> {
        let refuse =
            |path: String, message: String| Err(Refusal::new(Code::NotAllowed, path, message));
        if let Some(claimed) = evidence.stage {
            let known = arrival.stage.and_then(|(name, since)| {
                let stage = playbook.stage(name)?;
                Some(InStage { stage, since })
            });
            if known != Some(claimed) {
                let message = String::from("the stage is not the one that the server knows of");
                return refuse(String::from("/evidence/stage"), message);
            }
        }
        for (place, fact) in evidence.facts.iter().enumerate() {
            let source = playbook.name_in(&playbook.sources, fact.source);
            if !self.policy.may_assert(source) {
                let message = format!("a browser may not assert facts as `{source}`");
                return refuse(format!("/evidence/facts/{place}/source"), message);
            }
            let Some(by) = fact.by else { continue };
            let by = playbook.name_in(&playbook.asserters, by);
            if !self.policy.may_assert(by) {
                let message = format!("a browser may not assert facts by `{by}`");
                return refuse(format!("/evidence/facts/{place}/by"), message);
            }
        }
        if self.policy.own_signals.is_empty() {
            return Ok(());
        }
        for (place, event) in evidence.events.iter().enumerate() {
            let signal = playbook.name_in(&playbook.signals, event.signal);
            if self.policy.is_own(signal) {
                let message = format!("only the server may have observed `{signal}`");
                return refuse(format!("/evidence/events/{place}/signal"), message);
            }
        }
        Ok(())
    }
}

/// Reads a receipt's evidence, which says nothing about whose it is.
fn read(playbook: &Playbook, text: &str) -> Result<Evidence, Refusal> {
    let evidence = Evidence::parse(playbook, text).map_err(Refusal::of_evidence)?;
    if evidence.id.is_some() {
        let problem = Problem::new("unknown_field", "/id", "`id` has no meaning here")
            .help("whose record it is, the server knows from elsewhere");
        return Err(Refusal::of_evidence(Problems::from(problem)));
    }
    Ok(evidence)
}

fn differs(expected: &str, found: &str) -> Refusal {
    let difference = difference::first(expected, found);
    let path = format!("/decision{}", difference.path);
    let message = format!(
        "the decision on this evidence has `{}` here, and the receipt has `{}`",
        difference.expected, difference.found
    );
    let mut refusal = Refusal::new(Code::DecisionDiffers, path, message);
    refusal.difference = Some(Box::new(difference));
    refusal
}
