//! Random inputs that follow from a seed.

use super::{Ready, texts};
use leadstage::time::{parse_instant, write_date};
use leadstage_oracle::random::Random;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Numbers that follow from a seed.
pub struct Dice(pub Random);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0.draw() % most.max(1)
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.below(list.len() as u64)).ok()?;
        list.get(place)
    }

    pub fn time(&mut self, most: i64) -> i64 {
        i64::try_from(self.below(u64::try_from(most).unwrap_or(1))).unwrap_or(0)
    }
}

/// What a playbook's inputs are made of.
pub struct Words {
    attributes: Vec<(String, Value)>,
    signals: Vec<(String, Value)>,
    /// Texts that conditions ask of a property.
    asked: BTreeMap<String, Vec<String>>,
}

impl Words {
    pub fn of(ready: &Ready) -> Self {
        let list = |key: &str| {
            let object = ready.written[key].as_object().expect("an object");
            let pairs = object.iter().map(|(name, it)| (name.clone(), it.clone()));
            pairs.collect()
        };
        let mut asked = BTreeMap::new();
        gather(&ready.written, &mut asked);
        Self {
            attributes: list("attributes"),
            signals: list("signals"),
            asked,
        }
    }

    pub fn fact(&self, dice: &mut Dice, ready: &Ready, as_of: i64) -> Value {
        let (name, attribute) = dice.pick(&self.attributes).expect("attributes");
        let good = ready.ready["facts"].as_array().expect("facts");
        let good = good.iter().find(|it| it["attribute"] == **name);
        let options = texts(&attribute["options"]);
        let value = match (good, attribute["type"].as_str().unwrap_or_default()) {
            (Some(good), kind) if kind != "date" && dice.below(10) < 6 => good["value"].clone(),
            (_, "boolean") => json!(dice.one_in(2)),
            (_, "number") => {
                let sizes = [1, 9, 10, 19, 49, 50, 120, 900, 5000, 60_000];
                let size = dice.pick(&sizes).copied().unwrap_or_default();
                let most = attribute["max"].as_i64().unwrap_or(i64::MAX);
                json!(size.min(most))
            }
            (_, "choice") => json!(dice.pick(&options)),
            (_, "choices") => json!([dice.pick(&options)]),
            (_, "date") => {
                let mut day = String::new();
                write_date(&mut day, as_of + dice.time(500 * DAY) - 100 * DAY);
                json!(day)
            }
            _ => json!("Some text"),
        };
        let source = dice.pick(&["crm", "crm", "crm", "visitor", "enrichment", "person"]);
        let mut fact = json!({ "attribute": name, "value": value, "source": source });
        match dice.below(8) {
            0 => {}
            1 => fact["at"] = json!(as_of + dice.time(3 * DAY)),
            _ => fact["at"] = json!(as_of - dice.time(5 * DAY)),
        }
        if dice.one_in(20) {
            fact["default"] = json!(true);
        }
        fact
    }

    pub fn event(&self, dice: &mut Dice, as_of: i64) -> Value {
        let (name, signal) = dice.pick(&self.signals).expect("signals");
        let mut event = json!({ "signal": name, "at": as_of - dice.time(4 * DAY) + 6 * HOUR });
        for (property, kind) in signal["properties"].as_object().into_iter().flatten() {
            if dice.one_in(12) {
                continue;
            }
            let asked = self.asked.get(property);
            event["properties"][property] = match kind.as_str() {
                Some("text") => {
                    let asked = asked.and_then(|list| dice.pick(list)).cloned();
                    json!(
                        asked
                            .filter(|_| dice.below(5) > 0)
                            .unwrap_or("/other".into())
                    )
                }
                Some("number") => json!(dice.below(30)),
                Some("boolean") => json!(dice.one_in(2)),
                Some(_) => json!("2026-10-01"),
                None => json!(dice.pick(&texts(kind))),
            };
        }
        if dice.one_in(6) {
            event["id"] = json!(format!("e{}", dice.below(40)));
        }
        if dice.one_in(15) {
            event["automated"] = json!(true);
        }
        event
    }

    /// Facts and events, few or enough to open gates.
    fn evidence(&self, dice: &mut Dice, ready: &Ready, as_of: i64, input: &mut Value) {
        if dice.below(10) < 7 {
            let count = 1 + dice.below(4);
            input["events"] = (0..count).map(|_| self.event(dice, as_of)).collect();
        }
        if dice.one_in(8) {
            input["facts"] = self.good_facts(dice, ready, as_of);
            if dice.one_in(2) {
                input["events"] = good_events(ready, as_of);
            }
        } else if input["events"].is_null() || dice.one_in(2) {
            let count = 1 + dice.below(3);
            input["facts"] = (0..count).map(|_| self.fact(dice, ready, as_of)).collect();
        }
    }

