//! Challenges, receipts, and the keys that verdicts are verified with.

use super::inputs;
use crate::server::access::Right;
use crate::server::app::{App, random};
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use crate::server::store::{Applied, Change, Deed, Store, Used};
use leadstage::json::Writer;
use leadstage::tree::{Node, Tree};
use leadstage::verify::{
    Arrival, Away, Challenge, Code, Outcome, Refusal, Seen, Sight, Terms, Verified,
};

/// The last bit of an id tells a challenge that is for a record, so that the others need not be looked up.
const BOUND: u8 = 1;

pub async fn jwks(app: &App, _: &Call) -> Result<Reply, Failure> {
    let mut reply = Reply::json(200, app.keys.verdict.public().to_jwks());
    reply.kind = "application/jwk-set+json";
    Ok(reply)
}

pub async fn challenge(app: &App, call: &Call) -> Result<Reply, Failure> {
    let tree = call.tree()?;
    let said = inputs::members(&tree.root, &["playbook", "record"])?;
    let shelf = app.books.shelf();
    let book = shelf.meant(said.text("playbook")?);
    let book = book.ok_or_else(|| {
        let detail = "`playbook` is neither the digest of a playbook that is known here nor the name of one in use";
        Failure::new(404, "not_found", detail)
    })?;
    let record = said.text("record")?;
    if record.is_some()
        && call
            .who
            .as_ref()
            .is_none_or(|who| !who.role.may(Right::Create))
    {
        let detail =
            "a challenge for a record is given to whoever may make records; leave `record` out";
        return Err(Failure::new(403, "forbidden", detail));
    }
    let mut bytes: [u8; 16] = random()?;
    if let Some(last) = bytes.last_mut() {
        *last = *last & !BOUND | u8::from(record.is_some());
    }
    let digest = book.playbook.digest();
    let challenge = shelf
        .verifier
        .challenge(&digest, bytes, call.now)
        .ok_or_else(|| {
            Failure::new(
                409,
                "retired_playbook",
                "this playbook is not in use any more; ask for the current one",
            )
        })?;
    if let Some(record) = record {
        let database = app.database()?;
        let row = database.record(record).await?;
        row.ok_or_else(|| Failure::not_found("record"))?;
        let bind = Deed::Bind {
            challenge: challenge.id().to_text(),
            record: record.to_owned(),
            expires_at: challenge.expires(),
        };
        if database.keep(bind.into()).await? != Applied::Done {
            return Err(Failure::away());
        }
    }
    Ok(Reply::json(201, challenge.to_json()))
}

pub async fn receipt(app: &App, call: &Call) -> Result<Reply, Failure> {
    let done = match bound(app, call).await? {
        Some(record) => of_record(app, call, &record).await,
        None => of_nobody(app, call).await,
    };
    let outcome = match &done {
        Ok(_) => "verified",
        Err(failure) => failure.code,
    };
    metrics::counter!("leadstage_receipts_total", "outcome" => outcome).increment(1);
    done
}

