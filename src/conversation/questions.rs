//! What may be asked: the questions of a playbook's document, beside the compiled playbook.

use crate::decimal::{self, NUMBER_PLACES};
use crate::evidence::Finding;
use crate::fold::fold;
use crate::gather::Gather;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::Form;
use crate::playbook::document::read::Reader;
use crate::playbook::document::shape::{self, Document};
use crate::playbook::document::words::Scalar;
use crate::playbook::{Kind, Playbook, Value};
use crate::problem::{Problem, Problems};
use crate::sort::Arrange;
use crate::time::parse_date;
use crate::tree::{Node, Tree};
use alloc::{boxed::Box, sync::Arc, vec, vec::Vec};

/// What a question costs where its playbook doesn't say it, in thousandths.
const USUAL_COST: u64 = 1_000;
/// The least and the most that planning takes a question to cost, in thousandths.
const COSTS: (u64, u64) = (1, 1_000_000_000);
/// A share of 1, in millionths.
const WHOLE_SHARE: u64 = 1_000_000;

/// The questions of a playbook, and what else its document says of attributes.
#[derive(Clone, Debug)]
pub struct Questions {
    playbook: Arc<Playbook>,
    /// By attribute.
    pub(super) fields: Vec<Field>,
}

/// What the document says of an attribute.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub label: Option<Box<str>>,
    pub unit: Option<Box<str>>,
    /// By option, other words for it.
    pub synonyms: Vec<Vec<Box<str>>>,
    pub question: Option<Question>,
}

/// A question to a visitor.
#[derive(Clone, Debug)]
pub struct Question {
    pub(super) text: Box<str>,
    /// In thousandths.
    pub(super) cost: u64,
    /// What may be chosen; empty where anything of the type may be said.
    pub(super) answers: Vec<Answer>,
}

/// An answer to choose.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) label: Box<str>,
    pub(super) synonyms: Vec<Box<str>>,
    pub(super) finding: Finding,
    /// How often it is given, beside the weights of the others.
    pub(super) weight: u64,
}

impl Question {
    /// What the visitor reads.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The labels of the answers to choose from; none where anything of the type may be said.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().map(|answer| &*answer.label)
    }
}

impl Questions {
    /// Reads the questions of a document that the playbook was compiled from.
    ///
    /// # Errors
    /// What is wrong with the document, or that it is another playbook's.
    pub fn parse(playbook: Arc<Playbook>, text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse(text, crate::limits::PLAYBOOK_BYTES)?;
        Self::from_node(playbook, &tree.root)
    }

    /// The same from a document that has been read as a tree.
    ///
    /// # Errors
    /// As [`Questions::parse`].
    pub fn from_node(playbook: Arc<Playbook>, node: &Node) -> Result<Self, Problems> {
        let (mut reader, root) = Reader::new(node, Vec::new());
        let attributes = node.get("attributes").and_then(Node::as_object);
        let names = attributes.unwrap_or_default().iter();
        reader.set_attributes(names.map(|entry| &*entry.key).gather());
        let document = Document::read(root, &mut reader);
        let Some(document) = document.filter(|_| reader.is_clean()) else {
            return Err(reader.into_problems());
        };
        if crate::playbook::document::digest(node) != playbook.digest {
            let message = "this is not the document that the playbook was compiled from";
            return Err(Problem::new("conflict", "", message)
                .help("read both from the same text")
                .into());
        }
        let mut fields = vec![Field::default(); playbook.attributes.len()];
        for entry in document.attributes.parts() {
            let place = playbook.attribute(&entry.key.value);
            let kind = place.and_then(|place| playbook.attribute_kind(place));
            let slot = place.and_then(|place| fields.get_mut(usize::from(place)));
            if let (Some(written), Some(kind), Some(slot)) = (&entry.value, kind, slot) {
                *slot = Described {
                    playbook: &playbook,
                    kind,
                }
                .field(written);
            }
        }
        Ok(Self { playbook, fields })
    }

