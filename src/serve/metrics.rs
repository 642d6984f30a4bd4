//! Serves the metrics at an address of their own, which is a loopback address unless the operator decides otherwise.

mod process;
mod sample;

use std::net::{IpAddr, SocketAddr};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{prometheus_text, text},
    metrics::counter::Counter,
    registry::Registry,
};
use tokio::net::TcpListener;

use super::connections::{Clients, Listener};
use crate::{kernel::request_host::RequestHost, server::config::ConnectionLimits};

pub use self::sample::Sources;

/// Content type of the `OpenMetrics` text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Maximum number of connections. A scraper needs one.
const CONNECTIONS: usize = 32;

/// Returns the listener on `socket`, which is bound to `address`.
pub fn listener(socket: TcpListener, address: SocketAddr, sources: Sources) -> Listener {
    let app = &sources.app.config;
    let limits = ConnectionLimits { total: Some(CONNECTIONS), per_client: Some(CONNECTIONS), ..app.connections };
    let clients = Clients::new(&limits, app.trusted_proxies.clone(), Counter::default());
    Listener { socket, router: router(sources, address), tls: None, clients, limits }
}

/// Builds the router of `address`, which has nothing but `GET /metrics`.
fn router(sources: Sources, address: SocketAddr) -> Router {
    let router = Router::new().route("/metrics", get(show)).with_state(sources);
    // Whoever opens the metrics to a network may name this machine there, so only loopback is limited to its own names.
    if address.ip().is_loopback() { router.layer(from_fn(check_host)) } else { router }
}

/// Refuses a request for a name that is not this machine's: a page of another site can have its own name resolve to a
/// loopback address (DNS rebinding), but cannot do so with an IP address.
async fn check_host(request: Request, next: Next) -> Response {
    let is_own = RequestHost::of(&request).is_some_and(|host| {
        let name = host.name();
        name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
    });
    if is_own { next.run(request).await } else { StatusCode::MISDIRECTED_REQUEST.into_response() }
}

/// `GET /metrics`: in the `OpenMetrics` text format if the client accepts it, otherwise in the Prometheus text format.
async fn show(State(sources): State<Sources>, headers: HeaderMap) -> Response {
    let mut registry = Registry::default();
    process::register(&mut registry, sources.started_at);
    let tessera = registry.sub_registry_with_prefix("tessera");
    sources.metrics.register(tessera);
    sample::register(tessera, &sources).await;
    let accepted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let mut body = String::new();
    let (encoded, content_type) = if accepted.contains("application/openmetrics-text") {
        (text::encode(&mut body, &registry), OPEN_METRICS)
    } else {
        (prometheus_text::encode(&mut body, &registry), prometheus_text::CONTENT_TYPE)
    };
    match encoded {
        Ok(()) => ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response(),
        // Writing to a string does not fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
