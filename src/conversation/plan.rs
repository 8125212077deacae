//! The least expected cost, exactly: dynamic programming over the states that can be reached.

mod witness;

use super::model::{Look, Model, OPEN, Room, bits, several};
use super::seen::Seen;
use super::states::{ByState, CLOSED, StateId, States};
use crate::sort::Arrange;
use alloc::vec::Vec;

/// Costs and counts of questions are kept in units of 2⁻²⁰.
pub(super) const UNIT_BITS: u32 = 20;
pub(super) const UNIT: u64 = 1 << UNIT_BITS;
/// A look at a model of more parts than this takes more than one step.
const PARTS_A_STEP: usize = 512;
/// No question.
pub(super) const NONE: u8 = u8::MAX;

/// What is to be expected from a state on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Worth {
    /// The expected cost, in thousandths and units.
    pub cost: u64,
    /// The expected number of questions, in units.
    pub count: u64,
    /// The greatest number of questions.
    pub most: u32,
    /// What to ask first; `NONE` where nothing can change the route.
    pub first: u8,
    /// The routes that do come out, as bits.
    pub routes: u128,
}

impl Worth {
    pub fn closed(routes: u128) -> Self {
        Self {
            cost: 0,
            count: 0,
            most: 0,
            first: NONE,
            routes,
        }
    }
}

/// A state that an answer leads to.
pub(super) struct Next {
    pub look: Look,
    pub id: StateId,
    pub weight: u64,
}

/// The states that the answers to one question lead to.
pub(super) struct Branch {
    pub question: u8,
    pub next: Vec<Next>,
    /// It costs no less than this, in expectation.
    pub bound: u64,
}

/// Looks at states of a model and counts how often.
pub(super) struct Search<'m> {
    pub model: &'m Model,
    pub room: Room,
    pub steps: u32,
    /// Steps that a look takes.
    price: u32,
    seen: Seen,
    states: States,
    solved: ByState<Worth>,
    /// States of which it has been seen that they lead to different routes.
    open: ByState<()>,
}

/// The steps are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent;

impl<'m> Search<'m> {
    pub fn new(model: &'m Model, steps: u32) -> Self {
        Self {
            model,
            room: Room::new(model),
            steps,
            price: 1 + u32::try_from(model.size() / PARTS_A_STEP).unwrap_or(u32::MAX - 1),
            seen: Seen::new(),
            states: States::new(),
            solved: ByState::new(),
            open: ByState::new(),
        }
    }

    /// Goes on to the state with another class of answers to a question.
    pub fn set(&mut self, question: u8, class: u16) {
        self.room.set(question, class);
    }

    /// Looks at the state; one step, and one more for every 512 parts of the model.
    pub fn look(&mut self) -> Result<(Look, StateId), Spent> {
        self.steps = self.steps.checked_sub(self.price).ok_or(Spent)?;
        Ok(self.look_freely())
    }

    /// The same, not counted.
    pub fn look_freely(&mut self) -> (Look, StateId) {
        let packs = !self.room.packed.is_empty();
        if packs && let Some(seen) = self.seen.find(&self.room.packed) {
            return seen;
        }
        let look = self.model.look(&mut self.room);
        let id = match look.is_closed() {
            true => CLOSED,
            false => self.states.number(&self.room.key),
        };
        if packs {
            self.seen.note(look, id);
        }
        (look, id)
    }

    /// The least that going on from a state costs: one question, the cheapest.
    pub fn least(&self, look: Look) -> u64 {
        if look.is_closed() {
            return 0;
        }
        let costs = bits(look.relevant).map(|question| self.cost(question));
        costs.min().unwrap_or(0)
    }

    /// What a question costs, in units.
    pub fn cost(&self, question: u8) -> u64 {
        let choice = self.model.choices.get(usize::from(question));
        choice.map_or(0, |choice| choice.cost << UNIT_BITS)
    }

    pub fn total(&self, question: u8) -> u64 {
        let choice = self.model.choices.get(usize::from(question));
        choice.map_or(1, |choice| choice.total)
    }

    /// Where the answers to a question lead.
    pub fn branch(&mut self, question: u8) -> Result<Branch, Spent> {
        let model = self.model;
        let mut next = Vec::new();
        let choice = model.choices.get(usize::from(question));
        for (class, weight) in (0u16..).zip(choice.iter().flat_map(|choice| &choice.weights)) {
            self.set(question, class);
            let seen = self.look();
            self.set(question, OPEN);
            let (look, id) = seen?;
            next.push(Next {
                look,
                id,
                weight: *weight,
            });
        }
        let mut rest = Mean::default();
        for next in &next {
            let solved = self.solved.get(next.id).map(|worth| worth.cost);
            rest.add(next.weight, solved.unwrap_or(self.least(next.look)));
        }
        let bound = self.cost(question) + rest.over(self.total(question));
        Ok(Branch {
            question,
            next,
            bound,
        })
    }

    /// All branches of a state, the one with the least bound first.
    pub fn branches(&mut self, relevant: u64) -> Result<Vec<Branch>, Spent> {
        let mut branches = Vec::new();
        for question in bits(relevant) {
            branches.push(self.branch(question)?);
        }
        branches.arrange_by_key(|branch| (branch.bound, branch.question));
        Ok(branches)
    }

