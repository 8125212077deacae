//! Things that refer to each other in a circle.

use super::Compiler;
use crate::gather::{Gather, Keep};
use crate::playbook::document::condition::{Condition, ConditionFields, ReadinessTest};
use crate::playbook::document::lists::MapEntry;
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::Place;
use crate::sort::Arrange;
use crate::sorted::Set;
use alloc::{format, string::String, vec, vec::Vec};

/// What may refer and be referred to.
struct Thing {
    what: &'static str,
    name: String,
    place: Place,
    refers_to: Set<usize>,
}

/// Where each kind of thing begins in the list of all.
#[derive(Clone, Copy)]
struct Starts {
    scores: usize,
    criteria: usize,
    icp: usize,
    persona: usize,
    ready: usize,
}

impl Compiler<'_, '_, '_> {
    /// Reports every circle once, at the first thing in it.
    pub(super) fn report_circles(&mut self) {
        let things = self.things();
        let mut in_circle = vec![true; things.len()];
        peel(&things, &mut in_circle);
        let mut order: Vec<usize> = (0..things.len())
            .filter(|thing| in_circle.get(*thing) == Some(&true))
            .gather();
        order.arrange_by_key(|thing| {
            things
                .get(*thing)
                .map(|thing| self.reader.order(thing.place))
        });
        let mut reported = vec![false; things.len()];
        for start in order {
            if reported.get(start) != Some(&false) {
                continue;
            }
            let Some(circle) = shortest_circle(&things, start) else {
                continue;
            };
            let mut names = Vec::new();
            for thing in &circle {
                if let Some(slot) = reported.get_mut(*thing) {
                    *slot = true;
                }
                names.keep(
                    things
                        .get(*thing)
                        .map(|thing| format!("{} `{}`", thing.what, thing.name)),
                );
            }
            names.keep(names.first().cloned());
            if let Some(thing) = things.get(start) {
                let message = format!(
                    "these refer to each other in a circle: {}",
                    names.join(" → ")
                );
                self.reader.report(thing.place, "cycle", message);
            }
        }
    }

    fn things(&self) -> Vec<Thing> {
        let document = self.document;
        let starts = Starts {
            scores: self.segments.len(),
            criteria: self.segments.len() + self.scores.len(),
            icp: self.segments.len() + self.scores.len() + self.criteria.len(),
            persona: self.segments.len() + self.scores.len() + self.criteria.len() + 1,
            ready: self.segments.len() + self.scores.len() + self.criteria.len() + 2,
        };
        let mut things = Vec::new();
        let mut add = |what, name: &str, place, conditions: Vec<&Condition>| {
            let mut refers_to = Set::new();
            for condition in conditions {
                self.references(&condition.0, starts, &mut refers_to);
            }
            things.push(Thing {
                what,
                name: String::from(name),
                place,
                refers_to,
            });
        };
        for entry in &self.segments {
            let when = entry.value.as_ref().and_then(|segment| segment.0.as_ref());
            add(
                "segment",
                &entry.key.value,
                entry.key.place,
                Vec::from_iter(when),
            );
        }
        for entry in &self.scores {
            let groups = entry.value.iter().filter_map(|score| score.groups.as_ref());
            let rules = groups
                .flat_map(|groups| &groups.items)
                .filter_map(|group| group.rules.as_ref());
            let conditions = rules
                .flat_map(|rules| &rules.items)
                .filter_map(|rule| rule.when.as_ref())
                .gather();
            add("score", &entry.key.value, entry.key.place, conditions);
        }
        for entry in &self.criteria {
            add(
                "criterion",
                &entry.key.value,
                entry.key.place,
                Vec::from_iter(&entry.value),
            );
        }
        let icp = document.icp.parts().iter();
        let place = document
            .icp
            .as_ref()
            .map_or(document.place, |list| list.place);
        add(
            "list",
            "icp",
            place,
            icp.filter_map(|tier| tier.when.as_ref()).gather(),
        );
        let personas = document.personas.parts().iter();
        let place = document
            .personas
            .as_ref()
            .map_or(document.place, |list| list.place);
        add(
            "list",
            "personas",
            place,
            personas
                .filter_map(|persona| persona.when.as_ref())
                .gather(),
        );
        let place = document
            .readiness
            .as_ref()
            .map_or(document.place, |readiness| readiness.place);
        things.push(Thing {
            what: "whole",
            name: String::from("readiness"),
            place,
            refers_to: (starts.criteria..starts.icp).collect(),
        });
        things
    }

    fn references(&self, fields: &ConditionFields, starts: Starts, out: &mut Set<usize>) {
        let at_least = fields
            .at_least
            .as_ref()
            .and_then(|at_least| at_least.of.as_ref());
        for list in [
            fields.all.as_ref(),
            fields.any.as_ref(),
            fields.none.as_ref(),
            at_least,
        ] {
            for condition in list.parts() {
                self.references(&condition.0, starts, out);
            }
        }
        let segments = fields.segment.parts().iter();
        out.extend(segments.filter_map(|name| place(&self.segments, &name.value.0)));
        let scored = fields.score.parts().iter().map(|entry| &*entry.key.value);
        let banded = fields.band.parts().iter().map(|entry| &*entry.key.value);
        let named = scored
            .chain(banded)
            .filter_map(|name| place(&self.scores, name));
        out.extend(named.map(|score| starts.scores + score));
        if let (true, Some((first, second))) = (fields.grade.is_some(), self.definition.grade) {
            out.extend([first, second].map(|score| starts.scores + usize::from(score)));
        }
        out.extend(fields.icp.as_ref().map(|_| starts.icp));
        out.extend(fields.persona.as_ref().map(|_| starts.persona));
        match &fields.readiness {
            Some(ReadinessTest::Criteria(names)) => {
                let named = names
                    .items
                    .iter()
                    .filter_map(|name| place(&self.criteria, &name.value.0));
                out.extend(named.map(|criterion| starts.criteria + criterion));
            }
            Some(_) => {
                out.insert(starts.ready);
            }
            None => {}
        }
    }
}

