//! What people may ask about their data: all of it, and that it goes.

use super::inputs::{self, members};
use crate::server::app::App;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use leadstage::tree::Node;

pub async fn export(app: &App, call: &Call) -> Result<Reply, Failure> {
    let body = app.look(call.part(0), |it| it.export(call.now)).await?;
    Ok(Reply::json(200, body))
}

pub async fn erase(app: &App, call: &Call) -> Result<Reply, Failure> {
    let tree = call.tree()?;
    let said = members(&tree.root, &["reason"])?;
    let reason = said.text("reason")?.ok_or_else(|| {
        let message = "`reason` is missing: why the record is erased, without personal data";
        inputs::wrong("/reason", "missing_field", message)
    })?;
    let input = [("erase", Node::text(reason)), ("by", Node::text("privacy"))];
    let input = Node::object(input);
    let erased = app.step(call, call.part(0), |it| inputs::of_itself(call, it, &input));
    let erased = erased.await?;
    app.database()?.wipe().await?;
    Ok(erased)
}
