//! A decision as data for Rust.

use super::asking::Asking;
use super::decision::{
    Decision, EventAside, GateResult, Missing, Readiness, RouteResult, Settled, StageResult,
};
use super::session::Extent;
use crate::playbook::{Listed, Row};
use alloc::{boxed::Box, vec::Vec};

/// Asks for everything that a decision of an extent holds.
pub(super) fn collect<'p>(extent: Extent) -> impl FnOnce(&mut Asking<'p, '_>) -> Decision<'p> {
    move |asking| asking.decision(extent == Extent::Explained)
}

impl<'p> Asking<'p, '_> {
    fn decision(&mut self, explained: bool) -> Decision<'p> {
        let playbook = self.playbook;
        let mut scores = Vec::with_capacity(playbook.scores.len());
        for place in 0..playbook.scores.len() as u16 {
            let mut score = self.score(place);
            score.ledger = explained.then(|| {
                let mut lines = Vec::new();
                self.eval.ledger(place, &mut |line| lines.push(line));
                lines
            });
            scores.push(score);
        }
        let grade = self.grade().map(|grade| Settled {
            value: grade.value.map(|bands| bands.concat()),
            settled: grade.settled,
        });
        let (icp, persona) = (self.entry(Listed::Icp), self.entry(Listed::Personas));
        let readiness = self.readiness();
        let segments = |segment: &'p Row| (playbook.word(segment[0]), self.segment(segment));
        let segments = playbook.segments().iter().map(segments).collect();
        let mut gates = Vec::with_capacity(playbook.stages.len());
        for stage in 0..playbook.stages.len() as u16 {
            match self.gate(stage) {
                Some(gate) if explained => gates.push(self.with_outlook(stage, gate)),
                Some(gate) => gates.push(gate),
                None => {}
            }
        }
        let stage = self.moved();
        let route = (!playbook.routes().is_empty()).then(|| {
            let (then, change, next) = self.route(explained);
            RouteResult {
                then,
                outlook: explained.then_some((change, next)),
            }
        });
        let mut facts_aside = Vec::new();
        self.facts_aside(&mut |fact| facts_aside.push(fact));
        let mut events_aside = Vec::new();
        self.events_aside(&mut |place, id, why| {
            events_aside.push(EventAside {
                id: id.map(Box::from),
                place,
                why,
            });
        });
        Decision {
            playbook: playbook.name(),
            version: playbook.version(),
            digest: &playbook.digest,
            as_of: self.eval.as_of,
            scores,
            grade,
            icp,
            persona,
            readiness,
            segments,
            gates,
            stage,
            route,
            facts_aside,
            events_aside,
        }
    }

    fn readiness(&mut self) -> Option<Readiness<'p>> {
        let (due, framework) = self.playbook.readiness()?;
        let mut named = |truth: u8| {
            let mut names = Vec::new();
            self.criteria(truth, &mut |name| names.push(name));
            names
        };
        let [unmet, unknown, met] = [0, 1, 2].map(&mut named);
        Some(Readiness {
            framework,
            met,
            unmet,
            unknown,
            ready: self.ready(due),
        })
    }

    fn with_outlook(&mut self, stage: u16, gate: GateResult<'p>) -> GateResult<'p> {
        let missing = (!gate.open.value).then(|| {
            let mut missing = Missing {
                criteria: Vec::new(),
                facts: Vec::new(),
                events: Vec::new(),
            };
            self.criteria_of(stage, &mut |truth| missing.criteria.push(truth));
            if !gate.open.settled {
                self.missing_facts(stage, &mut |fact| missing.facts.push(fact));
            }
            self.missing_events(stage, &mut |event| missing.events.push(event));
            missing
        });
        let change = self.gate_change(stage, gate.open.value);
        GateResult {
            outlook: Some(Box::new((missing, change))),
            ..gate
        }
    }

    fn moved(&mut self) -> Option<StageResult<'p>> {
        let (from, moves, settled) = self.stage()?;
        let name = |stage: u16| self.playbook.stage_name(stage);
        Some(StageResult {
            from: name(from),
            to: Settled {
                value: name(moves.list().last().map_or(from, |(_, to)| *to)),
                settled,
            },
            moves: (moves.list().iter())
                .map(|(from, to)| (name(*from), name(*to)))
                .collect(),
        })
    }
}
