//! Why a receipt is not taken.

use super::difference::Difference;
use crate::json::Writer;
use crate::problem::{Problem, Problems};
use alloc::{boxed::Box, string::String};
use core::fmt;

/// Which check failed, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// The receipt has too many bytes.
    TooLarge,
    /// It has not the form of a receipt.
    Malformed,
    /// Its seal is not that of what it says.
    Altered,
    /// The challenge's key is not known.
    UnknownKey,
    /// The key did not make the challenge.
    Forged,
    /// The challenge was given out in the future.
    NotYetValid,
    /// The challenge's time has passed.
    Expired,
    /// The challenge's playbook is not known.
    UnknownPlaybook,
    /// The playbook was retired too long ago.
    RetiredPlaybook,
    /// The decision's instant doesn't go with the challenge and the server's clock.
    ClockSkew,
    /// The evidence doesn't fit the playbook.
    BadEvidence,
    /// There are too many facts.
    TooManyFacts,
    /// There are too many events.
    TooManyEvents,
    /// An event is too old.
    TooOld,
    /// Something is asserted that a browser may not assert.
    NotAllowed,
    /// The decision is another.
    DecisionDiffers,
    /// The challenge was seen before.
    Replayed,
    /// Whether the challenge was seen can't be said.
    Unavailable,
}

impl Code {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::Altered => "altered",
            Self::UnknownKey => "unknown_key",
            Self::Forged => "forged",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::UnknownPlaybook => "unknown_playbook",
            Self::RetiredPlaybook => "retired_playbook",
            Self::ClockSkew => "clock_skew",
            Self::BadEvidence => "bad_evidence",
            Self::TooManyFacts => "too_many_facts",
            Self::TooManyEvents => "too_many_events",
            Self::TooOld => "too_old",
            Self::NotAllowed => "not_allowed",
            Self::DecisionDiffers => "decision_differs",
            Self::Replayed => "replayed",
            Self::Unavailable => "unavailable",
        }
    }

    /// What the page or its maker can do.
    fn help(self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyFacts | Self::TooManyEvents | Self::TooOld => {
                "send less evidence, or allow more in the server's policy"
            }
            Self::Malformed => "make the receipt with `leadstage/receipt`",
            Self::Altered => "send the receipt's bytes as they were made",
            Self::UnknownKey | Self::Forged | Self::Expired | Self::Replayed => {
                "ask for a new challenge"
            }
            Self::NotYetValid => "let the servers' clocks agree",
            Self::UnknownPlaybook | Self::RetiredPlaybook => {
                "load the current playbook and ask for a challenge for it"
            }
            Self::ClockSkew => "decide anew at an instant between the challenge's issue and now",
            Self::BadEvidence => "make the evidence fit the playbook of the challenge",
            Self::NotAllowed => "leave it to the server to assert it",
            Self::DecisionDiffers => {
                "decide by the playbook of the challenge on exactly the evidence that is sent"
            }
            Self::Unavailable => "try again later",
        }
    }
}

/// Why a receipt is not taken: the first check that failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// Which check failed.
    pub code: Code,
    /// JSON Pointer to the place, in the receipt, its evidence or its decision as the code says; may be empty.
    pub path: String,
    /// What was expected and what was found, in one sentence.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// What is wrong with the evidence, with `BadEvidence`.
    pub problems: Option<Problems>,
    /// What is different first, with `DecisionDiffers`.
    pub difference: Option<Box<Difference>>,
}

impl Refusal {
    /// The challenge was answered before: what a store says that keeps the rest too.
    pub fn replayed() -> Self {
        let message = "the challenge was answered before";
        Self::new(Code::Replayed, "/challenge", message)
    }

    pub(super) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            path: path.into(),
            message: message.into(),
            help: code.help(),
            problems: None,
            difference: None,
        }
    }

    pub(super) fn of_evidence(problems: Problems) -> Self {
        Self {
            problems: Some(problems),
            ..Self::new(
                Code::BadEvidence,
                "/evidence",
                "the evidence doesn't fit the playbook",
            )
        }
    }

    /// Writes the refusal as a JSON object.
    pub fn write(&self, w: &mut Writer) {
        w.open('{');
        w.key("code").text(self.code.word());
        w.key("path").text(&self.path);
        w.key("message").text(&self.message);
        w.key("help").text(self.help);
        if let Some(problems) = &self.problems {
            w.key("problems").open('[');
            let each = |problem: &Problem| problem.write(w.item());
            problems.iter().for_each(each);
            w.close(']');
        }
        if let Some(difference) = &self.difference {
            w.key("difference");
            difference.write(w);
        }
        w.close('}');
    }

    /// The refusal as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write(&mut Writer::new(&mut text));
        text
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code.word())?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if let Some(problems) = &self.problems {
            write!(f, "\n{problems}")?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

impl core::error::Error for Refusal {}
