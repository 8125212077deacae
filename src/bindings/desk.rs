//! The slim shell: compiled playbooks, names looked up once, numbers over the border.

use super::loose::{self, Loose, Refusal};
use crate::evaluate::{Extent, Session};
use crate::evidence::{Event, Fact, Finding, InStage};
use crate::fold::{self, is_longer};
use crate::limits;
use crate::playbook::{Micro, Millis, Playbook, Row, Value};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// What the host and the core hand each other.
pub(super) struct Desk {
    /// Texts and bytes, in and out.
    pub buffer: Vec<u8>,
    leads: Vec<Option<Box<Session>>>,
    /// Places among the leads that were given back.
    vacant: Vec<u32>,
    /// Values that have been put down for the next fact or property.
    values: Vec<Loose>,
    /// Properties that have been made for the next event.
    properties: Vec<(u16, Value)>,
}

impl Desk {
    pub const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            leads: Vec::new(),
            vacant: Vec::new(),
            values: Vec::new(),
            properties: Vec::new(),
        }
    }

    pub fn room(&mut self, bytes: u32) -> *mut u8 {
        if self.buffer.len() < bytes as usize {
            self.buffer.resize(bytes as usize, 0);
        }
        self.buffer.as_mut_ptr()
    }

    /// So many bytes of the buffer.
    pub fn bytes(&self, length: u32) -> &[u8] {
        self.buffer.get(..length as usize).unwrap_or(&[])
    }

    /// The same as a text.
    pub fn read(&self, length: u32) -> Option<String> {
        fold::read(self.buffer.get(..length as usize)?)
    }

    /// Puts a text or bytes into the buffer; the length.
    pub fn answer(&mut self, text: impl Into<Vec<u8>>) -> u32 {
        self.buffer = text.into();
        self.buffer.len() as u32
    }

    pub fn lead(&mut self, lead: u32) -> Option<&mut Session> {
        self.leads.get_mut(lead as usize)?.as_deref_mut()
    }

    pub fn load(&mut self, length: u32) -> i32 {
        match Playbook::from_bytes(self.bytes(length)) {
            Ok(playbook) => self.begin(Arc::new(playbook)),
            Err(_) => -1,
        }
    }

    /// A lead of which nothing is known.
    pub fn begin(&mut self, playbook: Arc<Playbook>) -> i32 {
        let session = Some(Box::new(Session::new(playbook)));
        let vacant = self.vacant.pop().unwrap_or(self.leads.len() as u32);
        match self.leads.get_mut(vacant as usize) {
            Some(slot) => *slot = session,
            None => self.leads.push(session),
        }
        vacant as i32
    }

    pub fn open(&mut self, lead: u32) -> i32 {
        match self.lead(lead).map(|lead| lead.shared()) {
            Some(playbook) => self.begin(playbook),
            None => -1,
        }
    }

    pub fn close(&mut self, lead: u32) {
        if let Some(slot) = self.leads.get_mut(lead as usize)
            && slot.take().is_some()
        {
            self.vacant.push(lead);
        }
    }

    pub fn place(&mut self, lead: u32, what: u32, signal: u32, length: u32) -> i32 {
        let (Some(Some(lead)), Some(name)) = (self.leads.get(lead as usize), self.read(length))
        else {
            return -1;
        };
        let playbook = lead.playbook();
        let table = match what {
            0 => &*playbook.attributes,
            1 => &*playbook.signals,
            2 => playbook.properties(small(signal)),
            3 => &*playbook.sources,
            4 => &*playbook.asserters,
            _ => &*playbook.stages,
        };
        // The host asks for a name once.
        let named = |row: &Row| playbook.word(row[0]) == name;
        table
            .iter()
            .position(named)
            .map_or(-1, |place| place as i32)
    }

    pub fn mark(&mut self, what: u32) {
        self.values.push(match what {
            0 => Loose::Null,
            _ => Loose::Boolean(what == 2),
        });
    }

    pub fn number(&mut self, whole: f64, micro: f64) {
        let whole = (whole as Micro).saturating_mul(1_000_000);
        self.values
            .push(Loose::Number(whole.saturating_add(micro as Micro)));
    }

    pub fn text(&mut self, length: u32) -> u32 {
        let Some(text) = self.read(length) else {
            return Refusal::WrongType as u32;
        };
        self.values.push(Loose::Text(text));
        0
    }

    pub fn forget(&mut self) {
        self.values.clear();
        self.properties.clear();
    }

    pub fn property(&mut self, lead: u32, signal: u32, property: u32, form: u32) -> u32 {
        let values = core::mem::take(&mut self.values);
        let property = small(property);
        let Some(Some(lead)) = self.leads.get(lead as usize) else {
            return Refusal::Gone as u32;
        };
        let Some(kind) = lead.playbook().property_kind(small(signal), property) else {
            return Refusal::Gone as u32;
        };
        match loose::finding(lead.playbook(), &kind, form, &values) {
            Ok(Finding::Exactly(value)) => {
                self.properties.push((property, value));
                0
            }
            Ok(_) => Refusal::WrongType as u32,
            Err(refusal) => refusal as u32,
        }
    }

    pub fn track(&mut self, lead: u32, signal: u32, at: f64, automated: u32, id: i32) -> u32 {
        let properties = core::mem::take(&mut self.properties);
        let id = match u32::try_from(id).ok().map(|length| self.read(length)) {
            Some(Some(id)) if !is_longer(&id, limits::EVENT_ID) => Some(id.into_boxed_str()),
            Some(_) => return Refusal::TooLarge as u32,
            None => None,
        };
        let Some(lead) = self.lead(lead) else {
            return Refusal::Gone as u32;
        };
        if lead.len().1 >= limits::EVENTS as u32 {
            return Refusal::TooMany as u32;
        }
        lead.track(&Event {
            id,
            signal: small(signal),
            at: at as Millis,
            properties,
            automated: automated != 0,
        });
        0
    }

    #[expect(clippy::too_many_arguments)]
    pub fn learn(
        &mut self,
        lead: u32,
        attribute: u32,
        form: u32,
        source: u32,
        by: i32,
        at: f64,
        default: u32,
    ) -> u32 {
        let values = core::mem::take(&mut self.values);
        let attribute = small(attribute);
        let Some(lead) = self.lead(lead) else {
            return Refusal::Gone as u32;
        };
        let Some(kind) = lead.playbook().attribute_kind(attribute) else {
            return Refusal::Gone as u32;
        };
        if lead.len().0 >= limits::FACTS {
            return Refusal::TooMany as u32;
        }
        match loose::finding(lead.playbook(), &kind, form, &values) {
            Ok(finding) => {
                lead.learn(Fact {
                    attribute,
                    finding,
                    source: small(source),
                    by: u16::try_from(by).ok(),
                    at: instant(at),
                    default: default != 0,
                });
                0
            }
            Err(refusal) => refusal as u32,
        }
    }

    pub fn enter(&mut self, lead: u32, stage: u32, since: f64) -> u32 {
        self.with(lead, |lead| {
            lead.enter(InStage {
                stage: small(stage),
                since: instant(since),
            });
        })
    }

    /// A lead begins anew, which takes no code of its own.
    pub fn clear(&mut self, lead: u32) -> u32 {
        match self.lead(lead).map(|lead| lead.shared()) {
            Some(playbook) => {
                self.close(lead);
                self.begin(playbook);
                0
            }
            None => Refusal::Gone as u32,
        }
    }

    fn with(&mut self, lead: u32, act: impl FnOnce(&mut Session)) -> u32 {
        match self.lead(lead) {
            Some(lead) => {
                act(lead);
                0
            }
            None => Refusal::Gone as u32,
        }
    }

    pub fn decide(&mut self, lead: u32, as_of: f64, explained: u32) -> u32 {
        let mut text = String::new();
        self.with(lead, |lead| {
            lead.decide_json(as_of as Millis, extent(explained), &mut text);
        });
        self.answer(text)
    }
}

/// How much a decision holds.
pub(super) fn extent(explained: u32) -> Extent {
    match explained {
        0 => Extent::Brief,
        _ => Extent::Explained,
    }
}

/// A place in a table; those that are too large are nowhere.
fn small(place: u32) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// What is not a number stands for none.
pub(super) fn instant(at: f64) -> Option<Millis> {
    (!at.is_nan()).then_some(at as Millis)
}
