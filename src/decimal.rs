//! Decimal texts to whole numbers of a small unit, and back. No floating point.

use alloc::string::String;

/// Decimals of a number (millionths).
pub const NUMBER_PLACES: u32 = 6;
/// Decimals of points (thousandths).
pub const POINTS_PLACES: u32 = 3;

/// A decimal text in units of `10^-places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The value, rounded half away from zero.
    pub units: i64,
    /// Whether nothing was rounded off.
    pub exact: bool,
}

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not of the form `-12.5e3`.
    Syntax,
    /// Too large for 63 bits in this unit.
    Range,
}

/// Reads a JSON number in units of `10^-places`.
///
/// # Errors
/// `Syntax` for what JSON would not take as a number, `Range` for a value beyond 63 bits.
pub fn parse(text: &str, places: u32) -> Result<Decimal, DecimalError> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Syntax),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero {
        return Err(DecimalError::Syntax);
    }
    // Digits before this place are kept, the one at it decides the rounding.
    let keep = (whole.len() as i64)
        .saturating_add(exponent)
        .saturating_add(i64::from(places));
    let mut units: u64 = 0;
    let mut exact = true;
    let mut read: i64 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            _ => return Err(DecimalError::Syntax),
        };
        if read < keep {
            units = units
                .checked_mul(10)
                .and_then(|u| u.checked_add(u64::from(digit)))
                .ok_or(DecimalError::Range)?;
        } else {
            if read == keep && digit >= 5 {
                units = units.checked_add(1).ok_or(DecimalError::Range)?;
            }
            exact &= digit == 0;
        }
        read = read.saturating_add(1);
    }
    while read < keep && units != 0 {
        units = units.checked_mul(10).ok_or(DecimalError::Range)?;
        read = read.saturating_add(1);
    }
    let units = i64::try_from(units).map_err(|_| DecimalError::Range)?;
    Ok(Decimal {
        units: if negative {
            units.saturating_neg()
        } else {
            units
        },
        exact,
    })
}

fn parse_exponent(text: &str) -> Result<i64, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(DecimalError::Syntax);
    }
    let mut value: i64 = 0;
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value
                    .saturating_mul(10)
                    .saturating_add(i64::from(byte - b'0'))
                    .min(1_000_000_000);
            }
            _ => return Err(DecimalError::Syntax),
        }
    }
    Ok(if negative {
        value.saturating_neg()
    } else {
        value
    })
}

/// Writes a value in units of `10^-places` as a decimal without trailing zeros.
pub fn write(out: &mut String, units: i64, places: u32) {
    if units < 0 {
        out.push('-');
    }
    let scale = 10u64.pow(places);
    let magnitude = units.unsigned_abs();
    write_digits(out, magnitude / scale, 1);
    let mut fraction = magnitude % scale;
    if fraction == 0 {
        return;
    }
    let mut width = places as usize;
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        width = width.saturating_sub(1);
    }
    out.push('.');
    write_digits(out, fraction, width);
}

/// Writes a whole number with at least so many digits.
pub fn write_digits(out: &mut String, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut used = 0;
    for slot in digits.iter_mut().rev() {
        if value == 0 && used >= width {
            break;
        }
        *slot = b'0' + (value % 10) as u8;
        value /= 10;
        used += 1;
    }
    for digit in digits.iter().skip(digits.len() - used) {
        out.push(char::from(*digit));
    }
}

/// Writes a signed whole number.
pub fn write_integer(out: &mut String, value: i64) {
    write(out, value, 0);
}
