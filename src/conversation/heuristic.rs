//! A good question where the best one takes too long to find.

use super::model::{Look, OPEN, bits};
use super::plan::{Branch, NONE, Search, Spent, UNIT, UNIT_BITS, Worth, mean, set};
use alloc::{boxed::Box, collections::BTreeMap};

/// A question and what is to be expected of it.
pub(super) struct Guess {
    pub worth: Worth,
    /// In expectation it costs no less.
    pub bound: u64,
}

/// How many questions are tried at each depth; the first depth tries all.
const WIDTH: usize = 4;

struct Deeper {
    known: BTreeMap<(Box<[u32]>, u32), u64>,
    cut: bool,
}

/// Picks the question with the least estimated cost: looks ahead as far as the steps allow.
pub(super) fn estimate(
    search: &mut Search<'_>,
    answers: &mut [u16],
    look: Look,
    key: &[u32],
) -> Option<Guess> {
    let mut best: Option<(u64, u8)> = None;
    let mut depth = 1;
    while depth <= look.relevant.count_ones() {
        let mut deeper = Deeper {
            known: BTreeMap::new(),
            cut: false,
        };
        match deeper.root(search, answers, look, depth) {
            Ok(found) => best = Some(found),
            Err(Spent) => break,
        }
        if !deeper.cut {
            break;
        }
        depth += 1;
    }
    let _ = key;
    let (cost, first) = best.unwrap_or_else(|| {
        let cheapest = bits(look.relevant).min_by_key(|question| (search.cost(*question), *question));
        (rough(search, look), cheapest.unwrap_or(NONE))
    });
    Some(Guess {
        worth: Worth {
            cost,
            count: u64::from(look.relevant.count_ones()) * UNIT,
            most: look.relevant.count_ones(),
            first,
            routes: look.routes,
        },
        bound: search.least(look),
    })
}

/// A rough estimate of what a state costs: a part of what all its questions cost.
fn rough(search: &Search<'_>, look: Look) -> u64 {
    if look.is_closed() {
        return 0;
    }
    let mut all = 0u64;
    let mut least = u64::MAX;
    for question in bits(look.relevant) {
        let cost = search.cost(question);
        all += cost;
        least = least.min(cost);
    }
    least.max((all >> UNIT_BITS) * PART / 1_000 * UNIT)
}

/// In thousandths.
const PART: u64 = 550;

impl Deeper {
    fn root(
        &mut self,
        search: &mut Search<'_>,
        answers: &mut [u16],
        look: Look,
        depth: u32,
    ) -> Result<(u64, u8), Spent> {
        let mut best = (u64::MAX, NONE);
        for branch in self.branches(search, answers, look)? {
            let cost = self.follow(search, answers, &branch, depth)?;
            best = best.min((cost, branch.question));
        }
        Ok(best)
    }

    fn branches(
        &self,
        search: &mut Search<'_>,
        answers: &mut [u16],
        look: Look,
    ) -> Result<alloc::vec::Vec<Branch>, Spent> {
        let mut branches = search.branches(answers, look.relevant)?;
        for branch in &mut branches {
            let total = search.total(branch.question);
            let rest = branch.next.iter().map(|next| (next.weight, rough(search, next.look)));
            branch.bound = search.cost(branch.question) + mean(rest, total);
        }
        branches.sort_by_key(|branch| (branch.bound, branch.question));
        Ok(branches)
    }

    fn follow(
        &mut self,
        search: &mut Search<'_>,
        answers: &mut [u16],
        branch: &Branch,
        depth: u32,
    ) -> Result<u64, Spent> {
        let mut worths = alloc::vec::Vec::new();
        for (class, next) in (0u16..).zip(&branch.next) {
            set(answers, branch.question, class);
            let worth = self.value(search, answers, next.look, &next.key, depth - 1);
            set(answers, branch.question, OPEN);
            worths.push((next.weight, worth?));
        }
        let total = search.total(branch.question);
        Ok(search.cost(branch.question) + mean(worths.iter().copied(), total))
    }

    fn value(
        &mut self,
        search: &mut Search<'_>,
        answers: &mut [u16],
        look: Look,
        key: &[u32],
        depth: u32,
    ) -> Result<u64, Spent> {
        if look.is_closed() {
            return Ok(0);
        }
        if depth == 0 {
            self.cut = true;
            return Ok(rough(search, look));
        }
        let slot = (Box::from(key), depth);
        if let Some(found) = self.known.get(&slot) {
            return Ok(*found);
        }
        let mut best = u64::MAX;
        for branch in self.branches(search, answers, look)?.into_iter().take(WIDTH) {
            best = best.min(self.follow(search, answers, &branch, depth)?);
        }
        self.known.insert(slot, best);
        Ok(best)
    }
}
