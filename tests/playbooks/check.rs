//! Whether a move's conditions were true at its instant: each asked by a plain evaluation of its own.

use super::{Ready, texts};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Commands after which evidence from before does not move the record by itself.
const DISCOUNTING: [&str; 4] = ["reject", "recycle", "disqualify", "lose"];

/// Conditions of a playbook, each as the only route of a playbook that differs in nothing else.
pub struct Questions {
    exit: BTreeMap<String, Playbook>,
    enter: BTreeMap<String, Playbook>,
    re_entry: BTreeMap<String, Playbook>,
    /// By transition.
    when: Vec<Option<Playbook>>,
    /// What must be known for a stage, and for a transition.
    required: BTreeMap<String, Playbook>,
    also_required: Vec<Option<Playbook>>,
    known: Option<Playbook>,
    anonymous: Vec<String>,
}

fn question(written: &Value, condition: &Value) -> Option<Playbook> {
    if condition.is_null() {
        return None;
    }
    let mut asked = written.clone();
    let document = asked.as_object_mut().expect("an object");
    document.remove("transitions");
    document.insert(
        "routes".into(),
        json!([{ "when": condition, "then": "yes" }, { "then": "no" }]),
    );
    let text = asked.to_string();
    Some(Playbook::parse(&text).unwrap_or_else(|found| panic!("{condition}: {found}")))
}

/// That all of a list of requirements are known.
fn requirement(list: &Value) -> Value {
    let known = list.as_array().into_iter().flatten().map(|it| {
        let name = it.as_str().or_else(|| it["attribute"].as_str());
        json!({ name.expect("an attribute"): { "known": true } })
    });
    let known: Vec<Value> = known.collect();
    match known.is_empty() {
        true => Value::Null,
        false => json!({ "all": known }),
    }
}

impl Questions {
    pub fn of(ready: &Ready) -> Self {
        let written = &ready.written;
        let stages = written["stages"].as_object().expect("stages");
        let ask = |take: &dyn Fn(&Value) -> Value| {
            let asked = stages
                .iter()
                .map(|(name, it)| (name.clone(), question(written, &take(it))));
            asked.filter_map(|(name, it)| Some((name, it?))).collect()
        };
        let transitions = written["transitions"].as_array().expect("transitions");
        let identity = &written["identity"];
        let any: Vec<Value> = texts(&identity["any_of"])
            .iter()
            .map(|name| json!({ name: { "known": true } }))
            .collect();
        let mut known = vec![json!({ "any": any })];
        if !identity["interest"].is_null() {
            known.push(identity["interest"].clone());
        }
        Self {
            exit: ask(&|it| it["exit"].clone()),
            enter: ask(&|it| it["enter"].clone()),
            re_entry: ask(&|it| it["re_entry"]["when"].clone()),
            required: ask(&|it| requirement(&it["requires"])),
            when: transitions
                .iter()
                .map(|it| question(written, &it["when"]))
                .collect(),
            also_required: transitions
                .iter()
                .map(|it| question(written, &requirement(&it["requires"])))
                .collect(),
            known: question(written, &json!({ "all": known })),
            anonymous: texts(&identity["anonymous"]),
        }
    }
}

/// A record as this test sees it: what it was told, and where it was.
#[derive(Default)]
pub struct Seen {
    facts: Vec<Value>,
    events: Vec<Value>,
    ids: BTreeSet<String>,
    discounts_before: Option<i64>,
    since: i64,
    times: BTreeMap<String, u64>,
    last_left: BTreeMap<String, i64>,
}

impl Seen {
    pub fn hear(&mut self, input: &Value, as_of: i64) {
        for fact in input["facts"].as_array().into_iter().flatten() {
            self.facts.push(fact.clone());
        }
        for event in input["events"].as_array().into_iter().flatten() {
            let new = event["id"]
                .as_str()
                .is_none_or(|id| self.ids.insert(id.to_owned()));
            if new {
                self.events.push(event.clone());
            }
        }
        if self.times.is_empty() {
            self.since = as_of;
        }
    }

