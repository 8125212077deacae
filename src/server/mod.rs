//! The HTTP service: challenges, receipts, records, decisions. See `docs/SERVER.md`.
//!
//! It reads the clock, random bytes, the network and a database, and asks the library what that means.

mod access;
mod app;
mod books;
mod call;
mod clock;
mod endpoints;
mod failure;
mod hooks;
mod limits;
mod listen;
mod records;
mod reply;
mod service;
mod store;

pub use access::{ACCESS_BYTES, Access, Role, Tokens, make_key};
pub use app::Issuer;
pub use books::Book;
pub use hooks::Hook;
pub use service::Addresses;

use app::{App, now};
use axum::http::HeaderValue;
use books::Books;
use leadstage::verify::{Keys, Policy};
use limits::Limits;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use quick_cache::sync::Cache;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{Notify, watch};

/// How a service is set up.
pub struct Settings {
    pub listen: SocketAddr,
    /// `none`, `sqlite:FILE` or `postgres://…`.
    pub store: String,
    pub keys: Keys,
    pub issuer: Issuer,
    pub access: Access,
    pub policy: Policy,
    /// Playbooks to take into use.
    pub books: Vec<Book>,
    pub hooks: Vec<Hook>,
    /// Origins whose pages may ask.
    pub origins: Vec<HeaderValue>,
    pub addresses: Addresses,
    /// Requests at once; and a second: from an address without a key, with one key.
    pub at_once: usize,
    pub by_address: u32,
    pub by_key: u32,
    /// Records that are kept in memory.
    pub records: usize,
    /// How long requests that are being answered may take when the service stops.
    pub drain: Duration,
}

/// Upper bounds of the seconds that requests are counted by.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0,
];

/// Serves until the process is told to stop.
///
/// # Errors
/// Why it can't begin.
pub async fn run(settings: Settings) -> Result<(), String> {
    let figures = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix(String::from("_seconds")), &BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| format!("figures can't be counted: {error}"))?;
    let store = Store::open(&settings.store).await?;
    let books = Books::new(settings.keys.challenge.clone(), settings.policy);
    for book in settings.books {
        let added = match store.database() {
            Some(database) => books.keep(book, database, now()).await,
            None => Ok(books.add(book)),
        };
        match added {
            Ok(true) => {}
            Ok(false) => return Err(String::from("there are more playbooks than fit")),
            Err(store::Away) => return Err(String::from("the store can't keep the playbooks")),
        }
    }
    if let Some(database) = store.database() {
        let refreshed = books.refresh(database).await;
        refreshed.map_err(|_| String::from("the playbooks of the store can't be read"))?;
    }
    let app = Arc::new(App {
        keys: settings.keys,
        issuer: settings.issuer,
        access: settings.access,
        books,
        store,
        records: Cache::new(settings.records),
        hooks: settings.hooks,
        posted: Notify::new(),
        limits: Limits::new(settings.at_once, settings.by_address, settings.by_key),
        figures,
    });
    let (stop, stopped) = watch::channel(false);
    let aside = [
        tokio::spawn(clock::run(app.clone(), stopped.clone())),
        tokio::spawn(hooks::run(app.clone(), stopped)),
    ];
    let router = service::router(&app, &settings.origins, settings.addresses);
    let served = listen::serve(settings.listen, router, settings.drain).await;
    // Nobody listens any more where a task has ended by itself.
    let _ = stop.send(true);
    for task in aside {
        let _ = tokio::time::timeout(settings.drain, task).await;
    }
    if let Some(database) = app.store.database() {
        database.close().await;
    }
    served
}
