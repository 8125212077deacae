//! Section 6.1: what is settled, by trying every combination of completions.

use crate::completion::{completions, generous_count, may_stay_unknown, samples};
use crate::evidence::Known;
use crate::mention::Mention;
use crate::random::Random;
use crate::world::World;
use std::collections::BTreeMap;

/// Combinations up to which *settled* is exact.
pub const COMBINATIONS: usize = 4_096;
/// Beyond this many, a sample of combinations is tried.
const TRIED: usize = 20_000;
const SAMPLE: usize = 300;

/// Something that is settled or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    Tier,
    Persona,
    Ready,
    Segment(usize),
    /// By the stage's place among the stages.
    Gate(usize),
    Stage,
    Route,
}

/// Whether it is settled, and whether the page leaves no other answer.
#[derive(Clone, Copy, Debug)]
pub struct Settled {
    pub settled: bool,
    pub exact: bool,
}

impl<'a> World<'a> {
    /// What an item comes out as.
    pub fn outcome(&self, item: &Item) -> Option<String> {
        let book = self.book;
        let yes = |met: bool| met.then(|| "yes".to_owned());
        match item {
            Item::Tier => self.first_met(&book.icp),
            Item::Persona => self.first_met(&book.personas),
            Item::Ready => yes(self.met(&crate::condition::Cond::Ready)),
            Item::Segment(at) => yes(self.met(&book.segments[*at].1)),
            Item::Gate(at) => {
                let gate = self.gate(&book.stages[*at].name).expect("a gate").1;
                yes(self.met(&gate.whole))
            }
            Item::Stage => {
                let place = self.scene.place.stage.clone();
                self.moves().pop().map(|m| m.1).or(place)
            }
            Item::Route => self.route(),
        }
    }

    /// Everything that an item depends on.
    pub fn item_mentions(&self, item: &Item, note: &mut dyn FnMut(Mention<'a>)) {
        let book = self.book;
        match item {
            Item::Tier => book
                .icp
                .iter()
                .for_each(|e| self.mentions(&e.1, false, note)),
            Item::Persona => book
                .personas
                .iter()
                .for_each(|e| self.mentions(&e.1, false, note)),
            Item::Ready => {
                let criteria = &book.readiness.as_ref().expect("readiness").criteria;
                criteria
                    .iter()
                    .for_each(|c| self.mentions(&c.1, false, note));
            }
            Item::Segment(at) => self.mentions(&book.segments[*at].1, false, note),
            Item::Gate(at) => {
                let gate = self.gate(&book.stages[*at].name).expect("a gate").1;
                self.mentions(&gate.whole, false, note);
            }
            Item::Stage => self.stage_mentions(note),
            Item::Route => {
                let conds = book.routes.iter().filter_map(|r| r.1.as_ref());
                conds.for_each(|c| self.mentions(c, true, note));
            }
        }
    }

    /// The open attributes on which an item depends.
    pub fn item_open(&self, item: &Item) -> Vec<usize> {
        let mut found = Vec::new();
        self.item_mentions(item, &mut |mention| found.extend(self.open_in(&mention)));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether each item comes out the same for every completion.
    pub fn settled(&self, items: &[Item]) -> Vec<Settled> {
        let mut by_open: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            by_open.entry(self.item_open(item)).or_default().push(place);
        }
        let now: Vec<Option<String>> = items.iter().map(|item| self.outcome(item)).collect();
        let mut settled = vec![true; items.len()];
        let mut exact = vec![true; items.len()];
        for (open, places) in by_open {
            let is_exact = self.is_exact(&open);
            for place in &places {
                exact[*place] = is_exact;
            }
            self.each_combination(&open, |world| {
                for place in &places {
                    settled[*place] &= world.outcome(&items[*place]) == now[*place];
                }
                places.iter().any(|place| settled[*place])
            });
        }
        let both = settled.into_iter().zip(exact);
        both.map(|(settled, exact)| Settled { settled, exact })
            .collect()
    }

    fn is_exact(&self, open: &[usize]) -> bool {
        let count = open
            .iter()
            .fold(1_usize, |n, at| n.saturating_mul(generous_count(self, *at)));
        count <= COMBINATIONS && !open.iter().any(|at| may_stay_unknown(self, *at))
    }

    /// Goes through the combinations of completions until told to stop.
    pub fn each_combination(&self, open: &[usize], mut visit: impl FnMut(&World<'a>) -> bool) {
        let lists: Vec<Vec<Known>> = open
            .iter()
            .map(|at| {
                let list = completions(self, *at).into_iter();
                list.flat_map(|known| samples(self, *at, known)).collect()
            })
            .collect();
        let count = lists
            .iter()
            .fold(1_usize, |n, list| n.saturating_mul(list.len()));
        let mut random = Random::new(0x5eed);
        let tries = if count <= TRIED { count } else { SAMPLE };
        for number in 0..tries {
            let mut facts = self.facts.clone();
            let mut rest = number;
            for (at, list) in open.iter().zip(&lists) {
                let chosen = if count <= TRIED {
                    rest % list.len()
                } else {
                    random.below(list.len() as u64) as usize
                };
                rest /= list.len();
                facts[*at] = list[chosen].clone();
            }
            if !visit(&self.with(facts)) {
                return;
            }
        }
    }
}
