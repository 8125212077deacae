//! What would open a closed gate.

use super::decision::{MissingEvent, MissingFact};
use super::eval::{Eval, Imagined};
use super::forecast::Change;
use crate::limits;
use crate::playbook::{bits, is_marked, op, row};
#[cfg(feature = "document")]
use alloc::vec;

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
            let matches = playbook.list(matches, count);
            #[cfg(feature = "document")]
            {
                // In stretches, the least numbers last.
                let mut stretches = vec![(1, limits::MISSING_TIMES)];
                while let Some((times, most)) = stretches.pop().filter(|_| left != 0) {
                    let more = most - times;
                    let imagined = Imagined {
                        matches,
                        times,
                        more,
                    };
                    let opened = self.opened(left, imagined);
                    if more == 0 {
                        self.note_openings(opened, model, times);
                        left ^= opened;
                    } else if opened != 0 {
                        // Few are enough mostly.
                        let middle = (2 * times - 1).min((times + most) / 2);
                        stretches.extend([(middle + 1, most), (times, middle)]);
                    }
                }
            }
            #[cfg(not(feature = "document"))]
            for times in 1..=limits::MISSING_TIMES {
                if left == 0 {
                    break;
                }
                let opened = self.opened(left, Imagined { matches, times });
                self.note_openings(opened, model, times);
                left ^= opened;
            }
        }
        self.imagine(None);
        self.look_at(self.as_of);
    }

    /// Of some stages, given as bits, those whose gates imagined events open, or may open where there may be more of them.
    fn opened(&mut self, stages: u64, imagined: Imagined<'p>) -> u64 {
        self.imagine(Some(imagined));
        self.look_at(self.as_of);
        bits(stages).fold(0, |opened, stage| {
            let span = self.ahead(&mut |eval| eval.gate(stage));
            #[cfg(feature = "document")]
            let opens = span.is_met() || imagined.more > 0 && span.may_be_met();
            #[cfg(not(feature = "document"))]
            let opens = span.is_met();
            opened | u64::from(opens) << stage
        })
    }

    /// Notes that the imagined events open gates, and until when.
    fn note_openings(&mut self, stages: u64, model: i64, times: u32) {
        for stage in bits(stages) {
            let until = self.first_change(&mut |eval| eval.gate(stage));
            self.room.openings.push(Opening {
                stage,
                model,
                times,
                until,
            });
        }
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
