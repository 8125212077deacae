//! Transitions with everything that they ask, and reasons.

use super::rules::Inactive;
use super::{Compiler, Scope};
use crate::gather::Gather;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::Place;
use crate::playbook::document::stages::{Command, Due, Need, Transition};
use crate::playbook::lifecycle::{Gate, Passage, ReasonCode, StageRules};
use alloc::{format, vec::Vec};

/// Commands that need a reason always.
const REASONED: [Command; 4] = [
    Command::Reject,
    Command::Recycle,
    Command::Disqualify,
    Command::Lose,
];

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_reasons(&mut self) -> Vec<ReasonCode> {
        let entries = super::sorted(self.document.reasons.as_ref());
        let reasons = entries.into_iter().filter_map(|entry| {
            let reason = entry.value.as_ref()?;
            Some(ReasonCode {
                name: entry.key.value.clone(),
                commands: reason.commands.as_ref()?.items.clone(),
                note_needed: &*entry.key.value == "other" || reason.note == Some(Need::Required),
            })
        });
        reasons.gather()
    }

    pub(super) fn compile_passages(
        &mut self,
        reasons: &[ReasonCode],
        stages: &[StageRules],
        inactive: Inactive,
    ) -> Vec<Passage> {
        let document = self.document;
        let mut evaluated = self.definition.transitions.clone().into_iter();
        let mut passages = Vec::new();
        let items = document.transitions.parts().iter();
        for (index, transition) in items.enumerate() {
            let by = transition.by.parts().iter();
            let by: Vec<_> = by.map(|name| name.value.0.clone()).gather();
            let automation = by.iter().any(|name| &**name == "automation");
            let path = format!("/transitions/{index}/when");
            let when = transition.when.as_ref().and_then(|when| {
                if automation && !transition.has("due") {
                    // Compiled already, for evaluation.
                    let condition = evaluated.next()?.when?;
                    Some(Gate {
                        condition,
                        parts: super::rules::parts(when, &path),
                    })
                } else {
                    self.gate_at(when, Scope::Move, &path)
                }
            });
            if transition.when.is_none() && automation && !transition.has("due") {
                evaluated.next();
            }
            let names = transition.from.parts().iter();
            let from: Vec<u16> = names.filter_map(|name| self.find_stage(name)).gather();
            let from = super::as_set(from);
            let to = transition.to.as_ref().and_then(|to| self.find_stage(to));
            let skips = transition.skips.parts().iter();
            let mut skipped = Vec::new();
            for name in skips {
                let Some(stage) = self.find_stage(name) else {
                    continue;
                };
                if Some(stage) == to {
                    let message = format!("`{}` is not skipped here", name.value.0);
                    let help = "name stages between `from` and `to`";
                    self.reader.advise(name.place, "conflict", message, help);
                }
                if !skipped.contains(&stage) {
                    skipped.push(stage);
                }
            }
            let on = transition.on.as_ref().map(|on| on.value);
            self.check_words(transition, automation, on, reasons);
            self.check_due(transition, automation, &from, stages, inactive);
            let requires = self.requirements(transition.requires.as_ref());
            let crm = self.effects(transition.crm.as_ref());
            let Some(to) = to else { continue };
            let needed = transition.reason.as_ref().map(|need| need.value);
            if let Some(target) = stages.get(usize::from(to)).and_then(|rules| rules.returns)
                && target.required
                && target.after.is_none()
                && automation
            {
                let message = "automation can't say when a record comes back";
                let help = "give the target's `return` an `after`";
                self.reader
                    .advise(transition.place, "conflict", message, help);
            }
            passages.push(Passage {
                from,
                to,
                on: if automation { None } else { on },
                act: transition.act.as_ref().map(|act| act.value.0.clone()),
                by,
                when,
                due: transition.due.as_ref().map(|due| due.value),
                reason_needed: on.is_some_and(|on| REASONED.contains(&on))
                    || needed == Some(Need::Required),
                note_needed: transition.note == Some(Need::Required),
                skips: skipped,
                requires,
                crm,
            });
        }
        passages
    }

    fn check_words(
        &mut self,
        transition: &Transition,
        automation: bool,
        on: Option<Command>,
        reasons: &[ReasonCode],
    ) {
        if let Some(act) = &transition.act
            && on != Some(Command::Own)
        {
            let message = "`act` names an own command";
            self.reader
                .advise(act.place, "conflict", message, "write `on: own` beside it");
        }
        let reasoned = on.is_some_and(|on| REASONED.contains(&on));
        if let Some(need) = &transition.reason
            && need.value == Need::Optional
            && reasoned
        {
            let message = "reject, recycle, disqualify and lose need a reason always";
            self.reader.report(need.place, "conflict", message);
        }
        let required = transition
            .reason
            .as_ref()
            .is_some_and(|need| need.value == Need::Required);
        if let Some(on) = on
            && !automation
            && (reasoned || required)
            && !reasons.iter().any(|reason| reason.commands.contains(&on))
            && !self.reasons_unsure()
        {
            let word = on.word();
            let message = format!("this needs a reason, but none is for `{word}`");
            let help = format!("declare one in `reasons`, as in `other: {{ for: [{word}] }}`");
            self.reader
                .advise(transition.place, "no_reasons", message, help);
        }
    }

    /// Whether some reason couldn't be read.
    fn reasons_unsure(&self) -> bool {
        let entries = self.document.reasons.parts().iter();
        let sure = |commands: &crate::playbook::document::lists::List<Command, 1, 1_000>| {
            commands.items.len() == commands.written
        };
        self.document.has("reasons") && self.document.reasons.is_none()
            || entries.into_iter().any(|entry| {
                let commands = entry.value.as_ref().and_then(|it| it.commands.as_ref());
                !commands.is_some_and(sure)
            })
    }

    fn check_due(
        &mut self,
        transition: &Transition,
        automation: bool,
        from: &[u16],
        stages: &[StageRules],
        inactive: Inactive,
    ) {
        let Some(due) = &transition.due else { return };
        if !automation {
            let message = "`due` is for transitions that automation makes";
            self.reader.report(due.place, "conflict", message);
        }
        for stage in from {
            let Some(rules) = stages.get(usize::from(*stage)) else {
                continue;
            };
            let name = self.stages.get(usize::from(*stage));
            let name = name.map_or("", |entry| &*entry.key.value);
            let (lacks, what) = match due.value {
                Due::ReturnDate => (rules.returns.is_none(), "return"),
                Due::Inactivity => (
                    rules.inactive_after.is_none() && inactive != Inactive::Unsure,
                    "inactive_after",
                ),
            };
            if lacks {
                let message = format!("the stage `{name}` has no `{what}`");
                let help = format!("add `{what}` to it");
                self.lacks(due.place, message, help);
            }
        }
    }

    fn lacks(&mut self, place: Place, message: alloc::string::String, help: alloc::string::String) {
        self.reader.advise(place, "missing_field", message, help);
    }
}
