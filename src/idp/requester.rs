//! Who sent a request, as limits and the event log see it.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts, rejection::ExtensionRejection},
    http::request::Parts,
};

use crate::{idp::state::Idp, kernel::client_address::ClientAddress};

/// The client that sent a request.
#[derive(Clone, Debug)]
pub struct Requester {
    pub address: ClientAddress,
    /// Cookie of a browser in which an account has signed in before. Which account, the database knows.
    pub known_browser: Option<String>,
}

impl FromRequestParts<Idp> for Requester {
    type Rejection = ExtensionRejection;

    async fn from_request_parts(parts: &mut Parts, idp: &Idp) -> Result<Self, Self::Rejection> {
        let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, idp).await?;
        Ok(Self {
            address: idp.trusted_proxies.client(peer.ip(), &parts.headers),
            known_browser: idp.cookies.known_browser.read(&parts.headers).map(str::to_owned),
        })
    }
}
