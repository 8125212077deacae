//! What all shells have in common: compiled playbooks, leads by their handles, decisions. How evidence comes in is up to
//! [`page`](super::page) where bytes count most, and to [`pack`](super::pack) elsewhere.

#[cfg(feature = "quick")]
use super::pack::Waiting;
#[cfg(not(feature = "quick"))]
use super::page::Waiting;
use crate::evaluate::{Extent, Session};
#[cfg(any(feature = "document", not(feature = "quick")))]
use crate::fold;
use crate::playbook::{Millis, Playbook};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

/// What the host and the core hand each other.
pub(super) struct Desk {
    /// Texts and bytes, in and out.
    pub buffer: Vec<u8>,
    pub(super) leads: Vec<Option<Box<Session>>>,
    /// Places among the leads that were given back.
    vacant: Vec<u32>,
    /// What has been put down and is not taken yet.
    pub(super) waiting: Waiting,
}

impl Desk {
    pub const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            leads: Vec::new(),
            vacant: Vec::new(),
            waiting: Waiting::new(),
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
    #[cfg(any(feature = "document", not(feature = "quick")))]
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

    pub fn decide(&mut self, lead: u32, as_of: f64, explained: u32) -> u32 {
        let mut text = String::new();
        if let Some(lead) = self.lead(lead) {
            lead.decide_json(as_of as Millis, extent(explained), &mut text);
        }
        self.answer(text)
    }
}

/// The place of a name in a playbook, as the host numbers what has one; `signal` is that of a property. The host asks once.
pub(super) fn place(playbook: &Playbook, what: u32, signal: u32, name: &str) -> Option<usize> {
    let table = match what {
        0 => &*playbook.attributes,
        1 => &*playbook.signals,
        2 => playbook.properties(small(signal)),
        3 => &*playbook.sources,
        4 => &*playbook.asserters,
        _ => &*playbook.stages,
    };
    table.iter().position(|row| playbook.word(row[0]) == name)
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
