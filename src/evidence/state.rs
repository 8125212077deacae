//! Evidence in the order in which decisions need it, kept up to date one fact and one event at a time.

use super::hits::Hits;
#[cfg(feature = "document")]
use super::hits::Whole;
use super::ids::Ids;
use super::judged::Judged;
use super::seen::Seen;
use super::{Event, Evidence, Fact, InStage};
use crate::playbook::{CODES_A_NUMBER, Micro, Millis, Playbook, code};
use crate::truth::Both;
use alloc::{boxed::Box, vec::Vec};

/// What is known of the attributes at an instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// By condition: how a test on an attribute comes out.
    pub spans: Vec<Both>,
    /// The attributes that are not exactly known, as bits.
    pub open: Vec<u64>,
    /// By attribute: the place of the fact that counts, and one.
    pub(super) winners: Vec<u32>,
    /// By fact: why it doesn't count.
    pub(super) reasons: Vec<Option<Why>>,
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
    known: Known,
    pub(super) facts: Vec<Judged>,
    /// The latest time of a fact.
    latest_fact: Millis,
    hits: Hits,
    ids: Ids,
    /// By event, when it happened; the least instant where it is set aside for good.
    times: Vec<Millis>,
    latest: Millis,
    aside: Vec<Aside>,
}

impl State {
    pub fn new(playbook: &Playbook) -> Self {
        Self {
            hits: Hits::new(playbook.patterns.len()),
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
        self.hits.clear();
        self.ids.clear();
        self.times.clear();
        self.latest = Millis::MIN;
        self.aside.clear();
    }

    pub fn load(&mut self, playbook: &Playbook, evidence: &Evidence) {
        self.clear();
        self.stage = evidence.stage;
        for fact in &evidence.facts {
            self.learn(playbook, fact);
        }
        for event in &evidence.events {
            self.track(playbook, event);
        }
    }

    /// What evidence comes to, and the events that match its patterns, which are to be kept.
    #[cfg(feature = "document")]
    pub(super) fn laid_out(playbook: &Playbook, evidence: &Evidence) -> (Self, Whole) {
        let mut state = Self {
            stage: evidence.stage,
            facts: Vec::with_capacity(evidence.facts.len()),
            times: Vec::with_capacity(evidence.events.len()),
            latest: Millis::MIN,
            latest_fact: Millis::MIN,
            ..Self::default()
        };
        for fact in &evidence.facts {
            state.learn(playbook, fact);
        }
        let mut hits = Vec::with_capacity(2 * evidence.events.len());
        for event in &evidence.events {
            if let Some(place) = state.arrive(event) {
                event.patterns(playbook, &mut |pattern| {
                    hits.push((pattern, event.at, place));
                });
            }
        }
        (state, Whole::new(playbook.patterns.len(), &hits))
    }

    /// Takes the hits that [`Self::laid_out`] found.
    #[cfg(feature = "document")]
    pub(super) fn keep(&mut self, hits: Whole) {
        self.hits = Hits::Whole(hits);
    }

    /// The latest time of a fact or an event.
    #[cfg(feature = "document")]
    pub fn latest(&self) -> Millis {
        self.latest.max(self.latest_fact)
    }

    /// Adds a fact that is judged already.
    #[cfg(feature = "document")]
    pub(super) fn put(&mut self, judged: Judged) {
        self.known.looked_at = None;
        self.latest_fact = self.latest_fact.max(judged.at);
        self.facts.push(judged);
    }

    /// Takes in an event without an id that is not automated; its place.
    #[cfg(feature = "document")]
    pub(super) fn arrive_plain(&mut self, at: Millis) -> u32 {
        let place = self.events();
        self.latest = self.latest.max(at);
        self.note(at);
        place
    }

    /// Notes that an event matches a pattern.
    #[cfg(feature = "document")]
    pub(super) fn hit(&mut self, pattern: u32, at: Millis, place: u32) {
        self.hits.add(pattern, at, place);
    }

    pub fn learn(&mut self, playbook: &Playbook, fact: &Fact) {
        self.known.looked_at = None;
        let judged = fact.judge(playbook);
        self.latest_fact = self.latest_fact.max(judged.at);
        self.facts.push(judged);
    }

    pub fn facts(&self) -> usize {
        self.facts.len()
    }

    pub fn events(&self) -> u32 {
        self.times.len() as u32
    }

    pub fn track(&mut self, playbook: &Playbook, event: &Event) {
        if let Some(place) = self.arrive(event) {
            event.patterns(playbook, &mut |pattern| {
                self.hits.add(pattern, event.at, place);
            });
        }
    }

    /// Takes an event in, unless it is set aside; its place.
    pub(super) fn arrive(&mut self, event: &Event) -> Option<u32> {
        let place = self.events();
        if (event.id.is_some() || event.automated) && self.is_aside(event, place) {
            self.note(Millis::MIN);
            return None;
        }
        self.latest = self.latest.max(event.at);
        self.note(event.at);
        Some(place)
    }

    /// Keeps when an event happened. The list grows by an eighth: of many events it is most of what is kept.
    fn note(&mut self, at: Millis) {
        if cfg!(feature = "quick") && self.times.len() == self.times.capacity() {
            self.times.reserve_exact(self.times.len() / 8 + 32);
        }
        self.times.push(at);
    }

    /// Whether an event is set aside for good.
    fn is_aside(&mut self, event: &Event, place: u32) -> bool {
        let duplicate = match &event.id {
            Some(id) => !self.ids.add(id, place),
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
        }
        duplicate || event.automated
    }

    /// The events of a pattern up to an instant.
    pub(super) fn hits(&self, pattern: u32, as_of: Millis) -> &[Millis] {
        let all = self.hits.times(pattern);
        if self.latest <= as_of {
            return all;
        }
        all.get(..all.partition_point(|at| *at <= as_of))
            .unwrap_or(&[])
    }

    /// The places of the events of a pattern.
    pub fn places(&self, pattern: u32) -> &[u32] {
        self.hits.places(pattern)
    }

    /// Events set aside at an instant, in order of arrival: place, id, reason.
    pub fn events_aside(&self, as_of: Millis, each: &mut dyn FnMut(u32, Option<&str>, Why)) {
        let mut others = self.aside.iter().peekable();
        if self.latest > as_of {
            for (place, _) in (0..).zip(&self.times).filter(|(_, at)| **at > as_of) {
                while let Some(other) = others.next_if(|other| other.place < place) {
                    each(other.place, other.id.as_deref(), other.why);
                }
                each(place, self.ids.of(place), Why::Future);
            }
        }
        others.for_each(|other| each(other.place, other.id.as_deref(), other.why));
    }

    /// Finds what is known at an instant, unless that is what was found last.
    pub fn look(&mut self, playbook: &Playbook, as_of: Millis) -> Seen<'_> {
        if self.known.looked_at != Some(self.instant(as_of)) {
            let mut known = core::mem::take(&mut self.known);
            self.find(playbook, as_of, &mut known);
            self.known = known;
        }
        self.seen(&self.known)
    }

