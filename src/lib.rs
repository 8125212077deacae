//! leadstage runs a company's written definition of its lead lifecycle.
#![no_std]

extern crate alloc;
#[cfg(any(feature = "cli", test))]
extern crate std;

#[cfg(feature = "visitor")]
mod bindings;
pub mod decimal;
pub mod evaluate;
pub mod evidence;
pub mod fold;
pub mod json;
pub mod limits;
pub mod playbook;
pub mod problem;
pub mod time;
#[cfg(any())]
pub mod tree;
