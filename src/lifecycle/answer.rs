//! What became of an input.

use super::effects::Change;
use super::journal::{by, write_sorted};
use super::record::Record;
use super::refusal::{Refusal, stage_name, write_names};
use super::standing::{ClockNews, Move, Owner, Tick};
use crate::gather::Gather;
use crate::json::Writer;
use crate::playbook::lifecycle::Lifecycle;
use crate::playbook::{Millis, Playbook};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// What became of an input: the moves, CRM changes and clocks, or what is missing.
#[derive(Clone, Debug)]
pub struct Answer {
    lifecycle: Arc<Lifecycle>,
    pub(super) done: bool,
    as_of: Millis,
    record: Option<Box<str>>,
    pub(super) entry: Option<u32>,
    pub(super) refused: Vec<Refusal>,
    pub(super) moves: Vec<Move>,
    stage: Option<u16>,
    status: Option<Box<str>>,
    owner: Owner,
    pub(super) changes: Vec<Change>,
    pub(super) clocks: Vec<ClockNews>,
    journey: Option<Offered>,
    pub(super) changed: Option<Changed>,
    next_at: Option<Millis>,
    erase_at: Option<Millis>,
}

/// The journey's position and what to offer there.
#[derive(Clone, Debug)]
struct Offered {
    position: Option<Box<str>>,
    content: Vec<Box<str>>,
}

/// What a late input changed of what came after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    pub taken_back: Vec<Move>,
    pub made: Vec<Move>,
    pub void: Vec<u32>,
    pub valid: Vec<u32>,
}

impl Answer {
    pub(super) fn new(record: &Record, as_of: Millis) -> Self {
        Self {
            lifecycle: record.lifecycle.clone(),
            done: false,
            as_of,
            record: record.id.clone(),
            entry: None,
            refused: Vec::new(),
            moves: Vec::new(),
            stage: None,
            status: None,
            owner: Owner::default(),
            changes: Vec::new(),
            clocks: Vec::new(),
            journey: None,
            changed: None,
            next_at: None,
            erase_at: None,
        }
    }

    /// Says how the record stands now.
    pub(super) fn describe(&mut self, record: &mut Record) {
        self.status = record.status().map(Box::from);
        let standing = &record.standing;
        self.stage = standing.stay.map(|stay| stay.stage);
        self.owner = standing.owner.clone();
        // Of a late input, the present is that of the latest entry.
        let now = standing.as_of.map_or(self.as_of, |at| at.max(self.as_of));
        if self.lifecycle.journey.is_some() {
            let position = standing.journey.and_then(|(at, _)| at);
            let name = position
                .and_then(|at| record.position_name(at))
                .map(Box::from);
            let content = self.stage.map_or_else(Vec::new, |stage| {
                let (mut look, _) = record.held.look(now);
                let content = look.content(&self.lifecycle, position, stage);
                content.into_iter().map(Box::from).gather()
            });
            self.journey = Some(Offered {
                position: name,
                content,
            });
        }
        self.next_at = record.next_at(now);
        self.erase_at = record.erase_at(now);
    }

    /// Whether the input was taken in. If not, it was refused, or it was a tick at which nothing happened.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// The number of the journal's entry that was written.
    pub fn entry(&self) -> Option<u32> {
        self.entry
    }

    /// What is missing where it was refused.
    pub fn refused(&self) -> &[Refusal] {
        &self.refused
    }

    /// The moves that it made, from and to; a record that begins comes from nowhere.
    pub fn moves(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let name = |stage| stage_name(&self.lifecycle.inner, stage);
        self.moves
            .iter()
            .map(move |it| (it.from.map(name), name(it.to)))
    }

    /// The stage that the record is in now.
    pub fn stage(&self) -> Option<&str> {
        self.stage
            .map(|stage| stage_name(&self.lifecycle.inner, stage))
    }

    /// The earliest instant at which a tick may do something.
    pub fn next_at(&self) -> Option<Millis> {
        self.next_at
    }

    /// When the playbook's retention rule wants the record erased, if nothing more happens.
    pub fn erase_at(&self) -> Option<Millis> {
        self.erase_at
    }

