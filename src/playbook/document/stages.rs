//! Profiles, readiness, segments, stages, transitions and routes as they are written.

use super::amounts::{Duration, Whole};
use super::condition::Condition;
use super::crm::Crm;
use super::form::{form, words};
use super::lifecycle::{Owner, ReEntry, Requirements, Return, Sla, Status};
use super::lists::{List, Many, Map};
use super::read::{At, Form, Reader, Spot};
use super::schema::{self, Definitions};
use super::words::{Label, Name, Prose, Reference};
use crate::limits;
use crate::tree::Node;

form! {
    /// A tier of the ideal customer profile.
    Tier {
        /// Its name.
        required "tier" => name: At<Name>,
        /// What an account must be.
        required "when" => when: Condition,
    }
}

form! {
    /// A persona.
    Persona {
        /// Its name.
        required "name" => name: At<Name>,
        /// What a contact must be.
        required "when" => when: Condition,
        /// A name for people.
        optional "label" => label: Label,
    }
}

form! {
    /// What sales must know before a lead is ready.
    Readiness {
        /// `BANT`, `MEDDICC`, or the team's own.
        required "framework" => framework: At<Label>,
        /// The criteria.
        required "criteria" => criteria: Map<Name, Condition, 1, { limits::ENTRIES }>,
        /// How many criteria must be met. By default all.
        optional "at_least" => at_least: At<Whole<{ i64::MIN }, { i64::MAX }>>,
    }
}

words! {
    /// What a segment is a part of.
    SegmentOf {
        /// Accounts.
        "account" => Account,
        /// Contacts.
        "contact" => Contact,
    }
}

form! {
    /// A segment: a condition with a name.
    Segment {
        /// A name for people.
        optional "label" => label: Label,
        /// What it is a part of.
        optional "of" => of: SegmentOf,
        /// The condition.
        required "when" => when: Condition,
    }
}

/// A segment, or only its condition.
#[derive(Clone, Debug)]
pub(crate) struct SegmentForm(pub(crate) Option<Condition>);

impl Form for SegmentForm {
    fn read<'t>(spot: Spot<'t>, reader: &mut Reader<'t>) -> Option<Self> {
        let entries = spot.node.as_object().unwrap_or_default();
        let full = entries
            .iter()
            .any(|entry| matches!(&*entry.key, "when" | "label" | "of"));
        if full {
            Segment::read(spot, reader).map(|segment| Self(segment.when))
        } else {
            Some(Self(Condition::read(spot, reader)))
        }
    }

    fn schema(definitions: &mut Definitions) -> Node {
        schema::any_of([Condition::schema(definitions), Segment::schema(definitions)])
    }
}

form! {
    /// A stage of the lifecycle.
    Stage {
        /// A name for people.
        optional "label" => label: Label,
        /// What it means to be in it.
        optional "definition" => definition: Prose,
        /// The role that owns it, or a role and a queue.
        optional "owner" => owner: Owner,
        /// What opens its gate.
        optional "enter" => enter: Condition,
        /// What keeps its gate open for a record that is in it.
        optional "stay" => stay: Condition,
        /// What must hold to leave it.
        optional "exit" => exit: Condition,
        /// By when somebody must act.
        optional "sla" => sla: Sla,
        /// What changes in CRM systems when a record enters it.
        optional "crm" => crm: Crm,
        /// The statuses inside it; the first is that on entering.
        optional "statuses" => statuses: List<Status, 1, { limits::STATUSES }>,
        /// What must be known to enter it.
        optional "requires" => requires: Requirements,
        /// What holds for entering it again.
        optional "re_entry" => re_entry: ReEntry,
        /// Whether what happened before it counts no more for automation.
        optional "discounts" => discounts: bool,
        /// When a record comes back from it.
        optional "return" => returns: At<Return>,
        /// The time without activity after which a record is inactive.
        optional "inactive_after" => inactive_after: Duration,
    }
}

words! {
    /// What a person does to a record.
    Command {
        /// Sales takes it on.
        "accept" => Accept,
        /// Sales sends it back.
        "reject" => Reject,
        /// Not now.
        "recycle" => Recycle,
        /// Never.
        "disqualify" => Disqualify,
        /// It is ready for sales.
        "qualify" => Qualify,
        /// There is a deal to win.
        "open_opportunity" => OpenOpportunity,
        /// The deal is won.
        "win" => Win,
        /// The deal is lost.
        "lose" => Lose,
        /// It comes back.
        "reopen" => Reopen,
        /// The team's own.
        "own" => Own,
    }
}

words! {
    /// Whether something must be given.
    Need {
        /// It must.
        "required" => Required,
        /// It may.
        "optional" => Optional,
    }
}

form! {
    /// A move from stage to stage.
    Transition {
        /// The stages from which it leads.
        required "from" => from: Many<At<Reference>>,
        /// The stage to which it leads.
        required "to" => to: At<Reference>,
        /// Who makes it: roles, or `automation`.
        required "by" => by: Many<At<Name>>,
        /// The command that makes it.
        optional "on" => on: At<Command>,
        /// What must hold besides.
        optional "when" => when: Condition,
        /// Whether a reason must be given.
        optional "reason" => reason: At<Need>,
        /// Whether a note must be given.
        optional "note" => note: Need,
        /// The name of an own command.
        optional "act" => act: At<Name>,
        /// What must have come for automation to make it.
        optional "due" => due: At<Due>,
        /// The stages that it skips.
        optional "skips" => skips: Many<At<Reference>>,
        /// What must be known.
        optional "requires" => requires: Requirements,
        /// What changes in CRM systems.
        optional "crm" => crm: Crm,
    }
}

words! {
    /// What must have come.
    Due {
        /// The record's return date.
        "return_date" => ReturnDate,
        /// The end of the time without activity.
        "inactivity" => Inactivity,
    }
}

form! {
    /// A reason code.
    Reason {
        /// The commands for which it may be given.
        required "for" => commands: List<Command, 1, { limits::LIST }>,
        /// A name for people.
        optional "label" => label: Label,
        /// Whether a note must be given with it.
        optional "note" => note: Need,
    }
}

form! {
    /// What happens next to a visitor.
    Route {
        /// The condition; without one it always holds.
        optional "when" => when: Condition,
        /// What happens.
        required "then" => then: Name,
        /// A name for people.
        optional "label" => label: Label,
    }
}
