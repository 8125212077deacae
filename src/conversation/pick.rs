//! The next question, with what is to be expected of it.

use super::heuristic::{Guess, estimate};
use super::model::{Look, Model, OPEN};
use super::plan::{NONE, Search, Spent, UNIT, UNIT_BITS};
use super::probe::{Asked, Ground, Knowledge, Left, Probe};
use super::questions::Questions;
use crate::evidence::{Evidence, Fact, Finding};
use crate::gather::{Gather, Keep};
use crate::json::Writer;
use crate::playbook::{Millis, is_marked};
use crate::sort::Arrange;
use alloc::{string::String, vec::Vec};

/// How many questions are planned with at a time.
const TOGETHER: usize = 64;
/// Where answers come from if it isn't said.
pub(super) const USUAL_SOURCE: &str = "visitor";

/// Steps to see that a question can change the route, for each question on which the route depends.
const CHECK_STEPS: u32 = 128;

/// How many steps planning may take. A step is one look at a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// For the exact plan.
    pub exact: u32,
    /// For the heuristic, where the exact plan took more: at least so many,
    pub heuristic: u32,
    /// or so many for each pair of questions on which the route depends.
    pub pairs: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            exact: 2_000,
            heuristic: 6_000,
            pairs: 12,
        }
    }
}

/// How a question was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Nothing else costs less in expectation.
    Exact,
    /// The least by estimate.
    Heuristic,
}

/// A question to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The name of the attribute.
    pub attribute: String,
    /// How it was picked.
    pub method: Method,
    /// The expected cost from here on, in thousandths; of the exact plan, or an estimate.
    pub expected_cost: u64,
    /// No way of asking costs less than this in expectation; the same as `expected_cost` where the plan is exact.
    pub no_less_than: u64,
    /// The expected number of questions from here on, this one among them, in thousandths.
    pub expected_questions: u64,
    /// No more than so many questions from here on.
    pub at_most: u32,
    /// How many of its answers decide the route, of how many, and how often one of them is given, in millionths.
    pub decides: (u32, u32, u32),
    /// How many steps planning took.
    pub steps: u32,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// A question.
    Ask(Pick),
    /// Nothing: no answer can change the route.
    Done {
        /// The route, if there is one.
        route: Option<String>,
        /// Whether it stays whatever else becomes known.
        settled: bool,
    },
}

/// Picks questions.
#[derive(Clone, Copy, Debug)]
pub struct Picker<'q> {
    pub(super) questions: &'q Questions,
    /// Where answers come from.
    pub(super) source: Option<u16>,
    budget: Budget,
}

impl<'q> Picker<'q> {
    /// Picks among the questions of a playbook; answers come from the source `visitor`, or the last source where there is none.
    pub fn new(questions: &'q Questions) -> Self {
        let sources = questions.playbook().sources.len();
        let usual = questions.playbook().source(USUAL_SOURCE);
        Self {
            questions,
            source: usual.or(u16::try_from(sources.saturating_sub(1)).ok()),
            budget: Budget::default(),
        }
    }

    /// The same with another budget.
    #[must_use]
    pub fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// What to ask next, where the attributes in `passed` are not to be asked (again).
    pub fn next(&self, evidence: &Evidence, as_of: Millis, passed: &[&str]) -> Next {
        self.next_or(evidence, as_of, passed, None)
    }

    /// The same; a question that waits for its answer is kept as long as it can change the route.
    pub(super) fn next_or(
        &self,
        evidence: &Evidence,
        as_of: Millis,
        passed: &[&str],
        waiting: Option<&str>,
    ) -> Next {
        let playbook = self.questions.playbook();
        let mut ground = Ground::new(playbook, evidence, as_of);
        let mut probe = Probe::new(playbook, evidence, &mut ground);
        let now = probe.route();
        let asked = if now.settled {
            Vec::new()
        } else {
            self.askable(&mut probe, as_of, passed)
        };
        let waits = |asked: &Asked| waiting == Some(self.questions.name(asked.attribute));
        let mut chunks: Vec<&[Asked]> = asked.chunks(TOGETHER).gather();
        // The one with the question that waits comes first.
        chunks.arrange_by_key(|some| !some.iter().any(waits));
        for some in chunks {
            let model = probe.model(some);
            let wanted = some.iter().position(waits).map(|place| place as u8);
            if let Some((question, pick)) = plan(&model, self.budget, wanted) {
                let attribute = some.get(usize::from(question));
                let name = attribute.map_or("", |asked| self.questions.name(asked.attribute));
                let attribute = String::from(name);
                return Next::Ask(Pick { attribute, ..pick });
            }
        }
        Next::Done {
            route: now.then.map(String::from),
            settled: now.settled,
        }
    }

