//! Inputs: evidence, commands, and the passing of time, as they are written.

use super::held::Held;
use super::merging::Merge;
use super::record::Record;
use crate::evidence::{Evidence, Reading};
use crate::gather::{Gather, Keep};
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::document::read::{Form, Reader, Spot, short};
use crate::playbook::document::stages::Command;
use crate::playbook::document::words::is_name;
use crate::playbook::lifecycle::Lifecycle;
use crate::problem::{Problem, Problems};
use crate::tree::{Content, Entry, Node, Tree, write_compact};
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// What reaches a record: evidence, a command, a status, an owner, the passing of time, a start or a merge.
#[derive(Clone, Debug)]
pub struct Input {
    pub(super) id: Option<Box<str>>,
    pub(super) brought: Brought,
    pub(super) act: Act,
    /// The input in canonical form, without `as_of`.
    pub(super) canonical: Box<str>,
    as_of: Option<Millis>,
}

/// Evidence, with texts as they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct Brought {
    pub evidence: Evidence,
    /// By fact, the text that it says.
    texts: Vec<Option<Box<str>>>,
}

impl Brought {
    /// Tells a record of it. Facts without a time get one, where it is given.
    pub fn tell(&self, held: &mut Held, as_of: Millis, at: Option<Millis>) {
        let texts = self.texts.iter().map(Option::as_deref);
        let texts = texts.chain(core::iter::repeat(None));
        for (fact, text) in self.evidence.facts.iter().zip(texts) {
            let mut fact = fact.clone();
            fact.at = fact.at.or(at);
            held.learn(&fact, text, as_of);
        }
        for event in &self.evidence.events {
            held.track(event);
        }
    }
}

/// The texts that facts say, in a list or in a map.
fn texts(facts: &Node) -> Vec<Option<Box<str>>> {
    let said = |fact: &Node| {
        let value = fact.get("value").unwrap_or(fact);
        value.as_text().map(Box::from)
    };
    match &facts.content {
        Content::List(items) => items.iter().map(said).gather(),
        Content::Object(entries) => entries.iter().map(|entry| said(&entry.value)).gather(),
        _ => Vec::new(),
    }
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Evidence,
    Command(Order),
    Status(SetStatus),
    Assign(Assign),
    Tick,
    Start { stage: u16, since: Option<Millis> },
    Merge(Merge),
    Erase(Erase),
}

/// A command and what is said with it.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub command: Command,
    pub by: Vec<Box<str>>,
    pub to: Option<u16>,
    pub act: Option<Box<str>>,
    pub reason: Option<Box<str>>,
    pub note: Option<Box<str>>,
    pub return_at: Option<Millis>,
    pub owner: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(super) struct SetStatus {
    pub status: Box<str>,
    pub by: Vec<Box<str>>,
    pub note: Option<Box<str>>,
    pub owner: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(super) struct Assign {
    pub name: Box<str>,
    pub by: Vec<Box<str>>,
}

/// What the record holds is to go.
#[derive(Clone, Debug)]
pub(super) struct Erase {
    /// The first of the roles, or `retention`.
    pub by: Box<str>,
    pub by_retention: bool,
    pub why: Option<Box<str>>,
}

const KINDS: [&str; 7] = [
    "command", "status", "assign", "tick", "start", "merge", "erase",
];
/// Who erases by the playbook's rule.
const RETENTION: &str = "retention";

/// The keys that may stand beside a kind of input.
fn companions(kind: Option<&str>) -> &'static [&'static str] {
    match kind {
        None => &["id", "as_of", "salt", "facts", "events"],
        Some("command") => &[
            "id",
            "as_of",
            "salt",
            "facts",
            "events",
            "command",
            "by",
            "to",
            "act",
            "reason",
            "note",
            "return_at",
            "owner",
            "actor",
        ],
        Some("status") => &[
            "id", "as_of", "salt", "facts", "events", "status", "by", "note", "owner", "actor",
        ],
        Some("assign") => &[
            "id", "as_of", "salt", "facts", "events", "assign", "by", "note", "actor",
        ],
        Some("start") => &["id", "as_of", "salt", "facts", "events", "start", "since"],
        Some("merge") => &["id", "as_of", "salt", "merge"],
        Some("erase") => &["id", "as_of", "erase", "by"],
        Some(_) => &["id", "as_of", "salt", "tick"],
    }
}

impl Input {
    /// Reads an input written in JSON or, with the feature `yaml`, in YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text.
    pub fn parse(lifecycle: &Lifecycle, text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse(text, limits::INPUT_BYTES)?;
        Self::read(lifecycle, &tree.root, tree.problems)
    }

    /// Reads an input that is a part of a tree; problems have paths from there.
    ///
    /// # Errors
    /// As [`Input::parse`].
    pub fn from_tree(lifecycle: &Lifecycle, node: &Node) -> Result<Self, Problems> {
        Self::read(lifecycle, node, Vec::new())
    }

