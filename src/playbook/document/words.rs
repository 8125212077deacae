//! The small forms of which the others consist: names, labels, points, durations, lists, maps.

use super::amounts::micro;
use super::nearest::nearest;
use super::read::{Form, Place, Reader, Spot, list_some, short};
use super::schema::{self, Definitions};
use crate::limits;
use crate::tree::{Content, Node};
use alloc::{boxed::Box, format, string::String};

/// Reports a word that is none of those allowed.
pub(super) fn bad_word<'t>(spot: Spot<'t>, reader: &mut Reader<'t>, written: &str, words: &[&str]) {
    let help = match nearest(written, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => list_some(words.iter().copied()),
    };
    let message = format!("`{}` is not a word that is allowed here", short(written));
    reader.advise(spot.place, "bad_value", message, help);
}

/// What a text must look like to be a key or a name.
pub(crate) trait TextForm {
    /// What it is called in messages.
    const WHAT: &'static str;
    /// What it must look like, in words.
    const LOOKS: &'static str;
    /// What it must look like, as a pattern.
    const PATTERN: &'static str;
    /// Whether a text looks like it.
    fn fits(text: &str) -> bool;
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
            const WHAT: &'static str = $what;
            const LOOKS: &'static str = $looks;
            const PATTERN: &'static str = $pattern;
            fn fits(text: &str) -> bool {
                let fits: fn(&str) -> bool = $fits;
                fits(text)
            }
        }

        impl Form for $name {
            fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
                let text = reader.text(spot, concat!("a text (", $what, ")"))?;
                check_text::<Self>(spot.place, reader, text);
                Some(Self(Box::from(text)))
            }

            fn schema(_: &mut Definitions) -> Node {
                schema::pattern(Self::PATTERN)
            }
        }
    };
}

/// Reports a text that doesn't look as it must.
pub(crate) fn check_text<T: TextForm>(place: Place, reader: &mut Reader<'_>, text: &str) {
    if T::fits(text) {
        return;
    }
    if text.is_empty() {
        reader.advise(
            place,
            "empty",
            format!("{} may not be empty", T::WHAT),
            T::LOOKS,
        );
    } else {
        let message = format!("`{}` can't be {}", short(text), T::WHAT);
        reader.advise(place, "bad_name", message, T::LOOKS);
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
        Node::object([("type", Node::text("object"))])
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
        let types = ["boolean", "number", "string"].map(Node::text);
        Node::object([("type", Node::list(types))])
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
