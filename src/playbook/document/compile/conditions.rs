//! Conditions.

use super::{Built, Compiler, Scope, Slot};
use crate::limits;
use crate::playbook::compiled::{Condition, ConditionId, Kind};
use crate::playbook::document::condition::{
    self, ConditionFields, Conditions, CountRange, Ends, KEYS, ReadinessTest, StepForm,
};
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::words::{Duration, Many, MapEntry, Reference};
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
            |key: &'d str, built: Option<Built>| parts.extend(built.map(|built| (key, built)));
        for entry in &fields.facts.0 {
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
        parts.sort_by_key(|(key, _)| *key);
        let parts: Vec<Built> = parts.into_iter().map(|(_, built)| built).collect();
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
                let condition =
                    Condition::TimeInStage(from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX));
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
        let ids = parts.iter().map(|part| part.id).collect();
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
            parts.extend(self.condition(condition, scope, level + 1));
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
        let Some(attribute) = self.playbook.attribute(name) else {
            let names = self
                .playbook
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
            .playbook
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
        let bound =
            |at: &At<super::super::words::Count>| u32::try_from(at.value.0).unwrap_or(u32::MAX);
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
            patterns.extend(pattern);
        }
        if patterns.len() != steps.written {
            return None;
        }
        let within = fields.within.as_ref().map(|at| at.value.0);
        Some(self.push(Condition::Sequence(patterns, within), 1))
    }

    fn score_test(&mut self, fields: &'d ConditionFields, level: usize) -> Option<Built> {
        let ranges = fields.score.as_ref()?;
        let mut parts = Vec::new();
        let level = if ranges.entries.len() > 1 {
            level + 1
        } else {
            level
        };
        for entry in super::sorted(Some(ranges)) {
            let Some(score) = self.find_score(entry.key.place, &entry.key.value) else {
                continue;
            };
            let depth = self.score_depth(score, level);
            if let (Some(depth), Some(range), Ok(score)) =
                (depth, &entry.value, u16::try_from(score))
            {
                let Ends { from, to } = range.0;
                let condition =
                    Condition::Score(score, from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX));
                let built = self.push(condition, depth + 1);
                parts.extend(self.within_depth(built, entry.place));
            }
        }
        self.one_or_all(&parts, ranges.entries.len(), ranges.place)
    }

    fn one_or_all(&mut self, parts: &[Built], written: usize, place: Place) -> Option<Built> {
        if parts.len() != written {
            return None;
        }
        match parts {
            [] => None,
            [one] => Some(*one),
            _ => self.whole(Condition::All, parts, place),
        }
    }

    fn band(&mut self, fields: &'d ConditionFields, level: usize) -> Option<Built> {
        let tests = fields.band.as_ref()?;
        let mut parts = Vec::new();
        let level = if tests.entries.len() > 1 {
            level + 1
        } else {
            level
        };
        for entry in super::sorted(Some(tests)) {
            let Some(score) = self.find_score(entry.key.place, &entry.key.value) else {
                continue;
            };
            let depth = self.score_depth(score, level);
            let bands = entry
                .value
                .as_ref()
                .and_then(|names| self.band_places(score, names));
            if let (Some(depth), Some(bands), Ok(score)) = (depth, bands, u16::try_from(score)) {
                let built = self.push(Condition::Band(score, bands), depth + 1);
                parts.extend(self.within_depth(built, entry.place));
            }
        }
        self.one_or_all(&parts, tests.entries.len(), tests.place)
    }

    fn band_places(&mut self, score: usize, names: &Many<At<Reference>>) -> Option<Vec<u16>> {
        let name = self
            .scores
            .get(score)
            .map(|entry| &*entry.key.value)
            .unwrap_or_default();
        let what = format!("a band of the score `{name}`");
        let bands: Vec<&str> = self
            .bands
            .get(score)?
            .iter()
            .map(|(name, _)| *name)
            .collect();
        if self.bands_unsure(score) {
            return None;
        }
        self.places(names, &what, &bands)
    }

    /// Sorted places of names in a list.
    fn places(
        &mut self,
        references: &Many<At<Reference>>,
        what: &str,
        names: &[&str],
    ) -> Option<Vec<u16>> {
        let mut places = Vec::new();
        let mut fine = !references.items.is_empty();
        for reference in &references.items {
            let written = &*reference.value.0;
            match names.iter().position(|name| *name == written) {
                Some(place) => places.extend(u16::try_from(place).ok()),
                None => {
                    self.reader
                        .unknown(reference.place, written, what, names.iter().copied());
                    fine = false;
                }
            }
        }
        fine.then(|| super::as_set(places))
    }

    fn grade(&mut self, grades: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let Some((first, second)) = self.playbook.grade else {
            if self.document.grade.is_none() && !self.document.has("grade") {
                for grade in &grades.items {
                    let message =
                        format!("`{}` is not a grade: this playbook has none", grade.value.0);
                    self.reader.report(grade.place, "unknown_name", message);
                }
            }
            return None;
        };
        let first_depth = self.score_depth(usize::from(first), level);
        let second_depth = self.score_depth(usize::from(second), level);
        let of_first = self.bands.get(usize::from(first))?.clone();
        let of_second = self.bands.get(usize::from(second))?.clone();
        let mut pairs = Vec::new();
        let mut fine = !grades.items.is_empty();
        for grade in &grades.items {
            let written = &*grade.value.0;
            let before = pairs.len();
            for (one, place) in of_first.iter().zip(0u16..) {
                let rest = written.strip_prefix(one.0);
                let second = of_second
                    .iter()
                    .zip(0u16..)
                    .filter(|(two, _)| rest == Some(two.0));
                pairs.extend(second.map(|(_, other)| (place, other)));
            }
            if pairs.len() == before {
                let help = "a grade is a band of the first score and one of the second, as in `A1`";
                let message = format!(
                    "`{}` is not a grade of this playbook",
                    super::super::read::short(written)
                );
                self.reader
                    .advise(grade.place, "unknown_name", message, help);
                fine = false;
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        if !fine {
            return None;
        }
        let built = self.push(Condition::Grade(pairs), first_depth?.max(second_depth?) + 1);
        self.within_depth(built, grades.place)
    }

    fn icp_test(&mut self, tiers: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let document = self.document;
        let list = document.icp.iter().flat_map(|list| &list.items);
        let names: Vec<&str> = list
            .filter_map(|tier| Some(&*tier.name.as_ref()?.value.0))
            .collect();
        let places = self.places(tiers, "a tier of this playbook", &names);
        let depth = self.icp_depth(level)?;
        let built = self.push(Condition::Icp(places?), depth + 1);
        self.within_depth(built, tiers.place)
    }

    fn persona_test(&mut self, personas: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let document = self.document;
        let list = document.personas.iter().flat_map(|list| &list.items);
        let names: Vec<&str> = list
            .filter_map(|persona| Some(&*persona.name.as_ref()?.value.0))
            .collect();
        let places = self.places(personas, "a persona of this playbook", &names);
        let depth = self.persona_depth(level)?;
        let built = self.push(Condition::Persona(places?), depth + 1);
        self.within_depth(built, personas.place)
    }

    fn readiness_test(
        &mut self,
        test: &'d ReadinessTest,
        place: Place,
        level: usize,
    ) -> Option<Built> {
        if self.document.readiness.is_none() {
            if !self.document.has("readiness") {
                let place = match test {
                    ReadinessTest::Ready(place) => *place,
                    ReadinessTest::Criteria(list) => list.place,
                    ReadinessTest::Met(range) => range.place,
                };
                self.reader
                    .report(place, "unknown_name", "this playbook has no `readiness`");
            }
            return None;
        }
        match test {
            ReadinessTest::Ready(_) => self.ready(level),
            ReadinessTest::Criteria(names) => {
                let mut parts = Vec::new();
                for name in &names.items {
                    let criteria = core::mem::take(&mut self.criteria);
                    let found = self.find(&criteria, name, "a criterion of this playbook");
                    self.criteria = criteria;
                    parts.extend(found.and_then(|index| self.criterion(index, level + 1)));
                }
                if parts.len() != names.written || parts.is_empty() {
                    return None;
                }
                self.whole(Condition::All, &parts, names.place)
            }
            ReadinessTest::Met(range) => {
                let criteria: Vec<Built> = self.all_criteria(level)?;
                let depth = criteria.iter().map(|built| built.depth).max().unwrap_or(0) + 1;
                let Ends { from, to } = range.value.0;
                let bound = |end: Option<i64>, open: u32| {
                    end.map_or(open, |end| u32::try_from(end).unwrap_or(0))
                };
                // Below nothing there is nothing.
                let condition = match to {
                    Some(to) if to < 0 => Condition::Criteria(1, 0),
                    _ => Condition::Criteria(bound(from, 0), bound(to, u32::MAX)),
                };
                let built = self.push(condition, depth);
                self.within_depth(built, place)
            }
        }
    }

    fn segment_test(&mut self, segments: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let mut parts = Vec::new();
        let level = if segments.listed { level + 1 } else { level };
        for reference in &segments.items {
            let list = core::mem::take(&mut self.segments);
            let found = self.find(&list, reference, "a segment of this playbook");
            self.segments = list;
            let Some(built) = found.and_then(|index| self.segment(index, level)) else {
                continue;
            };
            // A reference counts in the depth, so that a chain of them has an end.
            let depth = built.depth + 1;
            parts.extend(self.within_depth(
                Built {
                    id: built.id,
                    depth,
                },
                reference.place,
            ));
        }
        match parts.as_slice() {
            [one] if !segments.listed => Some(*one),
            _ if parts.len() == segments.items.len() && !parts.is_empty() => {
                self.whole(Condition::Any, &parts, segments.place)
            }
            _ => None,
        }
    }

    fn check_scope(&mut self, place: Place, what: &str, allowed: bool) -> Option<()> {
        if !allowed {
            let message = format!("`{what}` can't be used here");
            let help = match what {
                "gate" => "it can be used in `exit`, and in `when` of transitions and routes",
                _ => {
                    "it can be used in `enter`, `stay`, `exit`, and in `when` of transitions and routes"
                }
            };
            self.reader
                .advise_key(place, "not_allowed_here", message, help);
        }
        allowed.then_some(())
    }

    fn stage(&mut self, stages: &At<Many<At<Reference>>>, scope: Scope) -> Option<Built> {
        self.check_scope(stages.place, "stage", scope != Scope::Plain)?;
        let items = &stages.value.items;
        let places: Vec<u16> = items
            .iter()
            .filter_map(|name| self.find_stage(name))
            .collect();
        let whole = places.len() == items.len() && !places.is_empty();
        whole.then(|| self.push(Condition::Stage(super::as_set(places)), 1))
    }

    fn gate(&mut self, stages: &At<Many<At<Reference>>>, scope: Scope) -> Option<Built> {
        self.check_scope(stages.place, "gate", scope == Scope::Move)?;
        let mut places = Vec::new();
        let mut depth = 0;
        for name in &stages.value.items {
            let Some(place) = self.find_stage(name) else {
                continue;
            };
            let stage = self
                .stages
                .get(usize::from(place))
                .and_then(|entry| entry.value.as_ref());
            if let Some(stage) = stage
                && !stage.has("enter")
            {
                let message = format!("the stage `{}` has no gate", name.value.0);
                self.reader
                    .advise(name.place, "unknown_name", message, "give it an `enter`");
                continue;
            }
            depth = depth.max(
                self.gate_depths
                    .get(usize::from(place))
                    .copied()
                    .unwrap_or(0),
            );
            places.push(place);
        }
        let whole = places.len() == stages.value.items.len() && !places.is_empty();
        if !whole {
            return None;
        }
        let built = self.push(Condition::Gate(super::as_set(places)), depth + 1);
        self.within_depth(built, stages.place)
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
