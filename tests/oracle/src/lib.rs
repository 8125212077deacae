//! A naive second evaluator, written from `docs/FORMAT.md` alone.
