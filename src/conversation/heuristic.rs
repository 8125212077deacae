//! A good question where the best one takes too long to find: a fixed order, and then better than that.
//!
//! Of a sample of outcomes it is counted how often an answer alone decides the route. Asking in the order of these counts, and
//! leaving out what no longer matters, is a plan whose cost can be worked out. Then questions are tried first before that
//! plan takes over, one deep, two deep, as far as the steps allow.

use super::model::{Look, OPEN, bits};
use super::plan::{Means, NONE, Search, Spent, UNIT, Worth};
use super::states::{ByState, StateId};
use crate::gather::Gather;
use crate::sort::Arrange;
use alloc::{vec, vec::Vec};

/// A question and what is to be expected of it.
pub(super) struct Guess {
    pub worth: Worth,
    /// Questions in the order in which they are worth asking, and those that were seen to change the route, as bits.
    pub order: Vec<u8>,
    pub change: u64,
}

/// Outcomes that are looked at to find the order.
const SCENARIOS: u32 = 24;
/// Questions that are tried at each depth before all are.
const WIDTH: usize = 3;
/// How often the order is made anew.
const REORDERED: u32 = 3;

/// Picks the question with the least estimated cost.
#[inline(never)]
pub(super) fn estimate(search: &mut Search<'_>, look: Look, id: StateId) -> Option<Guess> {
    let (order, change) = order(search, look).unwrap_or_else(|Spent| (by_cost(search, look), 0));
    let mut ahead = Ahead {
        order,
        fixed: ByState::new(),
        known: Vec::new(),
    };
    let first = ahead.next(look.relevant);
    // No plan costs more than asking everything.
    let all = bits(look.relevant).map(|question| search.cost(question));
    let mut best = Worth {
        cost: all.fold(0, u64::saturating_add),
        count: u64::from(look.relevant.count_ones()) * UNIT,
        most: look.relevant.count_ones(),
        first,
        routes: look.routes,
    };
    if let Ok(worth) = ahead.follow_order(search, look, id) {
        best = worth;
    }
    let better = |worth: &Worth, best: &Worth| (worth.cost, worth.first) < (best.cost, best.first);
    for _ in 0..REORDERED {
        let Ok(worth) = ahead.reorder(search) else {
            break;
        };
        let cheaper = worth.cost < best.cost;
        if better(&worth, &best) {
            best = worth;
        }
        if !cheaper {
            break;
        }
    }
    let most = look.relevant.count_ones();
    let plans = (2..=most).flat_map(|depth| [(depth, WIDTH), (depth, usize::MAX)]);
    for (depth, width) in plans {
        ahead.known.iter_mut().for_each(ByState::clear);
        match ahead.ahead(search, look, id, depth, width) {
            Ok(worth) if better(&worth, &best) => best = worth,
            Ok(_) => {}
            Err(Spent) => break,
        }
    }
    (best.first != NONE).then_some(Guess {
        worth: best,
        order: ahead.order,
        change,
    })
}

fn by_cost(search: &Search<'_>, look: Look) -> Vec<u8> {
    let mut order: Vec<u8> = bits(look.relevant).gather();
    order.arrange_by_key(|question| (search.cost(*question), *question));
    order
}

/// The questions in the order of how often an answer alone decides the route, for what it costs.
fn order(search: &mut Search<'_>, look: Look) -> Result<(Vec<u8>, u64), Spent> {
    let sampled = sample(search, look);
    for question in bits(look.relevant) {
        search.set(question, OPEN);
    }
    sampled
}

#[inline(never)]
fn sample(search: &mut Search<'_>, look: Look) -> Result<(Vec<u8>, u64), Spent> {
    let questions: Vec<u8> = bits(look.relevant).gather();
    let mut outcome = vec![OPEN; questions.len()];
    let mut weights = vec![0u128; questions.len()];
    let mut change = 0u64;
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..SCENARIOS {
        for (question, class) in questions.iter().zip(&mut outcome) {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *class = draw(search, *question, random >> 33);
            search.set(*question, *class);
        }
        let (here, _) = search.look()?;
        let drawn = questions.iter().zip(&outcome);
        for ((question, was), weight) in drawn.zip(&mut weights) {
            let choice = search.model.choices.get(usize::from(*question));
            let given = choice.map_or(&[][..], |choice| &choice.weights);
            let mut changes = 0;
            for (class, share) in (0u16..).zip(given) {
                if class != *was {
                    search.set(*question, class);
                    if search.look()?.0.routes != here.routes {
                        changes += smooth(share, search.total(*question), given.len());
                        change |= 1 << (question & 63);
                    }
                }
            }
            search.set(*question, *was);
            let whole =
                smooth(&search.total(*question), search.total(*question), 1) * given.len() as u64;
            *weight += (u128::from(changes) << 40) / u128::from(whole.max(1));
        }
    }
    let mut order: Vec<(u128, u8)> = weights
        .iter()
        .zip(&questions)
        .map(|(weight, question)| {
            let cost = u128::from(search.cost(*question).max(1));
            ((weight << 40) / cost, *question)
        })
        .gather();
    order.arrange_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let order = order.into_iter().map(|(_, question)| question);
    Ok((order.gather(), change))
}

