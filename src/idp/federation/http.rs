//! HTTP requests to an issuer.
//!
//! `outbound` judges the addresses. Plain http is limited to issuers on this machine, and the size of a response is
//! limited.

use openidconnect::{HttpRequest, HttpResponse, reqwest};
use url::{Host, Url};

use crate::idp::outbound::{Outbound, OutboundError};

/// Maximum number of bytes in a response.
const MAX_BYTES: usize = 512 * 1024;

/// Why a request to an issuer failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{0} is not an address that may be called")]
    Forbidden(String),
    #[error("the answer is too large")]
    TooLarge,
    /// Status 5xx or 429, which neither accepts nor refuses the request.
    #[error("status {0}")]
    ServerStatus(u16),
    #[error("{0}")]
    Failed(#[from] OutboundError),
    #[error("{0}")]
    Malformed(#[from] axum::http::Error),
}

/// HTTP client for one issuer.
#[derive(Clone, Debug)]
pub struct Http {
    outbound: Outbound,
    is_local: bool,
}

impl Http {
    /// Creates the client for the issuer whose discovery document is at `discovery`.
    pub fn new(outbound: Outbound, discovery: &Url) -> Self {
        Self { outbound, is_local: is_loopback(discovery) }
    }

    /// Whether the provider may request `address` or redirect a browser to it.
    pub fn allows(&self, address: &Url) -> bool {
        match address.scheme() {
            "https" => true,
            "http" => self.is_local && is_loopback(address),
            _ => false,
        }
    }

    pub async fn send(self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let request = reqwest::Request::try_from(request).map_err(OutboundError::from)?;
        if !self.allows(request.url()) {
            return Err(CallError::Forbidden(request.url().to_string()));
        }
        let mut response = self.outbound.execute(request).await?;
        let status = response.status();
        if status.is_server_error() || status == 429 {
            return Err(CallError::ServerStatus(status.as_u16()));
        }
        let mut answer = axum::http::Response::builder().status(status);
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(OutboundError::from)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(CallError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer.body(body)?)
    }

    /// Fetches a JSON document. The error message is for the log.
    pub async fn json<T: serde::de::DeserializeOwned>(&self, address: &Url) -> Result<T, String> {
        let request = axum::http::Request::get(address.as_str()).header("accept", "application/json");
        let request = request.body(Vec::new()).map_err(|error| error.to_string())?;
        let response = self.clone().send(request).await.map_err(|error| format!("{address}: {error}"))?;
        if !response.status().is_success() {
            return Err(format!("{address}: status {}", response.status()));
        }
        serde_json::from_slice(response.body()).map_err(|error| format!("{address}: {error}"))
    }
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unspecified() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::client_address::NetworkList;

    #[test]
    fn only_an_issuer_on_this_machine_may_use_plain_http() {
        let outbound = Outbound::new(NetworkList::default(), []);
        let allows = |issuer: &str, address: &str| {
            Http::new(outbound.clone(), &issuer.parse().unwrap()).allows(&address.parse().unwrap())
        };
        assert!(allows("https://a.example/x", "https://b.example/token"));
        assert!(allows("http://127.0.0.1:4500/x", "http://localhost:4500/token"));
        for (issuer, address) in [
            ("https://a.example/x", "http://a.example/token"),
            ("https://a.example/x", "http://127.0.0.1/token"),
            ("http://a.example/x", "http://a.example/token"),
            ("http://localhost/x", "http://a.example/token"),
            ("https://a.example/x", "file:///etc/passwd"),
            ("https://a.example/x", "javascript:alert(1)"),
        ] {
            assert!(!allows(issuer, address), "{issuer} {address}");
        }
    }
}
