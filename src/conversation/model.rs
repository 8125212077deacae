//! The route as a function of the answers: what is left of a playbook when all else is given.
//!
//! A state says of every question which class of answers it has, or that it is open. [`Model::look`] gives the routes that
//! may come out, the questions on which that may depend, and a key: states with the same key go on in the same way.

mod mark;

use crate::playbook;
use crate::truth::{Span, Tally, first_in};
use alloc::{vec, vec::Vec};

/// The place of a node.
pub(super) type NodeId = u32;

/// A question that is open.
pub(super) const OPEN: u16 = u16::MAX;

/// Stages that may be reached are all taken as possible after so many steps, as evaluation does.
const MOVE_STEPS: u32 = 512;

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
    pub parts: Vec<Part>,
    /// The questions whose answers make a difference to it by their points, as bits.
    pub asked: u64,
    /// Rules on several questions, and what they bring when met.
    pub mixed: Vec<(NodeId, i64)>,
    pub at_least: i64,
    pub at_most: i64,
}

pub(super) struct Score {
    pub groups: Vec<Group>,
    pub at_least: i64,
    pub at_most: i64,
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
    /// The name of each route as a bit, and its condition.
    pub routes: Vec<(u32, Option<NodeId>)>,
    /// The bit for no route.
    pub no_route: u32,
    /// By question, the groups (numbered through all scores) with the place of its part.
    parts_of: Vec<Vec<(u32, u32)>>,
    /// By score, the number of its first group.
    first_group: Vec<u32>,
}

/// What the answers of a state bring to a group, questions that are open at their least and at their most; and the sum of those
/// that are not open or make no difference.
#[derive(Clone, Copy, Default)]
struct Brought {
    least: i64,
    most: i64,
    decided: i64,
}

/// What is seen of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// The routes that may come out, as bits: more than do come out, where there are several.
    pub routes: u128,
    /// The questions on which that may depend, as bits.
    pub relevant: u64,
}

impl Look {
    /// Whether one route only may come out.
    pub fn is_closed(self) -> bool {
        self.routes.count_ones() <= 1
    }
}

/// Room to look in.
#[derive(Default)]
pub(super) struct Room {
    /// The answers that were looked at last, and what they bring to each group.
    answers: Vec<u16>,
    brought: Vec<Brought>,
    spans: Vec<Span>,
    sums: Vec<(i64, i64)>,
    reach: Option<Reach>,
    live: Vec<bool>,
    live_sums: Vec<bool>,
    live_moves: bool,
    relevant: u64,
    pub key: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Reach {
    stages: u64,
    stays: bool,
    moves: bool,
    steps: u32,
}

impl Model {
    /// How many parts it has: nodes, what they are made of, and parts of scores.
    pub fn size(&self) -> usize {
        let nodes = self.nodes.iter().map(|node| match node {
            Node::All(parts)
            | Node::Any(parts)
            | Node::None(parts)
            | Node::AtLeast(_, parts)
            | Node::Between(_, _, parts)
            | Node::First(parts, _) => 1 + parts.len(),
            _ => 1,
        });
        let groups = self.scores.iter().flat_map(|score| &score.groups);
        let rules = groups.map(|group| 1 + group.parts.len() + group.mixed.len());
        nodes.sum::<usize>() + rules.sum::<usize>()
    }

    /// Notes where parts belong; the last step of making a model.
    pub fn finish(&mut self) {
        self.parts_of = vec![Vec::new(); self.choices.len()];
        let mut number = 0u32;
        for score in &mut self.scores {
            self.first_group.push(number);
            for group in &mut score.groups {
                for (place, part) in (0u32..).zip(&group.parts) {
                    if let Some(parts) = self.parts_of.get_mut(usize::from(part.question)) {
                        parts.push((number, place));
                    }
                    if part.least != part.most {
                        group.asked |= 1 << (part.question & 63);
                    }
                }
                number += 1;
            }
        }
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.scores.iter().flat_map(|score| &score.groups)
    }

    /// Follows the answers from those that were looked at last.
    fn follow(&self, answers: &[u16], room: &mut Room) {
        if room.answers.len() != answers.len() {
            room.answers = vec![OPEN; answers.len()];
            room.brought = self.groups().map(Group::nothing_answered).collect();
        }
        let changed = room.answers.iter_mut().zip(answers).zip(&self.parts_of);
        for ((was, now), parts) in changed.filter(|((was, now), _)| was != now) {
            for (number, place) in parts {
                let group = self.group(*number);
                let part = group.and_then(|group| group.parts.get(*place as usize));
                let slot = room.brought.get_mut(*number as usize);
                if let (Some(part), Some(slot)) = (part, slot) {
                    slot.exchange(part.brings(*was), part.brings(*now));
                }
            }
            *was = *now;
        }
    }

