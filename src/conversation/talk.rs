//! One conversation as it goes on: its state is plain data, and whoever holds it may store it and go on later.

use super::pick::{Next, Pick, Picker};
use super::probe::compared;
use super::questions::Questions;
use super::words::{Heard, Words, understand};
use crate::evidence::{Evidence, Fact, Finding};
use crate::gather::Gather;
use crate::playbook::Millis;
use alloc::{boxed::Box, string::String, vec::Vec};

/// What happens when an answer is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How often a question is put before it is given up.
    pub tries: u32,
    /// What happens then.
    pub then: GiveUp,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            tries: 2,
            then: GiveUp::Skip,
        }
    }
}

/// What happens to a question whose answers are not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// Another one is asked.
    Skip,
    /// A person takes over.
    HandOver,
}

/// The state of a conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// What was said, in order; a correction follows what it corrects.
    pub(super) facts: Vec<Said>,
    pub(super) asked: Option<Asked>,
    /// What is not asked again.
    pub(super) passed: Vec<(u16, Passed)>,
    pub(super) handed_over: bool,
}

/// A fact that came from the conversation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub fact: Fact,
    /// The visitor's words, or those that a model relied on.
    pub words: Option<Box<str>>,
}

/// The question that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub attribute: u16,
    /// How many answers were not understood.
    pub tries: u32,
}

/// Why a question is not asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passed {
    Answered,
    Declined,
    Skipped,
}

/// What is to be said to the visitor.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// A question.
    Ask {
        /// Which, and why.
        pick: Pick,
        /// Its text.
        text: String,
        /// The answers to choose from; none where anything of the type may be said.
        answers: Vec<String>,
        /// Whether several of them may be chosen.
        multiple: bool,
    },
    /// The same question once more, since the answer was not understood.
    Again {
        /// The name of the attribute.
        attribute: String,
        /// What to say to the visitor.
        message: String,
        /// The text of the question.
        text: String,
        /// The answers to choose from.
        answers: Vec<String>,
        /// Whether several of them may be chosen.
        multiple: bool,
    },
    /// It is over.
    End {
        /// Why.
        why: End,
        /// The route, if there is one.
        route: Option<String>,
        /// Whether the route stays whatever else becomes known.
        settled: bool,
    },
}

/// Why a conversation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The route is settled.
    Settled,
    /// No answer can change the route.
    NothingToAsk,
    /// A person takes over.
    HandedOver,
}

/// Leads conversations.
#[derive(Clone, Copy, Debug)]
pub struct Talk<'q> {
    picker: Picker<'q>,
    rules: Rules,
}

impl<'q> Talk<'q> {
    /// Leads conversations about the questions of a playbook.
    pub fn new(questions: &'q Questions, rules: Rules) -> Self {
        Self {
            picker: Picker::new(questions),
            rules,
        }
    }

    /// The same with another way to pick questions.
    #[must_use]
    pub fn picking(mut self, picker: Picker<'q>) -> Self {
        self.picker = picker;
        self
    }

