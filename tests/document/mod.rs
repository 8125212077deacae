//! Documents: reading, checking, compiling, bytes, schema.

mod bad;
