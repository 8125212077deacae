//! Everything that is held on a record, for the person that it is about.

use super::journal::by;
use super::record::{Entry, Record};
use super::refusal::stage_name;
use super::standing::Move;
use crate::evaluate::{Extent, evaluate_json};
use crate::json::Writer;
use crate::playbook::Millis;
use crate::playbook::lifecycle::Labels;
use crate::tree::{Content, Node, Tree, write_compact};
use alloc::{string::String, vec::Vec};

/// What a fact says, and where from.
const OF_FACT: [&str; 7] = ["value", "range", "any_of", "source", "by", "at", "default"];
/// Who says it, where nobody is named.
const VISITOR: &str = "visitor";
const OF_EVENT: [&str; 4] = ["id", "at", "properties", "automated"];

/// An input with the number of its entry, and whose record it came from.
struct Brought {
    entry: u32,
    merged: Option<String>,
    input: Node,
}

impl Record {
    /// Everything that is held on the record as one JSON document, with the playbook's labels; `docs/LIFECYCLE.md` describes it.
    ///
    /// An instant before its last entry stands for that entry's.
    pub fn export(&self, as_of: Millis) -> String {
        let as_of = self.standing.as_of.map_or(as_of, |at| at.max(as_of));
        let playbook = &*self.lifecycle.inner;
        let labels = &self.lifecycle.labels;
        let standing = &self.standing;
        let brought = self.brought();
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("as_of").integer(as_of);
        w.key("id").text_or_null(self.id());
        w.key("playbook").open('{');
        w.key("name").text(playbook.name());
        w.key("version").integer(i64::from(playbook.version()));
        w.key("digest").hex(&playbook.digest);
        w.close('}');
        match standing.stay {
            None => w.key("stage").null(),
            Some(stay) => {
                let name = stage_name(playbook, stay.stage);
                w.key("stage").open('{');
                w.key("name").text(name);
                w.key("label").text(labels.label("stages", name));
                w.key("since").integer(stay.since);
                w.close('}');
            }
        }
        w.key("facts").open('[');
        for it in &brought {
            facts(&it.input, |attribute, said| {
                self.write_fact(w.item(), it, attribute, said);
            });
        }
        w.close(']');
        w.key("events").open('[');
        for it in &brought {
            let events = it.input.get("events").and_then(Node::as_list);
            for event in events.unwrap_or_default() {
                write_event(w.item(), labels, it, event);
            }
        }
        w.close(']');
        w.key("story").open('[');
        for index in self.order() {
            if let Some(entry) = self.entries.get(index) {
                self.write_exported(w.item(), index, entry);
            }
        }
        w.close(']');
        match standing.stay {
            None => w.key("decision").null(),
            Some(_) => {
                let decision = evaluate_json(
                    &self.lifecycle.playbook,
                    &self.evidence(),
                    as_of,
                    Extent::Explained,
                );
                w.key("decision").raw(&decision);
            }
        }
        w.key("record").raw(&self.to_json());
        w.key("erase_at").integer_or_null(self.erase_at(as_of));
        w.close('}');
        text
    }

    /// What came in, in the order of the timeline, with what was merged.
    fn brought(&self) -> Vec<Brought> {
        let mut brought = Vec::new();
        for index in self.order() {
            let input = self.entries.get(index).and_then(|it| it.input.as_ref());
            let input = input.and_then(|it| Tree::parse_json(&it.canonical, usize::MAX).ok());
            let entry = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
            if let Some(tree) = input {
                unfold(entry, None, tree.root, &mut brought);
            }
        }
        brought
    }

    fn write_exported(&self, w: &mut Writer, index: usize, entry: &Entry) {
        w.open('{');
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        w.key("entry").integer(i64::from(number));
        w.key("as_of").integer(entry.as_of);
        w.key("void").boolean(entry.void);
        w.key("moves").open('[');
        for it in &entry.moves {
            self.write_move(w.item(), it);
        }
        w.close(']');
        match &entry.input {
            None => w.key("input").null(),
            Some(input) => w.key("input").raw(&input.canonical),
        }
        w.close('}');
    }

