//! The definition: what may be written, what is wrong with it, and the indexed form that is evaluated.

mod bytes;
mod compiled;
#[cfg(feature = "document")]
pub mod document;
mod look_up;

pub use compiled::{
    Attribute, Basis, Clamp, Condition, ConditionId, Curve, Decay, Entry, Group, Kind, Micro,
    Milli, Millis, Model, Named, Pattern, Playbook, Property, Readiness, Rule, Score, Signal,
    Stage, Test, Transition, Value,
};
