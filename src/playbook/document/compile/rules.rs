//! What the lifecycle needs besides what is evaluated.

use super::{Built, Compiler, Scope};
use crate::gather::{Gather, Keep};
use crate::playbook::document::condition::{Condition, KEYS};
use crate::playbook::document::lifecycle::{ClockHours, Owner, Requirements};
use crate::playbook::document::lists::Many;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::stages;
use crate::playbook::document::words::{Name, Reference};
use crate::playbook::lifecycle::{
    Calendar, Gate, Identity, Journey, Labels, Lifecycle, Offer, Passage, Position, Priority,
    ReEntry, ReasonCode, Requirement, Retention, Return, Sla, StageRules, Status,
};
use crate::playbook::{Millis, Playbook};
use crate::sort::Arrange;
use crate::tree::push_key;
use alloc::{boxed::Box, format, string::String, sync::Arc, vec, vec::Vec};

/// Everything of a lifecycle but its playbooks.
pub(in crate::playbook::document) struct Rules {
    identity: Option<Identity>,
    calendar: Option<Calendar>,
    activity: Vec<bool>,
    journey: Option<Journey>,
    retention: Vec<Retention>,
    stages: Vec<StageRules>,
    transitions: Vec<Passage>,
    reasons: Vec<ReasonCode>,
}

impl Rules {
    pub(in crate::playbook::document) fn into_lifecycle(
        self,
        playbook: Arc<Playbook>,
        inner: Arc<Playbook>,
        labels: Labels,
    ) -> Lifecycle {
        Lifecycle {
            playbook,
            inner,
            identity: self.identity,
            calendar: self.calendar,
            activity: self.activity,
            journey: self.journey,
            retention: self.retention,
            labels,
            stages: self.stages,
            transitions: self.transitions,
            reasons: self.reasons,
        }
    }
}

/// Whether there is a time of inactivity for all stages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Inactive {
    After(Millis),
    Never,
    /// It couldn't be read.
    Unsure,
}

/// JSON Pointers to the parts of a condition.
pub(super) fn parts(condition: &Condition, path: &str) -> Vec<Box<str>> {
    let fields = &condition.0;
    let under = |key: &str| {
        let mut path = String::from(path);
        push_key(&mut path, key);
        path.into_boxed_str()
    };
    if fields.key_count() > 1 {
        let facts = fields.facts.0.iter().map(|entry| &*entry.key.value);
        let words = KEYS.into_iter().filter(|key| fields.has(key));
        let mut keys: Vec<&str> = facts.chain(words).gather();
        keys.arrange();
        return keys.into_iter().map(under).gather();
    }
    match &fields.all {
        Some(list) => (0..list.items.len())
            .map(|index| format!("{path}/all/{index}").into_boxed_str())
            .gather(),
        None => Vec::from([Box::from(path)]),
    }
}

fn names(many: Option<&Many<At<Name>>>) -> Option<Vec<Box<str>>> {
    many.map(|many| many.items.iter().map(|name| name.value.0.clone()).gather())
}

impl<'d> Compiler<'d, '_, '_> {
    pub(super) fn compile_rules(&mut self) -> Rules {
        let identity = self.compile_identity();
        let calendar = self.compile_calendar();
        let inactivity = self.document.inactivity.as_ref();
        let inactive = match inactivity {
            Some(written) => match &written.after {
                Some(after) => Inactive::After(after.0),
                None if written.has("after") => Inactive::Unsure,
                None => Inactive::Never,
            },
            None if self.document.has("inactivity") => Inactive::Unsure,
            None => Inactive::Never,
        };
        let activity = match inactivity.and_then(|written| written.signals.as_ref()) {
            None => vec![true; self.definition.signals.len()],
            Some(written) => {
                let signals = self.signals(written);
                let count = self.definition.signals.len() as u16;
                (0..count).map(|signal| signals.contains(&signal)).gather()
            }
        };
        let reasons = self.compile_reasons();
        let stages: Vec<StageRules> = (0..self.stages.len())
            .map(|index| self.stage_rules(index, calendar.as_ref(), inactive))
            .gather();
        let transitions = self.compile_passages(&reasons, &stages, inactive);
        let journey = self.compile_journey();
        let retention = self.compile_retention();
        Rules {
            identity,
            calendar,
            activity,
            journey,
            retention,
            stages,
            transitions,
            reasons,
        }
    }

