//! The moves from stage to stage that evidence alone makes.

use super::eval::{After, Eval};
use crate::limits;
use crate::playbook::{Listed, Row, before, row};
use crate::truth::Span;

/// Steps after which the stages that may be reached are all taken as possible.
const STEPS: u32 = 512;

/// Stages in pairs: from one to another. No stage is entered twice, so there are few.
pub(super) struct Moves {
    list: [(u16, u16); limits::STAGES],
    count: usize,
}

impl Moves {
    pub fn list(&self) -> &[(u16, u16)] {
        self.list.get(..self.count).unwrap_or(&[])
    }
}

/// What has been found of the stages that may be reached.
struct Reach {
    stages: u64,
    steps: u32,
    /// Whether staying and moving are possible.
    stays: bool,
    moves: bool,
}

impl<'p, 's> Eval<'p, 's> {
    /// The moves in their order. Exact at one instant, in the sense of what is known.
    pub(super) fn moves(&mut self) -> Moves {
        let mut moves = Moves {
            list: [(0, 0); limits::STAGES],
            count: 0,
        };
        let Some(mut at) = self.place.stage else {
            return moves;
        };
        let playbook = self.playbook;
        let mut visited = bit(at);
        while let Some(next) = playbook.transitions.iter().find(|transition| {
            leads(transition, at, visited) && self.passes(at, transition).is_met()
        }) {
            let to = next[1] as u16;
            if let Some(slot) = moves.list.get_mut(moves.count) {
                *slot = (at, to);
                moves.count += 1;
            }
            at = to;
            visited |= bit(at);
        }
        moves
    }

    /// The stages in which the record may be after its moves.
    pub(super) fn reach(&mut self) -> Option<After> {
        let start = self.place.stage?;
        let after = self.after.take();
        let mut reach = Reach {
            stages: 0,
            steps: STEPS,
            stays: false,
            moves: false,
        };
        self.explore(start, bit(start), &mut reach);
        self.after = after;
        Some(if reach.steps == 0 {
            After {
                stages: u64::MAX >> (64 - self.playbook.stages.len().clamp(1, 64)),
                moved: Span::EITHER,
            }
        } else {
            After {
                stages: reach.stages,
                moved: Span::between(!reach.stays, reach.moves),
            }
        })
    }

    fn explore(&mut self, at: u16, visited: u64, reach: &mut Reach) {
        let Some(left) = reach.steps.checked_sub(1) else {
            return;
        };
        reach.steps = left;
        let playbook = self.playbook;
        for transition in &playbook.transitions {
            if !leads(transition, at, visited) {
                continue;
            }
            let span = self.passes(at, transition);
            if span.may_be_met() {
                let to = transition[1] as u16;
                self.explore(to, visited | bit(to), reach);
            }
            if span.is_met() {
                return;
            }
        }
        reach.stages |= bit(at);
        if visited == bit(at) {
            reach.stays = true;
        } else {
            reach.moves = true;
        }
    }

    fn passes(&mut self, at: u16, transition: &Row) -> Span {
        let &[_, to, when, ..] = transition;
        let exit = row(&self.playbook.stages, i64::from(at))[3];
        let enter = row(&self.playbook.stages, to)[1];
        let mut span = Span::TRUE;
        for when in &[enter, when, exit] {
            let Some(condition) = before(*when) else {
                continue;
            };
            span = span.and(self.condition(condition));
            if !span.may_be_met() {
                break;
            }
        }
        span
    }

    /// The place of the route that counts, and whether it stays whatever else becomes known.
    pub(super) fn route(&mut self) -> (Option<usize>, bool) {
        let playbook = self.playbook;
        let first = self.after_moves(|eval| eval.first(playbook.routes()));
        let depends = playbook.index.of_list(Listed::Routes);
        let settled = self.always(depends, depends, &mut |eval| eval.same_route(first));
        (first, settled)
    }

    /// Whether the route goes by the same name as this one.
    pub(super) fn same_route(&mut self, first: Option<usize>) -> Span {
        let routes = self.playbook.routes();
        self.after_moves(|eval| eval.same_name(routes, first))
    }

    /// Judges with the stage as it is after the moves.
    pub(super) fn after_moves<T>(&mut self, judge: impl FnOnce(&mut Self) -> T) -> T {
        self.after = self.reach();
        let judged = judge(self);
        self.after = None;
        judged
    }
}

fn leads(transition: &Row, at: u16, visited: u64) -> bool {
    let &[from, to, ..] = transition;
    from as u64 & bit(at) != 0 && visited & bit(to as u16) == 0
}

fn bit(stage: u16) -> u64 {
    1 << (stage & 63)
}
