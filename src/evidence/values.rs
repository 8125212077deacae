//! Values of facts and properties, fitted to their types.

use super::Finding;
use super::read::Reading;
use crate::decimal::{self, DecimalError, NUMBER_PLACES};
use crate::fold::fold;
use crate::limits;
use crate::playbook::document::read::{Spot, short};
use crate::playbook::{Kind, Micro, Millis, Value};
use crate::sort::Arrange;
use crate::time::{parse_date, parse_instant};
use crate::tree::{Content, Node};
use alloc::{format, vec::Vec};

impl<'t> Reading<'_, 't> {
    pub(crate) fn text(&mut self, spot: Spot<'t>, most: usize) -> Option<&'t str> {
        let text = self.reader.text(spot, "a text")?;
        if text.len() > most && text.chars().count() > most {
            let message = format!("a text has at most {most} characters here");
            self.reader.report(spot.place, "too_large", message);
        }
        Some(text)
    }

    pub(super) fn boolean(&mut self, spot: Spot<'t>) -> Option<bool> {
        match spot.node.content {
            Content::Boolean(value) => Some(value),
            _ => {
                self.reader.wrong_type(spot, "`true` or `false`");
                None
            }
        }
    }

    /// Milliseconds since the epoch, or RFC 3339.
    pub(crate) fn instant(&mut self, spot: Spot<'t>) -> Option<Millis> {
        match &spot.node.content {
            Content::Number(text) => match decimal::parse(text, 0) {
                Ok(found) if !found.exact => {
                    self.reader.wrong_type(spot, "whole milliseconds");
                    None
                }
                Ok(found) if found.units.unsigned_abs() <= limits::INSTANT_MS.unsigned_abs() => {
                    Some(found.units)
                }
                Err(DecimalError::Syntax) => {
                    self.reader.wrong_type(spot, "an instant");
                    None
                }
                _ => {
                    let message = format!(
                        "an instant is between -{0} and {0} milliseconds",
                        limits::INSTANT_MS
                    );
                    self.reader.report(spot.place, "out_of_range", message);
                    None
                }
            },
            Content::Text(text) => {
                let instant = parse_instant(text);
                if instant.is_none() {
                    let message = format!("`{}` is not an instant", short(text));
                    let help = "write it with its offset, as in `2026-11-22T09:30:00Z`";
                    self.reader.advise(spot.place, "bad_time", message, help);
                }
                instant
            }
            _ => {
                self.reader.wrong_type(spot, "an instant");
                None
            }
        }
    }

    pub(super) fn value(&mut self, spot: Spot<'t>, kind: &Kind) -> Option<Value> {
        match kind {
            Kind::Boolean => self.boolean(spot).map(Value::Boolean),
            Kind::Number { min, max, whole } => {
                let number = self.number(spot, *min, *max)?;
                if *whole && number % 1_000_000 != 0 {
                    self.reader.wrong_type(spot, "a whole number");
                    return None;
                }
                Some(Value::Number(number))
            }
            Kind::Text => self
                .text(spot, limits::TEXT)
                .map(|text| Value::Text(fold(text))),
            Kind::Choice(_) => self.option(spot, kind).map(Value::Choice),
            Kind::Choices(_) => self.options(spot, kind).map(Value::Choices),
            Kind::Date => {
                let text = self.reader.text(spot, "a date (a text)")?;
                let date = parse_date(text);
                if date.is_none() {
                    let message = format!("`{}` is not a date", short(text));
                    self.reader.advise(
                        spot.place,
                        "bad_date",
                        message,
                        "write it as in `2026-11-22`",
                    );
                }
                date.map(Value::Date)
            }
        }
    }

    pub(super) fn number(&mut self, spot: Spot<'t>, min: Micro, max: Micro) -> Option<Micro> {
        let Content::Number(text) = &spot.node.content else {
            self.reader.wrong_type(spot, "a number");
            return None;
        };
        match decimal::parse(text, NUMBER_PLACES) {
            Ok(found) if (min..=max).contains(&found.units) => Some(found.units),
            Err(DecimalError::Syntax) => {
                self.reader.wrong_type(spot, "a number");
                None
            }
            _ => {
                let mut message = format!("`{}` is not between ", short(text));
                decimal::write(&mut message, min, NUMBER_PLACES);
                message.push_str(" and ");
                decimal::write(&mut message, max, NUMBER_PLACES);
                self.reader.report(spot.place, "out_of_range", message);
                None
            }
        }
    }

    pub(super) fn range(&mut self, spot: Spot<'t>, kind: &Kind) -> Option<Finding> {
        let Kind::Number { min, max, whole } = kind else {
            self.reader
                .report(spot.place, "wrong_type", "a range is for numbers only");
            return None;
        };
        let [low, high] = self.reader.list(spot)? else {
            self.reader
                .wrong_type(spot, "a list of two numbers, the least and the greatest");
            return None;
        };
        if let (Content::Null, Content::Null) = (&low.content, &high.content) {
            self.reader
                .report(spot.place, "conflict", "one end of the range must be given");
            return None;
        }
        let mut end = |index, node: &'t Node, open| match node.content {
            Content::Null => Some(open),
            _ => {
                let spot = self.reader.item(spot, index, node);
                self.number(spot, *min, *max)
            }
        };
        let (low, high) = (end(0, low, *min), end(1, high, *max));
        let (low, high) = (low?, high?);
        let finding = Finding::Between(low, high);
        if low > high || (*whole && !finding.has_whole()) {
            self.reader
                .report(spot.place, "empty_range", "nothing lies in this range");
            return None;
        }
        Some(finding)
    }

    pub(super) fn any_of(&mut self, spot: Spot<'t>, kind: &Kind) -> Option<Finding> {
        let Kind::Choice(_) = kind else {
            self.reader.report(
                spot.place,
                "wrong_type",
                "`any_of` is for the type `choice` only",
            );
            return None;
        };
        let items = self.reader.list(spot)?;
        self.reader
            .check_size(spot.place, items.len(), 1, limits::OPTIONS);
        self.options(spot, kind).map(Finding::AnyOf)
    }

    pub(super) fn option(&mut self, spot: Spot<'t>, kind: &Kind) -> Option<u16> {
        let text = self.reader.text(spot, "an option (a text)")?;
        let found = self.playbook.option(kind, text);
        if let (None, Kind::Choice(options) | Kind::Choices(options)) = (found, kind) {
            let names = options.iter().map(|option| self.playbook.word(*option));
            self.reader
                .unknown(spot.place, text, "one of the options", names);
        }
        found
    }

    /// Sorted places of the options in a list.
    pub(super) fn options(&mut self, spot: Spot<'t>, kind: &Kind) -> Option<Vec<u16>> {
        let items = self.reader.list(spot)?;
        let mut places = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            let item = self.reader.item(spot, index, node);
            places.extend(self.option(item, kind));
        }
        let whole = places.len() == items.len();
        places.arrange();
        places.dedup();
        whole.then_some(places)
    }
}
