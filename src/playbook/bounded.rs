//! Whether evaluating a playbook comes to an end: references lead down, and not too deep.

use super::flat::{basis, before, curve, op, row, rows};
use super::index::bits;
use super::{Playbook, Row};
use crate::limits;
use alloc::{vec, vec::Vec};

/// Deeper than anything may be.
const BAD: usize = usize::MAX;

/// Whether what conditions refer to, also through scores, comes before them, at most so deep, and no time is split into nothing.
pub(super) fn is_bounded(playbook: &Playbook) -> bool {
    let mut bounds = Bounds {
        playbook,
        depths: Vec::new(),
        scores: vec![0; playbook.scores.len()],
    };
    for condition in &playbook.conditions {
        let depth = bounds.condition(condition);
        if depth >= limits::REFERENCE_DEPTH {
            return false;
        }
        bounds.depths.push(depth + 1);
    }
    let mut scores = 0..playbook.scores.len() as i64;
    scores.all(|score| bounds.score(score) != BAD)
        && playbook.stages.len() <= limits::STAGES
        && playbook.terms.iter().all(fade)
        && (playbook.kinds.iter()).all(|kinds| kinds[1] <= playbook.numbers.len() as i64)
}

/// Whether points fade in steps, and by some part of the whole.
fn fade(terms: &Row) -> bool {
    let (shape, every) = (terms[4], terms[5]);
    let percent = shape.rem_euclid(256);
    match shape.div_euclid(256) {
        curve::FLAT => true,
        curve::HALF_LIFE => every > 0,
        _ => every > 0 && (1..=100).contains(&percent),
    }
}

struct Bounds<'p> {
    playbook: &'p Playbook,
    /// Of the conditions that have been gone through, and one.
    depths: Vec<usize>,
    /// The same of scores; 0 for those that have not.
    scores: Vec<usize>,
}

impl Bounds<'_> {
    /// The depth of what comes before.
    fn depth(&self, condition: u32) -> usize {
        self.depths.get(condition as usize).copied().unwrap_or(BAD)
    }

    /// The deepest of the conditions that are told in a cell of each row.
    fn whens(&self, rows: &[Row], cell: usize) -> usize {
        let mut deepest = 0;
        for row in rows {
            if let Some(when) = row.get(cell).copied().and_then(before) {
                deepest = deepest.max(self.depth(when));
            }
        }
        deepest
    }

    /// The depth of what a condition refers to.
    fn condition(&mut self, condition: &Row) -> usize {
        let playbook = self.playbook;
        let &[what, a, b, ..] = condition;
        match what {
            op::ANY | op::ALL | op::NONE | op::AT_LEAST => {
                let parts = playbook.list(a, b).iter();
                parts
                    .map(|part| self.depth(*part as u32))
                    .max()
                    .unwrap_or(0)
            }
            op::SCORE | op::BAND => self.score(a),
            op::GRADE => match playbook.grade() {
                Some((one, other)) => self.score(one.into()).max(self.score(other.into())),
                None => 0,
            },
            op::ICP => self.whens(playbook.icp(), 1),
            op::PERSONA => self.whens(playbook.personas(), 1),
            op::CRITERIA => self.whens(playbook.criteria(), 1),
            op::GATE => {
                let mut deepest = 0;
                for stage in bits(a as u64) {
                    let stage = rows(&playbook.stages, stage.into(), 1);
                    deepest = deepest.max(self.whens(stage, 1)).max(self.whens(stage, 2));
                }
                deepest
            }
            _ => 0,
        }
    }

    fn score(&mut self, place: i64) -> usize {
        let at = place as usize;
        match self.scores.get(at) {
            Some(0) => {}
            Some(known) => return *known,
            None => return 0,
        }
        let mut deepest = 1;
        let score = row(&self.playbook.scores, place);
        for group in rows(&self.playbook.groups, score[1], score[2]) {
            for rule in rows(&self.playbook.rules, group[1], group[2]) {
                if rule[0] == basis::WHEN {
                    deepest = deepest.max(self.depth(rule[1] as u32));
                }
            }
        }
        if let Some(slot) = self.scores.get_mut(at) {
            *slot = deepest;
        }
        deepest
    }
}
