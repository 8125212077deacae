//! What changes in CRM systems.

use super::Compiler;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::document::crm::{Crm, FieldName, FieldValue as Written, System, Taken};
use crate::playbook::document::lists::Many;
use crate::playbook::document::read::At;
use crate::playbook::lifecycle::{Conversion, Effect, Effects, FieldValue};
use crate::sort::Arrange;
use alloc::{boxed::Box, vec::Vec};

impl Compiler<'_, '_, '_> {
    pub(super) fn effects(&mut self, crm: Option<&Crm>) -> Effects {
        let mut effects = Vec::new();
        for entry in super::sorted(crm) {
            if let Some(system) = &entry.value {
                let effect = self.effect(&entry.key.value, system);
                effects.push(effect);
            }
        }
        effects
    }

    fn effect(&mut self, name: &str, system: &System) -> Effect {
        let mut set = Vec::new();
        for field in &system.fields.0 {
            if let Some(value) = field
                .value
                .as_ref()
                .and_then(|value| self.field_value(value))
            {
                set.push((field.key.value.clone(), value));
            }
        }
        set.arrange_by(|(one, _), (other, _)| one.cmp(other));
        let convert = system
            .convert
            .as_ref()
            .filter(|convert| convert.value.wanted);
        if let Some(convert) = convert
            && name != "salesforce"
        {
            let message = "`convert` is for `salesforce` only";
            self.reader.report(convert.place, "conflict", message);
        }
        Effect {
            system: Box::from(name),
            set,
            clear: self.field_names(system.clear.as_ref()),
            stamp: self.field_names(system.stamp.as_ref()),
            stamp_first: self.field_names(system.stamp_first.as_ref()),
            convert: convert.map(|convert| Conversion {
                to: convert.value.to.clone(),
                status: convert.value.status.clone(),
            }),
        }
    }

    fn field_names(&mut self, fields: Option<&Many<At<FieldName>>>) -> Vec<Box<str>> {
        let Some(fields) = fields else {
            return Vec::new();
        };
        self.reader
            .check_size(fields.place, fields.items.len(), 0, limits::CRM_FIELDS);
        let names = fields.items.iter().map(|field| field.value.0.clone());
        names.gather()
    }

    fn field_value(&mut self, value: &Written) -> Option<FieldValue> {
        match value {
            Written::Fixed(json) => Some(FieldValue::Fixed(json.clone())),
            Written::Taken(Taken {
                fact: Some(fact), ..
            }) => self.find_attribute(fact).map(FieldValue::Fact),
            Written::Taken(Taken {
                score: Some(score), ..
            }) => {
                let found = self.find_score(score.place, &score.value.0)?;
                u16::try_from(found).ok().map(FieldValue::Score)
            }
            Written::Taken(Taken { take, .. }) => take.map(FieldValue::Take),
        }
    }
}
