//! The journal: entries chained by hashes, and whether they are as they were written.

use super::erasing::Erasures;
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
    /// How many of these are erased: their content is gone, and their places in the chain hold.
    pub erased: u32,
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
    /// `form`, `entry`, `before`, `hash`, `erased`, or `head` where entries are missing at the end.
    pub why: &'static str,
}

impl Verdict {
    /// The verdict as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("entries").integer(i64::from(self.entries));
        w.key("erased").integer(i64::from(self.erased));
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
///
/// Of erased entries the links are looked at, since there is nothing else left of them.
pub fn verify(journal: &str) -> Verdict {
    let (mut verdict, wrong) = follow(lines(journal));
    if let (None, Some(entry)) = (&verdict.altered, wrong) {
        let before = entry.saturating_sub(1);
        (verdict, _) = follow(lines(journal).take(before as usize));
        let why = Wrong::Erased.word();
        verdict.altered = Some(Altered { entry, why });
    }
    verdict
}

/// Follows the chain as far as it is good, and says which entry is erased where it may not be, or isn't where it should be.
fn follow<'j>(lines: impl Iterator<Item = &'j str>) -> (Verdict, Option<u32>) {
    let mut verdict = Verdict {
        entries: 0,
        erased: 0,
        head: first(),
        altered: None,
    };
    let mut erasures = Erasures::default();
    for line in lines {
        let number = verdict.entries.saturating_add(1);
        let found = parse(line).ok_or(Wrong::Form);
        let found = found.and_then(|node| {
            let good = check(&node, number, &verdict.head)?;
            erasures.see(number, &good);
            Ok((Box::from(good.hash), good.payload.is_none()))
        });
        match found {
            Ok((hash, erased)) => {
                verdict.entries = number;
                verdict.erased = verdict.erased.saturating_add(u32::from(erased));
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
    (verdict, erasures.wrong())
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
    Erased,
    Head,
}

impl Wrong {
    pub fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Entry => "entry",
            Self::Before => "before",
            Self::Hash => "hash",
            Self::Erased => "erased",
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

/// The keys of an entry, in their order; those of the payload go when it is erased.
const KEYS: [&str; 9] = [
    "as_of", "before", "changed", "content", "entry", "hash", "input", "moves", "playbook",
];
const ERASED_KEYS: [&str; 7] = [
    "as_of", "before", "content", "entry", "erased", "hash", "playbook",
];
const PAYLOAD: [&str; 3] = ["changed", "input", "moves"];
/// What the hash covers.
const CHAINED: [&str; 5] = ["as_of", "before", "content", "entry", "playbook"];

/// An entry that is good.
pub(super) struct Good<'t> {
    pub as_of: Millis,
    pub hash: &'t str,
    /// `None`: it is erased.
    pub payload: Option<Payload<'t>>,
}

/// What an entry says.
pub(super) struct Payload<'t> {
    pub input: &'t Node,
    pub moves: &'t Node,
    pub changed: &'t Node,
}

/// Looks at one entry.
pub(super) fn check<'t>(node: &'t Node, number: u32, before: &str) -> Result<Good<'t>, Wrong> {
    let entries = node.as_object().ok_or(Wrong::Form)?;
    let erased = node.get("erased");
    let keys = match erased {
        None => &KEYS[..],
        Some(_) => &ERASED_KEYS[..],
    };
    let has_all = keys.iter().all(|key| node.get(key).is_some());
    if entries.len() != keys.len() || !has_all {
        return Err(Wrong::Form);
    }
    if erased.is_some_and(|it| !matches!(it.content, Content::Boolean(true))) {
        return Err(Wrong::Form);
    }
    let get = |key: &str| node.get(key).ok_or(Wrong::Form);
    let whole = |key: &str| match &get(key)?.content {
        Content::Number(text) => text.parse::<i64>().map_err(|_| Wrong::Form),
        _ => Err(Wrong::Form),
    };
    let text = |key: &str| get(key)?.as_text().ok_or(Wrong::Form);
    let (as_of, hash, content) = (whole("as_of")?, text("hash")?, text("content")?);
    text("playbook")?;
    let payload = match erased {
        Some(_) => None,
        None => Some(Payload {
            input: get("input")?,
            moves: get("moves")?,
            changed: get("changed")?,
        }),
    };
    if let Some(it) = &payload
        && (it.input.as_object().is_none() || it.moves.as_list().is_none())
    {
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
    let is_sealed = payload.is_none() || *digest(&only(node, &PAYLOAD)) == *content;
    if !is_sealed || *digest(&only(node, &CHAINED)) != *hash {
        return Err(Wrong::Hash);
    }
    Ok(Good {
        as_of,
        hash,
        payload,
    })
}

/// Some parts of an entry, in canonical form.
fn only(entry: &Node, keys: &[&str]) -> String {
    let mut text = String::from("{");
    for key in keys {
        if let Some(value) = entry.get(key) {
            Writer::new(&mut text).key(key);
            write_compact(&mut text, value);
        }
    }
    text.push('}');
    text
}

/// An entry's line without what it says; its place in the chain stays.
pub(super) fn erase(line: &str) -> Box<str> {
    let node = parse(line).unwrap_or_else(Node::empty);
    let mut kept = Node::empty();
    for entry in node.as_object().unwrap_or_default() {
        if !PAYLOAD.contains(&&*entry.key) && &*entry.key != "erased" {
            kept = kept.with(&entry.key, entry.value.clone());
        }
    }
    let kept = kept.with("erased", Node::from(Content::Boolean(true)));
    let mut text = String::new();
    write_compact(&mut text, &kept);
    text.into_boxed_str()
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
        let mut payload = String::new();
        let mut w = Writer::new(&mut payload);
        w.open('{');
        w.key("changed").raw(self.changed);
        w.key("input").raw(self.input);
        w.key("moves").raw(self.moves);
        w.close('}');
        let content = digest(&payload);
        let mut chained = String::new();
        let mut w = Writer::new(&mut chained);
        w.open('{');
        w.key("as_of").integer(self.as_of);
        w.key("before").text(self.before);
        w.key("content").text(&content);
        w.key("entry").integer(i64::from(self.number));
        w.key("playbook").hex(&self.playbook.digest);
        w.close('}');
        let hash = digest(&chained);
        let mut line = String::with_capacity(chained.len() + payload.len() + 80);
        let mut w = Writer::new(&mut line);
        w.open('{');
        w.key("as_of").integer(self.as_of);
        w.key("before").text(self.before);
        w.key("changed").raw(self.changed);
        w.key("content").text(&content);
        w.key("entry").integer(i64::from(self.number));
        w.key("hash").text(&hash);
        w.key("input").raw(self.input);
        w.key("moves").raw(self.moves);
        w.key("playbook").hex(&self.playbook.digest);
        w.close('}');
        (line.into_boxed_str(), hash)
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
