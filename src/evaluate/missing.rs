//! What would open a closed gate.

use super::decision::{MissingEvent, MissingFact};
use super::eval::{Eval, Imagined};
use super::forecast::Change;
use crate::limits;
use crate::playbook::{bits, is_marked, op, row};

/// So many imagined events open a stage's gate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    stage: u16,
    model: i64,
    times: u32,
    until: Change,
}

impl<'p, 's> Eval<'p, 's> {
    /// The truth of each part of a gate's condition.
    pub(super) fn criteria_of(&mut self, condition: u32, each: &mut dyn FnMut(u8)) {
        let playbook = self.playbook;
        match row(&playbook.conditions, i64::from(condition)) {
            &[op::ALL, start, count, ..] => {
                for part in playbook.list(start, count) {
                    each(self.condition(*part as u32).least());
                }
            }
            _ => each(self.condition(condition).least()),
        }
    }

    /// The open attributes that a gate depends on, and whether one alone opens it.
    pub(super) fn missing_facts(
        &mut self,
        stage: u16,
        depends: &[u64],
        each: &mut dyn FnMut(MissingFact<'p>),
    ) {
        let all = 0..self.playbook.attributes.len() as u16;
        for place in all.filter(|place| is_marked(depends, usize::from(*place))) {
            if !is_marked(&self.room.open, usize::from(place)) {
                continue;
            }
            let opens = self.some_kind(place, &mut |eval| eval.gate(stage).is_met());
            each(MissingFact {
                attribute: self.playbook.name_in(&self.playbook.attributes, place),
                opens,
            });
        }
    }

    /// The model events that open a gate by themselves.
    pub(super) fn missing_events(&mut self, stage: u16, each: &mut dyn FnMut(MissingEvent<'p>)) {
        if !self.room.has_openings {
            self.find_openings();
        }
        let playbook = self.playbook;
        let openings = self.room.openings.iter();
        for opening in openings.filter(|opening| opening.stage == stage) {
            let &[signal, properties, ..] = row(&playbook.models, opening.model);
            each(MissingEvent {
                signal: playbook.name_in(&playbook.signals, signal as u16),
                properties: playbook.word(properties),
                times: opening.times,
                until: opening.until,
            });
        }
    }

    /// Finds the least numbers of imagined events that open gates, and when that many no longer do.
    fn find_openings(&mut self) {
        let playbook = self.playbook;
        self.room.has_openings = true;
        self.room.openings.clear();
        let mut closed = 0u64;
        for stage in 0..playbook.stages.len() as u16 {
            closed |= u64::from(!self.gate(stage).is_met()) << (stage & 63);
        }
        for (model, &[_, _, matches, count, ..]) in (0..).zip(&playbook.models) {
            let mut left = closed;
            for stage in bits(closed) {
                left ^= u64::from(!self.may_open(stage, model)) << stage;
            }
            for times in 1..=limits::MISSING_TIMES {
                if left == 0 {
                    break;
                }
                self.imagine(Some(Imagined {
                    matches: playbook.list(matches, count),
                    times,
                }));
                for stage in bits(left) {
                    if self.gate(stage).is_met() {
                        left ^= 1 << stage;
                        let until = self.first_change(&mut |eval| eval.gate(stage));
                        self.room.openings.push(Opening {
                            stage,
                            model,
                            times,
                            until,
                        });
                    }
                }
            }
        }
        self.imagine(None);
    }

    /// Whether a model is one of those that may open a stage's gate.
    fn may_open(&self, stage: u16, model: i64) -> bool {
        let &[_, _, _, _, enter, entering, stay, staying] =
            row(&self.playbook.stages, i64::from(stage));
        let (start, count) = match self.gate_condition(stage) {
            Some((_, true)) => (stay, staying),
            _ => (enter, entering),
        };
        self.playbook.list(start, count).contains(&model)
    }
}
