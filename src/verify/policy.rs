//! What a server takes.

use crate::limits;
use crate::playbook::Millis;
use crate::time::DAY_MS;
use alloc::{boxed::Box, vec, vec::Vec};

/// What a server takes from browsers, and for how long. Begin with the default and set what is to be otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Bytes of a receipt, at most; 262,144 by default.
    pub bytes: usize,
    /// Facts of its evidence, at most; 500 by default.
    pub facts: usize,
    /// Events of its evidence, at most; 2,000 by default.
    pub events: usize,
    /// How long before the decision an event may have been, in milliseconds; 400 days by default.
    pub event_age_ms: Millis,
    /// By how much clocks may differ, in milliseconds; 5 minutes by default.
    pub skew_ms: Millis,
    /// How long a challenge is valid, in milliseconds; 10 minutes by default.
    pub valid_ms: Millis,
    /// How long receipts by a retired playbook are taken, in milliseconds; 30 days by default.
    pub retired_ms: Millis,
    /// The sources, and names in `by`, that a browser may assert facts as; `visitor` and `inferred` by default.
    pub sources: Vec<Box<str>>,
    /// Signals that only the server may have observed; none by default.
    pub own_signals: Vec<Box<str>>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            bytes: 256 << 10,
            facts: 500,
            events: 2_000,
            event_age_ms: 400 * DAY_MS,
            skew_ms: 5 * 60_000,
            valid_ms: 10 * 60_000,
            retired_ms: 30 * DAY_MS,
            sources: vec![Box::from("visitor"), Box::from("inferred")],
            own_signals: Vec::new(),
        }
    }
}

impl Policy {
    /// Bytes of a receipt, within what the product allows.
    pub(super) fn most_bytes(&self) -> usize {
        self.bytes.min(limits::RECEIPT_BYTES)
    }

    pub(super) fn may_assert(&self, name: &str) -> bool {
        self.sources.iter().any(|source| &**source == name)
    }

    pub(super) fn is_own(&self, signal: &str) -> bool {
        self.own_signals.iter().any(|own| &**own == signal)
    }
}