    /// What was found last.
    #[cfg(feature = "document")]
    pub fn seen_last(&self) -> Seen<'_> {
        self.seen(&self.known)
    }

    /// Whether decisions need no more than what lies close together: all facts are exact, none is a date, nothing is set aside.
    #[cfg(feature = "document")]
    pub fn is_plain(&self) -> bool {
        let is_plain = |fact: &Judged| fact.says && !fact.is_open && !fact.is_date;
        self.aside.is_empty() && self.known.reasons.is_empty() && self.facts.iter().all(is_plain)
    }

    fn seen<'s>(&'s self, known: &'s Known) -> Seen<'s> {
        Seen {
            stage: self.stage,
            state: self,
            known,
            #[cfg(feature = "document")]
            close: None,
        }
    }

    /// Where no fact lies in the future the instant makes no difference.
    fn instant(&self, as_of: Millis) -> Millis {
        as_of.min(self.latest_fact)
    }

    fn find(&self, playbook: &Playbook, as_of: Millis, known: &mut Known) {
        known.looked_at = Some(self.instant(as_of));
        self.choose(playbook.attributes.len(), as_of, known);
        known.spans.clone_from(&playbook.index.unknown);
        known.open.clone_from(&playbook.index.all);
        for (attribute, winner) in (0u16..).zip(&known.winners) {
            let Some(at) = winner.checked_sub(1) else {
                continue;
            };
            let Some(fact) = self.facts.get(at as usize).filter(|fact| fact.says) else {
                continue;
            };
            if !fact.is_open
                && let Some(word) = known.open.get_mut(usize::from(attribute / 64))
            {
                *word &= !(1 << (attribute % 64));
            }
            let tests = playbook.index.tests_of(attribute);
            let mut codes = fact.codes.get(0);
            for (place, condition) in (1usize..).zip(tests) {
                if let Some(spans) = known.spans.get_mut(*condition as usize) {
                    *spans = code::spans(codes as u8 & 7);
                }
                codes = match place % CODES_A_NUMBER {
                    0 => fact.codes.get(place / CODES_A_NUMBER),
                    _ => codes >> 3,
                };
            }
        }
    }

    /// Finds by attribute which fact counts, and why the others don't.
    fn choose(&self, attributes: usize, as_of: Millis, known: &mut Known) {
        known.winners.clear();
        known.winners.resize(attributes, 0);
        known.reasons.clear();
        for (place, fact) in self.facts.iter().enumerate() {
            let Some(winner) = known.winners.get_mut(usize::from(fact.attribute)) else {
                continue;
            };
            let other = winner.checked_sub(1).map(|at| at as usize);
            let earlier = other.and_then(|at| self.facts.get(at));
            let (loser, why) = if let Some(why) = fact.why {
                (Some(place), why)
            } else if fact.at > as_of {
                (Some(place), Why::Future)
            } else if earlier.is_some_and(|it| outranks(it, fact)) {
                (Some(place), Why::Outranked)
            } else {
                *winner = place as u32 + 1;
                (other, Why::Outranked)
            };
            if let Some(loser) = loser {
                known.reasons.resize(self.facts.len(), None);
                if let Some(reason) = known.reasons.get_mut(loser) {
                    *reason = Some(why);
                }
            }
        }
    }
}

/// Whether the earlier of two facts in the list keeps its place against the later one.
fn outranks(earlier: &Judged, later: &Judged) -> bool {
    match earlier.source.cmp(&later.source) {
        core::cmp::Ordering::Equal => earlier.at > later.at,
        order => order.is_lt(),
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
