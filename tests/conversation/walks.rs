//! Random ways through random conversations: what must hold at every step.

use super::{Bench, count, for_each_seed, seed};
use leadstage::conversation::{Conversation, End, GiveUp, Next, Picker, Rules, Talk, Turn};
use leadstage::evaluate::{Extent, evaluate};
use leadstage_oracle::ask::{Instance, Size, Solution, instance};
use leadstage_oracle::random::Random;
use std::collections::BTreeMap;

/// So many walks; `LEADSTAGE_WALKS` says otherwise.
const WALKS: u64 = 10_000;
/// Walks on one instance.
const EACH: u64 = 100;
const SIZE: Size = Size {
    questions: 10,
    states: 12_000,
};

#[derive(Default)]
struct Seen {
    walks: u64,
    asked: u64,
    states: u64,
    /// Where the route was settled although some answers would still have led elsewhere.
    settled_before: u64,
}

/// Walks on one instance.
struct Walker<'i> {
    bench: &'i Bench<'i>,
    solution: &'i Solution<'i>,
    /// What was seen in a state before: the planner says the same in the same state.
    before: BTreeMap<Vec<Option<usize>>, Option<usize>>,
    seen: Seen,
}

impl Walker<'_> {
    /// What is asked in a state, which is checked the first time.
    fn ask(&mut self, state: &Vec<Option<usize>>) -> Option<usize> {
        if let Some(found) = self.before.get(state) {
            return *found;
        }
        let (place, next) = self.bench.next(&Picker::new(&self.bench.questions), state);
        let (_, settled) = self.bench.route(state);
        self.seen.states += 1;
        match (place, &next) {
            (Some(place), Next::Ask(pick)) => {
                assert!(!settled, "asks although the route is settled");
                assert!(state[place].is_none(), "asks twice");
                assert!(
                    self.solution.can_change(state, place),
                    "asks {}, which can't change the route",
                    pick.attribute
                );
                assert!(pick.no_less_than <= pick.expected_cost);
                assert!(u64::from(pick.at_most) * 1_000 >= pick.expected_questions);
            }
            (_, Next::Done { settled: said, .. }) => {
                assert_eq!(*said, settled);
                assert!(settled || self.solution.is_over(state), "stops too early");
                self.seen.settled_before += u64::from(!self.solution.is_over(state));
            }
            _ => unreachable!("a question has a place"),
        }
        self.before.insert(state.clone(), place);
        place
    }

    fn walk(&mut self, random: &mut Random) {
        let questions = &self.bench.instance.questions;
        let mut state: Vec<Option<usize>> = vec![None; questions.len()];
        // Some things are known from the start.
        for (at, question) in questions.iter().enumerate() {
            if random.percent(15) {
                state[at] = Some(random.below(question.answers.len() as u64) as usize);
            }
        }
        self.seen.walks += 1;
        while let Some(place) = self.ask(&state) {
            self.seen.asked += 1;
            state[place] = Some(random.below(questions[place].answers.len() as u64) as usize);
        }
    }
}

#[test]
fn never_in_vain_and_never_too_long() {
    let found = for_each_seed(count("LEADSTAGE_WALKS", WALKS) / EACH, |at| {
        let seed = seed(at) + 1_000_000;
        let instance = instance(seed, SIZE);
        let bench = Bench::new(&instance);
        let solution = Solution::new(&instance, &mut |state| bench.route(state).0);
        let mut walker = Walker {
            bench: &bench,
            solution: &solution,
            before: BTreeMap::new(),
            seen: Seen::default(),
        };
        let mut random = Random::new(seed);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..EACH {
                walker.walk(&mut random);
            }
        }));
        assert!(
            done.is_ok(),
            "seed {seed}\n{}\n{}",
            instance.playbook,
            instance.evidence
        );
        walker.seen
    });
    let sum = |of: fn(&Seen) -> u64| found.iter().map(of).sum::<u64>();
    println!(
        "{} walks, {} questions asked, {} different states; settled although not over: {}",
        sum(|it| it.walks),
        sum(|it| it.asked),
        sum(|it| it.states),
        sum(|it| it.settled_before)
    );
    assert!(
        sum(|it| it.asked) > sum(|it| it.walks) / 2,
        "there is little to ask"
    );
}