    /// A condition that only the lifecycle asks.
    pub(super) fn gate_at(
        &mut self,
        condition: &'d Condition,
        scope: Scope,
        path: &str,
    ) -> Option<Gate> {
        let Built { id, .. } = self.condition(condition, scope, 1)?;
        Some(Gate {
            condition: id,
            parts: parts(condition, path),
        })
    }

    fn asked(&mut self, condition: Option<&'d Condition>, path: &str) -> Option<Gate> {
        condition.and_then(|condition| self.gate_at(condition, Scope::Move, path))
    }

    pub(super) fn find_attribute(&mut self, reference: &At<Reference>) -> Option<u16> {
        let written = &*reference.value.0;
        let found = self.definition.attribute(written);
        if found.is_none() {
            let names = self.definition.attributes.iter().map(|it| &*it.name);
            self.reader.unknown(
                reference.place,
                written,
                "an attribute of this playbook",
                names,
            );
        }
        found
    }

    fn signals(&mut self, many: &Many<At<Reference>>) -> Vec<u16> {
        let found = many.items.iter().filter_map(|name| self.find_signal(name));
        found.gather()
    }

    pub(super) fn stage_places(&mut self, many: Option<&Many<At<Reference>>>) -> Option<Vec<u16>> {
        let many = many?;
        let found = many.items.iter().filter_map(|name| self.find_stage(name));
        Some(found.gather())
    }

    fn compile_identity(&mut self) -> Option<Identity> {
        let document = self.document;
        let written = document.identity.as_ref();
        let identifying = || {
            let entries = document.attributes.parts().iter();
            let these = entries.filter(|entry| {
                let attribute = entry.value.as_ref();
                attribute.and_then(|it| it.identifies) == Some(true)
            });
            these.map(|entry| &*entry.key.value)
        };
        let mut any_of = match written.and_then(|it| it.any_of.as_ref()) {
            Some(list) => {
                let found = list.items.iter();
                found.filter_map(|name| self.find_attribute(name)).gather()
            }
            None => identifying()
                .filter_map(|name| self.definition.attribute(name))
                .gather(),
        };
        any_of = super::as_set(any_of);
        let interest = written.and_then(|it| it.interest.as_ref());
        let interest = self.asked(interest, "/identity/interest");
        let allowed = self.stage_places(written.and_then(|it| it.anonymous.as_ref()));
        let allowed = allowed.unwrap_or_else(|| Vec::from_iter(self.definition.initial));
        if let Some(written) = written
            && !written.has("any_of")
            && identifying().next().is_none()
        {
            let message = "no attribute tells who somebody is";
            let help = "write `any_of`, or `identifies: true` at an attribute";
            self.reader
                .advise(written.place, "missing_field", message, help);
        }
        if written.is_none() && any_of.is_empty() {
            return None;
        }
        let stages = 0..self.stages.len() as u16;
        Some(Identity {
            any_of,
            interest,
            anonymous: stages.map(|stage| allowed.contains(&stage)).gather(),
        })
    }

    pub(super) fn requirements(&mut self, written: Option<&Requirements>) -> Vec<Requirement> {
        let mut requirements = Vec::new();
        for item in written.parts() {
            let attribute = self.find_attribute(&item.attribute);
            let sources = item.sources.as_ref().map(|many| self.sources(many));
            requirements.keep(attribute.map(|attribute| Requirement {
                attribute,
                sources,
                within: item.within.map(|within| within.0),
            }));
        }
        requirements
    }

    fn sources(&mut self, many: &Many<At<Reference>>) -> Vec<u16> {
        let mut found = Vec::new();
        for name in &many.items {
            let written = &*name.value.0;
            match self.definition.source(written) {
                Some(source) => found.push(source),
                None => {
                    let names = self.definition.sources.iter().map(|it| &**it);
                    self.reader
                        .unknown(name.place, written, "a source of this playbook", names);
                }
            }
        }
        found
    }

