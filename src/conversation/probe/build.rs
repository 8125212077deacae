//! From conditions to the model: how they are put together; the engine judges what they are made of.

use super::super::model::{
    Choice, Group, Model, Move, Node, NodeId, Part, Route, Score, bits, exactly,
};
use super::{Asked, Probe};
use crate::evaluate::Planning;
use crate::gather::{Gather, Keep};
use crate::playbook::{
    ConditionId, Listed, Playbook, Row, basis, before, clamp, is_marked, mark, op, row, rows,
};
use crate::sorted::Map;
use crate::truth::Span;
use alloc::{boxed::Box, vec, vec::Vec};

impl Probe<'_, '_> {
    /// The routes as a function of the answers to some questions, 64 at most.
    #[inline(never)]
    pub fn model(&mut self, asked: &[Asked]) -> Model {
        let words = self.playbook.index.words();
        let mut of_attribute = vec![None; self.playbook.attributes.len()];
        let mut open = vec![0u64; words];
        for (place, question) in (0u8..).zip(asked) {
            if let Some(slot) = of_attribute.get_mut(usize::from(question.attribute)) {
                *slot = Some(place);
            }
            mark(&mut open, usize::from(question.attribute));
        }
        let mut build = Build {
            playbook: self.playbook,
            planning: &mut self.planning,
            of_attribute,
            open,
            model: Model::default(),
            known: Map::new(),
            sums: vec![None; self.playbook.scores.len()],
            moves_built: false,
            fixed: [None; 3],
            wanted: Vec::new(),
        };
        build.routes();
        build.fill(asked);
        build.model.finish();
        build.model
    }
}

/// Something that depends on one question: what it is, and where its table goes.
enum Wanted<'p> {
    Truth(ConditionId, bool, NodeId),
    Points(&'p Row, usize, usize),
}

struct Build<'b, 'p, 's> {
    playbook: &'p Playbook,
    planning: &'b mut Planning<'p, 's>,
    of_attribute: Vec<Option<u8>>,
    open: Vec<u64>,
    model: Model,
    /// Nodes by condition, and whether the stage is the one after the moves.
    known: Map<(ConditionId, bool), NodeId>,
    sums: Vec<Option<u16>>,
    moves_built: bool,
    /// By truth.
    fixed: [Option<NodeId>; 3],
    wanted: Vec<(u8, Wanted<'p>)>,
}

impl<'p> Build<'_, 'p, '_> {
    fn push(&mut self, node: Node) -> NodeId {
        self.model.nodes.push(node);
        (self.model.nodes.len() - 1) as NodeId
    }

    /// A node that is the same whatever is answered; one for each truth.
    fn fixed(&mut self, truth: u8) -> NodeId {
        let there = self.fixed.get(usize::from(truth)).copied().flatten();
        there.unwrap_or_else(|| {
            let made = self.push(Node::Fixed(truth));
            if let Some(slot) = self.fixed.get_mut(usize::from(truth)) {
                *slot = Some(made);
            }
            made
        })
    }

    /// Without those that are this truth whatever is answered.
    fn without(&self, mut parts: Vec<NodeId>, truth: u8) -> Vec<NodeId> {
        let neutral = self.fixed.get(usize::from(truth)).copied().flatten();
        parts.retain(|part| Some(*part) != neutral);
        parts
    }

    #[inline(never)]
    fn routes(&mut self) {
        let playbook = self.playbook;
        let mut names: Vec<i64> = Vec::new();
        let mut routes = Vec::new();
        for &[word, when, ..] in playbook.routes() {
            let at = names.iter().position(|name| *name == word);
            let name = at.unwrap_or_else(|| {
                names.push(word);
                names.len() - 1
            });
            let when = before(when).map(|when| self.node(when, true));
            routes.push(Route {
                name: name as u32,
                bit: 1 << name,
                when,
            });
        }
        self.model.no_route = 1 << names.len();
        self.model.routes = routes;
    }

