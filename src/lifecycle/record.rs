//! A record: one lead with its journal.

use super::advance::{Outcome, apply};
use super::answer::{Answer, Changed};
use super::held::Held;
use super::input::{Act, Brought, Input};
use super::journal::{self, Draft};
use super::moving::Happening;
use super::refusal::{Refusal, Why, stage_name};
use super::standing::{Move, Standing};
use crate::evidence::{Evidence, InStage};
use crate::json::Writer;
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::lifecycle::Lifecycle;
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// One lead with its journal.
///
/// Everything about it follows from the journal's inputs and the playbook.
#[derive(Clone, Debug)]
pub struct Record {
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) id: Option<Box<str>>,
    pub(super) entries: Vec<Entry>,
    pub(super) held: Held,
    pub(super) standing: Standing,
}

/// An entry of the journal, and what it does in the timeline as it is now.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub as_of: Millis,
    /// `None`: it is erased.
    pub input: Option<Arc<Input>>,
    pub moves: Vec<Move>,
    pub void: bool,
    pub line: Box<str>,
    pub hash: Box<str>,
}

/// What an input that was taken in did.
pub(super) struct Taken {
    pub happening: Happening,
    pub changed: Option<Changed>,
    pub idle: bool,
}

impl Record {
    /// A record without entries.
    pub fn new(lifecycle: Arc<Lifecycle>, id: Option<&str>) -> Self {
        Self {
            id: id.map(Box::from),
            entries: Vec::new(),
            held: Held::new(lifecycle.inner.clone()),
            standing: Standing::default(),
            lifecycle,
        }
    }

    /// The only way to change a record: takes an input in, or refuses it and changes nothing.
    pub fn advance(&mut self, input: &Input, as_of: Millis) -> Answer {
        let as_of = as_of.clamp(-limits::INSTANT_MS, limits::INSTANT_MS);
        let mut answer = Answer::new(self, as_of);
        match self.take_in(input, as_of) {
            Err(refused) => answer.refused = refused,
            Ok(taken) => {
                answer.done = !taken.idle;
                if answer.done {
                    self.write_entry(input, as_of, &taken);
                    answer.entry = Some(self.len());
                }
                answer.moves = taken.happening.moves;
                answer.changes = taken.happening.changes;
                answer.clocks = taken.happening.clocks;
                answer.changed = taken.changed;
            }
        }
        answer.describe(self);
        answer
    }

    /// How many entries the journal has.
    pub fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether an entry has the input's id.
    fn twin(&self, input: &Input) -> Option<Why> {
        let id = input.id.as_ref()?;
        let numbered = (1..).zip(&self.entries);
        let mut same = numbered.filter(|(_, entry)| {
            let input = entry.input.as_ref();
            input.is_some_and(|input| input.id.as_ref() == Some(id))
        });
        same.next().map(|(number, _)| Why::Duplicate(number))
    }

    /// What forbids an input whatever the record is like.
    fn forbidden(&self, input: &Input, as_of: Millis) -> Option<Why> {
        if let Some(erased) = &self.standing.erased {
            return Some(Why::Erased(erased.entry));
        }
        let twin = self.twin(input);
        if twin.is_some() || input.erases() {
            return twin;
        }
        if let Some(entry) = self.entries.first() {
            if matches!(input.act, Act::Start { .. }) {
                return Some(Why::Started);
            }
            let begins = |input: &Arc<Input>| matches!(input.act, Act::Start { .. });
            if entry.input.as_ref().is_some_and(begins) && as_of < entry.as_of {
                return Some(Why::BeforeStart(entry.as_of));
            }
        }
        if self.entries.len() >= limits::ENTRIES_OF_JOURNAL {
            return Some(Why::TooMany("entries"));
        }
        let (facts, events) = input.size();
        let held = self.size();
        if held.0 + facts > limits::FACTS {
            return Some(Why::TooMany("facts"));
        }
        (held.1 + events > limits::EVENTS).then_some(Why::TooMany("events"))
    }

    /// How many facts and events the record holds, void ones among them.
    fn size(&self) -> (usize, usize) {
        let mut size = (self.held.kept.facts.len(), self.held.kept.events.len());
        for entry in self.entries.iter().filter(|entry| entry.void) {
            let (facts, events) = entry.input.as_ref().map_or((0, 0), |input| input.size());
            size = (size.0 + facts, size.1 + events);
        }
        size
    }

