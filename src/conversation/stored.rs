//! Conversations and turns as JSON, and back.

use super::questions::Questions;
use super::talk::{Asked, Conversation, End, Passed, Said, Turn};
use crate::decimal::NUMBER_PLACES;
use crate::evidence::{Evidence, Fact, Finding};
use crate::gather::{Gather, Keep};
use crate::json::Writer;
use crate::limits;
use crate::playbook::Value;
use crate::problem::{Problem, Problems};
use crate::time::write_date;
use crate::tree::{Content, Entry, Node, Tree};
use alloc::{boxed::Box, format, string::String, vec::Vec};

const FIELDS: [&str; 6] = [
    "conversation",
    "playbook",
    "facts",
    "asked",
    "passed",
    "handed_over",
];
/// What a fact of a conversation has besides what facts have.
const WORDS: &str = "words";

impl Conversation {
    /// The state as JSON, to be stored and read again by [`Conversation::parse`].
    pub fn to_json(&self, questions: &Questions) -> String {
        let mut out = String::new();
        let mut w = Writer::new(&mut out);
        w.open('{');
        w.key("conversation").integer(1);
        w.key("playbook").text(&questions.playbook().digest());
        w.key("facts").open('[');
        for said in &self.facts {
            w.item();
            write_fact(&mut w, questions, said);
        }
        w.close(']');
        match self.asked {
            None => w.key("asked").null(),
            Some(asked) => {
                w.key("asked").open('{');
                w.key("attribute").text(questions.name(asked.attribute));
                w.key("tries").integer(i64::from(asked.tries));
                w.close('}');
            }
        }
        w.key("passed").open('[');
        for (attribute, why) in &self.passed {
            w.item().open('{');
            w.key("attribute").text(questions.name(*attribute));
            w.key("why").text(why.word());
            w.close('}');
        }
        w.close(']');
        w.key("handed_over").boolean(self.handed_over);
        w.close('}');
        out
    }

    /// Reads a state that was written by [`Conversation::to_json`].
    ///
    /// # Errors
    /// Everything that is wrong with it: not JSON, another playbook's, facts that do not fit.
    pub fn parse(questions: &Questions, text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse_json(text, limits::EVIDENCE_BYTES)?;
        let mut reading = Reading {
            questions,
            problems: tree.problems,
        };
        let conversation = reading.conversation(&tree.root);
        if reading.problems.is_empty() {
            Ok(conversation)
        } else {
            Err(Problems::new(reading.problems))
        }
    }
}

impl Passed {
    fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Skipped => "skipped",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Answered, Self::Declined, Self::Skipped]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

struct Reading<'q> {
    questions: &'q Questions,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn report(&mut self, node: &Node, code: &'static str, path: &str, message: impl Into<String>) {
        let problem = Problem::new(code, path, message);
        self.problems.push(problem.at(node.at.line, node.at.column));
    }

    fn conversation(&mut self, root: &Node) -> Conversation {
        let mut conversation = Conversation::default();
        let Some(entries) = root.as_object() else {
            self.report(root, "wrong_type", "", "expected an object");
            return conversation;
        };
        for entry in entries
            .iter()
            .filter(|entry| !FIELDS.contains(&&*entry.key))
        {
            let message = format!("`{}` has no meaning here", entry.key);
            self.report(
                &entry.value,
                "unknown_field",
                &format!("/{}", entry.key),
                message,
            );
        }
        let one = |node: &Node| matches!(&node.content, Content::Number(text) if &**text == "1");
        if !root.get("conversation").is_some_and(one) {
            self.report(
                root,
                "bad_format",
                "/conversation",
                "this format is not known; write `\"conversation\": 1`",
            );
        }
        let digest = self.questions.playbook().digest();
        match root.get("playbook").and_then(Node::as_text) {
            Some(text) if *text == *digest => {}
            _ => self.report(
                root,
                "conflict",
                "/playbook",
                "this conversation is about another playbook",
            ),
        }
        if let Some(facts) = root.get("facts") {
            conversation.facts = self.facts(facts);
        }
        if let Some(asked) = root
            .get("asked")
            .filter(|node| node.content != Content::Null)
        {
            conversation.asked = self.asked(asked);
        }
        for (place, node) in root
            .get("passed")
            .and_then(Node::as_list)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let path = format!("/passed/{place}");
            let attribute = self.attribute(node, &path);
            match node.get("why").and_then(Node::as_text).and_then(Passed::of) {
                Some(why) => conversation
                    .passed
                    .keep(attribute.map(|attribute| (attribute, why))),
                None => self.report(
                    node,
                    "bad_value",
                    &format!("{path}/why"),
                    "one of `answered`, `declined`, `skipped` is due",
                ),
            }
        }
        match root.get("handed_over").map(|node| &node.content) {
            None => {}
            Some(Content::Boolean(value)) => conversation.handed_over = *value,
            Some(_) => self.report(
                root,
                "wrong_type",
                "/handed_over",
                "expected `true` or `false`",
            ),
        }
        conversation
    }

    fn attribute(&mut self, node: &Node, path: &str) -> Option<u16> {
        let name = node.get("attribute").and_then(Node::as_text);
        let found = name.and_then(|name| self.questions.playbook().attribute(name));
        if found.is_none() {
            let message = "the name of an attribute of this playbook is due";
            self.report(node, "unknown_name", &format!("{path}/attribute"), message);
        }
        found
    }

    fn asked(&mut self, node: &Node) -> Option<Asked> {
        let attribute = self.attribute(node, "/asked");
        let tries = match node.get("tries").map(|node| &node.content) {
            Some(Content::Number(text)) => text.parse::<u32>().ok(),
            _ => None,
        };
        if tries.is_none() {
            self.report(
                node,
                "wrong_type",
                "/asked/tries",
                "expected a whole number",
            );
        }
        Some(Asked {
            attribute: attribute?,
            tries: tries?,
        })
    }

    fn facts(&mut self, node: &Node) -> Vec<Said> {
        let Some(items) = node.as_list() else {
            self.report(node, "wrong_type", "/facts", "expected a list");
            return Vec::new();
        };
        let mut words: Vec<Option<Box<str>>> = Vec::new();
        let mut bare = Vec::new();
        for item in items {
            words.push(item.get(WORDS).and_then(Node::as_text).map(Box::from));
            let mut copy = item.clone();
            if let Content::Object(entries) = &mut copy.content {
                entries.retain(|entry| &*entry.key != WORDS);
            }
            bare.push(copy);
        }
        match Evidence::from_tree(self.questions.playbook(), &facts_node(bare, node)) {
            Ok(evidence) => {
                let facts = evidence.facts().iter().zip(items);
                facts
                    .map(|(fact, item)| as_written(fact, item))
                    .zip(words)
                    .map(|(fact, words)| Said { fact, words })
                    .gather()
            }
            Err(problems) => {
                self.problems.extend(problems.iter().cloned());
                Vec::new()
            }
        }
    }
}

