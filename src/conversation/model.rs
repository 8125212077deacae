//! The route as a function of the answers: what is left of a playbook when all else is given.
//!
//! A state says of every question which class of answers it has, or that it is open. [`Model::look`] gives the routes that
//! may come out, the questions on which that may depend, and a key: states with the same key go on in the same way.

mod look;
mod mark;

pub(super) use look::{Look, Room};

use crate::gather::Gather;
use crate::playbook;
use crate::truth::Span;
use alloc::vec::Vec;

/// The place of a node.
pub(super) type NodeId = u32;

/// A question that is open.
pub(super) const OPEN: u16 = u16::MAX;

/// A condition over the answers; its parts come before it.
pub(super) enum Node {
    /// The same whatever is answered.
    Fixed(u8),
    /// Depends on one question: the truth by class of answers, and from the least to the greatest.
    Table(u8, Vec<u8>, Span),
    All(Vec<NodeId>),
    Any(Vec<NodeId>),
    None(Vec<NodeId>),
    AtLeast(u32, Vec<NodeId>),
    /// The number of those that hold lies in a range.
    Between(u32, u32, Vec<NodeId>),
    /// Works a score out, for nodes that follow.
    Sum(u16),
    /// A score lies in one of these ranges.
    Within(u16, Vec<(i64, i64)>),
    /// The first that holds is one of these, as bits.
    First(Vec<NodeId>, u64),
    /// The stage after the moves is one of these, as bits.
    Stage(u64),
    /// The time in the stage: without a move, and after one.
    Stayed(u8, u8),
}

/// What one question brings to a group, by class of answers.
pub(super) struct Part {
    pub question: u8,
    pub points: Vec<i64>,
    pub least: i64,
    pub most: i64,
}

pub(super) struct Group {
    pub base: i64,
    /// Until the model is finished.
    pub parts: Vec<Part>,
    /// The questions whose answers make a difference to it by their points, as bits.
    pub asked: u64,
    /// Rules on several questions, and what they bring when met.
    pub mixed: Vec<(NodeId, i64)>,
    pub at_least: i64,
    pub at_most: i64,
    /// The questions on which it depends, also by such rules, as bits.
    depends: u64,
}

pub(super) struct Score {
    pub groups: Vec<Group>,
    pub at_least: i64,
    pub at_most: i64,
    /// The number of its first group.
    first: u32,
}

pub(super) struct Route {
    /// By number, and as a bit.
    pub name: u32,
    pub bit: u128,
    pub when: Option<NodeId>,
}

/// A transition, and by stage that it starts from whether it is passed.
pub(super) struct Move {
    pub from: Vec<(u16, NodeId)>,
    pub to: u16,
}

/// A question as it is planned with: classes of answers that lead to the same.
pub(super) struct Choice {
    /// What it costs, in thousandths.
    pub cost: u64,
    /// By class, how often; not all zero.
    pub weights: Vec<u64>,
    pub total: u64,
    /// By answer, its class.
    pub class_of: Vec<u16>,
    /// The classes that bring the least and the most, roughly: where to look first for different routes.
    pub ends: [u16; 2],
}

/// The routes as a function of the answers.
#[derive(Default)]
pub(super) struct Model {
    pub choices: Vec<Choice>,
    pub nodes: Vec<Node>,
    pub scores: Vec<Score>,
    pub start: Option<u16>,
    pub moves: Vec<Move>,
    pub routes: Vec<Route>,
    /// No route, as a bit.
    pub no_route: u128,
    /// By question, what it brings to groups (numbered through all scores): open, and by class.
    parts: Vec<Vec<(u32, Vec<Brought>)>>,
    /// By group, what it has before anything is answered.
    unanswered: Vec<Brought>,
    /// By node, the questions on which it depends, as bits.
    depends: Vec<u64>,
    /// The same of the moves.
    moves_depend: u64,
    size: usize,
}

/// What the answers of a state bring to a group, questions that are open at their least and at their most; and the sum of those
/// that are not open or make no difference.
#[derive(Clone, Copy, Default)]
struct Brought {
    least: i64,
    most: i64,
    decided: i64,
}

impl Score {
    pub fn new(groups: Vec<Group>, at_least: i64, at_most: i64) -> Self {
        Self {
            groups,
            at_least,
            at_most,
            first: 0,
        }
    }
}

impl Group {
    /// One to which no question brings points yet.
    pub fn new(base: i64, mixed: Vec<(NodeId, i64)>, at_least: i64, at_most: i64) -> Self {
        Self {
            base,
            parts: Vec::new(),
            asked: 0,
            mixed,
            at_least,
            at_most,
            depends: 0,
        }
    }
}

