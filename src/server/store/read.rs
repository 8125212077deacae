//! What is asked of a store.

use super::apply::earlier;
use super::{Away, Database, Earlier, away};
use leadstage::playbook::Millis;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// A record, without its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub playbook: String,
    pub entries: u32,
}

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub playbook: String,
    pub entries: u32,
    pub stage: Option<String>,
    pub next_at: Option<Millis>,
    pub erase_at: Option<Millis>,
    pub erased: bool,
    pub updated_at: Millis,
}

/// A playbook that is or was in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    pub digest: String,
    pub name: String,
    pub version: u32,
    pub added_at: Millis,
    pub retired_at: Option<Millis>,
}

/// A message of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: String,
    pub hook: String,
    pub record: String,
    pub entry: u32,
    pub body: String,
    pub created_at: Millis,
    pub due_at: Millis,
    pub attempts: u32,
    pub dead: bool,
    pub said: String,
}

/// What is due of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something may happen by itself.
    Tick,
    /// It is to be erased.
    Erase,
}

fn number(row: &AnyRow, place: usize) -> Result<u32, sqlx::Error> {
    Ok(u32::try_from(row.try_get::<i64, _>(place)?).unwrap_or(u32::MAX))
}

impl Database {
    /// The answer to an earlier request with the same key.
    pub async fn earlier(&self, scope: &str, key: &str) -> Result<Option<Earlier>, Away> {
        let mut on = self.pool.acquire().await.map_err(|it| away(&it))?;
        earlier(&mut on, scope, key).await.map_err(|it| away(&it))
    }

    /// Whether it answers.
    pub async fn is_there(&self) -> Result<(), Away> {
        let asked = sqlx::query("SELECT 1").execute(&self.pool).await;
        asked.map(|_| ()).map_err(|it| away(&it))
    }

    pub async fn record(&self, id: &str) -> Result<Option<Row>, Away> {
        let query = sqlx::query("SELECT playbook, entries FROM records WHERE id = $1");
        let row = query.bind(id).fetch_optional(&self.pool).await;
        let read = |row: AnyRow| {
            Ok(Row {
                playbook: row.try_get(0)?,
                entries: number(&row, 1)?,
            })
        };
        row.and_then(|row| row.map(read).transpose())
            .map_err(|it| away(&it))
    }

    /// The journal of a record, an entry a line.
    pub async fn journal(&self, id: &str) -> Result<String, Away> {
        let query = sqlx::query("SELECT line FROM entries WHERE record = $1 ORDER BY entry");
        let rows = query.bind(id).fetch_all(&self.pool).await;
        let mut text = String::new();
        for row in rows.map_err(|it| away(&it))? {
            let line: &str = row.try_get(0).map_err(|it| away(&it))?;
            text.push_str(line);
            text.push('\n');
        }
        Ok(text)
    }

    /// Records in the order of their ids, after one of them.
    pub async fn records(&self, after: &str, most: u32) -> Result<Vec<Listed>, Away> {
        let query = sqlx::query(
            "SELECT id, playbook, entries, stage, next_at, erase_at, erased, updated_at FROM records \
             WHERE id > $1 ORDER BY id LIMIT $2",
        );
        let query = query.bind(after).bind(i64::from(most));
        let rows = query.fetch_all(&self.pool).await;
        let read = |row: &AnyRow| {
            Ok(Listed {
                id: row.try_get(0)?,
                playbook: row.try_get(1)?,
                entries: number(row, 2)?,
                stage: row.try_get(3)?,
                next_at: row.try_get(4)?,
                erase_at: row.try_get(5)?,
                erased: number(row, 6)? != 0,
                updated_at: row.try_get(7)?,
            })
        };
        rows.and_then(|rows| rows.iter().map(read).collect())
            .map_err(|it| away(&it))
    }

