//! The provider's discovery document (OpenID Connect Discovery section 3), as far as it is used.

use serde::Deserialize;
use url::Url;

use crate::server::lenient;

/// The provider's discovery document.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    /// Must be the configured issuer (section 4.3).
    pub issuer: String,
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub jwks_uri: Url,
    #[serde(default, deserialize_with = "url")]
    pub userinfo_endpoint: Option<Url>,
    /// The logout endpoint (OpenID Connect RP-Initiated Logout section 2.1).
    #[serde(default, deserialize_with = "url")]
    pub end_session_endpoint: Option<Url>,
    /// Whether every authorization response contains the issuer (RFC 9207 section 3).
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub authorization_response_iss_parameter_supported: Option<bool>,
}

/// Deserializes an optional address. One that is no address counts as missing.
fn url<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    Ok(lenient::text(deserializer)?.and_then(|text| Url::parse(&text).ok()))
}
