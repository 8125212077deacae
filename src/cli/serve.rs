//! `leadstage serve`.

use super::record::{read, refuse};
use super::source;
use super::stop::Stop;
use super::verify::{duration, read_keys};
use crate::server::{
    ACCESS_BYTES, Access, Addresses, Book, Hook, Issuer, Settings, Tokens, run as serve,
};
use axum::http::HeaderValue;
use leadstage::limits;
use leadstage::time::parse_duration;
use leadstage::verify::Policy;
use std::net::SocketAddr;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Run the HTTP service: challenges, receipts, records and decisions.
#[derive(clap::Args)]
pub struct Args {
    /// A playbook to take into use, as a document; may be given several times. Those in the store stay in use.
    #[arg(short, long, value_name = "FILE")]
    playbook: Vec<String>,
    /// The file of keys, made by `leadstage keys new`.
    #[arg(long, value_name = "FILE", env = "LEADSTAGE_KEYS")]
    keys: String,
    /// Who may ask what: a file made by `leadstage keys access`. Without it only challenges and receipts are answered.
    #[arg(long, value_name = "FILE", env = "LEADSTAGE_ACCESS")]
    access: Option<String>,
    /// Where to keep things: `sqlite:FILE`, `postgres://…`, or `none` to keep nothing.
    #[arg(
        long,
        value_name = "STORE",
        env = "LEADSTAGE_STORE",
        default_value = "sqlite:leadstage.db",
        hide_env_values = true
    )]
    store: String,
    /// The address to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// An origin whose pages may ask (`https://example.com`); may be given several times.
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// A proxy is in front, which adds the address of whoever asks to `X-Forwarded-For`.
    #[arg(long)]
    behind_proxy: bool,
    /// Sign verdicts as this issuer.
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// For whom verdicts are meant.
    #[arg(long, value_name = "NAME", requires = "issuer")]
    audience: Option<String>,
    /// For how long verdicts may be relied on.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10m")]
    valid: i64,
    /// A signal that only the server may have observed; may be given several times.
    #[arg(long, value_name = "SIGNAL")]
    own_signal: Vec<String>,
    /// Tokens of an identity provider are taken, signed with a key of this JWK Set.
    #[arg(long, value_name = "FILE", requires_all = ["token_issuer", "token_audience"])]
    token_keys: Option<String>,
    /// The `iss` of such tokens.
    #[arg(long, value_name = "NAME")]
    token_issuer: Option<String>,
    /// The `aud` of such tokens.
    #[arg(long, value_name = "NAME")]
    token_audience: Option<String>,
    /// Where to send what happens to records; may be given several times.
    #[arg(long, value_name = "URL", requires = "hook_secret")]
    hook: Vec<String>,
    /// A file with the secret that hooks are signed with, at least 24 bytes.
    #[arg(long, value_name = "FILE")]
    hook_secret: Option<String>,
    /// The waits after attempts that failed; after the last one a message is given up.
    #[arg(long, value_name = "TIMES", value_parser = waits, default_value = "5s,30s,2m,10m,1h,6h,1d")]
    hook_retries: Waits,
    /// Requests that are answered at once, at most.
    #[arg(long, value_name = "N", default_value_t = 1_024)]
    at_once: usize,
    /// Requests a second from one address without a key, at most; 0 is no limit.
    #[arg(long, value_name = "N", default_value_t = 20)]
    rate: u32,
    /// Requests a second with one key, at most; 0 is no limit.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    key_rate: u32,
    /// Records that are kept in memory, at most.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    records: usize,
    /// How long requests that are being answered may take when the service stops.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
    drain: i64,
    /// Threads; by default one for each core.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Clone)]
struct Waits(Vec<i64>);

/// Reads the value of `--hook-retries`.
fn waits(text: &str) -> Result<Waits, String> {
    let wait = |part: &str| parse_duration(part.trim());
    let waits = text.split(',').map(wait).collect::<Option<_>>();
    waits
        .map(Waits)
        .ok_or_else(|| String::from("write durations: 5s,30s,2m"))
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let settings = settings(args)?;
    let filter = EnvFilter::try_from_env("LEADSTAGE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = args.threads {
        runtime.worker_threads(threads.max(1));
    }
    let runtime = runtime.enable_all().build();
    let runtime = runtime.map_err(|error| Stop::Files(format!("no threads: {error}")))?;
    runtime.block_on(serve(settings)).map_err(Stop::Files)
}

fn settings(args: &Args) -> Result<Settings, Stop> {
    let mut policy = Policy::default();
    let own = args.own_signal.iter();
    policy.own_signals = own.map(|name| name.as_str().into()).collect();
    let tokens = match (&args.token_keys, &args.token_issuer, &args.token_audience) {
        (Some(file), Some(issuer), Some(audience)) => {
            let jwks = read(file, limits::KEYS_BYTES)?;
            let tokens = Tokens::new(&jwks, issuer, audience);
            Some(tokens.map_err(|error| Stop::Usage(format!("`{file}`: {error}")))?)
        }
        _ => None,
    };
    let mut access = match &args.access {
        None => Access::default(),
        Some(file) => {
            let text = read(file, ACCESS_BYTES)?;
            Access::parse(&text).map_err(|problems| refuse(file, &text, &problems))?
        }
    };
    if let Some(tokens) = tokens {
        access = access.and_tokens(tokens);
    }
    let origins = args.origin.iter().map(|origin| {
        let value = HeaderValue::from_str(origin.trim_end_matches('/'));
        value.map_err(|_| Stop::Usage(format!("`{origin}` is no origin")))
    });
    Ok(Settings {
        listen: args.listen,
        store: args.store.clone(),
        keys: read_keys(&args.keys)?,
        issuer: Issuer {
            name: args.issuer.clone(),
            audience: args.audience.clone(),
            valid_ms: args.valid,
        },
        access,
        policy,
        books: args
            .playbook
            .iter()
            .map(|it| book(it))
            .collect::<Result<_, _>>()?,
        hooks: hooks(args)?,
        origins: origins.collect::<Result<_, _>>()?,
        addresses: match args.behind_proxy {
            true => Addresses::Forwarded,
            false => Addresses::Peer,
        },
        at_once: args.at_once.max(1),
        by_address: args.rate,
        by_key: args.key_rate,
        records: args.records.max(1),
        drain: Duration::from_millis(u64::try_from(args.drain).unwrap_or_default()),
    })
}

fn book(file: &str) -> Result<Book, Stop> {
    let bytes = source::read(file, limits::PLAYBOOK_BYTES)?;
    if bytes.starts_with(b"LSPB") {
        let message = format!("`{file}` is compiled: give the document, which records need");
        return Err(Stop::Usage(message));
    }
    let text = source::text(bytes).map_err(|problem| refuse(file, "", &problem.into()))?;
    Book::parse(&text).map_err(|problems| refuse(file, &text, &problems))
}

fn hooks(args: &Args) -> Result<Vec<Hook>, Stop> {
    let Some(file) = &args.hook_secret else {
        return Ok(Vec::new());
    };
    let secret = source::read(file, limits::KEYS_BYTES)?;
    let made = |url: &String| Hook::new(url, secret.trim_ascii(), &args.hook_retries.0);
    let hooks = args.hook.iter().map(made).collect::<Result<_, _>>();
    hooks.map_err(Stop::Usage)
}
