//! How an event's points fade with its age, in whole numbers.

mod tables;

use super::flat::{Row, curve};
use super::{Milli, Millis};
use crate::limits;
#[cfg(feature = "document")]
use tables::{COARSE, MIDDLE};
use tables::{FINE, ONE, entry, times, upper};

/// A half-life has 2¹⁵ steps.
const STEPS: u32 = 15;

/// After so many half-lives nothing is left of a magnitude.
const HALVINGS: u64 = 31;

/// How a rule's points fade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fading {
    curve: i64,
    percent: u64,
    every: u64,
    #[cfg(feature = "quick")]
    reciprocal: Reciprocal,
    expires_after: Millis,
}

/// What makes a division of ages by a half-life a product.
#[cfg(feature = "quick")]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Reciprocal {
    /// 31 bits.
    inverse: u64,
    /// So many bits of an age are too fine to matter: 32 are left.
    fine: u32,
    /// So many bits of the product lie behind the point.
    behind: u32,
}

#[cfg(feature = "quick")]
impl Reciprocal {
    fn new(every: u64) -> Self {
        let bits = every.ilog2() + 1;
        // Too large by less than a 2³¹th, so the inverse is too small.
        let cut = bits.saturating_sub(32);
        let divisor = (every >> cut) + u64::from(cut > 0);
        let fine = bits.saturating_sub(27);
        Self {
            inverse: (1 << (bits - cut + 30)) / divisor,
            fine,
            behind: bits + 30 - fine - STEPS,
        }
    }

    /// An age (below 31 times what this was made of) in 32,768ths of it, one too few at most.
    #[inline(always)]
    fn steps(self, age: u64) -> u64 {
        // What is cut off the age and the inverse is a 500th of a step at most.
        ((age >> self.fine) * self.inverse) >> self.behind
    }
}

impl Fading {
    pub fn new(terms: &Row) -> Self {
        let &[_, _, _, _, shape, every, expires_after, _] = terms;
        let every = every.clamp(1, limits::DURATION_MS).unsigned_abs();
        Self {
            curve: shape >> 8,
            percent: (shape & 255) as u64,
            every,
            #[cfg(feature = "quick")]
            reciprocal: Reciprocal::new(every),
            expires_after,
        }
    }

    /// Whether anything fades.
    #[cfg(feature = "document")]
    pub fn fades(&self) -> bool {
        self.curve != curve::FLAT || self.expires_after != 0
    }

    /// Whether points stay as they are until they expire.
    #[cfg(feature = "document")]
    pub fn is_flat(&self) -> bool {
        self.curve == curve::FLAT
    }

    /// The age from which on nothing is left at once.
    #[cfg(feature = "document")]
    pub fn expires(&self) -> Option<Millis> {
        (self.expires_after > 0).then_some(self.expires_after)
    }

    /// The half-life, where there is one.
    #[cfg(feature = "document")]
    pub fn halves_in(&self) -> Option<u64> {
        (self.curve == curve::HALF_LIFE).then_some(self.every)
    }

    /// The first age from one on (from 0) at which less may be left than before.
    #[cfg(feature = "document")]
    pub fn next(&self, age: Millis) -> Millis {
        let Some(before) = age.max(0).unsigned_abs().checked_sub(1) else {
            return age;
        };
        let every = u128::from(self.every);
        let next = match self.curve {
            curve::HALF_LIFE => {
                let step = u128::from(before) * 32_768 / every + 1;
                ((step * every).div_ceil(32_768)) as Millis
            }
            curve::FLAT => Millis::MAX,
            _ => ((u128::from(before) / every + 1) * every) as Millis,
        };
        match self.expires_after >= age && self.expires_after > 0 {
            true => next.min(self.expires_after),
            false => next,
        }
    }

    /// What is left of a magnitude (0 to 10⁹) at an age (from 0).
    #[cfg_attr(feature = "document", inline)]
    pub fn left(self, magnitude: Milli, age: Millis) -> Milli {
        self.find(magnitude, age).0
    }

    /// The same, and an age before which nothing changes. Only quick builds look for one.
    #[inline(always)]
    pub fn left_until(self, magnitude: Milli, age: Millis) -> (Milli, Millis) {
        match cfg!(feature = "quick") {
            true => self.find(magnitude, age),
            false => (self.left(magnitude, age), Millis::MAX),
        }
    }

    /// What is left at an instant of events of a magnitude each, given by their times in order: the newest first, until that is enough.
    /// Then an instant before which that stays.
    #[cfg_attr(feature = "document", inline(always))]
    pub fn sum(
        self,
        magnitude: Milli,
        hits: &[Millis],
        at: Millis,
        enough: Milli,
    ) -> (Milli, Millis) {
        #[cfg(feature = "quick")]
        if self.curve == curve::HALF_LIFE && self.expires_after == 0 {
            return self.sum_of_halves(magnitude, hits, at, enough);
        }
        let (mut sum, mut stays) = (0, Millis::MAX);
        for hit in hits.iter().rev() {
            let (left, until) = self.left_until(magnitude, at - hit);
            sum += left;
            stays = stays.min(hit.saturating_add(until));
            if sum >= enough {
                break;
            }
        }
        (sum, stays)
    }

