//! CPU time and rates.

use rustix::time::{ClockId, clock_gettime};

/// A contender runs at least so long in a round, in CPU seconds.
const ROUND_S: f64 = 0.2;

/// CPU seconds that this process has used, all threads together.
pub fn cpu_s() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Leads per CPU second of a pass over so many leads, repeated until the clock says something.
pub fn rate(leads: usize, pass: &mut dyn FnMut()) -> f64 {
    let start = cpu_s();
    let mut done = 0;
    loop {
        pass();
        done += leads;
        let spent = cpu_s() - start;
        if spent >= ROUND_S {
            return done as f64 / spent;
        }
    }
}

/// The middle one.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
