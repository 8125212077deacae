//! Outcomes that show that the route is open, or that a question can change it.

use super::{NONE, Search, Spent, Worth};
use crate::conversation::model::{Look, OPEN, bits, several};
use crate::conversation::states::{ByState, StateId};

impl Search<'_> {
    /// Whether different routes do come out of a state.
    pub fn is_open(&mut self, look: Look, id: StateId) -> Result<bool, Spent> {
        if look.is_closed() {
            return Ok(false);
        }
        if let Some(worth) = self.solved.get(id) {
            return Ok(worth.first != NONE);
        }
        if self.open.get(id).is_some() {
            return Ok(true);
        }
        let one = self.end(look.relevant, 0)?;
        let other = self.end(look.relevant, 1)?;
        let open = one != other || self.leaves(look, one)?;
        if open {
            self.open.put(id, ());
        } else {
            self.solved.put(id, Worth::closed(one));
        }
        Ok(open)
    }

    /// The route where every open question that matters brings the least, or the most.
    fn end(&mut self, relevant: u64, which: usize) -> Result<u128, Spent> {
        for question in bits(relevant) {
            let choice = self.model.choices.get(usize::from(question));
            let class = choice.and_then(|choice| choice.ends.get(which));
            self.set(question, class.copied().unwrap_or(0));
        }
        let seen = self.look();
        for question in bits(relevant) {
            self.set(question, OPEN);
        }
        seen.map(|(look, _)| look.routes)
    }

    /// Whether some route comes out that is not this one.
    fn leaves(&mut self, look: Look, route: u128) -> Result<bool, Spent> {
        if look.routes & !route == 0 {
            return Ok(false);
        }
        let Some(question) = bits(look.relevant).next() else {
            return Ok(true);
        };
        for class in 0..self.classes(question) {
            self.set(question, class);
            let seen = self.look();
            let leaves = seen.and_then(|(look, _)| self.leaves(look, route));
            self.set(question, OPEN);
            if leaves? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether two outcomes that differ in the answer to this question only lead to different routes.
    pub fn can_change(&mut self, look: Look, question: u8) -> Result<bool, Spent> {
        let mut without = ByState::new();
        self.changes(look, question, &mut without)
    }

    /// The same; states from which it can't be are remembered.
    fn changes(
        &mut self,
        look: Look,
        question: u8,
        without: &mut ByState<()>,
    ) -> Result<bool, Spent> {
        if look.is_closed() || look.relevant >> (question & 63) & 1 == 0 {
            return Ok(false);
        }
        let others = look.relevant & !(1 << (question & 63));
        let other = bits(others).next();
        let asked = other.unwrap_or(question);
        let mut routes = 0;
        for class in 0..self.classes(asked) {
            self.set(asked, class);
            let found = self.look().and_then(|(look, id)| {
                routes |= look.routes;
                if other.is_none() || without.get(id).is_some() {
                    return Ok(false);
                }
                let changes = self.changes(look, question, without)?;
                if !changes {
                    without.put(id, ());
                }
                Ok(changes)
            });
            self.set(asked, OPEN);
            if found? {
                return Ok(true);
            }
        }
        Ok(other.is_none() && several(routes))
    }
}
