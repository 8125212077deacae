//! What would open a closed gate.

use super::decision::{MissingEvent, MissingFact};
use super::eval::{Eval, Imagined};
use super::forecast::Change;
use crate::limits;
use crate::playbook::{Row, is_marked, op, row};
use alloc::vec::Vec;

/// So many imagined events open a stage's gate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    stage: u16,
    model: u32,
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
            let &[signal, properties, ..] = row(&playbook.models, i64::from(opening.model));
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
        let stages = 0..playbook.stages.len() as u16;
        let closed: Vec<u16> = stages.filter(|stage| !self.gate(*stage).is_met()).collect();
        for (model, &[_, _, matches, count, ..]) in (0..).zip(&playbook.models) {
            let mut left = closed.clone();
            left.retain(|stage| self.may_open(*stage, model));
            let matches = playbook.list(matches, count);
            for times in 1..=limits::MISSING_TIMES {
                if left.is_empty() {
                    break;
                }
                self.imagine(Some(Imagined { matches, times }));
                left.retain(|stage| !self.opens(*stage, model, times));
            }
        }
        self.imagine(None);
    }

    /// Whether a model is one of those that may open a stage's gate.
    fn may_open(&self, stage: u16, model: u32) -> bool {
        let stages: &Row = row(&self.playbook.stages, i64::from(stage));
        let &[_, _, _, _, enter, entering, stay, staying] = stages;
        let (start, count) = match self.gate_condition(stage) {
            Some((_, true)) => (stay, staying),
            Some((_, false)) => (enter, entering),
            None => return false,
        };
        let models = self.playbook.list(start, count);
        models.contains(&i64::from(model))
    }

    /// Whether as many events as are imagined open a gate; if so it is put down.
    fn opens(&mut self, stage: u16, model: u32, times: u32) -> bool {
        let opens = self.gate(stage).is_met();
        if opens {
            let until = self.first_change(&mut |eval| eval.gate(stage));
            self.room.openings.push(Opening {
                stage,
                model,
                times,
                until,
            });
        }
        opens
    }
}
