//! A decision of the engine beside this crate's own.

use crate::book::Book;
use crate::decide::{Answer, answer_within, missing_facts};
use crate::evidence::{Event, Evidence};
use crate::forecast::{INSTANTS, Instants};
use crate::model::scene;
use crate::random::Random;
use crate::settled::Item;
use crate::values::{POINTS, number};
use crate::world::World;
use serde_json::{Value, json};
use std::rc::Rc;

/// How many instants are tried, at most, of each kind where a forecast is checked.
const TRIED: usize = 120;

/// Compares an explained decision of the engine with the one that FORMAT.md asks for.
///
/// Everything has to be equal, the order of keys too. Where the page leaves the engine a choice, its answer
/// has to be sound: `settled` is never wrongly true; where a forecast is too long to be found instant by
/// instant, it is checked at the instant named and at many before it.
///
/// # Errors
///
/// One message for every difference, each with its JSON Pointer and both values.
pub fn verify(
    playbook: &Value,
    evidence: &Value,
    as_of: i64,
    decision: &Value,
) -> Result<(), Vec<String>> {
    verify_within(playbook, evidence, as_of, decision, INSTANTS)
}

/// The same, where forecasts of up to this many instants are found one by one.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_within(
    playbook: &Value,
    evidence: &Value,
    as_of: i64,
    decision: &Value,
    instants: usize,
) -> Result<(), Vec<String>> {
    let digest = decision["digest"].as_str().unwrap_or_default();
    let own = answer_within(playbook, digest, evidence, as_of, instants);
    let book = Book::read(playbook);
    let evidence = Evidence::read(&book, evidence, as_of);
    let scene = scene(&evidence, as_of);
    let mut check = Check {
        world: World::new(&book, &scene, evidence.facts.clone()),
        own,
        decision,
        problems: Vec::new(),
    };
    check.compare("", &check.own.decision.clone(), decision);
    if check.problems.is_empty() {
        check.ledgers();
        check.loose();
    }
    if check.problems.is_empty() {
        Ok(())
    } else {
        Err(check.problems)
    }
}

struct Check<'a> {
    world: World<'a>,
    own: Answer,
    decision: &'a Value,
    problems: Vec<String>,
}

fn keys(value: &Value) -> Vec<&str> {
    let map = value.as_object().into_iter().flatten();
    map.map(|(key, _)| key.as_str())
        .filter(|key| *key != "steady_until")
        .collect()
}

