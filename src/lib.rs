#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(not(feature = "visitor"), forbid(unsafe_code))]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::float_arithmetic
)]

extern crate alloc;
#[cfg(any(feature = "cli", test))]
extern crate std;

#[cfg(feature = "document")]
pub mod batch;
#[cfg(feature = "document")]
mod binary64;
#[cfg(all(feature = "visitor", target_arch = "wasm32"))]
mod bindings;
#[cfg(feature = "document")]
pub mod cases;
#[cfg(feature = "document")]
pub mod columns;
#[cfg(feature = "conversation")]
pub mod conversation;
pub mod decimal;
pub mod evaluate;
pub mod evidence;
pub mod fold;
#[cfg(feature = "document")]
mod gather;
pub mod json;
#[cfg(feature = "document")]
pub mod lifecycle;
pub mod limits;
pub mod playbook;
pub mod problem;
mod sort;
#[cfg(feature = "document")]
mod sorted;
pub mod time;
#[cfg(feature = "document")]
pub mod tree;
mod truth;
#[cfg(feature = "verify")]
pub mod verify;
