//! Some answers about a lead, where a whole decision is not needed.

use super::asking::Asking;
use super::decision::{GateResult, ScoreResult, Settled};

/// A lead at an instant. Every answer is that of the decision; what is not asked for is not worked out, and nothing is allocated
/// once the room is there.
///
/// ```
/// use leadstage::evaluate::Evaluator;
/// use leadstage::evidence::Evidence;
/// use leadstage::playbook::Playbook;
/// use std::sync::Arc;
///
/// let playbook = Playbook::parse(
///     r#"{ "leadstage": 1, "name": "fit", "version": 1,
///          "attributes": { "account.employees": { "type": "number" } },
///          "scores": { "fit": { "groups": [{ "name": "size", "rules": [
///              { "when": { "account.employees": { "from": 50 } }, "points": 20 }] }] } },
///          "stages": { "mql": { "enter": { "score": { "fit": { "from": 10 } } } } } }"#,
/// )?;
/// let lead = Evidence::parse(&playbook, r#"{ "facts": { "account.employees": 80 } }"#)?;
/// let mut evaluator = Evaluator::new(Arc::new(playbook));
/// let mut look = evaluator.look(&lead, 1_795_339_800_000);
/// assert_eq!(look.scores().next().map(|score| (score.name, score.value)), Some(("fit", 20_000)));
/// assert!(look.gate("mql").is_some_and(|gate| gate.open.value && gate.open.settled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Look<'l> {
    asking: Asking<'l, 'l>,
}

impl<'l> Look<'l> {
    pub(super) fn new(asking: Asking<'l, 'l>) -> Self {
        Self { asking }
    }

    /// The scores by name, without ledgers.
    pub fn scores(&mut self) -> impl Iterator<Item = ScoreResult<'l>> {
        let all = 0..self.asking.playbook.scores.len() as u16;
        all.map(|score| self.asking.score(score))
    }

    /// The gates by their stages' names, without what is missing and when they change.
    pub fn gates(&mut self) -> impl Iterator<Item = GateResult<'l>> {
        let all = 0..self.asking.playbook.stages.len() as u16;
        all.filter_map(|stage| self.asking.gate(stage))
    }

    /// The gate of a stage; `None` where there is no such stage, or where it has none.
    pub fn gate(&mut self, stage: &str) -> Option<GateResult<'l>> {
        self.asking.gate(self.asking.playbook.stage(stage)?)
    }

    /// The route, where the playbook has routes.
    pub fn route(&mut self) -> Option<Settled<Option<&'l str>>> {
        let has_routes = !self.asking.playbook.routes().is_empty();
        has_routes.then(|| self.asking.route(false).0)
    }
}
