//! Reads the parts of a document and collects everything that is wrong with them.

use super::nearest::nearest;
use super::schema::Definitions;
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::tree::{Content, Entry, Node, Position, push_key};
use alloc::{borrow::Cow, boxed::Box, format, string::String, vec::Vec};

/// A place in a document: a row in the reader's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

/// A part of a document and its place.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'t> {
    pub(crate) node: &'t Node,
    pub(crate) place: Place,
}

/// Something that was read, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A key of an object, and where it stands.
pub(crate) type Key = At<Box<str>>;

/// What can be read from a document, and described by a JSON Schema.
pub(crate) trait Form: Sized {
    /// Reads it; what can't be read is reported and left out.
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self>;

    /// A JSON Schema that accepts what `read` accepts.
    fn schema(definitions: &mut Definitions) -> Node;
}

impl<T: Form> Form for At<T> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let value = T::read(spot, reader)?;
        Some(Self {
            value,
            place: spot.place,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        T::schema(definitions)
    }
}

/// Whether the bit of a key is among those of the keys that are written.
pub(crate) fn is_written(keys: &[&str], written: u32, key: &str) -> bool {
    let place = keys.iter().position(|known| *known == key);
    place.is_some_and(|place| written >> place & 1 == 1)
}

/// Reads a field that holds nothing yet.
#[inline(never)]
pub(crate) fn set<'t, T: Form>(field: &mut Option<T>, spot: Spot<'t>, reader: &mut Reader<'t>) {
    // So that no code is made to drop what was there.
    core::mem::forget(core::mem::replace(field, T::read(spot, reader)));
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Root,
    Key(&'t str),
    Index(usize),
}

struct Row<'t> {
    parent: u32,
    step: Step<'t>,
    at: Position,
    /// Where its key stands, if it has one.
    key_at: Option<Position>,
}