    /// The input that merges another record: its whole journal.
    ///
    /// # Errors
    /// Where the other record has no entries, or one that doesn't fit the playbook.
    pub fn merge(lifecycle: &Lifecycle, other: &Record) -> Result<Self, Problems> {
        let mut journal = Vec::new();
        for line in other.journal_from(1) {
            journal.push(Tree::parse_json(line, limits::JOURNAL_BYTES)?.root);
        }
        let mut parts = Node::empty();
        if let Some(id) = other.id() {
            parts = parts.with("id", Node::text(id));
        }
        let parts = parts.with("journal", Node::list(journal));
        Self::from_tree(lifecycle, &Node::empty().with("merge", parts))
    }

    fn read(lifecycle: &Lifecycle, node: &Node, problems: Vec<Problem>) -> Result<Self, Problems> {
        let (reader, root) = Reader::new(node, problems);
        let playbook = &*lifecycle.inner;
        let mut reading = Inputs {
            lifecycle,
            evidence: Reading { playbook, reader },
        };
        let input = reading.input(root);
        match input {
            Some(input) if reading.evidence.reader.is_clean() => Ok(input),
            _ => Err(reading.evidence.reader.into_problems()),
        }
    }

    /// Whether it takes everything away that the record holds.
    pub(super) fn erases(&self) -> bool {
        matches!(self.act, Act::Erase(_))
    }

    /// As of when it reaches the record, if it says so.
    pub fn as_of(&self) -> Option<Millis> {
        self.as_of
    }

    /// When it is judged: the instant given, or else its own.
    ///
    /// # Errors
    /// `missing_field` if there is neither.
    pub fn judged_at(&self, given: Option<Millis>) -> Result<Millis, Problems> {
        given.or(self.as_of).ok_or_else(|| {
            let problem = Problem::new("missing_field", "", "`as_of` is missing");
            Problems::from(problem.help("say as of when it reaches the record"))
        })
    }
}

pub(super) struct Inputs<'p, 't> {
    pub lifecycle: &'p Lifecycle,
    pub evidence: Reading<'p, 't>,
}

