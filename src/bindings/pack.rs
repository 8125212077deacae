//! How evidence comes in where time counts: the host looks texts up once, and packs stages, facts and events.

use super::desk::{Desk, place, small};
use super::loose::{self, Refusal};
use super::take::{Made, take, text};
use crate::evaluate::write_playbook;
use crate::json::Writer;
use crate::playbook::{Kind, Playbook, Value};
use alloc::{string::String, vec::Vec};

/// So many texts stay known; further ones do until what is packed with them is taken. `engine.js` has the same number.
const KEPT: usize = 4_096;

/// What has been put down and is not taken yet.
pub(super) struct Waiting {
    /// Stages, facts and events as the host packs them, and texts.
    pack: Vec<u64>,
    /// What texts stand for, once they were looked up.
    kept: Vec<Value>,
    made: Made,
}

impl Waiting {
    pub const fn new() -> Self {
        Self {
            pack: Vec::new(),
            kept: Vec::new(),
            made: Made::new(),
        }
    }
}

impl Desk {
    pub fn pack(&mut self, slots: u32) -> *mut u64 {
        if self.waiting.pack.len() < slots as usize {
            self.waiting.pack.resize(slots as usize, 0);
        }
        self.waiting.pack.as_mut_ptr()
    }

    pub fn look(&mut self, lead: u32, what: u32, a: u32, b: u32, from: u32, length: u32) -> i32 {
        let Some(Some(lead)) = self.leads.get(lead as usize) else {
            return told(loose::GONE);
        };
        let Some(text) = text(&self.waiting.pack, from as usize, length as usize) else {
            return told(loose::WRONG_TYPE);
        };
        let playbook = lead.playbook();
        let kind = match what {
            ..=5 => {
                let found = place(playbook, what, a, &text);
                return found.map_or(told(loose::UNKNOWN_NAME), |place| place as i32);
            }
            6 => playbook.attribute_kind(small(a)),
            _ => playbook.property_kind(small(a), small(b)),
        };
        match stands_for(playbook, kind, &text) {
            Ok(value) => {
                self.waiting.kept.push(value);
                self.waiting.kept.len() as i32 - 1
            }
            Err(refusal) => told(refusal),
        }
    }

    pub fn take(&mut self, lead: u32, from: u32, to: u32, keep: u32) -> u32 {
        let Some(Some(lead)) = self.leads.get_mut(lead as usize) else {
            return loose::GONE.0;
        };
        let Waiting { pack, kept, made } = &mut self.waiting;
        let packed = pack.get(from as usize..to as usize).unwrap_or(&[]);
        let taken = take(lead, packed, kept, made, keep != 0);
        if keep != 0 {
            kept.truncate(KEPT);
        }
        match taken {
            Ok(()) => 0,
            Err(refusal) => refusal.0,
        }
    }

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
}

/// A refusal where a place could be.
fn told(refusal: Refusal) -> i32 {
    -(refusal.0 as i32)
}

/// What a text stands for as a value of a kind; of several options it is one.
fn stands_for(playbook: &Playbook, kind: Option<Kind>, text: &str) -> Result<Value, Refusal> {
    match kind.ok_or(loose::GONE)? {
        kind @ (Kind::Choice(_) | Kind::Choices(_)) => {
            loose::option(playbook, &kind, text).map(Value::Choice)
        }
        kind => loose::value(&kind, text),
    }
}
