//! From a request to its answer: who asks, whether they may, how much, and what is noted of it.

use super::app::{App, now};
use super::call::Call;
use super::endpoints::{ROUTES, Route};
use super::failure::Failure;
use super::reply::Reply;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long the bytes of a request may take to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Letters of an idempotency key, at most.
const KEY_LETTERS: usize = 200;

/// Where somebody's address is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// The connection.
    Peer,
    /// The last one of `X-Forwarded-For`, which the proxy in front adds.
    Forwarded,
}

/// All routes with what lies around them.
pub fn router(app: &Arc<App>, origins: &[HeaderValue], addresses: Addresses) -> Router {
    let mut paths: BTreeMap<&str, MethodRouter> = BTreeMap::new();
    for route in ROUTES {
        let app = app.clone();
        let filter = match route.method {
            Method::GET => MethodFilter::GET,
            _ => MethodFilter::POST,
        };
        let answer = on(filter, move |params: RawPathParams, request: Request| {
            let app = app.clone();
            async move { serve(&app, route, params, request, addresses).await }
        });
        let made = match paths.remove(route.path) {
            Some(other) => other.merge(answer),
            None => answer,
        };
        paths.insert(route.path, made);
    }
    let mut router = Router::new();
    for (path, methods) in paths {
        router = router.route(path, methods);
    }
    router = router
        .method_not_allowed_fallback(|| async {
            answer(Err(Failure::new(
                405,
                "method_not_allowed",
                "this can't be asked with this method",
            )))
        })
        .fallback(|| async { answer(Err(Failure::not_found("address"))) });
    if origins.is_empty() {
        return router;
    }
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
        ])
        .max_age(Duration::from_secs(600));
    router.layer(cors)
}

fn answer(done: Result<Reply, Failure>) -> Response<Body> {
    done.unwrap_or_else(|failure| failure.reply()).into()
}

async fn serve(
    app: &Arc<App>,
    route: &'static Route,
    params: RawPathParams,
    request: Request,
    addresses: Addresses,
) -> Response<Body> {
    let begun = Instant::now();
    let peer = request.extensions().get::<SocketAddr>();
    let address = address(peer, request.headers(), addresses);
    let method = request.method().clone();
    let mut who = None;
    let done = run(app, route, params, request, address, &mut who).await;
    let reply = done.unwrap_or_else(|failure| failure.reply());
    let taken = begun.elapsed();
    let status = status(reply.status);
    metrics::counter!("leadstage_http_requests_total", "method" => method_word(&method), "route" => route.path, "status" => status)
        .increment(1);
    metrics::histogram!("leadstage_http_request_seconds", "route" => route.path)
        .record(taken.as_secs_f64());
    // Neither ids nor bodies: both may tell of people.
    tracing::info!(
        method = method_word(&method),
        route = route.path,
        status = reply.status,
        key = who.as_deref(),
        micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    reply.into()
}

fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        _ => "POST",
    }
}

/// As a label: the codes that the service answers with.
fn status(status: u16) -> &'static str {
    match status {
        200 => "200",
        201 => "201",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        409 => "409",
        413 => "413",
        415 => "415",
        422 => "422",
        429 => "429",
        501 => "501",
        503 => "503",
        _ => "500",
    }
}

fn address(peer: Option<&SocketAddr>, headers: &HeaderMap, addresses: Addresses) -> IpAddr {
    let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), SocketAddr::ip);
    if addresses == Addresses::Peer {
        return peer;
    }
    let said = headers.get_all("x-forwarded-for").iter().next_back();
    let last = said.and_then(|it| it.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer)
}

async fn run(
    app: &Arc<App>,
    route: &'static Route,
    params: RawPathParams,
    request: Request,
    address: IpAddr,
    name: &mut Option<String>,
) -> Result<Reply, Failure> {
    let _place = app.limits.enter()?;
    let (head, body) = request.into_parts();
    let who = match bearer(&head.headers)? {
        None => None,
        Some(bearer) => {
            // Guessing counts as asking without a key.
            let who = app.access.who(bearer);
            if who.is_err() {
                app.limits.admit(None, address)?;
            }
            Some(who.map_err(|_| unknown("this key or token is not known, or not valid any more"))?)
        }
    };
    *name = who.as_ref().map(|who| who.id.clone());
    app.limits.admit(who.as_ref(), address)?;
    match &who {
        _ if route.right == super::access::Right::Open => {}
        None => return Err(unknown("a key is needed: `Authorization: Bearer …`")),
        Some(who) if who.role.may(route.right) => {}
        Some(who) => {
            let detail = format!(
                "`{}` is `{}`, which may not do this",
                who.id,
                who.role.word()
            );
            return Err(Failure::new(403, "forbidden", detail));
        }
    }
    let body = read(&head.headers, body, route.bytes).await?;
    let query = head.uri.query().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned();
    let mut call = Call {
        path: params.iter().map(|(_, value)| value.to_owned()).collect(),
        query: query.collect(),
        idempotency: None,
        body,
        now: now(),
        who,
    };
    call.only(route.query)?;
    if route.method == Method::POST
        && let Some(key) = idempotency_key(&head.headers)?
        && let Some(database) = app.store.database()
    {
        let whose = call
            .who
            .as_ref()
            .map_or_else(String::new, |who| who.id.clone());
        let scope = format!("{whose} {}", head.uri.path());
        let earlier = database.earlier(&scope, &key).await?;
        call.idempotency = Some((scope, key));
        if let Some(earlier) = earlier {
            return call.again(earlier);
        }
    }
    (route.run)(app.clone(), call).await
}

fn unknown(detail: &str) -> Failure {
    Failure::new(401, "unauthenticated", detail).header("www-authenticate", "Bearer")
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().ok().and_then(|text| text.split_once(' '));
    match text {
        Some((kind, rest)) if kind.eq_ignore_ascii_case("bearer") => Ok(Some(rest.trim())),
        _ => Err(unknown("`Authorization` is not of the form `Bearer …`")),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .ok()
        .filter(|text| !text.is_empty() && text.len() <= KEY_LETTERS);
    match text {
        Some(text) => Ok(Some(text.to_owned())),
        None => {
            let detail =
                format!("`Idempotency-Key` has 1 to {KEY_LETTERS} visible letters of ASCII");
            Err(Failure::new(400, "bad_header", detail))
        }
    }
}

/// The bytes of a request, no more than its route takes.
async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        Failure::new(
            413,
            "too_large",
            format!("the body has more than {most} bytes"),
        )
    };
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|it| it > most as u64) {
        return Err(too_large());
    }
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, most)).await;
    let late = |_| Failure::new(408, "timeout", "the body did not come in time");
    let bytes = read.map_err(late)?.map_err(|error| {
        match std::error::Error::source(&error).is_some_and(|it| it.to_string().contains("limit")) {
            true => too_large(),
            false => Failure::new(400, "bad_body", "the body broke off"),
        }
    })?;
    if !bytes.is_empty() && !is_text(headers) {
        let detail = "the body is JSON: `Content-Type: application/json`";
        return Err(Failure::new(415, "unsupported_media_type", detail));
    }
    Ok(bytes.into())
}

/// Whether the body says to be JSON (or YAML, for playbooks), or nothing.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let kind = kind
        .to_str()
        .unwrap_or("?")
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    ["application/json", "application/yaml", "text/plain"]
        .iter()
        .any(|it| kind.eq_ignore_ascii_case(it))
}
