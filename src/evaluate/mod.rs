//! From a playbook, evidence and an instant to a decision: one pure and total function.

#[cfg(feature = "document")]
mod ahead;
#[cfg(feature = "document")]
mod answers;
mod asking;
mod collect;
mod completions;
#[cfg(feature = "document")]
mod curve;
mod decision;
mod derived;
mod eval;
mod forecast;
#[cfg(feature = "document")]
mod inquiry;
mod ladder;
#[cfg(feature = "document")]
mod look;
mod missing;
mod moves;
#[cfg(feature = "document")]
mod pass;
#[cfg(feature = "conversation")]
mod planning;
mod rules;
mod scores;
mod sequence;
mod session;
mod settle;
mod write;

#[cfg(feature = "document")]
pub use answers::decide_table;
pub use decision::{
    Decision, EventAside, FactAside, GateResult, Line, LineKind, Missing, MissingEvent,
    MissingFact, Readiness, RouteResult, ScoreResult, Settled, StageResult,
};
pub use forecast::Change;
#[cfg(feature = "document")]
pub(crate) use inquiry::{Inquiry, Truth};
#[cfg(feature = "document")]
pub use look::Look;
#[cfg(feature = "conversation")]
pub(crate) use planning::{Ground, Planning};
pub use session::{Evaluator, Extent, Session, evaluate, evaluate_json};
#[cfg(all(feature = "visitor", feature = "quick"))]
pub(crate) use write::write_playbook;