    /// The route now, and whether it stays whatever else becomes known.
    pub(super) fn route(&self, evidence: &Evidence, as_of: Millis) -> (Option<String>, bool) {
        let playbook = self.questions.playbook();
        let mut ground = Ground::new(playbook, evidence, as_of);
        let now = Probe::new(playbook, evidence, &mut ground).route();
        (now.then.map(String::from), now.settled)
    }

    /// The questions whose answers would count and could tell something new.
    #[inline(never)]
    pub(super) fn askable(
        &self,
        probe: &mut Probe<'_, '_>,
        as_of: Millis,
        passed: &[&str],
    ) -> Vec<Asked> {
        let depends = probe.route_depends();
        let mut asked = Vec::new();
        for attribute in self.questions.attributes() {
            if probe.knowledge(attribute) == Knowledge::Exactly
                || !is_marked(depends, usize::from(attribute))
                || passed.contains(&self.questions.name(attribute))
            {
                continue;
            }
            let answers = self.answers(probe, attribute, as_of);
            if answers.len() > 1 {
                let question = self.questions.about(attribute);
                asked.push(Asked {
                    attribute,
                    cost: question.map_or(0, |question| question.cost),
                    answers,
                });
            }
        }
        asked
    }

    /// What the answers to a question leave, those that agree with what is known.
    #[inline(never)]
    fn answers(
        &self,
        probe: &mut Probe<'_, '_>,
        attribute: u16,
        as_of: Millis,
    ) -> Vec<(Left, u64)> {
        let (Some(source), Some(question)) = (self.source, self.questions.about(attribute)) else {
            return Vec::new();
        };
        let written = question.answers.iter();
        let mut findings: Vec<(Option<Finding>, u64)> = written
            .map(|answer| (Some(answer.finding.clone()), answer.weight))
            .gather();
        if findings.is_empty() {
            let kinds = probe.kinds(attribute).into_iter();
            findings = kinds.map(|kind| (kind, 1)).gather();
        }
        let mut answers: Vec<(Left, u64)> = Vec::new();
        for (finding, weight) in findings {
            let left = match finding {
                Some(finding) => {
                    let fact = self.fact(attribute, finding, source, as_of);
                    let left = probe.after(&fact);
                    left.filter(|left| probe.agrees(attribute, &fact.finding, left))
                }
                None => Some(probe.after_other_text(attribute)),
            };
            answers.keep(left.map(|left| (left, weight)));
        }
        if answers.iter().all(|(_, weight)| *weight == 0) {
            for (_, weight) in &mut answers {
                *weight = 1;
            }
        }
        answers
    }

    /// A fact as an answer gives it.
    pub(super) fn fact(&self, attribute: u16, finding: Finding, source: u16, at: Millis) -> Fact {
        let playbook = self.questions.playbook();
        Fact {
            attribute,
            finding,
            source,
            by: playbook.asserter_of_source(source),
            at: Some(at),
            default: false,
        }
    }
}

// Apart, as are others: an engine that compiles a function when it is first called takes longer over one large one.
/// The best question of a model, and what is to be expected of it; or one that is wanted, if it can change the route.
/// `None` where no question can.
#[inline(never)]
fn plan(model: &Model, budget: Budget, wanted: Option<u8>) -> Option<(u8, Pick)> {
    let mut search = Search::new(model, 0);
    let (look, id) = search.look_freely();
    if look.is_closed() {
        return None;
    }
    let questions = look.relevant.count_ones();
    search.steps = budget.exact;
    let solved = search.solve(look, id);
    let mut steps = budget.exact - search.steps;
    let (worth, bound, method) = match solved {
        Ok(worth) if worth.first == NONE => return None,
        Ok(worth) => (worth, worth.cost, Method::Exact),
        Err(Spent) => {
            let square = questions.saturating_mul(questions);
            let most = budget.heuristic.max(square.saturating_mul(budget.pairs));
            search.steps = most;
            let mut guess = estimate(&mut search, look, id)?;
            steps = steps.saturating_add(most - search.steps);
            guess.worth.first = that_changes(&mut search, look, &guess)?;
            search.steps = questions.saturating_mul(CHECK_STEPS);
            let bound = search.bound(look);
            let bound = bound.unwrap_or(search.least(look)).min(guess.worth.cost);
            (guess.worth, bound, Method::Heuristic)
        }
    };
    search.steps = questions.saturating_mul(CHECK_STEPS);
    let kept = wanted.filter(|question| {
        let changes = search.can_change(look, *question);
        changes.unwrap_or(true)
    });
    let first = kept.unwrap_or(worth.first);
    let pick = Pick {
        attribute: String::new(),
        method,
        expected_cost: thousandths_of_cost(worth.cost),
        no_less_than: thousandths_of_cost(bound),
        expected_questions: thousandths(worth.count),
        at_most: worth.most,
        decides: decides(&mut search, first),
        steps,
    };
    Some((first, pick))
}

