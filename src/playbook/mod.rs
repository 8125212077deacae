//! The definition: what may be written, what is wrong with it, and the indexed form that is evaluated.

#[cfg(any())]
mod bytes;
mod compiled;
mod index;
#[cfg(any())]
pub mod document;
#[cfg(any())]
mod look_up;

pub(crate) use index::{Index, is_marked};
pub use compiled::{
    Attribute, Basis, Clamp, Condition, ConditionId, Curve, Decay, Entry, Group, Kind, Micro,
    Milli, Millis, Model, Named, Pattern, Playbook, Property, Readiness, Rule, Score, Signal,
    Stage, Test, Transition, Value,
};
