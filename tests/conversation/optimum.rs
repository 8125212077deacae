//! The planner beside an exact solver that knows nothing of how a route comes about.

use super::{Bench, count, for_each_seed, seed};
use leadstage::conversation::{Budget, Method, Next, Picker};
use leadstage_oracle::ask::{Size, Solution, instance};

/// So many random instances; `LEADSTAGE_CONVERSATIONS` says otherwise.
const INSTANCES: u64 = 400;
const SIZE: Size = Size {
    questions: 10,
    states: 60_000,
};
const ALL: Budget = Budget {
    exact: u32::MAX,
    heuristic: 0,
    pairs: 0,
};
/// The heuristic, also where the exact plan is within reach.
fn forced() -> Budget {
    Budget {
        exact: 0,
        ..Budget::default()
    }
}

/// What is found on the way through a conversation.
#[derive(Default)]
struct Walk {
    states: u64,
    asked: u64,
    settled_early: u64,
    steps: Vec<u32>,
}

fn walk(
    bench: &Bench<'_>,
    solution: &Solution<'_>,
    state: &mut Vec<Option<usize>>,
    walk_so_far: &mut Walk,
) {
    let picker = Picker::new(&bench.questions).within(ALL);
    let (place, next) = bench.next(&picker, state);
    walk_so_far.states += 1;
    let unit = solution.unit(state);
    let Some(place) = place else {
        let Next::Done { settled, .. } = next else {
            unreachable!()
        };
        assert!(settled || solution.is_over(state), "it stops too early");
        walk_so_far.settled_early += u64::from(!solution.is_over(state));
        return;
    };
    let Next::Ask(pick) = next else {
        unreachable!()
    };
    assert!(!bench.route(state).1, "the route is settled");
    assert!(!solution.is_over(state), "no answer can change the route");
    assert!(
        solution.can_change(state, place),
        "{} can't change the route",
        pick.attribute
    );
    assert_eq!(pick.method, Method::Exact);
    // Roundings of units of 2⁻²⁰ add up to less than a hundredth of a thousandth.
    let least = solution.cost(state);
    let excess = solution.cost_of(state, place) - least;
    assert!(
        excess * 100 <= unit,
        "asks {}, which is not the best",
        pick.attribute
    );
    let told = i128::from(pick.expected_cost) * unit;
    assert!(
        (told - least).abs() * 100 <= unit * 51,
        "expects {}, not {}",
        pick.expected_cost,
        least / unit
    );
    walk_so_far.asked += 1;
    walk_so_far.steps.push(pick.steps);
    for answer in 0..bench.instance.questions[place].answers.len() {
        state[place] = Some(answer);
        walk(bench, solution, state, walk_so_far);
        state[place] = None;
    }
}

#[test]
fn the_exact_plan_is_the_optimum() {
    let found = for_each_seed(count("LEADSTAGE_CONVERSATIONS", INSTANCES), |at| {
        let seed = seed(at);
        let instance = instance(seed, SIZE);
        let bench = Bench::new(&instance);
        let solution = Solution::new(&instance, &mut |state| bench.route(state).0);
        let mut state = vec![None; instance.questions.len()];
        let mut so_far = Walk::default();
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            walk(&bench, &solution, &mut state, &mut so_far);
        }));
        if done.is_err() {
            panic!(
                "seed {seed}, {state:?}\n{}\n{}",
                instance.playbook, instance.evidence
            );
        }
        so_far
    });
    let sum = |of: fn(&Walk) -> u64| found.iter().map(of).sum::<u64>();
    let (states, asked) = (sum(|it| it.states), sum(|it| it.asked));
    let mut steps: Vec<u32> = found.iter().flat_map(|it| it.steps.clone()).collect();
    steps.sort_unstable();
    println!(
        "{} instances, {states} states on the way, {asked} questions, settled before it is over {}; steps: middle {:?}, most {:?}",
        found.len(),
        sum(|it| it.settled_early),
        steps.get(steps.len() / 2),
        steps.last(),
    );
    assert!(asked > found.len() as u64, "there is little to ask");
}

/// What the heuristic costs, in units of the state.
fn cost(
    bench: &Bench<'_>,
    solution: &Solution<'_>,
    state: &mut Vec<Option<usize>>,
    budget: Budget,
) -> i128 {
    let picker = Picker::new(&bench.questions).within(budget);
    let (place, next) = bench.next(&picker, state);
    let Some(place) = place else {
        let Next::Done { settled, .. } = next else {
            unreachable!()
        };
        assert!(settled || solution.is_over(state));
        // Where it is settled before it is over the optimum doesn't know it.
        return solution.cost(state);
    };
    assert!(
        solution.can_change(state, place),
        "it can't change the route"
    );
    let asked = &bench.instance.questions[place];
    let mut sum = asked.cost * solution.unit(state);
    for (answer, given) in asked.answers.iter().enumerate() {
        state[place] = Some(answer);
        sum += given.weight * cost(bench, solution, state, budget);
        state[place] = None;
    }
    sum
}

#[test]
fn the_heuristic_is_near_the_optimum() {
    let found = for_each_seed(count("LEADSTAGE_CONVERSATIONS", INSTANCES), |at| {
        let seed = seed(at);
        let instance = instance(seed, SIZE);
        let bench = Bench::new(&instance);
        let solution = Solution::new(&instance, &mut |state| bench.route(state).0);
        let mut state = vec![None; instance.questions.len()];
        let least = solution.cost(&state);
        if least == 0 {
            return None;
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cost(&bench, &solution, &mut state, forced())
        }));
        let Ok(cost) = done else {
            panic!(
                "seed {seed}, {state:?}\n{}\n{}",
                instance.playbook, instance.evidence
            );
        };
        // In millionths over the optimum.
        Some(((cost - least) * 1_000_000 / least, seed))
    });
    let mut over: Vec<(i128, u64)> = found.into_iter().flatten().collect();
    over.sort_unstable();
    let mean = over.iter().map(|(over, _)| over).sum::<i128>() / over.len() as i128;
    let (worst, seed) = *over.last().expect("there are instances");
    println!(
        "{} instances with something to ask; over the optimum by {mean} millionths in the mean, {worst} at worst (seed {seed}); worst ones {:?}",
        over.len(),
        &over[over.len().saturating_sub(12)..]
    );
    assert!(mean <= 20_000, "mean {mean} millionths");
    assert!(worst <= 150_000, "worst {worst} millionths");
}
