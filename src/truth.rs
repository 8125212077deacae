//! Three-valued truth, and what range of it a condition can take.

/// Where a truth lies in the order false, unknown, true: from the least to the greatest over all that is looked at together,
/// the completions of open attributes or several numbers of imagined events.
///
/// Four bits: the least is at least unknown, the least is true, the greatest is at least unknown, the greatest is true.
/// So the lesser and the greater of two spans are one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span(u8);

const LEAST: u8 = 0b0011;
const LEAST_TRUE: u8 = 0b0010;
const GREATEST: u8 = 0b1100;
const GREATEST_TRUE: u8 = 0b1000;
const UNKNOWN: u8 = 0b0101;

impl Span {
    pub const FALSE: Self = Self(0);
    pub const UNKNOWN: Self = Self(UNKNOWN);
    pub const TRUE: Self = Self(LEAST | GREATEST);
    pub const EITHER: Self = Self(GREATEST);
    /// Has not been found yet; no truth is true without being at least unknown.
    pub const ABSENT: Self = Self(LEAST_TRUE);

    pub fn of(holds: bool) -> Self {
        if holds { Self::TRUE } else { Self::FALSE }
    }

    /// What certainly holds and what possibly holds.
    pub fn between(certain: bool, possible: bool) -> Self {
        Self((LEAST * u8::from(certain)) | (GREATEST * u8::from(possible)))
    }

    /// From one truth to another, each 0, 1 or 2.
    pub fn from_to(least: u8, greatest: u8) -> Self {
        // One bit for each step.
        let steps = |truth: u8| (1 << truth) - 1;
        Self(steps(least) | steps(greatest) << 2)
    }

    /// The least truth: 0, 1 or 2.
    pub fn least(self) -> u8 {
        (self.0 & LEAST).count_ones() as u8
    }

    /// The greatest truth: 0, 1 or 2.
    pub fn greatest(self) -> u8 {
        (self.0 & GREATEST).count_ones() as u8
    }

    /// Met, whichever way it comes out.
    pub fn is_met(self) -> bool {
        self.0 & LEAST_TRUE != 0
    }

    /// Met in some way that it may come out.
    pub fn may_be_met(self) -> bool {
        self.0 & GREATEST_TRUE != 0
    }

    pub fn not(self) -> Self {
        // The lowest bit of the one becomes the highest of the other, the other way round.
        Self((!self.0).reverse_bits() >> 4)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Either of two that may both be the case.
    pub fn join(self, other: Self) -> Self {
        Self(self.0 & other.0 & LEAST | (self.0 | other.0) & GREATEST)
    }

    /// Whether it stays unmet: the answer “not met” as a truth.
    pub fn unmet(self) -> Self {
        Self::between(!self.may_be_met(), !self.is_met())
    }

    /// Whether the answer is the same as `met`.
    pub fn same_as(self, met: bool) -> Self {
        if met {
            Self::between(self.is_met(), self.may_be_met())
        } else {
            self.unmet()
        }
    }
}

/// How something comes out on what is known, and over every completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Both(u8);

impl Both {
    pub const ABSENT: Self = Self::of(Span::ABSENT, Span::ABSENT);
    #[cfg(feature = "document")]
    pub const TRUE: Self = Self::of(Span::TRUE, Span::TRUE);
    #[cfg(feature = "document")]
    pub const FALSE: Self = Self::of(Span::FALSE, Span::FALSE);

    pub const fn of(known: Span, completion: Span) -> Self {
        Self(known.0 | completion.0 << 4)
    }

    /// The two in one byte.
    #[cfg(feature = "document")]
    pub fn byte(self) -> u8 {
        self.0
    }

    #[cfg(feature = "document")]
    pub fn of_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// Whether both have been found.
    #[inline]
    pub fn is_found(self) -> bool {
        let absent = self.0 >> 1 & !self.0;
        absent & 0b1_0001 == 0
    }

    /// The lesser of two, in each sense.
    #[cfg(feature = "document")]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The greater of two, in each sense.
    #[cfg(feature = "document")]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[cfg(feature = "document")]
    pub fn not(self) -> Self {
        Self((!self.0).reverse_bits().rotate_left(4))
    }

    pub const fn known(self) -> Span {
        Span(self.0 & 0b1111)
    }

    pub const fn completion(self) -> Span {
        Span(self.0 >> 4)
    }
}

/// Whether the first of several conditions that counts is one of those wanted, given as bits: one that is unknown may or may not
/// count, and then those after it may.
pub(crate) fn first_in(spans: impl Iterator<Item = Span>, wanted: u64) -> Span {
    // What is possible in every case looked at, and what in some.
    let (mut always_reached, mut ever_reached) = (true, true);
    let (mut always_in, mut ever_in, mut always_out, mut ever_out) = (false, false, false, false);
    for (place, span) in spans.enumerate() {
        let always = always_reached && span.least() >= 1;
        let ever = ever_reached && span.greatest() >= 1;
        if wanted & 1 << (place & 63) != 0 {
            always_in |= always;
            ever_in |= ever;
        } else {
            always_out |= always;
            ever_out |= ever;
        }
        always_reached &= !span.may_be_met();
        ever_reached &= !span.is_met();
        if !ever_reached {
            break;
        }
    }
    always_out |= always_reached;
    ever_out |= ever_reached;
    // Something is always possible: where nothing else ever is, it is one of these.
    let least = match (always_in, ever_out) {
        (_, false) => 2,
        (true, true) => 1,
        (false, true) => 0,
    };
    let greatest = match (ever_in, always_out) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    Span::from_to(least, greatest)
}

/// The k-th greatest of several truths.
#[derive(Default)]
pub(crate) struct Tally {
    least: [u32; 2],
    greatest: [u32; 2],
}

impl Tally {
    pub fn add(&mut self, span: Span) {
        self.least[0] += u32::from(span.0 & 1);
        self.least[1] += u32::from(span.0 >> 1 & 1);
        self.greatest[0] += u32::from(span.0 >> 2 & 1);
        self.greatest[1] += u32::from(span.0 >> 3 & 1);
    }

    pub fn at_least(&self, count: u32) -> Span {
        let kth = |reached: [u32; 2]| u8::from(reached[0] >= count) + u8::from(reached[1] >= count);
        Span::from_to(kth(self.least), kth(self.greatest))
    }

    /// Whether the number of those that hold lies in a range, unknown ones counting either way.
    pub fn between(&self, from: u32, to: u32) -> Span {
        let [most_at_worst, least_at_worst] = self.least;
        let [most_at_best, least_at_best] = self.greatest;
        // In every case the number lies from (true) to (true or unknown).
        let certain = from <= least_at_worst && most_at_best <= to;
        let impossible = most_at_best < from || to < least_at_worst;
        if certain {
            Span::TRUE
        } else if impossible {
            Span::FALSE
        } else if least_at_worst == least_at_best && most_at_worst == most_at_best {
            Span::UNKNOWN
        } else {
            Span::EITHER
        }
    }
}
