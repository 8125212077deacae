//! The least expected cost of a conversation, written from `docs/CONVERSATION.md` alone: every state there is, whole numbers
//! that stand for exact fractions, and nothing known of how a route comes about.

mod generate;
mod rules;
mod solve;

pub use generate::{Size, instance, large};
pub use solve::Solution;

use serde_json::{Value, json};

/// A playbook, evidence, and the questions that may be asked on it.
pub struct Instance {
    pub playbook: Value,
    pub evidence: Value,
    pub as_of: i64,
    /// In the order of the attributes' names.
    pub questions: Vec<Question>,
}

/// A question whose answers would count.
#[derive(Clone, Debug)]
pub struct Question {
    pub attribute: String,
    /// In thousandths.
    pub cost: i128,
    pub answers: Vec<Answer>,
}

/// An answer, as the fields of a fact, and how often it is given.
#[derive(Clone, Debug)]
pub struct Answer {
    pub finding: Value,
    pub weight: i128,
}

impl Question {
    /// The sum of the weights.
    pub fn total(&self) -> i128 {
        self.answers.iter().map(|answer| answer.weight).sum()
    }
}

impl Instance {
    /// The evidence with the answers that a state has; `None` where a question is open.
    pub fn evidence_of(&self, state: &[Option<usize>]) -> Value {
        let mut evidence = self.evidence.clone();
        for (question, answer) in self.questions.iter().zip(state) {
            let Some(answer) = answer else { continue };
            let mut fact = json!({
                "attribute": question.attribute, "source": "visitor", "at": self.as_of,
            });
            let finding = self
                .finding(question, *answer)
                .as_object()
                .expect("an object");
            for (key, value) in finding {
                fact[key] = value.clone();
            }
            let facts = evidence["facts"].as_array_mut().expect("a list");
            facts.push(fact);
        }
        evidence
    }

    fn finding<'i>(&self, question: &'i Question, answer: usize) -> &'i Value {
        &question.answers[answer].finding
    }
}
