//! What is missing where an input is refused.

use super::look::{Lack, Unmet};
use crate::json::Writer;
use crate::playbook::document::stages::Command;
use crate::playbook::lifecycle::Lifecycle;
use crate::playbook::{Millis, Playbook};
use alloc::{boxed::Box, vec::Vec};

/// One thing that is missing, or wrong with an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub(super) to: Option<u16>,
    pub(super) why: Why,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    NoTransition {
        stage: u16,
        command: Command,
        possible: Vec<Command>,
    },
    Role(Vec<Box<str>>),
    ReasonMissing(Vec<Box<str>>),
    ReasonUnknown(Box<str>, Vec<Box<str>>),
    NoteMissing,
    ReturnMissing,
    ReturnPast,
    ReturnUnexpected,
    NotIdentified(Vec<u16>),
    Criterion(Unmet),
    Evidence(u16, Lack, Option<Vec<u16>>),
    TooSoon(Millis),
    TooOften,
    StatusUnknown(Box<str>, Vec<Box<str>>),
    StatusSame(Box<str>),
    StatusRole(Vec<Box<str>>),
    Duplicate(u32),
    Started,
    BeforeStart(Millis),
    TooMany(&'static str),
    MergedTwice(Option<Box<str>>),
    Erased(u32),
    NotDue(Option<Millis>),
}

impl Refusal {
    pub(super) fn of(to: u16, why: Why) -> Self {
        Self { to: Some(to), why }
    }

    /// A stable word for what is missing, as listed in `docs/LIFECYCLE.md`.
    pub fn code(&self) -> &'static str {
        match &self.why {
            Why::NoTransition { .. } => "no_transition",
            Why::Role(_) => "role",
            Why::ReasonMissing(_) => "reason_missing",
            Why::ReasonUnknown(..) => "reason_unknown",
            Why::NoteMissing => "note_missing",
            Why::ReturnMissing => "return_missing",
            Why::ReturnPast => "return_past",
            Why::ReturnUnexpected => "return_unexpected",
            Why::NotIdentified(_) => "not_identified",
            Why::Criterion(_) => "criterion",
            Why::Evidence(..) => "evidence_missing",
            Why::TooSoon(_) | Why::TooOften => "re_entry",
            Why::StatusUnknown(..) => "status_unknown",
            Why::StatusSame(_) => "status_same",
            Why::StatusRole(_) => "status_role",
            Why::Duplicate(_) => "duplicate",
            Why::Started => "started",
            Why::BeforeStart(_) => "before_start",
            Why::TooMany(_) => "too_many",
            Why::MergedTwice(_) => "merged_twice",
            Why::Erased(_) => "erased",
            Why::NotDue(_) => "not_due",
        }
    }

    pub(super) fn write(&self, w: &mut Writer, lifecycle: &Lifecycle) {
        let playbook = &lifecycle.inner;
        w.open('{');
        w.key("code").text(self.code());
        let to = self.to.map(|stage| stage_name(playbook, stage));
        w.key("to").text_or_null(to);
        match &self.why {
            Why::NoTransition {
                stage,
                command,
                possible,
            } => {
                w.key("stage").text(stage_name(playbook, *stage));
                w.key("command").text(command.word());
                let words = possible.iter().map(|command| command.word());
                write_names(w.key("possible"), words);
            }
            Why::Role(needs) | Why::StatusRole(needs) => {
                write_names(w.key("needs"), needs.iter().map(|name| &**name));
            }
            Why::ReasonMissing(reasons) => {
                write_names(w.key("reasons"), reasons.iter().map(|name| &**name));
            }
            Why::ReasonUnknown(reason, reasons) => {
                w.key("reason").text(reason);
                write_names(w.key("reasons"), reasons.iter().map(|name| &**name));
            }
            Why::NotIdentified(attributes) => {
                let names = attributes.iter().map(|it| attribute_name(playbook, *it));
                write_names(w.key("attributes"), names);
            }
            Why::Criterion(unmet) => {
                w.key("at").text(&unmet.at);
                let truth = if unmet.unknown { "unknown" } else { "unmet" };
                w.key("truth").text(truth);
                let names = unmet.facts.iter().map(|it| attribute_name(playbook, *it));
                write_names(w.key("facts"), names);
            }
            Why::Evidence(attribute, lack, sources) => {
                w.key("attribute")
                    .text(attribute_name(playbook, *attribute));
                w.key("why").text(match lack {
                    Lack::Unknown => "unknown",
                    Lack::Source => "source",
                    Lack::Old => "old",
                });
                let name = |place: &u16| playbook.name_in(&playbook.sources, *place);
                match sources {
                    None => w.key("sources").null(),
                    Some(sources) => {
                        let names = sources.iter().map(name);
                        write_names(w.key("sources"), names);
                    }
                }
            }
            Why::TooSoon(at) => {
                w.key("why").text("too_soon");
                w.key("not_before").integer(*at);
            }
            Why::TooOften => {
                w.key("why").text("too_often");
                w.key("not_before").null();
            }
            Why::StatusUnknown(status, statuses) => {
                w.key("status").text(status);
                write_names(w.key("statuses"), statuses.iter().map(|name| &**name));
            }
            Why::StatusSame(status) => w.key("status").text(status),
            Why::NotDue(at) => w.key("not_before").integer_or_null(*at),
            Why::Duplicate(entry) | Why::Erased(entry) => w.key("entry").integer(i64::from(*entry)),
            Why::BeforeStart(at) => w.key("not_before").integer(*at),
            Why::TooMany(what) => w.key("what").text(what),
            Why::MergedTwice(id) => w.key("id").text_or_null(id.as_deref()),
            Why::NoteMissing
            | Why::ReturnMissing
            | Why::ReturnPast
            | Why::ReturnUnexpected
            | Why::Started => {}
        }
        w.close('}');
    }
}

pub(super) fn stage_name(playbook: &Playbook, stage: u16) -> &str {
    playbook.stage_name(stage)
}

pub(super) fn attribute_name(playbook: &Playbook, attribute: u16) -> &str {
    playbook.name_in(&playbook.attributes, attribute)
}

pub(super) fn write_names<'a>(w: &mut Writer, names: impl Iterator<Item = &'a str>) {
    w.open('[');
    for name in names {
        w.item().text(name);
    }
    w.close(']');
}
