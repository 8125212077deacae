//! Erasing what a record holds, with the chain of its journal kept.

use super::effects::{Change, Do, Fields, LEAD, NULL, split};
use super::held::Held;
use super::input::Erase;
use super::journal::{self, Good};
use super::moving::Happening;
use super::record::{Record, Taken};
use super::refusal::{Refusal, Why};
use super::standing::{Erased, Standing};
use crate::gather::Keep;
use crate::playbook::Millis;
use crate::playbook::document::retention::Since;
use crate::sorted::Map;
use alloc::{boxed::Box, vec::Vec};

/// Looks whether erased entries stand where they may: all entries before one that erases, which is the last one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Erasures {
    /// The first entry that is erased, that is not, and that comes after one that erases.
    erased: Option<u32>,
    whole: Option<u32>,
    after: Option<u32>,
    done: bool,
}

impl Erasures {
    /// Sees an entry that is good for itself.
    pub fn see(&mut self, number: u32, good: &Good<'_>) {
        let slot = match &good.payload {
            _ if self.done => &mut self.after,
            None => &mut self.erased,
            Some(payload) if payload.input.get("erase").is_some() => {
                self.done = true;
                return;
            }
            Some(_) => &mut self.whole,
        };
        slot.get_or_insert(number);
    }

    /// The first entry that is not what it should be.
    pub fn wrong(self) -> Option<u32> {
        match self.done {
            true => self.whole.or(self.after),
            false => self.erased,
        }
    }
}

impl Record {
    /// Whether everything that it held was erased.
    pub fn is_erased(&self) -> bool {
        self.standing.erased.is_some()
    }

    /// Takes everything away that the record holds. Its entries keep their places in the chain.
    pub(super) fn erase(&mut self, erase: &Erase, as_of: Millis) -> Result<Taken, Vec<Refusal>> {
        // What was due can't be told any more where the payload is gone already.
        let is_hollow = self.entries.first().is_some_and(|it| it.input.is_none());
        if erase.by_retention && !is_hollow {
            let due = self.erase_at(as_of);
            if due.is_none_or(|due| as_of < due) {
                let why = Why::NotDue(due);
                return Err(Vec::from([Refusal { to: None, why }]));
            }
        }
        let changes = to_delete(&self.standing.crm);
        for entry in &mut self.entries {
            if entry.input.take().is_some() {
                entry.line = journal::erase(&entry.line);
            }
            entry.moves = Vec::new();
            entry.void = false;
        }
        self.held = Held::new(self.lifecycle.inner.clone());
        self.standing = Standing {
            as_of: self.standing.as_of.max(Some(as_of)),
            erased: Some(Erased {
                at: as_of,
                by: erase.by.clone(),
                why: erase.why.clone(),
                entry: self.len().saturating_add(1),
            }),
            ..Standing::default()
        };
        Ok(Taken {
            happening: Happening {
                changes,
                ..Happening::default()
            },
            changed: None,
            idle: false,
        })
    }

    /// When the playbook's retention rule wants the record erased, if nothing more happens; `None`: it is kept.
    ///
    /// Looked at as of an instant, or of the last entry where that is later. Time alone erases nothing.
    pub fn erase_at(&self, as_of: Millis) -> Option<Millis> {
        let stay = self.standing.stay?;
        let mut rules = self.lifecycle.retention.iter();
        let rule = rules.find(|rule| {
            rule.stages
                .as_ref()
                .is_none_or(|it| it.contains(&stay.stage))
        })?;
        let since = match rule.since {
            Since::Stage => stay.since,
            Since::LastTouch => {
                self.last_touch(self.standing.as_of.map_or(as_of, |at| at.max(as_of)))?
            }
        };
        Some(since.saturating_add(rule.after))
    }

    /// The latest event that is activity, or what people did with the record; at least its beginning.
    fn last_touch(&self, as_of: Millis) -> Option<Millis> {
        let began = self
            .standing
            .stages
            .values()
            .map(|it| it.first_entered)
            .min();
        let activity = &self.lifecycle.activity;
        let events = self.held.kept.counting(Millis::MIN, as_of);
        let events = events.filter(|event| activity.get(usize::from(event.signal)) == Some(&true));
        let latest = events.map(|event| event.at).max();
        began.max(latest).max(self.standing.touched)
    }
}

/// Objects that are about a person, in lower case.
const PEOPLE: [&str; 3] = ["contact", "lead", "person"];
/// What a Salesforce Lead becomes besides.
const CONTACT: &str = "Contact";

/// What has to go when a record is erased: objects about a person, and in others the fields that were filled.
fn to_delete(crm: &Map<Box<str>, Fields>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (system, sheet) in crm {
        // By object, the fields that hold something.
        let mut objects: Map<&str, Vec<&str>> = Map::new();
        for (name, kept) in &sheet.fields {
            let (object, field) = split(name);
            let filled = objects.entry(object).or_default();
            filled.keep((*kept.value != *NULL).then_some(field));
        }
        if sheet.converted_at.is_some() {
            objects.entry(LEAD).or_default();
            objects.entry(CONTACT).or_default();
        }
        for (object, fields) in objects {
            let change = |what, field: Option<&str>| Change {
                system: system.clone(),
                what,
                object: Box::from(object),
                field: field.map(Box::from),
                value: Box::from(NULL),
                inferred: false,
            };
            match PEOPLE.contains(&&*crate::fold::fold(object)) {
                true => changes.push(change(Do::Delete, None)),
                false => changes.extend(fields.into_iter().map(|it| change(Do::Clear, Some(it)))),
            }
        }
    }
    changes
}
