//! Records as they are taken from the store, go on, and are kept again.

use super::app::{App, Slot};
use super::call::Call;
use super::failure::Failure;
use super::reply::Reply;
use super::store::{Applied, Change, Used, Write};
use leadstage::lifecycle::{Answer, Record, replay};
use leadstage::playbook::Millis;
use leadstage::tree::{Node, Tree};
use std::sync::Arc;

/// How often a change is tried anew when somebody else changed the record meanwhile.
const TRIES: usize = 16;

/// What a step of a record comes to.
pub struct Step {
    pub reply: Reply,
    pub next_at: Option<Millis>,
    pub erase_at: Option<Millis>,
    /// What hooks are to be told of it.
    pub news: Option<String>,
    pub used: Option<Used>,
}

impl Step {
    /// The step of an input that was taken in.
    pub fn of(answer: &Answer, status: u16) -> Self {
        let json = answer.to_json();
        Self {
            news: is_news(&json).then(|| json.clone()),
            reply: Reply::json(status, json),
            next_at: answer.next_at(),
            erase_at: answer.erase_at(),
            used: None,
        }
    }
}

/// Whether others are to be told: something moved, a clock did something, or the CRM is to change.
fn is_news(answer: &str) -> bool {
    let tree = Tree::parse_json(answer, usize::MAX);
    tree.is_ok_and(|tree| {
        ["moves", "crm", "clocks"].iter().any(|part| {
            let list = tree.root.get(part).and_then(Node::as_list);
            list.is_some_and(|list| !list.is_empty())
        })
    })
}

impl App {
    fn slot(&self, id: &str) -> Slot {
        let made = self
            .records
            .get_or_insert_with(id, || Ok::<Slot, ()>(Slot::default()));
        made.unwrap_or_default()
    }

    /// Looks at a record as it is kept now.
    pub async fn look<T>(&self, id: &str, look: impl FnOnce(&Record) -> T) -> Result<T, Failure> {
        let database = self.database()?;
        let row = database.record(id).await?;
        let row = row.ok_or_else(|| Failure::not_found("record"))?;
        let slot = self.slot(id);
        let mut held = slot.lock().await;
        if held.as_ref().is_none_or(|it| it.len() != row.entries) {
            *held = self.load(id).await?;
        }
        let record = held.as_ref().ok_or_else(|| Failure::not_found("record"))?;
        Ok(look(record))
    }

    async fn load(&self, id: &str) -> Result<Option<Record>, Failure> {
        let database = self.database()?;
        let Some(row) = database.record(id).await? else {
            return Ok(None);
        };
        let shelf = self.books.shelf();
        let book = match shelf.book(&row.playbook) {
            Some(book) => book.clone(),
            None => {
                // Another process may have taken it into use.
                self.books.refresh(database).await?;
                let shelf = self.books.shelf();
                let book = shelf.book(&row.playbook).cloned();
                book.ok_or_else(|| {
                    Failure::new(
                        503,
                        "unavailable",
                        "the record's playbook is not known here",
                    )
                })?
            }
        };
        let lifecycle = book.lifecycle.ok_or_else(|| {
            Failure::new(500, "damaged", "the record's playbook has no lifecycle")
        })?;
        let journal = database.journal(id).await?;
        if journal.is_empty() {
            return Ok(Some(Record::new(lifecycle, Some(id))));
        }
        match replay(lifecycle, Some(id), &journal) {
            Ok(made) => Ok(Some(made.record)),
            Err(problems) => {
                let codes: Vec<&str> = problems.iter().map(|it| it.code).collect();
                tracing::error!(codes = ?codes, "a journal in the store is not as it was written");
                let detail = "the record's journal is not as it was written; nothing was changed";
                Err(Failure::new(500, "damaged", detail))
            }
        }
    }