    /// The playbook whose questions these are.
    pub fn playbook(&self) -> &Arc<Playbook> {
        &self.playbook
    }

    /// How many questions there are.
    pub fn len(&self) -> usize {
        self.fields
            .iter()
            .filter(|it| it.question.is_some())
            .count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The question about an attribute.
    pub fn question(&self, attribute: &str) -> Option<&Question> {
        self.about(self.playbook.attribute(attribute)?)
    }

    pub(super) fn about(&self, attribute: u16) -> Option<&Question> {
        self.field(attribute)?.question.as_ref()
    }

    pub(super) fn field(&self, attribute: u16) -> Option<&Field> {
        self.fields.get(usize::from(attribute))
    }

    pub(super) fn kind(&self, attribute: u16) -> Option<Kind<'_>> {
        self.playbook.attribute_kind(attribute)
    }

    /// The options of an attribute; none where its type has none.
    pub(super) fn options(&self, attribute: u16) -> Vec<&str> {
        let Some(Kind::Choice(words) | Kind::Choices(words)) = self.kind(attribute) else {
            return Vec::new();
        };
        words.iter().map(|word| self.playbook.word(*word)).gather()
    }

    /// The place of an option that goes by a name or a synonym.
    pub(super) fn option(&self, attribute: u16, name: &str) -> Option<u16> {
        let found = self.playbook.option(&self.kind(attribute)?, name);
        found.or_else(|| {
            let folded = fold(name);
            let named = |words: &Vec<Box<str>>| words.iter().any(|word| fold(word) == folded);
            let synonyms = self.field(attribute)?.synonyms.iter();
            let mut words = (0u16..).zip(synonyms);
            Some(words.find(|(_, words)| named(words))?.0)
        })
    }

    /// What may be chosen in answer to a question, and whether several may be.
    pub(super) fn choices(&self, attribute: u16) -> (Vec<&str>, bool) {
        let labels: Vec<&str> = self
            .about(attribute)
            .iter()
            .flat_map(|it| it.labels())
            .gather();
        match self.kind(attribute) {
            Some(Kind::Choices(_)) if labels.is_empty() => (self.options(attribute), true),
            _ => (labels, false),
        }
    }

    /// The name of an attribute.
    pub(super) fn name(&self, attribute: u16) -> &str {
        self.playbook.name_in(&self.playbook.attributes, attribute)
    }

    /// The attributes that have a question, in the order of their names.
    pub(super) fn attributes(&self) -> impl Iterator<Item = u16> {
        let fields = (0u16..).zip(&self.fields);
        fields.filter_map(|(place, field)| field.question.as_ref().map(|_| place))
    }
}

/// An attribute that is described by a document.
struct Described<'p> {
    playbook: &'p Playbook,
    kind: Kind<'p>,
}

