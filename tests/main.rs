//! All integration tests, in one binary.

mod conformance;
mod document;
mod fold;
mod oracle_agrees;
