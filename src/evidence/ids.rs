//! The ids of events that have come in.

use crate::sort::sort;
use alloc::{boxed::Box, vec, vec::Vec};

/// So many ids are put in order one by one; more are merged now and then.
const FEW: usize = 32;

/// Ids with the places of their events: sorted runs, each more than twice as long as the next, but for the last.
///
/// A search takes about log² steps, and so does adding, on average.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    runs: Vec<Vec<(Box<str>, u32)>>,
}

impl Ids {
    pub fn clear(&mut self) {
        self.runs.clear();
    }

    /// Adds an id; `false` if it is there already.
    pub fn add(&mut self, id: &str, place: u32) -> bool {
        let mut end = 0;
        for run in &self.runs {
            match run.binary_search_by(|(other, _)| (**other).cmp(id)) {
                Ok(_) => return false,
                Err(at) => end = at,
            }
        }
        let added = (Box::from(id), place);
        match self.runs.last_mut() {
            Some(run) if run.len() < FEW => run.insert(end, added),
            _ => {
                self.merge();
                self.runs.push(vec![added]);
            }
        }
        true
    }

    fn merge(&mut self) {
        let Some(mut last) = self.runs.pop() else {
            return;
        };
        while let Some(mut before) = self.runs.pop_if(|before| before.len() <= 2 * last.len()) {
            last.append(&mut before);
        }
        sort(&mut last);
        self.runs.push(last);
    }

    /// The id of an event.
    pub fn of(&self, place: u32) -> Option<&str> {
        let mut all = self.runs.iter().flatten();
        all.find(|(_, at)| *at == place).map(|(id, _)| &**id)
    }
}