    /// The open questions among the attributes that a condition depends on.
    fn depends(&self, condition: ConditionId, after: bool) -> Vec<u8> {
        let index = &self.playbook.index;
        let depends = index.of_condition(condition);
        let moved = after && is_marked(depends, self.playbook.attributes.len());
        let moves = index.of_list(Listed::Moves).iter();
        let mut found = Vec::new();
        for (word, ((depends, moves), open)) in
            depends.iter().zip(moves).zip(&self.open).enumerate()
        {
            let set = (depends | if moved { *moves } else { 0 }) & open;
            for bit in bits(set) {
                let attribute = word * 64 + usize::from(bit);
                found.keep(self.of_attribute.get(attribute).copied().flatten());
            }
        }
        found
    }

    fn truth(&mut self, condition: ConditionId, after: bool) -> u8 {
        let uses_stage = is_marked(
            self.playbook.index.of_condition(condition),
            self.playbook.attributes.len(),
        );
        self.planning.truth(condition, after && uses_stage)
    }

    fn node(&mut self, condition: ConditionId, after: bool) -> NodeId {
        if let Some(found) = self.known.get(&(condition, after)) {
            return *found;
        }
        let made = match *self.depends(condition, after).as_slice() {
            [] => {
                let truth = self.truth(condition, after);
                self.fixed(truth)
            }
            [question] => {
                let id = self.push(Node::Table(question, Vec::new(), Span::EITHER));
                self.wanted
                    .push((question, Wanted::Truth(condition, after, id)));
                id
            }
            _ => self.composed(condition, after),
        };
        self.known.insert((condition, after), made);
        made
    }

    fn nodes(&mut self, parts: &[i64], after: bool) -> Vec<NodeId> {
        let part = |part: &i64| self.node(*part as ConditionId, after);
        parts.iter().map(part).gather()
    }

    fn composed(&mut self, condition: ConditionId, after: bool) -> NodeId {
        let playbook = self.playbook;
        let &[what, a, b, c, ..] = row(&playbook.conditions, i64::from(condition));
        let node = match what {
            op::ALL => {
                let parts = self.nodes(playbook.list(a, b), after);
                Node::All(self.without(parts, 2))
            }
            op::ANY => {
                let parts = self.nodes(playbook.list(a, b), after);
                Node::Any(self.without(parts, 0))
            }
            op::NONE => {
                let parts = self.nodes(playbook.list(a, b), after);
                Node::None(self.without(parts, 0))
            }
            op::AT_LEAST => Node::AtLeast(c as u32, self.nodes(playbook.list(a, b), after)),
            op::SCORE => self.within(a as u16, vec![(b, c)]),
            op::BAND => {
                let ranges = self.bands(a as u16, b as u64);
                self.within(a as u16, ranges)
            }
            op::GRADE => self.grade(playbook.list(a, b)),
            op::ICP => self.first(playbook.icp(), a as u64),
            op::PERSONA => self.first(playbook.personas(), a as u64),
            op::CRITERIA => {
                let criteria = playbook.criteria().iter();
                let parts = criteria.map(|entry| self.entry(entry)).gather();
                Node::Between(a as u32, b as u32, parts)
            }
            op::GATE => {
                let gate = |stage| self.planning.gate(stage);
                let gates: Vec<ConditionId> = bits(a as u64)
                    .filter_map(|stage| gate(u16::from(stage)))
                    .gather();
                let parts = gates.iter().map(|gate| self.node(*gate, false));
                Node::Any(parts.gather())
            }
            op::STAGE => {
                self.build_moves();
                Node::Stage(a as u64)
            }
            op::TIME_IN_STAGE => {
                self.build_moves();
                Node::Stayed(self.truth(condition, false), if a <= 0 { 2 } else { 0 })
            }
            // The others depend on one question at most.
            _ => Node::Fixed(1),
        };
        self.push(node)
    }

    fn entry(&mut self, entry: &Row) -> NodeId {
        match before(entry[1]) {
            Some(when) => self.node(when, false),
            None => self.fixed(2),
        }
    }

    fn first(&mut self, entries: &[Row], wanted: u64) -> Node {
        let parts = entries.iter().map(|entry| self.entry(entry)).gather();
        Node::First(parts, wanted)
    }

