//! Section 3: the truth of conditions in a world, which is a playbook, facts, events and an instant.

use crate::book::{Book, Gate};
use crate::condition::{Cond, Where};
use crate::evidence::{Event, Known};
use crate::forecast::INSTANTS;
use crate::score::{Bounds, Brought};
use crate::test::{Sense, Truth, judge, matches};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The stage that conditions see, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub stage: Option<String>,
    pub since: Option<i64>,
}

/// Events and time: what completions leave as it is.
#[derive(Debug)]
pub struct Scene {
    pub now: i64,
    pub events: Vec<Rc<Event>>,
    pub place: Place,
    /// What event rules bring here, by score, group and rule.
    pub brought: RefCell<BTreeMap<(usize, usize, usize), Brought>>,
}

impl Scene {
    pub fn new(now: i64, events: Vec<Rc<Event>>, place: Place) -> Scene {
        Scene {
            now,
            events,
            place,
            brought: RefCell::default(),
        }
    }
}

/// A playbook with facts in a scene.
#[derive(Debug)]
pub struct World<'a> {
    pub book: &'a Book,
    pub scene: &'a Scene,
    pub facts: Vec<Known>,
    /// Forecasts of up to this many instants are found one by one.
    pub instants: usize,
    pub(crate) values: RefCell<Vec<Option<i64>>>,
    pub(crate) bounds: RefCell<Vec<Option<Bounds>>>,
}

/// A move along a transition.
pub type Move = (String, String);

