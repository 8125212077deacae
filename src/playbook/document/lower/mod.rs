//! From a definition to the tables that are evaluated.

mod kinds;
mod models;

use super::definition::{
    Basis, Condition, Curve, Decay, Definition, Entry, Group, Kind, Named, Rule, Score, Stage, Test,
};
use crate::gather::Gather;
use crate::limits;
use crate::playbook::{ConditionId, Playbook, Row, basis, curve, kind, op, test};
use crate::sorted::Map;
use alloc::{boxed::Box, vec::Vec};

pub(crate) use models::write_value;

/// Makes the tables of a definition without problems, of so many of its conditions and patterns.
pub(super) fn lower(definition: &Definition, conditions: usize, patterns: usize) -> Playbook {
    let mut lowering = Lowering::default();
    lowering.word(&definition.name);
    lowering.terms_of(definition);
    lowering.tests_and_patterns(definition, patterns);
    for condition in definition.conditions.iter().take(conditions) {
        let condition = lowering.condition(condition);
        lowering.to.conditions.push(condition);
    }
    for score in &definition.scores {
        lowering.score(score);
    }
    lowering.lists(definition);
    for transition in &definition.transitions {
        lowering.to.transitions.push(cells(&[
            bits(&transition.from),
            i64::from(transition.to),
            after(transition.when),
        ]));
    }
    for stage in &definition.stages {
        lowering.stage(stage);
    }
    lowering.models(definition);
    kinds::add(lowering.to).derived()
}

#[derive(Default)]
struct Lowering {
    to: Playbook,
    words: Map<Box<str>, i64>,
    lists: Map<Vec<i64>, i64>,
    terms: Map<Row, i64>,
    tests: Map<Row, i64>,
}

/// A row that begins with these numbers.
fn cells(numbers: &[i64]) -> Row {
    let mut row = [0; 8];
    for (cell, number) in row.iter_mut().zip(numbers) {
        *cell = *number;
    }
    row
}

/// The place of a condition and one, 0 for none.
fn after(when: Option<ConditionId>) -> i64 {
    when.map_or(0, |when| i64::from(when) + 1)
}

fn bits(places: &[u16]) -> i64 {
    places
        .iter()
        .fold(0, |bits, place| bits | 1 << (place & 63))
}

fn length(list: &[impl Sized]) -> i64 {
    list.len() as i64
}

impl Lowering {
    fn word(&mut self, word: &str) -> i64 {
        let starts = &mut self.to.starts;
        if starts.is_empty() {
            starts.push(0);
        }
        let next = length(starts) - 1;
        let place = *self.words.entry(word.into()).or_insert(next);
        if place == next {
            self.to.text.push_str(word);
            starts.push(self.to.text.len() as i64);
        }
        place
    }

    /// Where a list of numbers starts; equal ones are kept once.
    fn list(&mut self, list: Vec<i64>) -> i64 {
        let next = length(&self.to.numbers);
        if list.is_empty() {
            return 0;
        }
        if let Some(start) = self.lists.get(&list) {
            return *start;
        }
        self.to.numbers.extend(&list);
        self.lists.insert(list, next);
        next
    }

    fn places(&mut self, list: &[u16]) -> i64 {
        self.list(list.iter().map(|place| i64::from(*place)).gather())
    }

    /// Sources, asserters, attributes, signals.
    fn terms_of(&mut self, definition: &Definition) {
        for source in &definition.sources {
            let row = cells(&[self.word(source)]);
            self.to.sources.push(row);
        }
        for asserter in &definition.asserters {
            let row = cells(&[self.word(asserter)]);
            self.to.asserters.push(row);
        }
        for attribute in &definition.attributes {
            let [what, a, b] = self.kind(&attribute.kind);
            let by = &attribute.asserted_by;
            let row = [
                self.word(&attribute.name),
                what,
                a,
                b,
                self.places(by),
                length(by),
            ];
            self.to.attributes.push(cells(&row));
        }
        for signal in &definition.signals {
            let first = length(&self.to.properties);
            for property in &signal.properties {
                let [what, a, b] = self.kind(&property.kind);
                let row = cells(&[self.word(&property.name), what, a, b]);
                self.to.properties.push(row);
            }
            let row = cells(&[self.word(&signal.name), first, length(&signal.properties)]);
            self.to.signals.push(row);
        }
    }

    /// Open ends of numbers take the least room.
    fn kind(&mut self, kind: &Kind) -> [i64; 3] {
        let open = |end: i64, bound: i64, open: i64| if end == bound { open } else { end };
        let mut options = |what: i64, options: &[Box<str>]| {
            let words = options.iter().map(|option| self.word(option)).gather();
            [what, self.list(words), length(options)]
        };
        match kind {
            Kind::Boolean => [kind::BOOLEAN, 0, 0],
            Kind::Number { min, max, whole } => [
                if *whole { kind::WHOLE } else { kind::NUMBER },
                open(*min, -limits::NUMBER_MICRO, i64::MIN),
                open(*max, limits::NUMBER_MICRO, i64::MAX),
            ],
            Kind::Text => [kind::TEXT, 0, 0],
            Kind::Choice(list) => options(kind::CHOICE, list),
            Kind::Choices(list) => options(kind::CHOICES, list),
            Kind::Date => [kind::DATE, 0, 0],
        }
    }

