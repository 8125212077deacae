//! From a playbook, evidence and an instant to a decision: one pure and total function.

mod completions;
mod decay;
mod decision;
mod derived;
mod eval;
mod facts;
mod forecast;
#[cfg(feature = "document")]
mod inquiry;
mod ladder;
mod missing;
mod moves;
mod rules;
mod scores;
mod session;
mod settle;
mod truth;
mod write;

pub use decision::{
    Decision, EventAside, FactAside, GateResult, Line, LineKind, Missing, MissingEvent,
    MissingFact, Readiness, RouteResult, ScoreResult, Settled, StageResult,
};
pub use forecast::Change;
#[cfg(feature = "document")]
pub(crate) use inquiry::{Inquiry, Truth};
pub use session::{Extent, Session, evaluate};
#[cfg(feature = "document")]
pub(crate) use write::write_value;
