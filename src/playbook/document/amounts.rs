//! Numbers, points, durations.

use super::read::{Form, Reader, Spot, short};
use super::schema::{self, Definitions};
use crate::decimal::{self, Decimal, DecimalError, NUMBER_PLACES, POINTS_PLACES};
use crate::limits;
use crate::playbook::{Micro, Milli, Millis};
use crate::time::parse_duration;
use crate::tree::{Content, Node};
use alloc::format;

/// Reads a number; `None` and a problem where it is none, or beyond 63 bits.
fn decimal<'t>(spot: Spot<'t>, reader: &mut Reader<'t>, places: u32) -> Option<Decimal> {
    let Content::Number(text) = &spot.node.content else {
        reader.wrong_type(spot, "a number");
        return None;
    };
    match decimal::parse(text, places) {
        Ok(decimal) => Some(decimal),
        Err(DecimalError::Range) => {
            reader.report(
                spot.place,
                "out_of_range",
                format!("`{}` is too large", short(text)),
            );
            None
        }
        Err(DecimalError::Syntax) => {
            reader.wrong_type(spot, "a number");
            None
        }
    }
}

/// Reads a whole number between bounds.
pub(crate) fn whole<'t>(
    spot: Spot<'t>,
    reader: &mut Reader<'t>,
    least: i64,
    most: i64,
) -> Option<i64> {
    let decimal = decimal(spot, reader, 0)?;
    if !decimal.exact {
        reader.wrong_type(spot, "a whole number");
        return None;
    }
    if !(least..=most).contains(&decimal.units) {
        let message = format!("`{}` is not between {least} and {most}", decimal.units);
        reader.report(spot.place, "out_of_range", message);
        return None;
    }
    Some(decimal.units)
}

/// A whole number between bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole<const LEAST: i64, const MOST: i64>(pub(crate) i64);

impl<const LEAST: i64, const MOST: i64> Form for Whole<LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        whole(spot, reader, LEAST, MOST).map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::whole_between(LEAST, MOST)
    }
}

/// How often something happened, as a bound.
pub(crate) type Count = Whole<0, { limits::COUNT as i64 }>;

/// Points in thousandths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Points(pub(crate) Milli);

impl Form for Points {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let decimal = decimal(spot, reader, POINTS_PLACES)?;
        if decimal.units.unsigned_abs() > limits::POINTS_MILLI.unsigned_abs() {
            reader.report(
                spot.place,
                "out_of_range",
                "points are between -1000000 and 1000000",
            );
            return None;
        }
        if !decimal.exact {
            reader.report(spot.place, "too_precise", "points have at most 3 decimals");
            return None;
        }
        Some(Self(decimal.units))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number_between(-limits::POINTS_MILLI / 1_000, limits::POINTS_MILLI / 1_000)
    }
}

/// A number in millionths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) Micro);

/// Reads a number, rounded to millionths.
pub(crate) fn micro<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Micro> {
    let units = decimal(spot, reader, NUMBER_PLACES)?.units;
    if units.unsigned_abs() > limits::NUMBER_MICRO.unsigned_abs() {
        reader.report(
            spot.place,
            "out_of_range",
            "numbers are between -9000000000000 and 9000000000000",
        );
        return None;
    }
    Some(units)
}

impl Form for Number {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        micro(spot, reader).map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number()
    }
}

/// A number from 0 to `MOST` in units of its `PLACES` decimals.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "conversation"), expect(dead_code))]
pub(crate) struct Fraction<const PLACES: u32, const MOST: i64>(pub(crate) i64);

impl<const PLACES: u32, const MOST: i64> Form for Fraction<PLACES, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let decimal = decimal(spot, reader, PLACES)?;
        let most = 10i64.saturating_pow(PLACES).saturating_mul(MOST);
        if !(0..=most).contains(&decimal.units) {
            reader.report(
                spot.place,
                "out_of_range",
                format!("it must be between 0 and {MOST}"),
            );
        } else if !decimal.exact {
            reader.report(
                spot.place,
                "too_precise",
                format!("it has at most {PLACES} decimals"),
            );
        }
        Some(Self(decimal.units))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number_between(0, MOST)
    }
}

/// A duration in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duration(pub(crate) Millis);

pub(crate) const DURATION_HELP: &str = "a duration is a whole number and `ms`, `s`, `m`, `h`, `d` or `w`, as in `30d`; at most 36500 days";

impl Form for Duration {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a duration")?;
        let duration = parse_duration(text);
        if duration.is_none() {
            let message = format!("`{}` is not a duration", short(text));
            reader.advise(spot.place, "bad_duration", message, DURATION_HELP);
        }
        duration.map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern("^[0-9]{1,13}(ms|s|m|h|d|w)$")
    }
}
