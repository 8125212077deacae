//! How many questions a conversation takes: the planner beside a fixed order, a greedy order by score, the round robin of
//! the literature, and the entropy lower bound; and how long a pick takes.
//!
//! `cargo run --release -p leadstage-bench --bin conversation -- [--questions 40] [--playbooks 20] [--visitors 50] [--seed 1]`
//!
//! With `--print` it prints playbooks and what visitors say instead, for `benches/js/conversation.mjs`; with `--picks` the first
//! picks, or as many of each conversation as follow, to see whether they stay the same.

use leadstage::conversation::{Budget, Method, Next, Picker, Questions};
use leadstage::evaluate::{Extent, evaluate};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::ask::{Instance, large};
use leadstage_oracle::random::Random;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Only to see whether it is over.
const NOTHING: Budget = Budget {
    exact: 0,
    heuristic: 0,
    pairs: 0,
};

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str, usual: u64| {
        let place = given.iter().position(|it| it == name);
        let value = place.and_then(|place| given.get(place + 1));
        value.map_or(usual, |text| {
            text.parse()
                .unwrap_or_else(|_| panic!("{name} takes a number"))
        })
    };
    let (questions, seed) = (option("--questions", 40), option("--seed", 1));
    let (playbooks, visitors) = (option("--playbooks", 20), option("--visitors", 50));
    if given.iter().any(|it| it == "--print") {
        for at in 0..playbooks {
            print(&large(seed + at, questions), visitors, seed + at);
        }
        return;
    }
    let budget = Budget {
        exact: option("--exact", u64::from(Budget::default().exact)) as u32,
        heuristic: option("--heuristic", u64::from(Budget::default().heuristic)) as u32,
        pairs: option("--pairs", u64::from(Budget::default().pairs)) as u32,
    };
    if given.iter().any(|it| it == "--picks") {
        for at in 0..playbooks {
            let instance = large(seed + at, questions);
            let run = Run::new(&instance);
            let mut random = visitor_seed(seed + at);
            for _ in 0..visitors {
                let visitor = instance
                    .questions
                    .iter()
                    .map(|it| Some(draw(&mut random, it)));
                run.print_picks(budget, &visitor.collect(), option("--picks", u64::MAX));
            }
        }
        return;
    }
    println!(
        "{playbooks} playbooks of {questions} questions, {visitors} visitors each, from seed {seed}; {budget:?}"
    );
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    let mut picks = Picks::default();
    for at in 0..playbooks {
        let instance = large(seed + at, questions);
        let run = Run::new(&instance);
        for (name, mean) in run.compare(budget, visitors, seed + at, &mut picks) {
            *sums.entry(name).or_default() += mean;
        }
    }
    println!("\nquestions to the end of a conversation, in the mean:");
    for (name, sum) in &sums {
        println!("  {name:<28} {:>7.3}", sum / playbooks as f64);
    }
    picks.print();
}

/// An instance as a line of JSON, with what each visitor says about each attribute.
fn print(instance: &Instance, visitors: u64, seed: u64) {
    let mut random = visitor_seed(seed);
    let said: Vec<Value> = (0..visitors)
        .map(|_| {
            let words = instance.questions.iter().map(|question| {
                let answer = draw(&mut random, question);
                let name = &question.attribute;
                let written = &instance.playbook["attributes"][name]["ask"]["answers"][answer];
                let value = match &written["label"] {
                    Value::Null => &question.answers[answer].finding["value"],
                    label => label,
                };
                (name.clone(), value.clone())
            });
            Value::Object(words.collect())
        })
        .collect();
    println!(
        r#"{{"playbook":{},"evidence":{},"as_of":{},"visitors":{}}}"#,
        instance.playbook,
        instance.evidence,
        instance.as_of,
        Value::Array(said)
    );
}

fn visitor_seed(seed: u64) -> Random {
    Random::new(seed ^ 0x5eed)
}

/// What picks took.
#[derive(Default)]
struct Picks {
    micros: Vec<f64>,
    firsts: Vec<f64>,
    steps: u64,
    exact: usize,
    /// Where no plan could be worked out.
    unknown: usize,
}

