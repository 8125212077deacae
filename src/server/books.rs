//! The playbooks of the service: what decides, and what moves records.

use super::store::{Database, Deed};
use leadstage::lifecycle::Lifecycle;
use leadstage::playbook::document::canonical;
use leadstage::playbook::{Millis, Playbook};
use leadstage::problem::Problems;
use leadstage::verify::{ChallengeKeys, Playbooks, Policy, Verifier};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// A playbook.
#[derive(Clone)]
pub struct Book {
    pub playbook: Arc<Playbook>,
    /// With what moves records, where it has stages.
    pub lifecycle: Option<Arc<Lifecycle>>,
    /// Its canonical text.
    pub document: String,
}

impl Book {
    /// Reads a playbook.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let document = canonical(text)?;
        let (playbook, lifecycle) = match Lifecycle::parse(text) {
            Ok(lifecycle) => (lifecycle.playbook().clone(), Some(Arc::new(lifecycle))),
            Err(problems) if problems.iter().all(|it| it.code == "no_lifecycle") => {
                (Arc::new(Playbook::parse(text)?), None)
            }
            Err(problems) => return Err(problems),
        };
        Ok(Self {
            playbook,
            lifecycle,
            document,
        })
    }

    fn deed(&self, at: Millis) -> Deed {
        Deed::Playbook {
            digest: self.playbook.digest(),
            name: self.playbook.name().to_owned(),
            version: self.playbook.version(),
            document: self.document.clone(),
            at,
        }
    }
}

/// What is known at a moment.
#[derive(Clone)]
pub struct Shelf {
    pub verifier: Verifier,
    books: BTreeMap<String, Book>,
}

/// All playbooks.
pub struct Books(RwLock<Arc<Shelf>>);

impl Books {
    pub fn new(keys: ChallengeKeys, policy: Policy) -> Self {
        Self(RwLock::new(Arc::new(Shelf {
            verifier: Verifier::new(keys, Playbooks::new(), policy),
            books: BTreeMap::new(),
        })))
    }

    /// What is known now.
    pub fn shelf(&self) -> Arc<Shelf> {
        let shelf = self.0.read().unwrap_or_else(PoisonError::into_inner);
        shelf.clone()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Shelf) -> T) -> T {
        let mut shelf = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut shelf))
    }

    /// Takes a playbook into use; says whether there was room.
    pub fn add(&self, book: Book) -> bool {
        self.change(|shelf| {
            let there = shelf.verifier.playbooks.add(book.playbook.clone());
            if there {
                shelf.books.insert(book.playbook.digest(), book);
            }
            there
        })
    }

    /// Takes it into use and keeps it.
    ///
    /// # Errors
    /// Where the store is away or there is no room.
    pub async fn keep(
        &self,
        book: Book,
        database: &Database,
        now: Millis,
    ) -> Result<bool, super::store::Away> {
        database.keep(book.deed(now).into()).await?;
        Ok(self.add(book))
    }

    fn retire(&self, digest: &str, at: Millis) {
        self.change(|shelf| {
            if let Some(book) = shelf.books.get(digest) {
                let digest = *book.playbook.digest_bytes();
                shelf.verifier.playbooks.retire(&digest, at);
            }
        });
    }

    /// Takes over what the store knows: other processes may have changed it.
    pub async fn refresh(&self, database: &Database) -> Result<(), super::store::Away> {
        for kept in database.playbooks().await? {
            let known = self.shelf().state(&kept.digest);
            if known == Some(kept.retired_at) {
                continue;
            }
            if known.is_none_or(|retired| retired.is_some()) {
                let Some(document) = database.document(&kept.digest).await? else {
                    continue;
                };
                match Book::parse(&document) {
                    Ok(book) if book.playbook.digest() == kept.digest => {
                        self.add(book);
                    }
                    _ => {
                        tracing::error!(
                            digest = kept.digest,
                            "a playbook in the store can't be read by this version"
                        );
                        continue;
                    }
                }
            }
            if let Some(at) = kept.retired_at {
                self.retire(&kept.digest, at);
            }
        }
        Ok(())
    }
}

impl Shelf {
    pub fn book(&self, digest: &str) -> Option<&Book> {
        self.books.get(digest)
    }

    /// Since when a playbook that is known is retired.
    fn state(&self, digest: &str) -> Option<Option<Millis>> {
        let digest = self.books.get(digest)?.playbook.digest_bytes();
        let mut all = self.verifier.playbooks.iter();
        all.find(|(it, _)| it.digest_bytes() == digest)
            .map(|(_, retired)| retired)
    }

    /// The playbook that a request means: the one it names, or else the only one in use.
    pub fn meant(&self, name: Option<&str>) -> Option<&Book> {
        match name {
            Some(name) => self.named(name),
            None => self.only(),
        }
    }

    /// The playbook with a digest, or the one in use of a name.
    fn named(&self, name: &str) -> Option<&Book> {
        self.book(name).or_else(|| {
            let current = self.verifier.playbooks.current(name)?;
            self.book(&current.digest())
        })
    }

    /// The only one in use.
    fn only(&self) -> Option<&Book> {
        let mut in_use = self.verifier.playbooks.iter();
        let mut in_use = in_use.by_ref().filter(|(_, retired)| retired.is_none());
        let (only, _) = in_use.next()?;
        match in_use.next() {
            None => self.book(&only.digest()),
            Some(_) => None,
        }
    }

    /// All of them with since when they are retired.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<Playbook>, Option<Millis>)> {
        self.verifier.playbooks.iter()
    }
}
