//! Messages that wait to be sent, and those that were given up.

use super::inputs::members;
use super::records::limit;
use crate::server::app::App;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use crate::server::store::{Applied, Deed};
use leadstage::json::Writer;

/// Messages of a page of a list, at most.
const PAGE: u32 = 100;

pub async fn list(app: &App, call: &Call) -> Result<Reply, Failure> {
    let dead = match call.asked("state") {
        None | Some("dead") => true,
        Some("waiting") => false,
        Some(_) => {
            let detail = "`state` is `dead` or `waiting`";
            return Err(Failure::new(400, "bad_query", detail));
        }
    };
    let most = limit(call, PAGE)?;
    let after = call.asked("after").unwrap_or_default();
    let messages = app.database()?.outbox(dead, after, most).await?;
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("messages").open('[');
    for message in &messages {
        w.item().open('{');
        w.key("id").text(&message.id);
        w.key("hook").text(&message.hook);
        w.key("record").text(&message.record);
        w.key("entry").integer(i64::from(message.entry));
        w.key("created_at").integer(message.created_at);
        w.key("due_at").integer(message.due_at);
        w.key("attempts").integer(i64::from(message.attempts));
        w.key("said").text(&message.said);
        w.key("body").raw(&message.body);
        w.close('}');
    }
    w.close(']');
    let full = messages.len() >= usize::try_from(most).unwrap_or(usize::MAX);
    let last = messages.last().filter(|_| full);
    w.key("next")
        .text_or_null(last.map(|message| message.id.as_str()));
    w.close('}');
    Ok(Reply::json(200, body))
}

pub async fn retry(app: &App, call: &Call) -> Result<Reply, Failure> {
    let database = app.database()?;
    if !call.body.is_empty() {
        members(&call.tree()?.root, &[])?;
    }
    let deed = Deed::Retry {
        id: call.part(0).to_owned(),
        now: call.now,
    };
    match database.keep(deed.into()).await? {
        Applied::Done => {
            app.posted.notify_one();
            Ok(Reply::json(200, String::from("{}")))
        }
        _ => Err(Failure::not_found("message that was given up")),
    }
}