    /// The answer as JSON text, as `docs/LIFECYCLE.md` describes it.
    pub fn to_json(&self) -> String {
        let playbook = &self.lifecycle.inner;
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("done").boolean(self.done);
        w.key("as_of").integer(self.as_of);
        w.key("record").text_or_null(self.record.as_deref());
        w.key("entry").integer_or_null(self.entry.map(i64::from));
        w.key("refused").open('[');
        for refusal in &self.refused {
            refusal.write(w.item(), &self.lifecycle);
        }
        w.close(']');
        write_moves(w.key("moves"), playbook, &self.moves);
        w.key("stage").text_or_null(self.stage());
        w.key("status").text_or_null(self.status.as_deref());
        self.owner.write(w.key("owner"));
        w.key("crm").open('[');
        for change in &self.changes {
            change.write(w.item());
        }
        w.close(']');
        w.key("clocks").open('[');
        for news in &self.clocks {
            news.write(w.item(), playbook);
        }
        w.close(']');
        match &self.journey {
            None => w.key("journey").null(),
            Some(Offered { position, content }) => {
                w.key("journey").open('{');
                w.key("position").text_or_null(position.as_deref());
                write_names(w.key("content"), content.iter().map(|label| &**label));
                w.close('}');
            }
        }
        match &self.changed {
            None => w.key("changed").null(),
            Some(changed) => {
                w.key("changed").open('{');
                write_moves(w.key("taken_back"), playbook, &changed.taken_back);
                write_moves(w.key("made"), playbook, &changed.made);
                write_numbers(w.key("void"), &changed.void);
                write_numbers(w.key("valid"), &changed.valid);
                w.close('}');
            }
        }
        w.key("next_at").integer_or_null(self.next_at);
        w.key("erase_at").integer_or_null(self.erase_at);
        w.close('}');
        text
    }
}

impl Changed {
    /// In canonical form.
    pub fn write_sorted(&self, w: &mut Writer, playbook: &Playbook) {
        w.open('{');
        write_sorted(w.key("made"), playbook, &self.made);
        write_sorted(w.key("taken_back"), playbook, &self.taken_back);
        write_numbers(w.key("valid"), &self.valid);
        write_numbers(w.key("void"), &self.void);
        w.close('}');
    }
}

pub(super) fn write_moves(w: &mut Writer, playbook: &Playbook, moves: &[Move]) {
    w.open('[');
    for it in moves {
        w.item().open('{');
        w.key("at").integer(it.at);
        let from = it.from.map(|stage| stage_name(playbook, stage));
        w.key("from").text_or_null(from);
        w.key("to").text(stage_name(playbook, it.to));
        w.key("by").text(by(it));
        w.key("on").text_or_null(it.on.map(|on| on.word()));
        w.key("act").text_or_null(it.act.as_deref());
        w.key("reason").text_or_null(it.reason.as_deref());
        w.key("note").text_or_null(it.note.as_deref());
        let names = it.skipped.iter().map(|stage| stage_name(playbook, *stage));
        write_names(w.key("skipped"), names);
        w.close('}');
    }
    w.close(']');
}

pub(super) fn write_numbers(w: &mut Writer, numbers: &[u32]) {
    w.open('[');
    for number in numbers {
        w.item().integer(i64::from(*number));
    }
    w.close(']');
}

impl Owner {
    pub fn write(&self, w: &mut Writer) {
        if self.is_nobody() {
            return w.null();
        }
        w.open('{');
        w.key("role").text_or_null(self.role.as_deref());
        w.key("queue").text_or_null(self.queue.as_deref());
        w.key("name").text_or_null(self.name.as_deref());
        w.close('}');
    }
}

impl ClockNews {
    fn write(&self, w: &mut Writer, playbook: &Playbook) {
        w.open('{');
        w.key("stage").text(stage_name(playbook, self.stage));
        w.key("what").text(match self.what {
            Tick::Started => "started",
            Tick::Met => "met",
            Tick::Broken => "broken",
            Tick::Stopped => "stopped",
            Tick::Ended => "ended",
        });
        w.key("at").integer(self.at);
        w.key("due_at").integer(self.due_at);
        w.key("priority").text_or_null(self.priority.as_deref());
        w.key("owner").text_or_null(self.owner.as_deref());
        w.close('}');
    }
}
