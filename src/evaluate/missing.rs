//! What would open a closed gate.

use super::decision::{MissingEvent, MissingFact};
use super::eval::{Eval, Imagined};
use super::forecast::Change;
use crate::limits;
use crate::playbook::{is_marked, op, row};

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
    pub(super) fn missing_events(
        &mut self,
        stage: u16,
        by_stay: bool,
        each: &mut dyn FnMut(MissingEvent<'p>),
    ) {
        let playbook = self.playbook;
        let &[_, _, _, _, enter, entering, stay, staying] = row(&playbook.stages, i64::from(stage));
        let (start, count) = if by_stay {
            (stay, staying)
        } else {
            (enter, entering)
        };
        for model in playbook.list(start, count) {
            let &[signal, properties, matches, count, ..] = row(&playbook.models, *model);
            self.imagined = Some(Imagined {
                matches: playbook.list(matches, count),
                times: 0,
            });
            if let Some((times, until)) = self.times_that_open(stage) {
                each(MissingEvent {
                    signal: playbook.name_in(&playbook.signals, signal as u16),
                    properties: playbook.word(properties),
                    times,
                    until,
                });
            }
        }
        self.imagined = None;
        self.refresh();
    }

    /// The least number of imagined events that opens a gate, and when that many no longer do.
    fn times_that_open(&mut self, stage: u16) -> Option<(u32, Change)> {
        for times in 1..=limits::MISSING_TIMES {
            if let Some(imagined) = &mut self.imagined {
                imagined.times = times;
            }
            self.refresh();
            if self.gate(stage).is_met() {
                return Some((times, self.first_change(&mut |eval| eval.gate(stage))));
            }
        }
        None
    }
}
