//! Conditions.

use super::{Built, Compiler, Scope, Slot};
use crate::gather::{Gather, Keep};
use crate::limits;
use crate::playbook::ConditionId;
use crate::playbook::document::amounts::Duration;
use crate::playbook::document::condition::{
    self, ConditionFields, Conditions, CountRange, KEYS, StepForm,
};
use crate::playbook::document::definition::{Condition, Kind};
use crate::playbook::document::lists::MapEntry;
use crate::playbook::document::ranges::Ends;
use crate::playbook::document::read::{At, Place};
use crate::sort::Arrange;
use alloc::{format, vec::Vec};

impl<'d> Compiler<'d, '_, '_> {
    /// Compiles a condition; `level` counts those around it, from 1.
    pub(super) fn condition(
        &mut self,
        condition: &'d condition::Condition,
        scope: Scope,
        level: usize,
    ) -> Option<Built> {
        let fields = &*condition.0;
        if level > limits::REFERENCE_DEPTH {
            self.report_depth(fields.place);
            return None;
        }
        self.check_companions(fields);
        let keys = fields.key_count();
        let level = if keys > 1 { level + 1 } else { level };
        let mut parts: Vec<(&'d str, Built)> = Vec::new();
        let mut keep =
            |key: &'d str, built: Option<Built>| parts.keep(built.map(|built| (key, built)));
        let mut facts: Vec<&MapEntry<condition::Test>> = fields.facts.0.iter().gather();
        facts.arrange_by(|a, b| a.key.value.cmp(&b.key.value));
        for entry in facts {
            keep(&entry.key.value, self.fact(entry));
        }
        for key in KEYS {
            if fields.has(key) {
                keep(key, self.part(key, fields, scope, level));
            }
        }
        if parts.len() != keys {
            return None;
        }
        parts.arrange_by_key(|(key, _)| *key);
        let parts: Vec<Built> = parts.into_iter().map(|(_, built)| built).gather();
        match parts.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => self.whole(Condition::All, &parts, fields.place),
        }
    }

    fn part(
        &mut self,
        key: &str,
        fields: &'d ConditionFields,
        scope: Scope,
        level: usize,
    ) -> Option<Built> {
        let place = fields.place;
        match key {
            "all" => self.list(Condition::All, fields.all.as_ref()?, scope, level),
            "any" => self.list(Condition::Any, fields.any.as_ref()?, scope, level),
            "none" => self.list(Condition::None, fields.none.as_ref()?, scope, level),
            "at_least" => self.at_least(fields, scope, level),
            "signal" => self.count(fields),
            "sequence" => self.sequence(fields),
            "score" => self.score_test(fields, level),
            "band" => self.band(fields, level),
            "grade" => self.grade(fields.grade.as_ref()?, level),
            "icp" => self.icp_test(fields.icp.as_ref()?, level),
            "persona" => self.persona_test(fields.persona.as_ref()?, level),
            "readiness" => self.readiness_test(fields.readiness.as_ref()?, place, level),
            "segment" => self.segment_test(fields.segment.as_ref()?, level),
            "gate" => self.gate(fields.gate.as_ref()?, scope),
            "stage" => self.stage(fields.stage.as_ref()?, scope),
            _ => {
                let range = fields.time_in_stage.as_ref()?;
                self.check_scope(range.place, "time_in_stage", scope != Scope::Plain)?;
                let Ends { from, to } = range.value.0;
                let condition = Condition::TimeInStage(from.unwrap_or(0), to.unwrap_or(i64::MAX));
                Some(self.push(condition, 1))
            }
        }
    }

    /// Reports `where`, `count` and `within` that belong to nothing.
    fn check_companions(&mut self, fields: &ConditionFields) {
        let signal = fields.has("signal");
        let sequence = fields.has("sequence");
        for key in ["where", "count", "within"] {
            if fields.has(key) && !signal && !(key == "within" && sequence) {
                let message = format!("`{key}` belongs to a `signal`, which is missing");
                self.reader
                    .advise(fields.place, "missing_field", message, "add `signal`");
            }
        }
        if signal && sequence && fields.has("within") {
            let message = "`within` could belong to `signal` or to `sequence`";
            self.reader.advise(
                fields.place,
                "conflict",
                message,
                "put the two into an `all`",
            );
        }
    }

