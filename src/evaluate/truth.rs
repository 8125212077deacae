//! Three-valued truth, and what range of it a condition can take.

/// Where a truth lies in the order false, unknown, true: from `least` to `greatest` over all that is looked at together,
/// a stretch of time or the completions of open attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub least: u8,
    pub greatest: u8,
}

impl Span {
    pub const FALSE: Self = Self::exactly(0);
    pub const UNKNOWN: Self = Self::exactly(1);
    pub const TRUE: Self = Self::exactly(2);
    pub const EITHER: Self = Self {
        least: 0,
        greatest: 2,
    };

    const fn exactly(truth: u8) -> Self {
        Self {
            least: truth,
            greatest: truth,
        }
    }

    pub fn of(holds: bool) -> Self {
        if holds { Self::TRUE } else { Self::FALSE }
    }

    /// What certainly holds and what possibly holds.
    pub fn between(certain: bool, possible: bool) -> Self {
        Self {
            least: if certain { 2 } else { 0 },
            greatest: if possible { 2 } else { 0 },
        }
    }

    /// Met, whichever way it comes out.
    pub fn is_met(self) -> bool {
        self.least == 2
    }

    /// Met in some way that it may come out.
    pub fn may_be_met(self) -> bool {
        self.greatest == 2
    }

    pub fn not(self) -> Self {
        Self {
            least: 2 - self.greatest,
            greatest: 2 - self.least,
        }
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.min(other.greatest),
        }
    }

    pub fn or(self, other: Self) -> Self {
        Self {
            least: self.least.max(other.least),
            greatest: self.greatest.max(other.greatest),
        }
    }

    /// Either of two that may both be the case.
    pub fn join(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
        }
    }

    /// Whether it stays unmet: the answer “not met” as a truth.
    pub fn unmet(self) -> Self {
        Self::between(self.greatest < 2, self.least < 2)
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

/// The k-th greatest of several truths.
#[derive(Default)]
pub(crate) struct Tally {
    least: [u32; 2],
    greatest: [u32; 2],
}

impl Tally {
    pub fn add(&mut self, span: Span) {
        self.least[0] += u32::from(span.least >= 1);
        self.least[1] += u32::from(span.least == 2);
        self.greatest[0] += u32::from(span.greatest >= 1);
        self.greatest[1] += u32::from(span.greatest == 2);
    }

    pub fn at_least(&self, count: u32) -> Span {
        let kth = |reached: [u32; 2]| u8::from(reached[0] >= count) + u8::from(reached[1] >= count);
        Span {
            least: kth(self.least),
            greatest: kth(self.greatest),
        }
    }

    /// Whether the number of those that hold lies in a range, unknown ones counting either way.
    pub fn between(&self, from: u32, to: u32) -> Span {
        let [most_at_worst, least_at_worst] = self.least;
        let [most_at_best, least_at_best] = self.greatest;
        // At every moment the number lies from (true) to (true or unknown).
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
