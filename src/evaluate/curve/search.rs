//! The search along a curve for the instant at which a score leaves a range.

use super::{Bounds, Curve};
use crate::evaluate::eval::Eval;
use crate::playbook::{Millis, row, steps_to};
use crate::sort::Arrange;

/// A score that gets less, between an instant at which it lies in a range and one at which it does not.
pub(super) struct Search<'c, 'e, 'p, 's> {
    curve: &'c mut Curve,
    eval: &'e Eval<'p, 's>,
    caps: Bounds,
    range: Bounds,
    /// The ends, and how far inside the range it lies there.
    last: Millis,
    above: i64,
    not: Millis,
    below: i64,
}

impl<'c, 'e, 'p, 's> Search<'c, 'e, 'p, 's> {
    /// From the instant that is looked at on, as far as is asked for. INVARIANT: the curve is drawn for the score.
    pub fn new(curve: &'c mut Curve, eval: &'e Eval<'p, 's>, score: u16, range: Bounds) -> Self {
        let &[_, _, _, at_least, at_most, ..] = row(&eval.playbook.scores, i64::from(score));
        let mut search = Self {
            curve,
            eval,
            caps: (at_least, at_most),
            range,
            last: eval.at,
            above: 0,
            not: eval.until,
            below: 0,
        };
        let Curve {
            lines,
            hits,
            left_lines,
            left_hits,
            ..
        } = &mut *search.curve;
        left_lines.clone_from(lines);
        left_hits.clone_from(hits);
        search.above = search.curve.slack(search.caps, range);
        search.below = search.look(search.not);
        search
    }

    /// How far inside the range it lies at an instant between the ends.
    fn look(&mut self, at: Millis) -> i64 {
        self.curve.look(self.eval, at);
        self.curve.slack(self.caps, self.range)
    }

    /// Makes what was looked at an end; whether it is the later one.
    fn put(&mut self, at: Millis, slack: i64) -> bool {
        match slack < 0 {
            true => (self.not, self.below) = (at, slack),
            false => (self.last, self.above) = (at, slack),
        }
        slack < 0
    }

    fn width(&self) -> Millis {
        self.not - self.last
    }

    /// About how long after what was looked at so much less is left, or before, if all that changes does so by halves.
    fn guess(&self, less: i64) -> Option<Millis> {
        let off = self.range.0 == i64::MIN;
        let (mut all, mut rate) = (0u64, 0u64);
        for line in &self.curve.left_lines {
            let is_whole = line.middle.abs() == line.same + line.left;
            let fades = !line.is_fresh && !line.event.fading.is_flat();
            if line.hits > 0
                && is_whole
                && (line.event.points < 0) == off
                && (fades || !line.by_event)
            {
                let half = line.event.fading.halves_in().filter(|_| line.by_event)?;
                let left = line.left.unsigned_abs();
                all += left;
                rate += (left << 24) / half;
            }
        }
        let (all, less_by) = (all.min(1 << 32), less.unsigned_abs());
        let half = (all << 24).checked_div(rate)?;
        let part = match less > 0 {
            true => (all.checked_sub(less_by)? << 31).checked_div(all)?,
            false => (all << 31).checked_div(all + less_by)?,
        };
        let after = u128::from(steps_to(part)) * u128::from(half) / 32_768;
        Some(after as Millis * less.signum())
    }

    /// Comes near from both ends by the instants at which something is gone at once; what is between them fades.
    fn between_cliffs(&mut self) {
        let mut gone = core::mem::take(&mut self.curve.gone);
        gone.clear();
        let mut hits = self.curve.left_hits.iter();
        for line in &self.curve.left_lines {
            let hits = hits.by_ref().take(line.hits);
            let between = |at: &Millis| self.last < *at && *at < self.not && line.by_event;
            gone.extend(hits.map(|hit| hit.gone).filter(between));
        }
        gone.arrange();
        let (mut from, mut to) = (0, gone.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            let at = gone.get(middle).copied().unwrap_or(self.last);
            let slack = self.look(at);
            match self.put(at, slack) {
                true => to = middle,
                false => from = middle + 1,
            }
        }
        // Whether it was that, or fading before.
        if gone.get(to) == Some(&self.not) && self.width() > 1 {
            let at = self.not - 1;
            let slack = self.look(at);
            self.put(at, slack);
        }
        self.curve.gone = gone;
    }

    /// The last instant up to which it stays in the range, if that is before the end.
    pub fn last(mut self) -> Option<Millis> {
        if self.below >= 0 || self.last >= self.not {
            return None;
        }
        self.between_cliffs();
        if self.width() == 1 {
            self.look(self.not);
            self.curve.narrow(true);
            return Some(self.last);
        }
        let (begin, end) = (self.last, self.not);
        match begin == self.eval.at {
            true => self.curve.look_early(),
            false => self.curve.look(self.eval, begin),
        }
        // What was looked at last, and how far inside it is.
        let (mut looked_at, mut inside) = (begin, self.above);
        // So much farther than guessed, to get to the other side.
        let mut margin = 2;
        let mut stride: Millis = 1 << 30;
        let (mut slow, mut was_late) = (0, None);
        // Only where the ends are near is much the same at both.
        let mut is_narrow = false;
        while self.width() > 1 {
            let width = self.width();
            let is_near = self.not != end && self.last != begin;
            let guess = match is_near || margin > 1 << 12 {
                true => None,
                false => {
                    let farther = if self.not == end { margin } else { -margin };
                    margin *= 4;
                    self.guess(inside.saturating_add(farther))
                }
            };
            let mut at = if let Some(after) = guess {
                (looked_at.saturating_add(after)).clamp(self.last + 1, self.not - 1)
            } else if self.not == end && stride < width / 2 {
                stride *= 2;
                self.last + stride / 2
            } else if slow < 4 {
                // Where a line between the ends says.
                let (above, below) = (i128::from(self.above), i128::from(self.below));
                let part = (2 * above + 1) * i128::from(width) / (2 * (above - below)).max(1);
                self.last + (part as Millis).clamp(1, width - 1)
            } else {
                slow = 0;
                self.last + width / 2
            };
            if !is_narrow && width < 1 << 24 {
                is_narrow = true;
                self.curve.look(self.eval, self.last);
                self.curve.narrow(false);
                self.curve.look(self.eval, self.not);
                self.curve.narrow(true);
            }
            if is_narrow && width < 1 << 20 && self.curve.left_hits.len() <= 6 {
                at = self.curve.next(at);
                if at >= self.not {
                    at = self.curve.next(self.last + 1);
                }
                if at >= self.not {
                    return Some(self.not - 1);
                }
            }
            let slack = self.look(at);
            (looked_at, inside) = (at, slack);
            let is_late = self.put(at, slack);
            // An end that stays for long counts half, so that the line comes to lie beyond it.
            match was_late == Some(is_late) {
                true if is_late => self.above /= 2,
                true => self.below = (self.below - 1) / 2,
                false => {}
            }
            was_late = Some(is_late);
            if is_narrow {
                self.curve.narrow(is_late);
            }
            slow = if self.width() > width / 2 {
                slow + 1
            } else {
                0
            };
        }
        Some(self.last)
    }
}
