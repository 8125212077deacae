//! Hooks: messages of the outbox are sent until they are taken, or given up and kept to be seen.
//!
//! They are signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

use super::app::{App, now};
use super::store::{Applied, Deed, Outgoing};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use leadstage::playbook::Millis;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Messages that are sent at once, at most.
const AT_ONCE: u32 = 32;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long no other process sends a message that is being sent.
const CLAIMED_MS: Millis = 30_000;
/// How long to look at the outbox again where nothing says that there is something.
const PAUSE: Duration = Duration::from_millis(500);

/// Where messages go.
#[derive(Clone)]
pub struct Hook {
    pub name: String,
    pub url: String,
    secret: Arc<[u8]>,
    /// How long to wait before each further attempt, in milliseconds.
    waits: Arc<[Millis]>,
}

impl Hook {
    /// A hook with the secret that it signs with (at least 24 bytes), and the waits after attempts that failed.
    ///
    /// # Errors
    /// Where the secret is too short or the address is none.
    pub fn new(url: &str, secret: &[u8], waits: &[Millis]) -> Result<Self, String> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(format!(
                "`{url}` is no address of a hook: it begins with `https://`"
            ));
        }
        if secret.len() < 24 {
            return Err(String::from("a hook's secret has at least 24 bytes"));
        }
        // By its address a message finds it again after a restart.
        let mut name = String::new();
        let digest = Sha256::digest(url.as_bytes());
        leadstage::json::push_hex(&mut name, digest.get(..6).unwrap_or_default());
        Ok(Self {
            name,
            url: url.to_owned(),
            secret: secret.into(),
            waits: waits.into(),
        })
    }

    /// The id of the message about an entry: the same whenever it is made.
    pub fn message_id(&self, record: &str, entry: u32) -> String {
        let mut hash = Sha256::new();
        for part in [self.name.as_bytes(), record.as_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(entry.to_be_bytes());
        let mut id = String::from("msg_");
        leadstage::json::push_hex(&mut id, hash.finalize().get(..16).unwrap_or_default());
        id
    }

    fn signature(&self, id: &str, seconds: i64, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        Some(format!(
            "v1,{}",
            Base64::encode_string(&mac.finalize().into_bytes())
        ))
    }

    /// Sends a message; what is said where it isn't taken.
    fn send(&self, agent: &ureq::Agent, message: &Outgoing) -> Result<(), String> {
        let seconds = now().div_euclid(1_000);
        let signature = self.signature(&message.id, seconds, &message.body);
        let sent = agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature.unwrap_or_default())
            .send(&message.body);
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("it answered with {}", answer.status().as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What is done after an attempt that failed: the first is number 1.
    fn failed(&self, message: &Outgoing, attempts: u32, said: String) -> Deed {
        let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = self.waits.get(place);
        Deed::Failed {
            id: message.id.clone(),
            due_at: now().saturating_add(wait.copied().unwrap_or_default()),
            said,
            dead: wait.is_none(),
        }
    }
}

/// Sends what is due until the service stops.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build(),
    );
    loop {
        let sent = round(&app, &agent).await;
        if sent == 0 {
            tokio::select! {
                () = app.posted.notified() => {}
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => return,
            }
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Sends what is due now, and says how many messages that were.
async fn round(app: &Arc<App>, agent: &ureq::Agent) -> usize {
    let Some(database) = app.store.database() else {
        return 0;
    };
    let due = database.outgoing(now(), AT_ONCE).await.unwrap_or_default();
    let sending = due.into_iter().map(|message| {
        let (app, agent) = (app.clone(), agent.clone());
        tokio::spawn(async move { one(&app, &agent, message).await })
    });
    let sending: Vec<_> = sending.collect();
    let mut done = 0;
    for sending in sending {
        done += usize::from(sending.await.unwrap_or_default());
    }
    done
}

/// Sends a message, and says whether it was this process that tried.
async fn one(app: &App, agent: &ureq::Agent, message: Outgoing) -> bool {
    let Some(database) = app.store.database() else {
        return false;
    };
    let Some(hook) = app.hooks.iter().find(|hook| hook.name == message.hook) else {
        // The hook was taken out of the settings: its messages are given up, and can be seen.
        let deed = Deed::Failed {
            id: message.id,
            due_at: now(),
            said: String::from("this hook is not among the service's settings any more"),
            dead: true,
        };
        return database.keep(deed.into()).await.is_ok();
    };
    let claim = Deed::Claim {
        id: message.id.clone(),
        now: now(),
        until: now().saturating_add(CLAIMED_MS),
    };
    if database.keep(claim.into()).await != Ok(Applied::Done) {
        return false;
    }
    let (sender, asked, sent) = (hook.clone(), agent.clone(), message.clone());
    let done = tokio::task::spawn_blocking(move || sender.send(&asked, &sent)).await;
    let done = done.unwrap_or_else(|_| Err(String::from("the attempt was broken off")));
    let outcome = if done.is_ok() { "delivered" } else { "failed" };
    metrics::counter!("leadstage_messages_total", "outcome" => outcome).increment(1);
    let deed = match done {
        Ok(()) => Deed::Delivered { id: message.id },
        Err(said) => hook.failed(&message, message.attempts + 1, said),
    };
    // Where the store is away the message is sent once more when its claim is over: at least once.
    database.keep(deed.into()).await.is_ok()
}
