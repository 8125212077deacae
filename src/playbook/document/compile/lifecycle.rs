//! Tiers, personas, readiness, stages, transitions, routes.

use super::{Built, Compiler, Scope, Slot};
use crate::gather::{Gather, Keep};
use crate::playbook::document::condition;
use crate::playbook::document::definition::{
    Condition, Entry, Named, Readiness, Stage, Transition,
};
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::Place;
use alloc::{format, vec::Vec};

/// Frameworks whose criteria are given.
const FRAMEWORKS: [(&str, &[&str]); 2] = [
    ("BANT", &["authority", "budget", "need", "timing"]),
    (
        "MEDDICC",
        &[
            "champion",
            "competition",
            "decision_criteria",
            "decision_process",
            "economic_buyer",
            "identify_pain",
            "metrics",
        ],
    ),
];

/// A name and a condition of a list of which the first that holds counts.
type Listed<'d> = (Option<&'d str>, Place, Option<&'d condition::Condition>);

impl<'d> Compiler<'d, '_, '_> {
    /// Compiles tiers and personas, and reports names that occur twice.
    pub(super) fn compile_profiles(&mut self) {
        let document = self.document;
        let tiers = document.icp.parts().iter();
        let tiers: Vec<(&str, Place)> = tiers
            .filter_map(|tier| tier.name.as_ref().map(|name| (&*name.value.0, name.place)))
            .gather();
        self.report_twins(&tiers, "tier");
        let personas = document.personas.parts().iter();
        let personas: Vec<(&str, Place)> = personas
            .filter_map(|persona| {
                persona
                    .name
                    .as_ref()
                    .map(|name| (&*name.value.0, name.place))
            })
            .gather();
        self.report_twins(&personas, "persona");
        self.icp_depth(0);
        self.persona_depth(0);
        if let Slot::Done(Some((entries, _))) = &self.icp_slot {
            self.definition.icp = entries.clone();
        }
        if let Slot::Done(Some((entries, _))) = &self.persona_slot {
            self.definition.personas = entries.clone();
        }
    }

    pub(super) fn icp_depth(&mut self, level: usize) -> Option<usize> {
        if let Slot::Done(done) = &self.icp_slot {
            return done.as_ref().map(|(_, depth)| *depth);
        }
        if !self.icp_slot.begin() {
            return None;
        }
        let document = self.document;
        let list = document.icp.parts().iter();
        let list: Vec<Listed<'d>> = list
            .map(|tier| {
                (
                    tier.name.as_ref().map(|name| &*name.value.0),
                    tier.place,
                    tier.when.as_ref(),
                )
            })
            .gather();
        let done = self.entries(&list, level);
        let depth = done.as_ref().map(|(_, depth)| *depth);
        self.icp_slot = Slot::Done(done);
        depth
    }

    pub(super) fn persona_depth(&mut self, level: usize) -> Option<usize> {
        if let Slot::Done(done) = &self.persona_slot {
            return done.as_ref().map(|(_, depth)| *depth);
        }
        if !self.persona_slot.begin() {
            return None;
        }
        let document = self.document;
        let list = document.personas.parts().iter();
        let list: Vec<Listed<'d>> = list
            .map(|persona| {
                (
                    persona.name.as_ref().map(|name| &*name.value.0),
                    persona.place,
                    persona.when.as_ref(),
                )
            })
            .gather();
        let done = self.entries(&list, level);
        let depth = done.as_ref().map(|(_, depth)| *depth);
        self.persona_slot = Slot::Done(done);
        depth
    }

