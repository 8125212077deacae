//! The whole question tree: what is asked after each answer, to the end.

use super::pick::{Next, Pick, Picker};
use super::probe::{Ground, Probe, compared};
use crate::decimal::{self, NUMBER_PLACES};
use crate::evidence::{Evidence, Finding};
use crate::gather::Gather;
use crate::json::Writer;
use crate::playbook::{Millis, Value};
use crate::time::write_date;
use alloc::{collections::VecDeque, string::String, vec::Vec};

/// Branches of a tree that are followed, if it isn't said.
pub const TREE_NODES: usize = 1_000;

/// A question and what follows each of its answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A question.
    Ask {
        /// Which, and why.
        pick: Pick,
        /// Its text.
        text: String,
        /// What may be answered, and what follows.
        branches: Vec<Branch>,
    },
    /// The end.
    End {
        /// The route, if there is one.
        route: Option<String>,
        /// Whether it stays whatever else becomes known.
        settled: bool,
    },
    /// There is more; the tree has grown too large.
    More,
}

/// An answer and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What the answer says.
    pub label: String,
    /// How often it is given, in millionths.
    pub share: u32,
    /// What follows.
    pub then: Tree,
}

impl Picker<'_> {
    /// The tree of questions from what is known on, of `nodes` nodes at most. One that would be larger ends in `More`
    /// where it is deepest.
    pub fn tree(&self, evidence: &Evidence, as_of: Millis, nodes: usize) -> Tree {
        let mut growing = Growing {
            picker: self,
            as_of,
            grown: Vec::new(),
            waiting: VecDeque::new(),
        };
        growing.waiting.push_back((evidence.clone(), Vec::new()));
        while growing.grown.len() < nodes {
            let Some((evidence, passed)) = growing.waiting.pop_front() else {
                break;
            };
            growing.grow(&evidence, &passed);
        }
        // Nodes have been grown level by level, so the children of one follow those of the one before.
        let mut levels: VecDeque<Tree> = growing.waiting.iter().map(|_| Tree::More).collect();
        for mut tree in growing.grown.into_iter().rev() {
            if let Tree::Ask { branches, .. } = &mut tree {
                for branch in branches.iter_mut().rev() {
                    branch.then = levels.pop_back().unwrap_or(Tree::More);
                }
            }
            levels.push_front(tree);
        }
        levels.pop_front().unwrap_or(Tree::More)
    }
}

struct Growing<'g, 'q> {
    picker: &'g Picker<'q>,
    as_of: Millis,
    /// In the order in which they were waiting; what follows their answers is not in them yet.
    grown: Vec<Tree>,
    waiting: VecDeque<(Evidence, Vec<String>)>,
}

impl Growing<'_, '_> {
    fn grow(&mut self, evidence: &Evidence, passed: &[String]) {
        let names: Vec<&str> = passed.iter().map(String::as_str).gather();
        let pick = match self.picker.next(evidence, self.as_of, &names) {
            Next::Done { route, settled } => {
                self.grown.push(Tree::End { route, settled });
                return;
            }
            Next::Ask(pick) => pick,
        };
        let questions = self.picker.questions;
        let question = questions.question(&pick.attribute);
        let text = question.map_or("", |question| question.text());
        let answers = self.answers(evidence, &pick.attribute);
        let total: u64 = answers.iter().map(|(_, weight, _)| weight).sum();
        let attribute = questions.playbook().attribute(&pick.attribute);
        let mut branches = Vec::new();
        for (label, weight, finding) in answers {
            let mut after = evidence.clone();
            if let (Some(finding), Some(attribute), Some(source)) =
                (finding, attribute, self.picker.source)
            {
                let fact = self.picker.fact(attribute, finding, source, self.as_of);
                after.learn(compared(&fact));
            }
            let mut passed = Vec::from(passed);
            passed.push(pick.attribute.clone());
            self.waiting.push_back((after, passed));
            let share = u128::from(weight) * 1_000_000 / u128::from(total.max(1));
            branches.push(Branch {
                label,
                share: share as u32,
                then: Tree::More,
            });
        }
        self.grown.push(Tree::Ask {
            pick,
            text: String::from(text),
            branches,
        });
    }

