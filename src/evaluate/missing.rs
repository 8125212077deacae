//! What would open a closed gate.

use super::decision::{MissingEvent, MissingFact};
use super::eval::{Eval, Imagined};
use super::forecast::Change;
use crate::evidence::matches_all;
use crate::limits;
use crate::playbook::{Condition, ConditionId, Value};
use alloc::{string::String, vec::Vec};

impl<'p, 's> Eval<'p, 's> {
    /// The truth of each part of a gate's condition.
    pub(super) fn criteria(&mut self, condition: ConditionId) -> Vec<u8> {
        let playbook = self.playbook;
        match playbook.conditions.get(condition as usize) {
            Some(Condition::All(parts)) => parts
                .iter()
                .map(|part| self.condition(*part).least)
                .collect(),
            _ => Vec::from([self.condition(condition).least]),
        }
    }

    /// The open attributes that a gate depends on, and whether one alone opens it.
    pub(super) fn missing_facts(&mut self, stage: u16, depends: &[u64]) -> Vec<MissingFact<'p>> {
        let playbook = self.playbook;
        let mut facts = Vec::new();
        for attribute in self.open_of(depends) {
            let opens = self.completions(attribute).into_iter().any(|completion| {
                let was = self.assume(attribute, completion.known);
                let opens = self.gate(stage).is_met();
                self.take_back(attribute, was);
                opens
            });
            if let Some(attribute) = playbook.attributes.get(usize::from(attribute)) {
                facts.push(MissingFact {
                    attribute: &attribute.name,
                    opens,
                });
            }
        }
        facts
    }

    /// The model events that open a gate by themselves.
    pub(super) fn missing_events(
        &mut self,
        stage: u16,
        condition: ConditionId,
    ) -> Vec<MissingEvent<'p>> {
        let playbook = self.playbook;
        let mut tried: Vec<(u16, Vec<(u16, Value)>)> = Vec::new();
        let under = playbook.patterns_under(condition);
        for (pattern, _) in playbook
            .patterns
            .iter()
            .zip(under)
            .filter(|(_, under)| *under)
        {
            let Some(model) = &pattern.model else {
                continue;
            };
            let event = (pattern.signal, model.clone());
            if !tried.contains(&event) {
                tried.push(event);
            }
        }
        let mut missing = Vec::new();
        for (signal, properties) in tried {
            let matches = playbook
                .patterns
                .iter()
                .map(|pattern| pattern.signal == signal && matches_all(&pattern.tests, &properties))
                .collect();
            self.imagined = Some(Imagined { matches, times: 0 });
            if let Some((times, until)) = self.times_that_open(stage)
                && let Some(signal) = playbook.signals.get(usize::from(signal))
            {
                missing.push(MissingEvent {
                    signal,
                    properties,
                    times,
                    until,
                });
            }
        }
        self.imagined = None;
        self.refresh();
        in_order(missing)
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

/// Sorted by signal and properties.
fn in_order(missing: Vec<MissingEvent<'_>>) -> Vec<MissingEvent<'_>> {
    let mut sorted: Vec<(String, MissingEvent)> = Vec::new();
    for event in missing {
        let order = event.order();
        let place = sorted.partition_point(|(before, _)| *before <= order);
        sorted.insert(place, (order, event));
    }
    sorted.into_iter().map(|(_, event)| event).collect()
}