    /// Takes a record a step on, and keeps it: whole, once, and before it answers.
    pub async fn step(
        &self,
        call: &Call,
        id: &str,
        step: impl Fn(&mut Record) -> Result<Step, Failure>,
    ) -> Result<Reply, Failure> {
        let slot = self.slot(id);
        for _ in 0..TRIES {
            let mut held = slot.lock().await;
            if held.is_none() {
                *held = self.load(id).await?;
            }
            let before = held.as_ref().ok_or_else(|| Failure::not_found("record"))?;
            let mut record = before.clone();
            let made = match step(&mut record) {
                Ok(made) => made,
                // By a record that others changed meanwhile nothing is refused.
                Err(failure) => {
                    let row = self.database()?.record(id).await?;
                    if row.is_some_and(|row| row.entries == before.len()) {
                        return Err(failure);
                    }
                    *held = None;
                    continue;
                }
            };
            let change = self.change(call, id, Some(before.len()), &record, &made);
            let told = change
                .record
                .as_ref()
                .is_some_and(|it| !it.messages.is_empty());
            match self.database()?.keep(change).await {
                Ok(Applied::Done) => {
                    *held = Some(record);
                    if told {
                        self.posted.notify_one();
                    }
                    return Ok(made.reply);
                }
                Ok(Applied::Asked(earlier)) => return call.again(earlier),
                Ok(Applied::Used) => return Err(super::endpoints::replayed()),
                Ok(Applied::Conflict) => *held = None,
                Err(away) => {
                    // What became of it can't be said, so it is read anew.
                    *held = None;
                    return Err(away.into());
                }
            }
        }
        let detail = "others change this record all the time; ask again";
        Err(Failure::new(503, "busy", detail).header("retry-after", "1"))
    }

    /// Keeps a record that is new.
    pub async fn begin(
        &self,
        call: &Call,
        id: &str,
        record: Record,
        made: Step,
    ) -> Result<Reply, Failure> {
        let change = self.change(call, id, None, &record, &made);
        let database = self.database()?;
        match database.keep(change).await? {
            Applied::Asked(earlier) => call.again(earlier),
            Applied::Conflict => {
                let detail = "there is a record with this id";
                Err(Failure::new(409, "exists", detail))
            }
            Applied::Used => Err(super::endpoints::replayed()),
            Applied::Done => {
                self.records.insert(
                    id.to_owned(),
                    Arc::new(tokio::sync::Mutex::new(Some(record))),
                );
                self.posted.notify_one();
                Ok(made.reply)
            }
        }
    }

    fn change(
        &self,
        call: &Call,
        id: &str,
        before: Option<u32>,
        record: &Record,
        made: &Step,
    ) -> Change {
        // Of an erased record every entry is another.
        let first = match record.is_erased() {
            true => 0,
            false => before.unwrap_or_default(),
        };
        let lines = record.journal_from(first.saturating_add(1));
        let news = made.news.as_ref().filter(|_| record.len() > first);
        let body = news.map(|answer| news_of(record, id, answer));
        let messages = body.map(|body| self.messages(id, record.len(), &body));
        let write = Write {
            id: id.to_owned(),
            playbook: record.lifecycle().playbook().digest(),
            before,
            entries: record.len(),
            head: record.head().into(),
            lines: lines.map(str::to_owned).collect(),
            stage: record.stage().map(str::to_owned),
            next_at: made.next_at,
            erase_at: made.erase_at,
            erased: record.is_erased(),
            at: call.now,
            messages: messages.unwrap_or_default(),
        };
        Change {
            request: call.keep(&made.reply, Some(id)),
            challenge: made.used.clone(),
            record: Some(write),
            deed: None,
        }
    }
}

/// What hooks are told of an entry.
fn news_of(record: &Record, id: &str, answer: &str) -> String {
    let mut body = String::new();
    let mut w = leadstage::json::Writer::new(&mut body);
    w.open('{');
    w.key("type").text(match record.is_erased() {
        true => "record.erased",
        false => "record.advanced",
    });
    w.key("record").text(id);
    w.key("entry").integer(i64::from(record.len()));
    w.key("answer").raw(answer);
    w.close('}');
    body
}
