//! Takes in what the host packed: stages, facts and events, each of which begins with what it is, its place, when, a flag, two numbers
//! more and how many values follow. A value has whose it is, its form and two numbers. Behind the values of an event lies its id.

use super::abi;
use super::desk::{instant, small};
use super::loose::{self, Loose, Refusal, Texts};
use crate::evaluate::Session;
use crate::evidence::{Event, Fact, InStage};
use crate::fold::{self, is_longer};
use crate::limits;
use crate::playbook::{Kind, Micro, Millis, Value};
use alloc::{string::String, vec::Vec};

/// What something is; facts have the numbers of their forms.
mod what {
    pub const EVENT: u32 = 4;
    pub const STAGE: u32 = 5;
}

/// The event at hand, in room that is used again.
pub(super) struct Made {
    event: Event,
    /// Texts that it has for a while: which property, and where they are kept.
    lent: Vec<(usize, usize)>,
}

impl Made {
    pub const fn new() -> Self {
        Self {
            event: Event {
                id: None,
                signal: 0,
                at: 0,
                properties: Vec::new(),
                automated: false,
            },
            lent: Vec::new(),
        }
    }

    /// Adds a property. Its text is lent, as a copy would take longer than the rest.
    fn add(
        &mut self,
        kind: &Kind,
        property: u16,
        value: &Loose<i32>,
        kept: &mut [Value],
    ) -> Result<(), Refusal> {
        let slot = match value {
            Loose::Text(place) => usize::try_from(*place).ok(),
            _ => None,
        };
        let value = match (kind, slot.and_then(|slot| kept.get_mut(slot))) {
            (Kind::Text, Some(text @ Value::Text(_))) => {
                self.lent
                    .extend(slot.map(|slot| (self.event.properties.len(), slot)));
                core::mem::replace(text, LENT)
            }
            _ => loose::single(&LookedUp(kept), kind, value)?,
        };
        self.event.properties.push((property, value));
        Ok(())
    }

    /// Gives the texts back.
    fn give_back(&mut self, kept: &mut [Value]) {
        for (property, slot) in self.lent.drain(..) {
            if let (Some((_, text)), Some(slot)) =
                (self.event.properties.get_mut(property), kept.get_mut(slot))
            {
                *slot = core::mem::replace(text, LENT);
            }
        }
    }
}

/// Stands for a text that is lent.
const LENT: Value = Value::Boolean(false);

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

/// A text of so many bytes from a slot on.
pub(super) fn text(slots: &[u64], from: usize, length: usize) -> Option<String> {
    let bytes = abi::bytes(slots.get(from..)?);
    fold::read(bytes.get(..length)?)
}

/// Goes through what is packed.
struct Packed<'k> {
    slots: &'k [u64],
    at: usize,
}

impl Packed<'_> {
    /// So many slots.
    #[inline]
    fn next<const N: usize>(&mut self) -> Result<[f64; N], Refusal> {
        let rest = self.slots.get(self.at..).unwrap_or(&[]);
        let slots = rest.first_chunk::<N>().ok_or(loose::GONE)?;
        self.at += N;
        Ok(slots.map(f64::from_bits))
    }

    /// Whose a value is, and the value.
    fn value(&mut self) -> Result<(u16, Loose<i32>), Refusal> {
        let [whose, form, x, y] = self.next()?;
        let value = match form as u32 {
            0 => Loose::Null,
            1 => Loose::Boolean(x > 0.0),
            2 => {
                let whole = (x as Micro).saturating_mul(1_000_000);
                Loose::Number(whole.saturating_add(y as Micro))
            }
            _ => Loose::Text(x as i32),
        };
        Ok((small(whose as u32), value))
    }

    /// The properties of an event, so many, and its id, of so many bytes.
    fn event(
        &mut self,
        lead: &Session,
        (count, id): (u32, Option<usize>),
        kept: &mut [Value],
        made: &mut Made,
    ) -> Result<(), Refusal> {
        made.event.id = None;
        made.event.properties.clear();
        for _ in 0..count {
            let (property, value) = self.value()?;
            let kind = lead.playbook().property_kind(made.event.signal, property);
            made.add(&kind.ok_or(loose::GONE)?, property, &value, kept)?;
        }
        if let Some(length) = id {
            let read = text(self.slots, self.at, length);
            let read = read.filter(|id| !is_longer(id, limits::EVENT_ID));
            made.event.id = Some(read.ok_or(loose::TOO_LARGE)?.into_boxed_str());
            self.at += length.div_ceil(8);
        }
        Ok(())
    }
}

/// Takes in what is packed, one after the other, up to the first that is refused. Where it is not to be kept, only values are checked.
pub(super) fn take(
    lead: &mut Session,
    slots: &[u64],
    kept: &mut [Value],
    made: &mut Made,
    keep: bool,
) -> Result<(), Refusal> {
    let mut packed = Packed { slots, at: 0 };
    while packed.at < slots.len() {
        let [what, place, at, flag, a, b, count] = packed.next()?;
        let (what, place, flag) = (what as u32, small(place as u32), flag > 0.0);
        let (a, b, count) = (a as i32, b as i32, count as u32);
        match what {
            what::EVENT => {
                made.event.signal = place;
                made.event.at = at as Millis;
                made.event.automated = flag;
                let length = usize::try_from(a).ok().filter(|_| keep);
                let mut taken = packed.event(lead, (count, length), kept, made);
                if taken.is_ok() && keep {
                    match lead.len().1 < limits::EVENTS as u32 {
                        true => lead.track(&made.event),
                        false => taken = Err(loose::TOO_MANY),
                    }
                }
                made.give_back(kept);
                taken?;
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
                let finding = loose::finding(&LookedUp(kept), &kind, form, &values)?;
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
