//! Sources, attributes, signals.

use super::Compiler;
use crate::fold::fold;
use crate::gather::{Gather, Keep};
use crate::limits;
use crate::playbook::document::definition::{Attribute, Kind, Property, Signal};
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::shape::{
    self, AttributeType, Bounds, Options, PropertyForm, PropertyType,
};
use crate::playbook::document::words::Scalar;
use crate::sort::Arrange;
use crate::sorted::{Map, Set};
use alloc::{boxed::Box, format, vec::Vec};

/// Where facts come from if a playbook doesn't say it.
const SOURCES: [&str; 5] = ["person", "crm", "enrichment", "visitor", "inferred"];

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_sources(&mut self) {
        let Some(sources) = &self.document.sources else {
            self.definition.sources = SOURCES.map(Box::from).into();
            return;
        };
        let names: Vec<(&str, Place)> = sources
            .items
            .iter()
            .map(|name| (&*name.value.0, name.place))
            .gather();
        self.report_twins(&names, "source");
        self.definition.sources = names.iter().map(|(name, _)| Box::from(*name)).gather();
    }

    /// Reports names that occur twice.
    pub(super) fn report_twins(&mut self, names: &[(&str, Place)], what: &str) {
        let mut seen = Set::new();
        for (name, place) in names {
            if !seen.insert(*name) {
                self.reader.report(
                    *place,
                    "duplicate_name",
                    format!("there are two of the {what} `{name}`"),
                );
            }
        }
    }

    pub(super) fn compile_attributes(&mut self) {
        let document = self.document;
        let entries = super::sorted(document.attributes.as_ref());
        let mut asserters: Vec<Box<str>> = Vec::new();
        let values = || entries.iter().filter_map(|entry| entry.value.as_ref());
        for attribute in values() {
            for name in attribute.asserted_by.parts() {
                asserters.push(name.value.0.clone());
            }
        }
        asserters.arrange();
        asserters.dedup();
        for entry in &entries {
            let mut asserted_by = Vec::new();
            let kind = entry.value.as_ref().and_then(|attribute| {
                for name in attribute.asserted_by.parts() {
                    let found = asserters.binary_search(&name.value.0).ok();
                    asserted_by.keep(found.and_then(|index| u16::try_from(index).ok()));
                }
                self.attribute_kind(attribute)
            });
            self.unsure.push(kind.is_none());
            self.definition.attributes.push(Attribute {
                name: entry.key.value.clone(),
                kind: kind.unwrap_or(Kind::Text),
                asserted_by: super::as_set(asserted_by),
            });
        }
        self.definition.asserters = asserters;
    }

    fn attribute_kind(&mut self, attribute: &shape::Attribute) -> Option<Kind> {
        let is = attribute.kind?;
        let choice = matches!(is, AttributeType::Choice | AttributeType::Choices);
        let number = is == AttributeType::Number;
        for (field, fits, of) in [
            ("options", choice, "the types `choice` and `choices`"),
            ("synonyms", choice, "the types `choice` and `choices`"),
            ("min", number, "the type `number`"),
            ("max", number, "the type `number`"),
            ("whole", number, "the type `number`"),
        ] {
            if attribute.has(field) && !fits {
                self.reader.report(
                    attribute.place,
                    "conflict",
                    format!("`{field}` is for {of} only"),
                );
            }
        }
        let kind = match is {
            AttributeType::Boolean => Kind::Boolean,
            AttributeType::Number => {
                let min = attribute
                    .min
                    .as_ref()
                    .map_or(-limits::NUMBER_MICRO, |at| at.value.0);
                let max = attribute
                    .max
                    .as_ref()
                    .map_or(limits::NUMBER_MICRO, |at| at.value.0);
                if min > max {
                    self.reader.report(
                        attribute.place,
                        "empty_range",
                        "`min` is greater than `max`",
                    );
                }
                let whole = attribute.whole.as_ref().is_some_and(|at| at.value);
                Kind::Number { min, max, whole }
            }
            AttributeType::Text => Kind::Text,
            AttributeType::Choice => Kind::Choice(self.options(attribute)?),
            AttributeType::Choices => Kind::Choices(self.options(attribute)?),
            AttributeType::Date => Kind::Date,
        };
        self.check_answers(attribute, &kind);
        self.check_synonyms(attribute, &kind);
        Some(kind)
    }

    fn options(&mut self, attribute: &shape::Attribute) -> Option<Vec<Box<str>>> {
        let Some(options) = &attribute.options else {
            if !attribute.has("options") {
                self.reader.missing(attribute.place, "options");
            }
            return None;
        };
        self.option_names(options)
    }

    fn option_names(&mut self, options: &Options) -> Option<Vec<Box<str>>> {
        let mut seen = Set::new();
        for option in &options.items {
            if !seen.insert(fold(&option.value.0)) {
                let message = format!("there are two of the option `{}`", option.value.0);
                self.reader.report(option.place, "duplicate_name", message);
            }
        }
        let whole = options.items.len() == options.written;
        whole.then(|| {
            options
                .items
                .iter()
                .map(|option| option.value.0.clone())
                .gather()
        })
    }

    /// Whether the answers of a question are values of the attribute.
    fn check_answers(&mut self, attribute: &shape::Attribute, kind: &Kind) {
        let answers = attribute.ask.as_ref().and_then(|ask| ask.answers.as_ref());
        for answer in answers.parts() {
            let given = ["value", "range", "any_of"]
                .iter()
                .filter(|key| answer.has(key))
                .count();
            if given == 0 {
                let message = "exactly one of `value`, `range`, `any_of` is due";
                self.reader.report(answer.place, "conflict", message);
            }
            if given > 1 {
                let message = "`value`, `range` and `any_of` exclude each other";
                self.reader.report(answer.place, "conflict", message);
            }
            if let Some(value) = &answer.value {
                self.check_value(value, kind);
            }
            if let Some(range) = &answer.range {
                self.check_range(range, kind);
            }
            for option in answer.any_of.parts() {
                match kind {
                    Kind::Choice(_) => self.check_value(option, kind),
                    _ => self.reader.report(
                        option.place,
                        "wrong_type",
                        "`any_of` is for the type `choice` only",
                    ),
                }
            }
        }
    }

    /// Whether synonyms are those of options, and each of one option only.
    fn check_synonyms(&mut self, attribute: &shape::Attribute, kind: &Kind) {
        let (Kind::Choice(options) | Kind::Choices(options)) = kind else {
            return;
        };
        let mut taken: Map<Box<str>, usize> = (0..)
            .zip(options)
            .map(|(place, option)| (fold(option), place))
            .collect();
        for entry in attribute.synonyms.parts() {
            let folded = fold(&entry.key.value);
            let mut places = options.iter();
            let Some(place) = places.position(|option| crate::fold::same(option, &folded)) else {
                let names = options.iter().map(|option| &**option);
                let (at, written) = (entry.key.place, &entry.key.value);
                self.reader
                    .unknown(at, written, "one of the options", names);
                continue;
            };
            for word in entry.value.parts() {
                let before = taken.insert(fold(&word.value.0), place);
                if before.is_some_and(|before| before != place) {
                    let message = format!("`{}` means another option already", word.value.0);
                    self.reader.report(word.place, "duplicate_name", message);
                }
            }
        }
    }

    fn check_range(&mut self, range: &At<Bounds>, kind: &Kind) {
        let Kind::Number { min, max, .. } = kind else {
            self.reader
                .report(range.place, "wrong_type", "a range is for numbers only");
            return;
        };
        let ends = [range.value.0, range.value.1];
        if ends
            .iter()
            .flatten()
            .any(|end| !(*min..=*max).contains(end))
        {
            self.reader.report(
                range.place,
                "out_of_range",
                "it is not between `min` and `max`",
            );
        }
    }

    fn check_value(&mut self, value: &At<Scalar>, kind: &Kind) {
        match kind {
            Kind::Boolean => drop(self.boolean(value)),
            Kind::Number { min, max, whole } => {
                let Some(number) = self.number(value) else {
                    return;
                };
                if *whole && number % 1_000_000 != 0 {
                    self.reader
                        .report(value.place, "wrong_type", "expected a whole number");
                } else if !(*min..=*max).contains(&number) {
                    self.reader.report(
                        value.place,
                        "out_of_range",
                        "it is not between `min` and `max`",
                    );
                }
            }
            Kind::Text => drop(self.plain_text(value)),
            Kind::Choice(options) | Kind::Choices(options) => drop(self.option(value, options)),
            Kind::Date => drop(self.date(value)),
        }
    }

    pub(super) fn compile_signals(&mut self) {
        for entry in super::sorted(self.document.signals.as_ref()) {
            let properties = entry
                .value
                .as_ref()
                .and_then(|signal| signal.properties.as_ref());
            let mut unsure = Vec::new();
            let mut kinds = Vec::new();
            for property in super::sorted(properties) {
                let kind = property
                    .value
                    .as_ref()
                    .and_then(|form| self.property_kind(form));
                unsure.push(kind.is_none());
                kinds.push(Property {
                    name: property.key.value.clone(),
                    kind: kind.unwrap_or(Kind::Text),
                });
            }
            self.unsure_properties.push(unsure);
            self.definition.signals.push(Signal {
                name: entry.key.value.clone(),
                properties: kinds,
            });
        }
    }

    fn property_kind(&mut self, form: &PropertyForm) -> Option<Kind> {
        Some(match form {
            PropertyForm::Type(PropertyType::Boolean) => Kind::Boolean,
            PropertyForm::Type(PropertyType::Number) => Kind::Number {
                min: -limits::NUMBER_MICRO,
                max: limits::NUMBER_MICRO,
                whole: false,
            },
            PropertyForm::Type(PropertyType::Text) => Kind::Text,
            PropertyForm::Type(PropertyType::Date) => Kind::Date,
            PropertyForm::Options(options) => Kind::Choice(self.option_names(options)?),
        })
    }

    /// The place of an option.
    pub(super) fn option(&mut self, value: &At<Scalar>, options: &[Box<str>]) -> Option<u16> {
        let Scalar::Text(text) = &value.value else {
            self.expected(value, "an option (a text)");
            return None;
        };
        let folded = fold(text);
        let found = options
            .iter()
            .position(|option| crate::fold::same(option, &folded));
        if found.is_none() {
            let names = options.iter().map(|option| &**option);
            self.reader
                .unknown(value.place, text, "one of the options", names);
        }
        found.and_then(|index| u16::try_from(index).ok())
    }
}
