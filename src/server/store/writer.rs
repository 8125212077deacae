//! A writer: changes that come at once are kept together, and answered when they are durable.

use super::Away;
use super::apply::apply;
use super::change::{Applied, Change};
use sqlx::{AnyPool, Error};
use tokio::sync::{mpsc, oneshot};

/// Changes of one transaction, at most.
const TOGETHER: usize = 256;

pub struct Job {
    pub change: Change,
    pub answer: oneshot::Sender<Result<Applied, Away>>,
}

/// Why a transaction was not kept.
enum Failed {
    /// Nothing of it was.
    Before(Error),
    /// It can't be said whether it was.
    Unknown(Error),
}

/// Writes until nobody can ask for it any more.
pub async fn run(pool: AnyPool, begin: &'static str, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(TOGETHER);
    while jobs.recv_many(&mut batch, TOGETHER).await > 0 {
        let changes: Vec<&Change> = batch.iter().map(|job| &job.change).collect();
        let answers = match together(&pool, begin, &changes).await {
            Ok(applied) => applied.into_iter().map(Ok).collect(),
            Err(Failed::Before(_)) if changes.len() > 1 => {
                let mut answers = Vec::with_capacity(changes.len());
                for change in &changes {
                    answers.push(alone(&pool, begin, change).await);
                }
                answers
            }
            Err(failed) => {
                let away = told(failed);
                vec![Err(away); changes.len()]
            }
        };
        for (job, answer) in batch.drain(..).zip(answers) {
            // Who doesn't wait any more will ask again.
            let _ = job.answer.send(answer);
        }
    }
}

async fn alone(pool: &AnyPool, begin: &'static str, change: &Change) -> Result<Applied, Away> {
    let applied = together(pool, begin, &[change]).await.map_err(told)?;
    applied.into_iter().next().ok_or(Away)
}

fn told(failed: Failed) -> Away {
    let (Failed::Before(error) | Failed::Unknown(error)) = failed;
    super::away(&error)
}

async fn together(
    pool: &AnyPool,
    begin: &'static str,
    changes: &[&Change],
) -> Result<Vec<Applied>, Failed> {
    let mut on = pool.acquire().await.map_err(Failed::Before)?;
    let begun = sqlx::query(begin).execute(&mut *on).await;
    begun.map_err(Failed::Before)?;
    let mut applied = Vec::with_capacity(changes.len());
    for change in changes {
        match apply(&mut on, change).await {
            Ok(answer) => applied.push(answer),
            Err(error) => {
                if sqlx::query("ROLLBACK").execute(&mut *on).await.is_err() {
                    // A connection in the middle of something is of no use to others.
                    let _ = on.close().await;
                }
                return Err(Failed::Before(error));
            }
        }
    }
    match sqlx::query("COMMIT").execute(&mut *on).await {
        Ok(_) => Ok(applied),
        Err(error) => {
            let _ = on.close().await;
            Err(Failed::Unknown(error))
        }
    }
}
