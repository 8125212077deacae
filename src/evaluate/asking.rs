//! The questions of a decision, one by one; what is done with the answers is up to who asks.

use super::decision::{FactAside, GateResult, MissingEvent, MissingFact, ScoreResult, Settled};
use super::eval::{Eval, Sense};
use super::forecast::Change;
use super::moves::Moves;
use super::settle::Question;
use crate::evidence::Why;
use crate::playbook::{Listed, Playbook, Row, before, row};
use crate::truth::{Span, Tally};

/// A lead at an instant, asked about.
pub(super) struct Asking<'p, 's> {
    pub playbook: &'p Playbook,
    pub eval: Eval<'p, 's>,
}

impl<'p, 's> Asking<'p, 's> {
    /// A score, without its ledger.
    pub fn score(&mut self, place: u16) -> ScoreResult<'p> {
        let value = self.eval.score(place).0;
        let (low, high) = self
            .eval
            .in_sense(Sense::Completion, |eval| eval.score(place));
        ScoreResult {
            name: self
                .playbook
                .word(row(&self.playbook.scores, i64::from(place))[0]),
            value,
            low,
            high,
            band: self.eval.band_name(place, value),
            ledger: None,
        }
    }

    /// The two bands of the grade, where the value lies in both.
    pub fn grade(&mut self) -> Option<Settled<Option<[&'p str; 2]>>> {
        let (one, other) = self.playbook.grade()?;
        let mut band = |score: u16| {
            let value = self.eval.score(score).0;
            self.eval.band_name(score, value)
        };
        let value = match (band(one), band(other)) {
            (Some(row), Some(column)) => Some([row, column]),
            _ => None,
        };
        let settled = self.eval.in_sense(Sense::Completion, |eval| {
            eval.band_settled(one) && eval.band_settled(other)
        });
        Some(Settled { value, settled })
    }

    /// The first entry of a list that is met.
    pub fn entry(&mut self, list: Listed) -> Option<Settled<Option<&'p str>>> {
        let entries = self.playbook.entries_of(list);
        if entries.is_empty() {
            return None;
        }
        let first = self.eval.first(entries);
        let depends = self.playbook.index.of_list(list);
        Some(Settled {
            value: self.name_of(entries, first),
            settled: self
                .eval
                .always(depends, depends, &mut |eval| eval.first_is(entries, first)),
        })
    }

    fn name_of(&self, entries: &[Row], place: Option<usize>) -> Option<&'p str> {
        let entry = entries.get(place?)?;
        Some(self.playbook.word(entry[0]))
    }

    /// Whether the lead is in a segment.
    pub fn segment(&mut self, segment: &'p Row) -> Settled<bool> {
        let value = self.eval.entry(segment).is_met();
        let when = before(segment[1]).unwrap_or(0);
        let settled = self.settled(when, &mut |eval| eval.entry(segment).same_as(value));
        Settled { value, settled }
    }

    /// Whether the answer to a question that depends on what a condition depends on is always yes.
    fn settled(&mut self, condition: u32, question: Question<'_, 'p, 's>) -> bool {
        let index = &self.playbook.index;
        let depends = index.of_condition(condition);
        self.eval
            .always(depends, index.tangled(condition), question)
    }

    /// The criteria of readiness that come out in one way: 0 unmet, 1 unknown, 2 met.
    pub fn criteria(&mut self, truth: u8, each: &mut dyn FnMut(&'p str)) {
        for criterion in self.playbook.criteria() {
            if self.eval.entry(criterion).least() == truth {
                each(self.playbook.word(criterion[0]));
            }
        }
    }

    /// Whether as many criteria as are due are met.
    pub fn ready(&mut self, due: u32) -> Settled<bool> {
        let depends = self.playbook.index.of_list(Listed::Criteria);
        let enough = |tally: Tally| tally.at_least(due);
        let value = enough(self.eval.criteria()).is_met();
        let settled = self.eval.always(depends, depends, &mut |eval| {
            enough(eval.criteria()).same_as(value)
        });
        Settled { value, settled }
    }

    /// A stage's gate, without its outlook.
    pub fn gate(&mut self, stage: u16) -> Option<GateResult<'p>> {
        let (condition, by_stay) = self.eval.gate_condition(stage)?;
        // Where every completion comes out alike, that is all there is to find.
        let both = self.eval.found(condition);
        let met = both.known().is_met();
        let alike = both.completion().same_as(met);
        let is_plain = both.is_found()
            && (alike.is_met() == alike.may_be_met() || self.eval.reaches(condition));
        let (value, settled) = if is_plain {
            (met, alike.is_met())
        } else {
            let value = self.eval.gate(stage).is_met();
            let same = &mut |eval: &mut Eval<'p, 's>| eval.gate(stage).same_as(value);
            (value, self.settled(condition, same))
        };
        Some(GateResult {
            stage: self.playbook.stage_name(stage),
            open: Settled { value, settled },
            by_stay,
            outlook: None,
        })
    }

    /// When a gate changes.
    pub fn gate_change(&mut self, stage: u16, open: bool) -> Change {
        let same = &mut |eval: &mut Eval<'p, 's>| eval.gate(stage).same_as(open);
        #[cfg(feature = "document")]
        return self.eval.gate_change(stage, same);
        #[cfg(not(feature = "document"))]
        self.eval.first_change(same)
    }

    /// The truth of each part of a gate's condition.
    pub fn criteria_of(&mut self, stage: u16, each: &mut dyn FnMut(u8)) {
        if let Some((condition, _)) = self.eval.gate_condition(stage) {
            self.eval.criteria_of(condition, each);
        }
    }

    /// The open attributes that a gate depends on, and whether one alone opens it.
    pub fn missing_facts(&mut self, stage: u16, each: &mut dyn FnMut(MissingFact<'p>)) {
        if let Some((condition, _)) = self.eval.gate_condition(stage) {
            let depends = self.playbook.index.of_condition(condition);
            self.eval.missing_facts(stage, depends, each);
        }
    }

    /// The model events that open a gate by themselves.
    pub fn missing_events(&mut self, stage: u16, each: &mut dyn FnMut(MissingEvent<'p>)) {
        self.eval.missing_events(stage, each);
    }

    /// The stage as it is, the moves, and whether it is settled where they lead.
    pub fn stage(&mut self) -> Option<(u16, Moves, bool)> {
        let from = self.eval.place.stage?;
        let moves = self.eval.moves();
        let to = moves.list().last().map_or(from, |(_, to)| *to);
        let depends = self.playbook.index.of_list(Listed::Moves);
        let settled = self.eval.always(depends, depends, &mut |eval| {
            eval.after_moves(|eval| eval.stage_in(1 << (to & 63)))
        });
        Some((from, moves, settled))
    }

    /// The route; then, if that is asked for, when it changes and to what.
    pub fn route(&mut self, outlook: bool) -> (Settled<Option<&'p str>>, Change, Option<&'p str>) {
        let routes = self.playbook.routes();
        let (first, settled) = self.eval.route();
        let then = Settled {
            value: self.name_of(routes, first),
            settled,
        };
        if !outlook {
            return (then, Change::Never, None);
        }
        let change = self.eval.first_change(&mut |eval| eval.same_route(first));
        let mut next = None;
        if let Change::At(at) = change {
            self.eval.look_at(at);
            self.eval.ahead(&mut |eval| {
                next = eval.after_moves(|eval| eval.first(routes));
                Span::TRUE
            });
            self.eval.look_at(self.eval.as_of);
        }
        (then, change, self.name_of(routes, next))
    }

    pub fn facts_aside(&self, each: &mut dyn FnMut(FactAside<'p>)) {
        let playbook = self.playbook;
        for (attribute, source, why) in self.eval.seen.facts_aside() {
            each(FactAside {
                attribute: playbook.name_in(&playbook.attributes, attribute),
                source: playbook.name_in(&playbook.sources, source),
                why: why.word(),
            });
        }
    }

    /// Place, id and reason of events that don't count.
    pub fn events_aside(&self, each: &mut dyn FnMut(u32, Option<&str>, &'static str)) {
        let as_of = self.eval.as_of;
        let word = &mut |place: u32, id: Option<&str>, why: Why| each(place, id, why.word());
        self.eval.seen.state.events_aside(as_of, word);
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