    /// What may be answered: the label, how often, and what it says.
    fn answers(&self, evidence: &Evidence, name: &str) -> Vec<(String, u64, Option<Finding>)> {
        let questions = self.picker.questions;
        let (Some(attribute), Some(question)) = (
            questions.playbook().attribute(name),
            questions.question(name),
        ) else {
            return Vec::new();
        };
        if !question.answers.is_empty() {
            let answer = |answer: &super::Answer| {
                (
                    String::from(&*answer.label),
                    answer.weight,
                    Some(answer.finding.clone()),
                )
            };
            return question.answers.iter().map(answer).gather();
        }
        let playbook = questions.playbook();
        let mut ground = Ground::new(playbook, evidence, self.as_of);
        let kinds = Probe::new(playbook, evidence, &mut ground).kinds(attribute);
        let options = questions.options(attribute);
        let label = |finding: Option<Finding>| (described(finding.as_ref(), &options), 1, finding);
        kinds.into_iter().map(label).gather()
    }
}

/// A kind of values in words.
fn described(finding: Option<&Finding>, options: &[&str]) -> String {
    let mut text = String::new();
    let option = |place: &u16| {
        options
            .get(usize::from(*place))
            .copied()
            .unwrap_or_default()
    };
    match finding {
        Some(Finding::Exactly(Value::Number(value))) => {
            text.push_str("from ");
            decimal::write(&mut text, *value, NUMBER_PLACES);
        }
        Some(Finding::Exactly(Value::Date(at))) => {
            text.push_str("from ");
            write_date(&mut text, *at);
        }
        Some(Finding::Exactly(Value::Text(words))) => text.push_str(words),
        Some(Finding::Exactly(Value::Choices(places))) if places.is_empty() => {
            text.push_str("none");
        }
        Some(Finding::Exactly(Value::Choices(places))) => {
            let names: Vec<&str> = places.iter().map(option).gather();
            text.push_str(&names.join(", "));
        }
        Some(Finding::Exactly(Value::Choice(place))) => text.push_str(option(place)),
        Some(Finding::Exactly(Value::Boolean(value))) => {
            text.push_str(if *value { "Yes" } else { "No" });
        }
        _ => text.push_str("something else"),
    }
    text
}

impl Tree {
    /// The tree as JSON.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut Writer::new(&mut out));
        out
    }

    fn write(&self, w: &mut Writer) {
        w.open('{');
        match self {
            Self::Ask {
                pick,
                text,
                branches,
            } => {
                w.key("ask");
                pick.write(w);
                w.key("text").text(text);
                w.key("branches").open('[');
                for branch in branches {
                    w.item().open('{');
                    w.key("answer").text(&branch.label);
                    w.key("share").decimal(i64::from(branch.share), 6);
                    w.key("then");
                    branch.then.write(w);
                    w.close('}');
                }
                w.close(']');
            }
            Self::End { route, settled } => {
                w.key("route").text_or_null(route.as_deref());
                w.key("settled").boolean(*settled);
            }
            Self::More => w.key("more").boolean(true),
        }
        w.close('}');
    }

    /// The tree as lines for people, indented.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.lines(&mut out, 0);
        out
    }

    fn lines(&self, out: &mut String, depth: usize) {
        match self {
            Self::Ask {
                pick,
                text,
                branches,
            } => {
                out.push_str(text);
                out.push_str("  (");
                out.push_str(&pick.why());
                out.push_str(")\n");
                for branch in branches {
                    (0..=depth).for_each(|_| out.push_str("  "));
                    out.push_str(&branch.label);
                    out.push_str(" → ");
                    branch.then.lines(out, depth + 1);
                }
            }
            Self::End { .. } | Self::More => {
                out.push_str(&self.ending());
                out.push('\n');
            }
        }
    }

    /// How a branch ends.
    pub(super) fn ending(&self) -> String {
        match self {
            Self::End { route, .. } => String::from(route.as_deref().unwrap_or("no route")),
            _ => String::from("…"),
        }
    }
}
