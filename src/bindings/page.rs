//! How evidence comes in where bytes count most: names are looked up once, values are put down one by one.

use super::desk::{Desk, instant, place, small};
use super::loose::{self, Loose, Refusal, Texts};
use crate::evaluate::Session;
use crate::evidence::{Event, Fact, Finding, InStage};
use crate::fold::is_longer;
use crate::limits;
use crate::playbook::{Kind, Micro, Millis, Playbook, Value};
use alloc::{string::String, vec::Vec};

/// What has been put down and is not taken yet.
pub(super) struct Waiting {
    /// Values for the next fact or property.
    values: Vec<Loose<String>>,
    /// Properties that have been made for the next event.
    properties: Vec<(u16, Value)>,
}

impl Waiting {
    pub const fn new() -> Self {
        Self {
            values: Vec::new(),
            properties: Vec::new(),
        }
    }
}

impl Desk {
    pub fn place(&mut self, lead: u32, what: u32, signal: u32, length: u32) -> i32 {
        let (Some(Some(lead)), Some(name)) = (self.leads.get(lead as usize), self.read(length))
        else {
            return -1;
        };
        let found = place(lead.playbook(), what, signal, &name);
        found.map_or(-1, |place| place as i32)
    }

    pub fn mark(&mut self, what: u32) {
        self.waiting.values.push(match what {
            0 => Loose::Null,
            _ => Loose::Boolean(what == 2),
        });
    }

    pub fn number(&mut self, whole: f64, micro: f64) {
        let whole = (whole as Micro).saturating_mul(1_000_000);
        self.waiting
            .values
            .push(Loose::Number(whole.saturating_add(micro as Micro)));
    }

    pub fn text(&mut self, length: u32) -> u32 {
        let Some(text) = self.read(length) else {
            return loose::WRONG_TYPE.0;
        };
        self.waiting.values.push(Loose::Text(text));
        0
    }

    pub fn forget(&mut self) {
        self.waiting.values.clear();
        self.waiting.properties.clear();
    }

    pub fn property(&mut self, lead: u32, signal: u32, property: u32, form: u32) -> u32 {
        let values = core::mem::take(&mut self.waiting.values);
        let property = small(property);
        let Some(Some(lead)) = self.leads.get(lead as usize) else {
            return loose::GONE.0;
        };
        let Some(kind) = lead.playbook().property_kind(small(signal), property) else {
            return loose::GONE.0;
        };
        match loose::finding(lead.playbook(), &kind, form, &values) {
            Ok(Finding::Exactly(value)) => {
                self.waiting.properties.push((property, value));
                0
            }
            Ok(_) => loose::WRONG_TYPE.0,
            Err(refusal) => refusal.0,
        }
    }

    pub fn track(&mut self, lead: u32, signal: u32, at: f64, automated: u32, id: i32) -> u32 {
        let properties = core::mem::take(&mut self.waiting.properties);
        let id = match u32::try_from(id).ok().map(|length| self.read(length)) {
            Some(Some(id)) if !is_longer(&id, limits::EVENT_ID) => Some(id.into_boxed_str()),
            Some(_) => return loose::TOO_LARGE.0,
            None => None,
        };
        let Some(lead) = self.lead(lead) else {
            return loose::GONE.0;
        };
        if lead.len().1 >= limits::EVENTS as u32 {
            return loose::TOO_MANY.0;
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
        let values = core::mem::take(&mut self.waiting.values);
        let attribute = small(attribute);
        let Some(lead) = self.lead(lead) else {
            return loose::GONE.0;
        };
        let Some(kind) = lead.playbook().attribute_kind(attribute) else {
            return loose::GONE.0;
        };
        if lead.len().0 >= limits::FACTS {
            return loose::TOO_MANY.0;
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
            Err(refusal) => refusal.0,
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
            None => loose::GONE.0,
        }
    }

    fn with(&mut self, lead: u32, act: impl FnOnce(&mut Session)) -> u32 {
        match self.lead(lead) {
            Some(lead) => {
                act(lead);
                0
            }
            None => loose::GONE.0,
        }
    }
}

impl Texts for Playbook {
    type Text = String;

    fn option(&self, kind: &Kind, text: &String) -> Result<u16, Refusal> {
        loose::option(self, kind, text)
    }

    fn value(&self, kind: &Kind, text: &String) -> Result<Value, Refusal> {
        loose::value(kind, text)
    }
}
