//! Another record's journal, as an input brings it.

use super::input::{Act, Brought, Input, Inputs};
use super::journal;
use crate::limits;
use crate::playbook::Millis;
use crate::playbook::document::read::{Place, Spot};
use crate::problem::Problems;
use crate::sort::Arrange;
use crate::tree::{Entry, Node};
use alloc::{boxed::Box, format, vec::Vec};

/// Another record's journal.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    pub id: Option<Box<str>>,
    pub head: Box<str>,
    pub entries: u32,
    /// What its entries brought with their times, in the order of its timeline.
    pub evidence: Vec<(Millis, Brought)>,
}

impl<'t> Inputs<'_, 't> {
    pub fn merge(&mut self, root: Spot<'t>, entries: &'t [Entry]) -> Option<Merge> {
        let spot = self.evidence.spot(root, entries, "merge")?;
        let fields = self.evidence.reader.object(spot)?;
        self.evidence
            .reader
            .only(spot, fields, &["id", "journal"], &|_| false);
        let id = self.text(spot, fields, "id", limits::TEXT);
        let Some(journal) = self.evidence.spot(spot, fields, "journal") else {
            self.evidence.reader.missing(spot.place, "journal");
            return None;
        };
        let items = self.evidence.reader.list(journal)?;
        self.evidence
            .reader
            .check_size(journal.place, items.len(), 1, limits::ENTRIES_OF_JOURNAL);
        let mut good = Some(());
        let mut before = journal::first();
        let mut parts: Vec<(Millis, u32, &'t Node)> = Vec::new();
        for (index, node) in items.iter().enumerate() {
            let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
            let item = self.evidence.reader.item(journal, index, node);
            match journal::check(node, number, &before) {
                Ok(entry) => {
                    before = entry.hash.into();
                    let input = entry.payload.as_ref().map(|payload| payload.input);
                    let Some(input) = input.filter(|it| it.get("erase").is_none()) else {
                        let message = "this record was erased, and can't be merged";
                        self.evidence.reader.report(item.place, "erased", message);
                        good = None;
                        break;
                    };
                    parts.push((entry.as_of, number, input));
                }
                Err(why) => {
                    self.altered(item.place, why.word());
                    good = None;
                    break;
                }
            }
        }
        good?;
        parts.arrange_by_key(|(as_of, number, _)| (*as_of, *number));
        let mut evidence = Vec::new();
        for (as_of, number, input) in parts {
            match Input::from_tree(self.lifecycle, input) {
                Ok(input) => input.into_evidence(as_of, &mut evidence),
                Err(found) => {
                    let index = number.saturating_sub(1);
                    self.inside(journal, index as usize, items, &found);
                    good = None;
                }
            }
        }
        good?;
        Some(Merge {
            id,
            head: before,
            entries: u32::try_from(items.len()).unwrap_or(u32::MAX),
            evidence,
        })
    }

    fn altered(&mut self, place: Place, why: &str) {
        let message = format!("this entry of the journal is not as it was written (`{why}`)");
        let help = "give the journal as it was, entry by entry";
        self.evidence.reader.advise(place, "altered", message, help);
    }

    /// Reports what doesn't fit the playbook in an entry of the other journal.
    fn inside(&mut self, journal: Spot<'t>, index: usize, items: &'t [Node], found: &Problems) {
        let Some(node) = items.get(index) else { return };
        let item = self.evidence.reader.item(journal, index, node);
        for problem in found.iter() {
            let message = format!("{} (at `{}` of its input)", problem.message, problem.path);
            self.evidence
                .reader
                .advise(item.place, problem.code, message, problem.help.clone());
        }
    }
}

impl Input {
    /// Gives the evidence of an input of another record's journal.
    fn into_evidence(self, as_of: Millis, evidence: &mut Vec<(Millis, Brought)>) {
        match self.act {
            Act::Merge(merge) => evidence.extend(merge.evidence),
            _ => evidence.push((as_of, self.brought)),
        }
    }
}
