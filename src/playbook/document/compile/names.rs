//! Conditions that refer to something by its name.

use super::{Built, Compiler, Scope};
use crate::gather::{Gather, Keep};
use crate::playbook::document::condition::{ConditionFields, ReadinessTest};
use crate::playbook::document::definition::Condition;
use crate::playbook::document::lists::Many;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::ranges::Ends;
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::words::Reference;
use crate::sort::Arrange;
use alloc::{format, vec::Vec};

impl<'d> Compiler<'d, '_, '_> {
    pub(super) fn score_test(
        &mut self,
        fields: &'d ConditionFields,
        level: usize,
    ) -> Option<Built> {
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
                parts.keep(self.within_depth(built, entry.place));
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

    pub(super) fn band(&mut self, fields: &'d ConditionFields, level: usize) -> Option<Built> {
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
                parts.keep(self.within_depth(built, entry.place));
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
            .gather();
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
                Some(place) => places.keep(u16::try_from(place).ok()),
                None => {
                    self.reader
                        .unknown(reference.place, written, what, names.iter().copied());
                    fine = false;
                }
            }
        }
        fine.then(|| super::as_set(places))
    }

    pub(super) fn grade(&mut self, grades: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let Some((first, second)) = self.definition.grade else {
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
                    crate::playbook::document::read::short(written)
                );
                self.reader
                    .advise(grade.place, "unknown_name", message, help);
                fine = false;
            }
        }
        pairs.arrange();
        pairs.dedup();
        if !fine {
            return None;
        }
        let built = self.push(Condition::Grade(pairs), first_depth?.max(second_depth?) + 1);
        self.within_depth(built, grades.place)
    }

    pub(super) fn icp_test(&mut self, tiers: &Many<At<Reference>>, level: usize) -> Option<Built> {
        let document = self.document;
        let list = document.icp.parts().iter();
        let names: Vec<&str> = list
            .filter_map(|tier| Some(&*tier.name.as_ref()?.value.0))
            .gather();
        let places = self.places(tiers, "a tier of this playbook", &names);
        let depth = self.icp_depth(level)?;
        let built = self.push(Condition::Icp(places?), depth + 1);
        self.within_depth(built, tiers.place)
    }

    pub(super) fn persona_test(
        &mut self,
        personas: &Many<At<Reference>>,
        level: usize,
    ) -> Option<Built> {
        let document = self.document;
        let list = document.personas.parts().iter();
        let names: Vec<&str> = list
            .filter_map(|persona| Some(&*persona.name.as_ref()?.value.0))
            .gather();
        let places = self.places(personas, "a persona of this playbook", &names);
        let depth = self.persona_depth(level)?;
        let built = self.push(Condition::Persona(places?), depth + 1);
        self.within_depth(built, personas.place)
    }

    pub(super) fn readiness_test(
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
                    parts.keep(found.and_then(|index| self.criterion(index, level + 1)));
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
                let condition = Condition::Criteria(bound(from, 0), bound(to, u32::MAX));
                let built = self.push(condition, depth);
                self.within_depth(built, place)
            }
        }
    }

    pub(super) fn segment_test(
        &mut self,
        segments: &Many<At<Reference>>,
        level: usize,
    ) -> Option<Built> {
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
            parts.keep(self.within_depth(
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

    pub(super) fn check_scope(&mut self, place: Place, what: &str, allowed: bool) -> Option<()> {
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

    pub(super) fn stage(
        &mut self,
        stages: &At<Many<At<Reference>>>,
        scope: Scope,
    ) -> Option<Built> {
        self.check_scope(stages.place, "stage", scope != Scope::Plain)?;
        let items = &stages.value.items;
        let places: Vec<u16> = items
            .iter()
            .filter_map(|name| self.find_stage(name))
            .gather();
        let whole = places.len() == items.len() && !places.is_empty();
        whole.then(|| self.push(Condition::Stage(super::as_set(places)), 1))
    }

    pub(super) fn gate(&mut self, stages: &At<Many<At<Reference>>>, scope: Scope) -> Option<Built> {
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
