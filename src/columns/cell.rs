//! Texts of cells as values of attributes.

use crate::decimal::{self, NUMBER_PLACES};
use crate::fold::fold;
use crate::limits;
use crate::playbook::{Kind, Playbook, Value};
use crate::sort::Arrange;
use crate::time::parse_date;
use alloc::{boxed::Box, format, string::String, vec::Vec};

/// What is looked up to fit a cell to an attribute.
#[derive(Clone, Debug, Default)]
pub(super) struct Fitting {
    /// Folded options with their places, sorted.
    options: Vec<(Box<str>, u16)>,
}

/// Why a cell doesn't fit.
pub(super) struct Misfit {
    pub code: &'static str,
    pub expected: String,
}

fn misfit(code: &'static str, expected: impl Into<String>) -> Misfit {
    Misfit {
        code,
        expected: expected.into(),
    }
}

impl Fitting {
    pub(super) fn new(playbook: &Playbook, kind: Kind) -> Self {
        let options = match kind {
            Kind::Choice(options) | Kind::Choices(options) => options,
            _ => &[],
        };
        let folded = options.iter().map(|option| fold(playbook.word(*option)));
        let mut options: Vec<(Box<str>, u16)> = folded.zip(0..).collect();
        options.arrange();
        Self { options }
    }

    fn option(&self, folded: &str) -> Result<u16, Misfit> {
        let found = self
            .options
            .binary_search_by(|(option, _)| (**option).cmp(folded));
        let option = found.ok().and_then(|place| self.options.get(place));
        let expected = || misfit("unknown_name", self.in_words());
        option.map(|(_, place)| *place).ok_or_else(expected)
    }

    /// The options, for messages.
    fn in_words(&self) -> String {
        let mut text = String::from("one of the options ");
        for (place, (option, _)) in self.options.iter().enumerate() {
            if place == 8 {
                text.push_str(", …");
                break;
            }
            text.push_str(if place == 0 { "`" } else { ", `" });
            text.push_str(option);
            text.push('`');
        }
        text
    }

    /// Fits a text to the attribute.
    pub(super) fn value(
        &self,
        playbook: &Playbook,
        attribute: u16,
        text: &str,
        folded: &str,
    ) -> Result<Value, Misfit> {
        let Some(kind) = playbook.attribute_kind(attribute) else {
            return Err(misfit("unknown_name", "an attribute"));
        };
        match kind {
            Kind::Boolean => match folded {
                "true" | "yes" | "1" => Ok(Value::Boolean(true)),
                "false" | "no" | "0" => Ok(Value::Boolean(false)),
                _ => Err(misfit(
                    "wrong_type",
                    "`true`, `false`, `yes`, `no`, `1` or `0`",
                )),
            },
            Kind::Number { min, max, whole } => number(text, min, max, whole),
            Kind::Text if text.chars().nth(limits::TEXT).is_some() => {
                Err(misfit("too_large", "a text of 4000 characters at most"))
            }
            Kind::Text => Ok(Value::Text(fold(text))),
            Kind::Date => match parse_date(text) {
                Some(midnight) => Ok(Value::Date(midnight)),
                None => Err(misfit("bad_date", "a date as in `2026-11-22`")),
            },
            Kind::Choice(_) => self.option(folded).map(Value::Choice),
            Kind::Choices(_) => {
                let parts = folded.split(';').map(str::trim);
                let mut places = Vec::new();
                for part in parts.filter(|part| !part.is_empty()) {
                    places.push(self.option(part)?);
                }
                places.arrange();
                places.dedup();
                Ok(Value::Choices(places))
            }
        }
    }
}

fn number(text: &str, min: i64, max: i64, whole: bool) -> Result<Value, Misfit> {
    let expected = if whole {
        "a whole number"
    } else {
        "a number as in `1234.5`"
    };
    let number = decimal::parse(text, NUMBER_PLACES).map_err(|why| match why {
        decimal::DecimalError::Syntax => misfit("wrong_type", expected),
        decimal::DecimalError::Range => misfit("out_of_range", "a number up to 9000000000000"),
    })?;
    let units = number.units;
    if whole && units % 1_000_000 != 0 {
        return Err(misfit("wrong_type", expected));
    }
    if units < min || max < units || units.unsigned_abs() > limits::NUMBER_MICRO.unsigned_abs() {
        let end = |units: i64| {
            let mut text = String::new();
            decimal::write(&mut text, units, NUMBER_PLACES);
            text
        };
        let bounds = format!("a number between {} and {}", end(min), end(max));
        return Err(misfit("out_of_range", bounds));
    }
    Ok(Value::Number(units))
}
