//! Powers of two as whole numbers.

/// `2³¹·2^(−j/32)`, `2³¹·2^(−j/1024)`, `2³¹·2^(−j/32768)`, rounded to nearest.
pub(super) const COARSE: [u32; 32] = [
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
pub(super) const MIDDLE: [u32; 32] = [
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
pub(super) const FINE: [u32; 32] = [
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
pub(super) const ONE: u64 = 1 << 31;

/// The product of two factors.
pub(super) const fn times(x: u64, y: u64) -> u64 {
    (x * y + ONE / 2) / ONE
}

pub(super) fn entry(table: &[u32; 32], at: u64) -> u64 {
    u64::from(table.get(at as usize % 32).copied().unwrap_or(0))
}

/// What is left of one after so many 1,024ths of a half-life, below 1,024.
#[cfg(all(feature = "quick", not(feature = "full")))]
#[inline(always)]
pub(super) fn upper(part: u64) -> u64 {
    let table = UPPER.get(part as usize / 32 % 32);
    table.map_or(0, |table| entry(table, part))
}

#[cfg(not(all(feature = "quick", not(feature = "full"))))]
pub(super) fn upper(part: u64) -> u64 {
    times(entry(&COARSE, part / 32), entry(&MIDDLE, part))
}