    fn stage_rules(
        &mut self,
        index: usize,
        calendar: Option<&Calendar>,
        inactive: Inactive,
    ) -> StageRules {
        let Some(entry) = self.stages.get(index).copied() else {
            return StageRules::default();
        };
        let Some(stage) = &entry.value else {
            return StageRules::default();
        };
        let mut path = String::from("/stages");
        push_key(&mut path, &entry.key.value);
        let mut stages = self.definition.stages.iter();
        let evaluated = stages.find(|it| it.name == entry.key.value);
        let gate = |id: Option<u32>, written: Option<&Condition>, key: &str| {
            Some(Gate {
                condition: id?,
                parts: parts(written?, &format!("{path}/{key}")),
            })
        };
        let enter = gate(
            evaluated.and_then(|it| it.enter),
            stage.enter.as_ref(),
            "enter",
        );
        let exit = gate(
            evaluated.and_then(|it| it.exit),
            stage.exit.as_ref(),
            "exit",
        );
        let name = |owner: Option<&Owner>, of: fn(&Owner) -> Option<&Name>| {
            owner.and_then(of).map(|name| name.0.clone())
        };
        let role = name(stage.owner.as_ref(), |owner| owner.role.as_ref());
        let queue = name(stage.owner.as_ref(), |owner| owner.queue.as_ref());
        let statuses = self.statuses(stage);
        let sla = self.sla(
            stage,
            &path,
            role.clone().or(queue.clone()),
            &statuses,
            calendar,
        );
        let keepers = [
            &role,
            &queue,
            &sla.as_ref().and_then(|sla| sla.owner.clone()),
        ];
        let mut keepers: Vec<Box<str>> = keepers.into_iter().flatten().cloned().gather();
        keepers.arrange();
        keepers.dedup();
        let re_entry = stage.re_entry.as_ref().map(|written| ReEntry {
            after: written.after.map(|after| after.0),
            at_most: written
                .at_most
                .and_then(|count| u32::try_from(count.0).ok()),
            when: self.asked(written.when.as_ref(), &format!("{path}/re_entry/when")),
        });
        let returns = stage.returns.as_ref().map(|written| {
            let returns = Return {
                after: written.value.after.map(|after| after.0),
                required: written.value.required == Some(true),
            };
            if !returns.required && !written.value.has("after") {
                let help = "write `after`, or `required: true`";
                self.reader.advise(
                    written.place,
                    "empty",
                    "this says nothing of a return",
                    help,
                );
            }
            returns
        });
        StageRules {
            enter,
            exit,
            role,
            queue,
            statuses,
            keepers,
            requires: self.requirements(stage.requires.as_ref()),
            re_entry,
            discounts: stage.discounts,
            returns,
            inactive_after: stage.inactive_after.map(|it| it.0).or(match inactive {
                Inactive::After(after) => Some(after),
                Inactive::Never | Inactive::Unsure => None,
            }),
            sla,
            crm: self.effects(stage.crm.as_ref()),
        }
    }

    fn statuses(&mut self, stage: &'d stages::Stage) -> Vec<Status> {
        let items = || stage.statuses.parts().iter();
        let twins: Vec<(&str, Place)> = items()
            .map(|status| (&*status.name.value.0, status.name.place))
            .gather();
        self.report_twins(&twins, "status");
        let statuses = items().map(|status| Status {
            name: status.name.value.0.clone(),
            by: names(status.by.as_ref()),
            crm: self.effects(status.crm.as_ref()),
        });
        statuses.gather()
    }

