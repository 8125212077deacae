//! How an event's points fade with its age, in whole numbers.

use super::flat::{Row, curve};
use super::{Milli, Millis};

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

/// `2³¹`: a factor of one.
const ONE: u64 = 1 << 31;

/// A half-life has 2¹⁵ steps.
const STEPS: u32 = 15;

/// How a rule's points fade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fading {
    curve: i64,
    percent: u64,
    every: u64,
    /// 2⁶⁴ divided by it.
    #[cfg(feature = "document")]
    inverse: u64,
    expires_after: Millis,
}

impl Fading {
    pub fn new(terms: &Row) -> Self {
        let &[_, _, _, _, shape, every, expires_after, _] = terms;
        let every = every.max(1).unsigned_abs();
        Self {
            curve: shape >> 8,
            percent: (shape & 255) as u64,
            every,
            #[cfg(feature = "document")]
            inverse: u64::MAX / every,
            expires_after,
        }
    }

    /// Whether anything fades.
    #[cfg(feature = "document")]
    pub fn fades(&self) -> bool {
        self.curve != curve::FLAT || self.expires_after != 0
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
        if age >= self.every * 31 {
            return (0, u64::MAX / 2);
        }
        // In steps of a 32,768th of a half-life; fits, as a half-life has at most 2⁴² milliseconds.
        let steps = self.parts(age << STEPS);
        let (halvings, step) = (steps >> STEPS, steps % (1 << STEPS));
        let entry = |table: &[u32; 32], at: u64| {
            u64::from(table.get(at as usize % 32).copied().unwrap_or(0))
        };
        let times = |x: u64, y: u64| (x * y + ONE / 2) / ONE;
        let factor = times(
            times(entry(&COARSE, step / 1_024), entry(&MIDDLE, step / 32)),
            entry(&FINE, step),
        );
        let (product, shift) = (value * factor, 31 + halvings);
        let rounded = product + (1 << (shift - 1));
        let left = rounded >> shift;
        // A step takes less than a 32,768th of what there is, so what is over lasts for this many at least.
        let a_step = (product >> STEPS) + 1;
        let lasts = ((rounded - (left << shift)) >> a_step.ilog2() >> 1).min(1 << 20);
        let until = ((steps + lasts + 1) * self.every + (1 << STEPS) - 1) >> STEPS;
        (left, until)
    }

    /// A number below 2⁶³ divided by `every`.
    #[cfg(feature = "document")]
    fn parts(self, number: u64) -> u64 {
        // The inverse is too small by less than 2, so this falls short by 1 at most.
        let short = (u128::from(number) * u128::from(self.inverse)) >> 64;
        let short = short as u64;
        short + u64::from(number - short * self.every >= self.every)
    }

    #[cfg(not(feature = "document"))]
    fn parts(self, number: u64) -> u64 {
        number / self.every
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
