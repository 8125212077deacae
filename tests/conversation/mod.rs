//! What to ask next, and when to stop.

mod by_hand;
mod optimum;
mod talk;
mod walks;
mod words;

use leadstage::conversation::{Next, Picker, Questions};
use leadstage::evaluate::{Extent, evaluate};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::ask::Instance;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An instance as the library sees it.
struct Bench<'i> {
    instance: &'i Instance,
    questions: Questions,
}

impl<'i> Bench<'i> {
    fn new(instance: &'i Instance) -> Self {
        let text = instance.playbook.to_string();
        let playbook = Playbook::parse(&text)
            .unwrap_or_else(|problems| panic!("{problems}\n{:#}", instance.playbook));
        let questions = Questions::parse(Arc::new(playbook), &text).unwrap();
        Self {
            instance,
            questions,
        }
    }

    fn evidence(&self, state: &[Option<usize>]) -> Evidence {
        let evidence = self.instance.evidence_of(state).to_string();
        Evidence::parse(self.questions.playbook(), &evidence).unwrap()
    }

    /// The route's number, and whether it is settled.
    fn route(&self, state: &[Option<usize>]) -> (u32, bool) {
        let evidence = self.evidence(state);
        let decision = evaluate(
            self.questions.playbook(),
            &evidence,
            self.instance.as_of,
            Extent::Brief,
        );
        let route = decision.route.expect("the playbook has routes").then;
        let names = ["book_meeting", "talk_to_sales", "nurture", "not_a_fit"];
        let name = route
            .value
            .and_then(|value| names.iter().position(|name| *name == value));
        (name.map_or(9, |at| at as u32), route.settled)
    }

    /// What the planner says in a state, as the place of the question.
    fn next(&self, picker: &Picker<'_>, state: &[Option<usize>]) -> (Option<usize>, Next) {
        let questions = &self.instance.questions;
        let passed: Vec<&str> = questions
            .iter()
            .zip(state)
            .filter(|(_, answer)| answer.is_some())
            .map(|(question, _)| question.attribute.as_str())
            .collect();
        let next = picker.next(&self.evidence(state), self.instance.as_of, &passed);
        let place = match &next {
            Next::Ask(pick) => {
                let place = questions
                    .iter()
                    .position(|it| it.attribute == pick.attribute);
                Some(
                    place
                        .unwrap_or_else(|| panic!("`{}` is none of the questions", pick.attribute)),
                )
            }
            Next::Done { .. } => None,
        };
        (place, next)
    }
}

/// A number from the environment.
fn count(name: &str, usual: u64) -> u64 {
    let stated = std::env::var(name).ok();
    stated.map_or(usual, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number"))
    })
}

/// Does something for every seed, on all cores.
fn for_each_seed<T: Send>(seeds: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds {
                    break done;
                }
                done.push((seed, work(seed)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().expect("it finishes");
        workers
            .into_iter()
            .flat_map(join)
            .collect::<Vec<(u64, T)>>()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all.into_iter().map(|(_, found)| found).collect()
}

/// The seeds to try: those from 0 on, or the one in `LEADSTAGE_SEED`.
fn seed(at: u64) -> u64 {
    count("LEADSTAGE_SEED", 0) + at
}
