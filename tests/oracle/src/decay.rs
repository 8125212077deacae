//! Section 4.1: decay, from its definition.

use num_bigint::BigUint;
use std::sync::LazyLock;

/// How points fade with age.
#[derive(Clone, Debug, Default)]
pub struct Decay {
    /// Half of the points are left after this long.
    pub half_life: Option<i64>,
    /// Percent of the whole, taken each time so much time has passed.
    pub linear: Option<(i64, i64)>,
    /// Percent of the rest, taken each time so much time has passed.
    pub compound: Option<(i64, i64)>,
    /// Nothing is left from this age on.
    pub expires_after: Option<i64>,
}

/// Binary places kept while powers are worked out.
const PLACES: u64 = 512;

/// 2^31 · 2^(−j/parts), rounded to the nearest whole number, where `parts` is a power of two: 1/2 by that
/// many square roots, multiplied `j` times.
fn power(j: u32, parts: u32) -> i128 {
    let mut root = BigUint::from(1_u8) << (PLACES - 1);
    for _ in 0..parts.ilog2() {
        root = (root << PLACES).sqrt();
    }
    let mut power = BigUint::from(1_u8) << PLACES;
    for _ in 0..j {
        power = (power * &root) >> PLACES;
    }
    // Errors are far below the last of 300 places: no border of rounding can lie so near.
    let rounded = ((power >> (PLACES - 300 - 31)) + (BigUint::from(1_u8) << 299_u32)) >> 300_u32;
    u64::try_from(rounded).expect("32 bits").into()
}

static TABLES: LazyLock<[Vec<i128>; 3]> =
    LazyLock::new(|| [32, 1024, 32_768].map(|parts| (0..32).map(|j| power(j, parts)).collect()));

fn times(x: i128, y: i128) -> i128 {
    (x * y + (1 << 30)) >> 31
}

static FACTORS: LazyLock<Vec<i128>> = LazyLock::new(|| {
    let [coarse, middle, fine] = &*TABLES;
    (0..32_768)
        .map(|i| {
            let first = times(coarse[i / 1024], middle[(i / 32) % 32]);
            times(first, fine[i % 32])
        })
        .collect()
});

/// F of step `i` within a half-life, 0 ≤ i < 32,768.
pub fn factor(i: i64) -> i128 {
    FACTORS[usize::try_from(i).expect("a step")]
}

/// The tables T₁, T₂, T₃.
pub fn tables() -> &'static [Vec<i128>; 3] {
    &TABLES
}

fn half_life(v: i128, age: i64, half: i64) -> i128 {
    let q = age / half;
    let i = i128::from(age % half) * 32_768 / i128::from(half);
    if q > 30 {
        return 0;
    }
    (v * factor(i as i64) + (1 << (30 + q))) >> (31 + q)
}

static COMPOUND: LazyLock<Vec<Vec<i128>>> = LazyLock::new(|| {
    let steps = |percent: i128| {
        let mut steps = vec![1_i128 << 31];
        loop {
            let last = steps[steps.len() - 1];
            let next = (last * (100 - percent) + 50) / 100;
            if next == last {
                return steps;
            }
            steps.push(next);
        }
    };
    (0..=100).map(steps).collect()
});

/// G after each period, up to the one from which it stays.
pub fn compound_steps(percent: i64) -> &'static [i128] {
    &COMPOUND[usize::try_from(percent).expect("a percentage")]
}

fn compound(v: i128, k: i64, percent: i64) -> i128 {
    let steps = compound_steps(percent);
    let k = usize::try_from(k).expect("a step").min(steps.len() - 1);
    (v * steps[k] + (1 << 30)) >> 31
}

impl Decay {
    /// What is left of `v` thousandths (with sign) at an age in milliseconds.
    pub fn left(&self, v: i64, age: i64) -> i64 {
        if self.expires_after.is_some_and(|w| age >= w) {
            return 0;
        }
        let size = i128::from(v.abs());
        let left = if let Some(half) = self.half_life {
            half_life(size, age, half)
        } else if let Some((percent, every)) = self.linear {
            let rest =
                i128::from((100 - i128::from(percent) * i128::from(age / every)).max(0) as i64);
            (size * rest * 2 + 100) / 200
        } else if let Some((percent, every)) = self.compound {
            compound(size, age / every, percent)
        } else {
            size
        };
        left as i64 * v.signum()
    }
}
