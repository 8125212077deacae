//! The calendar, and terms in working time.

use super::Compiler;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::document::lifecycle::{Hours, Term, Unit};
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::At;
use crate::playbook::lifecycle::Calendar;
use crate::sort::Arrange;
use crate::time::DAY_MS;
use alloc::{format, vec::Vec};

impl Compiler<'_, '_, '_> {
    pub(super) fn compile_calendar(&mut self) -> Option<Calendar> {
        let written = self.document.calendar.as_ref()?;
        let hours = written.value.hours.as_ref()?;
        let hours = self.hours(hours);
        if hours.iter().all(Vec::is_empty) {
            let message = "a calendar needs hours on one weekday at least";
            self.reader.report(written.place, "bad_hours", message);
        }
        let holidays = written.value.holidays.parts().iter();
        let mut holidays: Vec<Millis> = holidays.map(|day| day.0).gather();
        holidays.arrange();
        holidays.dedup();
        Some(Calendar {
            utc_offset: written.value.utc_offset.map_or(0, |offset| offset.0),
            hours,
            holidays,
        })
    }

    fn hours(&mut self, hours: &Hours) -> [Vec<(Millis, Millis)>; 7] {
        let days = [
            &hours.monday,
            &hours.tuesday,
            &hours.wednesday,
            &hours.thursday,
            &hours.friday,
            &hours.saturday,
            &hours.sunday,
        ];
        days.map(|day| {
            let Some(day) = day else { return Vec::new() };
            let spans = &day.value.items;
            self.reader
                .check_size(day.place, spans.len(), 0, limits::SPANS);
            for pair in spans.windows(2) {
                if let [one, next] = pair
                    && next.value.0 < one.value.1
                {
                    let message = "this span begins before the one before it ends";
                    let help = "write the spans of a day in order, without overlap";
                    self.reader.advise(next.place, "bad_hours", message, help);
                }
            }
            spans
                .iter()
                .map(|span| (span.value.0, span.value.1))
                .gather()
        })
    }

    /// The milliseconds of a term: in working time a day is the longest day, a week as many of them as have hours.
    pub(super) fn term(
        &mut self,
        term: &At<Term>,
        working: bool,
        calendar: Option<&Calendar>,
    ) -> Millis {
        let Term { elapsed, unit } = term.value;
        let (true, Some(calendar)) = (working, calendar) else {
            return elapsed;
        };
        let totals = calendar.hours.each_ref().map(|spans| {
            let lengths = spans.iter().map(|(from, to)| to - from);
            lengths.sum::<Millis>()
        });
        let day = totals.iter().copied().max().unwrap_or(0);
        let days = totals.iter().filter(|total| **total > 0).count() as i64;
        let within = match unit {
            Unit::Time => elapsed,
            Unit::Day => (elapsed / DAY_MS).saturating_mul(day),
            Unit::Week => (elapsed / (7 * DAY_MS)).saturating_mul(day * days),
        };
        let week: Millis = totals.iter().sum();
        let most = limits::WORKING_WEEKS;
        if within > week.saturating_mul(most) {
            let message = format!("this is more than {most} weeks of the calendar");
            self.reader.report(term.place, "out_of_range", message);
        }
        within
    }
}
