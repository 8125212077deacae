//! The shell for records: inputs, journals and records as JSON text.

use super::told::problems;
use crate::evaluate::{Extent, evaluate_json};
use crate::json::Writer;
use crate::lifecycle::{
    Cohort, Funnel, Input, Kept, Lifecycle, Record, Restored, duplicates, replay, verify,
    verify_head,
};
use crate::playbook::Millis;
use crate::problem::Problems;
use alloc::{string::String, sync::Arc, vec::Vec};
use wasm_bindgen::prelude::*;

/// What is known of a journal, as JSON text.
#[wasm_bindgen]
pub fn verify_journal(journal: &str, head: Option<String>) -> String {
    let verdict = match head {
        Some(head) => verify_head(journal, &head),
        None => verify(journal),
    };
    verdict.to_json()
}

/// A playbook that moves records.
#[wasm_bindgen]
pub struct Rules {
    lifecycle: Arc<Lifecycle>,
}

/// One record.
#[wasm_bindgen]
pub struct Held {
    record: Arc<Record>,
    differences: Vec<u32>,
    same: Option<bool>,
}

/// Records among which duplicates are looked for.
#[wasm_bindgen]
#[derive(Default)]
pub struct Pile {
    records: Vec<Arc<Record>>,
}

/// Records whose way through the stages is counted.
#[wasm_bindgen]
pub struct Count {
    funnel: Funnel,
}

fn told(found: Problems) -> String {
    problems(found.iter())
}

/// An instant that may be left out.
fn given(as_of: f64) -> Option<Millis> {
    (!as_of.is_nan()).then_some(as_of as Millis)
}

#[wasm_bindgen]
impl Rules {
    /// Loads a playbook document.
    ///
    /// # Errors
    /// The problems as JSON text, as everywhere here.
    pub fn parse(text: &str) -> Result<Rules, String> {
        let lifecycle = Lifecycle::parse(text).map_err(told)?;
        Ok(Self {
            lifecycle: Arc::new(lifecycle),
        })
    }

    /// Name, version and digest, one a line.
    pub fn title(&self) -> String {
        let playbook = self.lifecycle.playbook();
        let mut title = String::from(playbook.name());
        title.push('\n');
        crate::decimal::write_integer(&mut title, i64::from(playbook.version()));
        title.push('\n');
        title.push_str(&playbook.digest());
        title
    }

    /// A record without entries.
    pub fn record(&self, id: Option<String>) -> Held {
        Held::new(Record::new(self.lifecycle.clone(), id.as_deref()))
    }

    /// A record as it was kept.
    pub fn restore(&self, kept: &str) -> Result<Held, String> {
        let restored = Kept::parse(kept).and_then(|kept| kept.restore(self.lifecycle.clone()));
        let Restored {
            record,
            differences,
            same,
        } = restored.map_err(told)?;
        Ok(Held {
            differences,
            same,
            ..Held::new(record)
        })
    }

    /// Counts records of a cohort; instants that are not numbers stand for none.
    pub fn count(&self, stage: Option<String>, from: f64, to: f64) -> Result<Count, String> {
        let cohort = Cohort {
            stage: stage.map(String::into_boxed_str),
            from: given(from),
            to: given(to),
        };
        cohort.check(&self.lifecycle).map_err(told)?;
        Ok(Count {
            funnel: Funnel::new(self.lifecycle.clone(), cohort),
        })
    }

    /// A record made again from its journal.
    pub fn replay(&self, id: Option<String>, journal: &str) -> Result<Held, String> {
        let made = replay(self.lifecycle.clone(), id.as_deref(), journal).map_err(told)?;
        Ok(Held {
            differences: made.differences,
            ..Held::new(made.record)
        })
    }
}

impl Held {
    fn new(record: Record) -> Self {
        Self {
            record: Arc::new(record),
            differences: Vec::new(),
            same: None,
        }
    }

    fn take(&mut self, input: &Input, as_of: Option<Millis>) -> Result<String, String> {
        let as_of = input.judged_at(as_of).map_err(told)?;
        Ok(Arc::make_mut(&mut self.record)
            .advance(input, as_of)
            .to_json())
    }
}

#[wasm_bindgen]
impl Held {
    /// Its id, if it has one.
    pub fn id(&self) -> Option<String> {
        self.record.id().map(String::from)
    }

    /// The answer to an input; an instant that is not a number stands for the input's own.
    pub fn advance(&mut self, input: &str, as_of: f64) -> Result<String, String> {
        let input = Input::parse(self.record.lifecycle(), input).map_err(told)?;
        self.take(&input, given(as_of))
    }

    /// The answer to a merge.
    pub fn merge(&mut self, other: &Held, as_of: f64) -> Result<String, String> {
        let input = Input::merge(self.record.lifecycle(), &other.record).map_err(told)?;
        self.take(&input, given(as_of))
    }

    /// How it stands.
    pub fn state(&self) -> String {
        self.record.to_json()
    }

    /// One entry a line.
    pub fn journal(&self) -> String {
        self.record.journal()
    }

    /// What a host keeps.
    pub fn kept(&self) -> String {
        self.record.to_kept()
    }

    /// Everything that there is to tell about it.
    pub fn explain(&self, as_of: f64) -> String {
        self.record.explain(as_of as Millis)
    }

    /// Everything that is held on it, for the person that it is about.
    pub fn export(&self, as_of: f64) -> String {
        self.record.export(as_of as Millis)
    }

    /// The explained decision on it.
    pub fn decide(&self, as_of: f64) -> String {
        let playbook = self.record.lifecycle().playbook();
        let evidence = self.record.evidence();
        evaluate_json(playbook, &evidence, as_of as Millis, Extent::Explained)
    }

    /// How it came out of its journal: `{ "differences", "same" }`.
    pub fn outcome(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("differences").open('[');
        for number in &self.differences {
            w.item().integer(i64::from(*number));
        }
        w.close(']');
        match self.same {
            Some(same) => w.key("same").boolean(same),
            None => w.key("same").null(),
        }
        w.close('}');
        text
    }
}

#[wasm_bindgen]
impl Pile {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a record on it.
    pub fn add(&mut self, record: &Held) {
        self.records.push(record.record.clone());
    }

    /// Those of the same person, and of the same company.
    pub fn duplicates(&self) -> String {
        duplicates(self.records.iter().map(|record| &**record)).to_json()
    }
}

#[wasm_bindgen]
impl Count {
    /// Counts a record as it was kept.
    pub fn add(&mut self, kept: &str) -> Result<(), String> {
        let kept = Kept::parse(kept).map_err(told)?;
        self.funnel.add(&kept).map_err(told)
    }

    /// What was counted.
    pub fn counted(&self) -> String {
        self.funnel.to_json()
    }
}