    fn within(&mut self, score: u16, ranges: Vec<(i64, i64)>) -> Node {
        let sum = self.sum(score);
        Node::Within(sum, ranges)
    }

    /// The values that lie in one of some bands, given as bits.
    fn bands(&self, score: u16, wanted: u64) -> Vec<(i64, i64)> {
        let score = row(&self.playbook.scores, i64::from(score));
        let mut ranges = Vec::new();
        let mut above = i64::MAX;
        for (place, band) in rows(&self.playbook.bands, score[5], score[6])
            .iter()
            .enumerate()
        {
            let threshold = band[1];
            if wanted & 1 << (place & 63) != 0 {
                match ranges.last_mut() {
                    // The band below another one that is wanted.
                    Some((low, _)) if above.checked_add(1) == Some(*low) => *low = threshold,
                    _ => ranges.push((threshold, above)),
                }
            }
            above = threshold.saturating_sub(1);
        }
        ranges
    }

    /// Wanted are rows and columns, written as row · 32 + column.
    fn grade(&mut self, wanted: &[i64]) -> Node {
        let Some((one, other)) = self.playbook.grade() else {
            return Node::Fixed(0);
        };
        let mut parts = Vec::new();
        for pair in wanted {
            let row = self.bands(one, 1 << ((pair / 32) & 63));
            let column = self.bands(other, 1 << ((pair % 32) & 63));
            let row = self.within(one, row);
            let row = self.push(row);
            let column = self.within(other, column);
            let column = self.push(column);
            parts.push(self.push(Node::All(vec![row, column])));
        }
        Node::Any(parts)
    }

