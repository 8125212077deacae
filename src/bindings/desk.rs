//! The slim shell: compiled playbooks, names and texts looked up once, then numbers over the border.

use super::loose;
use super::pack;
use crate::evaluate::{Extent, Session, write_playbook};
#[cfg(feature = "document")]
use crate::fold;
use crate::json::Writer;
use crate::playbook::{Millis, Playbook, Row, Value};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// So many texts stay known; further ones do until what is packed with them is taken. `engine.js` has the same number.
const KEPT: usize = 4_096;

/// What the host and the core hand each other.
pub(super) struct Desk {
    /// Texts and bytes, in and out.
    pub buffer: Vec<u8>,
    leads: Vec<Option<Box<Session>>>,
    /// Places among the leads that were given back.
    vacant: Vec<u32>,
    /// Stages, facts and events as the host packs them, and texts.
    pack: Vec<u64>,
    /// What texts stand for, once they were looked up.
    kept: Vec<Value>,
}

impl Desk {
    pub const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            leads: Vec::new(),
            vacant: Vec::new(),
            pack: Vec::new(),
            kept: Vec::new(),
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
    #[cfg(feature = "document")]
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

    pub fn pack(&mut self, slots: u32) -> *mut u64 {
        if self.pack.len() < slots as usize {
            self.pack.resize(slots as usize, 0);
        }
        self.pack.as_mut_ptr()
    }

    pub fn look(&mut self, lead: u32, what: u32, a: u32, b: u32, from: u32, length: u32) -> i32 {
        let Some(Some(lead)) = self.leads.get(lead as usize) else {
            return loose::GONE.told();
        };
        let Some(text) = pack::text(&self.pack, from as usize, length as usize) else {
            return loose::WRONG_TYPE.told();
        };
        let playbook = lead.playbook();
        let table = match what {
            0 => &*playbook.attributes,
            1 => &*playbook.signals,
            2 => playbook.properties(small(a)),
            3 => &*playbook.sources,
            4 => &*playbook.asserters,
            5 => &*playbook.stages,
            _ => {
                let kind = match what {
                    6 => playbook.attribute_kind(small(a)),
                    _ => playbook.property_kind(small(a), small(b)),
                };
                return match loose::text(playbook, kind, &text) {
                    Ok(value) => {
                        self.kept.push(value);
                        self.kept.len() as i32 - 1
                    }
                    Err(refusal) => refusal.told(),
                };
            }
        };
        // The host asks for a name once.
        let named = |row: &Row| playbook.word(row[0]) == text;
        match table.iter().position(named) {
            Some(place) => place as i32,
            None => loose::UNKNOWN_NAME.told(),
        }
    }

    pub fn take(&mut self, lead: u32, from: u32, to: u32, keep: u32) -> u32 {
        let Some(Some(lead)) = self.leads.get_mut(lead as usize) else {
            return loose::GONE.0;
        };
        let packed = self.pack.get(from as usize..to as usize).unwrap_or(&[]);
        let taken = pack::take(lead, packed, &self.kept, keep != 0);
        if keep != 0 {
            self.kept.truncate(KEPT);
        }
        match taken {
            Ok(()) => 0,
            Err(refusal) => refusal.0,
        }
    }

    #[cfg(any(feature = "document", feature = "node"))]
    pub fn clear(&mut self, lead: u32) {
        if let Some(lead) = self.lead(lead) {
            lead.clear();
        }
    }

    /// Which playbook a lead goes by.
    pub fn about(&mut self, lead: u32) -> u32 {
        let mut text = String::new();
        if let Some(lead) = self.lead(lead) {
            let mut w = Writer::new(&mut text);
            write_playbook(&mut w, lead.playbook());
            w.close('}');
        }
        self.answer(text)
    }

    pub fn decide(&mut self, lead: u32, as_of: f64, explained: u32) -> u32 {
        let mut text = String::new();
        if let Some(lead) = self.lead(lead) {
            lead.decide_json(as_of as Millis, extent(explained), &mut text);
        }
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
pub(super) fn small(place: u32) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

/// What is not a number stands for none.
pub(super) fn instant(at: f64) -> Option<Millis> {
    (!at.is_nan()).then_some(at as Millis)
}
