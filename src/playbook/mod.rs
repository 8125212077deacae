//! The definition: what may be written, what is wrong with it, and the indexed form that is evaluated.

mod bounded;
mod bytes;
mod decay;
#[cfg(feature = "document")]
mod derive;
#[cfg(feature = "document")]
pub mod document;
mod flat;
mod index;
#[cfg(feature = "document")]
pub(crate) mod lifecycle;
mod look_up;
mod pack;
#[cfg(feature = "document")]
mod plan;
#[cfg(feature = "document")]
mod quick;
#[cfg(feature = "document")]
mod sound;
#[cfg(feature = "document")]
mod tangled;
mod terms;
mod watch;

pub use bytes::BytesError;
pub(crate) use decay::Fading;
#[cfg(feature = "document")]
pub(crate) use decay::steps_to;
#[cfg(feature = "document")]
pub(crate) use flat::curve;
pub(crate) use flat::{CODES_A_NUMBER, basis, before, clamp, code, enough, op, row, rows, test};
pub use flat::{Playbook, Row};
pub(crate) use index::{Index, Listed, bits, is_marked, mark};
#[cfg(feature = "document")]
pub use lifecycle::Lifecycle;
#[cfg(feature = "document")]
pub(crate) use plan::{EventRule, FactRule, Plain, What};
pub(crate) use terms::Kind;
#[cfg(feature = "document")]
pub(crate) use terms::kind;
pub use terms::{ConditionId, Micro, Milli, Millis, Value};
