//! The statements that make a change, for SQLite and PostgreSQL alike.

use super::change::{Applied, Asked, Change, Deed, Earlier, Message, Used, Write};
use leadstage::playbook::Millis;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Error, Row};

/// Makes a change within the transaction that is open. Where it can't be made, nothing of it is.
pub async fn apply(on: &mut AnyConnection, change: &Change) -> Result<Applied, Error> {
    if !change.has_second_thoughts() {
        return steps(on, change).await;
    }
    run(on, sqlx::query("SAVEPOINT change")).await?;
    let applied = steps(on, change).await?;
    if applied != Applied::Done {
        run(on, sqlx::query("ROLLBACK TO SAVEPOINT change")).await?;
    }
    run(on, sqlx::query("RELEASE SAVEPOINT change")).await?;
    Ok(applied)
}

async fn steps(on: &mut AnyConnection, change: &Change) -> Result<Applied, Error> {
    if let Some(asked) = &change.request
        && let Some(earlier) = ask(on, asked).await?
    {
        return Ok(Applied::Asked(earlier));
    }
    if let Some(used) = &change.challenge
        && !see(on, used).await?
    {
        return Ok(Applied::Used);
    }
    if let Some(write) = &change.record
        && !go_on(on, write).await?
    {
        return Ok(Applied::Conflict);
    }
    if let Some(deed) = &change.deed
        && !act(on, deed).await?
    {
        return Ok(Applied::Conflict);
    }
    Ok(Applied::Done)
}

/// How many rows a statement changed.
async fn run(on: &mut AnyConnection, query: Query<'_, Any, AnyArguments>) -> Result<u64, Error> {
    Ok(query.execute(on).await?.rows_affected())
}