    /// A condition of some parts.
    pub(super) fn whole(
        &mut self,
        make: impl FnOnce(Vec<ConditionId>) -> Condition,
        parts: &[Built],
        place: Place,
    ) -> Option<Built> {
        let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0) + 1;
        let ids = parts.iter().map(|part| part.id).gather();
        let built = self.push(make(ids), depth);
        self.within_depth(built, place)
    }

    fn list(
        &mut self,
        make: fn(Vec<ConditionId>) -> Condition,
        conditions: &'d Conditions,
        scope: Scope,
        level: usize,
    ) -> Option<Built> {
        let parts = self.parts(conditions, scope, level)?;
        self.whole(make, &parts, conditions.place)
    }

    fn parts(
        &mut self,
        conditions: &'d Conditions,
        scope: Scope,
        level: usize,
    ) -> Option<Vec<Built>> {
        let mut parts = Vec::with_capacity(conditions.items.len());
        for condition in &conditions.items {
            parts.keep(self.condition(condition, scope, level + 1));
        }
        (parts.len() == conditions.written && !parts.is_empty()).then_some(parts)
    }

    fn at_least(
        &mut self,
        fields: &'d ConditionFields,
        scope: Scope,
        level: usize,
    ) -> Option<Built> {
        let at_least = fields.at_least.as_ref()?;
        let of = at_least.of.as_ref()?;
        let parts = self.parts(of, scope, level);
        let count = at_least.count.as_ref()?;
        let number = u32::try_from(count.value.0).unwrap_or(u32::MAX);
        if number == 0 || number as usize > of.written.max(1) {
            let message = format!(
                "`count` must be between 1 and {}, the number of conditions",
                of.written
            );
            self.reader.report(count.place, "out_of_range", message);
        }
        self.whole(
            |ids| Condition::AtLeast(number, ids),
            &parts?,
            at_least.place,
        )
    }

    fn fact(&mut self, entry: &MapEntry<condition::Test>) -> Option<Built> {
        let name = &*entry.key.value;
        let Some(attribute) = self.definition.attribute(name) else {
            let names = self
                .definition
                .attributes
                .iter()
                .map(|attribute| &*attribute.name);
            self.reader.unknown(
                entry.key.place,
                name,
                "an attribute of this playbook",
                names,
            );
            return None;
        };
        if self.unsure.get(usize::from(attribute)) != Some(&false) {
            return None;
        }
        let kind: Kind = self
            .definition
            .attributes
            .get(usize::from(attribute))?
            .kind
            .clone();
        let compiled =
            self.compile_test(entry.value.as_ref()?, &kind, super::tests::Of::Attribute)?;
        let mut parts = Vec::new();
        for test in compiled.tests {
            parts.push(self.push(Condition::Fact(attribute, test), 1));
        }
        match parts.as_slice() {
            [one] => Some(*one),
            _ => self.whole(Condition::All, &parts, entry.place),
        }
    }

    fn count(&mut self, fields: &ConditionFields) -> Option<Built> {
        let pattern = self.pattern(fields.signal.as_ref(), fields.filter.as_ref());
        let counted =
            self.count_range(fields.count.as_ref(), fields.within.as_ref(), fields.place)?;
        if fields.has("where") && fields.filter.is_none() {
            return None;
        }
        let (from, to, within) = counted;
        let condition = Condition::Count {
            pattern: pattern?,
            from,
            to,
            within,
        };
        Some(self.push(condition, 1))
    }

    /// Least and greatest number, and the window.
    pub(super) fn count_range(
        &mut self,
        count: Option<&CountRange>,
        within: Option<&At<Duration>>,
        place: Place,
    ) -> Option<(u32, u32, Option<i64>)> {
        let inner = count.and_then(|count| count.within.as_ref());
        if inner.is_some() && within.is_some() {
            let message = "`within` stands here and in `count`";
            self.reader
                .advise(place, "conflict", message, "keep one of the two");
        }
        let bound = |at: &At<crate::playbook::document::amounts::Count>| {
            u32::try_from(at.value.0).unwrap_or(u32::MAX)
        };
        let from = count.and_then(|count| count.from.as_ref()).map(bound);
        let to = count.and_then(|count| count.to.as_ref()).map(bound);
        let range = (
            from.unwrap_or(if to.is_some() { 0 } else { 1 }),
            to.unwrap_or(u32::MAX),
        );
        if let Some(count) = count
            && range.0 > range.1
        {
            self.reader
                .report(count.place, "empty_range", "`from` is greater than `to`");
            return None;
        }
        let within = inner.or(within).map(|at| at.value.0);
        Some((range.0, range.1, within))
    }

    fn sequence(&mut self, fields: &ConditionFields) -> Option<Built> {
        let steps = fields.sequence.as_ref()?;
        if steps.written == 1 {
            self.reader.report(
                steps.place,
                "out_of_range",
                "a sequence has at least 2 steps",
            );
        }
        let mut patterns = Vec::new();
        for step in &steps.items {
            let pattern = match step {
                StepForm::Signal(signal) => self.pattern(Some(signal), None),
                StepForm::Step(step) => self.pattern(step.signal.as_ref(), step.filter.as_ref()),
            };
            patterns.keep(pattern);
        }
        if patterns.len() != steps.written {
            return None;
        }
        let within = fields.within.as_ref().map(|at| at.value.0);
        Some(self.push(Condition::Sequence(patterns, within), 1))
    }
}

impl<T> Slot<T> {
    /// Whether it is still to be compiled; it is taken to be under way from now on.
    pub(super) fn begin(&mut self) -> bool {
        let waiting = matches!(self, Self::Waiting);
        if waiting {
            *self = Self::Working;
        }
        waiting
    }
}