    fn entries(&mut self, list: &[Listed<'d>], level: usize) -> Option<(Vec<Entry>, usize)> {
        let mut entries = Vec::new();
        let mut deepest = 0;
        for (name, _, when) in list {
            let built = when.and_then(|when| self.condition(when, Scope::Plain, level + 1));
            if let (Some(name), Some(built)) = (name, built) {
                deepest = deepest.max(built.depth);
                entries.push(Entry {
                    name: (*name).into(),
                    when: Some(built.id),
                });
            }
        }
        (entries.len() == list.len()).then_some((entries, deepest))
    }

    pub(super) fn compile_readiness(&mut self) {
        let document = self.document;
        let Some(readiness) = &document.readiness else {
            return;
        };
        let criteria: Vec<Option<Built>> = (0..self.criteria.len())
            .map(|index| self.criterion(index, 0))
            .gather();
        let count = criteria.len();
        if let (Some(framework), Some(written)) = (&readiness.framework, &readiness.criteria) {
            let given = FRAMEWORKS
                .iter()
                .find(|(name, _)| *name == &*framework.value.0);
            if let Some((name, expected)) = given {
                let names: Vec<&str> = self.criteria.iter().map(|entry| &*entry.key.value).gather();
                if names != *expected {
                    let message = format!("these are not the criteria of {name}");
                    let help = format!("they are `{}`", expected.join("`, `"));
                    self.reader
                        .advise(written.place, "wrong_criteria", message, help);
                }
            }
        }
        let mut at_least = u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(written) = &readiness.at_least {
            let number = written.value.0;
            if number < 1 || usize::try_from(number).is_ok_and(|number| number > count) {
                let message =
                    format!("`at_least` is between 1 and {count}, the number of criteria");
                self.reader.report(written.place, "out_of_range", message);
            }
            at_least = u32::try_from(number).unwrap_or(at_least);
        }
        let named = self
            .criteria
            .iter()
            .zip(&criteria)
            .filter_map(|(entry, built)| {
                Some(Named {
                    name: entry.key.value.clone(),
                    when: (*built)?.id,
                })
            });
        let criteria = named.gather();
        let framework = readiness
            .framework
            .as_ref()
            .map(|label| label.value.0.clone());
        self.definition.readiness = Some(Readiness {
            framework: framework.unwrap_or_default(),
            criteria,
            at_least,
        });
    }

    /// Compiles a criterion when it is first asked for.
    pub(super) fn criterion(&mut self, index: usize, level: usize) -> Option<Built> {
        let slot = self.criterion_slots.get_mut(index)?;
        if let Slot::Done(built) = slot {
            return *built;
        }
        if !slot.begin() {
            return None;
        }
        let entry = *self.criteria.get(index)?;
        let built = entry
            .value
            .as_ref()
            .and_then(|when| self.condition(when, Scope::Plain, level + 1));
        if let Some(slot) = self.criterion_slots.get_mut(index) {
            *slot = Slot::Done(built);
        }
        built
    }

    pub(super) fn all_criteria(&mut self, level: usize) -> Option<Vec<Built>> {
        let criteria: Vec<Built> = (0..self.criteria.len())
            .filter_map(|index| self.criterion(index, level))
            .gather();
        (criteria.len() == self.criteria.len() && !criteria.is_empty()).then_some(criteria)
    }

    /// As many criteria as are asked for.
    pub(super) fn ready(&mut self, level: usize) -> Option<Built> {
        if let Slot::Done(built) = &self.ready_slot {
            return *built;
        }
        let criteria = self.all_criteria(level)?;
        let readiness = self.document.readiness.as_ref()?;
        let at_least = readiness.at_least.as_ref().map(|written| written.value.0);
        let at_least = at_least
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(criteria.len());
        let at_least = u32::try_from(at_least).ok()?;
        let built = self.whole(
            |ids| Condition::AtLeast(at_least, ids),
            &criteria,
            readiness.place,
        );
        self.ready_slot = Slot::Done(built);
        built
    }

    pub(super) fn compile_stages(&mut self) {
        let mut stages = Vec::new();
        for (index, entry) in self.stages.clone().into_iter().enumerate() {
            let Some(stage) = &entry.value else { continue };
            if stage.has("stay") && !stage.has("enter") {
                self.reader.advise(
                    stage.place,
                    "missing_field",
                    "`stay` needs `enter`",
                    "add `enter`",
                );
            }
            let enter = self.gate_condition(stage.enter.as_ref());
            let stay = self.gate_condition(stage.stay.as_ref());
            if let Some(slot) = self.gate_depths.get_mut(index) {
                *slot = enter
                    .map_or(0, |built| built.depth)
                    .max(stay.map_or(0, |built| built.depth));
            }
            stages.push(Stage {
                name: entry.key.value.clone(),
                enter: enter.map(|built| built.id),
                stay: stay.map(|built| built.id),
                exit: None,
            });
        }
        // Exits may ask for gates, which therefore come before them.
        for entry in self.stages.clone() {
            let exit = entry.value.as_ref().and_then(|stage| stage.exit.as_ref());
            let exit = exit.and_then(|exit| self.condition(exit, Scope::Move, 1));
            let stage = stages
                .iter_mut()
                .find(|stage: &&mut Stage| stage.name == entry.key.value);
            if let (Some(stage), Some(exit)) = (stage, exit) {
                stage.exit = Some(exit.id);
            }
        }
        self.definition.stages = stages;
    }

    /// A gate's condition: an `All` exactly where its parts are the gate's criteria.
    fn gate_condition(&mut self, condition: Option<&'d condition::Condition>) -> Option<Built> {
        let condition = condition?;
        let built = self.condition(condition, Scope::Gate, 1)?;
        let parts = condition.0.key_count();
        let is_all = matches!(
            self.definition.conditions.get(built.id as usize),
            Some(Condition::All(_))
        );
        if is_all && parts == 1 && !condition.0.has("all") {
            return self.whole(Condition::All, &[built], condition.0.place);
        }
        Some(built)
    }

    pub(super) fn compile_transitions(&mut self) {
        let document = self.document;
        if let Some(initial) = &document.initial {
            self.definition.initial = self.find_stage(initial);
        } else if document.has("transitions") && !document.has("initial") {
            let message = "transitions need the stage of a record that has none yet";
            self.reader
                .advise(document.place, "missing_field", message, "add `initial`");
        }
        for transition in document.transitions.parts() {
            let mut from = Vec::new();
            for name in transition.from.parts() {
                from.keep(self.find_stage(name));
            }
            let to = transition
                .to
                .as_ref()
                .and_then(|name| self.find_stage(name));
            let Some(by) = &transition.by else { continue };
            if !by.items.iter().any(|name| &*name.value.0 == "automation") {
                if !transition.has("on") {
                    let help = "name a command, as in `on: accept`, or move `by: automation`";
                    self.reader
                        .advise(transition.place, "missing_field", "`on` is missing", help);
                }
                continue;
            }
            if by.items.len() > 1 {
                let message = "`automation` stands alone in `by`";
                self.reader.advise(
                    transition.place,
                    "conflict",
                    message,
                    "make a transition of its own of it",
                );
            }
            if transition.has("on") {
                let message = "`on` is for transitions that a person makes, not for `automation`";
                self.reader.report(transition.place, "conflict", message);
            }
            // Like what people do, these are left to the lifecycle.
            if transition.has("due") {
                continue;
            }
            let when = transition
                .when
                .as_ref()
                .map(|when| self.condition(when, Scope::Move, 1));
            let Some(to) = to else { continue };
            let target = self
                .stages
                .get(usize::from(to))
                .and_then(|entry| entry.value.as_ref());
            if let Some(target) = target
                && !target.has("enter")
                && !transition.has("when")
            {
                let message = "nothing holds this transition back";
                let help = "give it a `when`, or its target an `enter`";
                self.reader
                    .advise(transition.place, "unguarded", message, help);
            }
            let when = match when {
                None => None,
                Some(Some(built)) => Some(built.id),
                Some(None) => continue,
            };
            let from = super::as_set(from);
            self.definition
                .transitions
                .push(Transition { from, to, when });
        }
    }

    pub(super) fn compile_routes(&mut self) {
        let document = self.document;
        let mut open: Option<()> = None;
        for route in document.routes.parts() {
            if open.is_some() {
                let message =
                    "this route is never reached: one further up has no `when` and always holds";
                self.reader.advise(
                    route.place,
                    "unreachable",
                    message,
                    "put the route without `when` last",
                );
            }
            if !route.has("when") {
                open = Some(());
            }
            let when = route
                .when
                .as_ref()
                .and_then(|when| self.condition(when, Scope::Move, 1));
            if let Some(then) = &route.then {
                self.definition.routes.push(Entry {
                    name: then.0.clone(),
                    when: when.map(|built| built.id),
                });
            }
        }
    }
}