    fn write_fact(&self, w: &mut Writer, from: &Brought, attribute: &str, said: &Node) {
        let mut personal = self.lifecycle.playbook.personal();
        w.open('{');
        origin(w, from);
        w.key("attribute").text(attribute);
        let label = self.lifecycle.labels.label("attributes", attribute);
        w.key("label").text(label);
        w.key("personal")
            .boolean(personal.any(|name| name == attribute));
        if said.as_object().is_none() {
            part(w.key("value"), said);
        }
        for key in OF_FACT {
            match said.get(key) {
                Some(value) => part(w.key(key), value),
                None if key == "source" => w.key(key).text(VISITOR),
                None => {}
            }
        }
        w.close('}');
    }

    fn write_move(&self, w: &mut Writer, it: &Move) {
        let labels = &self.lifecycle.labels;
        let stage = |w: &mut Writer, stage: u16| {
            let name = stage_name(&self.lifecycle.inner, stage);
            named(w, labels, "stages", name);
        };
        w.open('{');
        w.key("at").integer(it.at);
        match it.from {
            None => w.key("from").null(),
            Some(from) => stage(w.key("from"), from),
        }
        stage(w.key("to"), it.to);
        w.key("by").text(by(it));
        w.key("on").text_or_null(it.on.map(|on| on.word()));
        w.key("act").text_or_null(it.act.as_deref());
        match &it.reason {
            None => w.key("reason").null(),
            Some(reason) => named(w.key("reason"), labels, "reasons", reason),
        }
        w.key("note").text_or_null(it.note.as_deref());
        w.key("skipped").open('[');
        for skipped in &it.skipped {
            stage(w.item(), *skipped);
        }
        w.close(']');
        w.close('}');
    }
}

/// An input, or those of the journal that it merges.
fn unfold(entry: u32, merged: Option<&str>, input: Node, brought: &mut Vec<Brought>) {
    let Some(merge) = input.get("merge") else {
        brought.push(Brought {
            entry,
            merged: merged.map(String::from),
            input,
        });
        return;
    };
    let id = merge.get("id").and_then(Node::as_text).unwrap_or_default();
    let journal = merge.get("journal").and_then(Node::as_list);
    for other in journal.unwrap_or_default() {
        if let Some(input) = other.get("input") {
            unfold(entry, Some(id), input.clone(), brought);
        }
    }
}

/// The facts of an input, in a list or in a map, by attribute.
fn facts<'t>(input: &'t Node, mut each: impl FnMut(&'t str, &'t Node)) {
    match input.get("facts").map(|facts| &facts.content) {
        Some(Content::List(items)) => items.iter().for_each(|said| {
            let attribute = said.get("attribute").and_then(Node::as_text);
            each(attribute.unwrap_or_default(), said);
        }),
        Some(Content::Object(entries)) => {
            entries.iter().for_each(|it| each(&it.key, &it.value));
        }
        _ => {}
    }
}

fn write_event(w: &mut Writer, labels: &Labels, from: &Brought, event: &Node) {
    let signal = event.get("signal").and_then(Node::as_text);
    let signal = signal.unwrap_or_default();
    w.open('{');
    origin(w, from);
    w.key("signal").text(signal);
    w.key("label").text(labels.label("signals", signal));
    for key in OF_EVENT {
        if let Some(value) = event.get(key) {
            part(w.key(key), value);
        }
    }
    w.close('}');
}

fn origin(w: &mut Writer, from: &Brought) {
    w.key("entry").integer(i64::from(from.entry));
    w.key("merged").text_or_null(from.merged.as_deref());
}

fn named(w: &mut Writer, labels: &Labels, kind: &str, name: &str) {
    w.open('{');
    w.key("name").text(name);
    w.key("label").text(labels.label(kind, name));
    w.close('}');
}

fn part(w: &mut Writer, value: &Node) {
    let mut text = String::new();
    write_compact(&mut text, value);
    w.raw(&text);
}
