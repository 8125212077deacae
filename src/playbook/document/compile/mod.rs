//! From the document to the indexed form; what refers to nothing, or can't be, is reported on the way.

mod attributes;
mod circles;
mod conditions;
mod effects;
mod fields;
mod lifecycle;
mod names;
mod passages;
mod patterns;
mod retention;
mod rules;
mod scores;
mod tests;
mod values;
mod working;

use super::lists::{Map, MapEntry};
use super::read::{At, Place, Reader};
use super::scoring;
use super::shape::Document;
use super::stages;
use super::words::Reference;
use crate::gather::Gather;
use crate::limits;
use crate::playbook::ConditionId;
use crate::playbook::document::definition::{
    Basis, Condition, Definition, Entry, Named, Pattern, Score,
};
use crate::sort::Arrange;
use crate::sorted;
use alloc::{boxed::Box, format, vec, vec::Vec};
pub(super) use rules::Rules;

/// A compiled condition, and how deep it is with everything that it refers to.
#[derive(Clone, Copy)]
struct Built {
    id: ConditionId,
    depth: usize,
}

/// What is compiled when something first refers to it.
#[derive(Clone)]
enum Slot<T> {
    Waiting,
    /// Being compiled: who asks for it now closes a circle, which is reported elsewhere.
    Working,
    Done(Option<T>),
}

/// Which conditions may be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Not `stage`, `time_in_stage`, `gate`.
    Plain,
    /// Not `gate`.
    Gate,
    /// All.
    Move,
}

/// The names of a list with the order in which they are looked up.
type Names<'d, V> = Vec<&'d MapEntry<V>>;

struct Compiler<'d, 'r, 't> {
    document: &'d Document,
    reader: &'r mut Reader<'t>,
    definition: Definition,
    /// Attributes and properties whose type couldn't be read: nothing is said about tests on them.
    unsure: Vec<bool>,
    unsure_properties: Vec<Vec<bool>>,
    pattern_keys: sorted::Map<Pattern, u32>,
    scores: Names<'d, scoring::Score>,
    segments: Names<'d, stages::SegmentForm>,
    stages: Names<'d, stages::Stage>,
    criteria: Names<'d, super::condition::Condition>,
    /// Per score, band names with their thresholds, highest first.
    bands: Vec<Vec<(&'d str, i64)>>,
    score_slots: Vec<Slot<usize>>,
    compiled_scores: Vec<Option<Score>>,
    segment_slots: Vec<Slot<Built>>,
    criterion_slots: Vec<Slot<Built>>,
    icp_slot: Slot<(Vec<Entry>, usize)>,
    persona_slot: Slot<(Vec<Entry>, usize)>,
    ready_slot: Slot<Built>,
    /// Per stage, how deep `enter` and `stay` are.
    gate_depths: Vec<usize>,
}

/// What comes out of a document.
pub(super) struct Compiled {
    /// With the conditions that only the lifecycle asks.
    pub(super) definition: Definition,
    pub(super) rules: Rules,
    /// How many conditions and patterns evaluation needs.
    pub(super) conditions: usize,
    pub(super) patterns: usize,
}

/// Compiles a document. Without problems in the reader, what comes out is a playbook that can be evaluated.
pub(super) fn compile(document: &Document, reader: &mut Reader<'_>) -> Compiled {
    let criteria = document
        .readiness
        .as_ref()
        .and_then(|readiness| readiness.criteria.as_ref());
    let mut compiler = Compiler {
        document,
        reader,
        definition: Definition::default(),
        unsure: Vec::new(),
        unsure_properties: Vec::new(),
        pattern_keys: sorted::Map::new(),
        scores: sorted(document.scores.as_ref()),
        segments: sorted(document.segments.as_ref()),
        stages: sorted(document.stages.as_ref()),
        criteria: sorted(criteria),
        bands: Vec::new(),
        score_slots: Vec::new(),
        compiled_scores: Vec::new(),
        segment_slots: Vec::new(),
        criterion_slots: Vec::new(),
        icp_slot: Slot::Waiting,
        persona_slot: Slot::Waiting,
        ready_slot: Slot::Waiting,
        gate_depths: Vec::new(),
    };
    compiler.run();
    let conditions = compiler.definition.conditions.len();
    let patterns = compiler.definition.patterns.len();
    let rules = compiler.compile_rules();
    compiler.check_size();
    Compiled {
        definition: compiler.definition,
        rules,
        conditions,
        patterns,
    }
}

impl<'d> Compiler<'d, '_, '_> {
    fn run(&mut self) {
        if let Some(name) = &self.document.name {
            self.definition.name = name.0.clone();
        }
        if let Some(version) = self.document.version {
            self.definition.version = u32::try_from(version.0).unwrap_or_default();
        }
        self.score_slots = vec![Slot::Waiting; self.scores.len()];
        self.compiled_scores = vec![None; self.scores.len()];
        self.segment_slots = vec![Slot::Waiting; self.segments.len()];
        self.criterion_slots = vec![Slot::Waiting; self.criteria.len()];
        self.gate_depths = vec![0; self.stages.len()];
        self.compile_sources();
        self.compile_attributes();
        self.compile_signals();
        self.read_bands();
        self.compile_grade();
        self.report_circles();
        self.compile_scores();
        self.compile_profiles();
        self.compile_readiness();
        self.compile_segments();
        self.compile_stages();
        self.compile_transitions();
        self.compile_routes();
    }

