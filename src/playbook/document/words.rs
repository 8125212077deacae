//! The small forms of which the others consist: names, labels, points, durations, lists, maps.

use super::amounts::micro;
use super::read::{Form, Key, Place, Reader, Spot, did_you_mean, short};
use super::schema::{self, Definitions};
use crate::limits;
use crate::tree::{Content, Node};
use alloc::{boxed::Box, format, string::String};

/// Reports a word that is none of those allowed.
pub(super) fn bad_word<'t>(spot: Spot<'t>, reader: &mut Reader<'t>, written: &str, words: &[&str]) {
    let help = did_you_mean(written, words);
    let message = format!("`{}` is not a word that is allowed here", short(written));
    reader.advise(spot.place, "bad_value", message, help);
}

/// Reads one of some words; gives its place.
pub(super) fn read_word<'t>(
    spot: Spot<'t>,
    reader: &mut Reader<'t>,
    words: &[&str],
) -> Option<usize> {
    let written = reader.text(spot, "a text")?;
    let place = words.iter().position(|word| *word == written);
    if place.is_none() {
        bad_word(spot, reader, written, words);
    }
    place
}

/// A text that is a key or a name.
pub(crate) trait TextForm {
    /// What it must look like.
    const LOOKS: &'static Looks;
}

/// What a text must look like.
pub(crate) struct Looks {
    /// What it is called in messages.
    pub(crate) what: &'static str,
    /// What is expected where there is no text.
    pub(crate) expected: &'static str,
    /// What it must look like, in words.
    pub(crate) words: &'static str,
    /// What it must look like, as a pattern.
    pub(crate) pattern: &'static str,
    /// Whether a text looks like it.
    pub(crate) fits: fn(&str) -> bool,
}

fn is_word(text: &str, more: &[char]) -> bool {
    text.len() <= limits::NAME
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.chars().all(|letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || more.contains(&letter)
        })
}

/// Whether a text is a name.
pub(crate) fn is_name(text: &str) -> bool {
    is_word(text, &['_'])
}

macro_rules! text_form {
    ($(#[doc = $about:literal])+ $name:ident $what:literal $looks:literal $pattern:literal $fits:expr) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        // Of some forms only the check is of use.
        #[allow(dead_code)]
        pub(crate) struct $name(pub(crate) Box<str>);

        impl TextForm for $name {
            const LOOKS: &'static Looks = &Looks {
                what: $what,
                expected: concat!("a text (", $what, ")"),
                words: $looks,
                pattern: $pattern,
                fits: $fits,
            };
        }

        impl Form for $name {
            fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
                read_text(spot, reader, Self::LOOKS).map(Self)
            }

            fn schema(_: &mut Definitions) -> Node {
                schema::pattern(Self::LOOKS.pattern)
            }
        }
    };
}

fn read_text<'t>(spot: Spot<'t>, reader: &mut Reader<'t>, looks: &Looks) -> Option<Box<str>> {
    let text = reader.text(spot, looks.expected)?;
    check_text(spot.place, reader, text, looks);
    Some(Box::from(text))
}

/// Reports a text that doesn't look as it must.
fn check_text(place: Place, reader: &mut Reader<'_>, text: &str, looks: &Looks) {
    if (looks.fits)(text) {
        return;
    }
    if text.is_empty() {
        let message = format!("{} may not be empty", looks.what);
        reader.advise(place, "empty", message, looks.words);
    } else {
        let message = format!("`{}` can't be {}", short(text), looks.what);
        reader.advise(place, "bad_name", message, looks.words);
    }
}

impl<'t> Reader<'t> {
    /// Reads the entries of an object whose keys look alike.
    pub(super) fn pairs(
        &mut self,
        spot: Spot<'t>,
        least: usize,
        most: usize,
        looks: &Looks,
        read: &mut dyn FnMut(Key, Spot<'t>, &mut Self),
    ) -> Option<()> {
        let written = self.object(spot)?;
        self.check_size(spot.place, written.len(), least, most);
        for entry in written {
            let (key, inner) = self.pair(spot, entry);
            check_text(key.place, self, &key.value, looks);
            read(key, inner, self);
        }
        Some(())
    }
}

text_form! {
    /// A name.
    Name "a name" "a name is a lower-case letter, then lower-case letters, digits and `_`, 64 at most"
    "^[a-z][a-z0-9_]{0,63}$" is_name
}

text_form! {
    /// The name of a playbook.
    Slug "the name of a playbook"
    "it is a lower-case letter, then lower-case letters, digits, `-` and `_`, 64 at most"
    "^[a-z][a-z0-9_-]{0,63}$" |text| is_word(text, &['_', '-'])
}

text_form! {
    /// The name of an attribute.
    AttributeName "the name of an attribute"
    "the name of an attribute is `account.`, `contact.` or `deal.` and a name, as in `account.employees`"
    "^(account|contact|deal)\\.[a-z][a-z0-9_]{0,63}$"
    |text| text.split_once('.').is_some_and(|(of, name)| matches!(of, "account" | "contact" | "deal") && is_name(name))
}

text_form! {
    /// A short text for people.
    Label "a label" "a label has 1 to 200 characters"
    "^[\\s\\S]{1,200}$" |text| !text.is_empty() && text.chars().count() <= limits::LABEL
}

text_form! {
    /// A text for people.
    Prose "a description" "it has at most 4000 characters"
    "^[\\s\\S]{0,4000}$" |text| text.chars().count() <= limits::TEXT
}

/// A text that refers to something; whether that exists is found out later.
#[derive(Clone, Debug)]
pub(crate) struct Reference(pub(crate) Box<str>);

impl Form for Reference {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        Some(Self(Box::from(reader.text(spot, "a text (a name)")?)))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::text(0, limits::LABEL)
    }
}

impl Form for bool {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match spot.node.content {
            Content::Boolean(value) => Some(value),
            _ => {
                reader.wrong_type(spot, "`true` or `false`");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::boolean()
    }
}

/// An object of any content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anything;

impl Form for Anything {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        reader.object(spot)?;
        check_numbers(spot, reader);
        Some(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::typed("object")
    }
}

/// Numbers must have a canonical form, since they are part of the digest.
fn check_numbers<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) {
    match &spot.node.content {
        Content::Number(_) => {
            micro(spot, reader);
        }
        Content::List(items) => {
            for (index, node) in items.iter().enumerate() {
                let inner = reader.item(spot, index, node);
                check_numbers(inner, reader);
            }
        }
        Content::Object(entries) => {
            for entry in entries {
                let inner = reader.entry(spot, entry);
                check_numbers(inner, reader);
            }
        }
        Content::Null | Content::Boolean(_) | Content::Text(_) => {}
    }
}

/// A value of a fact or a property as it is written, before its type is known.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    Boolean(bool),
    Number(Box<str>),
    Text(Box<str>),
}

impl Form for Scalar {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match &spot.node.content {
            Content::Boolean(value) => Some(Self::Boolean(*value)),
            Content::Number(text) => Some(Self::Number(text.clone())),
            Content::Text(text) => Some(Self::Text(text.clone())),
            Content::Null | Content::List(_) | Content::Object(_) => {
                reader.wrong_type(spot, "a value");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Node {
        Node::empty().with("type", schema::texts(&["boolean", "number", "string"]))
    }
}

impl Scalar {
    /// What it is, for people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Boolean(value) => format!("`{value}`"),
            Self::Number(text) => format!("the number `{}`", short(text)),
            Self::Text(text) => format!("the text `{}`", short(text)),
        }
    }
}
