//! What the endpoints share.

use super::access::Access;
use super::books::Books;
use super::failure::Failure;
use super::hooks::Hook;
use super::limits::Limits;
use super::store::{Database, Message, Store};
use leadstage::lifecycle::Record;
use leadstage::playbook::Millis;
use leadstage::verify::Keys;
use metrics_exporter_prometheus::PrometheusHandle;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{Mutex, Notify};

/// Who says verdicts, and for how long.
#[derive(Clone, Debug, Default)]
pub struct Issuer {
    /// `None`: verdicts are not signed.
    pub name: Option<String>,
    pub audience: Option<String>,
    pub valid_ms: Millis,
}

/// A record that is in memory, and taken by one at a time.
pub type Slot = Arc<Mutex<Option<Record>>>;

/// The service.
pub struct App {
    pub keys: Keys,
    pub issuer: Issuer,
    pub access: Access,
    pub books: Books,
    pub store: Store,
    pub records: Cache<String, Slot>,
    pub hooks: Vec<Hook>,
    /// There is something in the outbox.
    pub posted: Notify,
    pub limits: Limits,
    pub figures: PrometheusHandle,
}

impl App {
    /// The database, or that there is none.
    pub fn database(&self) -> Result<&Database, Failure> {
        self.store.database().ok_or_else(|| {
            let detail = "this service runs without a store: it gives out challenges and checks receipts, and keeps nothing";
            Failure::new(501, "no_store", detail)
        })
    }

    /// The messages about an entry of a record, one for each hook.
    pub fn messages(&self, record: &str, entry: u32, body: &str) -> Vec<Message> {
        let message = |hook: &Hook| Message {
            id: hook.message_id(record, entry),
            hook: hook.name.clone(),
            entry,
            body: body.to_owned(),
        };
        self.hooks.iter().map(message).collect()
    }
}

/// The instant by the machine's clock, in milliseconds.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::new(503, "unavailable", "the system gives no random bytes"))?;
    Ok(bytes)
}
