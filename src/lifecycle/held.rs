//! The evidence that a record holds, also as automation sees it after a discount.

use super::look::Look;
use crate::evaluate::Session;
use crate::evidence::{Event, Evidence, Fact, InStage};
use crate::gather::Gather;
use crate::playbook::{Millis, Playbook};
use crate::sorted::Set;
use alloc::{boxed::Box, sync::Arc, vec::Vec};

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub kept: Kept,
    sight: Sight,
}

/// Facts and events as they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub facts: Vec<Learned>,
    pub events: Vec<Seen>,
    ids: Set<Box<str>>,
}

/// What can be judged of them.
#[derive(Clone, Debug)]
struct Sight {
    playbook: Arc<Playbook>,
    session: Session,
    /// What automation sees: nothing of events up to the discount instant.
    fresh: Option<(Millis, Session)>,
}

/// A fact and the time of its input.
#[derive(Clone, Debug)]
pub(super) struct Learned {
    pub fact: Fact,
    /// The text that it says, as it was written.
    pub text: Option<Box<str>>,
    pub at: Millis,
}

/// An event, and whether it is neither automated nor a duplicate.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub event: Event,
    pub counts: bool,
}

impl Held {
    pub fn new(playbook: Arc<Playbook>) -> Self {
        Self {
            kept: Kept::default(),
            sight: Sight {
                session: Session::new(playbook.clone()),
                playbook,
                fresh: None,
            },
        }
    }

    pub fn learn(&mut self, fact: &Fact, text: Option<&str>, as_of: Millis) {
        self.sight.session.learn(fact.clone());
        if let Some((_, fresh)) = &mut self.sight.fresh {
            fresh.learn(fact.clone());
        }
        self.kept.facts.push(Learned {
            fact: fact.clone(),
            text: text.map(Box::from),
            at: fact.at.unwrap_or(as_of),
        });
    }

    pub fn track(&mut self, event: &Event) {
        let first = match &event.id {
            Some(id) => self.kept.ids.insert(id.clone()),
            None => true,
        };
        let counts = first && !event.automated;
        self.sight.session.track(event);
        if let Some((since, fresh)) = &mut self.sight.fresh
            && counts
            && event.at > *since
        {
            fresh.track(event);
        }
        self.kept.events.push(Seen {
            event: event.clone(),
            counts,
        });
    }

    /// From now on automation sees no events up to an instant.
    pub fn discount(&mut self, instant: Millis) {
        let mut fresh = Session::new(self.sight.playbook.clone());
        for learned in &self.kept.facts {
            fresh.learn(learned.fact.clone());
        }
        for seen in &self.kept.events {
            if seen.counts && seen.event.at > instant {
                fresh.track(&seen.event);
            }
        }
        self.sight.fresh = Some((instant, fresh));
    }

    pub fn enter(&mut self, stage: u16, since: Millis) {
        let stay = InStage {
            stage,
            since: Some(since),
        };
        self.sight.session.enter(stay);
        if let Some((_, fresh)) = &mut self.sight.fresh {
            fresh.enter(stay);
        }
    }

    /// Looks at what is held at an instant.
    pub fn look(&mut self, as_of: Millis) -> (Look<'_>, &Kept) {
        let fresh = self.sight.fresh.as_mut();
        let look = Look::new(
            self.sight.session.inquire(as_of),
            fresh.map(|(_, fresh)| fresh.inquire(as_of)),
        );
        (look, &self.kept)
    }
}

impl Kept {
    /// The events that count and happened after an instant, up to another.
    pub fn counting(&self, after: Millis, as_of: Millis) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |seen| seen.counts && seen.event.at > after && seen.event.at <= as_of)
            .map(|seen| &seen.event)
    }

    /// The earliest fact or event that lies ahead.
    pub fn next(&self, as_of: Millis) -> Option<Millis> {
        let facts = self.facts.iter().filter_map(|learned| learned.fact.at);
        let events = self.events.iter().filter(|seen| seen.counts);
        facts
            .chain(events.map(|seen| seen.event.at))
            .filter(|at| *at > as_of)
            .min()
    }

    /// Everything, as evidence.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            facts: self.facts.iter().map(|it| it.fact.clone()).gather(),
            events: self.events.iter().map(|it| it.event.clone()).gather(),
            ..Evidence::default()
        }
    }
}
