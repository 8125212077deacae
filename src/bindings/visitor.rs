//! The slim shell: compiled playbooks, names looked up once, numbers over the border.

use super::loose::{self, Loose, Refusal};
use crate::evaluate::{Extent, Session};
use crate::evidence::{Event, Fact, Finding, InStage};
use crate::limits;
use crate::playbook::{Micro, Playbook, Value};
use crate::time;
use alloc::{string::String, sync::Arc, vec::Vec};
use wasm_bindgen::prelude::*;

/// A loaded playbook.
#[wasm_bindgen]
pub struct Book {
    pub(super) playbook: Arc<Playbook>,
}

#[wasm_bindgen]
impl Book {
    /// Loads the compiled form; `undefined` if it isn't one.
    pub fn load(bytes: &[u8]) -> Option<Book> {
        Playbook::from_bytes(bytes).ok().map(Self::new)
    }

    /// Name, version and digest, one a line.
    pub fn title(&self) -> String {
        let mut title = String::from(self.playbook.name());
        title.push('\n');
        crate::decimal::write_integer(&mut title, i64::from(self.playbook.version()));
        title.push('\n');
        title.push_str(&self.playbook.digest());
        title
    }

    /// The place of something with this name, −1 if there is none; `signal` is that of a property.
    pub fn place(&self, what: u8, name: &str, signal: u16) -> i32 {
        let playbook = &self.playbook;
        let found = match what {
            0 => playbook.attribute(name),
            1 => playbook.signal(name),
            2 => playbook.property(signal, name),
            3 => playbook.source(name),
            4 => playbook.asserter(name),
            _ => playbook.stage(name),
        };
        found.map_or(-1, i32::from)
    }

    /// A lead of which nothing is known.
    pub fn lead(&self) -> Lead {
        Lead {
            session: Session::new(Arc::clone(&self.playbook)),
            values: Vec::new(),
            properties: Vec::new(),
        }
    }
}

impl Book {
    pub(super) fn new(playbook: Playbook) -> Self {
        Self {
            playbook: Arc::new(playbook),
        }
    }
}

/// Milliseconds since the epoch of an RFC 3339 text; not a number if it isn't one.
#[wasm_bindgen]
pub fn instant(text: &str) -> f64 {
    time::parse_instant(text).map_or(f64::NAN, |at| at as f64)
}

/// One lead.
#[wasm_bindgen]
pub struct Lead {
    session: Session,
    /// Values that have been put down for the next fact, property or event.
    values: Vec<Loose>,
    properties: Vec<(u16, Value)>,
}

/// How the values that were put down are meant.
const LIST: u8 = 1;
const RANGE: u8 = 2;
const ANY_OF: u8 = 3;

#[wasm_bindgen]
impl Lead {
    /// Puts down a whole number of at most nine million millions.
    pub fn whole(&mut self, value: f64) {
        self.values
            .push(Loose::Number((value as Micro).saturating_mul(1_000_000)));
    }

    /// Puts down nothing (an open end), no, yes, a number's text, or a text.
    pub fn put(&mut self, what: u8, text: String) -> u8 {
        self.values.push(match what {
            0 => Loose::Null,
            1 | 2 => Loose::Boolean(what == 2),
            3 => match loose::number(&text) {
                Ok(value) => Loose::Number(value),
                Err(refusal) => return refusal as u8,
            },
            _ => Loose::Text(text),
        });
        0
    }

    /// Takes back what was put down.
    pub fn drop_values(&mut self) {
        self.values.clear();
        self.properties.clear();
    }

    /// Makes a property of what was put down.
    pub fn property(&mut self, signal: u16, property: u16, form: u8) -> u8 {
        let values = core::mem::take(&mut self.values);
        let Some(kind) = self.session.playbook().property_kind(signal, property) else {
            return Refusal::UnknownName as u8;
        };
        code(loose::value(kind, &values, form == LIST).map(|value| {
            let end = self.properties.partition_point(|(at, _)| *at < property);
            self.properties.insert(end, (property, value));
        }))
    }

    /// Adds the event with the properties that were made. An `at` that is not a number stands for none.
    pub fn track(&mut self, signal: u16, at: f64, automated: bool, id: Option<String>) -> u8 {
        let properties = core::mem::take(&mut self.properties);
        if self.session.len().1 >= limits::EVENTS as u32 {
            return Refusal::TooMany as u8;
        }
        if id
            .as_ref()
            .is_some_and(|id| id.chars().nth(limits::EVENT_ID).is_some())
        {
            return Refusal::TooLarge as u8;
        }
        self.session.track(&Event {
            id: id.map(String::into_boxed_str),
            signal,
            at: at as i64,
            properties,
            automated,
            passed: None,
        });
        0
    }

    /// Adds a fact made of what was put down. `by` is −1 for someone whom no attribute names, −2 for the source itself.
    pub fn learn(
        &mut self,
        attribute: u16,
        form: u8,
        source: u16,
        by: i32,
        at: f64,
        default: bool,
    ) -> u8 {
        let values = core::mem::take(&mut self.values);
        if self.session.len().0 >= limits::FACTS {
            return Refusal::TooMany as u8;
        }
        let Some(kind) = self.session.playbook().attribute_kind(attribute) else {
            return Refusal::UnknownName as u8;
        };
        let finding = match form {
            RANGE => loose::range(kind, &values),
            ANY_OF => loose::any_of(kind, &values),
            _ => loose::value(kind, &values, form == LIST).map(Finding::Exactly),
        };
        code(finding.map(|finding| {
            self.session.learn(Fact {
                attribute,
                finding,
                source,
                by: u16::try_from(by).ok(),
                at: (!at.is_nan()).then_some(at as i64),
                default,
                judged: None,
            });
        }))
    }

    /// Says which stage the record is in.
    pub fn enter(&mut self, stage: u16, since: f64) {
        self.session.enter(InStage {
            stage,
            since: (!since.is_nan()).then_some(since as i64),
        });
    }

    /// Forgets the lead.
    pub fn clear(&mut self) {
        self.drop_values();
        self.session.clear();
    }

    /// The decision as JSON text.
    pub fn decide(&mut self, as_of: f64, explained: bool) -> String {
        let extent = if explained {
            Extent::Explained
        } else {
            Extent::Brief
        };
        let mut text = String::new();
        self.session.decide_json(as_of as i64, extent, &mut text);
        text
    }
}

fn code(result: Result<(), Refusal>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(refusal) => refusal as u8,
    }
}
