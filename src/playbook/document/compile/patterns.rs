//! Patterns: a signal and what the properties of its events must pass.

use super::Compiler;
use super::tests::{Of, Seed};
use crate::playbook::Value;
use crate::playbook::document::condition::Where;
use crate::playbook::document::definition::{Pattern, Test};
use crate::playbook::document::read::At;
use crate::playbook::document::words::Reference;
use alloc::{format, vec::Vec};

impl Compiler<'_, '_, '_> {
    /// The place of the pattern; equal ones are compiled once.
    pub(super) fn pattern(
        &mut self,
        signal: Option<&At<Reference>>,
        filter: Option<&Where>,
    ) -> Option<u32> {
        let signal = self.find_signal(signal?)?;
        let mut tests: Vec<(u16, Test)> = Vec::new();
        let mut values: Vec<(u16, Value)> = Vec::new();
        let mut fine = true;
        for entry in super::sorted(filter) {
            let Some(property) = self.find_property(signal, &entry.key) else {
                fine = false;
                continue;
            };
            let sure = self
                .unsure_properties
                .get(usize::from(signal))
                .and_then(|list| list.get(usize::from(property)));
            let kind = self.definition.signals.get(usize::from(signal));
            let kind = kind.and_then(|signal| signal.properties.get(usize::from(property)));
            let kind = kind.map(|property| property.kind.clone());
            let (Some(test), Some(kind), Some(false)) = (&entry.value, kind, sure) else {
                fine = false;
                continue;
            };
            let Some(compiled) = self.compile_test(test, &kind, Of::Property) else {
                fine = false;
                continue;
            };
            if let Seed::Is(value) = compiled.seed {
                values.push((property, value));
            }
            tests.extend(compiled.tests.into_iter().map(|test| (property, test)));
        }
        if !fine {
            return None;
        }
        let pattern = Pattern {
            signal,
            tests,
            model: values,
        };
        let next = u32::try_from(self.definition.patterns.len()).ok()?;
        let place = *self.pattern_keys.entry(pattern.clone()).or_insert(next);
        if place == next {
            self.definition.patterns.push(pattern);
        }
        Some(place)
    }

    fn find_property(&mut self, signal: u16, key: &At<alloc::boxed::Box<str>>) -> Option<u16> {
        let found = self.definition.property(signal, &key.value);
        if found.is_none() {
            let signal = self.definition.signals.get(usize::from(signal))?;
            let what = format!("a property of the signal `{}`", signal.name);
            let names = signal.properties.iter().map(|property| &*property.name);
            self.reader.unknown(key.place, &key.value, &what, names);
        }
        found
    }
}
