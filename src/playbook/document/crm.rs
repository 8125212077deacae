//! What changes in CRM systems, as it is written.

use super::form::{form, words};
use super::lists::{List, Many, Map, MapEntry};
use super::read::{At, Form, Reader, Spot};
use super::schema::{self, Definitions, Rest};
use super::words::{Label, Name, Reference};
use crate::gather::Gather;
use crate::limits;
use crate::tree::{Content, Node, write_compact};
use alloc::{boxed::Box, string::String, vec::Vec};

/// What changes, by system.
pub(crate) type Crm = Map<Name, System, 0, { limits::LIST }>;

form! {
    /// What changes in one system: fields with their values, and more.
    System {
        /// Fields that get the instant, at every entering.
        optional "stamp" => stamp: Many<At<FieldName>>,
        /// Fields that get the instant, the first time only.
        optional "stamp_first" => stamp_first: Many<At<FieldName>>,
        /// Fields that are emptied.
        optional "clear" => clear: Many<At<FieldName>>,
        /// Whether a Lead is converted, and into what.
        optional "convert" => convert: At<Convert>,
        rest fields: Fields,
    }
}

/// The object and the field, as in `Lead.Status`.
#[derive(Clone, Debug)]
pub(crate) struct FieldName(pub(crate) Box<str>);

const FIELD_PATTERN: &str = "^[^.]+\\.[\\s\\S]+$";

/// Whether a text names a field of an object.
fn is_field(text: &str) -> bool {
    text.split_once('.')
        .is_some_and(|(object, field)| !object.is_empty() && !field.is_empty())
        && text.chars().count() <= limits::LABEL
}

impl Form for FieldName {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let text = reader.text(spot, "a text (a field as `Lead.Status`)")?;
        if !is_field(text) {
            let message = alloc::format!("`{}` is not a field", super::read::short(text));
            let help = "write the object and the field, as in `Lead.Status`";
            reader.advise(spot.place, "bad_name", message, help);
            return None;
        }
        Some(Self(Box::from(text)))
    }

    fn schema(_: &mut Definitions) -> Node {
        schema::pattern(FIELD_PATTERN)
    }
}

/// Fields with their values: the keys with a dot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<MapEntry<FieldValue>>);

impl Fields {
    fn takes(key: &str) -> bool {
        key.contains('.')
    }

    fn read_rest<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Self {
        let entries = spot.node.as_object().unwrap_or_default();
        reader.check_size(spot.place, entries.len(), 0, limits::CRM_KEYS);
        let mut fields = Vec::new();
        for entry in entries.iter().filter(|entry| Self::takes(&entry.key)) {
            let (key, inner) = reader.pair(spot, entry);
            if !is_field(&key.value) {
                let help = "write the object and the field, as in `Lead.Status`";
                let message = alloc::format!("`{}` is not a field", super::read::short(&key.value));
                reader.advise(key.place, "bad_name", message, help);
            }
            fields.push(MapEntry {
                key,
                place: inner.place,
                value: FieldValue::read(inner, reader),
            });
        }
        Self(fields)
    }

    fn describe_rest(definitions: &mut Definitions) -> Rest {
        Rest {
            pattern: FIELD_PATTERN,
            schema: FieldValue::schema(definitions),
            least: 0,
        }
    }
}

words! {
    /// What a field may take from the record.
    Take {
        /// The stage.
        "stage" => Stage,
        /// The status.
        "status" => Status,
        /// The person who owns the record.
        "owner" => Owner,
        /// The role that owns it.
        "owner_role" => OwnerRole,
        /// The queue that it is in.
        "queue" => Queue,
        /// The reason that was given.
        "reason" => Reason,
        /// The note that was given.
        "note" => Note,
        /// The record's id.
        "record" => Record,
        /// When it comes back.
        "return_date" => ReturnDate,
    }
}

form! {
    /// Where a field's value comes from.
    Taken {
        /// An attribute.
        optional "fact" => fact: At<Reference>,
        /// A score.
        optional "score" => score: At<Reference>,
        /// Something of the record.
        optional "take" => take: Take,
    }
}

/// The value of a field: itself, as JSON, or where it comes from.
#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    Fixed(Box<str>),
    Taken(Taken),
}

impl Form for FieldValue {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        match &spot.node.content {
            Content::Object(entries) => {
                if entries.len() != 1 {
                    let message = "exactly one of `fact`, `score` and `take` is due";
                    reader.report(spot.place, "conflict", message);
                }
                Taken::read(spot, reader).map(Self::Taken)
            }
            Content::List(_) => {
                reader.wrong_type(spot, "a value");
                None
            }
            Content::Number(_) => {
                super::amounts::micro(spot, reader)?;
                Some(Self::Fixed(json(spot.node)))
            }
            Content::Text(text) if text.chars().count() > limits::TEXT => {
                let most = limits::TEXT;
                let message = alloc::format!("a text has at most {most} characters here");
                reader.report(spot.place, "too_large", message);
                None
            }
            _ => Some(Self::Fixed(json(spot.node))),
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        let types = schema::texts(&["boolean", "number", "string", "null"]);
        let fixed = Node::empty().with("type", types);
        schema::any_of([fixed, Taken::schema(definitions)])
    }
}

fn json(node: &Node) -> Box<str> {
    let mut text = String::new();
    write_compact(&mut text, node);
    text.into_boxed_str()
}

words! {
    /// What a Lead becomes.
    Converted {
        /// A person.
        "Contact" => Contact,
        /// A company.
        "Account" => Account,
        /// A deal.
        "Opportunity" => Opportunity,
    }
}

form! {
    /// What a Lead becomes, and with which status.
    ConvertFields {
        /// What it becomes.
        optional "to" => to: List<At<Converted>, 1, 3>,
        /// The status of the converted Lead.
        optional "status" => status: Label,
    }
}

/// A conversion, or only that there is one.
#[derive(Clone, Debug)]
pub(crate) struct Convert {
    pub(crate) to: Vec<Converted>,
    pub(crate) status: Option<Box<str>>,
    /// Whether `true` or an object is written.
    pub(crate) wanted: bool,
}

impl Form for Convert {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let all = [
            Converted::Contact,
            Converted::Account,
            Converted::Opportunity,
        ];
        if let Content::Boolean(wanted) = spot.node.content {
            return Some(Self {
                to: Vec::from(all),
                status: None,
                wanted,
            });
        }
        let fields = ConvertFields::read(spot, reader)?;
        let to = match &fields.to {
            None => Vec::from(all),
            Some(list) => {
                let has = |what: &Converted| list.items.iter().any(|item| item.value == *what);
                if list.items.len() == list.written
                    && !(has(&Converted::Contact) && has(&Converted::Account))
                {
                    let message = "a Lead becomes a Contact and an Account at least";
                    reader.report(list.place, "conflict", message);
                }
                all.into_iter().filter(has).gather()
            }
        };
        Some(Self {
            to,
            status: fields.status.map(|label| label.0),
            wanted: true,
        })
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([schema::boolean(), ConvertFields::schema(definitions)])
    }
}
