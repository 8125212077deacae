//! Model events: those that are tried when looking for what would open a gate.

use super::{Lowering, cells, length};
use crate::decimal::NUMBER_PLACES;
use crate::evidence::matches;
use crate::fold::fold;
use crate::gather::Gather;
use crate::json::Writer;
use crate::playbook::derive::Reference;
use crate::playbook::document::definition::{Definition, Kind, Pattern, Signal};
use crate::playbook::{Row, Value, before};
use crate::sort::Arrange;
use crate::sorted::Map;
use crate::time;
use alloc::{string::String, vec, vec::Vec};

impl Lowering {
    /// A model for each pattern that its own model satisfies, and the models under each gate.
    pub(super) fn models(&mut self, definition: &Definition) {
        let models: Vec<Option<(u16, String)>> = definition
            .patterns
            .iter()
            .zip(&self.to.patterns)
            .map(|(pattern, row)| self.model(definition, pattern, row))
            .gather();
        // Each with the first of its patterns; in the order of what is written.
        let mut distinct: Map<&(u16, String), &Pattern> = Map::new();
        for (model, pattern) in models.iter().zip(&definition.patterns) {
            if let Some(model) = model {
                distinct.entry(model).or_insert(pattern);
            }
        }
        for ((signal, text), pattern) in &distinct {
            let values = folded(&pattern.model);
            let matched: Vec<i64> = (0..)
                .zip(&self.to.patterns)
                .filter(|(_, row)| row[0] == i64::from(*signal) && matches(&self.to, row, &values))
                .map(|(place, _)| place)
                .gather();
            let count = length(&matched);
            let row = cells(&[
                i64::from(*signal),
                self.word(text),
                self.list(matched),
                count,
            ]);
            self.to.models.push(row);
        }
        let places: Map<&(u16, String), i64> = distinct.into_keys().zip(1..).collect();
        for (pattern, model) in self.to.patterns.iter_mut().zip(&models) {
            let place = model.as_ref().and_then(|model| places.get(model));
            pattern[3] = place.copied().unwrap_or(0);
        }
        for stage in 0..self.to.stages.len() {
            self.models_of(stage);
        }
    }

    /// Signal and properties of the event that is to satisfy a pattern, if it does.
    fn model(
        &self,
        definition: &Definition,
        pattern: &Pattern,
        row: &Row,
    ) -> Option<(u16, String)> {
        if !matches(&self.to, row, &folded(&pattern.model)) {
            return None;
        }
        let signal = definition.signals.get(usize::from(pattern.signal))?;
        Some((pattern.signal, written(signal, &pattern.model)))
    }

    /// The models of the patterns that a stage's gate depends on.
    fn models_of(&mut self, stage: usize) {
        let Some(&[_, enter, stay, ..]) = self.to.stages.get(stage) else {
            return;
        };
        let mut found = [0; 4];
        for (slot, when) in found.as_chunks_mut::<2>().0.iter_mut().zip([enter, stay]) {
            let mut models: Vec<i64> = before(when)
                .map(|when| self.patterns_under(when))
                .unwrap_or_default()
                .into_iter()
                .filter_map(|pattern| self.to.patterns.get(pattern as usize))
                .filter(|pattern| pattern[3] > 0)
                .map(|pattern| pattern[3] - 1)
                .gather();
            models.arrange();
            models.dedup();
            *slot = [0, length(&models)];
            slot[0] = self.list(models);
        }
        if let Some([_, _, _, _, rest @ ..]) = self.to.stages.get_mut(stage) {
            *rest = found;
        }
    }

    /// The patterns that a condition depends on, also through scores.
    fn patterns_under(&self, condition: u32) -> Vec<u32> {
        let mut seen = vec![false; self.to.conditions.len()];
        let mut seen_scores = vec![false; self.to.scores.len()];
        let mut patterns = Vec::new();
        let mut next = vec![condition];
        while let Some(id) = next.pop() {
            if first_visit(&mut seen, id as usize)
                && let Some(condition) = self.to.conditions.get(id as usize)
            {
                let mut scores = Vec::new();
                let mut follow = |reference| match reference {
                    Reference::Condition(id) => next.push(id),
                    Reference::Score(score) => scores.push(score),
                    Reference::Pattern(pattern) => patterns.push(pattern),
                    Reference::Attribute(_) | Reference::Stage => {}
                };
                self.to.references(condition, &mut follow);
                for score in scores {
                    if first_visit(&mut seen_scores, usize::from(score)) {
                        self.to
                            .rule_references(score, &mut |reference| match reference {
                                Reference::Condition(id) => next.push(id),
                                Reference::Pattern(pattern) => patterns.push(pattern),
                                _ => {}
                            });
                    }
                }
            }
        }
        patterns
    }
}

fn first_visit(seen: &mut [bool], place: usize) -> bool {
    seen.get_mut(place)
        .is_some_and(|seen| !core::mem::replace(seen, true))
}

/// Values as they are compared.
fn folded(values: &[(u16, Value)]) -> Vec<(u16, Value)> {
    let fold = |value: &Value| match value {
        Value::Text(text) => Value::Text(fold(text)),
        other => other.clone(),
    };
    values.iter().map(|(at, value)| (*at, fold(value))).gather()
}

/// The properties of a model event as JSON.
fn written(signal: &Signal, properties: &[(u16, Value)]) -> String {
    let mut text = String::new();
    let mut w = Writer::new(&mut text);
    w.open('{');
    for (property, value) in properties {
        if let Some(property) = signal.properties.get(usize::from(*property)) {
            let options = match &property.kind {
                Kind::Choice(options) | Kind::Choices(options) => &options[..],
                _ => &[],
            };
            let option = |place: u16| options.get(usize::from(place)).map_or("", |it| it);
            write_value(w.key(&property.name), value, option);
        }
    }
    w.close('}');
    text
}

/// A value of a fact or a property, as evidence has it.
pub(crate) fn write_value<'o>(w: &mut Writer, value: &Value, option: impl Fn(u16) -> &'o str) {
    match value {
        Value::Boolean(value) => w.boolean(*value),
        Value::Number(value) => w.decimal(*value, NUMBER_PLACES),
        Value::Text(text) => w.text(text),
        Value::Choice(place) => w.text(option(*place)),
        Value::Choices(places) => {
            w.open('[');
            for place in places {
                w.item().text(option(*place));
            }
            w.close(']');
        }
        Value::Date(at) => {
            let mut day = String::new();
            time::write_date(&mut day, *at);
            w.text(&day);
        }
    }
}