impl Picks {
    fn print(mut self) {
        self.micros.sort_by(f64::total_cmp);
        self.firsts.sort_by(f64::total_cmp);
        let all: f64 = self.micros.iter().sum();
        let at = |list: &[f64], part: f64| {
            let place = (list.len() as f64 * part) as usize;
            list.get(place.min(list.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0.0)
        };
        println!(
            "\n{} picks, {} exact, {} without a worked out plan; µs: median {:.0}, 95 % {:.0}, most {:.0}; the first of a conversation: median {:.0}, most {:.0}",
            self.micros.len(),
            self.exact,
            self.unknown,
            at(&self.micros, 0.5),
            at(&self.micros, 0.95),
            at(&self.micros, 1.0),
            at(&self.firsts, 0.5),
            at(&self.firsts, 1.0)
        );
        println!(
            "{} steps, {:.2} µs each with all else",
            self.steps,
            all / self.steps as f64
        );
    }
}

/// A playbook whose conversations are counted.
struct Run<'i> {
    instance: &'i Instance,
    questions: Questions,
    /// By score, question and answer, in thousandths.
    points: Vec<Vec<Vec<i64>>>,
}

type State = Vec<Option<usize>>;

impl<'i> Run<'i> {
    fn new(instance: &'i Instance) -> Self {
        let text = instance.playbook.to_string();
        let playbook = Playbook::parse(&text).expect("a good playbook");
        let questions = Questions::parse(Arc::new(playbook), &text).expect("good questions");
        let mut run = Self {
            instance,
            questions,
            points: Vec::new(),
        };
        let nothing = vec![None; instance.questions.len()];
        let before = run.scores(&nothing);
        for (score, before) in before.iter().enumerate() {
            let of = |question: usize, answer: usize| {
                let mut state = nothing.clone();
                state[question] = Some(answer);
                run.scores(&state)[score] - before
            };
            let questions = instance.questions.iter().enumerate();
            let points = questions.map(|(at, it)| {
                let answers = 0..it.answers.len();
                answers.map(|answer| of(at, answer)).collect()
            });
            let points = points.collect();
            run.points.push(points);
        }
        run
    }

    fn evidence(&self, state: &State) -> Evidence {
        let evidence = self.instance.evidence_of(state).to_string();
        Evidence::parse(self.questions.playbook(), &evidence).expect("good evidence")
    }

    fn scores(&self, state: &State) -> Vec<i64> {
        let evidence = self.evidence(state);
        let playbook = self.questions.playbook();
        let decision = evaluate(playbook, &evidence, self.instance.as_of, Extent::Brief);
        decision.scores.iter().map(|score| score.value).collect()
    }

    fn next(&self, budget: Budget, state: &State) -> Next {
        let asked = self.instance.questions.iter().zip(state);
        let passed: Vec<&str> = asked
            .filter(|(_, answer)| answer.is_some())
            .map(|(question, _)| question.attribute.as_str())
            .collect();
        let picker = Picker::new(&self.questions).within(budget);
        picker.next(&self.evidence(state), self.instance.as_of, &passed)
    }

    fn place(&self, attribute: &str) -> usize {
        let place = self
            .instance
            .questions
            .iter()
            .position(|it| it.attribute == attribute);
        place.expect("one of the questions")
    }

    fn compare(
        &self,
        budget: Budget,
        visitors: u64,
        seed: u64,
        picks: &mut Picks,
    ) -> Vec<(&'static str, f64)> {
        let mut random = visitor_seed(seed);
        let by_name: Vec<usize> = (0..self.instance.questions.len()).collect();
        let greedy = self.by_gain(|points, _| {
            points.iter().max().unwrap_or(&0) - points.iter().min().unwrap_or(&0)
        });
        let robin = self.round_robin();
        let (mut sums, mut routes) = ([0u64; 4], BTreeMap::new());
        for _ in 0..visitors {
            let visitor: State = self
                .instance
                .questions
                .iter()
                .map(|it| Some(draw(&mut random, it)))
                .collect();
            let decision = evaluate(
                self.questions.playbook(),
                &self.evidence(&visitor),
                self.instance.as_of,
                Extent::Brief,
            )
            .route
            .and_then(|route| route.then.value)
            .map(str::to_owned);
            *routes.entry(decision).or_insert(0u64) += 1;
            sums[0] += self.planned(budget, &visitor, picks);
            for (sum, order) in sums.iter_mut().skip(1).zip([&by_name, &greedy, &robin]) {
                *sum += self.in_order(order, &visitor);
            }
        }
        let mean = |sum: u64| sum as f64 / visitors as f64;
        let entropy = |parts: &[f64]| -> f64 {
            let all: f64 = parts.iter().sum();
            parts
                .iter()
                .filter(|part| **part > 0.0)
                .map(|part| -(part / all) * (part / all).log2())
                .sum()
        };
        let of_answers = self.instance.questions.iter().map(|question| {
            entropy(
                &question
                    .answers
                    .iter()
                    .map(|answer| answer.weight as f64)
                    .collect::<Vec<_>>(),
            )
        });
        let most = of_answers.fold(0.0, f64::max);
        let of_routes = entropy(
            &routes
                .values()
                .map(|count| *count as f64)
                .collect::<Vec<_>>(),
        );
        vec![
            ("1 entropy lower bound", of_routes / most),
            ("2 planner", mean(sums[0])),
            ("3 greedy by score", mean(sums[2])),
            ("4 round robin, not adaptive", mean(sums[3])),
            ("5 fixed order", mean(sums[1])),
        ]
    }

