//! Made-up inputs for the records of a playbook, whatever it declares.

use crate::dice::Dice;
use serde_json::{Map, Value, json};

const HOUR_MS: i64 = 3_600_000;
const TEXTS: [&str; 6] = [
    "ada@example.com",
    "Bo.B+news@googlemail.com",
    "www.example.co.uk",
    "Leads wait “for days”\n",
    "Straße 7 — ünïcode 𝄞",
    "x",
];
const COMMANDS: [&str; 10] = [
    "accept",
    "reject",
    "recycle",
    "disqualify",
    "qualify",
    "open_opportunity",
    "win",
    "lose",
    "reopen",
    "own",
];

/// A playbook's document, and what inputs can be made of.
pub struct Book {
    document: Value,
    /// The names that may act.
    roles: Vec<String>,
}

fn names(object: &Value) -> Vec<&String> {
    object
        .as_object()
        .map(Map::keys)
        .into_iter()
        .flatten()
        .collect()
}

/// A name, or a list of names.
fn listed(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) => vec![name.clone()],
        Value::Array(list) => list.iter().flat_map(listed).collect(),
        _ => Vec::new(),
    }
}

/// The texts that tests on a key name, without their stars.
fn named_texts(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name == key {
                    true => found.extend(listed(value).into_iter().map(|it| it.replace('*', "x"))),
                    false => named_texts(value, key, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|it| named_texts(it, key, found)),
        _ => {}
    }
}

impl Book {
    pub fn new(document: Value) -> Self {
        let transitions = document["transitions"].as_array().into_iter().flatten();
        let mut roles: Vec<String> = transitions.flat_map(|it| listed(&it["by"])).collect();
        roles.push("stranger".into());
        roles.sort();
        roles.dedup();
        roles.retain(|role| role != "automation");
        Self { document, roles }
    }

    fn value(&self, dice: &mut Dice, name: &str, kind: &Value, as_of: i64) -> Value {
        let options = kind["options"].as_array().or(kind.as_array());
        let word = kind["type"].as_str().or(kind.as_str());
        match (word, options) {
            (Some("choices"), Some(options)) => {
                let chosen = (0..dice.below(3)).filter_map(|_| dice.one_of(options).cloned());
                let mut chosen: Vec<Value> = chosen.collect();
                chosen.dedup();
                chosen.into()
            }
            (_, Some(options)) => dice.one_of(options).cloned().unwrap_or_default(),
            (Some("boolean"), _) => dice.once_in(2).into(),
            (Some("date"), _) => {
                let day = 20_400 + as_of / 86_400_000 % 500 + dice.below(60) as i64 - 10;
                let mut text = String::new();
                leadstage::time::write_date(&mut text, day * 86_400_000);
                text.into()
            }
            (Some("number"), _) => {
                let (low, high) = (kind["min"].as_i64().unwrap_or(0), kind["max"].as_i64());
                let high = high.unwrap_or(100_000).max(low);
                let most = [10, 300, 100_000][dice.below(3)].min(high - low + 1);
                let whole = low + dice.below(most as usize) as i64;
                match kind["whole"] == true || dice.below(4) > 0 || whole >= high {
                    true => whole.into(),
                    false => json!(whole as f64 + 0.25),
                }
            }
            _ => {
                let mut texts = Vec::new();
                named_texts(&self.document, name, &mut texts);
                texts.extend(TEXTS.map(str::to_owned));
                dice.one_of(&texts).cloned().into()
            }
        }
    }

    fn facts(&self, dice: &mut Dice, as_of: i64) -> Value {
        let attributes = names(&self.document["attributes"]);
        let mut facts = Vec::new();
        for _ in 0..1 + dice.below(3) {
            let Some(name) = dice.one_of(&attributes) else {
                break;
            };
            let kind = &self.document["attributes"][name.as_str()];
            let mut fact =
                json!({ "attribute": name, "value": self.value(dice, name, kind, as_of) });
            if let Some(by) = kind["asserted_by"].as_array() {
                fact["by"] = dice.one_of(by).cloned().unwrap_or_default();
            }
            if dice.once_in(3) {
                let usual = json!(["person", "crm", "visitor"]);
                let sources = self.document["sources"].as_array().or(usual.as_array());
                fact["source"] = dice
                    .one_of(sources.map_or(&[][..], Vec::as_slice))
                    .cloned()
                    .unwrap_or_default();
            }
            if dice.once_in(3) {
                fact["at"] = (as_of + (dice.below(80) as i64 - 70) * HOUR_MS).into();
            }
            if dice.once_in(20) {
                fact["default"] = true.into();
            }
            facts.push(fact);
        }
        facts.into()
    }

