//! What is left by half-lives, at the instants at which it changes: beside the definition, in whole numbers of any size.

use leadstage::evaluate::{Evaluator, Extent, Session};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::decay::Decay;
use leadstage_oracle::random::Random;
use serde_json::{Value, json};
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;
const LONGEST_MS: i64 = 36_500 * DAY_MS;
/// Steps of a half-life.
const STEPS: i128 = 32_768;
const NOW: i64 = 1_800_000_000_000;

/// Short and long ones, powers of two and their neighbours, and others.
fn half_lives(random: &mut Random) -> Vec<i64> {
    let mut found = vec![1, DAY_MS, 30 * DAY_MS, LONGEST_MS - 1, LONGEST_MS];
    for bits in 1..=41 {
        found.extend([(1 << bits) - 1, 1 << bits, (1 << bits) + 1]);
    }
    found.extend((0..100).map(|_| {
        let most = 1 << random.between(1, 42);
        random.between(1, most)
    }));
    found.retain(|half_life| *half_life <= LONGEST_MS);
    found
}

/// The first age in a step, the last one before it, and the next one.
fn ages(random: &mut Random, half_life: i64) -> [i64; 3] {
    let step = match random.below(4) {
        0 => random.between(0, 40),
        1 => 32_768 * random.between(0, 31) + random.between(-2, 2),
        _ => random.between(0, 31 * 32_768),
    };
    let first = (i128::from(step.max(0)) * i128::from(half_life) + STEPS - 1) / STEPS;
    let first = first as i64;
    [(first - 1).max(0), first, first + 1]
}

#[test]
fn what_is_left_is_that_of_the_definition() {
    let random = &mut Random::new(9);
    for half_life in half_lives(random) {
        let points: i64 = match random.below(3) {
            0 => random.between(1, 5),
            1 => random.between(1, 100_000),
            _ => 1_000_000_000,
        };
        let decimal = format!("{}.{:03}", points / 1_000, points % 1_000);
        let document = format!(
            r#"{{ "leadstage": 1, "name": "half-life", "version": 1, "signals": {{ "view": {{}} }},
                 "scores": {{ "intent": {{ "groups": [{{ "name": "views", "decay": {{ "half_life": "{half_life}ms" }},
                     "rules": [{{ "signal": "view", "points": {decimal} }}] }}] }} }} }}"#
        );
        let playbook = Arc::new(Playbook::parse(&document).unwrap());
        let fading = Decay {
            half_life: Some(half_life),
            ..Decay::default()
        };
        let mut evaluator = Evaluator::new(Arc::clone(&playbook));
        for _ in 0..20 {
            // One at the border of a step; the others somewhere.
            let ages = ages(random, half_life);
            let mut times = vec![NOW - ages[1]];
            times.extend((0..random.below(3)).map(|_| NOW - random.between(0, half_life.min(NOW))));
            let events: Vec<Value> = times
                .iter()
                .map(|at| json!({ "signal": "view", "at": at }))
                .collect();
            let evidence = json!({ "facts": {}, "events": events }).to_string();
            let evidence = Evidence::parse(&playbook, &evidence).unwrap();
            let mut session = Session::new(Arc::clone(&playbook));
            session.load(&evidence);
            for at in ages.map(|age| NOW + age - ages[1]) {
                let known = times.iter().filter(|time| **time <= at);
                let left: i64 = known.map(|time| fading.left(points, at - time)).sum();
                for decision in [
                    evaluator.decide(&evidence, at, Extent::Brief),
                    session.decide(at, Extent::Brief),
                ] {
                    let value = decision.scores.first().map(|score| score.value);
                    assert_eq!(
                        value,
                        Some(left),
                        "{points} in {half_life} ms, {times:?} at {at}"
                    );
                }
            }
        }
    }
}
