//! What happens by itself: clocks that run out, return dates, what expires.

use super::app::{App, now};
use super::call::Call;
use super::records::Step;
use super::store::{Deed, Kind};
use leadstage::lifecycle::Input;
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
    for round in 0u32.. {
        if round.is_multiple_of(TIDY_EVERY) {
            app.limits.tidy();
            app.figures.run_upkeep();
            // Where the store is away, there is a next time.
            let _ = database.keep(Deed::Forget { now: now() }.into()).await;
            let _ = app.books.refresh(database).await;
        }
        let due = database.due(Kind::Tick, now(), AT_ONCE).await;
        let due = due.unwrap_or_default();
        let full = due.len() >= usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        for id in due {
            tick(&app, &id).await;
        }
        tokio::select! {
            () = tokio::time::sleep(if full { Duration::ZERO } else { PAUSE }) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn tick(app: &App, id: &str) {
    let call = Call::of_itself(now());
    let done = app.step(&call, id, |record| {
        let tick = Node::object([(
            "tick",
            Node {
                content: Content::Boolean(true),
                ..Node::text("")
            },
        )]);
        let input = Input::from_tree(record.lifecycle(), &tick);
        let input = input.map_err(|problems| super::failure::Failure::bad_input(&problems))?;
        let at = call.now.max(record.as_of().unwrap_or(call.now));
        let answer = record.advance(&input, at);
        Ok(Step::of(&answer, 200))
    });
    if let Err(failure) = done.await {
        tracing::warn!(code = failure.code, "a record could not be looked after");
    }
}
