//! Section 7: the decision.

use crate::book::Book;
use crate::completion::may_stay_unknown;
use crate::evidence::Evidence;
use crate::forecast::{INSTANTS, first_change};
use crate::mention::Mention;
use crate::model::scene;
use crate::settled::{Item, Settled};
use crate::test::{Sense, Truth};
use crate::values::{POINTS, written};
use crate::world::World;
use serde_json::{Map, Value, json};

/// A decision, and the places in it where the page leaves more than one answer, or where finding the one
/// answer would take too long (JSON Pointers).
#[derive(Clone, Debug)]
pub struct Answer {
    /// The explained decision.
    pub decision: Value,
    /// Where another decision may differ: `settled` may be false there, a forecast has to be checked.
    pub loose: Vec<String>,
}

/// The explained decision with its loose places.
pub fn answer(playbook: &Value, digest: &str, evidence: &Value, as_of: i64) -> Answer {
    answer_within(playbook, digest, evidence, as_of, INSTANTS)
}

/// The same, where forecasts of up to this many instants are found one by one.
pub fn answer_within(
    playbook: &Value,
    digest: &str,
    evidence: &Value,
    as_of: i64,
    instants: usize,
) -> Answer {
    let book = Book::read(playbook);
    let evidence = Evidence::read(&book, evidence, as_of);
    let scene = scene(&evidence, as_of);
    let mut world = World::new(&book, &scene, evidence.facts.clone());
    world.instants = instants;
    let mut writer = Writer::new(&world);
    let decision = writer.decision(digest, &evidence);
    Answer {
        decision,
        loose: writer.loose,
    }
}

/// Only the scores of the decision.
pub(crate) fn scores(playbook: &Value, evidence: &Value, as_of: i64) -> Value {
    let book = Book::read(playbook);
    let evidence = Evidence::read(&book, evidence, as_of);
    let scene = scene(&evidence, as_of);
    let world = World::new(&book, &scene, evidence.facts.clone());
    let mut writer = Writer {
        world: &world,
        settled: Vec::new(),
        loose: Vec::new(),
    };
    writer.scores()
}

/// Everything about which the decision says whether it is settled.
pub(crate) fn items(book: &Book) -> Vec<Item> {
    let mut items = Vec::new();
    if !book.icp.is_empty() {
        items.push(Item::Tier);
    }
    if !book.personas.is_empty() {
        items.push(Item::Persona);
    }
    if book.readiness.is_some() {
        items.push(Item::Ready);
    }
    items.extend((0..book.segments.len()).map(Item::Segment));
    let gates = (0..book.stages.len()).filter(|at| book.stages[*at].enter.is_some());
    items.extend(gates.map(Item::Gate));
    items.push(Item::Stage);
    if !book.routes.is_empty() {
        items.push(Item::Route);
    }
    items
}

struct Writer<'w, 'a> {
    world: &'w World<'a>,
    settled: Vec<(Item, Settled)>,
    loose: Vec<String>,
}

impl<'w, 'a> Writer<'w, 'a> {
    fn new(world: &'w World<'a>) -> Self {
        let items = items(world.book);
        let settled = world.settled(&items);
        Writer {
            world,
            settled: items.into_iter().zip(settled).collect(),
            loose: Vec::new(),
        }
    }

    fn settled(&mut self, item: &Item, pointer: String) -> bool {
        let found = self
            .settled
            .iter()
            .find(|s| s.0 == *item)
            .expect("an item")
            .1;
        if !found.exact {
            self.loose.push(pointer);
        }
        found.settled
    }

    fn decision(&mut self, digest: &str, evidence: &Evidence) -> Value {
        let book = self.world.book;
        json!({
            "playbook": book.name,
            "version": book.version,
            "digest": digest,
            "as_of": self.world.scene.now,
            "scores": self.scores(),
            "grade": self.grade(),
            "icp": self.first("tier", Item::Tier, "/icp/settled"),
            "persona": self.first("name", Item::Persona, "/persona/settled"),
            "readiness": self.readiness(),
            "segments": self.segments(),
            "gates": self.gates(),
            "stage": self.stage(),
            "route": self.route(),
            "set_aside": { "facts": evidence.facts_aside, "events": evidence.events_aside },
        })
    }

    fn scores(&mut self) -> Value {
        let world = self.world;
        let mut scores = Map::new();
        for (at, score) in world.book.scores.iter().enumerate() {
            let (value, ledger) = world.ledger(at);
            let (low, high) = world.bounds(at);
            if self.bounds_are_loose(at) {
                self.loose.push(format!("/scores/{}/low", score.name));
                self.loose.push(format!("/scores/{}/high", score.name));
            }
            scores.insert(
                score.name.clone(),
                json!({
                    "value": written(value, POINTS),
                    "low": written(low, POINTS),
                    "high": written(high, POINTS),
                    "band": world.band(at, value),
                    "ledger": ledger,
                }),
            );
        }
        Value::Object(scores)
    }

    /// Where tests count as independent of each other, bounds are only checked to be sound.
    fn bounds_are_loose(&self, score: usize) -> bool {
        let mut loose = false;
        self.world.score_mentions(score, &mut |mention| {
            if let Mention::Attribute(at, _) = mention {
                let choices =
                    !matches!(self.world.book.attributes[at].kind, crate::book::Kind::Text);
                loose |= choices && self.world.is_open(at) && may_stay_unknown(self.world, at);
            }
        });
        loose
    }

