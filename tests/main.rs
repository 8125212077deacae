//! All integration tests, in one binary.

#[cfg(feature = "cli")]
mod cli;
mod conformance;
mod conversation;
mod decay;
mod document;
mod fold;
mod forecast;
mod lifecycle;
mod oracle_agrees;
mod patterns;
mod playbooks;
#[cfg(feature = "serve")]
mod server;
#[cfg(feature = "verify")]
mod verify;