impl Described<'_> {
    fn field(&self, written: &shape::Attribute) -> Field {
        let options = match self.kind {
            Kind::Choice(options) | Kind::Choices(options) => options.len(),
            _ => 0,
        };
        let mut synonyms = vec![Vec::new(); options];
        for entry in written.synonyms.parts() {
            let place = self.playbook.option(&self.kind, &entry.key.value);
            let slot = place.and_then(|place| synonyms.get_mut(usize::from(place)));
            if let (Some(slot), Some(words)) = (slot, &entry.value) {
                let words = words.items.iter().map(|word| word.value.0.clone());
                *slot = words.gather();
            }
        }
        Field {
            label: written.label.as_ref().map(|label| label.0.clone()),
            unit: written.unit.as_ref().map(|unit| unit.0.clone()),
            synonyms,
            question: written.ask.as_ref().map(|ask| self.question(ask)),
        }
    }

    fn question(&self, ask: &shape::Ask) -> Question {
        let cost = ask.cost.map_or(USUAL_COST, |cost| cost.0.unsigned_abs());
        let written = ask.answers.parts().iter();
        let mut answers: Vec<(Answer, Option<u64>)> = written
            .filter_map(|answer| {
                let synonyms = answer.synonyms.parts().iter();
                let made = Answer {
                    label: answer.label.as_ref()?.0.clone(),
                    synonyms: synonyms.map(|word| word.value.0.clone()).gather(),
                    finding: self.finding(answer)?,
                    weight: 0,
                };
                Some((made, answer.share.map(|share| share.0.unsigned_abs())))
            })
            .gather();
        if answers.is_empty() {
            answers = self
                .usual_answers()
                .into_iter()
                .map(|answer| (answer, None))
                .gather();
        }
        Question {
            text: ask
                .text
                .as_ref()
                .map_or(Box::from(""), |text| text.0.clone()),
            cost: cost.clamp(COSTS.0, COSTS.1),
            answers: weighed(answers),
        }
    }

    /// The answers of a question that states none: those of a boolean or a choice are plain.
    fn usual_answers(&self) -> Vec<Answer> {
        let answer = |label: &str, value| Answer {
            label: Box::from(label),
            synonyms: Vec::new(),
            finding: Finding::Exactly(value),
            weight: 0,
        };
        match self.kind {
            Kind::Boolean => vec![
                answer("Yes", Value::Boolean(true)),
                answer("No", Value::Boolean(false)),
            ],
            Kind::Choice(options) => (0u16..)
                .zip(options)
                .map(|(place, option)| answer(self.playbook.word(*option), Value::Choice(place)))
                .gather(),
            _ => Vec::new(),
        }
    }

    fn finding(&self, answer: &shape::Answer) -> Option<Finding> {
        if let Some(value) = &answer.value {
            return self.scalar(&value.value).map(Finding::Exactly);
        }
        if let (Some(range), Kind::Number { min, max, .. }) = (&answer.range, self.kind) {
            let (low, high) = (range.value.0, range.value.1);
            return Some(Finding::Between(low.unwrap_or(min), high.unwrap_or(max)));
        }
        let options = answer.any_of.as_ref()?;
        let mut places = Vec::new();
        for option in &options.items {
            match self.scalar(&option.value)? {
                Value::Choice(place) => places.push(place),
                _ => return None,
            }
        }
        places.arrange();
        places.dedup();
        Some(Finding::AnyOf(places))
    }

    fn scalar(&self, written: &Scalar) -> Option<Value> {
        Some(match (written, self.kind) {
            (Scalar::Boolean(value), Kind::Boolean) => Value::Boolean(*value),
            (Scalar::Number(text), Kind::Number { .. }) => {
                Value::Number(decimal::parse(text, NUMBER_PLACES).ok()?.units)
            }
            (Scalar::Text(text), Kind::Text) => Value::Text(text.clone()),
            (Scalar::Text(text), Kind::Choice(_)) => {
                Value::Choice(self.playbook.option(&self.kind, text)?)
            }
            (Scalar::Text(text), Kind::Choices(_)) => {
                Value::Choices(vec![self.playbook.option(&self.kind, text)?])
            }
            (Scalar::Text(text), Kind::Date) => Value::Date(parse_date(text)?),
            _ => return None,
        })
    }
}

/// Turns shares into weights: answers without one get equal parts of what the others leave.
fn weighed(answers: Vec<(Answer, Option<u64>)>) -> Vec<Answer> {
    let without = answers.iter().filter(|(_, share)| share.is_none()).count() as u64;
    let stated: u64 = answers.iter().filter_map(|(_, share)| *share).sum();
    let rest = WHOLE_SHARE.saturating_sub(stated);
    let weight = |share: Option<u64>| match share {
        Some(share) => share * without.max(1),
        None => rest,
    };
    let total: u64 = answers.iter().map(|(_, share)| weight(*share)).sum();
    answers
        .into_iter()
        .map(|(mut answer, share)| {
            answer.weight = if total == 0 { 1 } else { weight(share) };
            answer
        })
        .gather()
}