impl<'a> World<'a> {
    pub fn new(book: &'a Book, scene: &'a Scene, facts: Vec<Known>) -> World<'a> {
        World {
            book,
            scene,
            facts,
            instants: INSTANTS,
            values: RefCell::new(vec![None; book.scores.len()]),
            bounds: RefCell::new(vec![None; book.scores.len()]),
        }
    }

    /// The same with other facts.
    pub fn with(&self, facts: Vec<Known>) -> World<'a> {
        World::new(self.book, self.scene, facts)
    }

    /// Truth where the record stands as the evidence has it.
    pub fn truth(&self, cond: &Cond, sense: Sense) -> Truth {
        self.truth_at(cond, sense, &self.scene.place)
    }

    pub fn met(&self, cond: &Cond) -> bool {
        self.truth(cond, Sense::Plain) == Truth::True
    }

    pub fn truth_at(&self, cond: &Cond, sense: Sense, place: &Place) -> Truth {
        let each = |list: &[Cond]| -> Vec<Truth> {
            list.iter()
                .map(|c| self.truth_at(c, sense, place))
                .collect()
        };
        match cond {
            Cond::All(list) => all(each(list)),
            Cond::Any(list) => any(each(list)),
            Cond::NoneOf(list) => any(each(list)).not(),
            Cond::AtLeast(count, list) => at_least(*count, each(list)),
            Cond::Attribute(at, test) => {
                let kind = &self.book.attributes[*at].kind;
                judge(test, kind, &self.facts[*at], sense, self.scene.now)
            }
            Cond::Events {
                signal,
                wher,
                count,
                within,
            } => count
                .holds(self.matching(signal, wher, *within).len() as i64)
                .into(),
            Cond::Sequence { steps, within } => self.sequence(steps, *within).into(),
            Cond::Score(score, range) => match sense {
                Sense::Plain => range.holds(self.value(*score)).into(),
                Sense::Completion => {
                    let (low, high) = self.bounds(*score);
                    if range.holds(low) && range.holds(high) {
                        Truth::True
                    } else if range.from.is_some_and(|f| high < f)
                        || range.to.is_some_and(|t| low > t)
                    {
                        Truth::False
                    } else {
                        Truth::Unknown
                    }
                }
            },
            Cond::Band(score, names) => {
                let bands = self.bands(*score, sense);
                Truth::over(
                    bands
                        .iter()
                        .map(|b| b.as_ref().is_some_and(|b| names.contains(b))),
                )
            }
            Cond::Grade(names) => {
                let grades = self.grades(sense);
                Truth::over(
                    grades
                        .iter()
                        .map(|g| g.as_ref().is_some_and(|g| names.contains(g))),
                )
            }
            Cond::Icp(names) => self.first_of(&self.book.icp, names, sense),
            Cond::Persona(names) => self.first_of(&self.book.personas, names, sense),
            Cond::Ready => {
                let readiness = self.book.readiness.as_ref().expect("readiness");
                at_least(
                    readiness.at_least,
                    self.criteria(sense).into_values().collect(),
                )
            }
            Cond::Criteria(names) => {
                let criteria = self.criteria(sense);
                all(names.iter().map(|name| criteria[name]).collect())
            }
            Cond::CriteriaCount(range) => {
                let criteria = self.criteria(sense);
                let count =
                    |least: Truth| criteria.values().filter(|t| **t >= least).count() as i64;
                Truth::over((count(Truth::True)..=count(Truth::Unknown)).map(|n| range.holds(n)))
            }
            Cond::Segment(names) => any(names
                .iter()
                .map(|name| {
                    let segment = self.book.segments.iter().find(|s| s.0 == *name);
                    self.truth(&segment.expect("a declared segment").1, sense)
                })
                .collect()),
            Cond::Gate(names) => any(names
                .iter()
                .map(|name| match self.gate(name) {
                    Some((_, gate)) => self.truth(&gate.whole, sense),
                    None => Truth::False,
                })
                .collect()),
            Cond::Stage(names) => place
                .stage
                .as_ref()
                .is_some_and(|s| names.contains(s))
                .into(),
            Cond::TimeInStage(range) => match place.since {
                None => Truth::Unknown,
                Some(since) => range.holds(self.scene.now - since).into(),
            },
        }
    }

    /// Matching events up to now, in order.
    pub fn matching(&self, signal: &str, wher: &Where, within: Option<i64>) -> Vec<&Event> {
        let now = self.scene.now;
        self.scene
            .events
            .iter()
            .map(|e| &**e)
            .filter(|e| e.at <= now && within.is_none_or(|w| now - w < e.at))
            .filter(|e| matches(e, signal, wher, now))
            .collect()
    }

    /// Tries every first event, and for each further step the next event that matches.
    fn sequence(&self, steps: &[(String, Where)], within: Option<i64>) -> bool {
        let now = self.scene.now;
        let events: Vec<&Event> = self
            .scene
            .events
            .iter()
            .map(|e| &**e)
            .filter(|e| e.at <= now)
            .collect();
        (0..events.len()).any(|first| {
            let mut at = first;
            for (step, (signal, wher)) in steps.iter().enumerate() {
                let from = if step == 0 { first } else { at + 1 };
                let until = if step == 0 { first + 1 } else { events.len() };
                match (from..until).find(|i| matches(events[*i], signal, wher, now)) {
                    Some(found) => at = found,
                    None => return false,
                }
            }
            within.is_none_or(|w| events[at].at - events[first].at <= w)
        })
    }

    /// The bands in which a score may lie: its value's, or those from low to high.
    pub fn bands(&self, score: usize, sense: Sense) -> Vec<Option<String>> {
        let (low, high) = match sense {
            Sense::Plain => (self.value(score), self.value(score)),
            Sense::Completion => self.bounds(score),
        };
        let thresholds = self.book.scores[score].bands.iter().map(|b| b.1);
        let inside = thresholds.filter(|t| low < *t && *t <= high);
        let mut bands: Vec<Option<String>> = inside
            .chain([low, high])
            .map(|v| self.band(score, v))
            .collect();
        bands.sort();
        bands.dedup();
        bands
    }

    pub fn band(&self, score: usize, value: i64) -> Option<String> {
        let reached = self.book.scores[score]
            .bands
            .iter()
            .filter(|b| b.1 <= value);
        reached.max_by_key(|b| b.1).map(|b| b.0.clone())
    }

    pub fn grades(&self, sense: Sense) -> Vec<Option<String>> {
        let (first, second) = self.book.grade.expect("a grade");
        let mut grades = Vec::new();
        for a in self.bands(first, sense) {
            for b in self.bands(second, sense) {
                grades.push(a.clone().zip(b).map(|(a, b)| a + &b));
            }
        }
        grades
    }

    fn first_of(&self, list: &[(String, Cond)], names: &[String], sense: Sense) -> Truth {
        let mut possible = Vec::new();
        for (name, cond) in list {
            let truth = self.truth(cond, sense);
            if truth != Truth::False {
                possible.push(names.contains(name));
            }
            if truth == Truth::True {
                return Truth::over(possible);
            }
        }
        possible.push(false);
        Truth::over(possible)
    }

    /// The first entry that is met.
    pub fn first_met(&self, list: &[(String, Cond)]) -> Option<String> {
        list.iter()
            .find(|entry| self.met(&entry.1))
            .map(|entry| entry.0.clone())
    }

    pub fn criteria(&self, sense: Sense) -> BTreeMap<String, Truth> {
        let readiness = self.book.readiness.as_ref().expect("readiness");
        let criteria = readiness.criteria.iter();
        criteria
            .map(|(name, c)| (name.clone(), self.truth(c, sense)))
            .collect()
    }

    /// The gate of a stage with the name of the condition in use.
    pub fn gate(&self, name: &str) -> Option<(&'static str, &'a Gate)> {
        let stage = self.book.stage(name);
        let enter = stage.enter.as_ref()?;
        match &stage.stay {
            Some(stay) if self.scene.place.stage.as_deref() == Some(name) => Some(("stay", stay)),
            _ => Some(("enter", enter)),
        }
    }

    /// The moves by automation, from the stage that the evidence has.
    pub fn moves(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::new();
        let Some(mut stage) = self.scene.place.stage.clone() else {
            return moves;
        };
        let mut been = vec![stage.clone()];
        let met = |c: Option<&Cond>| c.is_none_or(|c| self.met(c));
        while let Some(taken) = self.book.transitions.iter().find(|t| {
            t.from.contains(&stage)
                && !been.contains(&t.to)
                && met(self.book.stage(&stage).exit.as_ref())
                && met(self
                    .book
                    .stage(&t.to)
                    .enter
                    .as_ref()
                    .map(|gate| &gate.whole))
                && met(t.when.as_ref())
        }) {
            moves.push((stage, taken.to.clone()));
            stage = taken.to.clone();
            been.push(stage.clone());
        }
        moves
    }

    /// The name of the first route that is met.
    pub fn route(&self) -> Option<String> {
        let place = match self.moves().pop() {
            None => self.scene.place.clone(),
            Some((_, to)) => Place {
                stage: Some(to),
                since: Some(self.scene.now),
            },
        };
        let routes = &self.book.routes;
        let met = |c: &Cond| self.truth_at(c, Sense::Plain, &place) == Truth::True;
        let found = routes.iter().find(|r| r.1.as_ref().is_none_or(met));
        found.map(|r| r.0.clone())
    }

    /// Whether an attribute is unknown, or partly known with more than one value that is possible.
    pub fn is_open(&self, attribute: usize) -> bool {
        match &self.facts[attribute] {
            Known::Exact(_) => false,
            Known::AnyOf(options) => options.len() > 1,
            Known::Range(from, to) => {
                let kind = &self.book.attributes[attribute].kind;
                let range = crate::test::possible(kind, *from, *to);
                range.from.is_none() || range.from != range.to
            }
            Known::Unknown | Known::OtherText | Known::AnySet => true,
        }
    }
}

fn all(truths: Vec<Truth>) -> Truth {
    truths.into_iter().min().unwrap_or(Truth::True)
}

fn any(truths: Vec<Truth>) -> Truth {
    truths.into_iter().max().unwrap_or(Truth::False)
}

fn at_least(count: usize, mut truths: Vec<Truth>) -> Truth {
    truths.sort();
    truths.reverse();
    truths[count - 1]
}
