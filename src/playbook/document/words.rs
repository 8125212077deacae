//! The small forms of which the others consist: names, labels, points, durations, lists, maps.

use super::nearest::nearest;
use super::read::{At, Form, Place, Reader, Spot, list_some, short};
use super::schema::{self, Definitions};
use crate::decimal::{self, Decimal, DecimalError, NUMBER_PLACES, POINTS_PLACES};
use crate::limits;
use crate::playbook::{Micro, Milli, Millis};
use crate::time::parse_duration;
use crate::tree::{Content, Node};
use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::marker::PhantomData;

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

/// Reads a number; `None` and a problem where it is none, or beyond 63 bits.
fn decimal<'t>(spot: Spot<'t>, reader: &mut Reader<'t>, places: u32) -> Option<Decimal> {
    let Content::Number(text) = &spot.node.content else {
        reader.wrong_type(spot, "a number");
        return None;
    };
    match decimal::parse(text, places) {
        Ok(decimal) => Some(decimal),
        Err(DecimalError::Range) => {
            reader.report(
                spot.place,
                "out_of_range",
                format!("`{}` is too large", short(text)),
            );
            None
        }
        Err(DecimalError::Syntax) => {
            reader.wrong_type(spot, "a number");
            None
        }
    }
}

/// Reads a whole number between bounds.
pub(crate) fn whole<'t>(
    spot: Spot<'t>,
    reader: &mut Reader<'t>,
    least: i64,
    most: i64,
) -> Option<i64> {
    let decimal = decimal(spot, reader, 0)?;
    if !decimal.exact {
        reader.wrong_type(spot, "a whole number");
        return None;
    }
    if !(least..=most).contains(&decimal.units) {
        let message = format!("`{}` is not between {least} and {most}", decimal.units);
        reader.report(spot.place, "out_of_range", message);
        return None;
    }
    Some(decimal.units)
}

/// A whole number between bounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole<const LEAST: i64, const MOST: i64>(pub(crate) i64);

impl<const LEAST: i64, const MOST: i64> Form for Whole<LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        whole(spot, reader, LEAST, MOST).map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::whole_between(LEAST, MOST)
    }
}

/// How often something happened, as a bound.
pub(crate) type Count = Whole<0, { limits::COUNT as i64 }>;

/// Points in thousandths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Points(pub(crate) Milli);

impl Form for Points {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let decimal = decimal(spot, reader, POINTS_PLACES)?;
        if decimal.units.unsigned_abs() > limits::POINTS_MILLI.unsigned_abs() {
            reader.report(
                spot.place,
                "out_of_range",
                "points are between -1000000 and 1000000",
            );
            return None;
        }
        if !decimal.exact {
            reader.report(spot.place, "too_precise", "points have at most 3 decimals");
            return None;
        }
        Some(Self(decimal.units))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number_between(-limits::POINTS_MILLI / 1_000, limits::POINTS_MILLI / 1_000)
    }
}

/// A number in millionths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) Micro);

/// Reads a number, rounded to millionths.
pub(crate) fn micro<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Micro> {
    let units = decimal(spot, reader, NUMBER_PLACES)?.units;
    if units.unsigned_abs() > limits::NUMBER_MICRO.unsigned_abs() {
        reader.report(
            spot.place,
            "out_of_range",
            "numbers are between -9000000000000 and 9000000000000",
        );
        return None;
    }
    Some(units)
}

impl Form for Number {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        micro(spot, reader).map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number()
    }
}

/// A number from 0 to `MOST` that keeps `PLACES` decimals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fraction<const PLACES: u32, const MOST: i64>;