impl Check<'_> {
    fn problem(&mut self, pointer: &str, expected: &str, found: &str) {
        self.problems
            .push(format!("{pointer}: expected {expected}, found {found}"));
    }

    fn is_loose(&self, pointer: &str) -> bool {
        self.own.loose.iter().any(|l| l == pointer)
    }

    /// Left for later: checked by `loose`.
    fn is_left(&self, pointer: &str) -> bool {
        let flip = pointer
            .strip_suffix("/flips_at")
            .or_else(|| pointer.strip_suffix("/flips_to"));
        if let Some(parent) = flip {
            return self.is_loose(&format!("{parent}/flips_at"))
                || self
                    .decision
                    .pointer(&format!("{parent}/steady_until"))
                    .is_some();
        }
        if let Some(gate) = pointer.strip_suffix("/missing/facts") {
            return self.is_loose(&format!("{gate}/settled"));
        }
        self.is_loose(pointer)
    }

    fn compare(&mut self, pointer: &str, expected: &Value, found: &Value) {
        if self.is_left(pointer) {
            return;
        }
        match (expected, found) {
            (Value::Object(a), Value::Object(b)) if keys(expected) == keys(found) => {
                for (key, value) in a {
                    self.compare(&format!("{pointer}/{key}"), value, &b[key]);
                }
                if let Some(steady) = b.get("steady_until") {
                    self.steady(pointer, steady, found);
                }
            }
            (Value::Object(_), Value::Object(_)) => {
                let (a, b) = (json!(keys(expected)), json!(keys(found)));
                self.problem(pointer, &format!("the keys {a}"), &b.to_string());
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (place, (a, b)) in a.iter().zip(b).enumerate() {
                    self.compare(&format!("{pointer}/{place}"), a, b);
                }
            }
            _ if expected == found => {}
            _ => self.problem(pointer, &expected.to_string(), &found.to_string()),
        }
    }

    /// `steady_until` comes last, with a forecast that is null.
    fn steady(&mut self, pointer: &str, steady: &Value, found: &Value) {
        let last = found.as_object().and_then(|map| map.keys().next_back());
        let place = pointer == "/route" || pointer.starts_with("/gates/");
        let after = steady.as_i64().is_some_and(|t| t >= self.world.scene.now);
        if !place
            || !after
            || last.map(String::as_str) != Some("steady_until")
            || !found["flips_at"].is_null()
        {
            self.problem(pointer, "a right `steady_until`", &found.to_string());
        }
    }

    fn ledgers(&mut self) {
        let scores = self.decision["scores"].as_object();
        for (name, score) in scores.into_iter().flatten() {
            let kept = |key: &str| number(&score[key], POINTS);
            let lines = score["ledger"].as_array().into_iter().flatten();
            let sum: i64 = lines.map(|line| number(&line["points"], POINTS)).sum();
            if sum != kept("value") {
                let pointer = format!("/scores/{name}/ledger");
                self.problem(
                    &pointer,
                    &format!("a sum of {}", score["value"]),
                    &sum.to_string(),
                );
            }
            if kept("low") > kept("value") || kept("value") > kept("high") {
                self.problem(
                    &format!("/scores/{name}"),
                    "low ≤ value ≤ high",
                    &score.to_string(),
                );
            }
        }
    }

    fn item(&self, pointer: &str) -> Item {
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        let book = self.world.book;
        match parts[0] {
            "icp" => Item::Tier,
            "persona" => Item::Persona,
            "readiness" => Item::Ready,
            "segments" => {
                let found = book.segments.iter().position(|s| s.0 == parts[1]);
                Item::Segment(found.expect("a segment"))
            }
            "gates" => {
                let found = book.stages.iter().position(|s| s.name == parts[1]);
                Item::Gate(found.expect("a stage"))
            }
            "stage" => Item::Stage,
            _ => Item::Route,
        }
    }

    fn loose(&mut self) {
        for pointer in self.own.loose.clone() {
            if pointer.ends_with("/settled") {
                self.settled(&pointer);
            } else if pointer.ends_with("/low") {
                self.bounds(pointer.trim_end_matches("/low"));
            } else if pointer.ends_with("/until") {
                self.until(&pointer);
            }
        }
        let gates = keys(&self.own.decision["gates"]);
        let gates = gates.iter().map(|name| format!("/gates/{name}"));
        for parent in gates.chain(["/route".to_owned()]).collect::<Vec<_>>() {
            if self.is_left(&format!("{parent}/flips_at")) {
                self.flip(&parent);
            }
        }
    }

    fn settled(&mut self, pointer: &str) {
        let found = self.decision.pointer(pointer).cloned().unwrap_or_default();
        let own = self
            .own
            .decision
            .pointer(pointer)
            .cloned()
            .unwrap_or_default();
        if !found.is_boolean() || (found == json!(true) && own == json!(false)) {
            self.problem(pointer, &own.to_string(), &found.to_string());
        }
        let facts = pointer.replace("/settled", "/missing/facts");
        if let Some(listed) = self.decision.pointer(&facts) {
            let expected = match found == json!(true) {
                true => json!([]),
                false => missing_facts(&self.world, &self.item(pointer)),
            };
            if *listed != expected {
                self.problem(&facts, &expected.to_string(), &listed.to_string());
            }
        }
    }

    /// No combination of completions leaves low to high.
    fn bounds(&mut self, parent: &str) {
        let name = parent.trim_start_matches("/scores/");
        let score = self.world.book.scores.iter().position(|s| s.name == name);
        let score = score.expect("a score");
        let end = |key: &str| number(&self.decision["scores"][name][key], POINTS);
        let (low, high) = (end("low"), end("high"));
        let found = self.outside(score, low, high);
        if let Some(value) = found {
            self.problem(
                parent,
                &format!("{value} thousandths between low and high"),
                &format!("{low}, {high}"),
            );
        }
    }

    fn outside(&self, score: usize, low: i64, high: i64) -> Option<i64> {
        let mut open = Vec::new();
        self.world
            .score_mentions(score, &mut |m| open.extend(self.world.open_in(&m)));
        open.sort_unstable();
        open.dedup();
        let mut outside = None;
        self.world.each_combination(&open, |world| {
            let value = world.value(score);
            if value < low || value > high {
                outside = Some(value);
            }
            outside.is_none()
        });
        outside
    }

    fn until(&mut self, pointer: &str) {
        let item = self.item(pointer);
        let place: usize = pointer
            .trim_end_matches("/until")
            .rsplit('/')
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a place");
        let model = self.world.models(&item).swap_remove(place);
        let new = vec![model.event; model.times];
        let claimed = self.decision.pointer(pointer).cloned().unwrap_or_default();
        self.change(pointer, &item, &new, &claimed, None);
    }

    fn flip(&mut self, parent: &str) {
        let Some(found) = self.decision.pointer(parent).cloned() else {
            return;
        };
        let item = self.item(parent);
        let pointer = format!("{parent}/flips_at");
        if let Some(steady) = found.get("steady_until").and_then(Value::as_i64) {
            self.unchanged_before(&pointer, &item, &[], steady);
        } else {
            self.change(
                &pointer,
                &item,
                &[],
                &found["flips_at"],
                found.get("flips_to"),
            );
        }
    }

    fn change(
        &mut self,
        pointer: &str,
        item: &Item,
        new: &[Rc<Event>],
        claimed: &Value,
        to: Option<&Value>,
    ) {
        let now = self.world.outcome_at(item, self.world.scene.now, new);
        let Some(at) = claimed.as_i64() else {
            if !claimed.is_null() {
                self.problem(pointer, "an instant or null", &claimed.to_string());
            }
            self.unchanged_before(pointer, item, new, i64::MAX / 2);
            return;
        };
        let then = self.world.outcome_at(item, at, new);
        if at <= self.world.scene.now || then == now {
            self.problem(
                pointer,
                "a change at the instant named",
                &claimed.to_string(),
            );
        }
        if to.is_some_and(|to| *to != json!(then)) {
            self.problem(
                pointer,
                &format!("a change to {}", json!(then)),
                &json!(to).to_string(),
            );
        }
        self.unchanged_before(pointer, item, new, at);
    }

    /// Tries instants before `end`.
    fn unchanged_before(&mut self, pointer: &str, item: &Item, new: &[Rc<Event>], end: i64) {
        let instants = self.world.instants_of(item);
        let start = self.world.scene.now;
        let now = self.world.outcome_at(item, start, new);
        let mut tried = sample(&instants, start, end);
        tried.push(end - 1);
        tried.retain(|t| start < *t && *t < end);
        tried.sort_unstable();
        for t in tried {
            // Far beyond all that can change, instants are no longer those of the format.
            let t = t.min(start + (1 << 52));
            if self.world.outcome_at(item, t, new) != now {
                self.problem(
                    pointer,
                    &format!("a change at {t} at the latest"),
                    &end.to_string(),
                );
                return;
            }
        }
    }
}

/// Instants before `end`: coarse ones, fine ones and random steps of half-lives, with the instants beside them.
fn sample(instants: &Instants, start: i64, end: i64) -> Vec<i64> {
    let mut random = Random::new(7);
    let mut found = Vec::new();
    for set in [&instants.coarse, &instants.fine] {
        let before: Vec<i64> = set.iter().copied().filter(|t| *t < end).collect();
        if before.len() <= TRIED {
            found.extend(before);
        } else {
            found.extend((0..TRIED).map(|_| *random.pick(&before)));
            found.extend(&before[before.len() - TRIED / 4..]);
        }
    }
    let random_steps = if instants.halving.is_empty() {
        0
    } else {
        TRIED
    };
    for _ in 0..random_steps {
        let (at, half) = *random.pick(&instants.halving);
        let lives = 1 << random.below(5);
        let last = end.min(at.saturating_add(half.saturating_mul(lives)));
        if last > start + 1 {
            let t = random.between(start + 1, last - 1);
            let step = (i128::from(t - at) * 32_768 / i128::from(half)) + 1;
            found.push(at + ((step * i128::from(half) + 32_767) / 32_768) as i64);
        }
    }
    found
}
