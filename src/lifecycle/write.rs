//! A record as JSON text.

use super::answer::write_numbers;
use super::record::Record;
use super::refusal::stage_name;
use super::standing::{Clock, ClockState};
use crate::gather::Gather;
use crate::json::Writer;
use crate::playbook::Playbook;
use alloc::{string::String, vec::Vec};

impl Record {
    pub(super) fn status(&self) -> Option<&str> {
        let stay = self.standing.stay?;
        let (place, _) = self.standing.status?;
        let rules = self.lifecycle.stages.get(usize::from(stay.stage))?;
        rules
            .statuses
            .get(usize::from(place))
            .map(|status| &*status.name)
    }

    pub(super) fn position_name(&self, position: u16) -> Option<&str> {
        let positions = &self.lifecycle.journey.as_ref()?.positions;
        positions.get(usize::from(position)).map(|it| &*it.name)
    }

    /// The record as JSON text, as `docs/LIFECYCLE.md` describes it.
    pub fn to_json(&self) -> String {
        let playbook = &*self.lifecycle.inner;
        let standing = &self.standing;
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("id").text_or_null(self.id.as_deref());
        w.key("playbook").text(playbook.name());
        w.key("version").integer(i64::from(playbook.version()));
        w.key("digest").hex(&playbook.digest);
        w.key("as_of").integer_or_null(standing.as_of);
        w.key("entries").integer(i64::from(self.len()));
        w.key("head").text(&self.head());
        match standing.stay {
            None => w.key("stage").null(),
            Some(stay) => {
                w.key("stage").open('{');
                w.key("name").text(stage_name(playbook, stay.stage));
                w.key("since").integer(stay.since);
                w.close('}');
            }
        }
        match (self.status(), standing.status) {
            (Some(name), Some((_, since))) => {
                w.key("status").open('{');
                w.key("name").text(name);
                w.key("since").integer(since);
                w.close('}');
            }
            _ => w.key("status").null(),
        }
        standing.owner.write(w.key("owner"));
        w.key("return_at").integer_or_null(standing.return_at);
        w.key("discounts_before").integer_or_null(standing.discount);
        w.key("identified").boolean(standing.identified);
        w.key("known").boolean(standing.known);
        match standing.journey {
            None => w.key("journey").null(),
            Some((position, since)) => {
                w.key("journey").open('{');
                let name = position.and_then(|at| self.position_name(at));
                w.key("position").text_or_null(name);
                w.key("since").integer(since);
                w.close('}');
            }
        }
        self.write_stages(&mut w);
        w.key("clocks").open('[');
        for clock in &standing.clocks {
            clock.write(w.item(), playbook);
        }
        w.close(']');
        self.write_crm(&mut w);
        w.key("merged").open('[');
        for merged in &standing.merged {
            w.item().open('{');
            w.key("id").text_or_null(merged.id.as_deref());
            w.key("head").text(&merged.head);
            w.key("entries").integer(i64::from(merged.entries));
            w.close('}');
        }
        w.close(']');
        let void = (1..).zip(&self.entries).filter(|(_, entry)| entry.void);
        let void: Vec<u32> = void.map(|(number, _)| number).gather();
        write_numbers(w.key("void"), &void);
        w.key("facts").integer(self.held.kept.facts.len() as i64);
        w.key("events").integer(self.held.kept.events.len() as i64);
        match &standing.erased {
            None => w.key("erased").null(),
            Some(erased) => {
                w.key("erased").open('{');
                w.key("at").integer(erased.at);
                w.key("by").text(&erased.by);
                w.key("why").text_or_null(erased.why.as_deref());
                w.key("entry").integer(i64::from(erased.entry));
                w.close('}');
            }
        }
        w.close('}');
        text
    }

    fn write_stages(&self, w: &mut Writer) {
        let standing = &self.standing;
        w.key("stages").open('{');
        for (stage, history) in &standing.stages {
            w.key(stage_name(&self.lifecycle.inner, *stage)).open('{');
            w.key("first_entered").integer(history.first_entered);
            w.key("inferred").boolean(history.inferred);
            w.key("last_entered").integer_or_null(history.last_entered);
            w.key("last_left").integer_or_null(history.last_left);
            w.key("times").integer(i64::from(history.times));
            let stay = standing.stay.filter(|stay| stay.stage == *stage);
            let now = stay.map_or(0, |stay| {
                let as_of = standing.as_of.unwrap_or(stay.since);
                as_of.saturating_sub(stay.since)
            });
            w.key("spent_ms")
                .integer(history.spent_ms.saturating_add(now));
            w.close('}');
        }
        w.close('}');
    }

    fn write_crm(&self, w: &mut Writer) {
        w.key("crm").open('{');
        for (system, sheet) in &self.standing.crm {
            w.key(system).open('{');
            w.key("converted_at").integer_or_null(sheet.converted_at);
            w.key("fields").open('{');
            for (field, kept) in &sheet.fields {
                w.key(field).raw(&kept.value);
            }
            w.close('}');
            w.close('}');
        }
        w.close('}');
    }
}

impl Clock {
    fn write(&self, w: &mut Writer, playbook: &Playbook) {
        w.open('{');
        w.key("stage").text(stage_name(playbook, self.stage));
        w.key("priority").text_or_null(self.priority.as_deref());
        w.key("owner").text_or_null(self.owner.as_deref());
        w.key("escalate").text_or_null(self.escalate.as_deref());
        w.key("started_at").integer(self.started_at);
        w.key("due_at").integer(self.due_at);
        w.key("state").text(match self.state {
            ClockState::Running => "running",
            ClockState::Met => "met",
            ClockState::Broken => "broken",
            ClockState::Stopped => "stopped",
        });
        w.key("broken_at").integer_or_null(self.broken_at);
        w.key("ended_at").integer_or_null(self.ended_at);
        w.close('}');
    }
}
