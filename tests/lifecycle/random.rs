//! Random inputs: what must be true whatever comes.

use super::{COMMANDS, json, lifecycle};
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::lifecycle::{Input, Lifecycle, Record, replay, verify};
use leadstage_oracle::random::Random;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const HOUR: i64 = 3_600_000;

pub(super) const BOOK: &str = r#"
leadstage: 1
name: random
version: 1
attributes:
  contact.email: { type: text, identifies: true }
  account.size: { type: number, min: 0 }
  deal.amount: { type: number, min: 0, asserted_by: [sales] }
signals: { visit: {}, demo: {}, call: {}, signup: {} }
identity: { interest: { any: [ { signal: demo }, { signal: signup }, { signal: visit, count: { from: 3, within: 10d } } ] }, anonymous: [visitor, spam] }
calendar: { utc_offset: "+01:00", hours: { monday: "09:00-17:00", tuesday: "09:00-12:00", thursday: ["09:00-12:00", "13:00-18:00"] }, holidays: [1970-01-15] }
inactivity: { after: 20d, signals: [visit, demo, signup] }
scores:
  fit: { groups: [ { name: g, rules: [ { when: { account.size: { from: 50 } }, points: 40 }, { when: { account.size: { known: true } }, points: 10 } ] } ] }
  intent:
    groups:
      - { name: g, decay: { half_life: 5d }, at_most: 60, rules: [ { signal: visit, points: 8 }, { signal: demo, points: 40 } ] }
journey: { positions: [ { name: decision, when: { signal: demo, within: 3d } }, { name: awareness, when: { signal: visit } } ] }
stages:
  visitor: { crm: { hubspot: { contact.lifecyclestage: subscriber } } }
  lead: { enter: { score: { intent: { from: 10 } } }, crm: { hubspot: { contact.lifecyclestage: lead, stamp_first: contact.lead_at } } }
  mql:
    owner: { role: marketing, queue: inbound }
    enter: { score: { fit: { from: 10 }, intent: { from: 30 } } }
    stay: { score: { fit: { from: 10 }, intent: { from: 15 } } }
    re_entry: { after: 2d, at_most: 4 }
    statuses: [new, contacted]
    sla: { within: 4h, owner: sales, escalate: head, priorities: [ { name: hot, when: { score: { fit: { from: 50 } } }, within: 1h } ], met_by: { statuses: [contacted], signals: [call] } }
    crm: { salesforce: { Lead.Stage: MQL, stamp: Lead.MQL }, hubspot: { contact.lifecyclestage: marketingqualifiedlead } }
  pql: { enter: { signal: signup, within: 5d } }
  sal: { owner: sales, exit: { account.size: { known: true } } }
  opportunity: { owner: sales, enter: { account.size: { from: 20 } }, requires: [deal.amount], crm: { salesforce: { convert: true, Opportunity.Amount: { fact: deal.amount } }, hubspot: { contact.lifecyclestage: opportunity } } }
  customer: {}
  lost: {}
  recycled: { return: { after: 8d } }
  inactive: { discounts: true }
  spam: {}
initial: visitor
transitions:
  - { from: [visitor, lead, inactive], to: pql, by: automation, skips: [lead, mql] }
  - { from: [visitor, inactive], to: lead, by: automation }
  - { from: [lead, recycled], to: mql, by: automation }
  - { from: mql, to: lead, by: automation, when: { none: [ { gate: mql } ] } }
  - { from: [lead, pql], to: inactive, by: automation, due: inactivity }
  - { from: recycled, to: lead, by: automation, due: return_date }
  - { from: mql, to: recycled, by: automation, when: { time_in_stage: { from: 15d } } }
  - { from: [mql, pql], to: sal, on: accept, by: [sales, sdr] }
  - { from: mql, to: recycled, on: reject, by: [sales, sdr] }
  - { from: [sal, opportunity], to: recycled, on: recycle, by: sales }
  - { from: sal, to: opportunity, on: open_opportunity, by: sales, note: required }
  - { from: opportunity, to: customer, on: win, by: sales }
  - { from: opportunity, to: lost, on: lose, by: sales }
  - { from: [lost, inactive], to: visitor, on: reopen, by: [sales, marketing] }
  - { from: [visitor, lead, mql], to: spam, on: disqualify, by: marketing }
reasons: { price: { for: [reject, recycle, lose, disqualify] }, other: { for: [reject, recycle, lose] } }
"#;

/// Numbers that follow from a seed.
struct Dice(Random);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0.draw() % most
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }
}

