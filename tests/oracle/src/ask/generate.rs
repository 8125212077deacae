//! Random playbooks with questions, of the kinds that people write, and small ones that are odd in every way.

use super::rules::Book;
use super::{Answer, Instance, Question};
use crate::random::Random;
use serde_json::{Value, json};

/// How large an instance may be.
#[derive(Clone, Copy)]
pub struct Size {
    pub questions: u64,
    /// Of the states of a conversation there are no more.
    pub states: usize,
}

/// An attribute as the generator knows it.
pub struct Known {
    pub name: String,
    pub kind: Kind,
    /// Tests can be made of it, but nobody asks.
    pub asked: bool,
}

pub enum Kind {
    Boolean,
    Choice(Vec<String>),
    Number(Vec<i64>),
}

pub const AS_OF: i64 = 1_790_000_000_000;

/// A random instance with as many questions as its size allows, at random.
pub fn instance(seed: u64, size: Size) -> Instance {
    let mut random = Random::new(seed);
    let wanted = 1 + random.below(size.questions);
    let mut book = Book::new(random);
    let mut questions = Vec::new();
    let mut states = 1;
    let style = book.random.below(4);
    for number in 0..wanted {
        let (known, written, question) = attribute(&mut book.random, number, style);
        if states * (question.answers.len() + 1) > size.states {
            break;
        }
        states *= question.answers.len() + 1;
        book.declare(known, written);
        questions.push(question);
    }
    unasked(&mut book);
    partly_known(&mut book, &mut questions);
    book.write_rules();
    finish(book, questions)
}

/// A large scorecard: 40 questions, two scores, a handful of routes.
pub fn large(seed: u64, count: u64) -> Instance {
    let mut book = Book::new(Random::new(seed));
    let mut questions = Vec::new();
    for number in 0..count {
        let (known, written, question) = attribute(&mut book.random, number, 1);
        book.declare(known, written);
        questions.push(question);
    }
    book.write_scorecard();
    finish(book, questions)
}

fn finish(book: Book, mut questions: Vec<Question>) -> Instance {
    // One answer tells nothing, so it isn't asked.
    questions.retain(|question| question.answers.len() > 1);
    questions.sort_by(|one, other| one.attribute.cmp(&other.attribute));
    let (playbook, evidence) = book.finish();
    Instance {
        playbook,
        evidence,
        as_of: AS_OF,
        questions,
    }
}

/// An attribute with a question: style 0 has no shares and costs, others have.
fn attribute(random: &mut Random, number: u64, style: u64) -> (Known, Value, Question) {
    let of = *random.pick(&["account", "contact", "deal"]);
    let name = format!("{of}.q{number}");
    let mut ask = json!({ "text": format!("What about {number}?") });
    let mut cost = 1_000;
    if style >= 2 && random.percent(60) {
        cost = i128::from(random.between(1, 40)) * 125;
        ask["cost"] = json!(cost as f64 / 1_000.0);
        if style == 3 && random.percent(10) {
            // A free question counts as one thousandth.
            cost = 1;
            ask["cost"] = json!(0);
        }
    }
    let (kind, mut written, findings) = match random.below(10) {
        0..=2 => boolean(random),
        3..=6 => choice(random),
        _ => number_of(random),
    };
    let explicit = findings.iter().any(|(label, _)| label.is_some());
    let shares = shares(random, findings.len(), explicit && style > 0);
    if explicit {
        let answers = findings
            .iter()
            .zip(&shares)
            .map(|((label, finding), share)| {
                let mut answer = finding.clone();
                answer["label"] = json!(label);
                if let Some(share) = share {
                    answer["share"] = json!(*share as f64 / 100.0);
                }
                answer
            });
        ask["answers"] = answers.collect();
    }
    written["ask"] = ask;
    let weights = weights(&shares);
    let answers = findings.into_iter().zip(weights);
    let question = Question {
        attribute: name.clone(),
        cost,
        answers: answers
            .map(|((_, finding), weight)| Answer { finding, weight })
            .collect(),
    };
    let known = Known {
        name,
        kind,
        asked: true,
    };
    (known, written, question)
}

type Findings = Vec<(Option<String>, Value)>;

fn boolean(random: &mut Random) -> (Kind, Value, Findings) {
    let explicit = random.percent(40);
    let label = |text: &str| explicit.then(|| text.to_owned());
    // Without answers of its own, yes comes before no.
    let findings = vec![
        (label("It is so"), json!({ "value": true })),
        (label("It is not so"), json!({ "value": false })),
    ];
    (Kind::Boolean, json!({ "type": "boolean" }), findings)
}

