//! The doors to evaluation: the pure function and the session that is kept up to date.

use super::asking::Asking;
use super::collect::collect;
use super::decision::Decision;
use super::eval::{Eval, Room};
#[cfg(feature = "document")]
use super::look::Look;
use super::rules::Kept;
use super::write::write;
use crate::evidence::{Event, Evidence, Fact, InStage, Seen, State};
use crate::playbook::{Millis, Playbook};
use alloc::{string::String, sync::Arc};

/// How much is worked out besides the decision itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Scores, gates, stage and route, with what is settled.
    Brief,
    /// Also ledgers, what is missing, and when things change.
    Explained,
}

/// Decides on one lead at an instant.
///
/// The same playbook, evidence and instant give the same decision, byte for byte, wherever it runs.
pub fn evaluate<'p>(
    playbook: &'p Playbook,
    evidence: &Evidence,
    as_of: Millis,
    extent: Extent,
) -> Decision<'p> {
    Desk::default().ask(playbook, evidence, as_of, collect(extent))
}

/// Decides on one lead at an instant; the decision is JSON text, as `docs/FORMAT.md` describes it.
///
/// The same playbook, evidence and instant give the same bytes, wherever it runs.
pub fn evaluate_json(
    playbook: &Playbook,
    evidence: &Evidence,
    as_of: Millis,
    extent: Extent,
) -> String {
    let mut text = String::new();
    Desk::default().ask(playbook, evidence, as_of, |asking| {
        write(asking, extent, &mut text);
    });
    text
}

/// Decides on many leads, one after the other, in room that is used again.
///
/// Its decisions equal those of [`evaluate`].
#[derive(Clone, Debug)]
pub struct Evaluator {
    playbook: Arc<Playbook>,
    desk: Desk,
}

impl Evaluator {
    /// For one playbook.
    pub fn new(playbook: Arc<Playbook>) -> Self {
        Self {
            playbook,
            desk: Desk::default(),
        }
    }

    /// Decides on a lead at an instant.
    pub fn decide(&mut self, evidence: &Evidence, as_of: Millis, extent: Extent) -> Decision<'_> {
        let Self { playbook, desk } = self;
        desk.ask(playbook, evidence, as_of, collect(extent))
    }

    /// Looks at a lead at an instant: what is asked for is worked out, and no more.
    #[cfg(feature = "document")]
    pub fn look<'l>(&'l mut self, evidence: &'l Evidence, as_of: Millis) -> Look<'l> {
        let Self { playbook, desk } = self;
        let (seen, room) = desk.see(playbook, evidence, as_of);
        Look::new(asking(playbook, seen, room, as_of))
    }

    /// Decides on a lead at an instant and appends the decision as JSON text, as `docs/FORMAT.md` describes it.
    pub fn decide_json(
        &mut self,
        evidence: &Evidence,
        as_of: Millis,
        extent: Extent,
        out: &mut String,
    ) {
        let Self { playbook, desk } = self;
        desk.ask(playbook, evidence, as_of, |asking| {
            write(asking, extent, out)
        });
    }
}

/// Room in which evidence is decided on.
#[derive(Clone, Debug, Default)]
struct Desk {
    /// For evidence that is not laid out.
    state: Option<State>,
    empty: State,
    room: Room,
}

impl Desk {
    fn see<'s>(
        &'s mut self,
        playbook: &Playbook,
        evidence: &'s Evidence,
        as_of: Millis,
    ) -> (Seen<'s>, &'s mut Room) {
        let Self { state, empty, room } = self;
        let seen = match evidence.seen(playbook, as_of, empty) {
            Some(seen) => seen,
            None => {
                let state = state.get_or_insert_with(|| State::new(playbook));
                state.load(playbook, evidence);
                state.look(playbook, as_of)
            }
        };
        (seen, room)
    }

    fn ask<'p, T>(
        &mut self,
        playbook: &'p Playbook,
        evidence: &Evidence,
        as_of: Millis,
        questions: impl FnOnce(&mut Asking<'p, '_>) -> T,
    ) -> T {
        let (seen, room) = self.see(playbook, evidence, as_of);
        questions(&mut asking(playbook, seen, room, as_of))
    }
}

/// One lead whose facts and events come in one by one.
///
/// At every step its decision equals that of [`evaluate`] on the evidence so far.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) playbook: Arc<Playbook>,
    pub(super) state: State,
    pub(super) room: Room,
}

impl Session {
    /// A lead of which nothing is known.
    pub fn new(playbook: Arc<Playbook>) -> Self {
        let state = State::new(&playbook);
        Self {
            playbook,
            state,
            room: Room::default(),
        }
    }

    /// The playbook that decides.
    pub fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    /// The same, to be kept.
    #[cfg(feature = "visitor")]
    pub(crate) fn shared(&self) -> Arc<Playbook> {
        Arc::clone(&self.playbook)
    }

    /// Forgets the lead.
    pub fn clear(&mut self) {
        self.state.clear();
        self.room.kept.clear();
    }

    /// Puts other evidence in place of what is known.
    pub fn load(&mut self, evidence: &Evidence) {
        self.clear();
        self.state.load(&self.playbook, evidence);
    }

    /// Adds a fact.
    pub fn learn(&mut self, fact: Fact) {
        self.state.learn(&self.playbook, &fact);
    }

    /// Adds an event.
    pub fn track(&mut self, event: &Event) {
        self.state.track(&self.playbook, event);
    }

    /// Says which stage the record is in.
    pub fn enter(&mut self, stage: InStage) {
        self.state.stage = Some(stage);
    }

    /// How many facts and events there are.
    pub fn len(&self) -> (usize, u32) {
        (self.state.facts(), self.state.events())
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }

    /// Decides at an instant.
    pub fn decide(&mut self, as_of: Millis, extent: Extent) -> Decision<'_> {
        self.ask(as_of, collect(extent))
    }

    /// Looks at the lead at an instant: what is asked for is worked out, and no more.
    #[cfg(feature = "document")]
    pub fn look(&mut self, as_of: Millis) -> Look<'_> {
        Look::new(self.asking(as_of))
    }

    /// Decides at an instant and appends the decision as JSON text, as `docs/FORMAT.md` describes it.
    pub fn decide_json(&mut self, as_of: Millis, extent: Extent, out: &mut String) {
        self.ask(as_of, |asking| write(asking, extent, out));
    }

    /// Puts questions at an instant.
    pub(super) fn ask<'p, T>(
        &'p mut self,
        as_of: Millis,
        questions: impl FnOnce(&mut Asking<'p, '_>) -> T,
    ) -> T {
        questions(&mut self.asking(as_of))
    }

    fn asking(&mut self, as_of: Millis) -> Asking<'_, '_> {
        let Self {
            playbook,
            state,
            room,
        } = self;
        let seen = state.look(playbook, as_of);
        if cfg!(feature = "quick") {
            room.kept.resize_with(playbook.rules.len(), Kept::default);
        }
        asking(playbook, seen, room, as_of)
    }
}

/// A lead at an instant, about which questions may be put.
pub(super) fn asking<'p, 's>(
    playbook: &'p Playbook,
    seen: Seen<'s>,
    room: &'s mut Room,
    as_of: Millis,
) -> Asking<'p, 's> {
    #[allow(unused_mut)]
    let mut eval = Eval::new(playbook, seen, room, as_of);
    #[cfg(feature = "document")]
    eval.pass();
    Asking { playbook, eval }
}
