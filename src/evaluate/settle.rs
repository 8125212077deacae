//! Whether an answer stays the same however the open attributes turn out.

use super::eval::{Eval, Sense};
use super::truth::Span;
use crate::limits;
use alloc::vec::Vec;

/// A yes-or-no question about a lead.
pub(crate) type Question<'q, 'p, 's> = &'q mut dyn FnMut(&mut Eval<'p, 's>) -> Span;

impl<'p, 's> Eval<'p, 's> {
    /// Whether the answer to a question is yes for every completion of the attributes in a set.
    ///
    /// Goes through completions attribute by attribute and leaves a branch as soon as the answer is the same in all of it.
    /// When the steps are used up the answer is no. Where none of the `tangled` ones is open, a range of answers says it all.
    pub(crate) fn always(
        &mut self,
        depends: &[u64],
        tangled: &[u64],
        question: Question<'_, 'p, 's>,
    ) -> bool {
        if !self.any_open(depends) {
            return true;
        }
        self.judge(Sense::Completion);
        let span = question(self);
        let always = span.is_met()
            || span.may_be_met() && (self.widened || self.any_open(tangled)) && {
                let open = self.open_of(depends);
                let mut steps = limits::SETTLE_STEPS;
                self.always_from(&open, false, &mut steps, question)
            };
        self.judge(Sense::Known);
        always
    }

    fn always_from(
        &mut self,
        open: &[u16],
        vague: bool,
        steps: &mut u32,
        question: Question<'_, 'p, 's>,
    ) -> bool {
        let Some((attribute, rest)) = open.split_first() else {
            if vague {
                return false;
            }
            self.judge(Sense::Known);
            let yes = question(self).is_met();
            self.judge(Sense::Completion);
            return yes;
        };
        let completions: Vec<_> = self.completions(*attribute);
        let choice = completions.len() > 1;
        let mut always = true;
        for completion in completions {
            if choice || rest.is_empty() {
                let Some(left) = steps.checked_sub(1) else {
                    return false;
                };
                *steps = left;
            }
            let was = self.assume(*attribute, completion.known);
            let span = question(self);
            always = span.is_met()
                || span.may_be_met()
                    && self.always_from(rest, vague || completion.vague, steps, question);
            self.take_back(*attribute, was);
            if !always {
                break;
            }
        }
        always
    }
}
