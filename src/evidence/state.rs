//! Evidence in the order in which decisions need it, kept up to date one fact and one event at a time.

use super::matching::{matches, passes};
use super::{Event, Evidence, Fact, Finding, InStage};
use crate::playbook::{Kind, Micro, Millis, Playbook, Row, Value, code, mark, row, test};
use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};

/// An event that matches a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub at: Millis,
    /// Its place in the order of arrival.
    pub place: u32,
}

/// What is known of the attributes at an instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// By condition: how a test on an attribute comes out, one of the playbook's codes.
    pub codes: Vec<u8>,
    /// By attribute: the range of a number, or a date.
    pub ranges: Vec<(i64, i64)>,
    /// The attributes that are not exactly known, as bits.
    pub open: Vec<u64>,
    /// By attribute: the place of the fact that counts, and one.
    winners: Vec<u32>,
    /// By fact: why it doesn't count.
    reasons: Vec<Option<Why>>,
    /// Whether all facts are looked at, and which time they had to lie before.
    looked_at: Option<Millis>,
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
    pub known: Known,
    facts: Vec<Fact>,
    /// The latest time of a fact.
    latest_fact: Millis,
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
            latest_fact: Millis::MIN,
            ..Self::default()
        }
    }

    /// Forgets the lead and keeps the room.
    pub fn clear(&mut self) {
        self.stage = None;
        self.known.looked_at = None;
        self.facts.clear();
        self.latest_fact = Millis::MIN;
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
        for fact in &evidence.facts {
            self.learn(fact.clone());
        }
        for event in &evidence.events {
            self.track(playbook, event);
        }
    }

    pub fn learn(&mut self, fact: Fact) {
        self.known.looked_at = None;
        if let Some(at) = fact.at {
            self.latest_fact = self.latest_fact.max(at);
        }
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
            let tested = row(&playbook.patterns, i64::from(*pattern));
            if !matches(playbook, tested, &event.properties) {
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

    /// Events set aside at an instant, in order of arrival: place, id, reason.
    pub fn events_aside(&self, as_of: Millis, each: &mut dyn FnMut(u32, Option<&str>, Why)) {
        let mut others = self.aside.iter().peekable();
        let mut tell = |aside: &Aside| each(aside.place, aside.id.as_deref(), aside.why);
        if self.latest > as_of {
            for hit in self.times.iter().filter(|hit| hit.at > as_of) {
                while let Some(other) = others.next_if(|other| other.place < hit.place) {
                    tell(other);
                }
                tell(&Aside {
                    place: hit.place,
                    id: self.id_of(hit.place),
                    why: Why::Future,
                });
            }
        }
        others.for_each(tell);
    }

    fn id_of(&self, place: u32) -> Option<Box<str>> {
        let found = self.ids.iter().find(|(_, at)| **at == place)?;
        Some(found.0.clone())
    }

    /// Finds what is known at an instant, unless that is what was found last.
    pub fn look(&mut self, playbook: &Playbook, as_of: Millis) {
        // Where no fact lies in the future the instant makes no difference.
        let instant = as_of.min(self.latest_fact);
        if self.known.looked_at == Some(instant) {
            return;
        }
        self.known.looked_at = Some(instant);
        let known = &mut self.known;
        let attributes = playbook.attributes.len();
        known.winners.clear();
        known.winners.resize(attributes, 0);
        known.reasons.clear();
        known.reasons.resize(self.facts.len(), None);
        for (place, fact) in self.facts.iter().enumerate() {
            let Some(winner) = known.winners.get_mut(usize::from(fact.attribute)) else {
                continue;
            };
            let other = (*winner as usize).checked_sub(1);
            let earlier = other.and_then(|at| self.facts.get(at));
            let (loser, why) = match set_aside(playbook, fact, as_of) {
                Some(why) => (Some(place), why),
                None if earlier.is_some_and(|it| outranks(it, fact)) => {
                    (Some(place), Why::Outranked)
                }
                None => {
                    *winner = place as u32 + 1;
                    (other, Why::Outranked)
                }
            };
            if let Some(reason) = loser.and_then(|at| known.reasons.get_mut(at)) {
                *reason = Some(why);
            }
        }
        known.codes.clone_from(&playbook.index.unknown);
        known.ranges.clear();
        known.ranges.resize(attributes, (0, 0));
        known.open.clear();
        known.open.resize(playbook.index.words(), 0);
        for attribute in 0..attributes as u16 {
            let winner = known.winners.get(usize::from(attribute)).copied();
            let fact = winner.and_then(|it| self.facts.get((it as usize).checked_sub(1)?));
            let found = fact.and_then(|fact| {
                let kind = playbook.attribute_kind(attribute)?;
                found(&fact.finding, &kind)
            });
            let Some(found) = found else {
                mark(&mut known.open, usize::from(attribute));
                continue;
            };
            if let Some(range) = known.ranges.get_mut(usize::from(attribute)) {
                *range = found.range();
            }
            if found.is_open() {
                mark(&mut known.open, usize::from(attribute));
            }
            for condition in playbook.index.tests_of(attribute) {
                let test = row(&playbook.conditions, i64::from(*condition))[2];
                if let Some(slot) = known.codes.get_mut(*condition as usize) {
                    *slot = found.code(playbook, row(&playbook.tests, test));
                }
            }
        }
    }

    /// The options that an attribute may have, where several may be.
    pub fn possible(&self, attribute: u16) -> Option<&[u16]> {
        let winner = *self.known.winners.get(usize::from(attribute))? as usize;
        match &self.facts.get(winner.checked_sub(1)?)?.finding {
            Finding::AnyOf(options) => Some(options),
            _ => None,
        }
    }

    /// Whether something is known of an attribute, as of the last look.
    pub fn is_known(&self, playbook: &Playbook, attribute: u16) -> bool {
        let winner = self.known.winners.get(usize::from(attribute));
        let fact = winner.and_then(|it| self.facts.get((*it as usize).checked_sub(1)?));
        fact.zip(playbook.attribute_kind(attribute))
            .is_some_and(|(fact, kind)| found(&fact.finding, &kind).is_some())
    }

    /// Facts that don't count, as of the last look.
    pub fn facts_aside(&self) -> impl Iterator<Item = (&Fact, Why)> {
        let pairs = self.facts.iter().zip(&self.known.reasons);
        pairs.filter_map(|(fact, why)| Some((fact, (*why)?)))
    }
}

fn set_aside(playbook: &Playbook, fact: &Fact, as_of: Millis) -> Option<Why> {
    if fact.default {
        return Some(Why::Default);
    }
    let &[.., start, count, _, _] = row(&playbook.attributes, i64::from(fact.attribute));
    let allowed = playbook.list(start, count);
    let may = |by: Option<u16>| by.is_some_and(|by| allowed.contains(&i64::from(by)));
    if !allowed.is_empty() && !may(fact.by) && !may(playbook.asserter_of_source(fact.source)) {
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

/// What a fact says of its attribute.
enum Found<'f> {
    Exactly(&'f Value),
    Between(Micro, Micro),
    AnyOf(&'f [u16]),
}

fn found<'f>(finding: &'f Finding, kind: &Kind) -> Option<Found<'f>> {
    match (finding, kind) {
        (Finding::Exactly(value), _) => Some(Found::Exactly(value)),
        (Finding::Between(low, high), Kind::Number { min, max, whole }) => {
            let (low, high) = ((*low).max(*min), (*high).min(*max));
            let (low, high) = if *whole {
                (round_up(low), high.div_euclid(WHOLE).saturating_mul(WHOLE))
            } else {
                (low, high)
            };
            (low <= high).then_some(Found::Between(low, high))
        }
        (Finding::AnyOf(options), _) => (!options.is_empty()).then_some(Found::AnyOf(options)),
        (Finding::Between(..), _) => None,
    }
}

impl Found<'_> {
    /// Whether it may still be one thing or another.
    fn is_open(&self) -> bool {
        match self {
            Self::Exactly(_) => false,
            Self::Between(low, high) => low != high,
            Self::AnyOf(options) => options.len() > 1,
        }
    }

    fn range(&self) -> (i64, i64) {
        match self {
            Self::Exactly(Value::Number(at) | Value::Date(at)) => (*at, *at),
            Self::Between(low, high) => (*low, *high),
            _ => (0, 0),
        }
    }

    /// How a test comes out.
    fn code(&self, playbook: &Playbook, tested: &Row) -> u8 {
        let of = |some: bool, all: bool| match (some, all) {
            (_, true) => code::PASSES,
            (true, false) => code::OPEN,
            (false, false) => code::FAILS,
        };
        match (self, tested) {
            (_, &[test::KNOWN, wanted, ..]) => of(wanted != 0, wanted != 0),
            (Self::Exactly(Value::Date(_)), &[_, _, _, within, ahead, ..])
                if within | ahead != 0 =>
            {
                code::BY_DATE
            }
            (Self::Exactly(value), _) => {
                let passes = passes(playbook, tested, value);
                of(passes, passes)
            }
            (Self::Between(low, high), &[_, start, count, ..]) => {
                let intervals = playbook.list(start, count).as_chunks::<2>().0;
                let next = intervals.partition_point(|[_, end]| end < low);
                let next = intervals.get(next);
                of(
                    next.is_some_and(|[start, _]| start <= high),
                    next.is_some_and(|[start, end]| start <= low && high <= end),
                )
            }
            (Self::AnyOf(options), _) => {
                let mut passing = options
                    .iter()
                    .map(|option| passes(playbook, tested, &Value::Choice(*option)));
                let some = passing.clone().any(|it| it);
                of(some, some && passing.all(|it| it))
            }
        }
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
