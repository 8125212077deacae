//! Whole numbers as IEEE 754 binary64, which is what JavaScript's numbers are, by their bits: nothing is computed with them.

/// Bits of the mantissa that are written.
const WIDTH: i32 = 52;
const MANTISSA: u64 = (1 << WIDTH) - 1;
/// What is added to exponents.
const BIAS: i32 = 1023;

/// The whole number that is written; one that is too large becomes the largest. `None` for fractions and for what is no number.
#[inline]
pub(crate) fn read(bits: u64) -> Option<i64> {
    let written = (bits >> WIDTH) as i32 & 0x7ff;
    if written == 0x7ff {
        return None;
    }
    let one = u64::from(written != 0) << WIDTH;
    let mantissa = bits & MANTISSA | one;
    let size = match written - BIAS - WIDTH {
        _ if mantissa == 0 => 0,
        left @ 0..=10 => mantissa << left,
        11.. => i64::MAX as u64,
        right @ -52..0 => {
            let right = right.unsigned_abs();
            let size = mantissa >> right;
            if size << right != mantissa {
                return None;
            }
            size
        }
        _ => return None,
    };
    let size = size as i64;
    Some(if bits >> 63 == 0 { size } else { -size })
}

/// The bits of a whole number. Beyond 2⁵³ the last digits are left out.
#[inline]
pub(crate) fn write(number: i64) -> u64 {
    let size = number.unsigned_abs();
    let Some(top) = size.checked_ilog2() else {
        return 0;
    };
    let mantissa = match WIDTH as u32 {
        width if top <= width => size << (width - top),
        width => size >> (top - width),
    };
    let written = u64::from(top + BIAS as u32) << WIDTH;
    u64::from(number < 0) << 63 | written | mantissa & MANTISSA
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    /// By hand: sign, 11 bits of exponent and 1023, 52 bits of mantissa without its first one.
    const WHOLE: [(i64, u64); 9] = [
        (0, 0),
        (1, 0x3ff0_0000_0000_0000),
        (-1, 0xbff0_0000_0000_0000),
        (2, 0x4000_0000_0000_0000),
        (3, 0x4008_0000_0000_0000),
        (-10, 0xc024_0000_0000_0000),
        (1_000, 0x408f_4000_0000_0000),
        (1 << 53, 0x4340_0000_0000_0000),
        ((1 << 53) - 1, 0x433f_ffff_ffff_ffff),
    ];

    #[test]
    fn whole_numbers_are_their_bits() {
        for (number, bits) in WHOLE {
            assert_eq!(read(bits), Some(number), "{number}");
            assert_eq!(write(number), bits, "{number}");
        }
        for shift in 0..53 {
            for number in [(1 << shift) + 1, (1 << shift) - 1, -(3 << shift) / 2] {
                assert_eq!(read(write(number)), Some(number), "{number}");
            }
        }
    }

    #[test]
    fn what_is_not_whole_is_none() {
        for bits in [
            0x3fe0_0000_0000_0000, // a half
            0x3fb9_9999_9999_999a, // a tenth
            0xc004_0000_0000_0000, // −2.5
            0x432f_ffff_ffff_ffff, // 2⁵² − ½
            1,                     // the least that is more than nothing
            0x7ff0_0000_0000_0000, // infinite
            0xfff0_0000_0000_0000,
            0x7ff8_0000_0000_0000, // no number
        ] {
            assert_eq!(read(bits), None, "{bits:x}");
        }
    }

    #[test]
    fn what_is_too_large_is_the_largest() {
        assert_eq!(read(0x43d0_0000_0000_0000), Some(1 << 62));
        assert_eq!(read(0x43e0_0000_0000_0000), Some(i64::MAX));
        assert_eq!(read(0x7fef_ffff_ffff_ffff), Some(i64::MAX));
        assert_eq!(read(0xffef_ffff_ffff_ffff), Some(-i64::MAX));
        assert_eq!(read(0x8000_0000_0000_0000), Some(0));
    }
}