/// Reads a tree.
pub(crate) struct Reader<'t> {
    rows: Vec<Row<'t>>,
    problems: Vec<Problem>,
    /// The names of attributes, which may be used as keys in conditions.
    attributes: Vec<&'t str>,
    /// How many conditions lie around what is being read.
    pub(crate) condition_depth: usize,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(root: &'t Node, problems: Vec<Problem>) -> (Self, Spot<'t>) {
        let row = Row {
            parent: 0,
            step: Step::Root,
            at: root.at,
            key_at: None,
        };
        let reader = Self {
            rows: Vec::from([row]),
            problems,
            attributes: Vec::new(),
            condition_depth: 0,
        };
        let place = Place(0);
        (reader, Spot { node: root, place })
    }

    fn row(
        &mut self,
        parent: Place,
        step: Step<'t>,
        at: Position,
        key_at: Option<Position>,
    ) -> Place {
        let place = Place(self.rows.len() as u32);
        let parent = parent.0;
        self.rows.push(Row {
            parent,
            step,
            at,
            key_at,
        });
        place
    }

    /// Tells the names of attributes, to name them where only their last part is written.
    pub(crate) fn set_attributes(&mut self, names: Vec<&'t str>) {
        self.attributes = names;
    }

    /// How many places there are, to give to [`Reader::forget`].
    pub(crate) fn mark(&self) -> usize {
        self.rows.len()
    }

    /// Forgets the places since a mark.
    pub(crate) fn forget(&mut self, mark: usize) {
        self.rows.truncate(mark);
    }

    pub(crate) fn item(&mut self, spot: Spot<'t>, index: usize, node: &'t Node) -> Spot<'t> {
        let place = self.row(spot.place, Step::Index(index), node.at, None);
        Spot { node, place }
    }

    pub(crate) fn entry(&mut self, spot: Spot<'t>, entry: &'t Entry) -> Spot<'t> {
        let node = &entry.value;
        let place = self.row(spot.place, Step::Key(&entry.key), node.at, Some(entry.at));
        Spot { node, place }
    }

    /// The place of a key, to say something about the key itself.
    pub(crate) fn key(&mut self, spot: Spot<'t>, entry: &'t Entry) -> Place {
        self.row(spot.place, Step::Key(&entry.key), entry.at, Some(entry.at))
    }

    /// The JSON Pointer of a place.
    fn path(&self, place: Place) -> String {
        let mut steps = Vec::new();
        let mut next = place.0;
        while let Some(row) = self.rows.get(next as usize) {
            if let Step::Root = row.step {
                break;
            }
            steps.push(row.step);
            next = row.parent;
        }
        let mut path = String::new();
        for step in steps.iter().rev() {
            match step {
                Step::Key(key) => push_key(&mut path, key),
                Step::Index(index) => path.push_str(&format!("/{index}")),
                Step::Root => {}
            }
        }
        path
    }

    pub(crate) fn report<'m>(
        &mut self,
        place: Place,
        code: &'static str,
        message: impl Into<Cow<'m, str>>,
    ) {
        self.advise(place, code, message, "");
    }

    pub(crate) fn advise<'m>(
        &mut self,
        place: Place,
        code: &'static str,
        message: impl Into<Cow<'m, str>>,
        help: impl Into<Cow<'m, str>>,
    ) {
        self.push(place, false, code, message.into(), help.into());
    }

    /// Reports what is wrong with the key of a place, not with its value.
    pub(crate) fn advise_key<'m>(
        &mut self,
        place: Place,
        code: &'static str,
        message: impl Into<Cow<'m, str>>,
        help: impl Into<Cow<'m, str>>,
    ) {
        self.push(place, true, code, message.into(), help.into());
    }

    /// Reports a field that is not there.
    pub(crate) fn missing(&mut self, place: Place, key: &str) {
        self.advise(
            place,
            "missing_field",
            format!("`{key}` is missing"),
            format!("add `{key}`"),
        );
    }

    fn push(
        &mut self,
        place: Place,
        of_key: bool,
        code: &'static str,
        message: Cow<'_, str>,
        help: Cow<'_, str>,
    ) {
        let row = self.rows.get(place.0 as usize);
        let at = row.map_or_else(Position::default, |row| match row.key_at {
            Some(key) if of_key => key,
            _ => row.at,
        });
        let mut problem = Problem::new(code, self.path(place), message).help(help);
        if at.line > 0 {
            problem = problem.at(at.line, at.column);
        }
        self.problems.push(problem);
    }

    /// Reports a name that is not declared, with the nearest that is.
    pub(crate) fn unknown<'a>(
        &mut self,
        place: Place,
        written: &str,
        what: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) {
        let mut known = Vec::new();
        for name in names {
            known.push(name);
        }
        let help = did_you_mean(written, &known);
        let message = format!("`{}` is not {what}", short(written));
        self.advise(place, "unknown_name", message, help);
    }

    pub(crate) fn wrong_type(&mut self, spot: Spot<'t>, expected: &str) {
        let message = format!("expected {expected}, found {}", describe(spot.node));
        let help = match &spot.node.content {
            Content::Number(text) if expected.contains("a text") || expected.contains("a name") => {
                format!("put it into quotes: `\"{text}\"`")
            }
            Content::Boolean(value)
                if expected.contains("a text") || expected.contains("a name") =>
            {
                format!("put it into quotes: `\"{value}\"`")
            }
            Content::Null => String::from("write a value, or leave the field out"),
            _ => String::new(),
        };
        self.advise(spot.place, "wrong_type", message, help);
    }

    pub(crate) fn object(&mut self, spot: Spot<'t>) -> Option<&'t [Entry]> {
        let entries = spot.node.as_object();
        if entries.is_none() {
            self.wrong_type(spot, "an object");
        }
        entries
    }

    pub(crate) fn list(&mut self, spot: Spot<'t>) -> Option<&'t [Node]> {
        let items = spot.node.as_list();
        if items.is_none() {
            self.wrong_type(spot, "a list");
        }
        items
    }

    pub(crate) fn text(&mut self, spot: Spot<'t>, expected: &str) -> Option<&'t str> {
        let text = spot.node.as_text();
        if text.is_none() {
            self.wrong_type(spot, expected);
        }
        text
    }

    /// Reports keys that are neither in the list nor taken by `rest`. Gives the keys that are there: a bit for each.
    pub(crate) fn only(
        &mut self,
        spot: Spot<'t>,
        entries: &'t [Entry],
        keys: &[&str],
        rest: &dyn Fn(&str) -> bool,
    ) -> u32 {
        let mut written = 0;
        for entry in entries {
            if let Some(known) = keys.iter().position(|key| **key == *entry.key) {
                written |= 1 << known;
                continue;
            }
            if rest(&entry.key) {
                continue;
            }
            let place = self.key(spot, entry);
            let bare = |name: &&&str| {
                rest(name)
                    && name
                        .split_once('.')
                        .is_some_and(|(_, bare)| bare == &*entry.key)
            };
            let meant = match self.attributes.iter().find(bare) {
                Some(name) => Some(*name),
                None => nearest(&entry.key, keys.iter().copied()),
            };
            let help = match meant {
                Some(name) => format!("did you mean `{name}`?"),
                None => list_some(keys.iter().copied()),
            };
            let message = format!("`{}` has no meaning here", short(&entry.key));
            self.advise(place, "unknown_field", message, help);
        }
        written
    }

    /// Reads the fields of an object, in the order of `keys`. Gives those that are written: a bit for each.
    pub(crate) fn fields(
        &mut self,
        spot: Spot<'t>,
        keys: &[&str],
        required: &[bool],
        rest: fn(&str) -> bool,
        read: &mut dyn FnMut(usize, Spot<'t>, &mut Self),
    ) -> Option<u32> {
        let entries = self.object(spot)?;
        let written = self.only(spot, entries, keys, &rest);
        for (place, (key, required)) in keys.iter().zip(required).enumerate() {
            match entries.iter().find(|entry| *entry.key == **key) {
                Some(entry) => {
                    let inner = self.entry(spot, entry);
                    read(place, inner, self);
                }
                None if *required => self.missing(spot.place, key),
                None => {}
            }
        }
        Some(written)
    }

    /// Reads the entries of a list. Gives how many are written.
    pub(crate) fn items(
        &mut self,
        spot: Spot<'t>,
        least: usize,
        most: usize,
        read: &mut dyn FnMut(Spot<'t>, &mut Self),
    ) -> Option<usize> {
        let nodes = self.list(spot)?;
        self.check_size(spot.place, nodes.len(), least, most);
        for (index, node) in nodes.iter().enumerate() {
            let inner = self.item(spot, index, node);
            read(inner, self);
        }
        Some(nodes.len())
    }

    /// Reads an entry with its key.
    pub(crate) fn pair(&mut self, spot: Spot<'t>, entry: &'t Entry) -> (Key, Spot<'t>) {
        let place = self.key(spot, entry);
        let inner = self.entry(spot, entry);
        let value = entry.key.clone();
        (At { value, place }, inner)
    }

    /// Reports a list or an object that has too many parts, or none where one is due.
    pub(crate) fn check_size(&mut self, place: Place, size: usize, least: usize, most: usize) {
        if size < least {
            self.report(place, "empty", "at least one entry is needed here");
        }
        if size > most {
            self.report(
                place,
                "too_many",
                format!("{size} entries are more than the {most} allowed"),
            );
        }
    }

    /// To sort places as they follow each other in the text.
    pub(crate) fn order(&self, place: Place) -> (Position, u32) {
        let at = self
            .rows
            .get(place.0 as usize)
            .map(|row| row.at)
            .unwrap_or_default();
        (at, place.0)
    }

    /// Whether nothing has been reported.
    pub(crate) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems in the order of their places.
    pub(crate) fn into_problems(self) -> Problems {
        let mut problems = self.problems;
        problems.arrange_by(|a, b| {
            (a.line, a.column, &a.path, a.code).cmp(&(b.line, b.column, &b.path, b.code))
        });
        problems.dedup();
        Problems::new(problems)
    }
}

/// The name that was meant, or those that there are.
pub(crate) fn did_you_mean(written: &str, names: &[&str]) -> String {
    match nearest(written, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => list_some(names.iter().copied()),
    }
}

/// A short list of what would be right.
pub(crate) fn list_some<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (place, name) in names.into_iter().enumerate() {
        if place == 20 {
            out.push_str(", …");
            break;
        }
        out.push_str(if place == 0 { "one of " } else { ", " });
        out.push('`');
        out.push_str(name);
        out.push('`');
    }
    out
}

/// What a node is, for people.
fn describe(node: &Node) -> String {
    match &node.content {
        Content::Null => String::from("nothing (`null`)"),
        Content::Boolean(value) => format!("`{value}`"),
        Content::Number(text) => format!("the number `{}`", short(text)),
        Content::Text(text) => format!("the text `{}`", short(text)),
        Content::List(_) => String::from("a list"),
        Content::Object(_) => String::from("an object"),
    }
}

/// The beginning of a text, for messages.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => String::from(text),
    }
}
