//! Section 6.7: the instants at which something may change, and the search for the first that does.

use crate::book::{Rule, RuleKind};
use crate::condition::{Test, Val};
use crate::decay::{Decay, compound_steps};
use crate::evidence::{Event, Known};
use crate::mention::Mention;
use crate::settled::Item;
use crate::world::{Scene, World};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More instants than this are not gone through one by one, unless asked for.
pub const INSTANTS: usize = 600;

/// Instants after now at which something may change.
#[derive(Debug, Default)]
pub struct Instants {
    /// Ends of windows, steps of decay, dates, times in stage.
    pub coarse: BTreeSet<i64>,
    /// Those at which a half-life changes points; all of them while they are few.
    pub fine: BTreeSet<i64>,
    /// Whether `fine` has them all.
    pub complete: bool,
    /// Time and half-life of the events whose instants were left out.
    pub halving: Vec<(i64, i64)>,
}

type Ages = BTreeMap<(i64, i64), Rc<Vec<i64>>>;

thread_local! {
    /// Ages already found, by points and half-life.
    static AGES: RefCell<Ages> = RefCell::default();
}

/// The ages at which what is left of `v` changes by halving.
fn halving_ages(v: i64, half: i64) -> Rc<Vec<i64>> {
    let known = AGES.with_borrow(|ages| ages.get(&(v, half)).cloned());
    known.unwrap_or_else(|| {
        let found = Rc::new(find_halving_ages(v, half));
        AGES.with_borrow_mut(|ages| ages.insert((v, half), Rc::clone(&found)));
        found
    })
}