    /// The same for half-lives, which are most.
    #[cfg(feature = "quick")]
    #[cfg_attr(feature = "document", inline(always))]
    fn sum_of_halves(
        self,
        magnitude: Milli,
        hits: &[Millis],
        at: Millis,
        enough: Milli,
    ) -> (Milli, Millis) {
        let value = magnitude.unsigned_abs();
        let (mut sum, mut rest) = (0, u64::MAX >> STEPS);
        for hit in hits.iter().rev() {
            let age = (at - hit).max(0).unsigned_abs();
            if age >= self.every * HALVINGS {
                break;
            }
            let (left, stays) = self.halves(value, age);
            sum += left as Milli;
            rest = rest.min(stays);
            if sum >= enough {
                break;
            }
        }
        (sum, at.saturating_add(rest.div_ceil(1 << STEPS) as Millis))
    }

    #[cfg_attr(any(feature = "document", not(feature = "quick")), inline(always))]
    fn find(self, magnitude: Milli, age: Millis) -> (Milli, Millis) {
        let ends = match self.expires_after {
            0 => Millis::MAX,
            ends if age >= ends => return (0, Millis::MAX),
            ends => ends,
        };
        let value = magnitude.unsigned_abs();
        let age = age.max(0).unsigned_abs();
        let (left, until) = match self.curve {
            curve::HALF_LIFE => self.half_life(value, age),
            curve::LINEAR | curve::COMPOUND => {
                let steps = age / self.every;
                let left = if self.curve == curve::LINEAR {
                    let gone = steps.saturating_mul(self.percent).min(100);
                    (value * (100 - gone) + 50) / 100
                } else {
                    compound(value, steps, self.percent)
                };
                (left, (steps + 1) * self.every)
            }
            _ => (value, u64::MAX / 2),
        };
        (left as Milli, (until as Millis).min(ends))
    }

    #[cfg_attr(feature = "document", inline(always))]
    fn half_life(self, value: u64, age: u64) -> (u64, u64) {
        if age >= self.every * HALVINGS {
            return (0, u64::MAX / 2);
        }
        let (left, rest) = self.halves(value, age);
        (left, age + rest.div_ceil(1 << STEPS))
    }

    /// What is left of a value at an age below 31 half-lives, and for how long, in 32,768ths of a millisecond.
    #[inline(always)]
    fn halves(self, value: u64, age: u64) -> (u64, u64) {
        // In steps of a 32,768th of a half-life; fits, as a half-life has at most 2⁴² milliseconds.
        let (steps, begun) = self.steps(age);
        let (halvings, step) = (steps >> STEPS, steps % (1 << STEPS));
        let factor = times(upper(step / 32), entry(&FINE, step));
        let (product, shift) = (value * factor, 31 + halvings);
        let rounded = product + (1 << (shift - 1));
        let left = rounded >> shift;
        // A step takes less than a 32,768th of what there is, so what is over lasts for this many at least.
        let a_step = (product >> STEPS) + 1;
        let lasts = ((rounded - (left << shift)) >> a_step.ilog2() >> 1).min(1 << 20);
        (left, (lasts + 1) * self.every - begun)
    }

    /// An age (below 31 half-lives) in 32,768ths of a half-life, and what is over in those of a millisecond.
    #[inline(always)]
    fn steps(self, age: u64) -> (u64, u64) {
        let age_in_parts = age << STEPS;
        #[cfg(feature = "quick")]
        {
            let few = self.reciprocal.steps(age);
            let over = age_in_parts - few * self.every;
            match over >= self.every {
                true => (few + 1, over - self.every),
                false => (few, over),
            }
        }
        #[cfg(not(feature = "quick"))]
        (age_in_parts / self.every, age_in_parts % self.every)
    }
}

/// About the age, in 32,768ths of a half-life, at which a part of something is left, given in units of 2⁻³¹.
#[cfg(feature = "document")]
pub(crate) fn steps_to(part: u64) -> u64 {
    let mut part = part.clamp(1, ONE);
    let halvings = part.leading_zeros().saturating_sub(ONE.leading_zeros() + 1);
    let halvings = u64::from(halvings);
    part <<= halvings;
    let mut steps = halvings * 32_768;
    for (table, width) in [(&COARSE, 1_024), (&MIDDLE, 32), (&FINE, 1)] {
        // The first entry is one; none is 0.
        let place = table.partition_point(|entry| u64::from(*entry) >= part);
        let place = place.saturating_sub(1);
        let entry = table.get(place).copied().unwrap_or(1);
        steps += place as u64 * width;
        part = (part * ONE / u64::from(entry)).min(ONE);
    }
    steps
}

fn compound(value: u64, steps: u64, percent: u64) -> u64 {
    let keep = 100 - percent.min(100);
    let mut factor = ONE;
    // A factor that stands still stays so.
    for _ in 0..steps {
        let next = (factor * keep + 50) / 100;
        if next == factor {
            break;
        }
        factor = next;
    }
    (value * factor + ONE / 2) / ONE
}