    /// The facts with which gates are open, with dates that lie ahead.
    fn good_facts(&self, dice: &mut Dice, ready: &Ready, as_of: i64) -> Value {
        let mut facts = ready.ready["facts"].clone();
        for fact in facts.as_array_mut().expect("facts") {
            fact["at"] = json!(as_of);
            let mut named = self.attributes.iter();
            let attribute = named.find(|(name, _)| fact["attribute"] == **name);
            if attribute.is_some_and(|(_, it)| it["type"] == "date") {
                let mut day = String::new();
                write_date(&mut day, as_of + DAY + dice.time(90 * DAY));
                fact["value"] = json!(day);
            }
        }
        facts
    }

    pub fn input(&self, dice: &mut Dice, ready: &Ready, as_of: i64, stage: Option<&str>) -> Value {
        let mut input = json!({});
        let kind = dice.below(20);
        match (kind, stage) {
            (0, None) => {
                input["start"] = json!(dice.pick(&ready.stages()));
                if dice.one_in(2) {
                    input["since"] = json!(as_of - dice.time(40 * DAY));
                }
            }
            (0..=8, _) | (_, None) => self.evidence(dice, ready, as_of, &mut input),
            (9 | 10, _) => return json!({ "tick": true }),
            (11, Some(stage)) => {
                let statuses = ready.written["stages"][stage]["statuses"].as_array();
                let names = statuses.into_iter().flatten();
                let names: Vec<&str> = names
                    .filter_map(|it| it.as_str().or_else(|| it["name"].as_str()))
                    .collect();
                let name = dice.pick(&names).copied().unwrap_or("unheard_of");
                input["status"] = json!(name);
                input["by"] = json!(dice.pick(&ready.roles));
            }
            (12, _) => {
                input["assign"] = json!(dice.pick(&["Dana", "Lee", "Sam"]));
                input["by"] = json!(dice.pick(&ready.roles));
            }
            (_, Some(stage)) => self.order(dice, ready, as_of, stage, &mut input),
        }
        if kind > 8 && dice.one_in(3) {
            self.evidence(dice, ready, as_of, &mut input);
        }
        if dice.one_in(6) {
            input["id"] = json!(format!("i{}", dice.below(200)));
        }
        input
    }

    /// A command, mostly one that leads on from here.
    fn order(&self, dice: &mut Dice, ready: &Ready, as_of: i64, stage: &str, input: &mut Value) {
        let here: Vec<_> = ready
            .rows
            .iter()
            .filter(|row| row.role.is_some() && (row.from == stage || dice.one_in(12)))
            .collect();
        let any = || ready.rows.iter().find(|row| row.role.is_some());
        let row = dice.pick(&here).copied().or_else(any).expect("a command");
        input["command"] = json!(row.on);
        input["by"] = match dice.below(6) {
            0 => json!(dice.pick(&ready.roles)),
            1 => json!([dice.pick(&ready.roles), row.role]),
            _ => json!(row.role),
        };
        if let Some(act) = &row.act {
            input["act"] = json!(act);
        }
        if dice.one_in(6) {
            input["to"] = json!(row.to);
        }
        let reasons = ready.reasons(&row.on);
        if row.is_due("reason") && !dice.one_in(8) {
            let reason = dice.pick(&reasons).copied();
            input["reason"] = json!(reason.filter(|_| !dice.one_in(20)).unwrap_or("nonsense"));
        }
        if !dice.one_in(4) {
            input["note"] = json!("As agreed");
        }
        let returns = !ready.written["stages"][&row.to]["return"].is_null();
        if (returns && dice.one_in(2)) || dice.one_in(30) {
            let most = if dice.one_in(4) { 900 } else { 60 };
            input["return_at"] = json!(as_of - DAY + dice.time(most * DAY));
        }
        if dice.one_in(4) {
            input["owner"] = json!("Robin");
        }
    }
}

/// The events with which gates are open, the last of them now.
fn good_events(ready: &Ready, as_of: i64) -> Value {
    let mut events = ready.ready["events"].clone();
    let events = events.as_array_mut().expect("events");
    let at = |event: &Value| event["at"].as_str().and_then(parse_instant);
    let last = events.iter().filter_map(at).max().expect("an event");
    for event in &mut *events {
        let before = last - at(event).expect("an instant");
        event["at"] = json!(as_of - before);
    }
    json!(events)
}

/// Collects what conditions ask of the properties of events.
fn gather(node: &Value, asked: &mut BTreeMap<String, Vec<String>>) {
    if let Some(tests) = node["where"].as_object() {
        for (property, test) in tests {
            let list = asked.entry(property.clone()).or_default();
            list.extend(texts_of(test).iter().map(|it| it.replace('*', "x")));
        }
    }
    match node {
        Value::Object(object) => object.values().for_each(|it| gather(it, asked)),
        Value::Array(list) => list.iter().for_each(|it| gather(it, asked)),
        _ => {}
    }
}

fn texts_of(test: &Value) -> Vec<String> {
    match test {
        Value::Object(object) => object.values().flat_map(texts_of).collect(),
        Value::String(_) | Value::Array(_) => texts(test),
        _ => Vec::new(),
    }
}