fn find_halving_ages(v: i64, half: i64) -> Vec<i64> {
    let last = 31 * 32_768_i64;
    let age = |step: i64| {
        let part = (step % 32_768) as i128 * half as i128;
        (step / 32_768) * half + ((part + 32_767) / 32_768) as i64
    };
    let decay = Decay {
        half_life: Some(half),
        ..Decay::default()
    };
    let left = |step: i64| decay.left(v, age(step));
    let mut ages = Vec::new();
    let mut from = 0;
    for rest in (0..v).rev() {
        let (mut low, mut high) = (from, last);
        while low < high {
            let middle = (low + high) / 2;
            if left(middle) <= rest {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        from = low;
        ages.push(age(low));
    }
    ages.dedup();
    ages
}

/// Sizes that the caps per period may leave of an event's points.
fn sizes(points: i64, per: Option<(i64, i64)>) -> Vec<i64> {
    let whole = points.abs();
    match per {
        Some((most, _)) if whole > 0 => vec![whole.min(most), most % whole],
        _ => vec![whole],
    }
}

impl Instants {
    fn dates(&mut self, date: i64, test: &Test) {
        self.coarse.insert(date);
        self.coarse.extend(test.within.map(|w| date + w));
        self.coarse.extend(test.ahead.map(|a| date - a));
    }

    fn decay(&mut self, decay: &Decay, sizes: &[i64], events: &[i64], most: usize) {
        let mut ages: Vec<i64> = decay.expires_after.into_iter().collect();
        if let Some((percent, every)) = decay.linear {
            ages.extend((1..=100 / percent + 1).map(|k| k * every));
        } else if let Some((percent, every)) = decay.compound {
            let mut last = i64::MIN;
            for (k, g) in compound_steps(percent).iter().enumerate() {
                // What is left of all sizes together tells whether any of them changed.
                let left: i64 = sizes
                    .iter()
                    .map(|v| ((i128::from(*v) * *g + (1 << 30)) >> 31) as i64)
                    .sum();
                if left != last {
                    ages.push(k as i64 * every);
                }
                last = left;
            }
        }
        self.coarse.extend(
            events
                .iter()
                .flat_map(|at| ages.iter().map(move |age| at + age)),
        );
        if let Some(half) = decay.half_life {
            let steps: i64 = sizes.iter().sum();
            if steps as usize * events.len() + self.fine.len() > most {
                self.complete = false;
                self.halving.extend(events.iter().map(|at| (*at, half)));
                return;
            }
            for size in sizes {
                let ages = halving_ages(*size, half);
                self.fine.extend(
                    events
                        .iter()
                        .flat_map(|at| ages.iter().map(move |age| at + age)),
                );
            }
        }
    }

    fn rule(&mut self, rule: &Rule, now: i64, old: &[Rc<Event>], most: usize) {
        let (RuleKind::Events {
            signal,
            within,
            decay,
            ..
        }
        | RuleKind::Count {
            signal,
            within,
            decay,
            ..
        }) = &rule.kind
        else {
            return;
        };
        let times: Vec<i64> = old
            .iter()
            .filter(|e| e.signal == *signal)
            .map(|e| e.at)
            .collect();
        self.coarse
            .extend(times.iter().flat_map(|at| within.map(|w| at + w)));
        let mut per_period = None;
        if let RuleKind::Events { cooldown, per, .. } = &rule.kind {
            self.coarse
                .extend(times.iter().flat_map(|at| cooldown.map(|c| at + c)));
            self.coarse
                .extend(per.map(|(_, every)| (now.div_euclid(every) + 1) * every));
            per_period = *per;
        }
        self.decay(decay, &sizes(rule.points, per_period), &times, most);
    }
}

impl<'a> World<'a> {
    /// The instants after now at which an item may change, also where events come at that very instant.
    pub fn instants_of(&self, item: &Item) -> Instants {
        let mut mentions = Vec::new();
        self.item_mentions(item, &mut |mention| mentions.push(mention));
        let now = self.scene.now;
        let old = &self.scene.events;
        let mut found = Instants {
            complete: true,
            ..Instants::default()
        };
        let mut rules: Vec<*const Rule> = Vec::new();
        for mention in mentions {
            match mention {
                Mention::Attribute(at, test) => {
                    if let Known::Exact(Val::Date(date)) = &self.facts[at] {
                        found.dates(*date, test);
                    }
                }
                Mention::Events(signal, _, within) => {
                    let events = old.iter().filter(|e| e.signal == signal);
                    found
                        .coarse
                        .extend(events.filter_map(|e| within.map(|w| e.at + w)));
                }
                Mention::Sequence(_, within) => {
                    found
                        .coarse
                        .extend(old.iter().filter_map(|e| within.map(|w| e.at + w + 1)));
                }
                Mention::Rule(rule) => {
                    if !rules.contains(&std::ptr::from_ref(rule)) {
                        rules.push(rule);
                        found.rule(rule, now, old, self.instants);
                    }
                }
                Mention::Time(range) => {
                    if let Some(since) = self.scene.place.since {
                        found.coarse.extend(range.from.map(|f| since + f));
                        found.coarse.extend(range.to.map(|t| since + t + 1));
                    }
                }
            }
        }
        found.coarse.retain(|t| *t > now);
        found.fine.retain(|t| *t > now);
        found
    }

    /// What an item comes out as at a later instant, if `new` events come then and nothing more.
    pub fn outcome_at(&self, item: &Item, t: i64, new: &[Rc<Event>]) -> Option<String> {
        let mut events = self.scene.events.clone();
        for event in new {
            events.push(Rc::new(Event {
                at: t,
                ..(**event).clone()
            }));
        }
        let scene = Scene::new(t, events, self.scene.place.clone());
        World::new(self.book, &scene, self.facts.clone()).outcome(item)
    }
}

/// The first change of an item: when, and to what. None where it can't be found one by one.
pub fn first_change(
    world: &World,
    item: &Item,
    new: &[Rc<Event>],
) -> Option<Option<(i64, Option<String>)>> {
    let instants = world.instants_of(item);
    let now = world.outcome_at(item, world.scene.now, new);
    let all: BTreeSet<i64> = instants.coarse.union(&instants.fine).copied().collect();
    if !instants.complete || all.len() > world.instants {
        return None;
    }
    let found = all
        .into_iter()
        .map(|t| (t, world.outcome_at(item, t, new)))
        .find(|(_, outcome)| *outcome != now);
    Some(found)
}