    pub(super) fn questions(&self) -> &'q Questions {
        self.picker.questions
    }

    /// What is known, with what the conversation brought.
    pub fn evidence(&self, conversation: &Conversation, evidence: &Evidence) -> Evidence {
        let mut all = evidence.clone();
        for said in &conversation.facts {
            all.learn(compared(&said.fact));
        }
        all
    }

    /// What is to be said now: the question that waits, if it still matters, or the next one, or the end.
    pub fn turn(
        &self,
        conversation: &mut Conversation,
        evidence: &Evidence,
        as_of: Millis,
    ) -> Turn {
        let all = self.evidence(conversation, evidence);
        let questions = self.questions();
        let passed: Vec<&str> = conversation
            .passed
            .iter()
            .map(|(attribute, _)| questions.name(*attribute))
            .gather();
        if conversation.handed_over {
            let (route, settled) = self.picker.route(&all, as_of);
            return Turn::End {
                why: End::HandedOver,
                route,
                settled,
            };
        }
        let waiting = conversation
            .asked
            .map(|asked| questions.name(asked.attribute));
        match self.picker.next_or(&all, as_of, &passed, waiting) {
            Next::Done { route, settled } => {
                conversation.asked = None;
                let why = if settled {
                    End::Settled
                } else {
                    End::NothingToAsk
                };
                Turn::End {
                    why,
                    route,
                    settled,
                }
            }
            Next::Ask(pick) => {
                let attribute = questions.playbook().attribute(&pick.attribute);
                if let Some(attribute) = attribute
                    && conversation.asked.map(|asked| asked.attribute) != Some(attribute)
                {
                    conversation.asked = Some(Asked {
                        attribute,
                        tries: 0,
                    });
                }
                let (text, answers, multiple) = self.wording(attribute);
                Turn::Ask {
                    pick,
                    text,
                    answers,
                    multiple,
                }
            }
        }
    }

    /// The text of a question, the answers to choose from, and whether several may be chosen.
    fn wording(&self, attribute: Option<u16>) -> (String, Vec<String>, bool) {
        let Some(attribute) = attribute else {
            return (String::new(), Vec::new(), false);
        };
        let question = self.questions().about(attribute);
        let text = question.map_or("", |question| question.text());
        let (answers, multiple) = self.questions().choices(attribute);
        let answers = answers.into_iter().map(String::from);
        (String::from(text), answers.gather(), multiple)
    }

    fn again(&self, attribute: u16, message: String) -> Turn {
        let (text, answers, multiple) = self.wording(Some(attribute));
        Turn::Again {
            attribute: String::from(self.questions().name(attribute)),
            message,
            text,
            answers,
            multiple,
        }
    }

    /// Takes an answer to the question that waits, in the visitor's words, by its label, or as a list of labels.
    pub fn answer<'w>(
        &self,
        conversation: &mut Conversation,
        evidence: &Evidence,
        words: impl Into<Words<'w>>,
        as_of: Millis,
    ) -> Turn {
        let words = words.into();
        let Some(asked) = conversation.asked.filter(|_| !conversation.handed_over) else {
            return self.turn(conversation, evidence, as_of);
        };
        match understand(self.questions(), asked.attribute, words, as_of) {
            Heard::Finding(finding) => {
                self.learn(conversation, asked.attribute, finding, words, as_of);
            }
            Heard::Decline => conversation.pass(asked.attribute, Passed::Declined),
            Heard::Unclear(message) => {
                let tries = asked.tries.saturating_add(1);
                if tries < self.rules.tries {
                    conversation.asked = Some(Asked { tries, ..asked });
                    return self.again(asked.attribute, message);
                }
                conversation.pass(asked.attribute, Passed::Skipped);
                conversation.handed_over = self.rules.then == GiveUp::HandOver;
            }
        }
        self.turn(conversation, evidence, as_of)
    }

    /// Leaves the question that waits unanswered.
    pub fn decline(
        &self,
        conversation: &mut Conversation,
        evidence: &Evidence,
        as_of: Millis,
    ) -> Turn {
        if let Some(asked) = conversation.asked {
            conversation.pass(asked.attribute, Passed::Declined);
        }
        self.turn(conversation, evidence, as_of)
    }

    /// Takes a value for any attribute, asked or not, in words as an answer would be: what a form or an address brought along, or
    /// a correction. What was said before stays in the state; the later one counts.
    ///
    /// # Errors
    /// What to say to the visitor, where the words are not understood, or the attribute is none of the playbook.
    pub fn tell<'w>(
        &self,
        conversation: &mut Conversation,
        attribute: &str,
        words: impl Into<Words<'w>>,
        as_of: Millis,
    ) -> Result<(), String> {
        let words = words.into();
        let questions = self.questions();
        let Some(place) = questions.playbook().attribute(attribute) else {
            return Err(alloc::format!(
                "`{attribute}` is not an attribute of this playbook"
            ));
        };
        match understand(questions, place, words, as_of) {
            Heard::Finding(finding) => {
                self.learn(conversation, place, finding, words, as_of);
                Ok(())
            }
            Heard::Decline => Err(String::from("please say what it is")),
            Heard::Unclear(message) => Err(message),
        }
    }

    /// Takes another answer to a question that was answered before, or one to a question that doesn't wait, and says what comes next:
    /// the same question once more where the words are not understood.
    pub fn correct<'w>(
        &self,
        conversation: &mut Conversation,
        evidence: &Evidence,
        attribute: &str,
        words: impl Into<Words<'w>>,
        as_of: Millis,
    ) -> Turn {
        let told = self.tell(conversation, attribute, words, as_of);
        match (told, self.questions().playbook().attribute(attribute)) {
            (Err(message), Some(attribute)) => self.again(attribute, message),
            _ => self.turn(conversation, evidence, as_of),
        }
    }

    fn learn(
        &self,
        conversation: &mut Conversation,
        attribute: u16,
        finding: Finding,
        words: Words<'_>,
        as_of: Millis,
    ) {
        let Some(source) = self.picker.source else {
            return;
        };
        conversation.facts.push(Said {
            fact: self.picker.fact(attribute, finding, source, as_of),
            words: Some(words.written()),
        });
        conversation.pass(attribute, Passed::Answered);
    }
}

impl Conversation {
    /// The attribute whose question waits for its answer.
    pub fn waits_for<'q>(&self, questions: &'q Questions) -> Option<&'q str> {
        self.asked.map(|asked| questions.name(asked.attribute))
    }

    /// Notes that something is not asked again, and why.
    pub(super) fn pass(&mut self, attribute: u16, why: Passed) {
        if self.asked.map(|asked| asked.attribute) == Some(attribute) {
            self.asked = None;
        }
        match self
            .passed
            .iter_mut()
            .find(|(passed, _)| *passed == attribute)
        {
            Some((_, before)) => *before = why,
            None => self.passed.push((attribute, why)),
        }
    }
}
