//! All integration tests, in one binary.

mod document;
mod fold;
mod oracle_agrees;
