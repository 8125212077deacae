//! Tests on attributes and properties.

use super::Compiler;
use super::fields::{choices, date_test, folded, merged, points, text_test};
use crate::gather::Gather;
use crate::playbook::document::condition::{self, TestFields};
use crate::playbook::document::definition::Kind;
use crate::playbook::document::definition::Test;
use crate::playbook::document::lists::Many;
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::words::Scalar;
use crate::playbook::{Micro, Millis, Value};
use crate::time::DAY_MS;
use alloc::{boxed::Box, format, vec, vec::Vec};

/// What is tested.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Attribute,
    Property,
}

/// The value that a model event takes from a test.
pub(super) enum Seed {
    /// The property is left out.
    Absent,
    /// This.
    Is(Value),
}

/// What a test is compiled to: all of these must pass.
pub(super) struct Compiled {
    pub(super) tests: Vec<Test>,
    pub(super) seed: Seed,
}

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_test(
        &mut self,
        test: &condition::Test,
        kind: &Kind,
        of: Of,
    ) -> Option<Compiled> {
        match test {
            condition::Test::Values(values) => self.compile_values(values, kind),
            condition::Test::Fields(fields) => self.compile_fields(fields, kind, of),
        }
    }

    /// A bare value or list of values.
    fn compile_values(&mut self, values: &Many<At<Scalar>>, kind: &Kind) -> Option<Compiled> {
        if let Kind::Choices(options) = kind {
            let any = self.option_set(values, options)?;
            let seed = Seed::Is(Value::Choices(any.clone()));
            let tests = vec![choices(Some(any), None, None)];
            return Some(Compiled { tests, seed });
        }
        let Kind::Text = kind else {
            return self.equals(values, kind);
        };
        let texts = self.texts(values)?;
        if texts.iter().all(|text| !text.contains('*')) {
            return self.equals(values, kind);
        }
        let seed = Seed::Is(Value::Text(
            texts.first()?.replace('*', "").into_boxed_str(),
        ));
        let glob = folded(&texts);
        let tests = vec![text_test(Vec::new(), Vec::new(), Vec::new(), glob)];
        Some(Compiled { tests, seed })
    }

    /// Is one of some values.
    fn equals(&mut self, values: &Many<At<Scalar>>, kind: &Kind) -> Option<Compiled> {
        let all = |found: usize| (found == values.items.len() && found > 0).then_some(());
        let (test, first) = match kind {
            Kind::Boolean => {
                let found: Vec<bool> = values
                    .items
                    .iter()
                    .filter_map(|value| self.boolean(value))
                    .gather();
                all(found.len())?;
                let passes = [found.contains(&false), found.contains(&true)];
                (Test::Boolean(passes), Value::Boolean(*found.first()?))
            }
            Kind::Number { whole, .. } => {
                let found: Vec<Micro> = values
                    .items
                    .iter()
                    .filter_map(|value| self.number(value))
                    .gather();
                all(found.len())?;
                let first = *found.first()?;
                (Test::Number(points(found, *whole)), Value::Number(first))
            }
            Kind::Date => {
                let found: Vec<Millis> = values
                    .items
                    .iter()
                    .filter_map(|value| self.date(value))
                    .gather();
                all(found.len())?;
                let first = *found.first()?;
                let intervals = merged(found.into_iter().map(|day| (day, day)).gather(), DAY_MS);
                (date_test(intervals, None, None), Value::Date(first))
            }
            Kind::Text => {
                let texts = self.texts(values)?;
                let first = Value::Text(Box::from(*texts.first()?));
                (
                    text_test(folded(&texts), Vec::new(), Vec::new(), Vec::new()),
                    first,
                )
            }
            Kind::Choice(options) => {
                let found: Vec<u16> = values
                    .items
                    .iter()
                    .filter_map(|value| self.option(value, options))
                    .gather();
                all(found.len())?;
                let first = *found.first()?;
                (Test::Choice(super::as_set(found)), Value::Choice(first))
            }
            Kind::Choices(_) => {
                let message = "`equals` is not a test of the type `choices`";
                self.reader.advise_key(
                    values.place,
                    "wrong_test",
                    message,
                    "use `has_any`, `has_all` or `has_none`",
                );
                return None;
            }
        };
        let seed = Seed::Is(first);
        Some(Compiled {
            tests: vec![test],
            seed,
        })
    }

    fn compile_fields(&mut self, fields: &TestFields, kind: &Kind, of: Of) -> Option<Compiled> {
        let rest = self.compile_kind_fields(fields, kind, of);
        let (mut tests, mut seed) = match rest? {
            Some(compiled) => (compiled.tests, compiled.seed),
            None => (Vec::new(), Seed::Absent),
        };
        if let Some(known) = &fields.known {
            if tests.is_empty() && known.value {
                seed = Seed::Is(plainest(kind));
            }
            tests.insert(0, Test::Known(known.value));
        }
        // A test whose only fields couldn't be read.
        (!tests.is_empty()).then_some(Compiled { tests, seed })
    }

    /// The fields but for `known`; `Some(None)` where there are none.
    fn compile_kind_fields(
        &mut self,
        fields: &TestFields,
        kind: &Kind,
        of: Of,
    ) -> Option<Option<Compiled>> {
        if !self.check_fields(fields, kind, of) {
            return None;
        }
        let equals = match &fields.equals {
            Some(values) => Some(self.equals(values, kind)?),
            None => None,
        };
        let compiled = match kind {
            Kind::Boolean | Kind::Choice(_) => equals,
            Kind::Number { whole, .. } => self.number_fields(fields, equals, *whole)?,
            Kind::Date => self.date_fields(fields, equals)?,
            Kind::Text => self.text_fields(fields, equals)?,
            Kind::Choices(options) => self.choices_fields(fields, options)?,
        };
        Some(compiled)
    }

    /// Whether every field is a test of this type and could be read.
    fn check_fields(&mut self, fields: &TestFields, kind: &Kind, of: Of) -> bool {
        let (name, more): (&str, &[&str]) = match kind {
            Kind::Boolean => ("boolean", &["equals"]),
            Kind::Number { .. } => ("number", &["equals", "from", "to", "above", "below"]),
            Kind::Text => ("text", &["equals", "contains", "starts_with", "glob"]),
            Kind::Choice(_) => ("choice", &["equals"]),
            Kind::Choices(_) => ("choices", &["has_any", "has_all", "has_none"]),
            Kind::Date if of == Of::Property => {
                ("date", &["equals", "from", "to", "above", "below"])
            }
            Kind::Date => (
                "date",
                &["equals", "from", "to", "above", "below", "within", "ahead"],
            ),
        };
        let mut fine = true;
        for (key, place, read) in places(fields) {
            if !fields.has(key) {
                continue;
            }
            if key != "known" && !more.contains(&key) {
                let whose = if name == "date" {
                    " of properties of events"
                } else {
                    ""
                };
                let message = format!("`{key}` is not a test of the type `{name}`{whose}");
                let help = format!("tests of it are `known`, `{}`", more.join("`, `"));
                self.reader
                    .advise_key(place.unwrap_or(fields.place), "wrong_test", message, help);
                fine = false;
            }
            fine &= read;
        }
        fine
    }
}