    /// The patterns with their tests.
    fn tests_and_patterns(&mut self, definition: &Definition, count: usize) {
        for pattern in definition.patterns.iter().take(count) {
            let mut pairs = Vec::new();
            for (property, test) in &pattern.tests {
                pairs.extend([i64::from(*property), self.test(test)]);
            }
            let start = self.list(pairs);
            let row = cells(&[i64::from(pattern.signal), start, length(&pattern.tests)]);
            self.to.patterns.push(row);
        }
    }

    /// The place of a test; equal ones are kept once.
    fn test(&mut self, test: &Test) -> i64 {
        let row = match test {
            Test::Known(wanted) => cells(&[test::KNOWN, i64::from(*wanted)]),
            Test::Boolean([no, yes]) => {
                cells(&[test::BOOLEAN, i64::from(*no) + 2 * i64::from(*yes)])
            }
            Test::Number(intervals) => {
                let (start, count) = self.intervals(intervals);
                cells(&[test::NUMBER, start, count])
            }
            Test::Date {
                intervals,
                within,
                ahead,
            } => {
                let (start, count) = self.intervals(intervals);
                let (within, ahead) = (within.unwrap_or(0), ahead.unwrap_or(0));
                cells(&[test::DATE, start, count, within, ahead])
            }
            Test::Choice(options) => cells(&[test::CHOICE, self.places(options), length(options)]),
            Test::Choices { any, all, none } => {
                let mut row = cells(&[test::CHOICES]);
                let mut list = Vec::new();
                for (place, part) in [any, all, none].into_iter().enumerate() {
                    if let Some(part) = part {
                        list.extend(part.iter().map(|option| i64::from(*option)));
                        row[5] |= 1 << place;
                    }
                }
                let count = |part: &Option<Vec<u16>>| part.as_ref().map_or(0, |part| length(part));
                (row[2], row[3], row[4]) = (count(any), count(all), count(none));
                row[1] = self.list(list);
                row
            }
            Test::Text {
                equals,
                contains,
                starts_with,
                glob,
            } => {
                let mut list = Vec::new();
                for word in [equals, contains, starts_with, glob].into_iter().flatten() {
                    list.push(self.word(word));
                }
                let start = self.list(list);
                cells(&[
                    test::TEXT,
                    start,
                    length(equals),
                    length(contains),
                    length(starts_with),
                    length(glob),
                ])
            }
        };
        let next = length(&self.to.tests);
        let place = *self.tests.entry(row).or_insert(next);
        if place == next {
            self.to.tests.push(row);
        }
        place
    }

    fn intervals(&mut self, intervals: &[(i64, i64)]) -> (i64, i64) {
        let list: Vec<i64> = intervals
            .iter()
            .flat_map(|(from, to)| [*from, *to])
            .gather();
        let count = length(&list);
        (self.list(list), count)
    }

    fn condition(&mut self, condition: &Condition) -> Row {
        let mut parts = |what: i64, parts: &[ConditionId]| {
            let start = self.list(parts.iter().map(|part| i64::from(*part)).gather());
            cells(&[what, start, length(parts)])
        };
        match condition {
            Condition::All(list) => parts(op::ALL, list),
            Condition::Any(list) => parts(op::ANY, list),
            Condition::None(list) => parts(op::NONE, list),
            Condition::AtLeast(count, list) => {
                let mut row = parts(op::AT_LEAST, list);
                row[3] = i64::from(*count);
                row
            }
            Condition::Fact(attribute, test) => {
                cells(&[op::FACT, i64::from(*attribute), self.test(test)])
            }
            Condition::Count {
                pattern,
                from,
                to,
                within,
            } => cells(&[
                op::COUNT,
                i64::from(*pattern),
                i64::from(*from),
                i64::from(*to),
                within.unwrap_or(0),
            ]),
            Condition::Sequence(patterns, within) => {
                let start = self.list(patterns.iter().map(|it| i64::from(*it)).gather());
                let within = within.unwrap_or(0);
                cells(&[op::SEQUENCE, start, length(patterns), within])
            }
            Condition::Score(score, from, to) => cells(&[op::SCORE, i64::from(*score), *from, *to]),
            Condition::Band(score, bands) => cells(&[op::BAND, i64::from(*score), bits(bands)]),
            Condition::Grade(pairs) => {
                let pair = |(row, column): &(u16, u16)| i64::from(*row) * 32 + i64::from(*column);
                let start = self.list(pairs.iter().map(pair).gather());
                cells(&[op::GRADE, start, length(pairs)])
            }
            Condition::Icp(names) => cells(&[op::ICP, bits(names)]),
            Condition::Persona(names) => cells(&[op::PERSONA, bits(names)]),
            Condition::Criteria(from, to) => {
                cells(&[op::CRITERIA, i64::from(*from), i64::from(*to)])
            }
            Condition::Gate(stages) => cells(&[op::GATE, bits(stages)]),
            Condition::Stage(stages) => cells(&[op::STAGE, bits(stages)]),
            Condition::TimeInStage(from, to) => cells(&[op::TIME_IN_STAGE, *from, *to]),
        }
    }