    /// Takes an input in without writing an entry.
    pub(super) fn take_in(&mut self, input: &Input, as_of: Millis) -> Result<Taken, Vec<Refusal>> {
        if let Some(why) = self.forbidden(input, as_of) {
            return Err(Vec::from([Refusal { to: None, why }]));
        }
        if let Act::Erase(erase) = &input.act {
            return self.erase(erase, as_of);
        }
        if self.standing.as_of.is_some_and(|latest| as_of < latest) {
            return self.take_in_late(input, as_of);
        }
        let mut standing = self.standing.clone();
        let Outcome { happening, idle } = try_apply(
            &self.lifecycle,
            self.id.as_deref(),
            &mut self.held,
            &mut standing,
            input,
            as_of,
        )?;
        if !idle {
            self.standing = standing;
        }
        Ok(Taken {
            happening,
            changed: None,
            idle,
        })
    }

    /// Writes an entry for what was taken in.
    fn write_entry(&mut self, input: &Input, as_of: Millis, taken: &Taken) {
        let (moves, changed) = self.told(taken);
        let before = self.head();
        let draft = Draft {
            as_of,
            before: &before,
            changed: &changed,
            number: self.len().saturating_add(1),
            input: &input.canonical,
            moves: &moves,
            playbook: &self.lifecycle.inner,
        };
        let (line, hash) = draft.seal();
        self.entries.push(Entry {
            as_of,
            input: Some(Arc::new(input.clone())),
            moves: taken.happening.moves.clone(),
            void: false,
            line,
            hash,
        });
    }

    /// What an entry tells of moves and of what changed, as canonical JSON.
    pub(super) fn told(&self, taken: &Taken) -> (String, String) {
        let playbook = &self.lifecycle.inner;
        let mut moves = String::new();
        journal::write_sorted(
            &mut Writer::new(&mut moves),
            playbook,
            &taken.happening.moves,
        );
        let mut changed = String::new();
        match &taken.changed {
            None => changed.push_str("null"),
            Some(it) => it.write_sorted(&mut Writer::new(&mut changed), playbook),
        }
        (moves, changed)
    }

    /// The hash of the last entry; 64 zeros if there is none.
    pub fn head(&self) -> Box<str> {
        let last = self.entries.last();
        last.map_or_else(journal::first, |entry| entry.hash.clone())
    }

    /// The journal: one entry a line.
    pub fn journal(&self) -> String {
        let mut text = String::new();
        for entry in &self.entries {
            text.push_str(&entry.line);
            text.push('\n');
        }
        text
    }

    /// The last entries of the journal, from a number on: what a host has to store after an input.
    pub fn journal_from(&self, number: u32) -> impl Iterator<Item = &str> {
        let skipped = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skipped).map(|entry| &*entry.line)
    }

    /// The id that it was given.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The lifecycle that it follows.
    pub fn lifecycle(&self) -> &Arc<Lifecycle> {
        &self.lifecycle
    }

    /// The stage it is in, if it has begun.
    pub fn stage(&self) -> Option<&str> {
        let stay = self.standing.stay?;
        Some(stage_name(&self.lifecycle.inner, stay.stage))
    }

    /// Since when it is in that stage.
    pub fn since(&self) -> Option<Millis> {
        Some(self.standing.stay?.since)
    }

    /// The latest instant of its entries.
    pub fn as_of(&self) -> Option<Millis> {
        self.standing.as_of
    }

    /// What it holds, with the stage it is in and since when: what [`evaluate`](crate::evaluate::evaluate) decides on.
    pub fn evidence(&self) -> Evidence {
        let mut evidence = self.held.kept.evidence();
        evidence.id = self.id.clone();
        evidence.stage = self.standing.stay.map(|stay| InStage {
            stage: stay.stage,
            since: Some(stay.since),
        });
        evidence
    }
}

impl Input {
    /// How many facts and events it brings.
    fn size(&self) -> (usize, usize) {
        let of = |brought: &Brought| (brought.evidence.facts.len(), brought.evidence.events.len());
        match &self.act {
            Act::Merge(merge) => merge.evidence.iter().fold((0, 0), |sum, (_, brought)| {
                let (facts, events) = of(brought);
                (sum.0 + facts, sum.1 + events)
            }),
            _ => of(&self.brought),
        }
    }

    /// Whether it may be refused after it has changed what the record holds.
    fn is_risky(&self) -> bool {
        let (facts, events) = self.size();
        let judged = matches!(
            self.act,
            Act::Command(_) | Act::Status(_) | Act::Assign(_) | Act::Merge(_)
        );
        judged && facts + events > 0
    }
}

/// Applies an input; where it is refused, what the record holds stays as it was.
pub(super) fn try_apply(
    lifecycle: &Lifecycle,
    id: Option<&str>,
    held: &mut Held,
    standing: &mut Standing,
    input: &Input,
    as_of: Millis,
) -> Result<Outcome, Vec<Refusal>> {
    if !input.is_risky() && standing.stay.is_some() {
        return apply(lifecycle, id, held, standing, input, as_of);
    }
    let mut tried = held.clone();
    let outcome = apply(lifecycle, id, &mut tried, standing, input, as_of)?;
    *held = tried;
    Ok(outcome)
}
