//! Decisions: on evidence that is sent along, and on records.

use super::inputs::{self, members};
use crate::server::app::App;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::reply::Reply;
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::json::Writer;
use leadstage::lifecycle::Record;
use leadstage::playbook::Millis;
use leadstage::tree::{Node, Tree, write_compact};

pub async fn decide(app: &App, call: &Call) -> Result<Reply, Failure> {
    let tree = call.tree()?;
    let said = members(&tree.root, &["playbook", "evidence", "as_of", "explained"])?;
    let shelf = app.books.shelf();
    let book = shelf.meant(said.text("playbook")?);
    let book = book.ok_or_else(|| Failure::not_found("playbook"))?;
    let empty = Node::object([]);
    let node = said.get("evidence").unwrap_or(&empty);
    let mut text = String::new();
    write_compact(&mut text, node);
    let evidence = Evidence::parse(&book.playbook, &text).map_err(|problems| {
        let moved = problems.iter().cloned().map(|mut problem| {
            problem.path.insert_str(0, "/evidence");
            // The place in a text that nobody sent.
            (problem.line, problem.column) = (None, None);
            problem
        });
        Failure::bad_input(&leadstage::problem::Problems::new(moved.collect()))
    })?;
    let as_of = said.instant("as_of")?.unwrap_or(call.now);
    let extent = extent(said.boolean("explained")?);
    Ok(Reply::json(
        200,
        evaluate_json(&book.playbook, &evidence, as_of, extent),
    ))
}

fn extent(explained: bool) -> Extent {
    match explained {
        true => Extent::Explained,
        false => Extent::Brief,
    }
}

/// The instant that the query names, or now.
fn as_of(call: &Call) -> Result<Millis, Failure> {
    let Some(text) = call.asked("as_of") else {
        return Ok(call.now);
    };
    inputs::instant(text).ok_or_else(|| {
        let detail = "`as_of` is an instant: milliseconds since 1970, or `2026-11-22T09:30:00Z`";
        Failure::new(400, "bad_query", detail)
    })
}

fn decision(record: &Record, as_of: Millis, extent: Extent) -> String {
    evaluate_json(
        record.lifecycle().playbook(),
        &record.evidence(),
        as_of,
        extent,
    )
}

pub async fn of_record(app: &App, call: &Call) -> Result<Reply, Failure> {
    let as_of = as_of(call)?;
    let explained = match call.asked("explained") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            let detail = "`explained` is `true` or `false`";
            return Err(Failure::new(400, "bad_query", detail));
        }
    };
    let extent = extent(explained);
    let look = |record: &Record| decision(record, as_of, extent);
    let body = app.look(call.part(0), look).await?;
    Ok(Reply::json(200, body))
}

/// When gates and the route come out otherwise if nothing new happens.
pub async fn forecast(app: &App, call: &Call) -> Result<Reply, Failure> {
    let as_of = as_of(call)?;
    let look = |record: &Record| decision(record, as_of, Extent::Explained);
    let decision = app.look(call.part(0), look).await?;
    let tree = Tree::parse_json(&decision, usize::MAX);
    let tree = tree.map_err(|_| Failure::new(500, "damaged", "the decision can't be read"))?;
    let mut body = String::new();
    let mut w = Writer::new(&mut body);
    w.open('{');
    w.key("as_of").integer(as_of);
    w.key("gates").open('{');
    let gates = tree.root.get("gates").and_then(Node::as_object);
    for gate in gates.unwrap_or_default() {
        w.key(&gate.key);
        parts(&mut w, &gate.value, &["open", "flips_at", "steady_until"]);
    }
    w.close('}');
    w.key("route");
    match tree.root.get("route").filter(|it| it.as_object().is_some()) {
        None => w.null(),
        Some(route) => parts(
            &mut w,
            route,
            &["then", "flips_at", "flips_to", "steady_until"],
        ),
    }
    w.close('}');
    Ok(Reply::json(200, body))
}

/// Parts of an object, null where they are missing.
fn parts(w: &mut Writer, node: &Node, names: &[&str]) {
    w.open('{');
    for name in names {
        w.key(name);
        match node.get(name) {
            None => w.null(),
            Some(part) => {
                let mut text = String::new();
                write_compact(&mut text, part);
                w.raw(&text);
            }
        }
    }
    w.close('}');
}
