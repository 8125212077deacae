//! All integration tests, in one binary.

#[cfg(feature = "cli")]
mod cli;
mod document;
mod fold;
mod oracle_agrees;