/// A share halfway to that of equal parts, since what hardly ever happens must be ruled out too.
fn smooth(share: &u64, total: u64, classes: usize) -> u64 {
    share * classes as u64 + total
}

/// A class of answers by its smoothed share.
fn draw(search: &Search<'_>, question: u8, random: u64) -> u16 {
    let choice = search.model.choices.get(usize::from(question));
    let weights = choice.map_or(&[][..], |choice| &choice.weights);
    let total = search.total(question);
    let mut left = random % (2 * total * weights.len() as u64).max(1);
    for (class, weight) in (0u16..).zip(weights) {
        match left.checked_sub(smooth(weight, total, weights.len())) {
            Some(rest) => left = rest,
            None => return class,
        }
    }
    0
}

struct Ahead {
    order: Vec<u8>,
    /// By state, what it costs to go on in the order.
    fixed: ByState<Worth>,
    /// By depth and state, what it costs to try some questions first.
    known: Vec<ByState<Worth>>,
}

impl Ahead {
    /// The first in the order that matters.
    fn next(&self, relevant: u64) -> u8 {
        let matters = |question: &&u8| relevant >> (**question & 63) & 1 == 1;
        self.order.iter().find(matters).copied().unwrap_or(NONE)
    }

    fn follow_order(
        &mut self,
        search: &mut Search<'_>,
        look: Look,
        id: StateId,
    ) -> Result<Worth, Spent> {
        if look.is_closed() {
            return Ok(Worth::closed(look.routes));
        }
        if let Some(found) = self.fixed.get(id) {
            return Ok(found);
        }
        let question = self.next(look.relevant);
        let worth = self.ask(search, question, 0, 0)?;
        self.fixed.put(id, worth);
        Ok(worth)
    }

    /// Tries each question first, and makes a new order of what comes out. Gives the best.
    #[inline(never)]
    fn reorder(&mut self, search: &mut Search<'_>) -> Result<Worth, Spent> {
        let mut found: Vec<Worth> = Vec::new();
        for question in self.order.clone() {
            found.push(self.ask(search, question, 0, 0)?);
        }
        found.arrange_by_key(|worth| (worth.cost, worth.first));
        if found.iter().all(|worth| worth.first != NONE) {
            self.order = found.iter().map(|worth| worth.first).gather();
            self.fixed.clear();
        }
        found.first().copied().ok_or(Spent)
    }

    /// What it costs to try some questions first, and follow the order after so many.
    fn ahead(
        &mut self,
        search: &mut Search<'_>,
        look: Look,
        id: StateId,
        depth: u32,
        width: usize,
    ) -> Result<Worth, Spent> {
        if depth == 0 || look.is_closed() {
            return self.follow_order(search, look, id);
        }
        let known = self.known.get(depth as usize);
        if let Some(found) = known.and_then(|known| known.get(id)) {
            return Ok(found);
        }
        let matters = |question: &u8| look.relevant >> (*question & 63) & 1 == 1;
        let mut best: Option<Worth> = None;
        let mut left = width;
        for place in 0..self.order.len() {
            let Some(question) = self.order.get(place).copied().filter(matters) else {
                continue;
            };
            let Some(fewer) = left.checked_sub(1) else {
                break;
            };
            left = fewer;
            let worth = self.ask(search, question, depth - 1, width)?;
            if best.is_none_or(|best| (worth.cost, worth.first) < (best.cost, best.first)) {
                best = Some(worth);
            }
        }
        let best = best.unwrap_or(Worth::closed(look.routes));
        let depth = depth as usize;
        if self.known.len() <= depth {
            self.known.resize_with(depth + 1, ByState::new);
        }
        if let Some(known) = self.known.get_mut(depth) {
            known.put(id, best);
        }
        Ok(best)
    }

    /// What it costs to ask this first, then to try some questions, and follow the order after so many.
    fn ask(
        &mut self,
        search: &mut Search<'_>,
        question: u8,
        depth: u32,
        width: usize,
    ) -> Result<Worth, Spent> {
        let mut means = Means::default();
        for class in 0..search.classes(question) {
            search.set(question, class);
            let worth = match search.look() {
                Ok((look, id)) => self.ahead(search, look, id, depth, width),
                Err(Spent) => Err(Spent),
            };
            search.set(question, OPEN);
            means.add(search.weight(question, class), &worth?);
        }
        Ok(search.after(question, means))
    }
}
