//! Challenges, receipts and verdicts, against `docs/VERIFY.md`.

mod alter;
mod challenge;
mod keys;
mod order;
mod own;
mod provenance;
mod refusals;
mod verdict;

use leadstage::playbook::Playbook;
use leadstage::verify::{
    Arrival, ChallengeKey, ChallengeKeys, Code, Playbooks, Policy, Refusal, SeenInMemory, Verified,
    Verifier, receipt,
};
use std::sync::Arc;

/// Everything that can be wrong, in the order of the checks.
pub const CODES: [Code; 18] = [
    Code::TooLarge,
    Code::Malformed,
    Code::Altered,
    Code::UnknownKey,
    Code::Forged,
    Code::NotYetValid,
    Code::Expired,
    Code::UnknownPlaybook,
    Code::RetiredPlaybook,
    Code::ClockSkew,
    Code::BadEvidence,
    Code::TooManyFacts,
    Code::TooManyEvents,
    Code::TooOld,
    Code::NotAllowed,
    Code::DecisionDiffers,
    Code::Replayed,
    Code::Unavailable,
];

/// 2026-03-01T09:00:00Z.
pub const NOW: i64 = 1_772_355_600_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 86_400_000;

/// Software is worth 20 points, a demo 10, and with 30 one books a meeting. What the budget is, only sales may say.
pub const BOOK: &str = r#"{
  "leadstage": 1, "name": "shop", "version": 7,
  "attributes": {
    "account.industry": { "type": "choice", "options": ["software", "retail"] },
    "account.employees": { "type": "number" },
    "contact.title": { "type": "text" },
    "deal.budget": { "type": "number", "asserted_by": ["sales", "crm"] }
  },
  "signals": { "demo": {}, "login": { "properties": { "plan": "text" } } },
  "scores": {
    "fit": { "groups": [ { "name": "g", "rules": [
      { "when": { "account.industry": "software" }, "points": 20 },
      { "when": { "deal.budget": { "from": 1000 } }, "points": 5 } ] } ] },
    "intent": { "groups": [ { "name": "g", "rules": [ { "signal": "demo", "points": 10 } ] } ] }
  },
  "stages": { "lead": {}, "mql": { "enter": { "all": [ { "score": { "fit": { "from": 20 } } }, { "score": { "intent": { "from": 10 } } } ] } } },
  "initial": "lead",
  "transitions": [ { "from": "lead", "to": "mql", "by": "automation" } ],
  "routes": [ { "when": { "stage": "mql" }, "then": "book_meeting" }, { "then": "nurture" } ]
}"#;

pub fn book() -> Arc<Playbook> {
    Arc::new(Playbook::parse(BOOK).unwrap())
}

pub fn keys() -> ChallengeKeys {
    ChallengeKeys::new(ChallengeKey::new("k1", &[1; 32]).unwrap())
}

pub fn verifier() -> Verifier {
    Verifier::new(keys(), Playbooks::from_iter([book()]), Policy::default())
}

/// A challenge given out now; each number makes another.
pub fn challenge(number: u64) -> String {
    let mut random = [0; 16];
    random[8..].copy_from_slice(&number.to_be_bytes());
    let challenge = verifier().challenge(&book().digest(), random, NOW).unwrap();
    challenge.to_text()
}

pub const EVIDENCE: &str = r#"{"facts":[{"attribute":"account.industry","value":"software","source":"visitor"}],"events":[{"id":"e1","signal":"demo","at":1772355000000}]}"#;

/// An honest receipt.
pub fn honest(number: u64) -> String {
    receipt(&book(), &challenge(number), EVIDENCE, NOW + 1).unwrap()
}

/// The same on other evidence.
pub fn on(evidence: &str) -> String {
    receipt(&book(), &challenge(1), evidence, NOW + 1).unwrap()
}

/// Puts the right seal on what a receipt says.
pub fn sealed(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let (said, _) = text.rsplit_once(",\"seal\":").unwrap();
    let seal: String = Sha256::digest(said.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{said},\"seal\":\"{seal}\"}}")
}

/// Checks at two minutes past now, with nothing seen before.
pub fn check(verifier: &Verifier, text: &str) -> Result<Verified, Refusal> {
    let mut seen = SeenInMemory::default();
    verifier.verify(text.as_bytes(), &Arrival::at(NOW + 2 * MINUTE), &mut seen)
}

pub fn code(verifier: &Verifier, text: &str) -> Option<Code> {
    check(verifier, text).err().map(|refusal| refusal.code)
}
