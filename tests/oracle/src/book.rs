//! Section 2: the playbook. Points are thousandths, numbers millionths, times milliseconds.

use crate::condition::{Cond, Test, Where};
use crate::decay::Decay;

/// What an attribute or a property can hold.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A number, in millionths.
    Number {
        /// Not less than this.
        min: Option<i64>,
        /// Not more than this.
        max: Option<i64>,
        /// Whole numbers only.
        whole: bool,
    },
    /// A text.
    Text,
    /// One of the options, as written.
    Choice(Vec<String>),
    /// Any set of the options.
    Choices(Vec<String>),
    /// A day.
    Date,
}

/// A declared attribute.
#[derive(Debug)]
pub struct Attribute {
    pub name: String,
    pub kind: Kind,
    pub asserted_by: Option<Vec<String>>,
}

/// A declared signal with its properties.
#[derive(Debug)]
pub struct Signal {
    pub name: String,
    pub properties: Vec<(String, Kind)>,
}

/// A score of section 4.
#[derive(Debug)]
pub struct Score {
    pub name: String,
    pub groups: Vec<Group>,
    pub caps: Caps,
    pub bands: Vec<(String, i64)>,
}

/// `at_least` and `at_most`.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    pub least: Option<i64>,
    pub most: Option<i64>,
}

impl Caps {
    pub fn clamp(&self, points: i64) -> i64 {
        let points = self.most.map_or(points, |most| points.min(most));
        self.least.map_or(points, |least| points.max(least))
    }
}

/// A group of rules.
#[derive(Debug)]
pub struct Group {
    pub name: String,
    pub rules: Vec<Rule>,
    pub caps: Caps,
}

/// A rule: what it looks at, and what it brings.
#[derive(Debug)]
pub struct Rule {
    pub kind: RuleKind,
    pub points: i64,
    pub caps: Caps,
}

impl Rule {
    /// The signal and `where` of an event rule.
    pub fn pair(&self) -> Option<(&str, &Where)> {
        match &self.kind {
            RuleKind::When(_) => None,
            RuleKind::Events { signal, wher, .. } | RuleKind::Count { signal, wher, .. } => {
                Some((signal, wher))
            }
        }
    }
}

/// The three kinds of rules.
#[derive(Debug)]
pub enum RuleKind {
    When(Cond),
    Events {
        signal: String,
        wher: Where,
        within: Option<i64>,
        cooldown: Option<i64>,
        per: Option<(i64, i64)>,
        decay: Decay,
    },
    Count {
        signal: String,
        wher: Where,
        from: i64,
        to: Option<i64>,
        within: Option<i64>,
        decay: Decay,
    },
}

/// `readiness`.
#[derive(Debug)]
pub struct Readiness {
    pub framework: String,
    pub criteria: Vec<(String, Cond)>,
    pub at_least: usize,
}

/// A condition and its parts, as `missing.criteria` lists them.
#[derive(Debug)]
pub struct Gate {
    pub whole: Cond,
    pub parts: Vec<Cond>,
}

/// A stage with its conditions.
#[derive(Debug)]
pub struct Stage {
    pub name: String,
    pub enter: Option<Gate>,
    pub stay: Option<Gate>,
    pub exit: Option<Cond>,
}

/// A transition by automation; others are left alone.
#[derive(Debug)]
pub struct Transition {
    pub from: Vec<String>,
    pub to: String,
    pub when: Option<Cond>,
}

/// A playbook. Maps are sorted by name.
#[derive(Debug)]
pub struct Book {
    pub name: String,
    pub version: i64,
    pub sources: Vec<String>,
    pub attributes: Vec<Attribute>,
    pub signals: Vec<Signal>,
    pub scores: Vec<Score>,
    pub grade: Option<(usize, usize)>,
    pub icp: Vec<(String, Cond)>,
    pub personas: Vec<(String, Cond)>,
    pub readiness: Option<Readiness>,
    pub segments: Vec<(String, Cond)>,
    pub stages: Vec<Stage>,
    pub initial: Option<String>,
    pub transitions: Vec<Transition>,
    pub routes: Vec<(String, Option<Cond>)>,
    /// Every test on every attribute.
    pub tests: Vec<(usize, Test)>,
}

impl Book {
    pub fn attribute(&self, name: &str) -> usize {
        self.attributes
            .iter()
            .position(|a| a.name == name)
            .expect("a declared attribute")
    }

    pub fn signal(&self, name: &str) -> &Signal {
        self.signals
            .iter()
            .find(|s| s.name == name)
            .expect("a declared signal")
    }

    pub fn stage(&self, name: &str) -> &Stage {
        self.stages
            .iter()
            .find(|s| s.name == name)
            .expect("a declared stage")
    }
}