fn choice(random: &mut Random) -> (Kind, Value, Findings) {
    let count = random.between(2, 5) as usize;
    let options: Vec<String> = (0..count).map(|at| format!("o{at}")).collect();
    let written = json!({ "type": "choice", "options": options });
    if count <= 4 && random.percent(40) {
        let findings = options
            .iter()
            .map(|option| (None, json!({ "value": option })));
        let findings = findings.collect();
        return (Kind::Choice(options), written, findings);
    }
    let mut findings = Vec::new();
    let mut rest = options.as_slice();
    while !rest.is_empty() && findings.len() < 4 {
        let most = if findings.len() == 3 {
            rest.len()
        } else {
            rest.len().min(2)
        };
        let take = random.between(1, most as i64) as usize;
        let (some, others) = rest.split_at(take);
        rest = others;
        let finding = match some {
            [one] => json!({ "value": one }),
            several => json!({ "any_of": several }),
        };
        findings.push((Some(format!("answer {}", findings.len())), finding));
    }
    (Kind::Choice(options), written, findings)
}

fn number_of(random: &mut Random) -> (Kind, Value, Findings) {
    let count = random.between(2, 4);
    let mut starts: Vec<i64> = vec![0];
    for _ in 1..count {
        let last = *starts.last().expect("one");
        starts.push(last + 10 * random.between(1, 5));
    }
    let findings = (0..starts.len()).map(|at| {
        let label = Some(format!("from {}", starts[at]));
        let finding = match starts.get(at + 1) {
            Some(next) => json!({ "range": [starts[at], next - 1] }),
            None if random.percent(50) => json!({ "range": [starts[at], null] }),
            None => json!({ "value": starts[at] }),
        };
        (label, finding)
    });
    let findings = findings.collect();
    let written = json!({ "type": "number", "whole": true, "min": 0, "max": 1000 });
    // Thresholds that cut an answer's range in two come from the middle.
    let mut thresholds = starts.clone();
    thresholds.push(starts[0] + 5);
    (Kind::Number(thresholds), written, findings)
}

/// Shares in hundredths; some answers may have none.
fn shares(random: &mut Random, count: usize, stated: bool) -> Vec<Option<i128>> {
    if !stated || random.percent(15) {
        return vec![None; count];
    }
    let mut left = 100;
    (0..count)
        .map(|at| {
            let most = (left / 10).max(0);
            let share = if at + 1 == count {
                left
            } else {
                10 * random.between(0, most)
            };
            left -= share;
            (!random.percent(10)).then_some(i128::from(share))
        })
        .collect()
}

/// Answers without a share get equal parts of what the others leave of one; where nothing has any, all get the same.
fn weights(shares: &[Option<i128>]) -> Vec<i128> {
    let without = shares.iter().filter(|share| share.is_none()).count() as i128;
    let rest = (100 - shares.iter().flatten().sum::<i128>()).max(0);
    let weights: Vec<i128> = shares
        .iter()
        .map(|share| share.map_or(rest, |share| share * without.max(1)))
        .collect();
    if weights.iter().all(|weight| *weight == 0) {
        return vec![1; shares.len()];
    }
    let common = weights
        .iter()
        .fold(0, |one, other| greatest_divisor(one, *other));
    weights.iter().map(|weight| weight / common).collect()
}

fn greatest_divisor(one: i128, other: i128) -> i128 {
    if other == 0 {
        one
    } else {
        greatest_divisor(other, one % other)
    }
}

/// Attributes that nobody asks, is asked of somebody else, or that are known already.
fn unasked(book: &mut Book) {
    for number in 0..book.random.below(3) {
        let known = Known {
            name: format!("account.u{number}"),
            kind: Kind::Boolean,
            asked: false,
        };
        let mut written = json!({ "type": "boolean" });
        match book.random.below(3) {
            0 => {
                // The visitor's word doesn't count.
                written["ask"] = json!({ "text": "Says who?" });
                written["asserted_by"] = json!(["sales"]);
            }
            1 => {
                written["ask"] = json!({ "text": "As if it weren't known?" });
                let value = book.random.percent(50);
                book.facts
                    .push(json!({ "attribute": known.name, "value": value, "source": "crm" }));
            }
            _ => {}
        }
        book.declare(known, written);
    }
}

/// Something of an answer may be known from elsewhere: by a source that counts more, there is nothing to ask;
/// by one that counts less, the answers that agree with it remain.
fn partly_known(book: &mut Book, questions: &mut Vec<Question>) {
    if questions.len() < 2 || !book.random.percent(20) {
        return;
    }
    let at = book.random.below(questions.len() as u64) as usize;
    let Some(range) = questions[at].answers[0].finding.get("range").cloned() else {
        return;
    };
    let attribute = &questions[at].attribute;
    let low = range[0].as_i64().expect("a number");
    let high = range[1].as_i64().expect("a number");
    if book.random.percent(50) {
        // From the middle of the first answer to the first number of the second.
        let wider = json!([(low + high) / 2, high + 1]);
        book.facts
            .push(json!({ "attribute": attribute, "range": wider, "source": "inferred" }));
        questions[at].answers.truncate(2);
        if questions[at].total() == 0 {
            questions[at]
                .answers
                .iter_mut()
                .for_each(|answer| answer.weight = 1);
        }
    } else {
        book.facts
            .push(json!({ "attribute": attribute, "range": range, "source": "crm" }));
        questions.remove(at);
    }
}
