//! Identifies the client that sent a request, for limits per address.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};

use crate::server::state::AppState;

/// Middleware that adds the network of the client, a `ClientNetwork`, to the request.
pub(super) async fn identify(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Request {
    let client = app.config.trusted_proxies.client(peer.ip(), request.headers());
    request.extensions_mut().insert(client.network());
    request
}
