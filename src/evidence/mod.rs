//! What is known of one lead: facts with their sources, and events.

mod hits;
mod ids;
mod judged;
#[cfg(feature = "document")]
mod laid_out;
mod matching;
#[cfg(feature = "document")]
mod quick;
#[cfg(feature = "document")]
mod read;
mod seen;
mod state;
#[cfg(feature = "document")]
mod table;
#[cfg(feature = "document")]
mod values;

#[cfg(feature = "document")]
use laid_out::LaidOut;
#[cfg(feature = "document")]
pub use read::Lead;
#[cfg(feature = "document")]
pub(crate) use read::Reading;

use crate::playbook::{Micro, Millis, Playbook, Value};
use alloc::{boxed::Box, vec::Vec};

pub(crate) use matching::in_intervals;
#[cfg(feature = "document")]
pub(crate) use matching::{matches, passes};
pub(crate) use seen::Seen;
#[cfg(feature = "document")]
pub(crate) use state::WHOLE;
pub(crate) use state::{State, Why};
#[cfg(feature = "document")]
pub(crate) use table::Table;

/// What is known of one lead, in the terms of one playbook.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    pub(crate) id: Option<Box<str>>,
    pub(crate) stage: Option<InStage>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) events: Vec<Event>,
    /// The same as decisions need it, where that has been found already.
    #[cfg(feature = "document")]
    pub(crate) laid_out: Option<LaidOut>,
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.stage == other.stage
            && self.facts == other.facts
            && self.events == other.events
    }
}

impl Evidence {
    /// The id that the evidence carries, if any.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The stage that the record is in, if it is said.
    pub fn stage(&self) -> Option<InStage> {
        self.stage
    }

    /// What is known at an instant, where it is laid out for that.
    #[cfg(feature = "document")]
    pub(crate) fn seen<'s>(
        &'s self,
        playbook: &Playbook,
        as_of: Millis,
        empty: &'s State,
    ) -> Option<Seen<'s>> {
        let laid_out = self.laid_out.as_ref()?;
        laid_out.seen(playbook, as_of, self.stage, empty)
    }

    /// The same.
    #[cfg(not(feature = "document"))]
    pub(crate) fn seen<'s>(&'s self, _: &Playbook, _: Millis, _: &'s State) -> Option<Seen<'s>> {
        None
    }

    fn change(&mut self) {
        #[cfg(feature = "document")]
        {
            self.laid_out = None;
        }
    }

    /// Says which stage the record is in.
    pub fn enter(&mut self, stage: InStage) {
        self.change();
        self.stage = Some(stage);
    }

    /// Adds a fact.
    pub fn learn(&mut self, fact: Fact) {
        self.change();
        self.facts.push(fact);
    }

    /// Adds an event.
    pub fn track(&mut self, event: Event) {
        self.change();
        self.events.push(event);
    }

    /// The facts, in the order in which they were given.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The events, in the order in which they were given.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

/// The stage that a record is in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InStage {
    /// Place in the playbook's stages.
    pub(crate) stage: u16,
    pub(crate) since: Option<Millis>,
}

/// One observation of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Place in the playbook's attributes.
    pub(crate) attribute: u16,
    pub(crate) finding: Finding,
    /// Place in the playbook's sources.
    pub(crate) source: u16,
    /// Who asserts it: place in the playbook's asserters, `None` where it is nobody named there.
    pub(crate) by: Option<u16>,
    pub(crate) at: Option<Millis>,
    /// A form default that nobody touched.
    pub(crate) default: bool,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Exactly this.
    Exactly(Value),
    /// A number from the one to the other.
    Between(Micro, Micro),
    /// One of these options, sorted.
    AnyOf(Vec<u16>),
}

/// One occurrence of a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub(crate) id: Option<Box<str>>,
    /// Place in the playbook's signals.
    pub(crate) signal: u16,
    pub(crate) at: Millis,
    /// Property and value, each property once; sorted by property where they come from text.
    pub(crate) properties: Vec<(u16, Value)>,
    /// By a bot or a mail scanner.
    pub(crate) automated: bool,
}

impl Evidence {
    /// Finds what the playbook makes of it, so that it need not be found for each decision.
    #[cfg(feature = "document")]
    pub(crate) fn laid_out(mut self, playbook: &Playbook) -> Self {
        self.laid_out = Some(LaidOut::new(playbook, &self));
        self
    }
}

impl Finding {
    /// Whether a range holds a whole number.
    pub(crate) fn has_whole(&self) -> bool {
        match self {
            Self::Between(low, high) => state::round_up(*low) <= *high,
            Self::Exactly(_) | Self::AnyOf(_) => true,
        }
    }
}
