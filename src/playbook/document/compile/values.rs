//! Values as they are written, read by type.

use super::Compiler;
use crate::decimal::{self, DecimalError, NUMBER_PLACES};
use crate::gather::Gather;
use crate::limits;
use crate::playbook::document::lists::Many;
use crate::playbook::document::read::{At, short};
use crate::playbook::document::words::Scalar;
use crate::playbook::{Micro, Millis};
use crate::time::parse_date;
use alloc::{boxed::Box, format, vec::Vec};

impl Compiler<'_, '_, '_> {
    pub(super) fn expected(&mut self, value: &At<Scalar>, what: &str) {
        let message = format!("expected {what}, found {}", value.value.describe());
        self.reader.report(value.place, "wrong_type", message);
    }

    pub(super) fn boolean(&mut self, value: &At<Scalar>) -> Option<bool> {
        match value.value {
            Scalar::Boolean(value) => Some(value),
            _ => {
                self.expected(value, "`true` or `false`");
                None
            }
        }
    }

    pub(super) fn number(&mut self, value: &At<Scalar>) -> Option<Micro> {
        let Scalar::Number(text) = &value.value else {
            self.expected(value, "a number");
            return None;
        };
        match decimal::parse(text, NUMBER_PLACES) {
            Ok(found) if found.units.unsigned_abs() <= limits::NUMBER_MICRO.unsigned_abs() => {
                Some(found.units)
            }
            Err(DecimalError::Syntax) => {
                self.expected(value, "a number");
                None
            }
            _ => {
                let message = "numbers are between -9000000000000 and 9000000000000";
                self.reader.report(value.place, "out_of_range", message);
                None
            }
        }
    }

    pub(super) fn date(&mut self, value: &At<Scalar>) -> Option<Millis> {
        let Scalar::Text(text) = &value.value else {
            self.expected(value, "a date");
            return None;
        };
        let date = parse_date(text);
        if date.is_none() {
            let message = format!("`{}` is not a date", short(text));
            self.reader.advise(
                value.place,
                "bad_date",
                message,
                "write it as in `2026-11-22`",
            );
        }
        date
    }

    pub(super) fn plain_text<'a>(&mut self, value: &'a At<Scalar>) -> Option<&'a str> {
        let Scalar::Text(text) = &value.value else {
            self.expected(value, "a text");
            return None;
        };
        if text.chars().count() > limits::TEXT {
            let message = format!("a text has at most {} characters", limits::TEXT);
            self.reader.report(value.place, "too_large", message);
            return None;
        }
        Some(text)
    }

    pub(super) fn texts<'a>(&mut self, values: &'a Many<At<Scalar>>) -> Option<Vec<&'a str>> {
        let texts: Vec<&str> = values
            .items
            .iter()
            .filter_map(|value| self.plain_text(value))
            .gather();
        (texts.len() == values.items.len() && !texts.is_empty()).then_some(texts)
    }

    pub(super) fn option_set(
        &mut self,
        values: &Many<At<Scalar>>,
        options: &[Box<str>],
    ) -> Option<Vec<u16>> {
        let found: Vec<u16> = values
            .items
            .iter()
            .filter_map(|value| self.option(value, options))
            .gather();
        let whole = found.len() == values.items.len() && !found.is_empty();
        whole.then(|| super::as_set(found))
    }
}
