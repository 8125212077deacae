//! What a state goes on with: the questions that matter, and a key that is the same only for states that go on in the same way.

use super::{Model, Node, NodeId, Room, exactly, several};
use crate::truth::Span;

impl Model {
    /// Goes through the routes that are not decided, as far as they matter.
    #[inline(never)]
    pub(super) fn mark_routes(&self, last: usize, decided: bool, room: &mut Room) {
        // From the end: entries after which one name only may come, and that have that name too, change nothing.
        let mut after = if decided { 0 } else { self.no_route };
        let mut marked = core::mem::take(&mut room.matters);
        marked.clear();
        for route in self.routes.iter().take(last).rev() {
            let span = route.when.map_or(Span::TRUE, |node| room.span(node));
            let undecided = span.may_be_met() && !span.is_met();
            let matters = undecided && several(after | route.bit);
            if span.may_be_met() {
                after |= route.bit;
            }
            marked.push(matters);
        }
        let routes = self.routes.iter().take(last);
        for (place, (route, matters)) in routes.zip(marked.iter().rev()).enumerate() {
            let span = route.when.map_or(Span::TRUE, |node| room.span(node));
            if let (true, Some(node)) = (*matters, route.when) {
                room.key.push(0x4000_0000 | place as u32);
                self.mark(node, room);
            } else if span.may_be_met() {
                // The name that comes out from here on.
                room.key.push(0x8000_0000 | route.name);
            }
        }
        room.matters = marked;
    }

    /// Notes what an undecided node depends on, once.
    fn mark(&self, id: NodeId, room: &mut Room) {
        match room.live.get_mut(id as usize) {
            Some(live) if !*live => *live = true,
            _ => return,
        }
        match self.nodes.get(id as usize) {
            Some(Node::Table(question, ..)) => room.relevant |= 1 << (question & 63),
            Some(Node::All(parts) | Node::Any(parts) | Node::None(parts)) => {
                // Those that are neither here nor there hold it back all the same.
                let unknown = parts.iter().any(|part| room.span(*part) == Span::UNKNOWN);
                room.key.push(u32::from(unknown));
                self.mark_open(parts, room);
            }
            Some(Node::AtLeast(_, parts) | Node::Between(_, _, parts)) => {
                let count = |truth| {
                    let spans = parts.iter().map(|part| room.span(*part));
                    spans.filter(|span| *span == exactly(truth)).count() as u32
                };
                let counts = [count(1), count(2)];
                room.key.extend(counts);
                self.mark_open(parts, room);
            }
            Some(Node::First(parts, _)) => {
                for part in parts {
                    let span = room.span(*part);
                    if span.least() == span.greatest() {
                        room.key.push(u32::from(span.least()));
                    } else {
                        room.key.push(3);
                        self.mark(*part, room);
                    }
                }
            }
            Some(Node::Within(score, _)) => self.mark_sum(*score, room),
            Some(Node::Stage(_) | Node::Stayed(..)) => self.mark_moves(room),
            Some(Node::Fixed(_) | Node::Sum(_)) | None => {}
        }
    }

    fn mark_open(&self, parts: &[NodeId], room: &mut Room) {
        for (place, part) in parts.iter().enumerate() {
            let span = room.span(*part);
            if span.least() != span.greatest() {
                room.key.push(0x100 + place as u32);
                self.mark(*part, room);
            }
        }
        room.key.push(0xff);
    }

    fn mark_sum(&self, score: u16, room: &mut Room) {
        match room.live_sums.get_mut(usize::from(score)) {
            Some(live) if !*live => *live = true,
            _ => return,
        }
        let Some(score) = self.scores.get(usize::from(score)) else {
            return;
        };
        let mut decided = 0i64;
        for (place, (number, group)) in (score.first..).zip(&score.groups).enumerate() {
            let (least, most) = room.group(number);
            if least == most {
                decided = decided.saturating_add(least);
                continue;
            }
            let mut sum = room.decided(number);
            room.key.push(0x200 + place as u32);
            let asked = group.asked & room.open;
            room.relevant |= asked;
            room.push(asked as i64);
            for (rule, (node, points)) in group.mixed.iter().enumerate() {
                let span = room.span(*node);
                if span.is_met() {
                    sum = sum.saturating_add(*points);
                } else if span.may_be_met() {
                    room.key.push(0x1000 + rule as u32);
                    self.mark(*node, room);
                }
            }
            room.push(sum);
        }
        room.push(decided);
    }

    fn mark_moves(&self, room: &mut Room) {
        if core::mem::replace(&mut room.live_moves, true) {
            return;
        }
        for (_, node) in self.moves.iter().flat_map(|step| &step.from) {
            let span = room.span(*node);
            if span.is_met() || !span.may_be_met() {
                room.key.push(u32::from(span.is_met()));
            } else {
                room.key.push(3);
                self.mark(*node, room);
            }
        }
    }
}
