//! What a record's page needs to be told: its story, its clocks, and the ways that lead on.

use super::answer::write_moves;
use super::clocks::sla;
use super::look::Eyes;
use super::passing::Moment;
use super::record::{Entry, Record};
use super::refusal::{Refusal, stage_name, write_names};
use super::standing::{Clock, ClockState};
use crate::gather::Gather;
use crate::json::Writer;
use crate::playbook::Millis;
use crate::playbook::document::stages::{Command, Due};
use crate::playbook::lifecycle::{Lifecycle, Passage};
use alloc::{string::String, vec::Vec};

/// A transition from where a record is.
struct Way<'l> {
    passage: &'l Passage,
    /// Where a command needs one: those that are for it.
    reasons: Option<Vec<&'l str>>,
    needs_return: bool,
    /// When time alone makes it.
    due_at: Option<Millis>,
    /// Whether automation waits for something new.
    held_back: bool,
    missing: Vec<Refusal>,
}

impl Record {
    /// Everything that there is to tell about the record at an instant, as JSON text; `docs/LIFECYCLE.md` describes it.
    ///
    /// An instant before its last entry stands for that entry's.
    pub fn explain(&self, as_of: Millis) -> String {
        let as_of = self.standing.as_of.map_or(as_of, |at| at.max(as_of));
        // Looking takes room of its own.
        let mut own = self.clone();
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("as_of").integer(as_of);
        let calendar = self.lifecycle.calendar.as_ref();
        w.key("utc_offset_ms")
            .integer(calendar.map_or(0, |it| it.utc_offset));
        w.key("record").raw(&self.to_json());
        w.key("story").open('[');
        for index in self.order() {
            if let Some(entry) = self.entries.get(index) {
                self.write_entry_told(w.item(), index, entry);
            }
        }
        w.close(']');
        w.key("clocks").open('[');
        for clock in &self.standing.clocks {
            self.write_clock_told(w.item(), clock, as_of);
        }
        w.close(']');
        w.key("ways").open('[');
        let (ways, content) = own.outlook(as_of);
        for way in ways {
            write_way(&self.lifecycle, w.item(), &way);
        }
        w.close(']');
        w.key("content").open('[');
        for label in content {
            w.item().text(label);
        }
        w.close(']');
        w.key("next_at").integer_or_null(own.next_at(as_of));
        w.key("erase_at").integer_or_null(own.erase_at(as_of));
        w.close('}');
        text
    }

    fn write_entry_told(&self, w: &mut Writer, index: usize, entry: &Entry) {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let before = self.entries.iter().take(index);
        let late = before.map(|it| it.as_of).max() > Some(entry.as_of);
        w.open('{');
        w.key("entry").integer(i64::from(number));
        w.key("as_of").integer(entry.as_of);
        w.key("late").boolean(late);
        w.key("void").boolean(entry.void);
        match &entry.input {
            None => w.key("input").null(),
            Some(input) => w.key("input").raw(&input.canonical),
        }
        write_moves(w.key("moves"), &self.lifecycle.playbook, &entry.moves);
        w.close('}');
    }

    /// How much time a clock has left, had left, or is over; working time where it counts that.
    fn write_clock_told(&self, w: &mut Writer, clock: &Clock, as_of: Millis) {
        let calendar = self.lifecycle.calendar.as_ref();
        let works = sla(&self.lifecycle, clock.stage).is_some_and(|sla| sla.working);
        let calendar = calendar.filter(|_| works);
        let until = clock.ended_at.unwrap_or(as_of);
        let between = |from: Millis, to: Millis| match calendar {
            Some(calendar) => calendar.between(from, to),
            None => to.saturating_sub(from),
        };
        let left = match until <= clock.due_at {
            true => between(until, clock.due_at),
            false => between(clock.due_at, until).saturating_neg(),
        };
        w.open('{');
        w.key("working").boolean(calendar.is_some());
        let left = (clock.state != ClockState::Stopped).then_some(left);
        w.key("left_ms").integer_or_null(left);
        w.close('}');
    }

    /// The ways from here, and what to offer.
    fn outlook(&mut self, as_of: Millis) -> (Vec<Way<'_>>, Vec<&str>) {
        let lifecycle = &*self.lifecycle;
        let Some(stay) = self.standing.stay else {
            return (Vec::new(), Vec::new());
        };
        let (mut look, kept) = self.held.look(as_of);
        let moment = Moment {
            lifecycle,
            kept,
            standing: &self.standing,
            stay,
            as_of,
        };
        let position = self.standing.journey.and_then(|(at, _)| at);
        let content = match lifecycle.journey {
            Some(_) => look.content(lifecycle, position, stay.stage),
            None => Vec::new(),
        };
        let held_back = moment.held_back(&look);
        let from_here = lifecycle.transitions.iter();
        let from_here = from_here.filter(|passage| passage.from.contains(&stay.stage));
        let mut ways = Vec::new();
        for passage in from_here {
            let eyes = match passage.on {
                None => Eyes::Automation,
                Some(_) => Eyes::People,
            };
            let target = lifecycle.stages.get(usize::from(passage.to));
            let returns = target.and_then(|rules| rules.returns);
            let needs_return = returns.is_some_and(|it| it.required && it.after.is_none());
            ways.push(Way {
                passage,
                reasons: (passage.on.filter(|_| passage.reason_needed))
                    .map(|command| reasons_for(lifecycle, command)),
                needs_return: needs_return && passage.on.is_some(),
                due_at: match passage.due {
                    Some(Due::ReturnDate) => self.standing.return_at,
                    Some(Due::Inactivity) => moment.inactive_at(),
                    None => None,
                },
                held_back: held_back && passage.on.is_none() && passage.due.is_none(),
                missing: moment.lacking(&mut look, eyes, passage),
            });
        }
        (ways, content)
    }
}

fn reasons_for(lifecycle: &Lifecycle, command: Command) -> Vec<&str> {
    let reasons = lifecycle.reasons.iter();
    let these = reasons.filter(|reason| reason.commands.contains(&command));
    these.map(|reason| &*reason.name).gather()
}

fn write_way(lifecycle: &Lifecycle, w: &mut Writer, way: &Way<'_>) {
    let Way { passage, .. } = way;
    w.open('{');
    w.key("to")
        .text(stage_name(&lifecycle.playbook, passage.to));
    w.key("on")
        .text_or_null(passage.on.map(|command| command.word()));
    w.key("act").text_or_null(passage.act.as_deref());
    write_names(w.key("by"), passage.by.iter().map(|name| &**name));
    w.key("due").text_or_null(passage.due.map(|due| match due {
        Due::ReturnDate => "return_date",
        Due::Inactivity => "inactivity",
    }));
    w.key("due_at").integer_or_null(way.due_at);
    match &way.reasons {
        None => w.key("reasons").null(),
        Some(reasons) => write_names(w.key("reasons"), reasons.iter().copied()),
    }
    w.key("note").boolean(passage.note_needed);
    w.key("return").boolean(way.needs_return);
    w.key("held_back").boolean(way.held_back);
    w.key("missing").open('[');
    for refusal in &way.missing {
        refusal.write(w.item(), lifecycle);
    }
    w.close(']');
    w.close('}');
}
