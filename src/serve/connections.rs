//! Accepts and serves the connections of all listeners, within limits on their number and on their time.
//!
//! A client that sends half a request, or never reads its answer, loses its connection after the time limit. A client
//! that holds too many connections is refused further ones, while others are still accepted.

mod clients;
#[cfg(test)]
mod tests;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::ConnectInfo,
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{StreamExt as _, stream};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::server::config::ConnectionLimits;

pub use self::clients::Clients;

/// Maximum size in bytes of a request's headers. Also the size of a connection's buffers.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Delay before the next try to accept a connection, if the process has no file descriptor left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(500);

/// One listener and what it serves.
pub struct Listener {
    pub socket: TcpListener,
    pub router: Router,
    /// Set if the listener speaks TLS.
    pub tls: Option<TlsAcceptor>,
    /// Counts the connections, together with the other listeners of the same server.
    pub clients: Arc<Clients>,
    pub limits: ConnectionLimits,
}

impl Listener {
    /// Accepts and serves connections until `stopped`, then waits for the requests in progress.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.clients.accept(&self.socket) => accepted,
                _ = stopped.changed() => break,
            };
            match accepted {
                Ok(None) => {}
                Ok(Some((stream, guard))) => {
                    let connection = Connection {
                        peer: guard.peer(),
                        is_proxy: guard.is_proxy(),
                        router: self.router.clone(),
                        limits: self.limits,
                        watcher: graceful.watcher(),
                    };
                    let tls = self.tls.clone();
                    tokio::spawn(async move {
                        connection.serve(stream, tls).await;
                        drop(guard);
                    });
                }
                // The client closed the connection before it was accepted.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::error!(%error, "could not accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
        drop(self.socket);
        graceful.shutdown().await;
    }
}

/// An accepted connection.
struct Connection {
    peer: SocketAddr,
    is_proxy: bool,
    router: Router,
    limits: ConnectionLimits,
    watcher: Watcher,
}

impl Connection {
    async fn serve(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.write));
        let stream = Box::pin(stream);
        match tls {
            None => self.serve_http(stream).await,
            Some(tls) => match tokio::time::timeout(self.limits.handshake, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.serve_http(Box::pin(stream)).await,
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
    }

    async fn serve_http<S: AsyncRead + AsyncWrite + 'static>(self, stream: Pin<Box<S>>) {
        let Self { peer, is_proxy, router, limits, watcher } = self;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let router = router.clone();
            async move { Ok::<_, Infallible>(respond(router, request, limits.body).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The time limit of a header also limits how long the connection may be idle before it.
            .header_read_timeout(if is_proxy { limits.proxy_idle } else { limits.header })
            .max_buf_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection failed");
        }
    }
}

/// Calls the router. If the request's body does not arrive within `limit`, the answer has status 408, and the
/// connection is closed.
async fn respond(router: Router, request: Request<Incoming>, limit: Duration) -> Response {
    let is_late = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| limit_time(body, limit, is_late.clone()));
    let Ok(response) = router.oneshot(request).await;
    if is_late.load(Ordering::Relaxed) {
        let close = [(header::CONNECTION, HeaderValue::from_static("close"))];
        return (StatusCode::REQUEST_TIMEOUT, close, "The request took too long to arrive.").into_response();
    }
    response
}

/// Returns `body`, which fails and sets `is_late` if it has not ended within `limit`.
fn limit_time(body: Incoming, limit: Duration, is_late: Arc<AtomicBool>) -> Body {
    if body.is_end_stream() {
        return Body::new(body);
    }
    let deadline = Box::pin(tokio::time::sleep(limit));
    let chunks = Body::new(body).into_data_stream();
    Body::from_stream(stream::unfold((chunks, deadline, is_late), |(mut chunks, mut deadline, is_late)| async move {
        let chunk = tokio::select! {
            biased;
            () = &mut deadline => {
                is_late.store(true, Ordering::Relaxed);
                Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut)))
            }
            chunk = chunks.next() => chunk?,
        };
        Some((chunk, (chunks, deadline, is_late)))
    }))
}
