//! The definition: what may be written, what is wrong with it, and the indexed form that is evaluated.

mod bytes;
#[cfg(feature = "document")]
pub mod document;
mod flat;
mod index;
#[cfg(feature = "document")]
pub(crate) mod lifecycle;
mod look_up;
mod pack;
mod quick;
mod sound;
mod tangled;
mod terms;

pub use bytes::BytesError;
pub(crate) use flat::{CODES_A_NUMBER, basis, before, clamp, code, curve, op, row, rows, test};
pub use flat::{Playbook, Row};
pub(crate) use index::{Index, add, bits, is_marked, mark};
#[cfg(feature = "document")]
pub use lifecycle::Lifecycle;
pub(crate) use quick::{Of, Watch};
pub use terms::{Attribute, ConditionId, Kind, Micro, Milli, Millis, Property, Signal, Value};