fn facts(dice: &mut Dice, as_of: i64) -> Value {
    let source = dice.one_of(&["visitor", "crm", "person"]);
    let at = as_of - (dice.below(48) as i64 - 6) * HOUR;
    match dice.below(4) {
        0 => {
            json!([{ "attribute": "contact.email", "value": "ada@example.com", "source": source }])
        }
        1 => {
            json!([{ "attribute": "account.size", "value": dice.below(100), "source": source, "at": at }])
        }
        2 => {
            json!([{ "attribute": "deal.amount", "value": dice.below(9), "by": dice.one_of(&["sales", "visitor"]) }])
        }
        _ => {
            json!([{ "attribute": "account.size", "range": [dice.below(60), null], "source": source, "default": dice.below(3) == 0 }])
        }
    }
}

fn events(dice: &mut Dice, as_of: i64) -> Value {
    let event = |dice: &mut Dice| {
        let mut event = json!({
            "signal": dice.one_of(&["visit", "visit", "visit", "demo", "call", "signup"]),
            "at": as_of - (dice.below(72) as i64 - 4) * HOUR,
        });
        if dice.below(6) == 0 {
            event["id"] = json!(format!("e{}", dice.below(4)));
        }
        if dice.below(12) == 0 {
            event["automated"] = json!(true);
        }
        event
    };
    let count = 1 + dice.below(3);
    (0..count).map(|_| event(dice)).collect()
}

fn evidence(dice: &mut Dice, as_of: i64) -> Value {
    match dice.below(3) {
        0 => json!({ "facts": facts(dice, as_of) }),
        1 => json!({ "events": events(dice, as_of) }),
        _ => json!({ "facts": facts(dice, as_of), "events": events(dice, as_of) }),
    }
}

/// A command that leads somewhere from a stage.
fn likely(stage: &str) -> &'static str {
    match stage {
        "mql" | "pql" => "accept",
        "sal" => "open_opportunity",
        "opportunity" => "win",
        _ => "reopen",
    }
}

fn input(dice: &mut Dice, as_of: i64, stage: &str) -> Value {
    let mut input = match dice.below(10) {
        0..=4 => return evidence(dice, as_of),
        5 => return json!({ "tick": true }),
        6 => {
            json!({ "status": dice.one_of(&["new", "contacted"]), "by": dice.one_of(&["sales", "marketing", "sdr"]) })
        }
        _ => {
            let command = match dice.below(3) {
                0 => likely(stage),
                _ => dice.one_of(&COMMANDS),
            };
            let mut order = json!({ "command": command, "by": dice.one_of(&["sales", "sales", "marketing", "sdr"]) });
            if dice.below(3) > 0 {
                order["reason"] = json!(dice.one_of(&["price", "price", "other", "nonsense"]));
            }
            if dice.below(2) == 0 {
                order["note"] = json!("As agreed");
            }
            order
        }
    };
    if dice.below(3) == 0 {
        input["facts"] = facts(dice, as_of);
    }
    if dice.below(5) == 0 {
        input["id"] = json!(format!("i{}", dice.below(30)));
    }
    input
}

/// What the record was told, in the order of its times, as this test sees it.
#[derive(Default)]
struct Told {
    facts: Vec<Value>,
    events: Vec<Value>,
}

impl Told {
    fn hear(&mut self, input: &Value) {
        self.facts
            .extend(input["facts"].as_array().into_iter().flatten().cloned());
        self.events
            .extend(input["events"].as_array().into_iter().flatten().cloned());
    }

    /// Whether a stage's gate is open for a record that is elsewhere, by a plain evaluation.
    fn opens(
        &self,
        lifecycle: &Lifecycle,
        at: i64,
        from: &str,
        to: &str,
        after: Option<i64>,
    ) -> Option<bool> {
        let mut ids = BTreeSet::new();
        let mut events = self.events.clone();
        events.retain(|event| {
            event["id"]
                .as_str()
                .is_none_or(|id| ids.insert(id.to_owned()))
        });
        if let Some(after) = after {
            events.retain(|event| event["at"].as_i64().expect("an instant") > after);
        }
        let evidence = json!({ "stage": { "name": from }, "facts": self.facts, "events": events });
        let playbook = lifecycle.playbook();
        let evidence = Evidence::parse(playbook, &evidence.to_string()).expect("evidence");
        let decision = json(&evaluate_json(playbook, &evidence, at, Extent::Brief));
        decision["gates"][to]["open"].as_bool()
    }
}

