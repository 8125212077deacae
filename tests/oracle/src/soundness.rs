//! What the page promises of its own definitions, tried on generated playbooks.

use crate::book::Book;
use crate::evidence::Evidence;
use crate::generate::generate;
use crate::model::scene;
use crate::test::Sense;
use crate::world::World;

fn with_worlds(check: impl Fn(u64, &World)) {
    for seed in 0..1_500 {
        let triple = generate(seed);
        let book = Book::read(&triple.playbook);
        let evidence = Evidence::read(&book, &triple.evidence, triple.as_of);
        let scene = scene(&evidence, triple.as_of);
        check(seed, &World::new(&book, &scene, evidence.facts.clone()));
    }
}

/// The open attributes that a score mentions.
fn open(world: &World, score: usize) -> Vec<usize> {
    let mut open = Vec::new();
    world.score_mentions(score, &mut |mention| open.extend(world.open_in(&mention)));
    open.sort_unstable();
    open.dedup();
    open
}

#[test]
fn no_completion_leaves_low_to_high() {
    with_worlds(|seed, world| {
        for score in 0..world.book.scores.len() {
            let (low, high) = world.bounds(score);
            let mut tried = 0;
            world.each_combination(&open(world, score), |completed| {
                let value = completed.value(score);
                assert!(
                    low <= value && value <= high,
                    "seed {seed}: {value} beyond {low} to {high}"
                );
                tried += 1;
                tried < 400
            });
        }
    });
}

#[test]
fn a_settled_grade_stays() {
    with_worlds(|seed, world| {
        let Some((first, second)) = world.book.grade else {
            return;
        };
        let grades = world.grades(Sense::Completion);
        if grades.len() > 1 {
            return;
        }
        let mut all = [open(world, first), open(world, second)].concat();
        all.sort_unstable();
        all.dedup();
        let mut tried = 0;
        world.each_combination(&all, |completed| {
            assert_eq!(completed.grades(Sense::Plain), grades, "seed {seed}");
            tried += 1;
            tried < 400
        });
    });
}

/// What the completion sense calls true or false is so for every completion.
#[test]
fn the_completion_sense_is_kept_by_completions() {
    with_worlds(|seed, world| {
        for (name, cond) in &world.book.segments {
            let truth = world.truth(cond, Sense::Completion);
            if truth == crate::test::Truth::Unknown {
                continue;
            }
            let mut tried = 0;
            world.each_combination(&world.open_mentions(cond), |completed| {
                assert_eq!(
                    completed.truth(cond, Sense::Plain),
                    truth,
                    "seed {seed}, {name}"
                );
                tried += 1;
                tried < 400
            });
        }
    });
}
