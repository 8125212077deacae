//! The shells for JavaScript: conversions only.
//!
//! `visitor` takes names once and then numbers; `node` does so with less regard to bytes; `full` takes texts as well; `batch` many leads
//! at once.

mod abi;
#[cfg(feature = "batch")]
mod batch;
#[cfg(feature = "full")]
mod conversation;
mod desk;
#[cfg(feature = "full")]
mod full;
#[cfg(feature = "full")]
mod lifecycle;
mod loose;
#[cfg(feature = "quick")]
mod pack;
#[cfg(not(feature = "quick"))]
mod page;
mod runtime;
#[cfg(feature = "quick")]
mod take;
#[cfg(any(feature = "batch", feature = "full"))]
mod told;
