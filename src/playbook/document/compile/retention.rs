//! For how long records are kept.

use super::Compiler;
use crate::gather::Keep;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::retention::Since;
use crate::playbook::lifecycle::Retention;
use alloc::vec::Vec;

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_retention(&mut self) -> Vec<Retention> {
        let written = self.document.retention.as_ref();
        let mut rules = Vec::new();
        let mut taken: Vec<u16> = Vec::new();
        let mut open = false;
        for item in written.parts() {
            let stages = self.stage_places(item.stages.as_ref());
            let mut all = stages.iter().flatten();
            let known = stages.as_ref().is_some_and(|it| !it.is_empty());
            if open || known && all.all(|stage| taken.contains(stage)) {
                let message = "this rule is never used: others further up are for its stages";
                let help = "put the rule without `stages` last, and each stage in one rule";
                self.reader.advise(item.place, "unreachable", message, help);
            }
            open |= !item.has("stages");
            taken.extend(stages.iter().flatten());
            rules.keep(item.after.as_ref().map(|after| Retention {
                stages,
                after: after.0,
                since: item.since.unwrap_or(Since::LastTouch),
            }));
        }
        rules
    }
}
