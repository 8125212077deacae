//! A record with its journal in one piece: what hosts keep and send.

use super::journal::{self, Verdict};
use super::record::Record;
use super::timeline::replay;
use crate::json::Writer;
use crate::limits;
use crate::playbook::Lifecycle;
use crate::playbook::document::read::Reader;
use crate::problem::{Problem, Problems};
use crate::tree::{Node, Tree, write_compact};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// A record as it is kept: its id, its journal, and how it stood.
///
/// ```
/// # use leadstage::lifecycle::{Input, Kept, Lifecycle, Record};
/// # use std::sync::Arc;
/// # let text = "{ leadstage: 1, name: small, version: 1, signals: { demo: {} }, stages: { lead: {} }, initial: lead }";
/// # let lifecycle = Arc::new(Lifecycle::parse(text)?);
/// let mut record = Record::new(lifecycle.clone(), Some("r1"));
/// record.advance(&Input::parse(&lifecycle, "events: [ { signal: demo, at: 1000 } ]")?, 2_000);
/// let text = record.to_kept();
///
/// let kept = Kept::parse(&text)?;
/// assert_eq!(kept.verify().altered, None);
/// let restored = kept.restore(lifecycle.clone())?;
/// assert_eq!(restored.record.to_json(), record.to_json());
/// assert_eq!(restored.same, Some(true));
///
/// let altered = Kept::parse(&text.replace("\"at\":1000", "\"at\":1001"))?.verify().altered;
/// assert_eq!(altered.map(|it| (it.entry, it.why)), Some((1, "hash")));
/// # Ok::<(), leadstage::problem::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct Kept {
    id: Option<Box<str>>,
    /// One entry a line, in canonical form.
    journal: String,
    /// How it stood, in canonical form.
    record: Option<Box<str>>,
    head: Option<Box<str>>,
}

/// A record made again from what was kept.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The record.
    pub record: Record,
    /// The numbers of entries that come out otherwise than the journal tells; none by the same playbook.
    pub differences: Vec<u32>,
    /// Whether the record is as it was kept, byte for byte; `None` where only the journal was kept.
    pub same: Option<bool>,
}

impl Record {
    /// The record with its journal as one JSON object, as `docs/LIFECYCLE.md` describes it.
    pub fn to_kept(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("id").text_or_null(self.id());
        w.key("journal").open('[');
        for line in self.journal_from(1) {
            w.item().raw(line);
        }
        w.close(']');
        w.key("record").raw(&self.to_json());
        w.close('}');
        text
    }
}

impl Kept {
    /// Reads a record as it is kept: `{ "id", "journal": [entry], "record": {…} }`, the last one optional.
    ///
    /// # Errors
    /// Everything that is wrong with its form. Whether the journal is good is another question.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse_json(text, limits::RECORD_BYTES)?;
        Self::read(&tree.root, tree.problems)
    }

    /// Reads a record that is a part of a tree; problems have paths from there.
    ///
    /// # Errors
    /// As [`Kept::parse`].
    pub fn from_tree(node: &Node) -> Result<Self, Problems> {
        Self::read(node, Vec::new())
    }

    fn read(node: &Node, problems: Vec<Problem>) -> Result<Self, Problems> {
        let (mut reader, root) = Reader::new(node, problems);
        let entries = reader.object(root).unwrap_or_default();
        reader.only(root, entries, &["id", "journal", "record"], &|_| false);
        let mut kept = Self {
            id: None,
            journal: String::new(),
            record: None,
            head: None,
        };
        for entry in entries {
            let spot = reader.entry(root, entry);
            match &*entry.key {
                "id" if entry.value.content != crate::tree::Content::Null => {
                    kept.id = reader.text(spot, "a text or null").map(Box::from);
                }
                "journal" => {
                    for node in reader.list(spot).unwrap_or_default() {
                        write_compact(&mut kept.journal, node);
                        kept.journal.push('\n');
                    }
                }
                "record" => {
                    reader.object(spot);
                    let mut text = String::new();
                    write_compact(&mut text, &entry.value);
                    kept.record = Some(text.into_boxed_str());
                    let head = entry.value.get("head").and_then(Node::as_text);
                    kept.head = head.map(Box::from);
                }
                _ => {}
            }
        }
        if node.as_object().is_some() && node.get("journal").is_none() {
            reader.missing(root.place, "journal");
        }
        match reader.is_clean() {
            true => Ok(kept),
            false => Err(reader.into_problems()),
        }
    }

    /// The record's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The journal: one entry a line.
    pub fn journal(&self) -> &str {
        &self.journal
    }

    /// Looks whether the journal is as it was written; entries cut off at its end show where `record` is kept too.
    pub fn verify(&self) -> Verdict {
        match &self.head {
            Some(head) => journal::verify_head(&self.journal, head),
            None => journal::verify(&self.journal),
        }
    }

    /// Makes the record again.
    ///
    /// # Errors
    /// As [`replay`]; `altered` also where entries were cut off at the end.
    pub fn restore(&self, lifecycle: Arc<Lifecycle>) -> Result<Restored, Problems> {
        let made = replay(lifecycle, self.id(), &self.journal)?;
        if let Some(altered) = self.verify().altered {
            let message = "entries are missing at the end of the journal (`head`)";
            let path = [
                "/journal/",
                &alloc::format!("{}", altered.entry.saturating_sub(1)),
            ]
            .concat();
            let help = "give the journal as it was, entry by entry";
            return Err(Problem::new("altered", path, message).help(help).into());
        }
        let same = self.record.as_ref().map(|kept| {
            let made = Tree::parse_json(&made.record.to_json(), usize::MAX);
            made.is_ok_and(|tree| {
                let mut text = String::new();
                write_compact(&mut text, &tree.root);
                *text == **kept
            })
        });
        Ok(Restored {
            record: made.record,
            differences: made.differences,
            same,
        })
    }
}
