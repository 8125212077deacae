//! For how long records are kept, as it is written.

use super::amounts::Duration;
use super::form::{form, words};
use super::lists::{List, Many};
use super::read::At;
use super::words::Reference;
use crate::limits;

/// The rules; the first that is for a record's stage counts.
pub(crate) type Retention = List<Keep, 1, { limits::ENTRIES }>;

form! {
    /// For how long records of some stages are kept.
    Keep {
        /// The stages. By default all.
        optional "stages" => stages: Many<At<Reference>>,
        /// How long.
        required "after" => after: Duration,
        /// Since when. By default since somebody did something last.
        optional "since" => since: Since,
    }
}

words! {
    /// Since when the time of retention runs.
    Since {
        /// The latest event that is activity, command, status or assignment.
        "last_touch" => LastTouch,
        /// Entering the stage.
        "stage" => Stage,
    }
}
