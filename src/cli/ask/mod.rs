//! `leadstage ask`.

mod chat;

use super::report;
use super::source::{self, Book};
use super::stop::Stop;
use super::{instant, now};
use leadstage::conversation::{
    Conversation, Dialect, GiveUp, Picker, Questions, Rules, TREE_NODES, Talk, Turn,
};
use leadstage::evidence::{Evidence, Lead};
use leadstage::json::Writer;
use leadstage::limits;
use leadstage::problem::{Problem, Problems};
use std::fs;
use std::io::{self, Write};

/// Ask what decides the route, and stop as soon as it is decided.
///
/// Without --json, --tree and --tools it is a conversation: questions on the standard output, answers line by line from the
/// standard input.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook's document, in YAML or JSON.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// What is known already: evidence in JSON or YAML.
    #[arg(value_name = "EVIDENCE")]
    evidence: Option<String>,
    /// The instant to decide at. By default what the evidence says, else now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// One turn as JSON: `{ "turn", "conversation" }`; give the conversation back with --conversation.
    #[arg(long)]
    json: bool,
    /// A conversation to go on with: a file with what --json gave as `conversation`, or all of it.
    #[arg(long, value_name = "FILE", requires = "json")]
    conversation: Option<String>,
    /// The answer to the question that waits.
    #[arg(
        long,
        value_name = "WORDS",
        requires = "json",
        conflicts_with = "decline"
    )]
    answer: Option<String>,
    /// Leave the question that waits unanswered.
    #[arg(long, requires = "json")]
    decline: bool,
    /// Something else that is known or was said wrongly before; may be given several times.
    #[arg(long, value_name = "ATTRIBUTE=WORDS")]
    tell: Vec<String>,
    /// How often a question is put before it is given up.
    #[arg(long, value_name = "N", default_value_t = Rules::default().tries, value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,
    /// Where an answer is not understood so often, hand over to a person instead of asking something else.
    #[arg(long)]
    hand_over: bool,
    /// All questions as a tree.
    #[arg(long, value_name = "FORM", value_enum, num_args = 0..=1, default_missing_value = "text", conflicts_with = "tools")]
    tree: Option<Form>,
    /// The tools for a language model, as JSON.
    #[arg(long, value_name = "FORM", value_enum, num_args = 0..=1, default_missing_value = "plain")]
    tools: Option<Vendor>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Form {
    /// Lines for people.
    Text,
    Json,
    /// For Graphviz.
    Dot,
    /// A picture.
    Svg,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Vendor {
    Plain,
    Openai,
    Anthropic,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let questions = questions(source::playbook(&args.playbook)?)?;
    if let Some(vendor) = args.tools {
        let dialect = match vendor {
            Vendor::Plain => Dialect::Plain,
            Vendor::Openai => Dialect::OpenAi,
            Vendor::Anthropic => Dialect::Anthropic,
        };
        writeln!(io::stdout(), "{}", questions.tools(dialect))?;
        return Ok(());
    }
    let lead = lead(args, &questions)?;
    let as_of = args.as_of.or(lead.as_of).unwrap_or_else(now);
    let rules = Rules {
        tries: args.tries,
        then: if args.hand_over {
            GiveUp::HandOver
        } else {
            GiveUp::Skip
        },
    };
    let talk = Talk::new(&questions, rules);
    let mut conversation = match &args.conversation {
        Some(path) => conversation(path, &questions)?,
        None => Conversation::default(),
    };
    for told in &args.tell {
        let (attribute, words) = told.split_once('=').ok_or_else(|| {
            Stop::Usage(format!(
                "`--tell {told}` is not of the form ATTRIBUTE=WORDS"
            ))
        })?;
        talk.tell(&mut conversation, attribute.trim(), words, as_of)
            .map_err(|message| Stop::Usage(format!("`--tell {told}`: {message}")))?;
    }
    if let Some(form) = args.tree {
        return tree(
            &talk,
            &questions,
            &conversation,
            &lead.evidence,
            as_of,
            form,
        );
    }
    if args.json {
        return one_turn(args, &talk, &questions, conversation, &lead.evidence, as_of);
    }
    if args.evidence.as_deref().is_some_and(source::is_stdin) {
        let message =
            "answers come from the standard input, so the evidence must be a file; or use --json";
        return Err(Stop::Usage(String::from(message)));
    }
    chat::run(&talk, &questions, conversation, &lead.evidence, as_of)
}

fn questions(book: Book) -> Result<Questions, Stop> {
    let Some(document) = book.document else {
        let message =
            "the compiled form holds no questions; give the playbook's document (YAML or JSON)";
        return Err(Stop::Usage(String::from(message)));
    };
    Questions::from_node(book.playbook, &document)
        .map_err(|problems| Stop::Files(format!("the questions can't be read: {problems}")))
}

/// What is known already.
fn lead(args: &Args, questions: &Questions) -> Result<Lead, Stop> {
    let Some(path) = &args.evidence else {
        return Ok(Lead::default());
    };
    let bytes = source::read(path, limits::EVIDENCE_BYTES)?;
    let text = source::text(bytes).map_err(|problem| refuse(path, "", &Problems::from(problem)))?;
    Lead::parse(questions.playbook(), &text).map_err(|problems| refuse(path, &text, &problems))
}

fn refuse(path: &str, text: &str, problems: &Problems) -> Stop {
    let reported = report::problems(path, text, problems.iter());
    reported.err().unwrap_or(Stop::Problems)
}

/// Reads a conversation, alone or within what `--json` wrote.
fn conversation(path: &str, questions: &Questions) -> Result<Conversation, Stop> {
    let bytes = fs::read(path).map_err(|error| Stop::file("read", path, &error))?;
    let text = source::text(bytes).map_err(|problem| refuse(path, "", &Problems::from(problem)))?;
    let inner = leadstage::tree::Tree::parse_json(&text, limits::EVIDENCE_BYTES)
        .map_err(|problem: Problem| refuse(path, &text, &Problems::from(problem)))?
        .root
        .get("conversation")
        .filter(|inner| inner.as_object().is_some())
        .map(|inner| {
            let mut out = String::new();
            leadstage::tree::write_compact(&mut out, inner);
            out
        });
    let text = inner.unwrap_or(text);
    Conversation::parse(questions, &text).map_err(|problems| refuse(path, &text, &problems))
}

fn tree(
    talk: &Talk<'_>,
    questions: &Questions,
    conversation: &Conversation,
    evidence: &Evidence,
    as_of: i64,
    form: Form,
) -> Result<(), Stop> {
    let all = talk.evidence(conversation, evidence);
    let tree = Picker::new(questions).tree(&all, as_of, TREE_NODES);
    let text = match form {
        Form::Text => tree.to_text(),
        Form::Json => tree.to_json() + "\n",
        Form::Dot => tree.to_dot(),
        Form::Svg => tree.to_svg(),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

fn one_turn(
    args: &Args,
    talk: &Talk<'_>,
    questions: &Questions,
    mut conversation: Conversation,
    evidence: &Evidence,
    as_of: i64,
) -> Result<(), Stop> {
    let turn: Turn = match &args.answer {
        Some(words) => talk.answer(&mut conversation, evidence, words.as_str(), as_of),
        None if args.decline => talk.decline(&mut conversation, evidence, as_of),
        None => talk.turn(&mut conversation, evidence, as_of),
    };
    let mut out = String::new();
    let mut w = Writer::new(&mut out);
    w.open('{');
    w.key("turn");
    turn.write(&mut w);
    w.key("conversation");
    out.push_str(&conversation.to_json(questions));
    out.push('}');
    writeln!(io::stdout(), "{out}")?;
    Ok(())
}
