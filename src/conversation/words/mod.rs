//! Answers in words, without a model: what is not plain is not guessed.

mod choice;
mod date;
mod number;
mod phrases;

use super::questions::{Field, Question, Questions};
use crate::evidence::Finding;
use crate::fold::fold;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::{Kind, Millis, Value};
use crate::sort::Arrange;
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// What an answer in words comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Heard {
    /// This.
    Finding(Finding),
    /// The visitor would rather not say, or doesn't know.
    Decline,
    /// Not plain: what to say to the visitor.
    Unclear(String),
}

/// A question and what is known of its attribute.
#[derive(Clone, Copy)]
struct About<'q> {
    field: &'q Field,
    kind: Kind<'q>,
    options: &'q [&'q str],
    question: Option<&'q Question>,
}

/// What a visitor said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words<'w> {
    /// In words.
    Spoken(&'w str),
    /// By choosing among the answers, perhaps several or none.
    Chosen(&'w [String]),
}

impl<'w> From<&'w str> for Words<'w> {
    fn from(text: &'w str) -> Self {
        Self::Spoken(text)
    }
}

impl Words<'_> {
    /// As they are kept.
    pub(super) fn written(self) -> Box<str> {
        match self {
            Self::Spoken(text) => Box::from(text.trim()),
            Self::Chosen(list) => list.join(", ").into_boxed_str(),
        }
    }
}

/// Understands what was said about an attribute.
pub(super) fn understand(
    questions: &Questions,
    attribute: u16,
    said: Words<'_>,
    as_of: Millis,
) -> Heard {
    match (said, questions.kind(attribute)) {
        (Words::Spoken(text), _) => spoken(questions, attribute, text, as_of),
        (Words::Chosen(list), Some(Kind::Choices(_))) => chosen(questions, attribute, list),
        (Words::Chosen([one]), _) => spoken(questions, attribute, one, as_of),
        (Words::Chosen(_), _) => Heard::Unclear(String::from("please choose one")),
    }
}

/// A set of options, each by its own name.
fn chosen(questions: &Questions, attribute: u16, list: &[String]) -> Heard {
    let mut set = Vec::new();
    for name in list {
        let option = questions.option(attribute, name);
        let Some(option) = option else {
            let name: String = name.chars().take(100).collect();
            return Heard::Unclear(format!("`{name}` is none of the answers"));
        };
        set.push(option);
    }
    set.arrange();
    set.dedup();
    Heard::Finding(Finding::Exactly(Value::Choices(set)))
}

/// Understands an answer in words about an attribute.
fn spoken(questions: &Questions, attribute: u16, text: &str, as_of: Millis) -> Heard {
    let (Some(field), Some(kind)) = (questions.field(attribute), questions.kind(attribute)) else {
        return Heard::Unclear(String::from("there is no such question"));
    };
    let options = questions.options(attribute);
    let about = About {
        field,
        kind,
        options: &options,
        question: field.question.as_ref(),
    };
    if text.chars().count() > limits::TEXT {
        return Heard::Unclear(format!(
            "please say it in {} characters at most",
            limits::TEXT
        ));
    }
    let text = text.trim();
    if text.is_empty() {
        return Heard::Unclear(about.ask_again());
    }
    // What the answers themselves are called comes first, whatever it would mean otherwise.
    if let Some(finding) = about.named(text) {
        return Heard::Finding(finding);
    }
    let words = words(text);
    if phrases::declines(&words) {
        return Heard::Decline;
    }
    match kind {
        Kind::Boolean => about.boolean(&words),
        Kind::Choice(_) => about.choice(&words),
        Kind::Choices(_) => about.choices(text),
        Kind::Number { min, max, whole } => about.number(text, (min, max), whole),
        Kind::Date => match date::read(text, as_of) {
            Some(date) => Heard::Finding(Finding::Exactly(Value::Date(date))),
            None => Heard::Unclear(about.ask_again()),
        },
        Kind::Text => Heard::Finding(Finding::Exactly(Value::Text(Box::from(text)))),
    }
}

/// The words of a text in the form in which they are compared: letters and digits, without apostrophes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in fold(text).chars() {
        match letter {
            '\'' | '’' | '‘' => {}
            _ if letter.is_alphanumeric() => word.push(letter),
            _ if word.is_empty() => {}
            _ => words.push(core::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

impl About<'_> {
    /// What to say when an answer is not understood.
    fn ask_again(&self) -> String {
        let labels: Vec<&str> = self.question.iter().flat_map(|it| it.labels()).gather();
        if !labels.is_empty() {
            let mut message = String::from("please choose one of these: ");
            message.push_str(&labels.join(", "));
            return message;
        }
        String::from(match self.kind {
            Kind::Boolean => "please say yes or no",
            Kind::Number { .. } => "please say a number, as in 250",
            Kind::Date => "please say a day, as in 2026-11-22",
            Kind::Choices(_) => "please name those that apply, or none",
            Kind::Choice(_) | Kind::Text => "please say it in other words",
        })
    }
}