/// A record that random inputs give, some of them late and some refused.
pub(super) fn wander(lifecycle: &Arc<Lifecycle>, seed: u64, length: u64) -> Record {
    let mut dice = Dice(Random::new(seed));
    let mut record = Record::new(lifecycle.clone(), Some("r"));
    let mut now = 0;
    for _ in 0..length {
        let late = now > 0 && dice.below(12) == 0;
        let as_of = if late {
            dice.below(now as u64) as i64
        } else {
            now += dice.below(60) as i64 * HOUR;
            now
        };
        let stage = record.stage().unwrap_or_default().to_owned();
        let mut input = input(&mut dice, as_of, &stage);
        if ["mql", "sal", "opportunity"].contains(&&*stage) && dice.below(4) == 0 {
            let command = match dice.below(3) {
                0 => likely(&stage),
                _ => dice.one_of(&["reject", "recycle", "lose"]),
            };
            input =
                json!({ "command": command, "by": "sales", "reason": "price", "note": "So it is" });
        }
        let taken = Input::parse(lifecycle, &input.to_string()).expect("a good input");
        record.advance(&taken, as_of);
    }
    record
}

fn runs() -> u64 {
    let runs = std::env::var("LEADSTAGE_LIFECYCLE_INPUTS");
    runs.ok().and_then(|it| it.parse().ok()).unwrap_or(12_000)
}

/// No tick before `next_at` finds anything to do.
fn quiet_until(record: &Record, as_of: i64, promised: Option<i64>, dice: &mut Dice, name: &str) {
    let mut later = record.clone();
    let tick = Input::parse(record.lifecycle(), "tick: true").expect("a tick");
    let first = later.advance(&tick, as_of);
    let next_at = first.next_at();
    // Only where automation was stopped by where it came from is there more to do at once.
    assert!(
        !first.is_done() || promised == Some(as_of + 1),
        "{name}: {}",
        first.to_json()
    );
    let end = next_at.unwrap_or(as_of + 10_000 * HOUR);
    assert!(end > as_of, "{name}");
    for at in [end - 1, as_of + dice.below((end - as_of) as u64) as i64] {
        let answer = later.advance(&tick, at);
        assert!(
            !answer.is_done(),
            "{name}: at {at}, before {next_at:?}: {}",
            answer.to_json()
        );
    }
}

/// Takes one record through random inputs and looks at every step.
fn story(lifecycle: &Arc<Lifecycle>, seed: u64, length: u64, seen: &mut BTreeSet<String>) -> u64 {
    let mut dice = Dice(Random::new(seed));
    let mut record = Record::new(lifecycle.clone(), Some("r"));
    let mut now = 0;
    let mut told = Told::default();
    let mut late_came = false;
    let mut moved = 0;
    for _ in 0..length {
        let late = now > 0 && dice.below(12) == 0;
        let as_of = if late {
            dice.below(now as u64) as i64
        } else {
            // Now and then nothing is heard for weeks.
            let weeks = if dice.below(25) == 0 { 600 } else { 0 };
            now += (weeks + dice.below(60) as i64 / 2) * HOUR;
            now
        };
        let stage = record.stage().unwrap_or_default().to_owned();
        let input = input(&mut dice, as_of, &stage);
        let (before, journal) = (json(&record.to_json()), record.journal());
        let taken = Input::parse(lifecycle, &input.to_string()).expect("a good input");
        let answer = record.advance(&taken, as_of);
        let after = json(&record.to_json());
        let found = json(&answer.to_json());
        let name = format!("seed {seed}: {input} at {as_of}: {found}");
        let refused = found["refused"].as_array().expect("a list");
        seen.extend(
            refused
                .iter()
                .map(|it| it["code"].as_str().expect("a code").to_owned()),
        );
        assert_eq!(found["stage"], after["stage"]["name"], "{name}");
        if !answer.is_done() {
            assert_eq!(before, after, "{name}");
            assert_eq!(journal, record.journal(), "{name}");
            assert!(answer.moves().next().is_none());
            let idle = refused.is_empty();
            assert_eq!(idle, input["tick"] == true && idle, "{name}");
            continue;
        }
        assert!(refused.is_empty(), "{name}");
        let now_written = record.journal();
        let line = now_written
            .strip_prefix(&journal)
            .expect("nothing before it is changed");
        let entry = json(line);
        assert_eq!(entry["entry"], found["entry"], "{name}");
        assert_eq!(entry["moves"], found["moves"], "{name}");
        assert_eq!(entry["changed"], found["changed"], "{name}");
        let was_late = !found["changed"].is_null();
        late_came |= was_late;
        let moves = found["moves"].as_array().expect("a list");
        moved += moves.len() as u64;
        seen.extend(moves.iter().map(|it| format!("{} {}", it["to"], it["on"])));
        let is = |key: &str| found["changed"][key].as_array().map_or(0, Vec::len);
        if was_late {
            seen.insert(format!("late {}", is("taken_back") + is("made") > 0));
            seen.insert(format!("void {}", is("void") > 0));
            seen.insert(format!("valid {}", is("valid") > 0));
            continue;
        }
        if before["stage"]["name"] != after["stage"]["name"] {
            assert_eq!(
                moves.last().expect("a move")["to"],
                after["stage"]["name"],
                "{name}"
            );
        }
        quiet_until(
            &record,
            as_of,
            answer.next_at(),
            &mut Dice(Random::new(seed ^ as_of as u64)),
            &name,
        );
        if late_came {
            continue;
        }
        told.hear(&input);
        let mut discounted = before["discounts_before"].as_i64();
        for step in moves {
            let (Some(from), to) = (step["from"].as_str(), step["to"].as_str().expect("a stage"))
            else {
                continue;
            };
            let automatic = step["by"] == "automation";
            let after = discounted.filter(|_| automatic);
            let open = told.opens(lifecycle, as_of, from, to, after);
            assert_ne!(open, Some(false), "{name}: {from} to {to}");
            if ["reject", "recycle", "disqualify", "lose"]
                .iter()
                .any(|on| step["on"] == *on)
                || to == "inactive"
            {
                discounted = Some(as_of);
            }
            if !["visitor", "spam"].contains(&to) {
                assert_eq!(json(&record.to_json())["identified"], true, "{name}");
            }
        }
    }
    let verdict = verify(&record.journal());
    assert_eq!(verdict.altered, None);
    assert_eq!(*verdict.head, *record.head());
    let again = replay(lifecycle.clone(), Some("r"), &record.journal()).expect("a good journal");
    assert_eq!(again.record.to_json(), record.to_json(), "seed {seed}");
    assert_eq!(again.differences, [0u32; 0], "seed {seed}");
    assert_eq!(again.record.journal(), record.journal());
    erased(lifecycle, record, seed);
    moved
}

