//! Completions of open attributes, by kinds that the playbook's tests can't tell apart.

use crate::book::Kind;
use crate::condition::{Range, Test, Val};
use crate::evidence::Known;
use crate::test::{Sense, borders, judge, possible, representatives};
use crate::world::World;
use std::collections::BTreeSet;

/// More named options than this, and the tests on the attribute count as independent.
pub const NAMED_OPTIONS: usize = 6;

fn named_options(tests: &[&Test]) -> BTreeSet<String> {
    tests
        .iter()
        .flat_map(|t| [&t.has_any, &t.has_all, &t.has_none])
        .flatten()
        .flatten()
        .cloned()
        .collect()
}

fn named_texts(tests: &[&Test]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for test in tests {
        found.extend(test.equals.iter().flatten().filter_map(|v| match v {
            Val::Text(text) => Some(text.clone()),
            _ => None,
        }));
        let patterns = [&test.contains, &test.starts_with, &test.glob];
        for text in patterns.into_iter().flatten().flatten() {
            found.insert(text.replace('*', ""));
        }
    }
    found
}

fn subsets(options: &[String]) -> Vec<BTreeSet<String>> {
    (0..1_u32 << options.len())
        .map(|bits| {
            let chosen = options
                .iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1);
            chosen.map(|(_, option)| option.clone()).collect()
        })
        .collect()
}

fn tests_on<'a>(world: &World<'a>, attribute: usize) -> Vec<&'a Test> {
    let tests = world.book.tests.iter();
    tests.filter(|t| t.0 == attribute).map(|t| &t.1).collect()
}

/// Every value that stands for a kind, also those of the same kind.
fn candidates(world: &World, attribute: usize) -> Vec<Known> {
    let kind = &world.book.attributes[attribute].kind;
    let tests = tests_on(world, attribute);
    let numbers = |range: Range| {
        let borders: Vec<i64> = tests
            .iter()
            .flat_map(|t| borders(t, world.scene.now))
            .collect();
        representatives(kind, range, &borders)
    };
    let exact = |values: Vec<Val>| values.into_iter().map(Known::Exact).collect();
    match (&world.facts[attribute], kind) {
        (Known::Range(from, to), _) => {
            let values = numbers(possible(kind, *from, *to));
            exact(values.into_iter().map(Val::Number).collect())
        }
        (Known::AnyOf(options), _) => {
            exact(options.iter().map(|o| Val::Choice(o.clone())).collect())
        }
        (_, Kind::Boolean) => exact(vec![Val::Bool(false), Val::Bool(true)]),
        (_, Kind::Number { .. }) => {
            let values = numbers(possible(kind, None, None));
            exact(values.into_iter().map(Val::Number).collect())
        }
        (_, Kind::Date) => {
            let values = numbers(Range::default());
            exact(values.into_iter().map(Val::Date).collect())
        }
        (_, Kind::Choice(options)) => {
            let folded = options.iter().map(|o| crate::values::folded(o));
            exact(folded.map(Val::Choice).collect())
        }
        (_, Kind::Choices(_)) => {
            let named: Vec<String> = named_options(&tests).into_iter().collect();
            if named.len() > NAMED_OPTIONS {
                return vec![Known::AnySet];
            }
            exact(subsets(&named).into_iter().map(Val::Choices).collect())
        }
        (_, Kind::Text) => {
            let mut texts: Vec<Known> =
                exact(named_texts(&tests).into_iter().map(Val::Text).collect());
            texts.push(Known::OtherText);
            texts
        }
    }
}

/// One completion of an open attribute for every kind.
pub fn completions(world: &World, attribute: usize) -> Vec<Known> {
    let kind = &world.book.attributes[attribute].kind;
    let tests = tests_on(world, attribute);
    let mut seen = BTreeSet::new();
    candidates(world, attribute)
        .into_iter()
        .filter(|known| {
            let judged = tests
                .iter()
                .map(|t| judge(t, kind, known, Sense::Plain, world.scene.now));
            seen.insert(judged.collect::<Vec<_>>()) || *known == Known::OtherText
        })
        .collect()
}

/// How many completions a less careful count may find.
pub fn generous_count(world: &World, attribute: usize) -> usize {
    match &world.book.attributes[attribute].kind {
        Kind::Choices(options) if options.len() < 20 => 1 << options.len(),
        Kind::Choices(_) => usize::MAX,
        _ => candidates(world, attribute).len(),
    }
}

/// Whether tests on an attribute may stay unknown in a completion.
pub fn may_stay_unknown(world: &World, attribute: usize) -> bool {
    let tests = tests_on(world, attribute);
    match &world.book.attributes[attribute].kind {
        Kind::Text => tests
            .iter()
            .any(|t| t.contains.is_some() || t.starts_with.is_some() || t.glob.is_some()),
        Kind::Choices(_) => named_options(&tests).len() > NAMED_OPTIONS,
        _ => false,
    }
}

/// Values to try in place of a completion in which tests stay unknown; they prove that something is
/// not settled, never that it is.
pub fn samples(world: &World, attribute: usize, known: Known) -> Vec<Known> {
    let tests = tests_on(world, attribute);
    let exact = |v: Val| Known::Exact(v);
    match known {
        Known::OtherText => {
            let named: Vec<String> = named_texts(&tests).into_iter().collect();
            let mut texts = vec!["\u{1f4a1}other".to_owned(), named.concat() + "~"];
            for part in named.iter().take(6) {
                texts.push(format!("{part}~"));
                texts.push(format!("~{part}"));
            }
            texts.retain(|t| !named.contains(t));
            texts.into_iter().map(|t| exact(Val::Text(t))).collect()
        }
        Known::AnySet => {
            let named = named_options(&tests);
            let mut sets: Vec<BTreeSet<String>> = vec![BTreeSet::new(), named.clone()];
            for option in &named {
                sets.push(BTreeSet::from([option.clone()]));
                let mut rest = named.clone();
                rest.remove(option);
                sets.push(rest);
            }
            sets.into_iter().map(|s| exact(Val::Choices(s))).collect()
        }
        other => vec![other],
    }
}
