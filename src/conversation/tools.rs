//! For chatbots with a language model: tools that it may call, and what becomes of its calls.
//!
//! The model reads what the visitor wrote and says what it found, with the words on which it relies. Those must be the
//! visitor's. The decision stays with the engine.

use super::questions::Questions;
use super::stored::{as_written, facts_node};
use super::talk::{Conversation, Passed, Said, Talk};
use crate::decimal::{self, NUMBER_PLACES};
use crate::evidence::Evidence;
use crate::fold::fold;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::document::schema::typed;
use crate::playbook::{Kind, Millis, row};
use crate::problem::{Problem, Problems};
use crate::tree::{Content, Entry, Node, Tree, write_compact};
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// Where facts come from that a model found.
const SOURCE: &str = "inferred";

/// How a vendor wants its tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `name`, `description`, `parameters`.
    Plain,
    /// The same within `function`, as OpenAI and those compatible with it take it.
    OpenAi,
    /// `name`, `description`, `input_schema`, as Anthropic takes it.
    Anthropic,
}

impl Questions {
    /// The tools as a JSON list: one to record facts, one to note that the visitor would rather not answer; each where there is
    /// something to record, or a question.
    pub fn tools(&self, dialect: Dialect) -> String {
        let facts: Vec<Node> = (0u16..)
            .zip(&self.fields)
            .filter(|(attribute, _)| self.may_be_inferred(*attribute))
            .filter_map(|(attribute, _)| self.fact_schema(attribute))
            .gather();
        let names: Vec<Node> = self
            .attributes()
            .map(|attribute| Node::text(self.name(attribute)))
            .gather();
        let (some_facts, some_questions) = (!facts.is_empty(), !names.is_empty());
        let fact = Node::empty().with("anyOf", Node::list(facts));
        let record = tool(
            dialect,
            "record_facts",
            "Records what the visitor has said about the company, the person or the deal. Record only what the visitor said, \
             and quote the words.",
            object(Node::empty().with("facts", typed("array").with("items", fact))),
        );
        let decline = tool(
            dialect,
            "decline_question",
            "Notes that the visitor would rather not answer a question.",
            object(Node::empty().with("attribute", one_of(names))),
        );
        let mut due = Vec::new();
        if some_facts {
            due.push(record);
        }
        if some_questions {
            due.push(decline);
        }
        let mut out = String::new();
        write_compact(&mut out, &Node::list(due));
        out
    }

    /// Whether a fact that a model found would count.
    fn may_be_inferred(&self, attribute: u16) -> bool {
        let playbook = self.playbook();
        let Some(source) = playbook.source(SOURCE) else {
            return false;
        };
        let &[.., start, count, _, _] = row(&playbook.attributes, i64::from(attribute));
        let named = playbook.list(start, count);
        let by = playbook.asserter_of_source(source);
        named.is_empty() || by.is_some_and(|by| named.contains(&i64::from(by)))
    }

    fn fact_schema(&self, attribute: u16) -> Option<Node> {
        let field = self.field(attribute)?;
        let mut about = String::new();
        let asked = field.question.as_ref().map(|question| question.text());
        let texts = [field.label.as_deref(), asked, field.unit.as_deref()];
        for text in texts.into_iter().flatten() {
            about.push_str(if about.is_empty() { "" } else { ". " });
            about.push_str(text);
        }
        let options = || one_of(self.options(attribute).into_iter().map(Node::text).gather());
        let value = match self.kind(attribute)? {
            Kind::Boolean => typed("boolean"),
            Kind::Text => typed("string"),
            Kind::Date => typed("string").with("description", Node::text("YYYY-MM-DD")),
            Kind::Choice(_) => options(),
            Kind::Choices(_) => typed("array").with("items", options()),
            Kind::Number { min, max, whole } => {
                let mut value = typed(if whole { "integer" } else { "number" });
                if min > -limits::NUMBER_MICRO {
                    value = value.with("minimum", number(min));
                }
                if max < limits::NUMBER_MICRO {
                    value = value.with("maximum", number(max));
                }
                value
            }
        };
        let own = "the visitor's own words, exactly as written";
        let quote = typed("string").with("description", Node::text(own));
        let name = Vec::from([Node::text(self.name(attribute))]);
        let fact = Node::empty()
            .with("attribute", one_of(name))
            .with("value", value)
            .with("quote", quote);
        let fact = object(fact);
        Some(match about.is_empty() {
            true => fact,
            false => fact.with("description", Node::text(about)),
        })
    }
}

/// One of some texts.
fn one_of(names: Vec<Node>) -> Node {
    typed("string").with("enum", Node::list(names))
}

/// An object of which every property is due and no other allowed.
fn object(properties: Node) -> Node {
    let names = properties.as_object().unwrap_or_default().iter();
    let names = names.map(|entry| Node::text(entry.key.clone())).gather();
    typed("object")
        .with("properties", properties)
        .with("required", Node::list(names))
        .with("additionalProperties", Node::from(Content::Boolean(false)))
}