/// The record that the receipt's challenge is for. Whether the challenge is genuine is looked at later.
async fn bound(app: &App, call: &Call) -> Result<Option<String>, Failure> {
    let Some(database) = app.store.database() else {
        return Ok(None);
    };
    let start = call
        .body
        .strip_prefix(br#"{"receipt":1,"challenge":""#.as_slice());
    let text = start.and_then(|rest| rest.split(|byte| *byte == b'"').next());
    let text = text.and_then(|text| std::str::from_utf8(text).ok());
    let Some(challenge) = text.and_then(Challenge::parse) else {
        return Ok(None);
    };
    let id = challenge.id();
    if id.0.last().is_none_or(|last| last & BOUND == 0) {
        return Ok(None);
    }
    Ok(database.bound(&id.to_text()).await?)
}

/// A receipt that belongs to no record: it is checked, and its challenge used up.
async fn of_nobody(app: &App, call: &Call) -> Result<Reply, Failure> {
    let shelf = app.books.shelf();
    let checked = shelf.verifier.check(&call.body, &Arrival::at(call.now));
    let checked = checked.map_err(|refusal| refused(&refusal))?;
    let (id, expires_at) = (checked.challenge().id(), checked.challenge().expires());
    let database = match &app.store {
        Store::Database(database) => database,
        Store::Memory(seen) => {
            let sight = match seen.lock() {
                Ok(mut seen) => seen.see(id, expires_at, call.now),
                Err(_) => Err(Away),
            };
            let verified = checked.seen(sight).map_err(|refusal| refused(&refusal))?;
            return Ok(Reply::json(200, told(app, call, &verified, None, None)));
        }
    };
    // Whether it was seen before, the store says when the answer is kept.
    let verified = checked.seen(Ok(Sight::First));
    let verified = verified.map_err(|refusal| refused(&refusal))?;
    let reply = Reply::json(200, told(app, call, &verified, None, None));
    let change = Change {
        request: call.keep(&reply, None),
        challenge: Some(Used {
            id: id.to_text(),
            expires_at,
        }),
        ..Change::default()
    };
    match database.keep(change).await? {
        Applied::Done => Ok(reply),
        Applied::Asked(earlier) => call.again(earlier),
        Applied::Used | Applied::Conflict => Err(replayed()),
    }
}

/// A receipt for a record: what it says joins the record's evidence, in the act that uses its challenge up.
async fn of_record(app: &App, call: &Call, id: &str) -> Result<Reply, Failure> {
    let shelf = app.books.shelf();
    let salt = inputs::salt()?;
    app.step(call, id, |record| {
        let mut arrival = Arrival::at(call.now);
        if let Some(stage) = record.stage() {
            arrival = arrival.in_stage(stage, record.since());
        }
        let checked = shelf.verifier.check(&call.body, &arrival);
        let checked = checked.map_err(|refusal| refused(&refusal))?;
        let used = Used {
            id: checked.challenge().id().to_text(),
            expires_at: checked.challenge().expires(),
        };
        let verified = checked.seen(Ok(Sight::First));
        let verified = verified.map_err(|refusal| refused(&refusal))?;
        if verified.playbook().digest_bytes() != record.lifecycle().playbook().digest_bytes() {
            let detail = "the record follows another version of the playbook than the receipt";
            return Err(Failure::new(409, "other_playbook", detail));
        }
        let outcome = verified.with(&record.evidence());
        let input = as_input(call, &salt)?;
        let mut step = inputs::of_itself(call, record, &input)?;
        let body = told(
            app,
            call,
            &verified,
            Some(&outcome),
            Some((id, &step.reply.body)),
        );
        step.reply.body = body;
        step.used = Some(used);
        Ok(step)
    })
    .await
}

/// The receipt's evidence as what a record is told.
fn as_input(call: &Call, salt: &str) -> Result<Node, Failure> {
    let tree = Tree::parse_json(call.text()?, usize::MAX);
    let tree = tree.map_err(|problem| Failure::bad_input(&problem.into()))?;
    let evidence = tree.root.get("evidence");
    let part = |name| Some((name, evidence?.get(name)?.clone()));
    let mut parts: Vec<(&str, Node)> = ["facts", "events"].into_iter().filter_map(part).collect();
    if parts.is_empty() {
        parts.push(("events", Node::list([])));
    }
    parts.push(("salt", Node::text(salt)));
    Ok(Node::object(parts))
}

fn told(
    app: &App,
    call: &Call,
    verified: &Verified,
    outcome: Option<&Outcome>,
    record: Option<(&str, &str)>,
) -> String {
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("verified").boolean(true);
    verified.write(outcome, &mut w);
    if let Some(issuer) = &app.issuer.name {
        let terms = Terms {
            issuer,
            subject: record.map(|(id, _)| id),
            audience: app.issuer.audience.as_deref(),
            now: call.now,
            valid_ms: app.issuer.valid_ms,
        };
        let verdict = verified.sign(outcome, &terms, &app.keys.verdict);
        w.key("verdict").text(&verdict);
    }
    if let Some((id, answer)) = record {
        w.key("record").text(id);
        w.key("answer").raw(answer);
    }
    w.close('}');
    body
}

fn refused(refusal: &Refusal) -> Failure {
    let status = match refusal.code {
        Code::TooLarge => 413,
        Code::Malformed => 400,
        Code::Replayed => 409,
        Code::Unavailable => 503,
        _ => 422,
    };
    let failure = Failure::new(status, refusal.code.word(), &refusal.message);
    failure.with("refusal", refusal.to_json())
}

/// The challenge was answered before.
pub fn replayed() -> Failure {
    refused(&Refusal::replayed())
}