    fn planned(&self, budget: Budget, visitor: &State, picks: &mut Picks) -> u64 {
        let mut state = vec![None; visitor.len()];
        for asked in 0.. {
            let begun = Instant::now();
            let next = self.next(budget, &state);
            let micros = begun.elapsed().as_secs_f64() * 1e6;
            let Next::Ask(pick) = next else { return asked };
            picks.micros.push(micros);
            picks.steps += u64::from(pick.steps);
            picks.exact += usize::from(pick.method == Method::Exact);
            picks.unknown += usize::from(pick.expected_cost > 1 << 40);
            if asked == 0 {
                picks.firsts.push(micros);
            }
            let place = self.place(&pick.attribute);
            state[place] = visitor[place];
        }
        0
    }

    fn print_picks(&self, budget: Budget, visitor: &State, most: u64) {
        let mut state = vec![None; visitor.len()];
        for _ in 0..most {
            let Next::Ask(pick) = self.next(budget, &state) else {
                return;
            };
            println!("{pick:?}");
            let place = self.place(&pick.attribute);
            state[place] = visitor[place];
        }
    }

    fn in_order(&self, order: &[usize], visitor: &State) -> u64 {
        let mut state = vec![None; visitor.len()];
        for (asked, place) in order.iter().enumerate() {
            if matches!(self.next(NOTHING, &state), Next::Done { .. }) {
                return asked as u64;
            }
            state[*place] = visitor[*place];
        }
        order.len() as u64
    }

    /// The questions by what they bring to any score for what they cost, the most first.
    fn by_gain(&self, gain: impl Fn(&[i64], usize) -> i64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.instance.questions.len()).collect();
        let worth = |question: usize| {
            let gains = self
                .points
                .iter()
                .map(|score| gain(&score[question], question));
            gains.max().unwrap_or(0) as f64 / self.instance.questions[question].cost as f64
        };
        order.sort_by(|one, other| worth(*other).total_cmp(&worth(*one)).then(one.cmp(other)));
        order
    }

    /// After Gkenosis et al. and Ghuge et al.: for each score a list of those that raise its least value most for their cost, and
    /// one of those that lower its greatest most, taken in turns by what has been spent on each.
    fn round_robin(&self) -> Vec<usize> {
        let mut lists: Vec<(f64, Vec<usize>)> = Vec::new();
        for score in &self.points {
            for up in [true, false] {
                let worth = |question: usize| {
                    let asked = &self.instance.questions[question];
                    let ends = [score[question].iter().min(), score[question].iter().max()]
                        .map(|it| *it.unwrap_or(&0));
                    let change = |points: i64| {
                        if up {
                            points - ends[0]
                        } else {
                            ends[1] - points
                        }
                    };
                    let parts = asked.answers.iter().zip(&score[question]);
                    let sum: i128 = parts
                        .map(|(answer, points)| answer.weight * i128::from(change(*points)))
                        .sum();
                    sum as f64 / asked.total() as f64 / asked.cost as f64
                };
                let mut order: Vec<usize> = (0..self.instance.questions.len()).collect();
                order.sort_by(|one, other| {
                    worth(*other).total_cmp(&worth(*one)).then(one.cmp(other))
                });
                lists.push((0.0, order));
            }
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < self.instance.questions.len() {
            lists.sort_by(|one, other| one.0.total_cmp(&other.0));
            let (spent, list) = &mut lists[0];
            let question = list.remove(0);
            *spent += self.instance.questions[question].cost as f64;
            if !order.contains(&question) {
                order.push(question);
            }
        }
        order
    }
}

fn draw(random: &mut Random, question: &leadstage_oracle::ask::Question) -> usize {
    let mut left = i128::from(random.below(question.total() as u64));
    for (at, answer) in question.answers.iter().enumerate() {
        left -= answer.weight;
        if left < 0 {
            return at;
        }
    }
    0
}