fn place<V>(entries: &[&MapEntry<V>], name: &str) -> Option<usize> {
    entries
        .binary_search_by(|entry| (*entry.key.value).cmp(name))
        .ok()
}

/// Leaves out what refers to nothing that is left, again and again.
fn peel(things: &[Thing], left: &mut [bool]) {
    let mut open: Vec<usize> = things.iter().map(|thing| thing.refers_to.len()).gather();
    let mut asked_by: Vec<Vec<usize>> = vec![Vec::new(); things.len()];
    for (asker, thing) in things.iter().enumerate() {
        for asked in &thing.refers_to {
            if let Some(list) = asked_by.get_mut(*asked) {
                list.push(asker);
            }
        }
    }
    let mut free: Vec<usize> = open
        .iter()
        .zip(0..)
        .filter(|(open, _)| **open == 0)
        .map(|(_, thing)| thing)
        .gather();
    while let Some(thing) = free.pop() {
        if let Some(slot) = left.get_mut(thing) {
            *slot = false;
        }
        for asker in asked_by.get(thing).into_iter().flatten() {
            if let Some(open) = open.get_mut(*asker) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    free.push(*asker);
                }
            }
        }
    }
}

/// The shortest way from a thing back to itself, which begins with it.
fn shortest_circle(things: &[Thing], start: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; things.len()];
    let mut line = Vec::from([start]);
    let mut next = 0;
    while let Some(thing) = line.get(next).copied() {
        next += 1;
        for asked in &things.get(thing)?.refers_to {
            if *asked == start {
                let mut circle = Vec::from([thing]);
                let mut at = thing;
                while let Some(Some(before)) = came_from.get(at) {
                    circle.push(*before);
                    at = *before;
                }
                circle.reverse();
                return Some(circle);
            }
            if let Some(slot @ None) = came_from.get_mut(*asked) {
                *slot = Some(thing);
                line.push(*asked);
            }
        }
    }
    None
}