    /// Whether a question is answered with yes for a record at a stage.
    fn answers(&self, asked: &Playbook, stage: &str, as_of: i64, after: Option<i64>) -> bool {
        let events: Vec<&Value> = self
            .events
            .iter()
            .filter(|it| after.is_none_or(|after| it["at"].as_i64().is_some_and(|at| at > after)))
            .collect();
        let told = json!({ "stage": { "name": stage, "since": self.since }, "facts": self.facts, "events": events });
        let evidence = Evidence::parse(asked, &told.to_string()).expect("evidence");
        let decision = super::json(&evaluate_json(asked, &evidence, as_of, Extent::Brief));
        decision["route"]["then"] == "yes"
    }

    /// Looks at a move: what forbids it, if anything.
    pub fn follow(
        &mut self,
        ready: &Ready,
        asked: &Questions,
        step: &Value,
        as_of: i64,
    ) -> Result<(), String> {
        let to = step["to"].as_str().expect("a stage");
        if let Some(from) = step["from"].as_str() {
            self.judge(ready, asked, step, as_of)?;
            self.last_left.insert(from.to_owned(), as_of);
        }
        *self.times.entry(to.to_owned()).or_default() += 1;
        self.since = step["at"].as_i64().expect("an instant");
        let by_command = DISCOUNTING.iter().any(|it| step["on"] == *it);
        let stage = &ready.written["stages"][to];
        if stage["discounts"].as_bool().unwrap_or(by_command) {
            self.discounts_before = Some(self.since);
        }
        Ok(())
    }

    fn judge(
        &self,
        ready: &Ready,
        asked: &Questions,
        step: &Value,
        as_of: i64,
    ) -> Result<(), String> {
        let (from, to) = (step["from"].as_str(), step["to"].as_str());
        let (from, to) = (from.expect("a stage"), to.expect("a stage"));
        let automatic = step["by"] == "automation";
        let after = self.discounts_before.filter(|_| automatic);
        let gates = [
            ("exit", asked.exit.get(from)),
            ("enter", asked.enter.get(to)),
        ];
        for (what, gate) in gates {
            if gate.is_some_and(|gate| !self.answers(gate, from, as_of, after)) {
                return Err(format!("{what} is not met"));
            }
        }
        if !asked.anonymous.iter().any(|it| it == to)
            && let Some(known) = &asked.known
            && !self.answers(known, from, as_of, None)
        {
            return Err("nobody is known".into());
        }
        let required = asked.required.get(to);
        if required.is_some_and(|it| !self.answers(it, from, as_of, None)) {
            return Err("what the stage requires is not known".into());
        }
        let rule = &ready.written["stages"][to]["re_entry"];
        let times = self.times.get(to).copied().unwrap_or_default();
        if times > 0 {
            if rule["at_most"].as_u64().is_some_and(|most| times >= most) {
                return Err("it was there too often".into());
            }
            let days = rule["after"].as_str().and_then(|it| it.strip_suffix('d'));
            let after = days.map(|days| days.parse::<i64>().expect("days") * 86_400_000);
            let left = self.last_left.get(to).copied();
            if let (Some(after), Some(left)) = (after, left)
                && as_of < left + after
            {
                return Err("it left too short ago".into());
            }
            let when = asked.re_entry.get(to);
            if when.is_some_and(|it| !self.answers(it, from, as_of, after)) {
                return Err("the condition for coming back is not met".into());
            }
        }
        self.passage(ready, asked, step, as_of, after)
    }

    /// Whether one of the transitions that the move can have been allows it.
    fn passage(
        &self,
        ready: &Ready,
        asked: &Questions,
        step: &Value,
        as_of: i64,
        after: Option<i64>,
    ) -> Result<(), String> {
        let from = step["from"].as_str().expect("a stage");
        let transitions = ready.written["transitions"].as_array();
        let can_be = transitions
            .into_iter()
            .flatten()
            .enumerate()
            .any(|(place, it)| {
                let met = |asked: &[Option<Playbook>], after| {
                    let asked = asked.get(place).and_then(Option::as_ref);
                    asked.is_none_or(|asked| self.answers(asked, from, as_of, after))
                };
                it["to"] == step["to"]
                    && it["on"] == step["on"]
                    && it["act"] == step["act"]
                    && texts(&it["from"]).iter().any(|it| it == from)
                    && texts(&it["by"]).iter().any(|by| step["by"] == **by)
                    && met(&asked.when, after)
                    && met(&asked.also_required, None)
            });
        match can_be {
            true => Ok(()),
            false => Err("no transition allows it".into()),
        }
    }
}
