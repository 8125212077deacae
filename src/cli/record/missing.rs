//! What is missing, in words.

use super::local::Local;
use crate::cli::explain::phrase::plain;
use crate::cli::explain::told::{items, text, whole};
use crate::cli::explain::words::Words;
use leadstage::tree::Node;

/// Names joined by a word.
pub fn joined(names: &[String], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// The names of a list, each in words.
pub fn named(node: &Node, key: &str, words: impl Fn(&str) -> String) -> Vec<String> {
    let names = items(node, key).iter().filter_map(Node::as_text);
    names.map(words).collect()
}

/// A role or a queue in words.
pub fn role(name: &str) -> String {
    name.replace('_', " ")
}

/// A refusal: a short label, and what it is about.
pub fn missing(words: &Words<'_>, local: Local, refusal: &Node) -> (&'static str, String) {
    let of = |key: &str| text(refusal, key).unwrap_or_default();
    let listed = |key: &str| named(refusal, key, str::to_owned);
    let attributes = |key: &str| named(refusal, key, |name| words.attribute(name));
    let roles = || joined(&named(refusal, "needs", role), "or");
    let reasons = || {
        let reasons = named(refusal, "reasons", |name| words.reason(name));
        joined(&reasons, "or")
    };
    match of("code") {
        "no_transition" => {
            let possible = named(refusal, "possible", role);
            let rest = match possible.as_slice() {
                [] => String::from("nothing leads from here for who asks"),
                possible => format!("possible for who asks: {}", joined(possible, "or")),
            };
            let (command, stage) = (role(of("command")), words.stage(of("stage")));
            (
                "impossible",
                format!("{command} in the stage {stage}; {rest}"),
            )
        }
        "role" => ("not by you", format!("only {} may", roles())),
        "reason_missing" => ("reason", format!("one is due: {}", reasons())),
        "reason_unknown" => {
            let rest = match reasons().as_str() {
                "" => String::from("there is none for this"),
                reasons => format!("one of these is due: {reasons}"),
            };
            (
                "reason",
                format!("`{}` is none for this; {rest}", of("reason")),
            )
        }
        "note_missing" => ("note", String::from("a few words are due")),
        "return_missing" => ("return", String::from("a return date is due")),
        "return_past" => ("return", String::from("the date must lie ahead")),
        "return_unexpected" => ("return", String::from("this stage has no return date")),
        "not_identified" => {
            let any = joined(&attributes("attributes"), "or");
            ("nobody yet", format!("{any} must be known"))
        }
        "criterion" => {
            let condition = words.at(of("at"));
            let open = attributes("facts");
            match of("truth") {
                "unknown" if !open.is_empty() => {
                    let learn = format!("{condition} (to learn: {})", joined(&open, "and"));
                    ("not known", learn)
                }
                "unknown" => ("not known", condition),
                _ => ("not met", condition),
            }
        }
        "evidence_missing" => {
            let attribute = words.attribute(of("attribute"));
            let sources = joined(&listed("sources"), "or");
            match (of("why"), sources.as_str()) {
                ("unknown", "") => ("not known", attribute),
                ("unknown", sources) => ("not known", format!("{attribute}, from {sources}")),
                ("source", sources) => ("not known", format!("{attribute}: only {sources} counts")),
                _ => ("too old", format!("{attribute} must be told anew")),
            }
        }
        "re_entry" => match whole(refusal, "not_before") {
            Some(at) => (
                "too soon",
                format!("it was here lately: not before {}", local.moment(at)),
            ),
            None => (
                "too often",
                String::from("it has been here as often as it may"),
            ),
        },
        "status_unknown" => {
            let statuses = joined(&listed("statuses"), "or");
            let rest = match statuses.as_str() {
                "" => String::from("this stage has none"),
                statuses => format!("this stage has {statuses}"),
            };
            ("status", format!("`{}` is none here; {rest}", of("status")))
        }
        "status_same" => ("status", format!("it is `{}` already", of("status"))),
        "status_role" => ("not by you", format!("only {} may", roles())),
        "duplicate" => {
            let entry = refusal.get("entry").and_then(plain).unwrap_or_default();
            ("sent before", format!("it was taken in as entry {entry}"))
        }
        "started" => ("begun", String::from("the record has begun already")),
        "before_start" => {
            let at = whole(refusal, "not_before").unwrap_or_default();
            (
                "too early",
                format!("the record begins on {}", local.moment(at)),
            )
        }
        "too_many" => ("full", format!("the record can't take more {}", of("what"))),
        "merged_twice" => {
            let other = text(refusal, "id").unwrap_or("the other record");
            ("merged", format!("{other} is merged already"))
        }
        "erased" => {
            let entry = refusal.get("entry").and_then(plain).unwrap_or_default();
            ("erased", format!("nothing comes in after entry {entry}"))
        }
        "not_due" => match whole(refusal, "not_before") {
            Some(at) => ("too early", format!("not before {}", local.moment(at))),
            None => ("kept", String::from("no retention rule is for its stage")),
        },
        _ => ("missing", String::from("something")),
    }
}
