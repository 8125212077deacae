//! Writes decisions that other builds must reproduce.
fn main() {}
