//! Reads evidence in plain JSON without a tree: what `read.rs` would read, if nothing is wrong with it.

use super::{Event, Evidence, Fact, Finding, InStage, Lead};
use crate::decimal::{self, NUMBER_PLACES};
use crate::fold::fold;
use crate::limits;
use crate::playbook::{Kind, Micro, Millis, Playbook, Value};
use crate::sort::Arrange;
use crate::time::{parse_date, parse_instant};
use crate::tree::Scanner;
use alloc::{borrow::Cow, boxed::Box, vec, vec::Vec};

/// The evidence and its `as_of` (only if that is allowed), or `None`: then it is to be read with care.
pub(super) fn read(playbook: &Playbook, text: &str, dated: bool) -> Option<Lead> {
    if text.len() > limits::EVIDENCE_BYTES {
        return None;
    }
    let mut quick = Quick {
        playbook,
        usual_source: playbook.source(super::read::USUAL_SOURCE),
        scanner: Scanner::new(text),
        items: Vec::new(),
        properties: Vec::new(),
    };
    quick.scanner.skip_blanks();
    let lead = quick.lead(dated)?;
    quick.scanner.skip_blanks();
    quick.scanner.peek().is_none().then_some(lead)
}

/// A value as it is written.
#[derive(Clone)]
enum Raw<'t> {
    Null,
    Boolean(bool),
    Number(&'t str),
    Text(Cow<'t, str>),
    /// The scalars from the one place in `items` to the other.
    List(usize, usize),
}

struct Quick<'p, 't> {
    playbook: &'p Playbook,
    usual_source: Option<u16>,
    scanner: Scanner<'t>,
    /// Scalars of the lists of one fact or event.
    items: Vec<Raw<'t>>,
    /// Properties of one event.
    properties: Vec<(Cow<'t, str>, Raw<'t>)>,
}

/// What a fact says in its fields.
#[derive(Default)]
struct Fields<'t> {
    attribute: Option<u16>,
    value: Option<Raw<'t>>,
    range: Option<Raw<'t>>,
    any_of: Option<Raw<'t>>,
    source: Option<u16>,
    /// `Some(None)` for a name that the playbook doesn't know.
    by: Option<Option<u16>>,
    at: Option<Millis>,
    default: Option<bool>,
}

/// Keeps a field that is there for the first time.
fn once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    match slot.replace(value) {
        None => Some(()),
        Some(_) => None,
    }
}

fn is_short(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().count() <= most
}

