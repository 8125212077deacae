//! Records: made, told something, looked at.

use super::inputs::{self, members};
use crate::server::app::{App, random};
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::records::Step;
use crate::server::reply::Reply;
use leadstage::json::Writer;
use leadstage::lifecycle::Record;

/// Records of a page of a list, at most.
const PAGE: u32 = 100;
/// Bytes of a record's id.
const ID_BYTES: usize = 200;

pub async fn create(app: &App, call: &Call) -> Result<Reply, Failure> {
    app.database()?;
    let tree = call.tree()?;
    let said = members(&tree.root, &["id", "playbook", "input"])?;
    let id = match said.text("id")? {
        Some(id) if !is_id(id) => {
            let message = "an id is 1 to 200 bytes of visible characters, without `/`";
            return Err(inputs::wrong("/id", "bad_name", message));
        }
        Some(id) => id.to_owned(),
        None => {
            let mut id = String::new();
            leadstage::json::push_hex(&mut id, &random::<16>()?);
            id
        }
    };
    let shelf = app.books.shelf();
    let book = shelf.meant(said.text("playbook")?);
    let book = book.ok_or_else(|| Failure::not_found("playbook"))?;
    let lifecycle = book.lifecycle.clone().ok_or_else(|| {
        let message = "this playbook has no lifecycle, so records can't follow it";
        inputs::wrong("/playbook", "no_lifecycle", message)
    })?;
    let mut record = Record::new(lifecycle, Some(&id));
    let mut step = match said.get("input") {
        None => Step {
            reply: Reply::json(201, String::new()),
            next_at: None,
            erase_at: None,
            news: None,
            used: None,
        },
        Some(node) => {
            let (input, at) = inputs::input(call, node, &inputs::salt()?, &record)?;
            inputs::step(&mut record, &input, at, 201)?
        }
    };
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("id").text(&id);
    w.key("answer");
    match step.reply.body.is_empty() {
        true => w.null(),
        false => w.raw(&step.reply.body),
    }
    w.close('}');
    step.reply = Reply::json(201, body).header("location", format!("/v1/records/{}", encoded(&id)));
    app.begin(call, &id, record, step).await
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= ID_BYTES
        && !id
            .chars()
            .any(|letter| letter.is_control() || letter.is_whitespace() || letter == '/')
}

/// As it stands in a path.
fn encoded(id: &str) -> String {
    let mut text = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

pub async fn advance(app: &App, call: &Call) -> Result<Reply, Failure> {
    let tree = call.tree()?;
    let salt = inputs::salt()?;
    let done = app.step(call, call.part(0), |record| {
        let (input, at) = inputs::input(call, &tree.root, &salt, record)?;
        inputs::step(record, &input, at, 200)
    });
    let done = done.await;
    let outcome = match &done {
        Ok(_) => "taken",
        Err(failure) => failure.code,
    };
    metrics::counter!("leadstage_inputs_total", "outcome" => outcome).increment(1);
    done
}

pub async fn get(app: &App, call: &Call) -> Result<Reply, Failure> {
    let look = |record: &Record| (record.to_json(), record.head());
    let (body, head) = app.look(call.part(0), look).await?;
    Ok(Reply::json(200, body).header("etag", format!("\"{head}\"")))
}

pub async fn journal(app: &App, call: &Call) -> Result<Reply, Failure> {
    let body = app.look(call.part(0), Record::to_kept).await?;
    Ok(Reply::json(200, body))
}

pub async fn story(app: &App, call: &Call) -> Result<Reply, Failure> {
    let body = app.look(call.part(0), |it| it.explain(call.now)).await?;
    Ok(Reply::json(200, body))
}

pub async fn list(app: &App, call: &Call) -> Result<Reply, Failure> {
    let most = limit(call, PAGE)?;
    let after = call.asked("after").unwrap_or_default();
    let records = app.database()?.records(after, most).await?;
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("records").open('[');
    for record in &records {
        w.item().open('{');
        w.key("id").text(&record.id);
        w.key("playbook").text(&record.playbook);
        w.key("entries").integer(i64::from(record.entries));
        w.key("stage").text_or_null(record.stage.as_deref());
        w.key("next_at").integer_or_null(record.next_at);
        w.key("erase_at").integer_or_null(record.erase_at);
        w.key("erased").boolean(record.erased);
        w.key("updated_at").integer(record.updated_at);
        w.close('}');
    }
    w.close(']');
    let full = records.len() >= usize::try_from(most).unwrap_or(usize::MAX);
    let last = records.last().filter(|_| full);
    w.key("next")
        .text_or_null(last.map(|record| record.id.as_str()));
    w.close('}');
    Ok(Reply::json(200, body))
}

/// The value of `limit`, from 1 to the most.
pub fn limit(call: &Call, most: u32) -> Result<u32, Failure> {
    let Some(text) = call.asked("limit") else {
        return Ok(most);
    };
    let number = text.parse::<u32>().ok();
    number.filter(|it| (1..=most).contains(it)).ok_or_else(|| {
        let detail = format!("`limit` is a number from 1 to {most}");
        Failure::new(400, "bad_query", detail)
    })
}
