//! The journal: entries chained by hashes, and whether they are as they were written.

use super::refusal::stage_name;
use super::standing::{By, Move};
use crate::json::{Writer, push_hex};
use crate::limits;
use crate::playbook::{Millis, Playbook};
use crate::tree::{Content, Node, Tree, write_compact};
use alloc::{boxed::Box, string::String};
use sha2::{Digest, Sha256};

/// What was found of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries are good, from the first on.
    pub entries: u32,
    /// The hash of the last good entry; 64 zeros if there is none.
    pub head: Box<str>,
    /// The first entry that is not as it was written.
    pub altered: Option<Altered>,
}

/// An entry that is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Altered {
    /// Its line, from 1.
    pub entry: u32,
    /// `form`, `entry`, `before`, `hash`, or `head` where entries are missing at the end.
    pub why: &'static str,
}

impl Verdict {
    /// The verdict as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("entries").integer(i64::from(self.entries));
        w.key("head").text(&self.head);
        match &self.altered {
            None => w.key("altered").null(),
            Some(altered) => {
                w.key("altered").open('{');
                w.key("entry").integer(i64::from(altered.entry));
                w.key("why").text(altered.why);
                w.close('}');
            }
        }
        w.close('}');
        text
    }
}

/// Looks whether a journal is as it was written: one entry a line. Needs no playbook.
pub fn verify(journal: &str) -> Verdict {
    let mut verdict = Verdict {
        entries: 0,
        head: first(),
        altered: None,
    };
    for line in lines(journal) {
        let number = verdict.entries.saturating_add(1);
        let found = parse(line).ok_or(Wrong::Form);
        let found = found.and_then(|node| {
            let hash = check(&node, number, &verdict.head)?.hash;
            Ok(Box::from(hash))
        });
        match found {
            Ok(hash) => {
                verdict.entries = number;
                verdict.head = hash;
            }
            Err(wrong) => {
                verdict.altered = Some(Altered {
                    entry: number,
                    why: wrong.word(),
                });
                break;
            }
        }
    }
    verdict
}

/// The same where the hash of the last entry is known: so entries that were cut off at the end show.
pub fn verify_head(journal: &str, head: &str) -> Verdict {
    let mut verdict = verify(journal);
    if verdict.altered.is_none() && *verdict.head != *head {
        verdict.altered = Some(Altered {
            entry: verdict.entries.saturating_add(1),
            why: Wrong::Head.word(),
        });
    }
    verdict
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Form,
    Entry,
    Before,
    Hash,
    Head,
}

impl Wrong {
    pub fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Entry => "entry",
            Self::Before => "before",
            Self::Hash => "hash",
            Self::Head => "head",
        }
    }
}

/// What stands before the first entry.
pub(super) fn first() -> Box<str> {
    "0".repeat(64).into_boxed_str()
}

pub(super) fn lines(journal: &str) -> impl Iterator<Item = &str> {
    let journal = journal.strip_suffix('\n').unwrap_or(journal);
    let nothing = journal.is_empty();
    journal.split('\n').filter(move |_| !nothing)
}

/// Reads a line that is in canonical form.
pub(super) fn parse(line: &str) -> Option<Node> {
    let tree = Tree::parse_json(line, limits::JOURNAL_BYTES).ok()?;
    let mut canonical = String::new();
    write_compact(&mut canonical, &tree.root);
    (tree.problems.is_empty() && canonical == line).then_some(tree.root)
}

const KEYS: [&str; 8] = [
    "as_of", "before", "changed", "entry", "hash", "input", "moves", "playbook",
];

/// An entry that is good.
pub(super) struct Good<'t> {
    pub as_of: Millis,
    pub hash: &'t str,
    pub input: &'t Node,
    pub moves: &'t Node,
    pub changed: &'t Node,
}