    fn sla(
        &mut self,
        stage: &'d stages::Stage,
        path: &str,
        owner: Option<Box<str>>,
        statuses: &[Status],
        calendar: Option<&Calendar>,
    ) -> Option<Sla> {
        let written = stage.sla.as_ref()?;
        let working = match written.hours {
            Some(ClockHours::Working) => true,
            Some(ClockHours::Elapsed) => false,
            None => calendar.is_some(),
        };
        if working && !self.document.has("calendar") {
            let message = "working hours need a calendar";
            let help = "add `calendar`, or write `hours: elapsed`";
            self.reader
                .advise(written.place, "missing_field", message, help);
        }
        let within = written.within.as_ref();
        let within = within.map(|term| self.term(term, working, calendar));
        let twins: Vec<(&str, Place)> = written
            .priorities
            .parts()
            .iter()
            .filter_map(|it| it.name.as_ref().map(|name| (&*name.value.0, name.place)))
            .gather();
        self.report_twins(&twins, "priority");
        let mut priorities = Vec::new();
        let items = written.priorities.parts().iter();
        for (index, item) in items.enumerate() {
            let path = format!("{path}/sla/priorities/{index}/when");
            let when = self.asked(item.when.as_ref(), &path);
            let within = item.within.as_ref();
            let within = within.map(|term| self.term(term, working, calendar));
            if let (Some(name), Some(when), Some(within)) = (&item.name, when, within) {
                priorities.push(Priority {
                    name: name.value.0.clone(),
                    when: when.condition,
                    within,
                    escalate: item.escalate.as_ref().map(|name| name.0.clone()),
                });
            }
        }
        let met_by = written.met_by.as_ref();
        let mut met_statuses = Vec::new();
        let named = met_by.and_then(|it| it.statuses.as_ref());
        for name in named.parts() {
            let text = &*name.value.0;
            match statuses.iter().position(|status| &*status.name == text) {
                Some(place) => met_statuses.push(place as u16),
                None => {
                    let names = statuses.iter().map(|status| &*status.name);
                    self.reader
                        .unknown(name.place, text, "a status of this stage", names);
                }
            }
        }
        let signals = met_by.and_then(|it| it.signals.as_ref());
        Some(Sla {
            working,
            within: within?,
            owner: written.owner.as_ref().map(|name| name.0.clone()).or(owner),
            escalate: written.escalate.as_ref().map(|name| name.0.clone()),
            priorities,
            statuses: met_statuses,
            signals: signals.map_or_else(Vec::new, |many| self.signals(many)),
        })
    }

    fn compile_journey(&mut self) -> Option<Journey> {
        let written = self.document.journey.as_ref()?;
        let items = || written.positions.parts().iter();
        let twins: Vec<(&str, Place)> = items()
            .filter_map(|it| it.name.as_ref().map(|name| (&*name.value.0, name.place)))
            .gather();
        self.report_twins(&twins, "position");
        let mut positions = Vec::new();
        let mut open = false;
        for (index, item) in items().enumerate() {
            if open {
                let message = "this position is never reached: one further up always holds";
                let help = "put the position without `when` last";
                self.reader.advise(item.place, "unreachable", message, help);
            }
            open |= !item.has("when");
            let path = format!("/journey/positions/{index}/when");
            let when = self.asked(item.when.as_ref(), &path);
            positions.keep(item.name.as_ref().map(|name| Position {
                name: name.value.0.clone(),
                when: when.map(|gate| gate.condition),
            }));
        }
        let mut content = Vec::new();
        let offers = written.content.parts().iter();
        for (index, offer) in offers.enumerate() {
            let path = format!("/journey/content/{index}/when");
            let when = self.asked(offer.when.as_ref(), &path);
            let named = offer.position.as_ref().map(|many| {
                let mut found = Vec::new();
                for name in &many.items {
                    let text = &*name.value.0;
                    match positions.iter().position(|it| &*it.name == text) {
                        Some(place) => found.push(place as u16),
                        None => {
                            let names = positions.iter().map(|it| &*it.name);
                            let what = "a position of this journey";
                            self.reader.unknown(name.place, text, what, names);
                        }
                    }
                }
                found
            });
            let suggest = offer.suggest.parts().iter();
            content.push(Offer {
                positions: named,
                stages: self.stage_places(offer.stage.as_ref()),
                when: when.map(|gate| gate.condition),
                suggest: suggest.map(|label| label.0.clone()).gather(),
            });
        }
        Some(Journey { positions, content })
    }
}
