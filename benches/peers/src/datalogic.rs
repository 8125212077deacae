//! datalogic-rs, with the rules of `json-logic.mjs`.

use crate::{Outcome, Result};
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic, ParsedData};
use serde_json::Value;
use std::cell::RefCell;

pub struct Logics {
    engine: Engine,
    fit: Logic,
    intent: Logic,
    gate: Logic,
    /// Room for one lead, used again.
    room: RefCell<Bump>,
}

pub fn parse(leads: &[&str]) -> Result<Vec<ParsedData>> {
    let parse = |lead: &&str| Ok(ParsedData::from_json(lead)?);
    leads.iter().map(parse).collect()
}

impl Logics {
    pub fn compile(rules: &str) -> Result<Self> {
        let engine = Engine::new();
        let rules: Value = serde_json::from_str(rules)?;
        let compile = |name: &str| engine.compile(rules[name].to_string().as_str());
        Ok(Self {
            fit: compile("fit")?,
            intent: compile("intent")?,
            gate: compile("gate")?,
            engine,
            room: RefCell::default(),
        })
    }

    pub fn decide(&self, lead: &ParsedData) -> Result<Outcome> {
        let mut room = self.room.borrow_mut();
        room.reset();
        self.score(lead.value(), &room)
    }

    pub fn decide_text(&self, lead: &str) -> Result<Outcome> {
        let mut room = self.room.borrow_mut();
        room.reset();
        self.score(&DataValue::from_str(lead, &room)?, &room)
    }

    fn score<'a>(&self, lead: &'a DataValue<'a>, room: &'a Bump) -> Result<Outcome> {
        let fit = self.engine.evaluate(&self.fit, lead, room)?;
        let intent = self.engine.evaluate(&self.intent, lead, room)?;
        let DataValue::Object(fields) = lead else {
            return Err("not an object".into());
        };
        let scores = [("fit", *fit), ("intent", *intent)];
        let fields = fields.iter().copied().chain(scores);
        let scored = DataValue::Object(room.alloc_slice_fill_iter(fields.collect::<Vec<_>>()));
        let gate = self.engine.evaluate(&self.gate, scored, room)?;
        Ok(Outcome {
            fit: fit.as_f64().ok_or("no number")?,
            intent: intent.as_f64().ok_or("no number")?,
            gate: gate.as_i64().ok_or("no gate")?,
        })
    }
}
