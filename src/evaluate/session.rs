//! The doors to evaluation: the pure function and the session that is kept up to date.

use super::decision::{
    Decision, EventAside, FactAside, GateResult, Missing, Readiness, RouteResult, ScoreResult,
    Settled, StageResult,
};
use super::eval::{Eval, Sense};
use super::forecast::Change;
use super::truth::Tally;
use crate::evidence::{Event, Evidence, Fact, InStage, State, Why};
use crate::playbook::{ConditionId, Entry, Millis, Playbook, is_marked};
use alloc::{string::String, sync::Arc, vec, vec::Vec};

/// How much is worked out besides the decision itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Scores, gates, stage and route, with what is settled.
    Brief,
    /// Also ledgers, what is missing, and when things change.
    Explained,
}

/// Decides on one lead at an instant.
///
/// The same playbook, evidence and instant give the same decision, byte for byte, wherever it runs.
pub fn evaluate<'p>(
    playbook: &'p Playbook,
    evidence: &Evidence,
    as_of: Millis,
    extent: Extent,
) -> Decision<'p> {
    let mut state = State::new(playbook);
    state.load(playbook, evidence);
    decide(playbook, &state, as_of, extent)
}

/// One lead whose facts and events come in one by one.
///
/// At every step its decision equals that of [`evaluate`] on the evidence so far.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) playbook: Arc<Playbook>,
    pub(super) state: State,
}

impl Session {
    /// A lead of which nothing is known.
    pub fn new(playbook: Arc<Playbook>) -> Self {
        let state = State::new(&playbook);
        Self { playbook, state }
    }

    /// The playbook that decides.
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    /// Forgets the lead.
    pub fn clear(&mut self) {
        self.state.clear();
    }

    /// Puts other evidence in place of what is known.
    pub fn load(&mut self, evidence: &Evidence) {
        self.state.load(&self.playbook, evidence);
    }

    /// Adds a fact.
    pub fn learn(&mut self, fact: Fact) {
        self.state.learn(fact);
    }

    /// Adds an event.
    pub fn track(&mut self, event: &Event) {
        self.state.track(&self.playbook, event);
    }

    /// Says which stage the record is in.
    pub fn enter(&mut self, stage: InStage) {
        self.state.stage = Some(stage);
    }

    /// How many facts and events there are.
    pub fn len(&self) -> (usize, u32) {
        (self.state.facts().len(), self.state.events())
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }

    /// Decides at an instant.
    pub fn decide(&self, as_of: Millis, extent: Extent) -> Decision<'_> {
        decide(&self.playbook, &self.state, as_of, extent)
    }
}

fn decide<'p>(
    playbook: &'p Playbook,
    state: &State,
    as_of: Millis,
    extent: Extent,
) -> Decision<'p> {
    let (known, facts_aside) = state.known(playbook, as_of);
    let mut asking = Asking {
        playbook,
        explained: extent == Extent::Explained,
        eval: Eval::new(playbook, state, known, as_of),
    };
    let scores = asking.scores();
    let grade = asking.grade(&scores);
    Decision {
        playbook: &playbook.name,
        version: playbook.version,
        digest: &playbook.digest,
        as_of,
        grade,
        icp: asking.entry(&playbook.icp),
        persona: asking.entry(&playbook.personas),
        readiness: asking.readiness(),
        segments: playbook
            .segments
            .iter()
            .map(|segment| (&*segment.name, asking.condition(segment.when)))
            .collect(),
        gates: (0..playbook.stages.len() as u16)
            .filter_map(|stage| asking.gate(stage))
            .collect(),
        stage: asking.stage(),
        route: asking.route(),
        scores,
        facts_aside: facts_aside
            .iter()
            .filter_map(|(place, why)| {
                let fact = state.facts().get(*place as usize)?;
                Some(FactAside {
                    attribute: &playbook.attributes.get(usize::from(fact.attribute))?.name,
                    source: playbook.sources.get(usize::from(fact.source))?,
                    why: why.word(),
                })
            })
            .collect(),
        events_aside: state
            .events_aside(as_of)
            .into_iter()
            .map(|event| EventAside {
                id: event.id,
                place: event.place,
                why: event.why.word(),
            })
            .collect(),
    }
}