impl<const PLACES: u32, const MOST: i64> Form for Fraction<PLACES, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let decimal = decimal(spot, reader, PLACES)?;
        let most = 10i64.saturating_pow(PLACES).saturating_mul(MOST);
        if !(0..=most).contains(&decimal.units) {
            reader.report(
                spot.place,
                "out_of_range",
                format!("it must be between 0 and {MOST}"),
            );
        } else if !decimal.exact {
            reader.report(
                spot.place,
                "too_precise",
                format!("it has at most {PLACES} decimals"),
            );
        }
        Some(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::number_between(0, MOST)
    }
}

/// A duration in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duration(pub(crate) Millis);

pub(crate) const DURATION_HELP: &str = "a duration is a whole number and `ms`, `s`, `m`, `h`, `d` or `w`, as in `30d`; at most 36500 days";

impl Form for Duration {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a duration")?;
        let duration = parse_duration(text);
        if duration.is_none() {
            let message = format!("`{}` is not a duration", short(text));
            reader.advise(spot.place, "bad_duration", message, DURATION_HELP);
        }
        duration.map(Self)
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern("^[0-9]{1,13}(ms|s|m|h|d|w)$")
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

/// A list of `LEAST` to `MOST` entries.
#[derive(Clone, Debug)]
pub(crate) struct List<T, const LEAST: usize, const MOST: usize> {
    pub(crate) place: Place,
    /// Those that could be read, and how many there are.
    pub(crate) items: Vec<T>,
    pub(crate) written: usize,
}

impl<T: Form, const LEAST: usize, const MOST: usize> Form for List<T, LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let nodes = reader.list(spot)?;
        reader.check_size(spot.place, nodes.len(), LEAST, MOST);
        let mut items = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let inner = reader.item(spot, index, node);
            items.extend(T::read(inner, reader));
        }
        Some(Self {
            place: spot.place,
            items,
            written: nodes.len(),
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::list(T::schema(definitions), LEAST, MOST)
    }
}

/// One, or a list of some.
#[derive(Clone, Debug)]
pub(crate) struct Many<T> {
    pub(crate) place: Place,
    pub(crate) items: Vec<T>,
    /// Whether it was written as a list.
    pub(crate) listed: bool,
}

impl<T: Form> Form for Many<T> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let listed = spot.node.as_list().is_some();
        let items = if listed {
            List::<T, 1, { limits::LIST }>::read(spot, reader)?.items
        } else {
            Vec::from_iter(T::read(spot, reader))
        };
        Some(Self {
            place: spot.place,
            items,
            listed,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let one = T::schema(definitions);
        schema::any_of([one.clone(), schema::list(one, 1, limits::LIST)])
    }
}

/// An entry of a map; the value is `None` where it couldn't be read.
#[derive(Clone, Debug)]
pub(crate) struct MapEntry<V> {
    pub(crate) key: At<Box<str>>,
    pub(crate) place: Place,
    pub(crate) value: Option<V>,
}

/// An object whose keys are names of some form, `LEAST` to `MOST` of them.
#[derive(Clone, Debug)]
pub(crate) struct Map<K, V, const LEAST: usize, const MOST: usize> {
    pub(crate) place: Place,
    pub(crate) entries: Vec<MapEntry<V>>,
    keys: PhantomData<K>,
}

impl<K: TextForm, V: Form, const LEAST: usize, const MOST: usize> Form for Map<K, V, LEAST, MOST> {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let written = reader.object(spot)?;
        reader.check_size(spot.place, written.len(), LEAST, MOST);
        let mut entries = Vec::with_capacity(written.len());
        for entry in written {
            let key_place = reader.key(spot, entry);
            check_text::<K>(key_place, reader, &entry.key);
            let inner = reader.entry(spot, entry);
            entries.push(MapEntry {
                key: At {
                    value: entry.key.clone(),
                    place: key_place,
                },
                place: inner.place,
                value: V::read(inner, reader),
            });
        }
        Some(Self {
            place: spot.place,
            entries,
            keys: PhantomData,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let values = V::schema(definitions);
        schema::map(schema::pattern(K::PATTERN), values, LEAST, MOST)
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
