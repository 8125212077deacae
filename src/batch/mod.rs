//! Many leads at once: as lines of JSON, and as columns.
//!
//! What is said about a lead is what is said about it alone. `docs/BATCH.md` describes the forms.

mod lines;

pub use crate::evaluate::decide_table;
pub use lines::{Lines, Refused, read_line, read_node};
