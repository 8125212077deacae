//! The compiled lifecycle: a playbook with everything that moves records.

use super::document::crm::{Converted, Take};
use super::document::retention::Since;
use super::document::stages::{Command, Due};
use super::{ConditionId, Millis, Playbook};
use crate::sorted::Map;
use crate::tree::Node;
use alloc::{boxed::Box, sync::Arc, vec::Vec};

/// A checked and compiled playbook with everything that moves records: owners, statuses, clocks, reasons, CRM changes.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    /// What pages have.
    pub(crate) playbook: Arc<Playbook>,
    /// The same with the conditions that only the lifecycle asks. Attributes, signals, stages and scores have the same places.
    pub(crate) inner: Arc<Playbook>,
    pub(crate) identity: Option<Identity>,
    pub(crate) calendar: Option<Calendar>,
    /// By signal, whether its events are activity.
    pub(crate) activity: Vec<bool>,
    pub(crate) journey: Option<Journey>,
    /// The first rule for a stage counts.
    pub(crate) retention: Vec<Retention>,
    pub(crate) labels: Labels,
    /// In the places of the playbook's stages.
    pub(crate) stages: Vec<StageRules>,
    /// In the order of the document.
    pub(crate) transitions: Vec<Passage>,
    /// Sorted by name.
    pub(crate) reasons: Vec<ReasonCode>,
}

impl Lifecycle {
    /// The playbook that decides, as pages have it.
    pub fn playbook(&self) -> &Arc<Playbook> {
        &self.playbook
    }
}

/// A condition with its place in the document.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub condition: ConditionId,
    /// JSON Pointers to its parts, in the order of the condition's parts; one where it is one part.
    pub parts: Vec<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// Attributes of which one must be known.
    pub any_of: Vec<u16>,
    pub interest: Option<Gate>,
    /// By stage, whether anybody may enter it.
    pub anonymous: Vec<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub utc_offset: Millis,
    /// From Monday; spans of a day in milliseconds from midnight, in order.
    pub hours: [Vec<(Millis, Millis)>; 7],
    /// Midnights in local time, sorted.
    pub holidays: Vec<Millis>,
}

#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub positions: Vec<Position>,
    pub content: Vec<Offer>,
}

#[derive(Clone, Debug)]
pub(crate) struct Position {
    pub name: Box<str>,
    pub when: Option<ConditionId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// `None`: every position.
    pub positions: Option<Vec<u16>>,
    /// `None`: every stage.
    pub stages: Option<Vec<u16>>,
    pub when: Option<ConditionId>,
    pub suggest: Vec<Box<str>>,
}

/// For how long records of some stages are kept.
#[derive(Clone, Debug)]
pub(crate) struct Retention {
    /// `None`: every stage.
    pub stages: Option<Vec<u16>>,
    pub after: Millis,
    pub since: Since,
}

/// What names are called for people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    /// By kind (the key of the document) and name.
    names: Map<(Box<str>, Box<str>), Box<str>>,
}

impl Labels {
    /// Those of a document that is good.
    pub fn of(document: &Node) -> Self {
        let mut labels = Self::default();
        for kind in ["attributes", "signals", "stages", "reasons", "scores"] {
            let parts = document.get(kind).and_then(Node::as_object);
            for part in parts.unwrap_or_default() {
                if let Some(label) = part.value.get("label").and_then(Node::as_text) {
                    let key = (Box::from(kind), part.key.clone());
                    labels.names.insert(key, Box::from(label));
                }
            }
        }
        labels
    }

    /// The label of a name; the name where it has none.
    pub fn label<'l>(&'l self, kind: &str, name: &'l str) -> &'l str {
        let label = self.names.get(&(Box::from(kind), Box::from(name)));
        label.map_or(name, |label| label)
    }
}

/// What a stage asks and does.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageRules {
    pub enter: Option<Gate>,
    pub exit: Option<Gate>,
    pub role: Option<Box<str>>,
    pub queue: Option<Box<str>>,
    pub statuses: Vec<Status>,
    /// Who may assign, and set a status that doesn't say who; empty: anyone.
    pub keepers: Vec<Box<str>>,
    pub requires: Vec<Requirement>,
    pub re_entry: Option<ReEntry>,
    pub discounts: Option<bool>,
    pub returns: Option<Return>,
    pub inactive_after: Option<Millis>,
    pub sla: Option<Sla>,
    pub crm: Effects,
}

#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub name: Box<str>,
    /// `None`: the stage's keepers.
    pub by: Option<Vec<Box<str>>>,
    pub crm: Effects,
}

#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub attribute: u16,
    pub sources: Option<Vec<u16>>,
    pub within: Option<Millis>,
}

#[derive(Clone, Debug)]
pub(crate) struct ReEntry {
    pub after: Option<Millis>,
    pub at_most: Option<u32>,
    pub when: Option<Gate>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Return {
    pub after: Option<Millis>,
    pub required: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Sla {
    /// Whether its times are working time.
    pub working: bool,
    pub within: Millis,
    pub owner: Option<Box<str>>,
    pub escalate: Option<Box<str>>,
    pub priorities: Vec<Priority>,
    /// Places of statuses.
    pub statuses: Vec<u16>,
    pub signals: Vec<u16>,
}

#[derive(Clone, Debug)]
pub(crate) struct Priority {
    pub name: Box<str>,
    pub when: ConditionId,
    pub within: Millis,
    pub escalate: Option<Box<str>>,
}

/// A transition with everything that it asks and does.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    /// Sorted.
    pub from: Vec<u16>,
    pub to: u16,
    /// `None`: automation.
    pub on: Option<Command>,
    pub act: Option<Box<str>>,
    pub by: Vec<Box<str>>,
    pub when: Option<Gate>,
    pub due: Option<Due>,
    pub reason_needed: bool,
    pub note_needed: bool,
    pub skips: Vec<u16>,
    pub requires: Vec<Requirement>,
    pub crm: Effects,
}

#[derive(Clone, Debug)]
pub(crate) struct ReasonCode {
    pub name: Box<str>,
    pub commands: Vec<Command>,
    pub note_needed: bool,
}

/// What changes in CRM systems, by system in the order of names.
pub(crate) type Effects = Vec<Effect>;

#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub system: Box<str>,
    /// In the order of the fields.
    pub set: Vec<(Box<str>, FieldValue)>,
    pub clear: Vec<Box<str>>,
    pub stamp: Vec<Box<str>>,
    pub stamp_first: Vec<Box<str>>,
    pub convert: Option<Conversion>,
}

#[derive(Clone, Debug)]
pub(crate) struct Conversion {
    pub to: Vec<Converted>,
    pub status: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    /// JSON.
    Fixed(Box<str>),
    Fact(u16),
    Score(u16),
    Take(Take),
}