    /// What is to be expected from a state on if the best is asked.
    pub fn solve(&mut self, look: Look, id: StateId) -> Result<Worth, Spent> {
        if look.is_closed() {
            return Ok(Worth::closed(look.routes));
        }
        if let Some(found) = self.solved.get(id) {
            return Ok(found);
        }
        let mut best: Option<Worth> = None;
        for branch in self.branches(look.relevant)? {
            let so_far = best.map_or((u64::MAX, NONE), |worth| (worth.cost, worth.first));
            let Some(worth) = self.follow(&branch, so_far)? else {
                continue;
            };
            if !several(worth.routes) {
                // All answers lead to one route, so nothing needs to be asked.
                best = Some(Worth::closed(worth.routes));
                break;
            }
            if (worth.cost, worth.first) < so_far {
                best = Some(worth);
            }
        }
        let best = best.unwrap_or(Worth::closed(look.routes));
        self.solved.put(id, best);
        Ok(best)
    }

    /// What asking this first costs, unless it is no better than something else.
    fn follow(&mut self, branch: &Branch, so_far: (u64, u8)) -> Result<Option<Worth>, Spent> {
        let question = branch.question;
        let mut known = Means::default();
        for (class, next) in (0u16..).zip(&branch.next) {
            if self.is_beaten(branch, (class, known.cost), so_far)? {
                return Ok(None);
            }
            self.set(question, class);
            let worth = self.solve(next.look, next.id);
            self.set(question, OPEN);
            known.add(next.weight, &worth?);
        }
        Ok(Some(self.after(question, known)))
    }

    /// What asking costs, where it is known what comes after each answer.
    pub fn after(&self, question: u8, means: Means) -> Worth {
        let total = self.total(question);
        if !several(means.routes) {
            return Worth::closed(means.routes);
        }
        Worth {
            cost: self.cost(question) + means.cost.over(total),
            count: UNIT + means.count.over(total),
            most: 1 + means.most,
            first: question,
            routes: means.routes,
        }
    }

    /// Whether a branch of which some states are solved can't be better than something else.
    #[inline(never)]
    fn is_beaten(
        &mut self,
        branch: &Branch,
        (solved, known): (u16, Mean),
        so_far: (u64, u8),
    ) -> Result<bool, Spent> {
        if so_far.1 == NONE {
            return Ok(false);
        }
        let question = branch.question;
        let rest = (0u16..).zip(&branch.next).skip(usize::from(solved));
        let mut bounds: Vec<(u64, u64)> = Vec::with_capacity(branch.next.len());
        for (_, next) in rest.clone() {
            let solved = self.solved.get(next.id).map(|worth| worth.cost);
            bounds.push((next.weight, solved.unwrap_or(self.least(next.look))));
        }
        let beaten = |search: &Self, bounds: &[(u64, u64)]| {
            let mut mean = known;
            for (weight, bound) in bounds {
                mean.add(*weight, *bound);
            }
            let rest = mean.over(search.total(question));
            (search.cost(question) + rest, question) >= so_far
        };
        // The bound of a state holds only if different routes do come out of it.
        for (place, (class, next)) in rest.enumerate() {
            if !beaten(self, &bounds) {
                return Ok(false);
            }
            self.set(question, class);
            let open = self.is_open(next.look, next.id);
            self.set(question, OPEN);
            if let (false, Some((_, bound))) = (open?, bounds.get_mut(place)) {
                *bound = 0;
            }
        }
        Ok(beaten(self, &bounds))
    }

    /// What no way of asking costs less than: one question, and another one wherever it is not over then.
    pub fn bound(&mut self, look: Look) -> Result<u64, Spent> {
        let mut least = u64::MAX;
        for question in bits(look.relevant) {
            let branch = self.branch(question)?;
            let mut rest = Mean::default();
            for (class, next) in (0u16..).zip(&branch.next) {
                self.set(question, class);
                let open = self.is_open(next.look, next.id);
                self.set(question, OPEN);
                rest.add(next.weight, if open? { self.least(next.look) } else { 0 });
            }
            let cost = self.cost(question) + rest.over(self.total(question));
            least = least.min(cost);
        }
        Ok(least)
    }

    /// How often a class of answers is given.
    pub fn weight(&self, question: u8, class: u16) -> u64 {
        let choice = self.model.choices.get(usize::from(question));
        let weights = choice.map_or(&[][..], |choice| &choice.weights);
        weights.get(usize::from(class)).copied().unwrap_or(0)
    }

    /// How many classes of answers a question has.
    pub fn classes(&self, question: u8) -> u16 {
        let choice = self.model.choices.get(usize::from(question));
        choice.map_or(0, |choice| choice.weights.len() as u16)
    }
}

/// A mean of values by their weights.
#[derive(Clone, Copy, Default)]
pub(super) struct Mean {
    sum: u64,
    /// What doesn't fit.
    more: u128,
}

impl Mean {
    #[inline(always)]
    pub fn add(&mut self, weight: u64, value: u64) {
        // What surely fits: in a page it takes a call to see whether it does.
        let fits = weight.leading_zeros() + value.leading_zeros() >= u64::BITS;
        match self.sum.checked_add(weight.wrapping_mul(value)) {
            Some(sum) if fits => self.sum = sum,
            _ => self.more += u128::from(weight) * u128::from(value),
        }
    }

    /// Over the sum of the weights; rounded half up.
    pub fn over(self, total: u64) -> u64 {
        let total = total.max(1);
        match (self.more, self.sum.checked_add(total / 2)) {
            (0, Some(sum)) => sum / total,
            _ => {
                let sum = self.more + u128::from(self.sum) + u128::from(total / 2);
                u64::try_from(sum / u128::from(total)).unwrap_or(u64::MAX)
            }
        }
    }
}

/// What is to be expected after a question, answer by answer.
#[derive(Clone, Copy, Default)]
pub(super) struct Means {
    cost: Mean,
    count: Mean,
    most: u32,
    routes: u128,
}

impl Means {
    pub fn add(&mut self, weight: u64, worth: &Worth) {
        self.cost.add(weight, worth.cost);
        self.count.add(weight, worth.count);
        self.most = self.most.max(worth.most);
        self.routes |= worth.routes;
    }
}
