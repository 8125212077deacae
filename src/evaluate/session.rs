//! The doors to evaluation: the pure function and the session that is kept up to date.

use super::decision::{
    Decision, EventAside, FactAside, GateResult, Missing, Readiness, RouteResult, ScoreResult,
    Settled, StageResult,
};
use super::eval::{Eval, Room, Sense};
use super::forecast::Change;
use super::settle::Question;
use crate::evidence::{Event, Evidence, Fact, InStage, State, Why};
use crate::playbook::{Millis, Playbook, Row, add, before, is_marked};
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
    decide(playbook, &mut state, &mut Room::default(), as_of, extent)
}

/// One lead whose facts and events come in one by one.
///
/// At every step its decision equals that of [`evaluate`] on the evidence so far.
#[derive(Clone, Debug)]
pub struct Session {
    playbook: Arc<Playbook>,
    state: State,
    room: Room,
}

impl Session {
    /// A lead of which nothing is known.
    pub fn new(playbook: Arc<Playbook>) -> Self {
        let state = State::new(&playbook);
        Self {
            playbook,
            state,
            room: Room::default(),
        }
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
    pub fn decide(&mut self, as_of: Millis, extent: Extent) -> Decision<'_> {
        decide(
            &self.playbook,
            &mut self.state,
            &mut self.room,
            as_of,
            extent,
        )
    }
}

fn decide<'p>(
    playbook: &'p Playbook,
    state: &mut State,
    room: &mut Room,
    as_of: Millis,
    extent: Extent,
) -> Decision<'p> {
    state.look(playbook, as_of);
    let mut asking = Asking {
        playbook,
        explained: extent == Extent::Explained,
        eval: Eval::new(playbook, state, core::mem::take(room), as_of),
    };
    let scores = asking.scores();
    let grade = asking.grade(&scores);
    let decision = Decision {
        playbook: &playbook.name,
        version: playbook.version,
        digest: &playbook.digest,
        as_of,
        grade,
        icp: asking.entry(playbook.icp()),
        persona: asking.entry(playbook.personas()),
        readiness: asking.readiness(),
        segments: asking.segments(),
        gates: asking.gates(),
        stage: asking.stage(),
        route: asking.route(),
        scores,
        facts_aside: asking.facts_aside(),
        events_aside: asking.events_aside(),
    };
    *room = asking.eval.room;
    decision
}

/// The questions of a decision, put one after the other.
struct Asking<'p, 's> {
    playbook: &'p Playbook,
    explained: bool,
    eval: Eval<'p, 's>,
}

