//! Whether an answer stays the same however the open attributes turn out.

use super::eval::{Eval, Sense};
use crate::limits;
use crate::truth::Span;

/// A yes-or-no question about a lead.
pub(super) type Question<'q, 'p, 's> = &'q mut dyn FnMut(&mut Eval<'p, 's>) -> Span;

impl<'p, 's> Eval<'p, 's> {
    /// Whether the answer to a question is yes for every completion of the attributes in a set.
    ///
    /// Goes through completions attribute by attribute and leaves a branch as soon as the answer is the same in all of it.
    /// Where none of the `tangled` ones is open, and no score was widened to its value, a range of answers says it all.
    /// When the steps are used up the answer is no.
    pub(super) fn always(
        &mut self,
        depends: &[u64],
        tangled: &[u64],
        question: Question<'_, 'p, 's>,
    ) -> bool {
        if !self.any_open(depends) {
            return true;
        }
        self.in_sense(Sense::Completion, |eval| {
            eval.always_from(
                depends,
                tangled,
                &mut limits::SETTLE_STEPS.clone(),
                question,
            )
        })
    }

    /// Whether some completion reaches either end of a condition's range of answers.
    pub(super) fn reaches(&self, condition: u32) -> bool {
        self.room.widened == 0 && !self.any_open(self.playbook.index.tangled(condition))
    }

    fn always_from(
        &mut self,
        depends: &[u64],
        tangled: &[u64],
        steps: &mut u32,
        question: Question<'_, 'p, 's>,
    ) -> bool {
        let span = question(self);
        if span.is_met() || !span.may_be_met() {
            return span.is_met();
        }
        let widened = self.room.widened != 0;
        let next = self.first_open(tangled);
        let next = next.or_else(|| self.first_open(depends).filter(|_| widened));
        let Some(attribute) = next else {
            return false;
        };
        !self.some_kind(attribute, &mut |eval| match steps.checked_sub(1) {
            Some(left) => {
                *steps = left;
                !eval.always_from(depends, tangled, steps, question)
            }
            None => true,
        })
    }
}
