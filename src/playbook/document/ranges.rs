//! Ranges: `from`, `to`, `above`, `below`.

use super::amounts::{Count, Duration, Points};
use super::form::form;
use super::read::{Form, Place, Reader, Spot};
use super::schema::Definitions;
use crate::limits;
use crate::time::DAY_MS;
use crate::tree::Node;
use alloc::format;

/// The ends of a range in units, open where not given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

/// The values of which a range takes some: from `least` to `most` in steps.
#[derive(Clone, Copy)]
pub(crate) struct Domain {
    step: i64,
    least: i64,
    most: i64,
}

impl Domain {
    pub(crate) const NUMBERS: Self = Self {
        step: 1,
        least: -limits::NUMBER_MICRO,
        most: limits::NUMBER_MICRO,
    };
    /// The days of the years 1 to 9999.
    pub(crate) const DAYS: Self = Self {
        step: DAY_MS,
        least: -62_135_596_800_000,
        most: 253_402_214_400_000,
    };
    const POINTS: Self = Self {
        step: 1,
        least: i64::MIN,
        most: i64::MAX,
    };
    /// Counts and durations.
    const FROM_ZERO: Self = Self {
        step: 1,
        least: 0,
        most: i64::MAX,
    };

    /// Makes `above` and `below` into `from` and `to`.
    pub(crate) fn after(self, above: Option<i64>) -> Option<i64> {
        above.map(|above| above.saturating_add(self.step))
    }

    pub(crate) fn before(self, below: Option<i64>) -> Option<i64> {
        below.map(|below| below.saturating_sub(self.step))
    }

    /// Reports what is wrong with the ends `from`, `to`, `above`, `below` of a range.
    pub(crate) fn ends(
        self,
        reader: &mut Reader<'_>,
        place: Place,
        [from, to, above, below]: [Option<i64>; 4],
    ) -> Ends {
        for (one, other, names) in [
            (from, above, "`from` and `above`"),
            (to, below, "`to` and `below`"),
        ] {
            if one.is_some() && other.is_some() {
                let message = format!("{names} exclude each other");
                reader.advise(place, "conflict", message, "keep one of the two");
            }
        }
        let ends = Ends {
            from: from.or(self.after(above)),
            to: to.or(self.before(below)),
        };
        let low = ends.from.unwrap_or(self.least).max(self.least);
        let high = ends.to.unwrap_or(self.most).min(self.most);
        if low > high {
            reader.report(place, "empty_range", "nothing lies in this range");
        }
        ends
    }
}

macro_rules! range {
    ($(#[doc = $about:literal])+ $name:ident $fields:ident $value:ty, $domain:expr) => {
        form! {
            $(#[doc = $about])+
            $fields {
                /// At least.
                optional "from" => from: $value,
                /// At most.
                optional "to" => to: $value,
                /// More than.
                optional "above" => above: $value,
                /// Less than.
                optional "below" => below: $value,
            }
        }

        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name(pub(crate) Ends);

        impl Form for $name {
            fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
                if reader.object(spot)?.is_empty() {
                    reader.report(
                        spot.place,
                        "empty",
                        "a range needs one of `from`, `to`, `above`, `below`",
                    );
                    return None;
                }
                let fields = $fields::read(spot, reader)?;
                let given = [fields.from, fields.to, fields.above, fields.below];
                let given = given.map(|end| end.map(|end| end.0));
                Some(Self($domain.ends(reader, spot.place, given)))
            }

            fn schema(definitions: &mut Definitions) -> Node {
                $fields::schema(definitions)
            }
        }
    };
}

range! {
    /// A range of points.
    PointsRange PointsEnds Points, Domain::POINTS
}

range! {
    /// A range of whole numbers.
    CountingRange CountingEnds Count, Domain::FROM_ZERO
}

range! {
    /// A range of durations.
    DurationRange DurationEnds Duration, Domain::FROM_ZERO
}
