//! What is kept: changes that are made whole or not at all.

use leadstage::playbook::Millis;

/// One change. What guards it comes first; where one of them says no, nothing of it is kept.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The request, where its client may send it again.
    pub request: Option<Asked>,
    /// The challenge that is used up.
    pub challenge: Option<Used>,
    /// The record that goes on.
    pub record: Option<Write>,
    /// Whatever else.
    pub deed: Option<Deed>,
}

/// A request with an idempotency key, and what it is answered with.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whose key it is, and for which resource.
    pub scope: String,
    pub key: String,
    /// Of the body.
    pub digest: String,
    pub record: Option<String>,
    pub status: u16,
    pub body: String,
    pub expires_at: Millis,
}

/// A challenge that a receipt answers.
#[derive(Clone, Debug)]
pub struct Used {
    pub id: String,
    pub expires_at: Millis,
}

/// New entries of a record.
#[derive(Clone, Debug)]
pub struct Write {
    pub id: String,
    pub playbook: String,
    /// How many entries it must have now; none if it is new.
    pub before: Option<u32>,
    pub entries: u32,
    pub head: String,
    /// The entries that come after those, or all of them where it is erased.
    pub lines: Vec<String>,
    pub stage: Option<String>,
    pub next_at: Option<Millis>,
    pub erase_at: Option<Millis>,
    pub erased: bool,
    pub at: Millis,
    pub messages: Vec<Message>,
}

/// What a hook is to be told.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub hook: String,
    pub entry: u32,
    pub body: String,
}

/// Changes that stand alone.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Takes a playbook into use.
    Playbook {
        digest: String,
        name: String,
        version: u32,
        document: String,
        at: Millis,
    },
    Retire {
        digest: String,
        at: Millis,
    },
    /// A challenge is for a record.
    Bind {
        challenge: String,
        record: String,
        expires_at: Millis,
    },
    /// Forgets what has expired.
    Forget {
        now: Millis,
    },
    /// Takes a message for sending, so that no other process sends it meanwhile.
    Claim {
        id: String,
        now: Millis,
        until: Millis,
    },
    Delivered {
        id: String,
    },
    Failed {
        id: String,
        due_at: Millis,
        said: String,
        dead: bool,
    },
    /// Sends a message again that was given up.
    Retry {
        id: String,
        now: Millis,
    },
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    Done,
    /// The challenge was used before.
    Used,
    /// The record is another than was thought, or what the deed is about isn't there.
    Conflict,
    /// The request was answered before.
    Asked(Earlier),
}

/// The answer to an earlier request with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub status: u16,
    pub body: String,
    /// Of the body that it had.
    pub digest: String,
}

impl Change {
    /// What tells writers apart: changes of one thing go to the same.
    pub fn about(&self) -> &str {
        match (&self.record, &self.challenge, &self.deed, &self.request) {
            (Some(write), ..) => &write.id,
            (_, Some(used), ..) => &used.id,
            (
                ..,
                Some(Deed::Claim { id, .. } | Deed::Delivered { id } | Deed::Failed { id, .. }),
                _,
            ) => id,
            (.., Some(asked)) => &asked.key,
            _ => "",
        }
    }

    /// Whether it may turn out that it can't be made after a part of it was.
    pub fn has_second_thoughts(&self) -> bool {
        let guards = [
            self.request.is_some(),
            self.challenge.is_some(),
            self.record.is_some(),
            self.deed.is_some(),
        ];
        guards.into_iter().filter(|it| *it).count() > 1
    }
}

impl From<Deed> for Change {
    fn from(deed: Deed) -> Self {
        Self {
            deed: Some(deed),
            ..Self::default()
        }
    }
}