    fn score(&mut self, score: &Score) {
        let first = length(&self.to.groups);
        for group in &score.groups {
            // Rules of one group lie one after the other, so groups must be whole before the next begins.
            self.group(group);
        }
        let bands = length(&self.to.bands);
        for (name, threshold) in &score.bands {
            let band = cells(&[self.word(name), *threshold]);
            self.to.bands.push(band);
        }
        let row = cells(&[
            self.word(&score.name),
            first,
            length(&score.groups),
            score.clamp.at_least,
            score.clamp.at_most,
            bands,
            length(&score.bands),
        ]);
        self.to.scores.push(row);
    }

    fn group(&mut self, group: &Group) {
        let first = length(&self.to.rules);
        for rule in &group.rules {
            let rule = self.rule(rule);
            self.to.rules.push(rule);
        }
        let row = cells(&[
            self.word(&group.name),
            first,
            length(&group.rules),
            group.clamp.at_least,
            group.clamp.at_most,
        ]);
        self.to.groups.push(row);
    }

    fn rule(&mut self, rule: &Rule) -> Row {
        let (what, target, terms) = match &rule.basis {
            Basis::When(condition) => (basis::WHEN, *condition, 0),
            Basis::Events {
                pattern,
                within,
                cooldown,
                per_period,
                decay,
            } => {
                let (points, period) = per_period.unwrap_or((0, 0));
                let terms = [*within, *cooldown].map(|ms| ms.unwrap_or(0));
                (
                    basis::EVENTS,
                    *pattern,
                    self.terms([terms[0], terms[1], points, period], *decay),
                )
            }
            Basis::Counting {
                pattern,
                from,
                to,
                within,
                decay,
            } => {
                let terms = [within.unwrap_or(0), i64::from(*from), i64::from(*to), 0];
                (basis::COUNTING, *pattern, self.terms(terms, *decay))
            }
        };
        cells(&[
            what,
            i64::from(target),
            rule.points,
            rule.clamp.at_least,
            rule.clamp.at_most,
            terms,
        ])
    }

    /// The place of a rule's terms; equal ones are kept once.
    fn terms(&mut self, [within, cooldown, points, period]: [i64; 4], decay: Option<Decay>) -> i64 {
        let expires = decay.and_then(|decay| decay.expires_after).unwrap_or(0);
        let (shape, percent, every) = match decay.map(|decay| decay.curve) {
            None | Some(Curve::Flat) => (curve::FLAT, 0, 0),
            Some(Curve::HalfLife(half)) => (curve::HALF_LIFE, 0, half),
            Some(Curve::Linear(percent, every)) => (curve::LINEAR, percent, every),
            Some(Curve::Compound(percent, every)) => (curve::COMPOUND, percent, every),
        };
        let shape = shape * 256 + i64::from(percent);
        let row = cells(&[within, cooldown, points, period, shape, every, expires]);
        let next = length(&self.to.terms);
        let place = *self.terms.entry(row).or_insert(next);
        if place == next {
            self.to.terms.push(row);
        }
        place
    }

    fn lists(&mut self, definition: &Definition) {
        let readiness = definition.readiness.as_ref();
        let criteria = readiness.map_or(&[][..], |readiness| &readiness.criteria);
        let icp = self.entries(&definition.icp);
        let personas = self.entries(&definition.personas);
        let criteria = self.named(criteria);
        let segments = self.named(&definition.segments);
        let routes = self.entries(&definition.routes);
        let framework = readiness.map_or(0, |it| self.word(&it.framework) + 1);
        let score = |place: Option<u16>| place.map_or(0, |place| i64::from(place) + 1);
        let lists = [icp, personas, criteria, segments];
        self.to.lists = cells(lists.as_flattened());
        self.to.more = cells(&[
            routes[0],
            routes[1],
            readiness.map_or(0, |it| i64::from(it.at_least)),
            framework,
            score(definition.initial),
            score(definition.grade.map(|(one, _)| one)),
            score(definition.grade.map(|(_, other)| other)),
            i64::from(definition.version),
        ]);
    }

    fn entries(&mut self, entries: &[Entry]) -> [i64; 2] {
        let start = length(&self.to.entries);
        for entry in entries {
            let row = cells(&[self.word(&entry.name), after(entry.when)]);
            self.to.entries.push(row);
        }
        [start, length(entries)]
    }

    fn named(&mut self, entries: &[Named]) -> [i64; 2] {
        let start = length(&self.to.entries);
        for entry in entries {
            let row = cells(&[self.word(&entry.name), after(Some(entry.when))]);
            self.to.entries.push(row);
        }
        [start, length(entries)]
    }

    fn stage(&mut self, stage: &Stage) {
        let row = cells(&[
            self.word(&stage.name),
            after(stage.enter),
            after(stage.stay),
            after(stage.exit),
        ]);
        self.to.stages.push(row);
    }
}
