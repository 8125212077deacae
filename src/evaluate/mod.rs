//! From a playbook, evidence and an instant to a decision: one pure and total function.

mod completions;
mod decay;
mod decision;
mod derived;
mod eval;
mod facts;
mod forecast;
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
#[cfg(feature = "document")]
pub(crate) use eval::Eval;
pub use forecast::Change;
pub use session::{Extent, Session, evaluate};
#[cfg(feature = "document")]
pub(crate) use truth::{Span, Tally};
