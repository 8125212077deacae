//! Connections: taken, served, and brought to an end when the process is told to stop.

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once, at most.
const CONNECTIONS: usize = 10_000;
/// How long the head of a request may take to come; also how long a connection may do nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until the process is told to stop; what is being answered then may take so long.
///
/// # Errors
/// Where the address can't be listened at.
pub async fn serve(at: SocketAddr, router: Router, drain: Duration) -> Result<(), String> {
    let listener = TcpListener::bind(at).await;
    let listener = listener.map_err(|error| format!("`{at}` can't be listened at: {error}"))?;
    let at = listener.local_addr().map_or(at, |it| it);
    tracing::info!(address = %at, "listening");
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut told = std::pin::pin!(told_to_stop());
    loop {
        let place = places.clone().acquire_owned().await;
        let place = place.map_err(|error| error.to_string())?;
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of files, mostly: others will be closed.
                    tracing::warn!(error = %error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut told => break,
        };
        // Without it small answers wait for the other side.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let mut router = router.clone();
            async move {
                let request: Request = request.map(axum::body::Body::new);
                tower_service::Service::call(&mut router, request).await
            }
        });
        let mut builder = http1::Builder::new();
        let connection = builder
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(64 << 10)
            .serve_connection(TokioIo::new(stream), answer);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Who hangs up has had enough.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("stopping: what is being answered comes to its end");
    if tokio::time::timeout(drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not come to an end in time");
    }
    Ok(())
}

/// Waits for the signals that tell a process to stop.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