    fn events(&self, dice: &mut Dice, as_of: i64) -> Value {
        let signals = names(&self.document["signals"]);
        let mut events = Vec::new();
        for _ in 0..1 + dice.below(4) {
            let Some(signal) = dice.one_of(&signals) else {
                break;
            };
            let at = as_of + (dice.below(60) as i64 - 56) * HOUR_MS;
            let mut event = json!({ "signal": signal, "at": at });
            let properties = &self.document["signals"][signal.as_str()]["properties"];
            for name in names(properties) {
                if dice.below(5) > 0 {
                    event["properties"][name] = self.value(dice, name, &properties[name], as_of);
                }
            }
            if dice.once_in(6) {
                event["id"] = format!("e{}", dice.below(9)).into();
            }
            if dice.once_in(15) {
                event["automated"] = true.into();
            }
            events.push(event);
        }
        events.into()
    }

    /// An input for a record in a stage.
    pub fn input(&self, dice: &mut Dice, as_of: i64, stage: Option<&str>) -> Value {
        let mut input = match dice.below(20) {
            0..=8 => json!({ "events": self.events(dice, as_of) }),
            9 | 10 => json!({}),
            11 | 12 => return json!({ "tick": true }),
            13 => self.status(dice, stage),
            14 if stage.is_none() => {
                let stages = names(&self.document["stages"]);
                json!({ "start": dice.one_of(&stages) })
            }
            14 => json!({ "assign": "Dana Núñez", "by": dice.one_of(&self.roles) }),
            _ => self.command(dice, as_of, stage),
        };
        if input == json!({}) || dice.once_in(3) {
            input["facts"] = self.facts(dice, as_of);
        }
        if dice.once_in(8) {
            input["id"] = format!("i{}", dice.below(40)).into();
        }
        match dice.below(40) {
            // What has no meaning, and what is not there.
            0 => input["furthre"] = 1.into(),
            1 => input["facts"] = json!({ "contact.nobody": 1 }),
            _ => {}
        }
        input
    }

    fn status(&self, dice: &mut Dice, stage: Option<&str>) -> Value {
        let declared = &self.document["stages"][stage.unwrap_or_default()]["statuses"];
        let mut statuses = vec![String::from("nonsense")];
        for status in declared.as_array().into_iter().flatten() {
            let name = status
                .as_str()
                .or(status["name"].as_str())
                .unwrap_or_default();
            statuses.extend([name.to_owned(), name.to_owned(), name.to_owned()]);
        }
        json!({ "status": dice.one_of(&statuses), "by": self.by(dice) })
    }

    fn by(&self, dice: &mut Dice) -> Value {
        let one = dice.one_of(&self.roles).cloned().unwrap_or_default();
        match dice.once_in(3) {
            true => json!([one, dice.one_of(&self.roles)]),
            false => one.into(),
        }
    }

    /// A command; mostly one that leads on.
    fn command(&self, dice: &mut Dice, as_of: i64, stage: Option<&str>) -> Value {
        let transitions = self.document["transitions"].as_array();
        let leads = |it: &&Value| {
            let here = listed(&it["from"])
                .iter()
                .any(|from| Some(from.as_str()) == stage);
            here && it["on"].is_string()
        };
        let ways: Vec<&Value> = transitions.into_iter().flatten().filter(leads).collect();
        let way = dice.one_of(&ways).filter(|_| dice.below(4) > 0);
        let mut order = match way {
            Some(way) => {
                let by = listed(&way["by"]);
                let mut order = json!({ "command": way["on"], "by": dice.one_of(&by) });
                if way["act"].is_string() {
                    order["act"] = way["act"].clone();
                }
                if dice.once_in(2) {
                    order["to"] = way["to"].clone();
                }
                order
            }
            None => json!({ "command": dice.one_of(&COMMANDS), "by": self.by(dice) }),
        };
        let fits = |name: &&String| {
            let commands = listed(&self.document["reasons"][name.as_str()]["for"]);
            order["command"]
                .as_str()
                .is_some_and(|it| commands.iter().any(|one| one == it))
        };
        let reasons: Vec<&String> = names(&self.document["reasons"])
            .into_iter()
            .filter(fits)
            .collect();
        let reason = dice.one_of(&reasons).map(|it| it.to_string());
        if let Some(reason) = reason.filter(|_| dice.below(5) > 0) {
            order["reason"] = reason.into();
        }
        if dice.below(3) > 0 {
            order["note"] = "As “agreed”, \\ today".into();
        }
        if dice.once_in(6) {
            order["return_at"] = (as_of + (dice.below(2_000) as i64 - 20) * HOUR_MS).into();
        }
        if dice.once_in(4) {
            order["owner"] = "Ines".into();
        }
        order
    }
}