    /// The ids of records for which something is due, the longest overdue first.
    pub async fn due(&self, kind: Kind, now: Millis, most: u32) -> Result<Vec<String>, Away> {
        let query = sqlx::query(match kind {
            Kind::Tick => {
                "SELECT id FROM records WHERE next_at <= $1 AND erased = 0 ORDER BY next_at LIMIT $2"
            }
            Kind::Erase => {
                "SELECT id FROM records WHERE erase_at <= $1 AND erased = 0 ORDER BY erase_at LIMIT $2"
            }
        });
        let query = query.bind(now).bind(i64::from(most));
        let rows = query.fetch_all(&self.pool).await;
        rows.and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect())
            .map_err(|it| away(&it))
    }

    pub async fn playbooks(&self) -> Result<Vec<Shelved>, Away> {
        let query = sqlx::query(
            "SELECT digest, name, version, added_at, retired_at FROM playbooks ORDER BY name, version, digest",
        );
        let rows = query.fetch_all(&self.pool).await;
        let read = |row: &AnyRow| {
            Ok(Shelved {
                digest: row.try_get(0)?,
                name: row.try_get(1)?,
                version: number(row, 2)?,
                added_at: row.try_get(3)?,
                retired_at: row.try_get(4)?,
            })
        };
        rows.and_then(|rows| rows.iter().map(read).collect())
            .map_err(|it| away(&it))
    }

    /// The document of a playbook.
    pub async fn document(&self, digest: &str) -> Result<Option<String>, Away> {
        let query = sqlx::query("SELECT document FROM playbooks WHERE digest = $1");
        let row = query.bind(digest).fetch_optional(&self.pool).await;
        row.and_then(|row| row.map(|row| row.try_get(0)).transpose())
            .map_err(|it| away(&it))
    }

    /// The record that a challenge is for.
    pub async fn bound(&self, challenge: &str) -> Result<Option<String>, Away> {
        let query = sqlx::query("SELECT record FROM bound WHERE challenge = $1");
        let row = query.bind(challenge).fetch_optional(&self.pool).await;
        row.and_then(|row| row.map(|row| row.try_get(0)).transpose())
            .map_err(|it| away(&it))
    }

    /// Messages that are due, and of one record for one hook only the earliest that is not given up.
    pub async fn outgoing(&self, now: Millis, most: u32) -> Result<Vec<Outgoing>, Away> {
        let query = sqlx::query(
            "SELECT id, hook, record, entry, body, created_at, due_at, attempts, dead, said FROM outbox AS it \
             WHERE dead = 0 AND due_at <= $1 AND NOT EXISTS (SELECT 1 FROM outbox AS earlier \
             WHERE earlier.record = it.record AND earlier.hook = it.hook AND earlier.dead = 0 \
             AND earlier.entry < it.entry) ORDER BY due_at, id LIMIT $2",
        );
        self.messages(query.bind(now).bind(i64::from(most))).await
    }

    /// Messages of the outbox in the order of their ids: those given up, or those that wait.
    pub async fn outbox(&self, dead: bool, after: &str, most: u32) -> Result<Vec<Outgoing>, Away> {
        let query = sqlx::query(
            "SELECT id, hook, record, entry, body, created_at, due_at, attempts, dead, said FROM outbox \
             WHERE dead = $1 AND id > $2 ORDER BY id LIMIT $3",
        );
        let query = query.bind(i64::from(dead)).bind(after);
        self.messages(query.bind(i64::from(most))).await
    }

    async fn messages(
        &self,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<Vec<Outgoing>, Away> {
        let read = |row: &AnyRow| {
            Ok(Outgoing {
                id: row.try_get(0)?,
                hook: row.try_get(1)?,
                record: row.try_get(2)?,
                entry: number(row, 3)?,
                body: row.try_get(4)?,
                created_at: row.try_get(5)?,
                due_at: row.try_get(6)?,
                attempts: number(row, 7)?,
                dead: number(row, 8)? != 0,
                said: row.try_get(9)?,
            })
        };
        let rows = query.fetch_all(&self.pool).await;
        rows.and_then(|rows| rows.iter().map(read).collect())
            .map_err(|it| away(&it))
    }
}