/// What satisfies a test that says only that something is known.
fn plainest(kind: &Kind) -> Value {
    match kind {
        Kind::Boolean => Value::Boolean(true),
        Kind::Number { .. } => Value::Number(0),
        Kind::Text => Value::Text(Box::default()),
        Kind::Choice(_) => Value::Choice(0),
        Kind::Choices(_) => Value::Choices(vec![0]),
        Kind::Date => Value::Date(0),
    }
}

/// Every field with its place and whether it could be read.
fn places(fields: &TestFields) -> [(&'static str, Option<Place>, bool); 14] {
    fn at<T>(field: &Option<At<T>>) -> Option<Place> {
        field.as_ref().map(|field| field.place)
    }
    [
        ("known", at(&fields.known)),
        ("equals", fields.equals.as_ref().map(|values| values.place)),
        ("from", at(&fields.from)),
        ("to", at(&fields.to)),
        ("above", at(&fields.above)),
        ("below", at(&fields.below)),
        ("within", at(&fields.within)),
        ("ahead", at(&fields.ahead)),
        ("contains", at(&fields.contains)),
        ("starts_with", at(&fields.starts_with)),
        ("glob", at(&fields.glob)),
        ("has_any", at(&fields.has_any)),
        ("has_all", at(&fields.has_all)),
        ("has_none", at(&fields.has_none)),
    ]
    .map(|(key, place)| (key, place, place.is_some()))
}
