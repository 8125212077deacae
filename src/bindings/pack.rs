//! Stages, facts and events as the host packs them: each begins with what it is, its place, when, a flag, two numbers more and how
//! many values follow. A value has whose it is, its form and two numbers. Behind the values of an event lies its id.

use super::abi;
use super::desk::{Desk, instant, small};
use super::loose::{self, Loose, Refusal, Texts};
use crate::evaluate::{Session, write_playbook};
use crate::evidence::{Event, Fact, InStage};
use crate::fold::{self, is_longer};
use crate::json::Writer;
use crate::limits;
use crate::playbook::{Kind, Micro, Millis, Playbook, Row, Value};
use alloc::{string::String, vec::Vec};

/// So many texts stay known; further ones do until what is packed with them is taken. `engine.js` has the same number.
const KEPT: usize = 4_096;

/// What has been put down and is not taken yet.
pub(super) struct Waiting {
    /// Stages, facts and events as the host packs them, and texts.
    pack: Vec<u64>,
    /// What texts stand for, once they were looked up.
    kept: Vec<Value>,
}

impl Waiting {
    pub const fn new() -> Self {
        Self {
            pack: Vec::new(),
            kept: Vec::new(),
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
        let Some(text) = self::text(&self.waiting.pack, from as usize, length as usize) else {
            return told(loose::WRONG_TYPE);
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
                return match stands_for(playbook, kind, &text) {
                    Ok(value) => {
                        self.waiting.kept.push(value);
                        self.waiting.kept.len() as i32 - 1
                    }
                    Err(refusal) => told(refusal),
                };
            }
        };
        // The host asks for a name once.
        let named = |row: &Row| playbook.word(row[0]) == text;
        match table.iter().position(named) {
            Some(place) => place as i32,
            None => told(loose::UNKNOWN_NAME),
        }
    }

    pub fn take(&mut self, lead: u32, from: u32, to: u32, keep: u32) -> u32 {
        let Some(Some(lead)) = self.leads.get_mut(lead as usize) else {
            return loose::GONE.0;
        };
        let packed = self
            .waiting
            .pack
            .get(from as usize..to as usize)
            .unwrap_or(&[]);
        let taken = take(lead, packed, &self.waiting.kept, keep != 0);
        if keep != 0 {
            self.waiting.kept.truncate(KEPT);
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

/// Texts that were looked up. The host may say anything, so they are held against the kind once more.
struct LookedUp<'k>(&'k [Value]);

impl LookedUp<'_> {
    /// A refusal is negative.
    fn found(&self, place: i32) -> Result<&Value, Refusal> {
        match usize::try_from(place) {
            Ok(place) => self.0.get(place).ok_or(loose::GONE),
            Err(_) => Err(Refusal(place.unsigned_abs())),
        }
    }
}

impl Texts for LookedUp<'_> {
    type Text = i32;

    fn option(&self, kind: &Kind, text: &i32) -> Result<u16, Refusal> {
        match (kind, self.found(*text)?) {
            (Kind::Choice(options) | Kind::Choices(options), Value::Choice(place))
                if usize::from(*place) < options.len() =>
            {
                Ok(*place)
            }
            _ => Err(loose::WRONG_TYPE),
        }
    }

    fn value(&self, kind: &Kind, text: &i32) -> Result<Value, Refusal> {
        match (kind, self.found(*text)?) {
            (Kind::Text, value @ Value::Text(_)) | (Kind::Date, value @ Value::Date(_)) => {
                Ok(value.clone())
            }
            _ => Err(loose::WRONG_TYPE),
        }
    }
}

/// What something is; facts have the numbers of their forms.
mod what {
    pub const EVENT: u32 = 4;
    pub const STAGE: u32 = 5;
}

/// A text of so many bytes from a slot on.
pub(super) fn text(slots: &[u64], from: usize, length: usize) -> Option<String> {
    let bytes = abi::bytes(slots.get(from..)?);
    fold::read(bytes.get(..length)?)
}

/// Goes through what is packed; what lies beyond is zero.
struct Packed<'k> {
    slots: &'k [u64],
    at: usize,
}

impl Packed<'_> {
    #[inline(never)]
    fn number(&mut self) -> f64 {
        let slot = self.slots.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        f64::from_bits(slot)
    }

    /// Whose a value is, and the value.
    fn value(&mut self) -> Result<(u16, Loose<i32>), Refusal> {
        if self.at >= self.slots.len() {
            return Err(loose::GONE);
        }
        let whose = small(self.number() as u32);
        let form = self.number() as u32;
        let (x, y) = (self.number(), self.number());
        let value = match form {
            0 => Loose::Null,
            1 => Loose::Boolean(x > 0.0),
            2 => {
                let whole = (x as Micro).saturating_mul(1_000_000);
                Loose::Number(whole.saturating_add(y as Micro))
            }
            _ => Loose::Text(x as i32),
        };
        Ok((whose, value))
    }
}

/// Takes in what is packed, one after the other, up to the first that is refused. Where it is not to be kept, only values are checked.
pub(super) fn take(
    lead: &mut Session,
    slots: &[u64],
    kept: &[Value],
    keep: bool,
) -> Result<(), Refusal> {
    let mut packed = Packed { slots, at: 0 };
    let texts = LookedUp(kept);
    while packed.at < slots.len() {
        let what = packed.number() as u32;
        let place = small(packed.number() as u32);
        let at = packed.number();
        let flag = packed.number() > 0.0;
        let (a, b) = (packed.number() as i32, packed.number() as i32);
        let count = packed.number() as u32;
        match what {
            what::EVENT => {
                let mut properties = Vec::new();
                for _ in 0..count {
                    let (property, value) = packed.value()?;
                    let kind = lead.playbook().property_kind(place, property);
                    let value = loose::single(&texts, &kind.ok_or(loose::GONE)?, &value)?;
                    properties.push((property, value));
                }
                if !keep {
                    continue;
                }
                let mut id = None;
                if let Ok(length) = usize::try_from(a) {
                    let read = text(slots, packed.at, length);
                    let read = read.filter(|id| !is_longer(id, limits::EVENT_ID));
                    id = Some(read.ok_or(loose::TOO_LARGE)?.into_boxed_str());
                    packed.at += length.div_ceil(8);
                }
                if lead.len().1 >= limits::EVENTS as u32 {
                    return Err(loose::TOO_MANY);
                }
                lead.track(&Event {
                    id,
                    signal: place,
                    at: at as Millis,
                    properties,
                    automated: flag,
                });
            }
            what::STAGE => lead.enter(InStage {
                stage: place,
                since: instant(at),
            }),
            form => {
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(packed.value()?.1);
                }
                let kind = lead.playbook().attribute_kind(place).ok_or(loose::GONE)?;
                if lead.len().0 >= limits::FACTS {
                    return Err(loose::TOO_MANY);
                }
                let finding = loose::finding(&texts, &kind, form, &values)?;
                lead.learn(Fact {
                    attribute: place,
                    finding,
                    source: small(a as u32),
                    by: u16::try_from(b).ok(),
                    at: instant(at),
                    default: flag,
                });
            }
        }
    }
    Ok(())
}
