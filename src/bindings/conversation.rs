//! The shell for conversations: documents, evidence, states and turns as JSON text.

use super::told::problems;
use crate::conversation::{
    Conversation, Dialect, GiveUp, Picker, Questions, Rules, TREE_NODES, Talk, Words,
};
use crate::evaluate::{Extent, evaluate_json};
use crate::evidence::Evidence;
use crate::playbook::{Millis, Playbook};
use crate::problem::{Problem, Problems};
use alloc::{format, string::String, sync::Arc, vec::Vec};
use wasm_bindgen::prelude::*;

/// A playbook that asks.
#[wasm_bindgen]
pub struct Asking {
    questions: Arc<Questions>,
}

/// One conversation with what is known besides.
#[wasm_bindgen]
pub struct Talking {
    questions: Arc<Questions>,
    rules: Rules,
    evidence: Evidence,
    conversation: Conversation,
}

fn told(found: Problems) -> String {
    problems(found.iter())
}

/// What is wrong with the name of an attribute.
fn unknown(message: String) -> String {
    told(Problem::new("unknown_name", "/id", message).into())
}

#[wasm_bindgen]
impl Asking {
    /// Loads a playbook document.
    ///
    /// # Errors
    /// The problems as JSON text, as everywhere here.
    pub fn parse(text: &str) -> Result<Asking, String> {
        let playbook = Arc::new(Playbook::parse(text).map_err(told)?);
        let questions = Questions::parse(playbook, text).map_err(told)?;
        Ok(Self {
            questions: Arc::new(questions),
        })
    }

    /// Name, version and digest, one a line.
    pub fn title(&self) -> String {
        let playbook = self.questions.playbook();
        let (name, version) = (playbook.name(), playbook.version());
        format!("{name}\n{version}\n{}", playbook.digest())
    }

    /// Tools for language models: 0 plain, 1 as OpenAI takes them, 2 as Anthropic does.
    pub fn tools(&self, dialect: u8) -> String {
        self.questions.tools(match dialect {
            1 => Dialect::OpenAi,
            2 => Dialect::Anthropic,
            _ => Dialect::Plain,
        })
    }

    /// All questions: 0 as JSON, 1 as text, 2 for Graphviz, 3 as a picture.
    pub fn tree(&self, evidence: &str, as_of: f64, form: u8) -> Result<String, String> {
        let evidence = Evidence::parse(self.questions.playbook(), evidence).map_err(told)?;
        let tree = Picker::new(&self.questions).tree(&evidence, as_of as Millis, TREE_NODES);
        Ok(match form {
            1 => tree.to_text(),
            2 => tree.to_dot(),
            3 => tree.to_svg(),
            _ => tree.to_json(),
        })
    }

    /// A conversation that has not begun.
    pub fn talk(&self, evidence: &str, tries: u32, hands_over: bool) -> Result<Talking, String> {
        let evidence = Evidence::parse(self.questions.playbook(), evidence).map_err(told)?;
        let then = match hands_over {
            true => GiveUp::HandOver,
            false => GiveUp::Skip,
        };
        Ok(Talking {
            questions: Arc::clone(&self.questions),
            rules: Rules { tries, then },
            evidence,
            conversation: Conversation::default(),
        })
    }
}

impl Talking {
    /// The attribute must be one of the playbook's.
    fn find(&self, attribute: &str) -> Result<(), String> {
        if self.questions.playbook().attribute(attribute).is_some() {
            return Ok(());
        }
        let short: String = attribute.chars().take(100).collect();
        let message = format!("`{short}` is not an attribute of this playbook");
        Err(unknown(message))
    }

    fn lead(
        &mut self,
        act: impl FnOnce(Talk<'_>, &mut Conversation, &Evidence) -> String,
    ) -> String {
        let talk = Talk::new(&self.questions, self.rules);
        act(talk, &mut self.conversation, &self.evidence)
    }

    fn said(&mut self, attribute: &str, words: Words<'_>, as_of: f64) -> Result<String, String> {
        self.find(attribute)?;
        let waits = self.conversation.waits_for(&self.questions) == Some(attribute);
        let as_of = as_of as Millis;
        Ok(self.lead(|talk, conversation, evidence| match waits {
            true => talk.answer(conversation, evidence, words, as_of).to_json(),
            false => talk
                .correct(conversation, evidence, attribute, words, as_of)
                .to_json(),
        }))
    }
}

#[wasm_bindgen]
impl Talking {
    /// Goes on with a conversation as it was kept.
    pub fn resume(&mut self, state: &str) -> Result<(), String> {
        self.conversation = Conversation::parse(&self.questions, state).map_err(told)?;
        Ok(())
    }

    /// Puts other evidence in place of what is known besides.
    pub fn know(&mut self, evidence: &str) -> Result<(), String> {
        self.evidence = Evidence::parse(self.questions.playbook(), evidence).map_err(told)?;
        Ok(())
    }

    /// What is to be said now.
    pub fn turn(&mut self, as_of: f64) -> String {
        self.lead(|talk, conversation, evidence| {
            talk.turn(conversation, evidence, as_of as Millis).to_json()
        })
    }

    /// Takes an answer in words, or a correction where another question waits; what comes next.
    pub fn answer(&mut self, attribute: &str, words: &str, as_of: f64) -> Result<String, String> {
        self.said(attribute, Words::Spoken(words), as_of)
    }

    /// The same of a list of answers.
    pub fn choose(
        &mut self,
        attribute: &str,
        list: Vec<String>,
        as_of: f64,
    ) -> Result<String, String> {
        self.said(attribute, Words::Chosen(&list), as_of)
    }

    /// Notes that a question is not to be asked.
    pub fn refuse(&mut self, attribute: &str) -> Result<(), String> {
        let talk = Talk::new(&self.questions, self.rules);
        talk.refuse(&mut self.conversation, attribute)
            .map_err(unknown)
    }

    /// Takes a value; what to say where it is not understood.
    pub fn tell(
        &mut self,
        attribute: &str,
        words: &str,
        as_of: f64,
    ) -> Result<Option<String>, String> {
        self.find(attribute)?;
        let talk = Talk::new(&self.questions, self.rules);
        let told = talk.tell(&mut self.conversation, attribute, words, as_of as Millis);
        Ok(told.err())
    }

    /// Takes the arguments of a language model's call of `record_facts`.
    pub fn infer(&mut self, arguments: &str, wrote: Vec<String>, as_of: f64) -> Result<(), String> {
        let talk = Talk::new(&self.questions, self.rules);
        let wrote: Vec<&str> = wrote.iter().map(String::as_str).collect();
        talk.infer(&mut self.conversation, arguments, &wrote, as_of as Millis)
            .map_err(told)
    }

    /// The conversation as it is kept.
    pub fn kept(&self) -> String {
        self.conversation.to_json(&self.questions)
    }

    /// The explained decision on all that is known.
    pub fn decide(&self, as_of: f64) -> String {
        let talk = Talk::new(&self.questions, self.rules);
        let evidence = talk.evidence(&self.conversation, &self.evidence);
        let playbook = self.questions.playbook();
        evaluate_json(playbook, &evidence, as_of as Millis, Extent::Explained)
    }
}
