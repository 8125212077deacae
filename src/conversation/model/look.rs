//! A look at a state: which routes may come out. What doesn't depend on answers that changed since the last look is kept.

use super::{Brought, Choice, Group, Model, Node, NodeId, OPEN, bits, exactly, several};
use crate::truth::{Span, Tally, first_in};
use alloc::{vec, vec::Vec};

/// Stages that may be reached are all taken as possible after so many steps, as evaluation does.
const MOVE_STEPS: u32 = 512;
/// Answers in a word, and classes that four bits tell apart beside an open question.
const A_WORD: usize = 8;
const CLASSES: u32 = 15;

/// What is seen of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Look {
    /// The routes that may come out, as bits: more than do come out, where there are several.
    pub routes: u128,
    /// The questions on which that may depend, as bits.
    pub relevant: u64,
}

impl Look {
    /// Whether one route only may come out.
    pub fn is_closed(self) -> bool {
        !several(self.routes)
    }
}

/// A state that is looked at, and room to do so.
#[derive(Default)]
pub(in super::super) struct Room {
    answers: Vec<u16>,
    /// Those of the last look.
    looked_at: Vec<u16>,
    /// The same, four bits each; nothing where a class doesn't fit.
    pub packed: Vec<u32>,
    /// The questions that are open, and those whose answers were set since the last look, as bits.
    pub(super) open: u64,
    changed: Changed,
    /// What the answers brought to each group at the last look.
    brought: Vec<Brought>,
    /// How nodes, groups, scores and moves came out at the last look.
    spans: Vec<Span>,
    groups: Vec<(i64, i64)>,
    sums: Vec<(i64, i64)>,
    reach: Option<Reach>,
    pub(super) live: Vec<bool>,
    pub(super) live_sums: Vec<bool>,
    pub(super) live_moves: bool,
    pub(super) matters: Vec<bool>,
    pub(super) relevant: u64,
    pub key: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Reach {
    stages: u64,
    stays: bool,
    moves: bool,
    steps: u32,
}

/// What has to be worked out anew: all, or what depends on some questions.
#[derive(Clone, Copy, Default)]
struct Changed(bool, u64);

impl Changed {
    #[inline(always)]
    fn touches(self, depends: u64) -> bool {
        self.0 || self.1 & depends != 0
    }
}

impl Model {
    pub fn look(&self, room: &mut Room) -> Look {
        let changed = room.catch_up(self);
        self.judge(changed, room);
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
        for (place, route) in self.routes.iter().enumerate() {
            let span = route.when.map_or(Span::TRUE, |node| room.span(node));
            if span.may_be_met() {
                routes |= route.bit;
            }
            if span.is_met() {
                (last, decided) = (place + 1, true);
                break;
            }
        }
        if !decided {
            routes |= self.no_route;
        }
        if several(routes) {
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

    #[inline(never)]
    fn judge(&self, changed: Changed, room: &mut Room) {
        if changed.touches(self.moves_depend) {
            room.reach = None;
        }
        for (place, (node, depends)) in self.nodes.iter().zip(&self.depends).enumerate() {
            if !changed.touches(*depends) {
                continue;
            }
            let span = match node {
                Node::Fixed(truth) => exactly(*truth),
                Node::Table(question, truths, span) => match room.answer(*question) {
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
                    self.sum(*score, changed, room);
                    Span::TRUE
                }
                Node::Within(score, ranges) => {
                    let sum = room.sums.get(usize::from(*score));
                    let (low, high) = sum.copied().unwrap_or_default();
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
            if let Some(slot) = room.spans.get_mut(place) {
                *slot = span;
            }
        }
    }

    #[inline(never)]
    fn sum(&self, place: u16, changed: Changed, room: &mut Room) {
        let place = usize::from(place);
        let Some(score) = self.scores.get(place) else {
            return;
        };
        let (mut low, mut high) = (0i64, 0i64);
        for (number, group) in (score.first..).zip(&score.groups) {
            if changed.touches(group.depends) {
                let found = group.sum(number, room);
                if let Some(slot) = room.groups.get_mut(number as usize) {
                    *slot = found;
                }
            }
            let (least, most) = room.group(number);
            low = low.saturating_add(least);
            high = high.saturating_add(most);
        }
        let clamp = |points: i64| points.min(score.at_most).max(score.at_least);
        if let Some(slot) = room.sums.get_mut(place) {
            *slot = (clamp(low), clamp(high));
        }
    }

    #[inline(never)]
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
    /// The least and the most that it brings.
    fn sum(&self, number: u32, room: &Room) -> (i64, i64) {
        let found = room.brought.get(number as usize);
        let (mut least, mut most) = found.map_or((0, 0), |brought| (brought.least, brought.most));
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
        let clamp = |points: i64| points.min(self.at_most).max(self.at_least);
        (clamp(least), clamp(most))
    }
}

impl Room {
    /// A state in which every question is open.
    pub fn new(model: &Model) -> Self {
        let questions = model.choices.len();
        let fits = |choice: &Choice| choice.weights.len() <= CLASSES as usize;
        let words = match model.choices.iter().all(fits) {
            true => questions.div_ceil(A_WORD),
            false => 0,
        };
        Self {
            answers: vec![OPEN; questions],
            looked_at: vec![OPEN; questions],
            packed: vec![u32::MAX; words],
            open: (0..questions).fold(0, |open, place| open | 1 << (place & 63)),
            changed: Changed(true, 0),
            brought: model.unanswered.clone(),
            spans: vec![Span::FALSE; model.nodes.len()],
            groups: vec![(0, 0); model.unanswered.len()],
            sums: vec![(0, 0); model.scores.len()],
            ..Self::default()
        }
    }

    /// Puts a class of answers, or that it is open, in place of what a question has. What follows is worked out by the next look:
    /// most states were seen before and are not looked at.
    #[inline(always)]
    pub fn set(&mut self, question: u8, class: u16) {
        let place = usize::from(question);
        let Some(slot) = self.answers.get_mut(place) else {
            return;
        };
        *slot = class;
        let bit = 1 << (question & 63);
        self.changed.1 |= bit;
        match class {
            OPEN => self.open |= bit,
            _ => self.open &= !bit,
        }
        if let Some(word) = self.packed.get_mut(place / A_WORD) {
            let shift = place % A_WORD * 4;
            *word = *word & !(CLASSES << shift) | u32::from(class).min(CLASSES) << shift;
        }
    }

    /// Brings what groups have up to the answers; gives what changed since the last look.
    fn catch_up(&mut self, model: &Model) -> Changed {
        let mut changed = core::mem::take(&mut self.changed);
        for question in bits(changed.1) {
            let place = usize::from(question);
            let now = self.answer(question);
            let Some(slot) = self.looked_at.get_mut(place) else {
                continue;
            };
            let was = core::mem::replace(slot, now);
            if was == now {
                changed.1 &= !(1 << (question & 63));
                continue;
            }
            for (number, brings) in model.parts.get(place).into_iter().flatten() {
                // An open question has the greatest number, and is the first.
                let of = |class: u16| brings.get(usize::from(class.wrapping_add(1)));
                let slot = self.brought.get_mut(*number as usize);
                if let (Some(slot), Some(was), Some(now)) = (slot, of(was), of(now)) {
                    slot.exchange(*was, *now);
                }
            }
        }
        changed
    }

    fn answer(&self, question: u8) -> u16 {
        let found = self.answers.get(usize::from(question));
        found.copied().unwrap_or(OPEN)
    }

    #[inline(always)]
    pub(super) fn span(&self, node: NodeId) -> Span {
        let found = self.spans.get(node as usize);
        found.copied().unwrap_or(Span::FALSE)
    }

    /// What a group brings at least and at most.
    pub(super) fn group(&self, number: u32) -> (i64, i64) {
        let found = self.groups.get(number as usize);
        found.copied().unwrap_or_default()
    }

    /// What is certain of what a group brings by single questions.
    pub(super) fn decided(&self, number: u32) -> i64 {
        let found = self.brought.get(number as usize);
        found.map_or(0, |brought| brought.decided)
    }

    fn any(&self, parts: &[NodeId]) -> Span {
        parts
            .iter()
            .fold(Span::FALSE, |span, part| span.or(self.span(*part)))
    }

    #[inline(never)]
    fn tally(&self, parts: &[NodeId]) -> Tally {
        let mut tally = Tally::default();
        for part in parts {
            tally.add(self.span(*part));
        }
        tally
    }

    pub(super) fn push(&mut self, points: i64) {
        self.key.push((points & 0xffff_ffff) as u32);
        self.key.push((points >> 32) as u32);
    }
}

/// Whether from the low to the high all, or some, lies in sorted ranges.
fn within(ranges: &[(i64, i64)], low: i64, high: i64) -> Span {
    let all = ranges.iter().any(|(from, to)| *from <= low && high <= *to);
    let some = ranges.iter().any(|(from, to)| *from <= high && low <= *to);
    Span::between(all, some)
}
