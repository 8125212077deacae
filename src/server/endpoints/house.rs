//! What operators ask: whether it lives, whether it can work, what it counted, what it offers.

use crate::server::app::App;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use leadstage::tree::{Tree, write_compact};
use std::sync::LazyLock;

/// The OpenAPI document as JSON.
static OPENAPI: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    if let Ok(tree) = Tree::parse(include_str!("../openapi.yaml"), usize::MAX) {
        write_compact(&mut text, &tree.root);
    }
    text
});

pub async fn live(_: &App, _: &Call) -> Result<Reply, Failure> {
    Ok(Reply::json(200, String::from(r#"{"status":"ok"}"#)))
}

pub async fn ready(app: &App, _: &Call) -> Result<Reply, Failure> {
    if let Some(database) = app.store.database() {
        database.is_there().await?;
    }
    Ok(Reply::json(200, String::from(r#"{"status":"ok"}"#)))
}

pub async fn metrics(app: &App, _: &Call) -> Result<Reply, Failure> {
    let mut reply = Reply::json(200, app.figures.render());
    reply.kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(reply)
}

pub async fn openapi(_: &App, _: &Call) -> Result<Reply, Failure> {
    Ok(Reply::json(200, OPENAPI.clone()))
}
