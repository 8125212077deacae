//! The shells for JavaScript: conversions only.
//!
//! `visitor` takes names once and then numbers; `full` takes texts as well.

#[cfg(feature = "full")]
mod full;
#[cfg(feature = "full")]
mod lifecycle;
mod loose;
#[cfg(target_arch = "wasm32")]
mod runtime;
mod visitor;