    fn grade(&mut self) -> Value {
        let Some((first, second)) = self.world.book.grade else {
            return Value::Null;
        };
        if self.bounds_are_loose(first) || self.bounds_are_loose(second) {
            self.loose.push("/grade/settled".to_owned());
        }
        let alone = |score| self.world.bands(score, Sense::Completion).len() == 1;
        json!({
            "value": self.world.grades(Sense::Plain)[0],
            "settled": alone(first) && alone(second),
        })
    }

    fn first(&mut self, key: &str, item: Item, pointer: &str) -> Value {
        if !self.settled.iter().any(|s| s.0 == item) {
            return Value::Null;
        }
        let settled = self.settled(&item, pointer.to_owned());
        json!({ key: self.world.outcome(&item), "settled": settled })
    }

    fn readiness(&mut self) -> Value {
        let Some(readiness) = &self.world.book.readiness else {
            return Value::Null;
        };
        let criteria = self.world.criteria(Sense::Plain);
        let those = |truth: Truth| -> Vec<&String> {
            criteria
                .iter()
                .filter(|c| *c.1 == truth)
                .map(|c| c.0)
                .collect()
        };
        json!({
            "framework": readiness.framework,
            "met": those(Truth::True),
            "unmet": those(Truth::False),
            "unknown": those(Truth::Unknown),
            "ready": self.world.outcome(&Item::Ready).is_some(),
            "settled": self.settled(&Item::Ready, "/readiness/settled".to_owned()),
        })
    }

    fn segments(&mut self) -> Value {
        let mut segments = Map::new();
        for (at, (name, _)) in self.world.book.segments.iter().enumerate() {
            let item = Item::Segment(at);
            let settled = self.settled(&item, format!("/segments/{name}/settled"));
            let inside = self.world.outcome(&item).is_some();
            segments.insert(name.clone(), json!({ "in": inside, "settled": settled }));
        }
        Value::Object(segments)
    }

    fn gates(&mut self) -> Value {
        let mut gates = Map::new();
        for (at, stage) in self.world.book.stages.iter().enumerate() {
            if let Some((by, _)) = self.world.gate(&stage.name) {
                let gate = self.gate(Item::Gate(at), &stage.name, by);
                gates.insert(stage.name.clone(), gate);
            }
        }
        Value::Object(gates)
    }

    fn gate(&mut self, item: Item, name: &str, by: &str) -> Value {
        let open = self.world.outcome(&item).is_some();
        let settled = self.settled(&item, format!("/gates/{name}/settled"));
        let missing = if open {
            Value::Null
        } else {
            let facts = if settled {
                json!([])
            } else {
                missing_facts(self.world, &item)
            };
            let mut events = Vec::new();
            for (place, model) in self.world.models(&item).into_iter().enumerate() {
                let new = vec![model.event.clone(); model.times];
                let until = first_change(self.world, &item, &new);
                if until.is_none() {
                    self.loose
                        .push(format!("/gates/{name}/missing/events/{place}/until"));
                }
                events.push(json!({
                    "signal": model.event.signal,
                    "properties": model.properties,
                    "times": model.times,
                    "until": until.flatten().map(|u| u.0),
                }));
            }
            json!({ "criteria": self.world.criteria_of(name), "facts": facts, "events": events })
        };
        let flip = first_change(self.world, &item, &[]);
        if flip.is_none() {
            self.loose.push(format!("/gates/{name}/flips_at"));
        }
        json!({
            "open": open,
            "settled": settled,
            "by": by,
            "missing": missing,
            "flips_at": flip.flatten().map(|f| f.0),
        })
    }

    fn stage(&mut self) -> Value {
        let Some(from) = self.world.scene.place.stage.clone() else {
            return Value::Null;
        };
        let moves = self.world.moves().into_iter();
        let moves: Vec<Value> = moves
            .map(|(from, to)| json!({ "from": from, "to": to }))
            .collect();
        json!({
            "from": from,
            "to": self.world.outcome(&Item::Stage),
            "moves": moves,
            "settled": self.settled(&Item::Stage, "/stage/settled".to_owned()),
        })
    }

    fn route(&mut self) -> Value {
        if self.world.book.routes.is_empty() {
            return Value::Null;
        }
        let flip = first_change(self.world, &Item::Route, &[]);
        if flip.is_none() {
            self.loose.push("/route/flips_at".to_owned());
        }
        let (at, to) = match flip.flatten() {
            Some((at, to)) => (Some(at), to),
            None => (None, None),
        };
        json!({
            "then": self.world.outcome(&Item::Route),
            "settled": self.settled(&Item::Route, "/route/settled".to_owned()),
            "flips_at": at,
            "flips_to": to,
        })
    }
}

/// The open attributes a gate depends on, and whether each alone could open it.
pub(crate) fn missing_facts(world: &World, item: &Item) -> Value {
    let mut open = world.item_open(item);
    open.sort_by_key(|at| &world.book.attributes[*at].name);
    open.into_iter()
        .map(|at| json!({ "attribute": world.book.attributes[at].name, "opens": world.opens(item, at) }))
        .collect()
}
