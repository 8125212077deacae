//! Playbooks, side by side.

use super::inputs::members;
use crate::server::app::App;
use crate::server::books::Book;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use crate::server::store::{Applied, Deed};
use leadstage::json::Writer;
use leadstage::playbook::{Millis, Playbook};

fn write(w: &mut Writer, playbook: &Playbook, retired: Option<Millis>) {
    w.open('{');
    w.key("digest").text(&playbook.digest());
    w.key("name").text(playbook.name());
    w.key("version").integer(i64::from(playbook.version()));
    w.key("retired_at").integer_or_null(retired);
    w.close('}');
}

pub async fn list(app: &App, _: &Call) -> Result<Reply, Failure> {
    let shelf = app.books.shelf();
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("playbooks").open('[');
    for (playbook, retired) in shelf.all() {
        write(w.item(), playbook, retired);
    }
    w.close(']');
    w.close('}');
    Ok(Reply::json(200, body))
}

pub async fn get(app: &App, call: &Call) -> Result<Reply, Failure> {
    let shelf = app.books.shelf();
    let book = shelf.book(call.part(0));
    let book = book.ok_or_else(|| Failure::not_found("playbook"))?;
    Ok(Reply::json(200, book.document.clone()))
}

pub async fn add(app: &App, call: &Call) -> Result<Reply, Failure> {
    let database = app.database()?;
    let book = Book::parse(call.text()?).map_err(|problems| Failure::bad_input(&problems))?;
    let playbook = book.playbook.clone();
    if !app.books.keep(book, database, call.now).await? {
        let detail = "there is no room for more playbooks";
        return Err(Failure::new(409, "too_many", detail));
    }
    let mut body = String::new();
    write(&mut Writer::new(&mut body), &playbook, None);
    let location = format!("/v1/playbooks/{}", playbook.digest());
    Ok(Reply::json(201, body).header("location", location))
}

pub async fn retire(app: &App, call: &Call) -> Result<Reply, Failure> {
    let database = app.database()?;
    if !call.body.is_empty() {
        members(&call.tree()?.root, &[])?;
    }
    let shelf = app.books.shelf();
    let book = shelf.book(call.part(0));
    let playbook = &book.ok_or_else(|| Failure::not_found("playbook"))?.playbook;
    let deed = Deed::Retire {
        digest: playbook.digest(),
        at: call.now,
    };
    if database.keep(deed.into()).await? != Applied::Done {
        return Err(Failure::not_found("playbook"));
    }
    app.books.refresh(database).await?;
    let mut body = String::new();
    write(&mut Writer::new(&mut body), playbook, Some(call.now));
    Ok(Reply::json(200, body))
}
