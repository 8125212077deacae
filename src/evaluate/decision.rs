//! What comes out of an evaluation.

use super::forecast::Change;
use crate::playbook::{Milli, Millis};
use alloc::{boxed::Box, string::String, vec::Vec};

/// A decision: everything that the playbook says about a lead at an instant.
///
/// As JSON text it is written by [`evaluate_json`](super::evaluate_json).
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<'p> {
    /// The playbook's name.
    pub playbook: &'p str,
    /// The playbook's version.
    pub version: u32,
    /// The playbook's digest.
    pub digest: &'p [u8; 32],
    /// The instant that was asked about.
    pub as_of: Millis,
    /// By name.
    pub scores: Vec<ScoreResult<'p>>,
    /// The grade, where the playbook has one.
    pub grade: Option<Settled<Option<String>>>,
    /// The account's tier, where the playbook has tiers.
    pub icp: Option<Settled<Option<&'p str>>>,
    /// The contact's persona, where the playbook has personas.
    pub persona: Option<Settled<Option<&'p str>>>,
    /// Readiness, where the playbook has a framework.
    pub readiness: Option<Readiness<'p>>,
    /// By name: whether the lead is in the segment.
    pub segments: Vec<(&'p str, Settled<bool>)>,
    /// By the stage's name.
    pub gates: Vec<GateResult<'p>>,
    /// The stage, where the record has one.
    pub stage: Option<StageResult<'p>>,
    /// The route, where the playbook has routes.
    pub route: Option<RouteResult<'p>>,
    /// Facts that don't count, in the order of the evidence.
    pub facts_aside: Vec<FactAside<'p>>,
    /// Events that don't count, in the order of the evidence.
    pub events_aside: Vec<EventAside>,
}

/// An answer, and whether it stays so for every completion of the open attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled<T> {
    /// The answer on what is known.
    pub value: T,
    /// Whether no completion changes it.
    pub settled: bool,
}

/// A score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreResult<'p> {
    /// Its name.
    pub name: &'p str,
    /// What is met, in thousandths of a point.
    pub value: Milli,
    /// The least that it may become, in thousandths.
    pub low: Milli,
    /// The most that it may become, in thousandths.
    pub high: Milli,
    /// The band of the value.
    pub band: Option<&'p str>,
    /// Lines that add up to the value; in an explained decision.
    pub ledger: Option<Vec<Line<'p>>>,
}

/// A line of a score's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'p> {
    /// What brings or takes the points.
    pub kind: LineKind,
    /// The group; `None` for the score's cap.
    pub group: Option<&'p str>,
    /// The place of the rule in its group; `None` for caps of groups and scores.
    pub rule: Option<u32>,
    /// The number of events that count.
    pub events: Option<u32>,
    /// In thousandths.
    pub points: Milli,
}

/// What brings or takes the points of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// What the rule brings.
    Rule,
    /// What the cap per period takes.
    Period,
    /// What decay takes.
    Decay,
    /// What the rule's cap changes.
    RuleCap,
    /// What the group's cap changes.
    GroupCap,
    /// What the score's cap changes.
    ScoreCap,
}

/// How far the readiness framework is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness<'p> {
    /// The framework's name.
    pub framework: &'p str,
    /// Criteria that are met.
    pub met: Vec<&'p str>,
    /// Criteria that are known not to be met.
    pub unmet: Vec<&'p str>,
    /// Criteria that are unknown.
    pub unknown: Vec<&'p str>,
    /// Whether as many as due are met.
    pub ready: Settled<bool>,
}

/// A stage's gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateResult<'p> {
    /// The stage.
    pub stage: &'p str,
    /// Whether it is open.
    pub open: Settled<bool>,
    /// Whether it goes by what is due for staying.
    pub by_stay: bool,
    /// In an explained decision: what would open it, and when it changes.
    pub outlook: Option<Box<(Option<Missing<'p>>, Change)>>,
}

/// What would open a closed gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing<'p> {
    /// The truth of each part of the condition: 0 not met, 1 unknown, 2 met.
    pub criteria: Vec<u8>,
    /// Open attributes that could open it.
    pub facts: Vec<MissingFact<'p>>,
    /// Events that open it by themselves.
    pub events: Vec<MissingEvent<'p>>,
}

/// An attribute that is not exactly known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingFact<'p> {
    /// Its name.
    pub attribute: &'p str,
    /// Whether some value of it alone opens the gate.
    pub opens: bool,
}

/// Events that open a gate by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingEvent<'p> {
    /// Their signal.
    pub signal: &'p str,
    /// Their properties as a JSON object, sorted.
    pub properties: &'p str,
    /// How many are needed.
    pub times: u32,
    /// When that many are no longer enough.
    pub until: Change,
}

/// The stage before and after the moves that evidence alone makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageResult<'p> {
    /// As the evidence has it.
    pub from: &'p str,
    /// After the moves.
    pub to: Settled<&'p str>,
    /// The moves in order.
    pub moves: Vec<(&'p str, &'p str)>,
}

/// What happens next to a visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteResult<'p> {
    /// The first route whose condition is met.
    pub then: Settled<Option<&'p str>>,
    /// In an explained decision: when it changes, and to what.
    pub outlook: Option<(Change, Option<&'p str>)>,
}

/// A fact that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactAside<'p> {
    /// Its attribute.
    pub attribute: &'p str,
    /// Its source.
    pub source: &'p str,
    /// Why it does not count.
    pub why: &'static str,
}

/// An event that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventAside {
    /// Its id, if it has one.
    pub id: Option<Box<str>>,
    /// Its place in the evidence, from 0.
    pub place: u32,
    /// Why it does not count.
    pub why: &'static str,
}
