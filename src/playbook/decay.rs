//! How an event's points fade with its age, in whole numbers.

use super::flat::{Row, curve};
use super::{Milli, Millis};
use crate::limits;

/// `2³¹·2^(−j/32)`, `2³¹·2^(−j/1024)`, `2³¹·2^(−j/32768)`, rounded to nearest.
const COARSE: [u32; 32] = [
    2_147_483_648,
    2_101_467_502,
    2_056_437_387,
    2_012_372_174,
    1_969_251_188,
    1_927_054_196,
    1_885_761_398,
    1_845_353_420,
    1_805_811_301,
    1_767_116_489,
    1_729_250_827,
    1_692_196_547,
    1_655_936_265,
    1_620_452_965,
    1_585_730_000,
    1_551_751_076,
    1_518_500_250,
    1_485_961_921,
    1_454_120_821,
    1_422_962_010,
    1_392_470_869,
    1_362_633_090,
    1_333_434_672,
    1_304_861_917,
    1_276_901_417,
    1_249_540_052,
    1_222_764_986,
    1_196_563_654,
    1_170_923_762,
    1_145_833_280,
    1_121_280_436,
    1_097_253_708,
];
const MIDDLE: [u32; 32] = [
    2_147_483_648,
    2_146_030_505,
    2_144_578_345,
    2_143_127_168,
    2_141_676_973,
    2_140_227_759,
    2_138_779_525,
    2_137_332_272,
    2_135_885_998,
    2_134_440_703,
    2_132_996_386,
    2_131_553_046,
    2_130_110_682,
    2_128_669_295,
    2_127_228_883,
    2_125_789_446,
    2_124_350_982,
    2_122_913_493,
    2_121_476_975,
    2_120_041_430,
    2_118_606_857,
    2_117_173_254,
    2_115_740_621,
    2_114_308_957,
    2_112_878_262,
    2_111_448_536,
    2_110_019_777,
    2_108_591_984,
    2_107_165_158,
    2_105_739_297,
    2_104_314_402,
    2_102_890_470,
];
const FINE: [u32; 32] = [
    2_147_483_648,
    2_147_438_222,
    2_147_392_798,
    2_147_347_374,
    2_147_301_951,
    2_147_256_530,
    2_147_211_109,
    2_147_165_689,
    2_147_120_270,
    2_147_074_852,
    2_147_029_435,
    2_146_984_019,
    2_146_938_604,
    2_146_893_190,
    2_146_847_777,
    2_146_802_365,
    2_146_756_953,
    2_146_711_543,
    2_146_666_134,
    2_146_620_726,
    2_146_575_318,
    2_146_529_912,
    2_146_484_506,
    2_146_439_102,
    2_146_393_698,
    2_146_348_296,
    2_146_302_894,
    2_146_257_494,
    2_146_212_094,
    2_146_166_695,
    2_146_121_298,
    2_146_075_901,
];

/// The products of the first two tables; four more kilobytes, where those count less than time.
#[cfg(all(feature = "quick", not(feature = "full")))]
#[expect(
    clippy::indexing_slicing,
    reason = "the compiler works it out, or stops"
)]
static UPPER: [[u32; 32]; 32] = {
    let mut upper = [[0; 32]; 32];
    let mut coarse = 0;
    while coarse < 32 {
        let mut middle = 0;
        while middle < 32 {
            upper[coarse][middle] = times(COARSE[coarse] as u64, MIDDLE[middle] as u64) as u32;
            middle += 1;
        }
        coarse += 1;
    }
    upper
};

/// `2³¹`: a factor of one.
const ONE: u64 = 1 << 31;

/// The product of two factors.
const fn times(x: u64, y: u64) -> u64 {
    (x * y + ONE / 2) / ONE
}

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

fn entry(table: &[u32; 32], at: u64) -> u64 {
    u64::from(table.get(at as usize % 32).copied().unwrap_or(0))
}

/// What is left of one after so many 1,024ths of a half-life, below 1,024.
#[cfg(all(feature = "quick", not(feature = "full")))]
#[inline(always)]
fn upper(part: u64) -> u64 {
    let table = UPPER.get(part as usize / 32 % 32);
    table.map_or(0, |table| entry(table, part))
}

#[cfg(not(all(feature = "quick", not(feature = "full"))))]
fn upper(part: u64) -> u64 {
    times(entry(&COARSE, part / 32), entry(&MIDDLE, part))
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