    fn group(&self, number: u32) -> Option<&Group> {
        let score = self.first_group.partition_point(|first| *first <= number);
        let score = score.checked_sub(1)?;
        let place = number - self.first_group.get(score)?;
        self.scores.get(score)?.groups.get(place as usize)
    }

    pub fn look(&self, answers: &[u16], room: &mut Room) -> Look {
        self.follow(answers, room);
        self.judge(answers, room);
        room.live.clear();
        room.live.resize(self.nodes.len(), false);
        room.live_sums.clear();
        room.live_sums.resize(self.scores.len(), false);
        room.live_moves = false;
        room.relevant = 0;
        room.key.clear();
        room.key.extend([0, 0]);
        let mut routes = 0u128;
        let mut last = self.routes.len();
        let mut decided = false;
        for (place, (name, when)) in self.routes.iter().enumerate() {
            let span = when.map_or(Span::TRUE, |node| room.span(node));
            if span.may_be_met() {
                routes |= 1 << name;
            }
            if span.is_met() {
                (last, decided) = (place + 1, true);
                break;
            }
        }
        if !decided {
            routes |= 1 << self.no_route;
        }
        if routes.count_ones() > 1 {
            self.mark_routes(last, decided, room);
        }
        for (slot, word) in room.key.iter_mut().zip([
            (room.relevant & 0xffff_ffff) as u32,
            (room.relevant >> 32) as u32,
        ]) {
            *slot = word;
        }
        Look {
            routes,
            relevant: room.relevant,
        }
    }

    fn judge(&self, answers: &[u16], room: &mut Room) {
        room.spans.clear();
        room.sums.clear();
        room.sums.resize(self.scores.len(), (0, 0));
        room.reach = None;
        for node in &self.nodes {
            let span = match node {
                Node::Fixed(truth) => exactly(*truth),
                Node::Table(question, truths, span) => match answer(answers, *question) {
                    OPEN => *span,
                    class => exactly(truths.get(usize::from(class)).copied().unwrap_or(0)),
                },
                Node::All(parts) => parts
                    .iter()
                    .fold(Span::TRUE, |span, part| span.and(room.span(*part))),
                Node::Any(parts) => room.any(parts),
                Node::None(parts) => room.any(parts).not(),
                Node::AtLeast(count, parts) => room.tally(parts).at_least(*count),
                Node::Between(from, to, parts) => room.tally(parts).between(*from, *to),
                Node::Sum(score) => {
                    let sum = self.sum(*score, room);
                    if let Some(slot) = room.sums.get_mut(usize::from(*score)) {
                        *slot = sum;
                    }
                    Span::TRUE
                }
                Node::Within(score, ranges) => {
                    let (low, high) = room.sum(*score);
                    within(ranges, low, high)
                }
                Node::First(parts, wanted) => {
                    first_in(parts.iter().map(|part| room.span(*part)), *wanted)
                }
                Node::Stage(wanted) => {
                    let reach = self.reach(room);
                    Span::between(
                        reach.stages != 0 && reach.stages & !wanted == 0,
                        reach.stages & wanted != 0,
                    )
                }
                Node::Stayed(stayed, moved) => {
                    let reach = self.reach(room);
                    match (reach.stays, reach.moves) {
                        (true, false) => exactly(*stayed),
                        (false, true) => exactly(*moved),
                        _ => exactly(*stayed).join(exactly(*moved)),
                    }
                }
            };
            room.spans.push(span);
        }
    }

    fn sum(&self, score: u16, room: &Room) -> (i64, i64) {
        let place = usize::from(score);
        let (Some(score), Some(first)) = (self.scores.get(place), self.first_group.get(place))
        else {
            return (0, 0);
        };
        let (mut low, mut high) = (0i64, 0i64);
        for (number, group) in (*first..).zip(&score.groups) {
            let (least, most) = group.sum(number, room);
            low = low.saturating_add(least.min(group.at_most).max(group.at_least));
            high = high.saturating_add(most.min(group.at_most).max(group.at_least));
        }
        let clamp = |points: i64| points.min(score.at_most).max(score.at_least);
        (clamp(low), clamp(high))
    }

    fn reach(&self, room: &mut Room) -> Reach {
        if let Some(found) = room.reach {
            return found;
        }
        let mut reach = Reach {
            stages: 0,
            stays: false,
            moves: false,
            steps: MOVE_STEPS,
        };
        if let Some(start) = self.start {
            self.explore(start, 1 << (start & 63), room, &mut reach);
            if reach.steps == 0 {
                (reach.stages, reach.stays, reach.moves) = (u64::MAX, true, true);
            }
        }
        room.reach = Some(reach);
        reach
    }

