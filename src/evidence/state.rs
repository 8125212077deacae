//! Evidence in the order in which decisions need it, kept up to date one fact and one event at a time.

use super::matching::matches_all;
use super::{Event, Evidence, Fact, Finding, InStage};
use crate::fold;
use crate::playbook::{Kind, Micro, Millis, Playbook, Value};
use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};

/// An event that matches a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub at: Millis,
    /// Its place in the order of arrival.
    pub place: u32,
}

/// What is known of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// Nothing.
    No,
    Boolean(bool),
    /// From the one to the other.
    Number(Micro, Micro),
    Choice(u16),
    AnyOf(Vec<u16>),
    Choices(Vec<u16>),
    /// Folded.
    Text(Box<str>),
    /// Some text that equals none of those that tests name.
    OtherText,
    Date(Millis),
}

impl Known {
    /// Whether it is not exactly known.
    pub fn is_open(&self) -> bool {
        match self {
            Self::No | Self::AnyOf(_) => true,
            Self::Number(low, high) => low != high,
            _ => false,
        }
    }
}

/// Why something is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Default,
    NotAllowed,
    Future,
    Outranked,
    Duplicate,
    Automated,
}

/// An event that is set aside.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aside {
    pub place: u32,
    pub id: Option<Box<str>>,
    pub why: Why,
}

/// One lead's evidence, indexed by what the playbook looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub stage: Option<InStage>,
    facts: Vec<Fact>,
    /// By pattern, in order of time, then of arrival.
    hits: Vec<Vec<Hit>>,
    ids: BTreeMap<Box<str>, u32>,
    /// When the events happened that were neither duplicates nor automated, by place.
    times: Vec<Hit>,
    latest: Millis,
    arrived: u32,
    aside: Vec<Aside>,
}

impl State {
    pub fn new(playbook: &Playbook) -> Self {
        Self {
            hits: vec![Vec::new(); playbook.patterns.len()],
            latest: Millis::MIN,
            ..Self::default()
        }
    }

    /// Forgets the lead and keeps the room.
    pub fn clear(&mut self) {
        self.stage = None;
        self.facts.clear();
        for hits in &mut self.hits {
            hits.clear();
        }
        self.ids.clear();
        self.times.clear();
        self.latest = Millis::MIN;
        self.arrived = 0;
        self.aside.clear();
    }

    pub fn load(&mut self, playbook: &Playbook, evidence: &Evidence) {
        self.clear();
        self.stage = evidence.stage;
        self.facts.extend(evidence.facts.iter().cloned());
        for event in &evidence.events {
            self.track(playbook, event);
        }
    }

