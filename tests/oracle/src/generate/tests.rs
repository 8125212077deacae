//! Attributes, properties, their values and the tests on them.

use super::Maker;
use crate::values::{DAY, date_written};
use serde_json::{Map, Value, json};

const OPTIONS: &[&str] = &["software", "Fintech", "Ärzte", "retail", "n/a"];
const TEXTS: &[&str] = &[
    "Head of Sales",
    "CEO",
    "straße",
    "ÄRZTE Bund",
    "vp sales",
    "İstanbul",
    "/pricing/x",
];
const PARTS: &[&str] = &["SALES", "head", "ä", "s", "/PRICING"];
const GLOBS: &[&str] = &["*sales", "/pricing*", "h*S", "*Ä*", "c*"];

fn parsed(text: &str) -> Value {
    text.parse::<serde_json::Number>().expect("a number").into()
}

impl Maker {
    pub(super) fn attribute(&mut self) -> Value {
        let kind = *self.random.pick(&[
            "boolean", "number", "number", "text", "choice", "choice", "choices", "date",
        ]);
        let mut doc = json!({ "type": kind });
        match kind {
            "number" => {
                if self.random.percent(50) {
                    doc["whole"] = json!(true);
                }
                if self.random.percent(40) {
                    doc["min"] = json!(self.random.between(-2, 0));
                }
                if self.random.percent(40) {
                    doc["max"] = json!(self.random.between(9, 12));
                }
            }
            "choice" | "choices" => {
                let options = self.random.some(OPTIONS, 2);
                doc["options"] = json!(options);
            }
            _ => {}
        }
        if self.random.percent(15) {
            doc["asserted_by"] = self
                .random
                .pick(&[
                    json!(["sales"]),
                    json!(["crm", "sales"]),
                    json!(["visitor"]),
                ])
                .clone();
        }
        if self.random.percent(10) {
            doc["label"] = json!("Läbel \"x\"");
        }
        doc
    }

    pub(super) fn properties(&mut self) -> Vec<(String, Value)> {
        let all = [
            ("path".to_owned(), json!("text")),
            ("size".to_owned(), json!("number")),
            ("plan".to_owned(), json!(["free", "Pro", "größer"])),
            ("day".to_owned(), json!("date")),
            ("vip".to_owned(), json!("boolean")),
        ];
        let mut chosen = self.random.some(&all, 0);
        chosen.truncate(3);
        chosen
    }

    /// A property's type as an attribute's definition, marked as such.
    pub(super) fn as_attribute(property: &Value) -> Value {
        match property {
            Value::Array(_) => json!({ "type": "choice", "options": property }),
            kind => json!({ "type": kind, "property": true }),
        }
    }

    /// Whole numbers that leave room on both sides within `min` and `max`.
    fn whole(&mut self) -> i64 {
        self.random.between(0, 9)
    }

    fn number(&mut self, doc: &Value) -> Value {
        let whole = self.whole();
        if doc.get("whole").is_some() {
            return json!(whole);
        }
        // The seventh decimal is rounded away.
        let fraction = *self
            .random
            .pick(&["", "", ".5", ".25", ".000001", ".3333334", ".9999995"]);
        parsed(&format!("{}{fraction}", whole.min(8)))
    }

    fn day(&mut self) -> Value {
        let days = self.duration_ms() / DAY;
        let back = *self
            .random
            .pick(&[0, 1, -1, days, days + 1, -days, days - 1, 40]);
        json!(date_written(self.as_of - back * DAY))
    }

    /// One exact value.
    pub(super) fn value(&mut self, doc: &Value) -> Value {
        match doc["type"].as_str().expect("a type") {
            "boolean" => json!(self.random.percent(60)),
            "number" => self.number(doc),
            "text" => json!(self.random.pick(TEXTS)),
            "choice" => {
                let options = doc["options"].as_array().expect("options");
                self.random.pick(options).clone()
            }
            "choices" => {
                let options = doc["options"].as_array().expect("options").clone();
                json!(self.random.some(&options, 1))
            }
            _ => self.day(),
        }
    }

    /// Two values, the first less by two at least.
    pub(super) fn pair(&mut self, doc: &Value) -> (Value, Value) {
        if doc["type"] == "date" {
            let from = self.random.between(-31, 31);
            let to = from + self.random.between(2, 30);
            let day = |d: i64| json!(date_written(self.as_of + d * DAY));
            return (day(from), day(to));
        }
        let from = self.random.between(0, 6);
        (json!(from), json!(self.random.between(from + 2, 9)))
    }

