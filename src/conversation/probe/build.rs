//! From conditions to the model: how they are put together; the engine judges what they are made of.

use super::super::model::{Choice, Group, Model, Move, Node, NodeId, Part, Score, bits, exactly};
use super::{Asked, Probe};
use crate::evaluate::{Eval, Span};
use crate::playbook::{
    Basis, Clamp, Condition, ConditionId, Entry, Playbook, Rule, is_marked, mark,
};
use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};

impl Probe<'_, '_> {
    /// The routes as a function of the answers to some questions, 64 at most.
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
        let moves = self.moves_depend();
        let mut build = Build {
            playbook: self.playbook,
            eval: &mut self.eval,
            of_attribute,
            open,
            moves,
            model: Model::default(),
            known: BTreeMap::new(),
            sums: vec![None; self.playbook.scores.len()],
            moves_built: false,
            fixed: [None; 3],
            wanted: Vec::new(),
        };
        build.routes();
        build.fill(asked);
        build.model
    }
}

/// Something that depends on one question: what it is, and where its table goes.
enum Wanted<'p> {
    Truth(ConditionId, bool, NodeId),
    Points(&'p Rule, usize, usize),
}

struct Build<'b, 'p, 's> {
    playbook: &'p Playbook,
    eval: &'b mut Eval<'p, 's>,
    of_attribute: Vec<Option<u8>>,
    open: Vec<u64>,
    moves: Vec<u64>,
    model: Model,
    /// Nodes by condition, and whether the stage is the one after the moves.
    known: BTreeMap<(ConditionId, bool), NodeId>,
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

    fn routes(&mut self) {
        let playbook = self.playbook;
        let mut names: Vec<&str> = Vec::new();
        let mut routes = Vec::new();
        for route in &playbook.routes {
            let at = names.iter().position(|name| **name == *route.name);
            let name = at.unwrap_or_else(|| {
                names.push(&route.name);
                names.len() - 1
            });
            let when = route.when.map(|when| self.node(when, true));
            routes.push((name as u32, when));
        }
        self.model.no_route = names.len() as u32;
        self.model.routes = routes;
    }

    /// The open questions among the attributes that a condition depends on.
    fn depends(&self, condition: ConditionId, after: bool) -> Vec<u8> {
        let depends = self.playbook.index.of_condition(condition);
        let moved = after && is_marked(depends, self.playbook.attributes.len());
        let mut found = Vec::new();
        for (word, ((depends, moves), open)) in
            depends.iter().zip(&self.moves).zip(&self.open).enumerate()
        {
            let set = (depends | if moved { *moves } else { 0 }) & open;
            for bit in bits(set) {
                let attribute = word * 64 + usize::from(bit);
                found.extend(self.of_attribute.get(attribute).copied().flatten());
            }
        }
        found
    }

    fn truth(&mut self, condition: ConditionId, after: bool) -> u8 {
        let uses_stage = is_marked(
            self.playbook.index.of_condition(condition),
            self.playbook.attributes.len(),
        );
        let span = if after && uses_stage {
            self.eval.after_moves(|eval| eval.condition(condition))
        } else {
            self.eval.condition(condition)
        };
        if span.least == span.greatest {
            span.least
        } else {
            Span::UNKNOWN.least
        }
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

    fn nodes(&mut self, parts: &[ConditionId], after: bool) -> Vec<NodeId> {
        parts.iter().map(|part| self.node(*part, after)).collect()
    }

    fn composed(&mut self, condition: ConditionId, after: bool) -> NodeId {
        let playbook = self.playbook;
        let Some(condition_is) = playbook.conditions.get(condition as usize) else {
            return self.push(Node::Fixed(0));
        };
        let node = match condition_is {
            Condition::All(parts) => {
                let parts = self.nodes(parts, after);
                Node::All(self.without(parts, 2))
            }
            Condition::Any(parts) => {
                let parts = self.nodes(parts, after);
                Node::Any(self.without(parts, 0))
            }
            Condition::None(parts) => {
                let parts = self.nodes(parts, after);
                Node::None(self.without(parts, 0))
            }
            Condition::AtLeast(count, parts) => Node::AtLeast(*count, self.nodes(parts, after)),
            Condition::Score(score, from, to) => self.within(*score, vec![(*from, *to)]),
            Condition::Band(score, bands) => {
                let ranges = self.bands(*score, bands);
                self.within(*score, ranges)
            }
            Condition::Grade(pairs) => self.grade(pairs),
            Condition::Icp(names) => self.first(&playbook.icp, names),
            Condition::Persona(names) => self.first(&playbook.personas, names),
            Condition::Criteria(from, to) => {
                let criteria = playbook.readiness.iter().flat_map(|r| &r.criteria);
                let parts: Vec<ConditionId> = criteria.map(|criterion| criterion.when).collect();
                Node::Between(*from, *to, self.nodes(&parts, false))
            }
            Condition::Gate(stages) => {
                let gates = stages.iter().filter_map(|stage| {
                    self.eval
                        .gate_condition(*stage)
                        .map(|(condition, _)| condition)
                });
                let gates: Vec<ConditionId> = gates.collect();
                Node::Any(self.nodes(&gates, false))
            }
            Condition::Stage(stages) => {
                self.build_moves();
                let bits = stages
                    .iter()
                    .fold(0u64, |bits, stage| bits | 1 << (stage & 63));
                Node::Stage(bits)
            }
            Condition::TimeInStage(from, _) => {
                self.build_moves();
                Node::Stayed(self.truth(condition, false), if *from <= 0 { 2 } else { 0 })
            }
            // These depend on one question at most.
            Condition::Fact(..) | Condition::Count { .. } | Condition::Sequence(..) => {
                Node::Fixed(1)
            }
        };
        self.push(node)
    }

    fn first(&mut self, entries: &[Entry], wanted: &[u16]) -> Node {
        let parts = entries
            .iter()
            .map(|entry| match entry.when {
                Some(when) => self.node(when, false),
                None => self.fixed(2),
            })
            .collect();
        let bits = wanted
            .iter()
            .fold(0u64, |bits, place| bits | 1 << (place & 63));
        Node::First(parts, bits)
    }

    fn within(&mut self, score: u16, ranges: Vec<(i64, i64)>) -> Node {
        let sum = self.sum(score);
        Node::Within(sum, ranges)
    }

    /// The values that lie in one of some bands.
    fn bands(&self, score: u16, wanted: &[u16]) -> Vec<(i64, i64)> {
        let Some(score) = self.playbook.scores.get(usize::from(score)) else {
            return Vec::new();
        };
        let mut ranges = Vec::new();
        let mut above = i64::MAX;
        for (place, (_, threshold)) in score.bands.iter().enumerate() {
            if wanted.iter().any(|band| usize::from(*band) == place) {
                match ranges.last_mut() {
                    // The band below another one that is wanted.
                    Some((low, _)) if above.checked_add(1) == Some(*low) => *low = *threshold,
                    _ => ranges.push((*threshold, above)),
                }
            }
            above = threshold.saturating_sub(1);
        }
        ranges
    }

    fn grade(&mut self, pairs: &[(u16, u16)]) -> Node {
        let Some((one, other)) = self.playbook.grade else {
            return Node::Fixed(0);
        };
        let mut parts = Vec::new();
        for (row, column) in pairs {
            let ranges = [self.bands(one, &[*row]), self.bands(other, &[*column])];
            let [row, column] = ranges;
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
        let mut single: Vec<(u8, &'p Rule, usize)> = Vec::new();
        let definition = playbook.scores.get(usize::from(score));
        for (place, group) in definition.iter().flat_map(|it| &it.groups).enumerate() {
            let mut base = 0i64;
            let mut mixed = Vec::new();
            for rule in &group.rules {
                let depends = match rule.basis {
                    Basis::When(condition) => self.depends(condition, false),
                    _ => Vec::new(),
                };
                match (depends.as_slice(), &rule.basis) {
                    ([], _) => base = base.saturating_add(self.eval.rule(rule).0),
                    ([question], _) => single.push((*question, rule, place)),
                    (_, Basis::When(condition)) => {
                        let node = self.node(*condition, false);
                        mixed.push((node, clamped(rule.points, rule.clamp)));
                    }
                    _ => {}
                }
            }
            groups.push(Group {
                base,
                parts: Vec::new(),
                mixed,
                at_least: group.clamp.at_least,
                at_most: group.clamp.at_most,
            });
        }
        let at = self.model.scores.len() as u16;
        let clamp = definition.map(|score| score.clamp);
        self.model.scores.push(Score {
            groups,
            at_least: clamp.map_or(i64::MIN, |clamp| clamp.at_least),
            at_most: clamp.map_or(i64::MAX, |clamp| clamp.at_most),
        });
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
        self.model.start = self.eval.place.stage;
        let stage = |at: u16| playbook.stages.get(usize::from(at));
        for transition in &playbook.transitions {
            let enter = stage(transition.to).and_then(|stage| stage.enter);
            let mut from = Vec::new();
            for at in &transition.from {
                let exit = stage(*at).and_then(|stage| stage.exit);
                let parts: Vec<ConditionId> = [enter, transition.when, exit]
                    .into_iter()
                    .flatten()
                    .collect();
                let parts = self.nodes(&parts, false);
                from.push((*at, self.push(Node::All(parts))));
            }
            let to = transition.to;
            self.model.moves.push(Move { from, to });
        }
    }

    /// Works out the tables, and joins answers that no table tells apart.
    fn fill(&mut self, asked: &[Asked]) {
        let wanted = core::mem::take(&mut self.wanted);
        for (place, question) in (0u8..).zip(asked) {
            let mine: Vec<&Wanted<'_>> = wanted
                .iter()
                .filter(|(of, _)| *of == place)
                .map(|(_, wanted)| wanted)
                .collect();
            let mut columns: Vec<Box<[i64]>> = Vec::new();
            for (known, _) in &question.answers {
                let was = self.eval.assume(question.attribute, known.clone());
                let column = mine.iter().map(|wanted| match wanted {
                    Wanted::Truth(condition, after, _) => i64::from(self.truth(*condition, *after)),
                    Wanted::Points(rule, ..) => self.eval.rule(rule).0,
                });
                columns.push(column.collect());
                self.eval.take_back(question.attribute, was);
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
            let sums: Vec<i64> = classes.iter().map(brings).collect();
            let end = |wanted: Option<&i64>| {
                let at = sums.iter().position(|sum| Some(sum) == wanted);
                at.unwrap_or(0) as u16
            };
            let ends = [end(sums.iter().min()), end(sums.iter().max())];
            for (row, wanted) in mine.iter().enumerate() {
                let values = classes
                    .iter()
                    .map(|class| class.get(row).copied().unwrap_or(0));
                self.put(place, wanted, values.collect());
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
                let truths = values.iter().map(|truth| *truth as u8).collect();
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

fn clamped(points: i64, clamp: Clamp) -> i64 {
    points.min(clamp.at_most).max(clamp.at_least)
}