    /// The place of a score in the model.
    fn sum(&mut self, score: u16) -> u16 {
        if let Some(Some(found)) = self.sums.get(usize::from(score)) {
            return *found;
        }
        let playbook = self.playbook;
        let mut groups = Vec::new();
        // Tables of the rules on one question: by group, with the rule.
        let mut single: Vec<(u8, &'p Row, usize)> = Vec::new();
        let &[_, first, count, score_at_least, score_at_most, ..] =
            row(&playbook.scores, i64::from(score));
        for (place, group) in rows(&playbook.groups, first, count).iter().enumerate() {
            let &[_, first, count, group_at_least, group_at_most, ..] = group;
            let mut base = 0i64;
            let mut mixed = Vec::new();
            for rule in rows(&playbook.rules, first, count) {
                let &[what, condition, points, at_least, at_most, ..] = rule;
                let depends = match what {
                    basis::WHEN => self.depends(condition as ConditionId, false),
                    _ => Vec::new(),
                };
                match *depends.as_slice() {
                    [] => base = base.saturating_add(self.planning.points(rule)),
                    [question] => single.push((question, rule, place)),
                    _ => {
                        let node = self.node(condition as ConditionId, false);
                        mixed.push((node, clamp(points, at_least, at_most)));
                    }
                }
            }
            groups.push(Group::new(base, mixed, group_at_least, group_at_most));
        }
        let at = self.model.scores.len() as u16;
        let made = Score::new(groups, score_at_least, score_at_most);
        self.model.scores.push(made);
        for (question, rule, group) in single {
            self.wanted
                .push((question, Wanted::Points(rule, usize::from(at), group)));
        }
        if let Some(slot) = self.sums.get_mut(usize::from(score)) {
            *slot = Some(at);
        }
        self.push(Node::Sum(at));
        at
    }

    fn build_moves(&mut self) {
        if core::mem::replace(&mut self.moves_built, true) {
            return;
        }
        let playbook = self.playbook;
        self.model.start = self.planning.stage();
        let condition_of = |stage: i64, cell: fn(&Row) -> i64| cell(row(&playbook.stages, stage));
        for &[starts, to, when, ..] in &playbook.transitions {
            let enter = condition_of(to, |stage| stage[1]);
            let mut from = Vec::new();
            for at in bits(starts as u64).map(u16::from) {
                let exit = condition_of(i64::from(at), |stage| stage[3]);
                let parts = [enter, when, exit].into_iter().filter_map(before);
                let parts = parts.map(|part| self.node(part, false)).gather();
                from.push((at, self.push(Node::All(parts))));
            }
            let to = to as u16;
            self.model.moves.push(Move { from, to });
        }
    }

    /// Works out the tables, and joins answers that no table tells apart.
    #[inline(never)]
    fn fill(&mut self, asked: &[Asked]) {
        let wanted = core::mem::take(&mut self.wanted);
        for (place, question) in (0u8..).zip(asked) {
            let mine: Vec<&Wanted<'_>> = wanted
                .iter()
                .filter(|(of, _)| *of == place)
                .map(|(_, wanted)| wanted)
                .gather();
            let mut columns: Vec<Box<[i64]>> = Vec::new();
            for (left, _) in &question.answers {
                self.planning
                    .assume(question.attribute, left.range.0, &left.outcome);
                let column = mine.iter().map(|wanted| match wanted {
                    Wanted::Truth(condition, after, _) => i64::from(self.truth(*condition, *after)),
                    Wanted::Points(rule, ..) => self.planning.points(rule),
                });
                columns.push(column.collect());
                self.planning.take_back(question.attribute);
            }
            let mut classes: Vec<&[i64]> = Vec::new();
            let mut weights: Vec<u64> = Vec::new();
            let mut class_of = Vec::new();
            for (column, (_, weight)) in columns.iter().zip(&question.answers) {
                let at = classes.iter().position(|class| *class == &**column);
                let class = at.unwrap_or_else(|| {
                    classes.push(column);
                    weights.push(0);
                    classes.len() - 1
                });
                if let Some(sum) = weights.get_mut(class) {
                    *sum += weight;
                }
                class_of.push(class as u16);
            }
            let brings = |class: &&[i64]| {
                let parts = class.iter().zip(&mine).map(|(value, wanted)| match wanted {
                    Wanted::Truth(..) => value.saturating_mul(1_000),
                    Wanted::Points(..) => *value,
                });
                parts.fold(0i64, i64::saturating_add)
            };
            let sums: Vec<i64> = classes.iter().map(brings).gather();
            let end = |wanted: Option<&i64>| {
                let at = sums.iter().position(|sum| Some(sum) == wanted);
                at.unwrap_or(0) as u16
            };
            let ends = [end(sums.iter().min()), end(sums.iter().max())];
            for (row, wanted) in mine.iter().enumerate() {
                let values = classes
                    .iter()
                    .map(|class| class.get(row).copied().unwrap_or(0));
                self.put(place, wanted, values.gather());
            }
            self.model.choices.push(Choice {
                cost: question.cost,
                total: weights.iter().sum(),
                weights,
                class_of,
                ends,
            });
        }
    }

    fn put(&mut self, question: u8, wanted: &Wanted<'_>, values: Vec<i64>) {
        let least = values.iter().copied().min().unwrap_or(0);
        let most = values.iter().copied().max().unwrap_or(0);
        match wanted {
            Wanted::Truth(_, _, id) => {
                let truths = values.iter().map(|truth| *truth as u8).gather();
                let span = exactly(least as u8).join(exactly(most as u8));
                if let Some(node) = self.model.nodes.get_mut(*id as usize) {
                    *node = Node::Table(question, truths, span);
                }
            }
            Wanted::Points(_, score, group) => {
                let score = self.model.scores.get_mut(*score);
                let Some(group) = score.and_then(|score| score.groups.get_mut(*group)) else {
                    return;
                };
                let there = group
                    .parts
                    .iter_mut()
                    .find(|part| part.question == question);
                match there {
                    Some(part) => {
                        for (sum, more) in part.points.iter_mut().zip(&values) {
                            *sum = sum.saturating_add(*more);
                        }
                        part.least = part.points.iter().copied().min().unwrap_or(0);
                        part.most = part.points.iter().copied().max().unwrap_or(0);
                    }
                    None => group.parts.push(Part {
                        question,
                        points: values,
                        least,
                        most,
                    }),
                }
            }
        }
    }
}
