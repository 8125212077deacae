//! Scores, their rules, and the grade.

use super::{Compiler, Slot};
use crate::gather::{Gather, Keep};
use crate::playbook::document::amounts::Points;
use crate::playbook::document::definition::{Basis, Clamp, Curve, Decay, Group, Rule, Score};
use crate::playbook::document::lists::Parts;
use crate::playbook::document::read::{At, Place};
use crate::playbook::document::scoring;
use crate::sort::Arrange;
use alloc::{format, vec::Vec};

/// What compiling a score keeps along the way.
struct Depth {
    level: usize,
    deepest: usize,
}

impl<'d> Compiler<'d, '_, '_> {
    /// The bands of every score, highest threshold first.
    pub(super) fn read_bands(&mut self) {
        for entry in self.scores.clone() {
            let bands = entry.value.as_ref();
            let bands = bands.map_or(&[][..], |score| score.bands.parts());
            let mut list: Vec<(&'d str, i64)> = Vec::new();
            for band in bands {
                let Some(points) = &band.value else { continue };
                if let Some((other, _)) = list
                    .iter()
                    .find(|(_, threshold)| *threshold == points.value.0)
                {
                    let message = format!(
                        "the bands `{other}` and `{}` begin at the same points",
                        band.key.value
                    );
                    self.reader.report(points.place, "conflict", message);
                }
                list.push((&*band.key.value, points.value.0));
            }
            list.arrange_by_key(|(_, threshold)| core::cmp::Reverse(*threshold));
            self.bands.push(list);
        }
    }

    /// Whether some band couldn't be read, so that nothing should be said about names of bands.
    pub(super) fn bands_unsure(&self, score: usize) -> bool {
        match self.scores.get(score).map(|entry| &entry.value) {
            Some(Some(score)) => match &score.bands {
                Some(bands) => bands.entries.iter().any(|band| band.value.is_none()),
                None => score.has("bands"),
            },
            _ => true,
        }
    }

    pub(super) fn compile_grade(&mut self) {
        let Some(of) = self
            .document
            .grade
            .as_ref()
            .and_then(|grade| grade.of.as_ref())
        else {
            return;
        };
        if of.written != 2 && of.written != 0 {
            self.reader
                .report(of.place, "out_of_range", "a grade is of exactly two scores");
        }
        let mut found = Vec::new();
        for name in &of.items {
            let Some(score) = self.find_score(name.place, &name.value.0) else {
                continue;
            };
            let without =
                self.bands.get(score).is_none_or(Vec::is_empty) && !self.bands_unsure(score);
            if without {
                let message = format!("the score `{}` has no bands", name.value.0);
                self.reader
                    .advise(name.place, "missing_field", message, "give it `bands`");
            }
            found.keep(u16::try_from(score).ok());
        }
        if let [first, second] = found.as_slice() {
            self.definition.grade = Some((*first, *second));
        }
    }

    pub(super) fn compile_scores(&mut self) {
        for index in 0..self.scores.len() {
            self.score_depth(index, 0);
        }
        let scores = core::mem::take(&mut self.compiled_scores);
        self.definition.scores = scores.into_iter().flatten().gather();
    }

    /// Compiles a score when it is first asked for; gives how deep it is.
    pub(super) fn score_depth(&mut self, index: usize, level: usize) -> Option<usize> {
        let slot = self.score_slots.get_mut(index)?;
        if let Slot::Done(done) = slot {
            return *done;
        }
        if !slot.begin() {
            return None;
        }
        let entry = *self.scores.get(index)?;
        let compiled = entry
            .value
            .as_ref()
            .and_then(|score| self.score(index, entry.key.value.clone(), score, level));
        let depth = compiled.as_ref().map(|(_, depth)| *depth);
        if let Some(slot) = self.score_slots.get_mut(index) {
            *slot = Slot::Done(depth);
        }
        if let (Some(place), Some((score, _))) = (self.compiled_scores.get_mut(index), compiled) {
            *place = Some(score);
        }
        depth
    }

    fn score(
        &mut self,
        index: usize,
        name: alloc::boxed::Box<str>,
        score: &'d scoring::Score,
        level: usize,
    ) -> Option<(Score, usize)> {
        let list = score.groups.parts();
        let names: Vec<(&str, Place)> = (list.iter())
            .filter_map(|group| group.name.as_ref().map(|name| (&*name.value.0, name.place)))
            .gather();
        self.report_twins(&names, "group");
        let mut depth = Depth { level, deepest: 0 };
        let mut groups = Vec::new();
        for group in list {
            groups.keep(self.group(group, &mut depth));
        }
        let clamp = self.clamp(score.place, score.at_least.as_ref(), score.at_most.as_ref());
        let bands = self
            .bands
            .get(index)?
            .iter()
            .map(|(name, from)| ((*name).into(), *from))
            .gather();
        let score = Score {
            name,
            groups,
            clamp,
            bands,
        };
        // The score itself counts as well.
        Some((score, depth.deepest + 1))
    }

    /// The caps; reports a pair that leaves nothing.
    fn clamp(
        &mut self,
        place: Place,
        at_least: Option<&At<Points>>,
        at_most: Option<&At<Points>>,
    ) -> Clamp {
        let clamp = Clamp {
            at_least: at_least.map_or(i64::MIN, |points| points.value.0),
            at_most: at_most.map_or(i64::MAX, |points| points.value.0),
        };
        if clamp.at_least > clamp.at_most {
            self.reader
                .report(place, "empty_range", "`at_most` is below `at_least`");
        }
        clamp
    }

    fn group(&mut self, group: &'d scoring::Group, depth: &mut Depth) -> Option<Group> {
        let decay = group.decay.as_ref().and_then(|decay| self.decay(decay));
        let mut rules = Vec::new();
        for rule in group.rules.parts() {
            rules.keep(self.rule(rule, decay, depth));
        }
        let clamp = self.clamp(group.place, group.at_least.as_ref(), group.at_most.as_ref());
        Some(Group {
            name: group.name.as_ref()?.value.0.clone(),
            rules,
            clamp,
        })
    }

    fn rule(
        &mut self,
        rule: &'d scoring::Rule,
        decay: Option<Decay>,
        depth: &mut Depth,
    ) -> Option<Rule> {
        let clamp = self.clamp(rule.place, rule.at_least.as_ref(), rule.at_most.as_ref());
        let leaves_some = clamp.at_least <= clamp.at_most;
        if let Some(at_most) = &rule.at_most
            && at_most.value.0 < 0
            && leaves_some
        {
            self.reader.report(
                at_most.place,
                "out_of_range",
                "`at_most` of a rule is at least 0",
            );
        }
        if let Some(at_least) = &rule.at_least
            && at_least.value.0 > 0
            && leaves_some
        {
            self.reader.report(
                at_least.place,
                "out_of_range",
                "`at_least` of a rule is at most 0",
            );
        }
        let basis = match (rule.has("when"), rule.has("signal")) {
            (true, true) => {
                self.reader.advise(
                    rule.place,
                    "conflict",
                    "`when` and `signal` exclude each other",
                    "make two rules of it",
                );
                None
            }
            (false, false) => {
                self.reader.report(
                    rule.place,
                    "conflict",
                    "exactly one of `when` and `signal` is due",
                );
                None
            }
            (true, false) => {
                for key in [
                    "where",
                    "count",
                    "within",
                    "cooldown",
                    "at_most_per",
                    "decay",
                ] {
                    if rule.has(key) {
                        let message = format!("`{key}` is for rules with a `signal` only");
                        self.reader.report(rule.place, "conflict", message);
                    }
                }
                let built =
                    self.condition(rule.when.as_ref()?, super::Scope::Plain, depth.level + 2);
                if let Some(built) = built {
                    depth.deepest = depth.deepest.max(built.depth);
                }
                built.map(|built| Basis::When(built.id))
            }
            (false, true) => self.event_basis(rule, decay),
        };
        Some(Rule {
            points: rule.points?.0,
            clamp,
            basis: basis?,
        })
    }

    fn event_basis(&mut self, rule: &scoring::Rule, decay: Option<Decay>) -> Option<Basis> {
        let own = rule
            .decay
            .as_ref()
            .and_then(|decay| self.decay(&decay.value));
        let decay = own.or(decay);
        let pattern = self.pattern(rule.signal.as_ref(), rule.filter.as_ref());
        if rule.has("count") {
            for key in ["cooldown", "at_most_per"] {
                if rule.has(key) {
                    let message = format!("`{key}` and `count` exclude each other");
                    self.reader.report(rule.place, "conflict", message);
                }
            }
            let count = &rule.count.as_ref()?.value;
            if let Some(from) = &count.from
                && from.value.0 == 0
            {
                self.reader
                    .report(from.place, "out_of_range", "`from` is at least 1 here");
            }
            let (from, to, within) =
                self.count_range(Some(count), rule.within.as_ref(), rule.place)?;
            if to == 0 {
                self.reader
                    .report(count.place, "empty_range", "`to` is at least 1 here");
            }
            return Some(Basis::Counting {
                pattern: pattern?,
                from: from.max(1),
                to,
                within,
                decay,
            });
        }
        let per_period = rule.at_most_per.as_ref().and_then(|per| {
            let points = per.value.points.as_ref()?;
            if points.value.0 < 0 {
                self.reader
                    .report(points.place, "out_of_range", "a magnitude is at least 0");
            }
            Some((points.value.0, per.value.every?.0))
        });
        Some(Basis::Events {
            pattern: pattern?,
            within: rule.within.as_ref().map(|at| at.value.0),
            cooldown: rule.cooldown.as_ref().map(|at| at.value.0),
            per_period,
            decay,
        })
    }

    fn decay(&mut self, decay: &scoring::Decay) -> Option<Decay> {
        let modes = ["half_life", "linear", "compound"]
            .iter()
            .filter(|key| decay.has(key))
            .count();
        if modes > 1 {
            let message = "`half_life`, `linear` and `compound` exclude each other";
            self.reader
                .advise(decay.place, "conflict", message, "keep one of them");
        }
        if modes == 0 && !decay.has("expires_after") {
            let message = "a decay needs one of `half_life`, `linear`, `compound`, `expires_after`";
            self.reader.report(decay.place, "empty", message);
        }
        let loss =
            |loss: &scoring::Loss| Some((u8::try_from(loss.percent?.0).ok()?, loss.every?.0));
        let curve = if let Some(half_life) = decay.half_life {
            Curve::HalfLife(half_life.0)
        } else if let Some(linear) = &decay.linear {
            let (percent, every) = loss(linear)?;
            Curve::Linear(percent, every)
        } else if let Some(compound) = &decay.compound {
            let (percent, every) = loss(compound)?;
            Curve::Compound(percent, every)
        } else {
            Curve::Flat
        };
        Some(Decay {
            curve,
            expires_after: decay.expires_after.map(|duration| duration.0),
        })
    }
}
