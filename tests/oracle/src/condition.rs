//! Section 3: conditions and tests, as written.

use crate::book::{Attribute, Kind, Signal};
use crate::read::{keys, same, text, texts};
use crate::values::{DAY, NUMBER, POINTS, date, duration, folded, number};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// A value that is exactly known, as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Val {
    Bool(bool),
    Number(i64),
    Text(String),
    Choice(String),
    Choices(BTreeSet<String>),
    Date(i64),
}

impl Val {
    /// Reads a value of a kind.
    pub fn read(kind: &Kind, doc: &Value) -> Val {
        match kind {
            Kind::Boolean => Val::Bool(doc.as_bool().expect("true or false")),
            Kind::Number { .. } => Val::Number(number(doc, NUMBER)),
            Kind::Text => Val::Text(folded(doc.as_str().expect("a text"))),
            Kind::Choice(_) => Val::Choice(folded(doc.as_str().expect("an option"))),
            Kind::Choices(_) => {
                Val::Choices(texts(doc).iter().map(|option| folded(option)).collect())
            }
            Kind::Date => Val::Date(date(doc.as_str().expect("a date"))),
        }
    }
}

/// A range on a lattice of whole units, both ends included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Range {
    pub fn holds(&self, value: i64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }

    /// `above` and `below` stand one `step` beside their value.
    fn read(doc: &Value, step: i64, read: impl Fn(&Value) -> i64) -> Range {
        let get = |key: &str| doc.get(key).map(&read);
        Range {
            from: get("from").or_else(|| get("above").map(|v| v + step)),
            to: get("to").or_else(|| get("below").map(|v| v - step)),
        }
    }
}

/// One test, with all its parts. Texts and options are folded.
#[derive(Clone, Debug, Default)]
pub struct Test {
    pub known: Option<bool>,
    pub equals: Option<Vec<Val>>,
    pub range: Option<Range>,
    pub within: Option<i64>,
    pub ahead: Option<i64>,
    pub contains: Option<Vec<String>>,
    pub starts_with: Option<Vec<String>>,
    pub glob: Option<Vec<String>>,
    pub has_any: Option<Vec<String>>,
    pub has_all: Option<Vec<String>>,
    pub has_none: Option<Vec<String>>,
    /// The test as an object, as written, for model events.
    pub doc: Map<String, Value>,
}

/// Tests on an event's properties, sorted by name.
pub type Where = Vec<(String, Test)>;

/// A condition.
#[derive(Clone, Debug)]
pub enum Cond {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    NoneOf(Vec<Cond>),
    AtLeast(usize, Vec<Cond>),
    Attribute(usize, Box<Test>),
    Events {
        signal: String,
        wher: Where,
        count: Range,
        within: Option<i64>,
    },
    Sequence {
        steps: Vec<(String, Where)>,
        within: Option<i64>,
    },
    Score(usize, Range),
    Band(usize, Vec<String>),
    Grade(Vec<String>),
    Icp(Vec<String>),
    Persona(Vec<String>),
    Ready,
    Criteria(Vec<String>),
    CriteriaCount(Range),
    Segment(Vec<String>),
    Gate(Vec<String>),
    Stage(Vec<String>),
    TimeInStage(Range),
}

/// Reads conditions of one playbook, and keeps every test on an attribute that it meets.
pub struct Reader<'a> {
    attributes: &'a [Attribute],
    signals: &'a [Signal],
    scores: &'a [String],
    tests: RefCell<Vec<(usize, Test)>>,
}

