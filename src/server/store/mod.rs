//! Where records, playbooks, used challenges and messages are kept: SQLite or PostgreSQL.

mod apply;
mod change;
mod read;
mod writer;

pub use change::{Applied, Asked, Change, Deed, Earlier, Message, Used, Write};
pub use read::{Kind, Outgoing};

use leadstage::verify::SeenInMemory;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use writer::Job;

/// Changes that wait for a writer, at most.
const WAITING: usize = 4_096;
/// How long a connection may be waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The store can't be asked now, or says that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away;

/// What the machine's log is told of it.
fn away(error: &sqlx::Error) -> Away {
    tracing::error!(error = %error, "the store failed");
    Away
}

/// A store.
#[derive(Clone)]
pub enum Store {
    /// A database.
    Database(Database),
    /// Challenges only, until the process ends.
    Memory(Arc<Mutex<SeenInMemory>>),
}

/// A database that is open.
#[derive(Clone)]
pub struct Database {
    pool: AnyPool,
    writers: Arc<[mpsc::Sender<Job>]>,
    is_file: bool,
}

impl Store {
    /// Opens a store: `none`, `sqlite:FILE`, or `postgres://…`, and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, String> {
        if url == "none" {
            return Ok(Self::Memory(Arc::default()));
        }
        Database::open(url).await.map(Self::Database)
    }

    /// The database, where there is one.
    pub fn database(&self) -> Option<&Database> {
        match self {
            Self::Database(database) => Some(database),
            Self::Memory(_) => None,
        }
    }
}

impl Database {
    async fn open(url: &str) -> Result<Self, String> {
        sqlx::any::install_default_drivers();
        let file = url.strip_prefix("sqlite:");
        if file.is_some_and(|file| file.is_empty() || file.starts_with(':')) {
            return Err(format!(
                "`{url}` names no file: write `sqlite:FILE`, or `none` to keep nothing"
            ));
        }
        let (address, begin, writers, readers) = match file {
            // What was said to be kept is on the disk: SQLite waits for it with each transaction.
            Some(file) => (format!("sqlite:{file}?mode=rwc"), "BEGIN IMMEDIATE", 1, 4),
            None => (url.to_owned(), "BEGIN", 8, 8),
        };
        let is_file = file.is_some();
        let failed = |error: &dyn std::fmt::Display| format!("the store can't be opened: {error}");
        let options = AnyPoolOptions::new()
            .max_connections(writers + readers)
            .acquire_timeout(PATIENCE)
            .after_connect(move |on, _| {
                Box::pin(async move {
                    if is_file {
                        for pragma in [
                            "PRAGMA busy_timeout = 5000",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA synchronous = FULL",
                            // What is erased is written over.
                            "PRAGMA secure_delete = ON",
                        ] {
                            sqlx::query(pragma).execute(&mut *on).await?;
                        }
                    }
                    Ok(())
                })
            });
        let pool = options.connect(&address).await.map_err(|it| failed(&it))?;
        let first = Migration::new(
            1,
            "records".into(),
            MigrationType::Simple,
            include_str!("schema.sql").into_sql_str(),
            false,
        );
        let migrator = Migrator::with_migrations(vec![first]);
        migrator.run(&pool).await.map_err(|it| failed(&it))?;
        let start = |_| {
            let (jobs, waiting) = mpsc::channel(WAITING);
            tokio::spawn(writer::run(pool.clone(), begin, waiting));
            jobs
        };
        let writers = (0..writers).map(start).collect();
        Ok(Self {
            pool,
            writers,
            is_file,
        })
    }

    /// Keeps a change. When it answers, what was done is durable.
    pub async fn keep(&self, change: Change) -> Result<Applied, Away> {
        let mut hasher = DefaultHasher::new();
        change.about().hash(&mut hasher);
        let place = hasher.finish() % (self.writers.len() as u64).max(1);
        let place = usize::try_from(place).unwrap_or_default();
        let writer = self.writers.get(place).ok_or(Away)?;
        let (answer, answered) = oneshot::channel();
        writer
            .send(Job { change, answer })
            .await
            .map_err(|_| Away)?;
        answered.await.map_err(|_| Away)?
    }

    /// Takes what was erased out of the log of a file as well.
    pub async fn wipe(&self) -> Result<(), Away> {
        if !self.is_file {
            return Ok(());
        }
        let wiped = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        let wiped = wiped.fetch_optional(&self.pool).await;
        wiped.map(|_| ()).map_err(|it| away(&it))
    }

    /// Closes it, when nothing is asked any more.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