/// The questions of a decision, put one after the other.
struct Asking<'p, 's> {
    playbook: &'p Playbook,
    explained: bool,
    eval: Eval<'p, 's>,
}

impl<'p> Asking<'p, '_> {
    fn scores(&mut self) -> Vec<ScoreResult<'p>> {
        let playbook = self.playbook;
        let places = 0..playbook.scores.len() as u16;
        let values: Vec<i64> = places
            .clone()
            .map(|score| self.eval.score(score).0)
            .collect();
        let ledgers: Vec<_> = places
            .clone()
            .map(|score| self.explained.then(|| self.eval.ledger(score)))
            .collect();
        self.eval.judge(Sense::Completion);
        let bounds: Vec<_> = places.map(|score| self.eval.score(score)).collect();
        self.eval.judge(Sense::Known);
        let parts = values.into_iter().zip(bounds).zip(ledgers);
        playbook
            .scores
            .iter()
            .zip(parts)
            .map(|(score, ((value, (low, high)), ledger))| ScoreResult {
                name: &score.name,
                value,
                low,
                high,
                band: score
                    .bands
                    .iter()
                    .find(|(_, threshold)| value >= *threshold)
                    .map(|(name, _)| &**name),
                ledger,
            })
            .collect()
    }

    fn grade(&mut self, scores: &[ScoreResult<'p>]) -> Option<Settled<Option<String>>> {
        let (one, other) = self.playbook.grade?;
        let band = |score: u16| scores.get(usize::from(score)).and_then(|score| score.band);
        let value = match (band(one), band(other)) {
            (Some(row), Some(column)) => Some([row, column].concat()),
            _ => None,
        };
        self.eval.judge(Sense::Completion);
        let settled = self.eval.band_settled(one) && self.eval.band_settled(other);
        self.eval.judge(Sense::Known);
        Some(Settled { value, settled })
    }

    /// The first entry of a list that is met.
    fn entry(&mut self, entries: &'p [Entry]) -> Option<Settled<Option<&'p str>>> {
        if entries.is_empty() {
            return None;
        }
        let first = self.eval.first(entries);
        let depends = self.depends(entries.iter().filter_map(|entry| entry.when));
        Some(Settled {
            value: name_of(entries, first),
            settled: self.eval.always(&depends, &depends, &mut |eval| {
                eval.first_is(entries, first)
            }),
        })
    }

    /// Everything that one of these conditions depends on.
    fn depends(&self, conditions: impl Iterator<Item = ConditionId>) -> Vec<u64> {
        let index = &self.playbook.index;
        let mut depends = vec![0; index.words()];
        for condition in conditions {
            for (word, more) in depends.iter_mut().zip(index.of_condition(condition)) {
                *word |= more;
            }
        }
        depends
    }

    fn condition(&mut self, condition: ConditionId) -> Settled<bool> {
        let value = self.eval.condition(condition).is_met();
        let index = &self.playbook.index;
        let depends = index.of_condition(condition);
        Settled {
            value,
            settled: self
                .eval
                .always(depends, index.tangled(condition), &mut |eval| {
                    eval.condition(condition).same_as(value)
                }),
        }
    }

    fn readiness(&mut self) -> Option<Readiness<'p>> {
        let playbook = self.playbook;
        let readiness = playbook.readiness.as_ref()?;
        let mut lists: [Vec<&'p str>; 3] = Default::default();
        let mut tally = Tally::default();
        for criterion in &readiness.criteria {
            let span = self.eval.condition(criterion.when);
            tally.add(span);
            if let Some(list) = lists.get_mut(usize::from(span.least)) {
                list.push(&criterion.name);
            }
        }
        let ready = tally.at_least(readiness.at_least).is_met();
        let depends = self.depends(readiness.criteria.iter().map(|criterion| criterion.when));
        let settled = self.eval.always(&depends, &depends, &mut |eval| {
            let mut tally = Tally::default();
            for criterion in &readiness.criteria {
                tally.add(eval.condition(criterion.when));
            }
            tally.at_least(readiness.at_least).same_as(ready)
        });
        let [unmet, unknown, met] = lists;
        Some(Readiness {
            framework: &readiness.framework,
            met,
            unmet,
            unknown,
            ready: Settled {
                value: ready,
                settled,
            },
        })
    }

    fn gate(&mut self, stage: u16) -> Option<GateResult<'p>> {
        let playbook = self.playbook;
        let name = &playbook.stages.get(usize::from(stage))?.name;
        let (condition, by_stay) = self.eval.gate_condition(stage)?;
        let open = self.eval.gate(stage).is_met();
        let depends = playbook.index.of_condition(condition);
        let settled = self
            .eval
            .always(depends, playbook.index.tangled(condition), &mut |eval| {
                eval.gate(stage).same_as(open)
            });
        let outlook = self.explained.then(|| {
            let missing = (!open).then(|| Missing {
                criteria: self.eval.criteria(condition),
                facts: if settled {
                    Vec::new()
                } else {
                    self.eval.missing_facts(stage, depends)
                },
                events: self.eval.missing_events(stage, condition),
            });
            let change = self
                .eval
                .first_change(&mut |eval| eval.gate(stage).same_as(open));
            (missing, change)
        });
        Some(GateResult {
            stage: name,
            open: Settled {
                value: open,
                settled,
            },
            by_stay,
            outlook,
        })
    }

    /// Everything that the moves depend on.
    fn moves_depend(&self) -> Vec<u64> {
        let stages = self.playbook.stages.iter();
        let transitions = self.playbook.transitions.iter();
        self.depends(
            stages
                .flat_map(|stage| [stage.enter, stage.stay, stage.exit])
                .flatten()
                .chain(transitions.filter_map(|transition| transition.when)),
        )
    }

    fn stage(&mut self) -> Option<StageResult<'p>> {
        let playbook = self.playbook;
        let name = |stage: u16| {
            let stage = playbook.stages.get(usize::from(stage));
            stage.map_or("", |stage| &*stage.name)
        };
        let from = self.eval.place.stage?;
        let moves = self.eval.moves();
        let to = moves.last().map_or(from, |(_, to)| *to);
        let depends = self.moves_depend();
        let settled = self.eval.always(&depends, &depends, &mut |eval| {
            eval.after_moves(|eval| eval.stage_in(&[to]))
        });
        Some(StageResult {
            from: name(from),
            to: Settled {
                value: name(to),
                settled,
            },
            moves: moves
                .into_iter()
                .map(|(from, to)| (name(from), name(to)))
                .collect(),
        })
    }

    fn route(&mut self) -> Option<RouteResult<'p>> {
        let routes = &self.playbook.routes;
        if routes.is_empty() {
            return None;
        }
        let first = self.eval.after_moves(|eval| eval.first(routes));
        let mut depends = self.depends(routes.iter().filter_map(|route| route.when));
        if is_marked(&depends, self.playbook.attributes.len()) {
            for (word, more) in depends.iter_mut().zip(self.moves_depend()) {
                *word |= more;
            }
        }
        let same =
            &mut |eval: &mut Eval<'p, '_>| eval.after_moves(|eval| eval.same_name(routes, first));
        let settled = self.eval.always(&depends, &depends, same);
        let outlook = self.explained.then(|| {
            let change = self.eval.first_change(same);
            let next = match change {
                Change::At(at) => {
                    self.eval.look_at(at, at);
                    let next = self.eval.after_moves(|eval| eval.first(routes));
                    let as_of = self.eval.as_of;
                    self.eval.look_at(as_of, as_of);
                    name_of(routes, next)
                }
                _ => None,
            };
            (change, next)
        });
        Some(RouteResult {
            then: Settled {
                value: name_of(routes, first),
                settled,
            },
            outlook,
        })
    }
}

fn name_of(entries: &[Entry], place: Option<usize>) -> Option<&str> {
    place
        .and_then(|at| entries.get(at))
        .map(|entry| &*entry.name)
}

impl Why {
    fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::NotAllowed => "not_allowed",
            Self::Future => "future",
            Self::Outranked => "outranked",
            Self::Duplicate => "duplicate",
            Self::Automated => "automated",
        }
    }
}