impl Node {
    fn parts(&self) -> &[NodeId] {
        match self {
            Self::All(parts)
            | Self::Any(parts)
            | Self::None(parts)
            | Self::AtLeast(_, parts)
            | Self::Between(_, _, parts)
            | Self::First(parts, _) => parts,
            _ => &[],
        }
    }
}

impl Model {
    /// How many parts it has: nodes, what they are made of, and parts of scores.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Notes where parts belong and what depends on which questions; the last step of making a model.
    #[inline(never)]
    pub fn finish(&mut self) {
        let nodes = self.nodes.iter().map(|node| 1 + node.parts().len());
        self.size = nodes.sum();
        self.parts.resize_with(self.choices.len(), Vec::new);
        for score in &mut self.scores {
            score.first = self.unanswered.len() as u32;
            for group in &mut score.groups {
                self.size += 1 + group.parts.len() + group.mixed.len();
                let number = self.unanswered.len() as u32;
                let mut unanswered = Brought::of(group.base);
                for part in core::mem::take(&mut group.parts) {
                    let open = part.open();
                    unanswered.exchange(Brought::default(), open);
                    if part.least != part.most {
                        group.asked |= 1 << (part.question & 63);
                    }
                    if let Some(parts) = self.parts.get_mut(usize::from(part.question)) {
                        let classes = part.points.iter();
                        let classes = classes.map(|points| Brought::of(*points));
                        parts.push((number, core::iter::once(open).chain(classes).gather()));
                    }
                }
                group.depends = group.asked;
                self.unanswered.push(unanswered);
            }
        }
        for place in 0..self.nodes.len() {
            let depends = self.depends_of(place);
            self.depends.push(depends);
        }
    }

    /// On which questions a node depends, given that of those before it.
    fn depends_of(&mut self, place: usize) -> u64 {
        let of = |id: &NodeId| self.depends.get(*id as usize).copied().unwrap_or(0);
        match self.nodes.get(place) {
            Some(Node::Table(question, ..)) => 1 << (question & 63),
            Some(Node::Sum(score)) => {
                let score = self.scores.get_mut(usize::from(*score));
                let groups = score.into_iter().flat_map(|score| &mut score.groups);
                groups.fold(0, |depends, group| {
                    for (node, _) in &group.mixed {
                        group.depends |= of(node);
                    }
                    depends | group.depends
                })
            }
            Some(Node::Within(score, _)) => {
                let score = self.scores.get(usize::from(*score));
                let groups = score.into_iter().flat_map(|score| &score.groups);
                groups.fold(0, |depends, group| depends | group.depends)
            }
            Some(Node::Stage(_) | Node::Stayed(..)) => {
                let steps = self.moves.iter().flat_map(|step| &step.from);
                self.moves_depend = steps.fold(0, |depends, (_, node)| depends | of(node));
                self.moves_depend
            }
            node => {
                let parts = node.map_or(&[][..], Node::parts).iter();
                parts.fold(0, |depends, part| depends | of(part))
            }
        }
    }
}

impl Part {
    /// What it brings as long as the question is open.
    fn open(&self) -> Brought {
        Brought {
            least: self.least,
            most: self.most,
            decided: if self.least == self.most {
                self.least
            } else {
                0
            },
        }
    }
}

impl Brought {
    fn of(points: i64) -> Self {
        Self {
            least: points,
            most: points,
            decided: points,
        }
    }

    /// Puts something in place of something else. What playbooks may add up to is far from the ends of the numbers.
    fn exchange(&mut self, was: Self, now: Self) {
        let exchanged = |sum: i64, was: i64, now: i64| sum.wrapping_add(now.wrapping_sub(was));
        self.least = exchanged(self.least, was.least, now.least);
        self.most = exchanged(self.most, was.most, now.most);
        self.decided = exchanged(self.decided, was.decided, now.decided);
    }
}

/// The span of one truth.
pub(super) fn exactly(truth: u8) -> Span {
    Span::from_to(truth, truth)
}

/// Whether routes, given as bits, are several.
#[inline(always)]
pub(super) fn several(routes: u128) -> bool {
    routes & routes.wrapping_sub(1) != 0
}

/// The places of the bits of a set.
pub(super) fn bits(set: u64) -> impl Iterator<Item = u8> {
    playbook::bits(set).map(|bit| bit as u8)
}
