//! Scores as they are written.

use super::amounts::{Duration, Points, Whole};
use super::condition::{Condition, CountRange, Where};
use super::form::form;
use super::lists::{List, Map};
use super::read::At;
use super::words::{Label, Name, Reference};
use crate::limits;

form! {
    /// A score.
    Score {
        /// A name for people.
        optional "label" => label: Label,
        /// The groups of rules of which it is the sum.
        required "groups" => groups: List<Group, 1, { limits::GROUPS }>,
        /// The cap.
        optional "at_most" => at_most: At<Points>,
        /// The floor.
        optional "at_least" => at_least: At<Points>,
        /// Labels for values: the points from which each holds.
        optional "bands" => bands: Map<Label, At<Points>, 1, { limits::BANDS }>,
    }
}

form! {
    /// Rules with a cap of their own.
    Group {
        /// Its name, unique in the score.
        required "name" => name: At<Name>,
        /// The cap.
        optional "at_most" => at_most: At<Points>,
        /// The floor.
        optional "at_least" => at_least: At<Points>,
        /// How points fade, for the event rules that don't say it themselves.
        optional "decay" => decay: Decay,
        /// The rules.
        required "rules" => rules: List<Rule, 1, { limits::RULES }>,
    }
}

form! {
    /// What brings points: a condition (`when`), or events (`signal`).
    Rule {
        /// The condition.
        optional "when" => when: Condition,
        /// The signal.
        optional "signal" => signal: At<Reference>,
        /// What the properties of the events must pass.
        optional "where" => filter: Where,
        /// Brings the points once, if so many events are there.
        optional "count" => count: At<CountRange>,
        /// The points.
        required "points" => points: Points,
        /// The window.
        optional "within" => within: At<Duration>,
        /// The time after an event that counts in which no other does.
        optional "cooldown" => cooldown: At<Duration>,
        /// The most that the events of a period bring.
        optional "at_most_per" => at_most_per: At<PerPeriod>,
        /// How the points fade.
        optional "decay" => decay: At<Decay>,
        /// The cap.
        optional "at_most" => at_most: At<Points>,
        /// The floor.
        optional "at_least" => at_least: At<Points>,
        /// A name for people.
        optional "label" => label: Label,
    }
}

form! {
    /// A cap for each period.
    PerPeriod {
        /// The magnitude of the points.
        required "points" => points: At<Points>,
        /// The length of a period.
        required "every" => every: Duration,
    }
}

form! {
    /// How points fade with the age of the event.
    Decay {
        /// Halves in each such time.
        optional "half_life" => half_life: Duration,
        /// Loses a share of the whole in each such time.
        optional "linear" => linear: Loss,
        /// Loses a share of the rest in each such time.
        optional "compound" => compound: Loss,
        /// Nothing is left after this time.
        optional "expires_after" => expires_after: Duration,
    }
}

form! {
    /// What is lost, and how often.
    Loss {
        /// Percent.
        required "percent" => percent: Whole<1, 100>,
        /// The time in which it is lost.
        required "every" => every: Duration,
    }
}

form! {
    /// The grade: two scores with bands.
    Grade {
        /// The two scores.
        required "of" => of: List<At<Reference>, 1, { limits::LIST }>,
    }
}