impl<'p, 's> Asking<'p, 's> {
    fn scores(&mut self) -> Vec<ScoreResult<'p>> {
        let playbook = self.playbook;
        let mut scores = Vec::with_capacity(playbook.scores.len());
        for (place, score) in (0..).zip(&playbook.scores) {
            let value = self.eval.score(place).0;
            let ledger = self.explained.then(|| self.eval.ledger(place));
            let (low, high) = self
                .eval
                .in_sense(Sense::Completion, |eval| eval.score(place));
            scores.push(ScoreResult {
                name: playbook.word(score[0]),
                value,
                low,
                high,
                band: self.eval.band_name(place, value),
                ledger,
            });
        }
        scores
    }

    fn grade(&mut self, scores: &[ScoreResult<'p>]) -> Option<Settled<Option<String>>> {
        let (one, other) = self.playbook.grade()?;
        let band = |score: u16| scores.get(usize::from(score)).and_then(|score| score.band);
        let value = match (band(one), band(other)) {
            (Some(row), Some(column)) => Some([row, column].concat()),
            _ => None,
        };
        let settled = self.eval.in_sense(Sense::Completion, |eval| {
            eval.band_settled(one) && eval.band_settled(other)
        });
        Some(Settled { value, settled })
    }

    /// The first entry of a list that is met.
    fn entry(&mut self, entries: &'p [Row]) -> Option<Settled<Option<&'p str>>> {
        if entries.is_empty() {
            return None;
        }
        let first = self.eval.first(entries);
        let depends = self.depends(entries.iter().map(|entry| entry[1]));
        Some(Settled {
            value: self.name_of(entries, first),
            settled: self.eval.always(&depends, &depends, &mut |eval| {
                eval.first_is(entries, first)
            }),
        })
    }

    /// Everything that some conditions depend on, each given as its place and one.
    fn depends(&self, conditions: impl Iterator<Item = i64>) -> Vec<u64> {
        let index = &self.playbook.index;
        let mut depends = vec![0; index.words()];
        for condition in conditions.filter_map(before) {
            add(&mut depends, index.of_condition(condition));
        }
        depends
    }

    fn name_of(&self, entries: &[Row], place: Option<usize>) -> Option<&'p str> {
        let entry = entries.get(place?)?;
        Some(self.playbook.word(entry[0]))
    }

    fn segments(&mut self) -> Vec<(&'p str, Settled<bool>)> {
        let playbook = self.playbook;
        let segments = playbook.segments();
        let mut answers = Vec::with_capacity(segments.len());
        for segment in segments {
            let value = self.eval.entry(segment).is_met();
            let when = before(segment[1]).unwrap_or(0);
            let settled = self.settled(when, &mut |eval| eval.entry(segment).same_as(value));
            answers.push((playbook.word(segment[0]), Settled { value, settled }));
        }
        answers
    }

    /// Whether the answer to a question that depends on what a condition depends on is always yes.
    fn settled(&mut self, condition: u32, question: Question<'_, 'p, 's>) -> bool {
        let index = &self.playbook.index;
        let depends = index.of_condition(condition);
        self.eval
            .always(depends, index.tangled(condition), question)
    }

    fn readiness(&mut self) -> Option<Readiness<'p>> {
        let playbook = self.playbook;
        let (due, framework) = playbook.readiness()?;
        let mut lists: [Vec<&'p str>; 3] = Default::default();
        for criterion in playbook.criteria() {
            let span = self.eval.entry(criterion);
            if let Some(list) = lists.get_mut(usize::from(span.least)) {
                list.push(playbook.word(criterion[0]));
            }
        }
        let ready = self.eval.criteria().at_least(due).is_met();
        let depends = self.depends(playbook.criteria().iter().map(|criterion| criterion[1]));
        let settled = self.eval.always(&depends, &depends, &mut |eval| {
            eval.criteria().at_least(due).same_as(ready)
        });
        let [unmet, unknown, met] = lists;
        Some(Readiness {
            framework,
            met,
            unmet,
            unknown,
            ready: Settled {
                value: ready,
                settled,
            },
        })
    }

    fn gates(&mut self) -> Vec<GateResult<'p>> {
        let stages = self.playbook.stages.len();
        let mut gates = Vec::with_capacity(stages);
        for stage in 0..stages as u16 {
            gates.extend(self.gate(stage));
        }
        gates
    }

    fn gate(&mut self, stage: u16) -> Option<GateResult<'p>> {
        let (condition, by_stay) = self.eval.gate_condition(stage)?;
        let open = self.eval.gate(stage).is_met();
        let settled = self.settled(condition, &mut |eval| eval.gate(stage).same_as(open));
        let outlook = self.explained.then(|| {
            let depends = self.playbook.index.of_condition(condition);
            let missing = (!open).then(|| Missing {
                criteria: self.eval.criteria_of(condition),
                facts: if settled {
                    Vec::new()
                } else {
                    self.eval.missing_facts(stage, depends)
                },
                events: self.eval.missing_events(stage, by_stay),
            });
            let change = self
                .eval
                .first_change(&mut |eval| eval.gate(stage).same_as(open));
            (missing, change)
        });
        Some(GateResult {
            stage: self.playbook.stage_name(stage),
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
        let whens = stages.flat_map(|&[_, enter, stay, exit, ..]| [enter, stay, exit]);
        self.depends(whens.chain(transitions.map(|transition| transition[2])))
    }

    fn stage(&mut self) -> Option<StageResult<'p>> {
        let playbook = self.playbook;
        let from = self.eval.place.stage?;
        let moves = self.eval.moves();
        let to = moves.last().map_or(from, |(_, to)| *to);
        let depends = self.moves_depend();
        let settled = self.eval.always(&depends, &depends, &mut |eval| {
            eval.after_moves(|eval| eval.stage_in(1 << (to & 63)))
        });
        let name = |stage: u16| playbook.stage_name(stage);
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
        let routes = self.playbook.routes();
        if routes.is_empty() {
            return None;
        }
        let first = self.eval.after_moves(|eval| eval.first(routes));
        let mut depends = self.depends(routes.iter().map(|route| route[1]));
        if is_marked(&depends, self.playbook.attributes.len()) {
            add(&mut depends, &self.moves_depend());
        }
        let same =
            &mut |eval: &mut Eval<'p, 's>| eval.after_moves(|eval| eval.same_name(routes, first));
        let settled = self.eval.always(&depends, &depends, same);
        let outlook = self.explained.then(|| {
            let change = self.eval.first_change(same);
            let next = match change {
                Change::At(at) => {
                    self.eval.look_at(at, at);
                    let next = self.eval.after_moves(|eval| eval.first(routes));
                    let as_of = self.eval.as_of;
                    self.eval.look_at(as_of, as_of);
                    self.name_of(routes, next)
                }
                _ => None,
            };
            (change, next)
        });
        Some(RouteResult {
            then: Settled {
                value: self.name_of(routes, first),
                settled,
            },
            outlook,
        })
    }

    fn facts_aside(&self) -> Vec<FactAside<'p>> {
        let playbook = self.playbook;
        let aside = self.eval.state.facts_aside();
        aside
            .filter_map(|(fact, why)| {
                Some(FactAside {
                    attribute: &playbook.attributes.get(usize::from(fact.attribute))?.name,
                    source: playbook.sources.get(usize::from(fact.source))?,
                    why: why.word(),
                })
            })
            .collect()
    }

    fn events_aside(&self) -> Vec<EventAside> {
        let aside = self.eval.state.events_aside(self.eval.as_of);
        aside
            .into_iter()
            .map(|event| EventAside {
                id: event.id,
                place: event.place,
                why: event.why.word(),
            })
            .collect()
    }
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