    pub fn learn(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    pub fn events(&self) -> u32 {
        self.arrived
    }

    pub fn track(&mut self, playbook: &Playbook, event: &Event) {
        let place = self.arrived;
        self.arrived += 1;
        let duplicate = match &event.id {
            Some(id) if self.ids.contains_key(id) => true,
            Some(id) => {
                self.ids.insert(id.clone(), place);
                false
            }
            None => false,
        };
        if duplicate || event.automated {
            self.aside.push(Aside {
                place,
                id: event.id.clone(),
                why: if duplicate {
                    Why::Duplicate
                } else {
                    Why::Automated
                },
            });
            return;
        }
        let hit = Hit {
            at: event.at,
            place,
        };
        self.latest = self.latest.max(event.at);
        self.times.push(hit);
        for pattern in playbook.patterns_of(event.signal) {
            let Some(tests) = playbook.patterns.get(*pattern as usize).map(|p| &p.tests) else {
                continue;
            };
            if !matches_all(tests, &event.properties) {
                continue;
            }
            if let Some(hits) = self.hits.get_mut(*pattern as usize) {
                if hits.last().is_none_or(|last| *last <= hit) {
                    hits.push(hit);
                } else {
                    let end = hits.partition_point(|earlier| *earlier <= hit);
                    hits.insert(end, hit);
                }
            }
        }
    }

    /// The events of a pattern up to an instant.
    pub fn hits(&self, pattern: u32, as_of: Millis) -> &[Hit] {
        let all = self
            .hits
            .get(pattern as usize)
            .map_or(&[][..], Vec::as_slice);
        if self.latest <= as_of {
            return all;
        }
        all.get(..all.partition_point(|hit| hit.at <= as_of))
            .unwrap_or(&[])
    }

    /// Events set aside at an instant, in order of arrival.
    pub fn events_aside(&self, as_of: Millis) -> Vec<Aside> {
        if self.latest <= as_of {
            return self.aside.clone();
        }
        let mut aside = Vec::new();
        let mut others = self.aside.iter().cloned().peekable();
        for hit in self.times.iter().filter(|hit| hit.at > as_of) {
            while let Some(other) = others.next_if(|other| other.place < hit.place) {
                aside.push(other);
            }
            aside.push(Aside {
                place: hit.place,
                id: self.id_of(hit.place),
                why: Why::Future,
            });
        }
        aside.extend(others);
        aside
    }

    fn id_of(&self, place: u32) -> Option<Box<str>> {
        let found = self.ids.iter().find(|(_, at)| **at == place)?;
        Some(found.0.clone())
    }

    /// What is known of each attribute at an instant, and which facts don't count, and why.
    pub fn known(&self, playbook: &Playbook, as_of: Millis) -> (Vec<Known>, Vec<(u32, Why)>) {
        let mut winners: Vec<Option<usize>> = vec![None; playbook.attributes.len()];
        let mut reasons: Vec<Option<Why>> = vec![None; self.facts.len()];
        for (place, fact) in self.facts.iter().enumerate() {
            let Some(winner) = winners.get_mut(usize::from(fact.attribute)) else {
                continue;
            };
            let (loser, why) = match (set_aside(playbook, fact, as_of), *winner) {
                (Some(why), _) => (place, why),
                (None, Some(other))
                    if self.facts.get(other).is_some_and(|it| outranks(it, fact)) =>
                {
                    (place, Why::Outranked)
                }
                (None, other) => {
                    *winner = Some(place);
                    match other {
                        Some(other) => (other, Why::Outranked),
                        None => continue,
                    }
                }
            };
            if let Some(reason) = reasons.get_mut(loser) {
                *reason = Some(why);
            }
        }
        let aside = (0..)
            .zip(reasons)
            .filter_map(|(place, why)| Some((place, why?)))
            .collect();
        let known = winners
            .iter()
            .zip(&playbook.attributes)
            .map(
                |(winner, attribute)| match winner.and_then(|at| self.facts.get(at)) {
                    Some(fact) => known(&fact.finding, &attribute.kind),
                    None => Known::No,
                },
            )
            .collect();
        (known, aside)
    }
}

fn set_aside(playbook: &Playbook, fact: &Fact, as_of: Millis) -> Option<Why> {
    if fact.default {
        return Some(Why::Default);
    }
    let allowed = playbook
        .attributes
        .get(usize::from(fact.attribute))
        .is_some_and(|attribute| {
            attribute.asserted_by.is_empty()
                || fact
                    .by
                    .is_some_and(|by| attribute.asserted_by.contains(&by))
                || playbook
                    .asserter_of_source(fact.source)
                    .is_some_and(|by| attribute.asserted_by.contains(&by))
        });
    if !allowed {
        return Some(Why::NotAllowed);
    }
    fact.at.is_some_and(|at| at > as_of).then_some(Why::Future)
}

/// Whether the earlier of two facts in the list keeps its place against the later one.
fn outranks(earlier: &Fact, later: &Fact) -> bool {
    match earlier.source.cmp(&later.source) {
        core::cmp::Ordering::Equal => earlier.at > later.at,
        order => order.is_lt(),
    }
}

fn known(finding: &Finding, kind: &Kind) -> Known {
    match (finding, kind) {
        (Finding::Exactly(value), _) => match value {
            Value::Boolean(value) => Known::Boolean(*value),
            Value::Number(value) => Known::Number(*value, *value),
            Value::Text(text) => Known::Text(fold::fold(text)),
            Value::Choice(option) => Known::Choice(*option),
            Value::Choices(options) => Known::Choices(options.clone()),
            Value::Date(at) => Known::Date(*at),
        },
        (Finding::Between(low, high), Kind::Number { min, max, whole }) => {
            let (low, high) = ((*low).max(*min), (*high).min(*max));
            let (low, high) = if *whole {
                (round_up(low), high.div_euclid(WHOLE).saturating_mul(WHOLE))
            } else {
                (low, high)
            };
            if low <= high {
                Known::Number(low, high)
            } else {
                Known::No
            }
        }
        (Finding::AnyOf(options), _) => match options.as_slice() {
            [] => Known::No,
            [one] => Known::Choice(*one),
            _ => Known::AnyOf(options.clone()),
        },
        (Finding::Between(..), _) => Known::No,
    }
}

/// One, in millionths.
pub(crate) const WHOLE: Micro = 1_000_000;

/// The least whole number from a number on.
pub(crate) fn round_up(value: Micro) -> Micro {
    value
        .div_euclid(WHOLE)
        .saturating_add(Micro::from(value.rem_euclid(WHOLE) != 0))
        .saturating_mul(WHOLE)
}
