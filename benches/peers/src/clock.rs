//! CPU time and rates, as in the harness.

use crate::{Outcome, Result};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;

/// A contender runs at least so long in a round, in CPU seconds.
const ROUND_S: f64 = 0.2;

fn cpu_s() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Leads per CPU second.
pub fn rate<T>(leads: &[T], run: impl Fn(&T) -> Result<Outcome>) -> Result<f64> {
    let start = cpu_s();
    let mut done = 0;
    loop {
        for lead in leads {
            black_box(run(black_box(lead))?);
        }
        done += leads.len();
        let spent = cpu_s() - start;
        if spent >= ROUND_S {
            return Ok(done as f64 / spent);
        }
    }
}
