//! What happens by itself: clocks that run out, return dates, what expires.

use super::app::{App, now};
use super::call::Call;
use super::endpoints;
use super::store::{Deed, Kind};
use leadstage::tree::{Content, Node};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const PAUSE: Duration = Duration::from_secs(1);
/// Records of a round, at most.
const AT_ONCE: u32 = 100;
/// Rounds until what has expired is forgotten, and playbooks are looked at again.
const TIDY_EVERY: u32 = 30;

/// Looks after records until the service stops.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let Some(database) = app.store.database() else {
        return;
    };
    let yes = || Node {
        content: Content::Boolean(true),
        ..Node::text("")
    };
    let tick = Node::object([("tick", yes())]);
    let erase = Node::object([("erase", yes()), ("by", Node::text("retention"))]);
    for round in 0u32.. {
        if round.is_multiple_of(TIDY_EVERY) {
            app.limits.tidy();
            app.figures.run_upkeep();
            // Where the store is away, there is a next time.
            let _ = database.keep(Deed::Forget { now: now() }.into()).await;
            let _ = app.books.refresh(database).await;
            let _ = database.wipe().await;
        }
        let mut found = 0;
        for (kind, input) in [(Kind::Tick, &tick), (Kind::Erase, &erase)] {
            let due = database.due(kind, now(), AT_ONCE).await;
            for id in due.unwrap_or_default() {
                found += 1;
                look_after(&app, &id, input).await;
            }
        }
        let full = found >= AT_ONCE;
        tokio::select! {
            () = tokio::time::sleep(if full { Duration::ZERO } else { PAUSE }) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn look_after(app: &App, id: &str, input: &Node) {
    let call = Call::of_itself(now());
    let done = app.step(&call, id, |record| {
        endpoints::of_itself(&call, record, input)
    });
    if let Err(failure) = done.await {
        tracing::warn!(code = failure.code, "a record could not be looked after");
    }
}