fn tool(dialect: Dialect, name: &str, description: &str, schema: Node) -> Node {
    let parts = |schema_is| {
        Node::empty()
            .with("name", Node::text(name))
            .with("description", Node::text(description))
            .with(schema_is, schema)
    };
    match dialect {
        Dialect::Plain => parts("parameters"),
        Dialect::Anthropic => parts("input_schema"),
        Dialect::OpenAi => {
            let function = parts("parameters").with("strict", Node::from(Content::Boolean(true)));
            typed("function").with("function", function)
        }
    }
}

fn number(value: i64) -> Node {
    let mut text = String::new();
    decimal::write(&mut text, value, NUMBER_PLACES);
    Node::from(Content::Number(text.into_boxed_str()))
}

impl Talk<'_> {
    /// Takes what a model found: the arguments of a call of `record_facts`, and what the visitor wrote so far, message by message.
    ///
    /// Facts come from the source `inferred`. All or none are taken.
    ///
    /// # Errors
    /// What is wrong with them, to be given back to the model: values that don't fit, and quotes that are not the visitor's words.
    pub fn infer(
        &self,
        conversation: &mut Conversation,
        arguments: &str,
        visitor_wrote: &[&str],
        as_of: Millis,
    ) -> Result<(), Problems> {
        let questions = self.questions();
        if questions.playbook().source(SOURCE).is_none() {
            let message =
                "this playbook has no source `inferred`, so nothing that a model finds counts";
            return Err(Problem::new("unknown_name", "/sources", message).into());
        }
        let tree = Tree::parse_json(arguments, limits::EVIDENCE_BYTES)?;
        let mut problems = tree.problems;
        let empty = Vec::new();
        let facts = match tree.root.get("facts").map(|facts| &facts.content) {
            Some(Content::List(facts)) => facts,
            _ => {
                problems.push(Problem::new(
                    "missing_field",
                    "/facts",
                    "a list of facts is due",
                ));
                &empty
            }
        };
        let wrote: Vec<String> = visitor_wrote.iter().map(|text| spaced(text)).gather();
        let mut quotes: Vec<Box<str>> = Vec::new();
        let mut bare = Vec::new();
        for (place, fact) in facts.iter().enumerate() {
            let quote = fact
                .get("quote")
                .and_then(Node::as_text)
                .unwrap_or_default();
            let said = spaced(quote);
            if said.is_empty() || !wrote.iter().any(|text| holds(text, &said)) {
                let message = "the quote is not in what the visitor wrote";
                let help = "quote the visitor's own words, exactly as written";
                problems.push(
                    Problem::new("bad_quote", format!("/facts/{place}/quote"), message)
                        .at(fact.at.line, fact.at.column)
                        .help(help),
                );
            }
            quotes.push(Box::from(quote));
            bare.push(as_fact(fact, as_of));
        }
        match Evidence::from_tree(questions.playbook(), &facts_node(bare, &tree.root)) {
            Ok(evidence) if problems.is_empty() => {
                for ((fact, node), quote) in evidence.facts().iter().zip(facts).zip(quotes) {
                    conversation.facts.push(Said {
                        fact: as_written(fact, node),
                        words: Some(quote),
                    });
                }
                Ok(())
            }
            Ok(_) => Err(Problems::new(problems)),
            Err(more) => {
                problems.extend(more.iter().cloned());
                Err(Problems::new(problems))
            }
        }
    }

    /// Notes that the visitor would rather not answer a question, as a call of `decline_question` says.
    ///
    /// # Errors
    /// That there is no such question.
    pub fn refuse(&self, conversation: &mut Conversation, attribute: &str) -> Result<(), String> {
        let questions = self.questions();
        match questions
            .playbook()
            .attribute(attribute)
            .filter(|it| questions.about(*it).is_some())
        {
            Some(attribute) => {
                conversation.pass(attribute, Passed::Declined);
                Ok(())
            }
            None => Err(format!("there is no question about `{attribute}`")),
        }
    }
}

/// A found fact as evidence has it.
fn as_fact(fact: &Node, as_of: Millis) -> Node {
    let mut copy = fact.clone();
    let at = copy.at;
    if let Content::Object(entries) = &mut copy.content {
        entries.retain(|entry| &*entry.key != "quote");
        for (key, value) in [("source", Node::text(SOURCE)), ("at", Node::number(as_of))] {
            // Whatever the model says about itself doesn't count.
            entries.retain(|entry| &*entry.key != key);
            entries.push(Entry {
                key: Box::from(key),
                at,
                value,
            });
        }
    }
    copy
}

/// The words of a text, folded, with one space between them.
fn spaced(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split_whitespace().gather();
    words.join(" ")
}

/// Whether a text holds words as whole words.
fn holds(text: &str, words: &str) -> bool {
    let whole = |before: Option<char>, first: Option<char>| {
        !(before.is_some_and(char::is_alphanumeric) && first.is_some_and(char::is_alphanumeric))
    };
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        whole(before, words.chars().next()) && whole(after, words.chars().next_back())
    })
}