/// A fact with its text as it was written.
pub(super) fn as_written(fact: &Fact, node: &Node) -> Fact {
    let mut fact = fact.clone();
    let text = node.get("value").and_then(Node::as_text);
    if let (Finding::Exactly(Value::Text(slot)), Some(text)) = (&mut fact.finding, text) {
        *slot = Box::from(text);
    }
    fact
}

/// Facts as evidence has them.
pub(super) fn facts_node(facts: Vec<Node>, at: &Node) -> Node {
    let list = Node {
        content: Content::List(facts),
        at: at.at,
    };
    Node {
        content: Content::Object(Vec::from([Entry {
            key: Box::from("facts"),
            at: at.at,
            value: list,
        }])),
        at: at.at,
    }
}

fn write_fact(w: &mut Writer, questions: &Questions, said: &Said) {
    let fact = &said.fact;
    let playbook = questions.playbook();
    w.open('{');
    w.key("attribute").text(questions.name(fact.attribute));
    write_finding(w, &fact.finding, &questions.options(fact.attribute));
    let source = playbook.name_in(&playbook.sources, fact.source);
    w.key("source").text(source);
    if let Some(at) = fact.at {
        w.key("at").integer(at);
    }
    if let Some(words) = &said.words {
        w.key(WORDS).text(words);
    }
    w.close('}');
}

fn write_finding(w: &mut Writer, finding: &Finding, options: &[&str]) {
    let option = |place: &u16| {
        options
            .get(usize::from(*place))
            .copied()
            .unwrap_or_default()
    };
    let list = |w: &mut Writer, places: &[u16]| {
        w.open('[');
        for place in places {
            w.item().text(option(place));
        }
        w.close(']');
    };
    match finding {
        Finding::Exactly(value) => {
            w.key("value");
            match value {
                Value::Boolean(value) => w.boolean(*value),
                Value::Number(value) => w.decimal(*value, NUMBER_PLACES),
                Value::Text(text) => w.text(text),
                Value::Choice(place) => w.text(option(place)),
                Value::Choices(places) => list(w, places),
                Value::Date(at) => {
                    let mut text = String::new();
                    write_date(&mut text, *at);
                    w.text(&text);
                }
            }
        }
        Finding::Between(low, high) => {
            w.key("range").open('[');
            w.item().decimal(*low, NUMBER_PLACES);
            w.item().decimal(*high, NUMBER_PLACES);
            w.close(']');
        }
        Finding::AnyOf(places) => {
            w.key("any_of");
            list(w, places);
        }
    }
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::NothingToAsk => "nothing_to_ask",
            Self::HandedOver => "handed_over",
        }
    }
}

impl Turn {
    /// The turn as JSON.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut Writer::new(&mut out));
        out
    }

    /// Writes the turn as a JSON object.
    pub fn write(&self, w: &mut Writer) {
        let labels = |w: &mut Writer, answers: &[String], multiple: bool| {
            w.key("answers").open('[');
            for answer in answers {
                w.item().text(answer);
            }
            w.close(']');
            if multiple {
                w.key("multiple").boolean(true);
            }
        };
        w.open('{');
        match self {
            Self::Ask {
                pick,
                text,
                answers,
                multiple,
            } => {
                w.key("ask");
                pick.write(w);
                w.key("text").text(text);
                labels(w, answers, *multiple);
            }
            Self::Again {
                attribute,
                message,
                text,
                answers,
                multiple,
            } => {
                w.key("again").text(attribute);
                w.key("message").text(message);
                w.key("text").text(text);
                labels(w, answers, *multiple);
            }
            Self::End {
                why,
                route,
                settled,
            } => {
                w.key("end").text(why.word());
                w.key("route").text_or_null(route.as_deref());
                w.key("settled").boolean(*settled);
            }
        }
        w.close('}');
    }
}