/// Whatever it held, only the chain is left, and it gives the erased record again.
fn erased(lifecycle: &Arc<Lifecycle>, mut record: Record, seed: u64) {
    let before = verify(&record.journal());
    let erase = Input::parse(lifecycle, "{ erase: asked, by: privacy }").expect("a good input");
    assert!(record.advance(&erase, seed as i64).is_done());
    let after = verify(&record.journal());
    assert_eq!((after.erased, after.altered), (before.entries, None));
    let last = json(record.journal().lines().last().expect("a line"));
    assert_eq!(last["before"], *before.head);
    let again = replay(lifecycle.clone(), Some("r"), &record.journal()).expect("a good journal");
    assert_eq!(again.record.to_kept(), record.to_kept(), "seed {seed}");
    assert_eq!(again.differences, [0u32; 0], "seed {seed}");
}

#[test]
fn whatever_comes_the_journal_tells_it_and_gates_hold() {
    let lifecycle = lifecycle(BOOK);
    let mut seen = BTreeSet::new();
    let mut moved = 0;
    let stories = runs().div_ceil(60);
    for seed in 0..stories {
        moved += story(&lifecycle, seed, 60, &mut seen);
    }
    assert!(moved > stories, "only {moved} moves");
    // What random inputs should have met.
    for code in [
        "criterion",
        "duplicate",
        "evidence_missing",
        "late true",
        "no_transition",
        "note_missing",
        "reason_missing",
        "reason_unknown",
        "role",
        "status_role",
        "status_unknown",
        "void true",
        "\"customer\" \"win\"",
        "\"recycled\" \"reject\"",
        "\"inactive\" null",
        "\"mql\" null",
        "\"pql\" null",
        "\"visitor\" \"reopen\"",
    ] {
        assert!(seen.contains(code), "{code} never happened: {seen:#?}");
    }
}

#[test]
fn evidence_may_arrive_in_any_order() {
    let lifecycle = lifecycle(BOOK);
    for seed in 0..runs() / 100 {
        let mut dice = Dice(Random::new(seed.wrapping_mul(7919)));
        let mut inputs: Vec<(i64, Value)> = (0..14)
            .map(|n| {
                let as_of = n * 31 * HOUR;
                (as_of, evidence(&mut dice, as_of))
            })
            .collect();
        let tell = |inputs: &[(i64, Value)]| {
            let mut record = Record::new(lifecycle.clone(), None);
            for (as_of, input) in inputs {
                let input = Input::parse(&lifecycle, &input.to_string()).expect("a good input");
                assert!(record.advance(&input, *as_of).is_done());
            }
            let again = replay(lifecycle.clone(), None, &record.journal()).expect("a good journal");
            assert_eq!(again.record.to_json(), record.to_json());
            let mut found = json(&record.to_json());
            found["head"] = json!(null);
            found
        };
        let in_order = tell(&inputs);
        for place in (1..inputs.len()).rev() {
            let other = dice.below(place as u64 + 1) as usize;
            inputs.swap(place, other);
        }
        assert_eq!(tell(&inputs), in_order, "seed {seed}");
    }
}