impl<'t> Quick<'_, 't> {
    /// Goes through an object, key by key.
    fn object(
        &mut self,
        mut each: impl FnMut(&mut Self, Cow<'t, str>) -> Option<()>,
    ) -> Option<()> {
        self.opens(b'{')?;
        if self.closes(b'}') {
            return Some(());
        }
        loop {
            if self.scanner.peek() != Some(b'"') {
                return None;
            }
            let key = self.scanner.string().ok()?;
            self.scanner.skip_blanks();
            self.opens(b':')?;
            each(self, key)?;
            self.scanner.skip_blanks();
            if self.closes(b'}') {
                return Some(());
            }
            self.opens(b',')?;
        }
    }

    /// Goes through a list.
    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.opens(b'[')?;
        if self.closes(b']') {
            return Some(());
        }
        loop {
            each(self)?;
            self.scanner.skip_blanks();
            if self.closes(b']') {
                return Some(());
            }
            self.opens(b',')?;
        }
    }

    fn opens(&mut self, byte: u8) -> Option<()> {
        if self.scanner.peek() != Some(byte) {
            return None;
        }
        self.scanner.skip();
        self.scanner.skip_blanks();
        Some(())
    }

    fn closes(&mut self, byte: u8) -> bool {
        let closes = self.scanner.peek() == Some(byte);
        if closes {
            self.scanner.skip();
        }
        closes
    }

    fn scalar(&mut self) -> Option<Raw<'t>> {
        Some(match self.scanner.peek()? {
            b'"' => Raw::Text(self.scanner.string().ok()?),
            b'-' | b'0'..=b'9' => Raw::Number(self.scanner.number().ok()?),
            b't' => self
                .scanner
                .word("true")
                .ok()
                .map(|()| Raw::Boolean(true))?,
            b'f' => self
                .scanner
                .word("false")
                .ok()
                .map(|()| Raw::Boolean(false))?,
            b'n' => self.scanner.word("null").ok().map(|()| Raw::Null)?,
            _ => return None,
        })
    }

    /// A scalar or a list of scalars.
    fn raw(&mut self) -> Option<Raw<'t>> {
        if self.scanner.peek() != Some(b'[') {
            return self.scalar();
        }
        let start = self.items.len();
        self.list(|quick| {
            let item = quick.scalar()?;
            quick.items.push(item);
            Some(())
        })?;
        Some(Raw::List(start, self.items.len()))
    }

    fn text(&mut self) -> Option<Cow<'t, str>> {
        match self.scanner.peek()? {
            b'"' => self.scanner.string().ok(),
            _ => None,
        }
    }

    fn boolean(&mut self) -> Option<bool> {
        match self.scalar()? {
            Raw::Boolean(value) => Some(value),
            _ => None,
        }
    }

    fn instant(&mut self) -> Option<Millis> {
        match self.scalar()? {
            Raw::Number(text)
                if text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                text.parse().ok()
            }
            Raw::Number(text) => {
                let found = decimal::parse(text, 0).ok()?;
                let inside = found.units.unsigned_abs() <= limits::INSTANT_MS.unsigned_abs();
                (found.exact && inside).then_some(found.units)
            }
            Raw::Text(text) => parse_instant(&text),
            _ => None,
        }
    }

    fn lead(&mut self, dated: bool) -> Option<Lead> {
        let (mut id, mut stage, mut facts, mut events, mut as_of) = (None, None, None, None, None);
        self.object(|quick, key| match &*key {
            "id" => {
                let text = quick.text().filter(|text| is_short(text, limits::TEXT))?;
                once(&mut id, Box::from(text))
            }
            "stage" => once(&mut stage, quick.stage()?),
            "facts" => once(&mut facts, quick.facts()?),
            "events" => once(&mut events, quick.events()?),
            "as_of" if dated => once(&mut as_of, quick.instant()?),
            _ => None,
        })?;
        Some(Lead {
            evidence: Evidence {
                id,
                stage,
                facts: facts.unwrap_or_default(),
                events: events.unwrap_or_default(),
                laid_out: None,
            }
            .laid_out(self.playbook),
            as_of,
        })
    }

    fn stage(&mut self) -> Option<InStage> {
        let (mut stage, mut since) = (None, None);
        self.object(|quick, key| match &*key {
            "name" => {
                let name = quick.text()?;
                once(&mut stage, quick.playbook.stage(&name)?)
            }
            "since" => once(&mut since, quick.instant()?),
            _ => None,
        })?;
        Some(InStage {
            stage: stage?,
            since,
        })
    }

    fn facts(&mut self) -> Option<Vec<Fact>> {
        let mut facts = Vec::new();
        if self.scanner.peek() == Some(b'[') {
            self.list(|quick| {
                let fact = quick.fact(None)?;
                facts.push(fact);
                Some(())
            })?;
        } else {
            let mut seen = vec![false; self.playbook.attributes.len()];
            self.object(|quick, key| {
                let attribute = quick.playbook.attribute(&key)?;
                let twice = seen.get_mut(usize::from(attribute))?;
                if core::mem::replace(twice, true) {
                    return None;
                }
                let fact = quick.fact(Some(attribute))?;
                facts.push(fact);
                Some(())
            })?;
        }
        (facts.len() <= limits::FACTS).then_some(facts)
    }

    /// A fact; in the map form its attribute is known, and it may be only a value.
    fn fact(&mut self, attribute: Option<u16>) -> Option<Fact> {
        self.items.clear();
        let mut fields = Fields {
            attribute,
            ..Fields::default()
        };
        if attribute.is_some() && self.scanner.peek() != Some(b'{') {
            fields.value = Some(self.raw()?);
        } else {
            let listed = attribute.is_none();
            self.object(|quick, key| match &*key {
                "attribute" if listed => {
                    let name = quick.text()?;
                    once(&mut fields.attribute, quick.playbook.attribute(&name)?)
                }
                "value" => once(&mut fields.value, quick.raw()?),
                "range" => once(&mut fields.range, quick.raw()?),
                "any_of" => once(&mut fields.any_of, quick.raw()?),
                "source" => {
                    let name = quick.text()?;
                    once(&mut fields.source, quick.playbook.source(&name)?)
                }
                "by" => {
                    let name = quick.text().filter(|name| is_short(name, limits::TEXT))?;
                    once(&mut fields.by, quick.playbook.asserter(&name))
                }
                "at" => once(&mut fields.at, quick.instant()?),
                "default" => once(&mut fields.default, quick.boolean()?),
                _ => None,
            })?;
        }
        let attribute = fields.attribute?;
        let kind = self.playbook.attribute_kind(attribute)?;
        let finding = match (fields.value, fields.range, fields.any_of) {
            (Some(value), None, None) => Finding::Exactly(self.value(&value, &kind)?),
            (None, Some(range), None) => self.range(&range, &kind)?,
            (None, None, Some(any_of)) => self.any_of(&any_of, &kind)?,
            _ => return None,
        };
        let source = fields.source.or(self.usual_source)?;
        Some(Fact {
            attribute,
            finding,
            source,
            by: match fields.by {
                Some(by) => by,
                None => self.playbook.asserter_of_source(source),
            },
            at: fields.at,
            default: fields.default.unwrap_or(false),
        })
    }

    fn value(&self, raw: &Raw<'t>, kind: &Kind) -> Option<Value> {
        Some(match (kind, raw) {
            (Kind::Boolean, Raw::Boolean(value)) => Value::Boolean(*value),
            (Kind::Number { min, max, whole }, raw) => {
                let number = number(raw, *min, *max)?;
                if *whole && number % 1_000_000 != 0 {
                    return None;
                }
                Value::Number(number)
            }
            (Kind::Text, Raw::Text(text)) if is_short(text, limits::TEXT) => {
                Value::Text(fold(text))
            }
            (Kind::Choice(_), Raw::Text(text)) => Value::Choice(self.playbook.option(kind, text)?),
            (Kind::Choices(_), Raw::List(..)) => Value::Choices(self.options(raw, kind)?),
            (Kind::Date, Raw::Text(text)) => Value::Date(parse_date(text)?),
            _ => return None,
        })
    }

    fn list_of(&self, raw: &Raw<'t>) -> Option<&[Raw<'t>]> {
        match raw {
            Raw::List(start, end) => self.items.get(*start..*end),
            _ => None,
        }
    }

    fn options(&self, raw: &Raw<'t>, kind: &Kind) -> Option<Vec<u16>> {
        let mut places = Vec::new();
        for item in self.list_of(raw)? {
            match item {
                Raw::Text(text) => places.push(self.playbook.option(kind, text)?),
                _ => return None,
            }
        }
        places.arrange();
        places.dedup();
        Some(places)
    }

    fn any_of(&self, raw: &Raw<'t>, kind: &Kind) -> Option<Finding> {
        let count = self.list_of(raw)?.len();
        let fits = matches!(kind, Kind::Choice(_)) && (1..=limits::OPTIONS).contains(&count);
        fits.then(|| self.options(raw, kind))
            .flatten()
            .map(Finding::AnyOf)
    }

    fn range(&self, raw: &Raw<'t>, kind: &Kind) -> Option<Finding> {
        let (Kind::Number { min, max, whole }, [low, high]) = (kind, self.list_of(raw)?) else {
            return None;
        };
        let end = |raw: &Raw<'t>, open| match raw {
            Raw::Null => Some(open),
            raw => number(raw, *min, *max),
        };
        let (from, to) = (end(low, *min)?, end(high, *max)?);
        let finding = Finding::Between(from, to);
        let open = matches!((low, high), (Raw::Null, Raw::Null));
        (!open && from <= to && (!*whole || finding.has_whole())).then_some(finding)
    }

    fn events(&mut self) -> Option<Vec<Event>> {
        let mut events = Vec::new();
        self.list(|quick| {
            let event = quick.event()?;
            events.push(event);
            Some(())
        })?;
        (events.len() <= limits::EVENTS).then_some(events)
    }

    fn event(&mut self) -> Option<Event> {
        self.items.clear();
        self.properties.clear();
        let (mut id, mut signal, mut at, mut automated, mut carries) =
            (None, None, None, None, None);
        self.object(|quick, key| match &*key {
            "id" => {
                let text = quick
                    .text()
                    .filter(|text| is_short(text, limits::EVENT_ID))?;
                once(&mut id, Box::from(text))
            }
            "signal" => {
                let name = quick.text()?;
                once(&mut signal, quick.playbook.signal(&name)?)
            }
            "at" => once(&mut at, quick.instant()?),
            "automated" => once(&mut automated, quick.boolean()?),
            "properties" => {
                quick.object(|quick, key| {
                    let value = quick.raw()?;
                    quick.properties.push((key, value));
                    Some(())
                })?;
                once(&mut carries, ())
            }
            _ => None,
        })?;
        let signal = signal?;
        Some(Event {
            id,
            signal,
            at: at?,
            properties: self.fitted_properties(signal)?,
            automated: automated.unwrap_or(false),
        })
    }

    fn fitted_properties(&self, signal: u16) -> Option<Vec<(u16, Value)>> {
        let mut fitted = Vec::with_capacity(self.properties.len());
        for (name, raw) in &self.properties {
            let property = self.playbook.property(signal, name)?;
            let kind = self.playbook.property_kind(signal, property)?;
            fitted.push((property, self.value(raw, &kind)?));
        }
        fitted.arrange_by_key(|(property, _)| *property);
        let mut neighbours = fitted.iter().zip(fitted.iter().skip(1));
        let twice = neighbours.any(|(one, other)| one.0 == other.0);
        (!twice).then_some(fitted)
    }
}

fn number(raw: &Raw<'_>, min: Micro, max: Micro) -> Option<Micro> {
    let Raw::Number(text) = raw else { return None };
    let number = decimal::parse(text, NUMBER_PLACES).ok()?.units;
    (min..=max).contains(&number).then_some(number)
}