/// The best question that can change the route. Beyond the steps it is taken for granted that it can.
fn that_changes(search: &mut Search<'_>, look: Look, guess: &Guess) -> Option<u8> {
    let best = guess.worth.first;
    let others = guess.order.iter().copied().filter(|other| *other != best);
    search.steps = look.relevant.count_ones().saturating_mul(CHECK_STEPS);
    core::iter::once(best).chain(others).find(|question| {
        guess.change >> (question & 63) & 1 == 1
            || search.can_change(look, *question).unwrap_or(true)
    })
}

/// Costs are in thousandths already.
fn thousandths_of_cost(units: u64) -> u64 {
    units.saturating_add(UNIT / 2) >> UNIT_BITS
}

fn thousandths(units: u64) -> u64 {
    units.saturating_mul(1_000).saturating_add(UNIT / 2) >> UNIT_BITS
}

/// How many answers decide the route, of how many, and how often.
#[inline(never)]
fn decides(search: &mut Search<'_>, question: u8) -> (u32, u32, u32) {
    let model = search.model;
    let Some(choice) = model.choices.get(usize::from(question)) else {
        return (0, 0, 0);
    };
    let closed: Vec<bool> = (0..choice.weights.len())
        .map(|class| {
            search.set(question, class as u16);
            let (look, _) = search.look_freely();
            search.set(question, OPEN);
            look.is_closed()
        })
        .gather();
    let of = |class: &u16| closed.get(usize::from(*class)) == Some(&true);
    let count = choice.class_of.iter().filter(|class| of(class)).count();
    let classes = (0u16..).zip(&choice.weights);
    let weight: u64 = classes
        .filter(|(class, _)| of(class))
        .map(|(_, weight)| *weight)
        .sum();
    let share = u128::from(weight) * 1_000_000 / u128::from(choice.total.max(1));
    (count as u32, choice.class_of.len() as u32, share as u32)
}

impl Pick {
    /// Why this question, in a sentence.
    pub fn why(&self) -> String {
        let mut why = String::new();
        let (count, of, _) = self.decides;
        match count {
            0 => why.push_str("no answer decides the route at once"),
            _ if count == of => why.push_str("decides the route whatever the answer is"),
            _ => {
                why.push_str("decides the route in ");
                crate::decimal::write_integer(&mut why, i64::from(count));
                why.push_str(" of ");
                crate::decimal::write_integer(&mut why, i64::from(of));
                why.push_str(if of == 1 { " answer" } else { " answers" });
            }
        }
        if count < of {
            why.push_str("; ");
            let tenths = (self.expected_questions + 50) / 100;
            crate::decimal::write(&mut why, tenths as i64, 1);
            why.push_str(" questions to be expected, ");
            crate::decimal::write_integer(&mut why, i64::from(self.at_most));
            why.push_str(" at most");
        }
        why
    }

    /// Writes it as a JSON object.
    pub fn write(&self, w: &mut Writer) {
        let (count, of, share) = self.decides;
        w.open('{');
        w.key("attribute").text(&self.attribute);
        w.key("method").text(match self.method {
            Method::Exact => "exact",
            Method::Heuristic => "heuristic",
        });
        let number = |units: u64| i64::try_from(units).unwrap_or(i64::MAX);
        w.key("expected_questions")
            .decimal(number(self.expected_questions), 3);
        w.key("at_most").integer(i64::from(self.at_most));
        w.key("expected_cost")
            .decimal(number(self.expected_cost), 3);
        w.key("no_less_than").decimal(number(self.no_less_than), 3);
        w.key("decides").open('{');
        w.key("answers").integer(i64::from(count));
        w.key("of").integer(i64::from(of));
        w.key("share").decimal(i64::from(share), 6);
        w.close('}');
        w.key("why").text(&self.why());
        w.close('}');
    }
}