    fn range_test(&mut self, doc: &Value) -> Value {
        let (low, high) = self.pair(doc);
        let (from, to) = (
            *self.random.pick(&["from", "above"]),
            *self.random.pick(&["to", "below"]),
        );
        match self.random.below(4) {
            0 => json!({ from: low }),
            1 => json!({ to: high }),
            2 => {
                let value = self.value(doc);
                json!({ "from": value })
            }
            _ => json!({ from: low, to: high }),
        }
    }

    fn one_or_more(&mut self, list: &[&str]) -> Value {
        match self.random.below(3) {
            0 => json!(self.random.some(list, 1)),
            _ => json!(self.random.pick(list)),
        }
    }

    /// A test on an attribute, or on a property as an attribute.
    pub(super) fn test(&mut self, doc: &Value) -> Value {
        match self.random.below(100) {
            0..6 => return json!({ "known": true }),
            6..11 => return json!({ "known": false }),
            _ => {}
        }
        let mut test = self.plain_test(doc);
        if let Value::Object(map) = &mut test
            && self.random.percent(6)
        {
            map.insert("known".into(), json!(self.random.percent(80)));
        }
        test
    }

    fn plain_test(&mut self, doc: &Value) -> Value {
        let kind = doc["type"].as_str().expect("a type").to_owned();
        let form = self.random.below(10);
        match (kind.as_str(), form) {
            ("number" | "date", 0..5) => self.range_test(doc),
            ("number", 5) => {
                let mut test = self.range_test(doc);
                test["equals"] = json!([self.value(doc), self.value(doc)]);
                test
            }
            ("date", 5..9) if doc.get("property").is_none() => {
                let window = self.duration();
                match form {
                    5 | 6 => json!({ "within": window }),
                    7 => json!({ "ahead": window }),
                    _ => {
                        let mut test = self.range_test(doc);
                        test["within"] = window;
                        test
                    }
                }
            }
            ("text", 0..3) => json!(self.random.pick(GLOBS)),
            ("text", 3..8) => {
                let mut test = Map::new();
                for (key, list) in [("contains", PARTS), ("starts_with", PARTS), ("glob", GLOBS)] {
                    if self.random.percent(35) || (key == "glob" && test.is_empty()) {
                        test.insert(key.to_owned(), self.one_or_more(list));
                    }
                }
                Value::Object(test)
            }
            ("choices", _) => {
                let options = doc["options"].as_array().expect("options").clone();
                let some = json!(self.random.some(&options, 1));
                let one = self.random.pick(&options).clone();
                match form {
                    0 => one,
                    1 => some,
                    2 => json!({ "has_any": some, "has_none": one }),
                    3 => json!({ "has_any": one }),
                    4..7 => json!({ "has_all": some }),
                    _ => json!({ "has_none": some }),
                }
            }
            ("choice", 0..4) => {
                let options = doc["options"].as_array().expect("options").clone();
                json!(self.random.some(&options, 1))
            }
            ("boolean", _) | (_, 8 | 9) => {
                let value = self.value(doc);
                self.random
                    .pick(&[value.clone(), json!({ "equals": value })])
                    .clone()
            }
            _ => {
                let (mut a, mut b) = (self.value(doc), self.value(doc));
                if let Some(options) = doc.get("options").and_then(Value::as_array) {
                    let place = |v: &Value| options.iter().position(|o| o == v);
                    if place(&a) > place(&b) {
                        (a, b) = (b, a);
                    }
                }
                match (self.random.below(3), a == b) {
                    (0, false) => json!([a, b]),
                    (1, false) => json!({ "equals": [a, b] }),
                    _ => a,
                }
            }
        }
    }

    /// A `where` of a signal; none where it has no properties.
    pub(super) fn wher(&mut self, signal: usize) -> Option<Value> {
        let properties = self.signals[signal].1.clone();
        let mut wher = Map::new();
        for (name, kind) in properties {
            if self.random.percent(40) {
                wher.insert(name, self.test(&Maker::as_attribute(&kind)));
            }
        }
        (!wher.is_empty()).then(|| Value::Object(wher))
    }
}