/// Looks at one entry.
pub(super) fn check<'t>(node: &'t Node, number: u32, before: &str) -> Result<Good<'t>, Wrong> {
    let entries = node.as_object().ok_or(Wrong::Form)?;
    let has_all = KEYS.iter().all(|key| node.get(key).is_some());
    if entries.len() != KEYS.len() || !has_all {
        return Err(Wrong::Form);
    }
    let get = |key: &str| node.get(key).ok_or(Wrong::Form);
    let whole = |key: &str| match &get(key)?.content {
        Content::Number(text) => text.parse::<i64>().map_err(|_| Wrong::Form),
        _ => Err(Wrong::Form),
    };
    let text = |key: &str| get(key)?.as_text().ok_or(Wrong::Form);
    let (as_of, hash) = (whole("as_of")?, text("hash")?);
    let (input, moves) = (get("input")?, get("moves")?);
    text("playbook")?;
    if input.as_object().is_none() || moves.as_list().is_none() {
        return Err(Wrong::Form);
    }
    if as_of.unsigned_abs() > limits::INSTANT_MS.unsigned_abs() {
        return Err(Wrong::Form);
    }
    if whole("entry")? != i64::from(number) {
        return Err(Wrong::Entry);
    }
    if text("before")? != before {
        return Err(Wrong::Before);
    }
    let kept = entries.iter().filter(|entry| &*entry.key != "hash");
    let mut content = String::new();
    let without = Node::from(Content::Object(kept.cloned().collect()));
    write_compact(&mut content, &without);
    if *digest(&content) != *hash {
        return Err(Wrong::Hash);
    }
    Ok(Good {
        as_of,
        hash,
        input,
        moves,
        changed: get("changed")?,
    })
}

fn digest(content: &str) -> Box<str> {
    let mut hex = String::with_capacity(64);
    push_hex(&mut hex, &Sha256::digest(content.as_bytes()));
    hex.into_boxed_str()
}

/// What an entry says.
pub(super) struct Draft<'a> {
    pub as_of: Millis,
    pub before: &'a str,
    /// JSON.
    pub changed: &'a str,
    pub number: u32,
    /// Canonical JSON.
    pub input: &'a str,
    /// JSON.
    pub moves: &'a str,
    pub playbook: &'a Playbook,
}

impl Draft<'_> {
    /// The line of the journal, and its hash.
    pub fn seal(&self) -> (Box<str>, Box<str>) {
        let mut head = String::new();
        let mut w = Writer::new(&mut head);
        w.open('{');
        w.key("as_of").integer(self.as_of);
        w.key("before").text(self.before);
        w.key("changed").raw(self.changed);
        w.key("entry").integer(i64::from(self.number));
        let mut tail = String::from(",\"input\":");
        tail.push_str(self.input);
        tail.push_str(",\"moves\":");
        tail.push_str(self.moves);
        tail.push_str(",\"playbook\":\"");
        push_hex(&mut tail, &self.playbook.digest);
        tail.push_str("\"}");
        let hash = digest(&[head.as_str(), tail.as_str()].concat());
        Writer::new(&mut head).key("hash").text(&hash);
        head.push_str(&tail);
        (head.into_boxed_str(), hash)
    }
}

/// Moves in canonical form: keys in the order of their names.
pub(super) fn write_sorted(w: &mut Writer, playbook: &Playbook, moves: &[Move]) {
    w.open('[');
    for it in moves {
        w.item().open('{');
        w.key("act").text_or_null(it.act.as_deref());
        w.key("at").integer(it.at);
        w.key("by").text(by(it));
        let from = it.from.map(|stage| stage_name(playbook, stage));
        w.key("from").text_or_null(from);
        w.key("note").text_or_null(it.note.as_deref());
        w.key("on").text_or_null(it.on.map(|on| on.word()));
        w.key("reason").text_or_null(it.reason.as_deref());
        let names = it.skipped.iter().map(|stage| stage_name(playbook, *stage));
        super::refusal::write_names(w.key("skipped"), names);
        w.key("to").text(stage_name(playbook, it.to));
        w.close('}');
    }
    w.close(']');
}

pub(super) fn by(it: &Move) -> &str {
    match &it.by {
        By::Start => "start",
        By::Automation => "automation",
        By::Role(role) => role,
    }
}
