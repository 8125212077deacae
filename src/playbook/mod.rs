//! The definition: what may be written, what is wrong with it, and the indexed form that is evaluated.

mod bytes;
mod compiled;
#[cfg(feature = "document")]
pub mod document;
mod index;
#[cfg(feature = "document")]
pub(crate) mod lifecycle;
mod look_up;
mod pack;
mod sound;
mod tangled;

pub use bytes::BytesError;
pub use compiled::{
    Attribute, Basis, Clamp, Condition, ConditionId, Curve, Decay, Entry, Group, Kind, Micro,
    Milli, Millis, Named, Pattern, Playbook, Property, Readiness, Rule, Score, Signal, Stage, Test,
    Transition, Value,
};
pub(crate) use index::{Index, is_marked, mark};
#[cfg(feature = "document")]
pub use lifecycle::Lifecycle;