impl<'t> Inputs<'_, 't> {
    fn input(&mut self, root: Spot<'t>) -> Option<Input> {
        let entries = self.evidence.reader.object(root)?;
        let has = |key: &str| entries.iter().any(|entry| &*entry.key == key);
        let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| has(kind)).gather();
        if kinds.len() > 1 {
            let message = format!("`{}` exclude each other", kinds.join("`, `"));
            self.evidence.reader.report(root.place, "conflict", message);
            return None;
        }
        let kind = kinds.first().copied();
        if kind.is_none() && !has("facts") && !has("events") {
            let help = "write evidence, a `command`, `status`, `assign`, `start`, `merge`, `erase`, or `tick: true`";
            let message = "there is nothing in this input";
            self.evidence
                .reader
                .advise(root.place, "conflict", message, help);
        }
        self.evidence
            .reader
            .only(root, entries, companions(kind), &|_| false);
        let id = self.text(root, entries, "id", limits::INPUT_ID);
        let as_of = self.instant(root, entries, "as_of");
        self.text(root, entries, "salt", limits::SALT);
        let mut brought = Brought::default();
        if !matches!(kind, Some("merge" | "tick" | "erase")) {
            if let Some(spot) = self.evidence.spot(root, entries, "facts") {
                self.evidence.facts(spot, &mut brought.evidence.facts);
                brought.texts = texts(spot.node);
            }
            if let Some(spot) = self.evidence.spot(root, entries, "events") {
                self.evidence.events(spot, &mut brought.evidence.events);
            }
        }
        let act = match kind {
            None => Some(Act::Evidence),
            Some("command") => self.order(root, entries).map(Act::Command),
            Some("status") => self.status(root, entries).map(Act::Status),
            Some("assign") => self.assign(root, entries).map(Act::Assign),
            Some("start") => self.start(root, entries),
            Some("merge") => self.merge(root, entries).map(Act::Merge),
            Some("erase") => self.erase(root, entries).map(Act::Erase),
            Some(_) => self.tick(root, entries),
        };
        Some(Input {
            id,
            brought,
            act: act?,
            canonical: canonical(entries),
            as_of,
        })
    }

    pub fn text(
        &mut self,
        root: Spot<'t>,
        entries: &'t [Entry],
        key: &str,
        most: usize,
    ) -> Option<Box<str>> {
        let spot = self.evidence.spot(root, entries, key)?;
        let text = self.evidence.text(spot, most)?;
        if text.is_empty() && key != "note" {
            let message = format!("`{key}` may not be empty");
            self.evidence.reader.report(spot.place, "empty", message);
        }
        Some(Box::from(text))
    }

    fn instant(&mut self, root: Spot<'t>, entries: &'t [Entry], key: &str) -> Option<Millis> {
        let spot = self.evidence.spot(root, entries, key)?;
        self.evidence.instant(spot)
    }

    fn stage(&mut self, root: Spot<'t>, entries: &'t [Entry], key: &str) -> Option<u16> {
        let spot = self.evidence.spot(root, entries, key)?;
        let text = self.evidence.reader.text(spot, "a text (a name)")?;
        let playbook = &self.lifecycle.inner;
        let found = playbook.stage(text);
        if found.is_none() {
            let names = playbook.names(&playbook.stages);
            self.evidence
                .reader
                .unknown(spot.place, text, "a stage of this playbook", names);
        }
        found
    }

    fn name(&mut self, spot: Spot<'t>) -> Option<Box<str>> {
        let text = self.evidence.reader.text(spot, "a text (a name)")?;
        if !is_name(text) {
            let message = format!("`{}` can't be a name", short(text));
            let help = "a name is a lower-case letter, then lower-case letters, digits and `_`, 64 at most";
            self.evidence
                .reader
                .advise(spot.place, "bad_name", message, help);
        }
        Some(Box::from(text))
    }

    fn named(&mut self, root: Spot<'t>, entries: &'t [Entry], key: &str) -> Option<Box<str>> {
        let spot = self.evidence.spot(root, entries, key)?;
        self.name(spot)
    }

    /// The roles and queues of whoever acts.
    fn by(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Vec<Box<str>> {
        let Some(spot) = self.evidence.spot(root, entries, "by") else {
            self.evidence.reader.missing(root.place, "by");
            return Vec::new();
        };
        let Content::List(items) = &spot.node.content else {
            return Vec::from_iter(self.name(spot));
        };
        self.evidence
            .reader
            .check_size(spot.place, items.len(), 1, limits::LIST);
        let mut names = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let item = self.evidence.reader.item(spot, index, node);
            names.keep(self.name(item));
        }
        names
    }

    fn order(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Order> {
        let spot = self.evidence.spot(root, entries, "command")?;
        let command = Command::read(spot, &mut self.evidence.reader);
        let act = self.named(root, entries, "act");
        if let (Some(command), Some(_)) = (command, &act)
            && command != Command::Own
        {
            let message = "`act` names an own command";
            self.evidence.reader.report(root.place, "conflict", message);
        }
        let by = self.by(root, entries);
        let to = self.stage(root, entries, "to");
        let reason = self.named(root, entries, "reason");
        let note = self.text(root, entries, "note", limits::TEXT);
        let return_at = self.instant(root, entries, "return_at");
        let owner = self.text(root, entries, "owner", limits::LABEL);
        self.text(root, entries, "actor", limits::LABEL);
        Some(Order {
            command: command?,
            by,
            to,
            act,
            reason,
            note,
            return_at,
            owner,
        })
    }

    fn status(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<SetStatus> {
        let status = self.named(root, entries, "status");
        let by = self.by(root, entries);
        let note = self.text(root, entries, "note", limits::TEXT);
        let owner = self.text(root, entries, "owner", limits::LABEL);
        self.text(root, entries, "actor", limits::LABEL);
        Some(SetStatus {
            status: status?,
            by,
            note,
            owner,
        })
    }

    fn assign(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Assign> {
        let name = self.text(root, entries, "assign", limits::LABEL);
        let by = self.by(root, entries);
        self.text(root, entries, "note", limits::TEXT);
        self.text(root, entries, "actor", limits::LABEL);
        Some(Assign { name: name?, by })
    }

    fn start(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Act> {
        let stage = self.stage(root, entries, "start");
        let since = self.instant(root, entries, "since");
        Some(Act::Start {
            stage: stage?,
            since,
        })
    }

    fn tick(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Act> {
        let spot = self.evidence.spot(root, entries, "tick")?;
        if !matches!(spot.node.content, Content::Boolean(true)) {
            let message = "a tick is written `tick: true`";
            self.evidence
                .reader
                .report(spot.place, "wrong_type", message);
            return None;
        }
        Some(Act::Tick)
    }

    fn erase(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Erase> {
        let spot = self.evidence.spot(root, entries, "erase")?;
        let by = self.by(root, entries);
        let by_retention = by.iter().any(|name| &**name == RETENTION);
        if by_retention && by.len() > 1 {
            let message = "`retention` stands alone: it is the playbook's rule";
            self.evidence.reader.report(root.place, "conflict", message);
        }
        let why = match &spot.node.content {
            Content::Boolean(true) if by_retention => None,
            Content::Text(_) => self.text(root, entries, "erase", limits::LABEL),
            _ => {
                let message = "a text is due here: why it is erased";
                let help = "write why, without personal data; `true` will do with `by: retention`";
                self.evidence
                    .reader
                    .advise(spot.place, "wrong_type", message, help);
                return None;
            }
        };
        Some(Erase {
            by: by.into_iter().next()?,
            by_retention,
            why,
        })
    }
}

fn canonical(entries: &[Entry]) -> Box<str> {
    let kept = entries.iter().filter(|entry| &*entry.key != "as_of");
    let node = Node::from(Content::Object(kept.cloned().gather()));
    let mut text = String::new();
    write_compact(&mut text, &node);
    text.into_boxed_str()
}