    /// Conditions, tests of patterns, and rules that look at events, in all.
    fn check_size(&mut self) {
        let tests = self
            .definition
            .patterns
            .iter()
            .map(|pattern| pattern.tests.len());
        let groups = self
            .definition
            .scores
            .iter()
            .flat_map(|score| &score.groups);
        let rules = groups.flat_map(|group| &group.rules);
        let event_rules = rules
            .filter(|rule| !matches!(rule.basis, Basis::When(_)))
            .count();
        let size = self.definition.conditions.len() + tests.sum::<usize>() + event_rules;
        if size > limits::CONDITIONS {
            let most = limits::CONDITIONS;
            let message = format!("{size} conditions and tests are more than the {most} allowed");
            self.reader.report(self.document.place, "too_many", message);
        }
    }

    fn compile_segments(&mut self) {
        for index in 0..self.segments.len() {
            let built = self.segment(index, 0);
            if let (Some(entry), Some(built)) = (self.segments.get(index), built) {
                let name = entry.key.value.clone();
                self.definition.segments.push(Named {
                    name,
                    when: built.id,
                });
            }
        }
    }

    /// Compiles a segment when it is first asked for.
    fn segment(&mut self, index: usize, level: usize) -> Option<Built> {
        let slot = self.segment_slots.get_mut(index)?;
        match slot {
            Slot::Done(built) => return *built,
            Slot::Working => return None,
            Slot::Waiting => *slot = Slot::Working,
        }
        let entry = *self.segments.get(index)?;
        let condition = entry.value.as_ref().and_then(|segment| segment.0.as_ref());
        let built =
            condition.and_then(|condition| self.condition(condition, Scope::Plain, level + 1));
        if let Some(slot) = self.segment_slots.get_mut(index) {
            *slot = Slot::Done(built);
        }
        built
    }

    /// Adds a condition to the list.
    fn push(&mut self, condition: Condition, depth: usize) -> Built {
        let id = u32::try_from(self.definition.conditions.len()).unwrap_or(u32::MAX);
        self.definition.conditions.push(condition);
        Built { id, depth }
    }

    /// Reports what lies too deep; else gives it back.
    fn within_depth(&mut self, built: Built, place: Place) -> Option<Built> {
        if built.depth <= limits::REFERENCE_DEPTH {
            return Some(built);
        }
        self.report_depth(place);
        None
    }

    fn report_depth(&mut self, place: Place) {
        let most = limits::REFERENCE_DEPTH;
        let message =
            format!("with what it refers to, this condition is more than {most} conditions deep");
        self.reader.report(place, "too_deep", message);
    }

    /// Looks a name up among the sorted entries of a map.
    fn find<V>(
        &mut self,
        names: &[&MapEntry<V>],
        reference: &At<Reference>,
        what: &str,
    ) -> Option<usize> {
        let written = &*reference.value.0;
        match names.binary_search_by(|entry| (*entry.key.value).cmp(written)) {
            Ok(index) => Some(index),
            Err(_) => {
                let names = names.iter().map(|entry| &*entry.key.value);
                self.reader.unknown(reference.place, written, what, names);
                None
            }
        }
    }

    fn find_stage(&mut self, reference: &At<Reference>) -> Option<u16> {
        let stages = core::mem::take(&mut self.stages);
        let found = self.find(&stages, reference, "a stage of this playbook");
        self.stages = stages;
        found.and_then(|index| u16::try_from(index).ok())
    }

    fn find_score(&mut self, place: Place, written: &str) -> Option<usize> {
        let reference = At {
            value: Reference(Box::from(written)),
            place,
        };
        let scores = core::mem::take(&mut self.scores);
        let found = self.find(&scores, &reference, "a score of this playbook");
        self.scores = scores;
        found
    }

    fn find_signal(&mut self, reference: &At<Reference>) -> Option<u16> {
        let written = &*reference.value.0;
        match self.definition.signal(written) {
            Some(index) => Some(index),
            None => {
                let names = self.definition.signals.iter().map(|signal| &*signal.name);
                self.reader
                    .unknown(reference.place, written, "a signal of this playbook", names);
                None
            }
        }
    }
}

/// The entries of a map in the order of their names.
fn sorted<K, V, const LEAST: usize, const MOST: usize>(
    map: Option<&Map<K, V, LEAST, MOST>>,
) -> Names<'_, V> {
    let mut entries: Names<'_, V> = map
        .map(|map| map.entries.iter().gather())
        .unwrap_or_default();
    entries.arrange_by(|a, b| a.key.value.cmp(&b.key.value));
    entries
}

/// Sorted places without repetition.
fn as_set(mut places: Vec<u16>) -> Vec<u16> {
    places.arrange();
    places.dedup();
    places
}