async fn ask(on: &mut AnyConnection, asked: &Asked) -> Result<Option<Earlier>, Error> {
    let query = sqlx::query(
        "INSERT INTO requests (scope, name, digest, record, status, body, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    );
    let query = query
        .bind(asked.scope.as_str())
        .bind(asked.key.as_str())
        .bind(asked.digest.as_str())
        .bind(asked.record.clone())
        .bind(i64::from(asked.status))
        .bind(asked.body.as_str())
        .bind(asked.expires_at);
    if run(on, query).await? == 1 {
        return Ok(None);
    }
    earlier(on, &asked.scope, &asked.key).await
}

/// The answer to an earlier request.
pub async fn earlier(
    on: &mut AnyConnection,
    scope: &str,
    key: &str,
) -> Result<Option<Earlier>, Error> {
    let query =
        sqlx::query("SELECT digest, status, body FROM requests WHERE scope = $1 AND name = $2");
    let row = query.bind(scope).bind(key).fetch_optional(on).await?;
    let read = |row: sqlx::any::AnyRow| {
        Ok(Earlier {
            digest: row.try_get(0)?,
            status: u16::try_from(row.try_get::<i64, _>(1)?).unwrap_or(500),
            body: row.try_get(2)?,
        })
    };
    row.map(read).transpose()
}

async fn see(on: &mut AnyConnection, used: &Used) -> Result<bool, Error> {
    let query = sqlx::query(
        "INSERT INTO seen (challenge, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    );
    Ok(run(on, query.bind(used.id.as_str()).bind(used.expires_at)).await? == 1)
}

async fn go_on(on: &mut AnyConnection, write: &Write) -> Result<bool, Error> {
    let rows = match write.before {
        None => {
            let query = sqlx::query(
                "INSERT INTO records (id, playbook, entries, head, stage, next_at, erase_at, erased, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            );
            run(on, of_record(query, write)).await?
        }
        Some(before) => {
            let query = sqlx::query(
                "UPDATE records SET playbook = $2, entries = $3, head = $4, stage = $5, next_at = $6, \
                 erase_at = $7, erased = $8, updated_at = $9 WHERE id = $1 AND entries = $10 AND erased = 0",
            );
            run(on, of_record(query, write).bind(i64::from(before))).await?
        }
    };
    if rows != 1 {
        return Ok(false);
    }
    let mut first = write.before.unwrap_or_default();
    if write.erased {
        forget_record(on, &write.id).await?;
        first = 0;
    }
    for (entry, line) in (i64::from(first) + 1..).zip(&write.lines) {
        let query = sqlx::query("INSERT INTO entries (record, entry, line) VALUES ($1, $2, $3)");
        run(
            on,
            query
                .bind(write.id.as_str())
                .bind(entry)
                .bind(line.as_str()),
        )
        .await?;
    }
    for message in &write.messages {
        send(on, &write.id, message, write.at).await?;
    }
    Ok(true)
}

fn of_record<'q>(
    query: Query<'q, Any, AnyArguments>,
    write: &'q Write,
) -> Query<'q, Any, AnyArguments> {
    query
        .bind(write.id.as_str())
        .bind(write.playbook.as_str())
        .bind(i64::from(write.entries))
        .bind(write.head.as_str())
        .bind(write.stage.clone())
        .bind(write.next_at)
        .bind(write.erase_at)
        .bind(i64::from(write.erased))
        .bind(write.at)
}

/// Takes out what else holds anything of a record: its entries, messages that wait, answers kept for repeated requests.
async fn forget_record(on: &mut AnyConnection, id: &str) -> Result<(), Error> {
    for sql in [
        "DELETE FROM entries WHERE record = $1",
        "DELETE FROM outbox WHERE record = $1",
        "DELETE FROM requests WHERE record = $1",
        "DELETE FROM bound WHERE record = $1",
    ] {
        run(on, sqlx::query(sql).bind(id)).await?;
    }
    Ok(())
}

async fn send(
    on: &mut AnyConnection,
    record: &str,
    message: &Message,
    at: Millis,
) -> Result<(), Error> {
    let query = sqlx::query(
        "INSERT INTO outbox (id, hook, record, entry, body, created_at, due_at, attempts, dead, said) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, '') ON CONFLICT DO NOTHING",
    );
    let query = query
        .bind(message.id.as_str())
        .bind(message.hook.as_str())
        .bind(record)
        .bind(i64::from(message.entry))
        .bind(message.body.as_str())
        .bind(at);
    run(on, query).await.map(|_| ())
}

async fn act(on: &mut AnyConnection, deed: &Deed) -> Result<bool, Error> {
    let rows = match deed {
        Deed::Playbook {
            digest,
            name,
            version,
            document,
            at,
        } => {
            let query = sqlx::query(
                "INSERT INTO playbooks (digest, name, version, document, added_at, retired_at) \
                 VALUES ($1, $2, $3, $4, $5, NULL) \
                 ON CONFLICT (digest) DO UPDATE SET retired_at = NULL",
            );
            let query = query.bind(digest.as_str()).bind(name.as_str());
            let query = query.bind(i64::from(*version)).bind(document.as_str());
            run(on, query.bind(*at)).await?
        }
        Deed::Retire { digest, at } => {
            let query = sqlx::query("UPDATE playbooks SET retired_at = $2 WHERE digest = $1");
            run(on, query.bind(digest.as_str()).bind(*at)).await?
        }
        Deed::Bind {
            challenge,
            record,
            expires_at,
        } => {
            let query = sqlx::query(
                "INSERT INTO bound (challenge, record, expires_at) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING",
            );
            let query = query.bind(challenge.as_str()).bind(record.as_str());
            run(on, query.bind(*expires_at)).await?
        }
        Deed::Forget { now } => {
            for sql in [
                "DELETE FROM seen WHERE expires_at <= $1",
                "DELETE FROM bound WHERE expires_at <= $1",
                "DELETE FROM requests WHERE expires_at <= $1",
            ] {
                run(on, sqlx::query(sql).bind(*now)).await?;
            }
            1
        }
        Deed::Claim { id, now, until } => {
            let query = sqlx::query(
                "UPDATE outbox SET due_at = $3, attempts = attempts + 1 \
                 WHERE id = $1 AND due_at <= $2 AND dead = 0",
            );
            run(on, query.bind(id.as_str()).bind(*now).bind(*until)).await?
        }
        Deed::Delivered { id } => {
            let query = sqlx::query("DELETE FROM outbox WHERE id = $1");
            run(on, query.bind(id.as_str())).await?
        }
        Deed::Failed {
            id,
            due_at,
            said,
            dead,
        } => {
            let query =
                sqlx::query("UPDATE outbox SET due_at = $2, said = $3, dead = $4 WHERE id = $1");
            let query = query.bind(id.as_str()).bind(*due_at).bind(said.as_str());
            run(on, query.bind(i64::from(*dead))).await?
        }
        Deed::Retry { id, now } => {
            let query = sqlx::query(
                "UPDATE outbox SET due_at = $2, dead = 0, attempts = 0 WHERE id = $1 AND dead = 1",
            );
            run(on, query.bind(id.as_str()).bind(*now)).await?
        }
    };
    Ok(rows == 1)
}