    fn explore(&self, at: u16, visited: u64, room: &Room, reach: &mut Reach) {
        let Some(left) = reach.steps.checked_sub(1) else {
            return;
        };
        reach.steps = left;
        for step in &self.moves {
            let to = 1u64 << (step.to & 63);
            if visited & to != 0 {
                continue;
            }
            let Some((_, node)) = step.from.iter().find(|(from, _)| *from == at) else {
                continue;
            };
            let span = room.span(*node);
            if span.may_be_met() {
                self.explore(step.to, visited | to, room, reach);
            }
            if span.is_met() {
                return;
            }
        }
        reach.stages |= 1 << (at & 63);
        if visited == 1 << (at & 63) {
            reach.stays = true;
        } else {
            reach.moves = true;
        }
    }
}

impl Group {
    fn nothing_answered(&self) -> Brought {
        let mut sum = Brought {
            least: self.base,
            most: self.base,
            decided: self.base,
        };
        for part in &self.parts {
            sum.exchange(Brought::default(), part.brings(OPEN));
        }
        sum
    }

    fn sum(&self, number: u32, room: &Room) -> (i64, i64) {
        let Brought {
            mut least,
            mut most,
            ..
        } = room.brought(number);
        for (node, points) in &self.mixed {
            let span = room.span(*node);
            if span.is_met() {
                least = least.saturating_add(*points);
                most = most.saturating_add(*points);
            } else if span.may_be_met() {
                least = least.saturating_add((*points).min(0));
                most = most.saturating_add((*points).max(0));
            }
        }
        (least, most)
    }
}

impl Part {
    fn brings(&self, class: u16) -> Brought {
        let (least, most) = match class {
            OPEN => (self.least, self.most),
            class => {
                let points = self.points.get(usize::from(class)).copied().unwrap_or(0);
                (points, points)
            }
        };
        let decided = if least == most { least } else { 0 };
        Brought {
            least,
            most,
            decided,
        }
    }
}

impl Brought {
    /// Puts something in place of something else. What playbooks may add up to is far from the ends of the numbers.
    fn exchange(&mut self, was: Self, now: Self) {
        let exchanged = |sum: i64, was: i64, now: i64| sum.saturating_sub(was).saturating_add(now);
        self.least = exchanged(self.least, was.least, now.least);
        self.most = exchanged(self.most, was.most, now.most);
        self.decided = exchanged(self.decided, was.decided, now.decided);
    }
}

impl Room {
    fn span(&self, node: NodeId) -> Span {
        self.spans
            .get(node as usize)
            .copied()
            .unwrap_or(Span::FALSE)
    }

    fn brought(&self, group: u32) -> Brought {
        let found = self.brought.get(group as usize);
        found.copied().unwrap_or_default()
    }

    /// Whether a question is open, in the state that is looked at.
    fn open(&self) -> u64 {
        let answers = self.answers.iter().enumerate();
        let open = answers.filter(|(_, answer)| **answer == OPEN);
        open.fold(0, |open, (question, _)| open | 1 << (question & 63))
    }

    fn sum(&self, score: u16) -> (i64, i64) {
        self.sums
            .get(usize::from(score))
            .copied()
            .unwrap_or_default()
    }

    fn any(&self, parts: &[NodeId]) -> Span {
        parts
            .iter()
            .fold(Span::FALSE, |span, part| span.or(self.span(*part)))
    }

    fn tally(&self, parts: &[NodeId]) -> Tally {
        let mut tally = Tally::default();
        for part in parts {
            tally.add(self.span(*part));
        }
        tally
    }

    fn push(&mut self, points: i64) {
        self.key.push((points & 0xffff_ffff) as u32);
        self.key.push((points >> 32) as u32);
    }
}

/// The span of one truth.
pub(super) fn exactly(truth: u8) -> Span {
    Span::from_to(truth, truth)
}

fn answer(answers: &[u16], question: u8) -> u16 {
    answers.get(usize::from(question)).copied().unwrap_or(OPEN)
}

/// Whether from the low to the high all, or some, lies in sorted ranges.
fn within(ranges: &[(i64, i64)], low: i64, high: i64) -> Span {
    let all = ranges.iter().any(|(from, to)| *from <= low && high <= *to);
    let some = ranges.iter().any(|(from, to)| *from <= high && low <= *to);
    Span::between(all, some)
}

/// A state in which every question is open.
pub(super) fn nothing_answered(model: &Model) -> Vec<u16> {
    vec![OPEN; model.choices.len()]
}

/// The places of the bits of a set.
pub(super) fn bits(set: u64) -> impl Iterator<Item = u8> {
    playbook::bits(set).map(|bit| bit as u8)
}
