//! How a record stands: what follows from its journal besides its evidence.

use super::effects::Fields;
use crate::playbook::Millis;
use crate::playbook::document::stages::Command;
use crate::sorted::Map;
use alloc::{boxed::Box, vec::Vec};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Standing {
    pub as_of: Option<Millis>,
    pub stay: Option<Stay>,
    pub status: Option<(u16, Millis)>,
    pub owner: Owner,
    pub return_at: Option<Millis>,
    pub discount: Option<Millis>,
    pub identified: bool,
    pub known: bool,
    pub journey: Option<(Option<u16>, Millis)>,
    pub stages: Map<u16, History>,
    pub clocks: Vec<Clock>,
    pub crm: Map<Box<str>, Fields>,
    pub merged: Vec<Merged>,
    /// When a command moved it last.
    pub commanded: Option<Millis>,
    /// When people did something with it last: a command, a status, an assignment.
    pub touched: Option<Millis>,
    pub erased: Option<Erased>,
}

/// How what a record held was erased.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Erased {
    pub at: Millis,
    pub by: Box<str>,
    pub why: Option<Box<str>>,
    pub entry: u32,
}

/// The present stay in a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stay {
    pub stage: u16,
    pub since: Millis,
    /// Whether entering it set the discount instant.
    pub discounted: bool,
    /// Whether its clock, the last one, was started.
    pub clocked: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Owner {
    pub role: Option<Box<str>>,
    pub queue: Option<Box<str>>,
    pub name: Option<Box<str>>,
}

impl Owner {
    pub fn is_nobody(&self) -> bool {
        self.role.is_none() && self.queue.is_none() && self.name.is_none()
    }
}

/// What is kept of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct History {
    pub first_entered: Millis,
    pub inferred: bool,
    pub last_entered: Option<Millis>,
    pub last_left: Option<Millis>,
    pub times: u32,
    /// Of stays that are over.
    pub spent_ms: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockState {
    Running,
    Met,
    Broken,
    Stopped,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clock {
    pub stage: u16,
    pub priority: Option<Box<str>>,
    pub owner: Option<Box<str>>,
    pub escalate: Option<Box<str>>,
    pub started_at: Millis,
    pub due_at: Millis,
    pub state: ClockState,
    pub broken_at: Option<Millis>,
    pub ended_at: Option<Millis>,
}

/// A record that was merged into this one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Merged {
    pub id: Option<Box<str>>,
    pub head: Box<str>,
    pub entries: u32,
}

/// Who made a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    Start,
    Automation,
    Role(Box<str>),
}

/// A move from stage to stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub at: Millis,
    pub from: Option<u16>,
    pub to: u16,
    pub by: By,
    pub on: Option<Command>,
    pub act: Option<Box<str>>,
    pub reason: Option<Box<str>>,
    pub note: Option<Box<str>>,
    /// Stages that got an inferred date.
    pub skipped: Vec<u16>,
}

/// What became of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    Started,
    Met,
    Broken,
    Stopped,
    Ended,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ClockNews {
    pub stage: u16,
    pub what: Tick,
    pub at: Millis,
    pub due_at: Millis,
    pub priority: Option<Box<str>>,
    pub owner: Option<Box<str>>,
}