/// A conversation with everything that people do: answers, nonsense, refusals, corrections.
fn talk_through(bench: &Bench<'_>, instance: &Instance, random: &mut Random) -> u64 {
    let rules = Rules {
        tries: 1 + random.below(3) as u32,
        then: if random.percent(20) {
            GiveUp::HandOver
        } else {
            GiveUp::Skip
        },
    };
    let questions = &bench.questions;
    let talk = Talk::new(questions, rules);
    let evidence = bench.evidence(&vec![None; instance.questions.len()]);
    let mut conversation = Conversation::default();
    let mut at = instance.as_of;
    let mut passed: Vec<String> = Vec::new();
    let mut turn = talk.turn(&mut conversation, &evidence, at);
    let mut turns = 0;
    loop {
        turns += 1;
        assert!(
            turns <= 4 * instance.questions.len() as u64 + 1,
            "it doesn't end"
        );
        let stored = conversation.to_json(questions);
        conversation = Conversation::parse(questions, &stored).expect("it reads what it wrote");
        assert_eq!(conversation.to_json(questions), stored);
        let known = talk.evidence(&conversation, &evidence);
        let route = evaluate(questions.playbook(), &known, at, Extent::Brief)
            .route
            .expect("routes")
            .then;
        let attribute = match &turn {
            Turn::End {
                why,
                route: said,
                settled,
            } => {
                assert_eq!((said.as_deref(), *settled), (route.value, route.settled));
                assert!(*why != End::Settled || *settled);
                assert!(*why != End::HandedOver || rules.then == GiveUp::HandOver);
                return turns;
            }
            Turn::Ask { pick, .. } => pick.attribute.clone(),
            Turn::Again { attribute, .. } => attribute.clone(),
        };
        assert!(!route.settled, "asks although the route is settled");
        assert!(!passed.contains(&attribute), "asks `{attribute}` twice");
        let question = questions.question(&attribute).expect("a question");
        let labels: Vec<&str> = question.labels().collect();
        // Nobody answers within the same millisecond.
        at += 1 + random.below(1_000) as i64;
        turn = match random.below(10) {
            0 => {
                passed.push(attribute);
                talk.decline(&mut conversation, &evidence, at)
            }
            1 => {
                let turn = talk.answer(&mut conversation, &evidence, "quux of the frobnicator", at);
                if !matches!(&turn, Turn::Again { .. }) {
                    passed.push(attribute);
                }
                turn
            }
            2 if !passed.is_empty() => {
                let corrected = random.pick(&passed).clone();
                let question = questions.question(&corrected).expect("a question");
                let labels: Vec<&str> = question.labels().collect();
                let label = *random.pick(&labels);
                talk.tell(&mut conversation, &corrected, label, at)
                    .expect("a label is understood");
                talk.turn(&mut conversation, &evidence, at)
            }
            _ => {
                let label = *random.pick(&labels);
                passed.push(attribute);
                talk.answer(&mut conversation, &evidence, label, at)
            }
        };
    }
}

#[test]
fn conversations_end_and_can_be_stored_at_every_step() {
    let found = for_each_seed(count("LEADSTAGE_WALKS", WALKS) / 10, |at| {
        let seed = seed(at) + 2_000_000;
        let instance = instance(seed, SIZE);
        let bench = Bench::new(&instance);
        let mut random = Random::new(seed);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            (0..10)
                .map(|_| talk_through(&bench, &instance, &mut random))
                .sum::<u64>()
        }));
        done.unwrap_or_else(|_| panic!("seed {seed}\n{}\n{}", instance.playbook, instance.evidence))
    });
    let turns: u64 = found.iter().sum();
    println!("{} conversations, {turns} turns", found.len() * 10);
    assert!(turns > found.len() as u64 * 10);
}