fn one_or_list(doc: &Value) -> Vec<&Value> {
    match doc {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

impl<'a> Reader<'a> {
    pub fn new(attributes: &'a [Attribute], signals: &'a [Signal], scores: &'a [String]) -> Self {
        Reader {
            attributes,
            signals,
            scores,
            tests: RefCell::default(),
        }
    }

    pub fn tests(self) -> Vec<(usize, Test)> {
        self.tests.into_inner()
    }

    pub fn score(&self, name: &str) -> usize {
        self.scores
            .iter()
            .position(|s| s == name)
            .expect("a declared score")
    }

    /// The whole condition.
    pub fn condition(&self, doc: &Value) -> Cond {
        let mut by_key = self.by_key(doc);
        if by_key.len() == 1 {
            by_key.remove(0)
        } else {
            Cond::All(by_key)
        }
    }

    /// Its parts: of `all` where it is one `all`, or each key where it has several.
    pub fn parts(&self, doc: &Value) -> Vec<Cond> {
        match self.by_key(doc) {
            mut one if one.len() == 1 => match one.remove(0) {
                Cond::All(parts) if doc.get("all").is_some() => parts,
                other => vec![other],
            },
            several => several,
        }
    }

    fn list(&self, doc: &Value) -> Vec<Cond> {
        let list = doc.as_array().expect("a list of conditions");
        list.iter().map(|c| self.condition(c)).collect()
    }

    /// One condition for each key; the keys of an event test and of a sequence are one.
    fn by_key(&self, doc: &Value) -> Vec<Cond> {
        let map = doc.as_object().expect("a condition");
        keys(map)
            .into_iter()
            .filter(|key| !matches!(*key, "where" | "count" | "within"))
            .map(|key| self.key(key, &map[key], doc))
            .collect()
    }

    fn key(&self, key: &str, value: &Value, doc: &Value) -> Cond {
        match key {
            "all" => Cond::All(self.list(value)),
            "any" => Cond::Any(self.list(value)),
            "none" => Cond::NoneOf(self.list(value)),
            "at_least" => {
                Cond::AtLeast(number(&value["count"], 0) as usize, self.list(&value["of"]))
            }
            "signal" => self.events(doc),
            "sequence" => Cond::Sequence {
                steps: value
                    .as_array()
                    .expect("steps")
                    .iter()
                    .map(|step| {
                        let signal = text(step.get("signal").unwrap_or(step));
                        let wher = self.wher(&signal, step.get("where"));
                        (signal, wher)
                    })
                    .collect(),
                within: doc.get("within").map(duration),
            },
            "score" => self.each_score(value, |score, doc| {
                Cond::Score(score, Range::read(doc, 1, |v| number(v, POINTS)))
            }),
            "band" => self.each_score(value, |score, doc| Cond::Band(score, texts(doc))),
            "grade" => Cond::Grade(texts(value)),
            "icp" => Cond::Icp(texts(value)),
            "persona" => Cond::Persona(texts(value)),
            "readiness" => match value {
                Value::String(_) => Cond::Ready,
                Value::Array(_) => Cond::Criteria(texts(value)),
                _ => Cond::CriteriaCount(Range::read(value, 1, |v| number(v, 0))),
            },
            "segment" => Cond::Segment(texts(value)),
            "gate" => Cond::Gate(texts(value)),
            "stage" => Cond::Stage(texts(value)),
            "time_in_stage" => Cond::TimeInStage(Range::read(value, 1, duration)),
            attribute => {
                let at = self
                    .attributes
                    .iter()
                    .position(|a| a.name == attribute)
                    .expect("a declared attribute");
                let test = test(&self.attributes[at].kind, value);
                self.tests.borrow_mut().push((at, test.clone()));
                Cond::Attribute(at, Box::new(test))
            }
        }
    }

    fn each_score(&self, value: &Value, make: impl Fn(usize, &Value) -> Cond) -> Cond {
        let map = value.as_object().expect("scores");
        Cond::All(
            map.iter()
                .map(|(name, doc)| make(self.score(name), doc))
                .collect(),
        )
    }

    fn events(&self, doc: &Value) -> Cond {
        let signal = text(&doc["signal"]);
        let count = doc.get("count");
        let end = |key: &str| count.and_then(|c| c.get(key)).map(|n| number(n, 0));
        let (from, to) = (end("from"), end("to"));
        Cond::Events {
            wher: self.wher(&signal, doc.get("where")),
            signal,
            count: Range {
                from: from.or(to.is_none().then_some(1)),
                to,
            },
            within: count
                .and_then(|c| c.get("within"))
                .or_else(|| doc.get("within"))
                .map(duration),
        }
    }

    /// The `where` of a signal.
    pub fn wher(&self, signal: &str, doc: Option<&Value>) -> Where {
        let Some(map) = doc.and_then(Value::as_object) else {
            return Vec::new();
        };
        let signal = self
            .signals
            .iter()
            .find(|s| s.name == signal)
            .expect("a declared signal");
        keys(map)
            .into_iter()
            .map(|key| {
                let kind = signal.properties.iter().find(|p| p.0 == key);
                let kind = &kind.expect("a declared property").1;
                (key.to_owned(), test(kind, &map[key]))
            })
            .collect()
    }
}

/// A test as an object: bare values and lists mean `equals`, `has_any` or `glob`.
fn spelled(kind: &Kind, doc: &Value) -> Map<String, Value> {
    let key = match (kind, doc) {
        (_, Value::Object(map)) => return map.clone(),
        (Kind::Choices(_), _) => "has_any",
        (Kind::Text, _) if texts(doc).iter().any(|text| text.contains('*')) => "glob",
        _ => "equals",
    };
    Map::from_iter([(key.to_owned(), doc.clone())])
}

fn test(kind: &Kind, doc: &Value) -> Test {
    let map = spelled(kind, doc);
    let texts = |key: &str| {
        map.get(key)
            .map(|doc| texts(doc).iter().map(|t| folded(t)).collect::<Vec<_>>())
    };
    let whole = Value::Object(map.clone());
    let range = match kind {
        Kind::Number { .. } => Range::read(&whole, 1, |v| number(v, NUMBER)),
        Kind::Date => Range::read(&whole, DAY, |v| date(v.as_str().expect("a date"))),
        _ => Range::default(),
    };
    Test {
        known: map.get("known").map(|k| k.as_bool().expect("known")),
        equals: map.get("equals").map(|doc| {
            one_or_list(doc)
                .into_iter()
                .map(|v| Val::read(kind, v))
                .collect()
        }),
        range: (range.from.is_some() || range.to.is_some()).then_some(range),
        within: map.get("within").map(duration),
        ahead: map.get("ahead").map(duration),
        contains: texts("contains"),
        starts_with: texts("starts_with"),
        glob: texts("glob"),
        has_any: texts("has_any"),
        has_all: texts("has_all"),
        has_none: texts("has_none"),
        doc: map,
    }
}

/// The option as the playbook writes it.
pub fn option_written(kind: &Kind, option: &str) -> String {
    let (Kind::Choice(options) | Kind::Choices(options)) = kind else {
        panic!("no options");
    };
    let found = options.iter().find(|o| same(o, option));
    found.expect("a declared option").clone()
}
