//! Playbooks side by side: those in use, and those that were a while ago.

use crate::limits;
use crate::playbook::{Millis, Playbook};
use alloc::{collections::BTreeMap, sync::Arc};

/// Playbooks by digest.
#[derive(Clone, Debug, Default)]
pub struct Playbooks {
    known: BTreeMap<[u8; 32], Entry>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub playbook: Arc<Playbook>,
    /// Since when it is not in use.
    pub retired: Option<Millis>,
}

impl Playbooks {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a playbook that is in use, or takes one into use again; says whether there was room (for 1,000).
    pub fn add(&mut self, playbook: Arc<Playbook>) -> bool {
        let digest = playbook.digest;
        if self.known.len() >= limits::PLAYBOOKS && !self.known.contains_key(&digest) {
            return false;
        }
        let retired = None;
        self.known.insert(digest, Entry { playbook, retired });
        true
    }

    /// Retires a playbook at an instant: no challenge is given out for it, and receipts by it are taken for a while. Says whether it is known.
    pub fn retire(&mut self, digest: &[u8; 32], at: Millis) -> bool {
        let entry = self.known.get_mut(digest);
        entry.map(|entry| entry.retired = Some(at)).is_some()
    }

    /// Forgets a playbook; says whether it was known.
    pub fn remove(&mut self, digest: &[u8; 32]) -> bool {
        self.known.remove(digest).is_some()
    }

    /// The playbook with a digest.
    pub fn get(&self, digest: &[u8; 32]) -> Option<&Arc<Playbook>> {
        self.known.get(digest).map(|entry| &entry.playbook)
    }

    pub(super) fn entry(&self, digest: &[u8; 32]) -> Option<&Entry> {
        self.known.get(digest)
    }

    /// All of them, with the instant since when one is not in use, in the order of their digests.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<Playbook>, Option<Millis>)> {
        let entries = self.known.values();
        entries.map(|entry| (&entry.playbook, entry.retired))
    }

    /// The playbook in use of a name; of several the one with the highest version.
    pub fn current(&self, name: &str) -> Option<&Arc<Playbook>> {
        let in_use = self.iter().filter(|(_, retired)| retired.is_none());
        let named = in_use.filter(|(playbook, _)| playbook.name() == name);
        named
            .map(|(playbook, _)| playbook)
            .max_by_key(|it| it.version())
    }
}

impl FromIterator<Arc<Playbook>> for Playbooks {
    fn from_iter<T: IntoIterator<Item = Arc<Playbook>>>(playbooks: T) -> Self {
        let mut all = Self::new();
        for playbook in playbooks {
            all.add(playbook);
        }
        all
    }
}
