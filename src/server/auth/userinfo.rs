//! An answer of the provider's userinfo endpoint (OpenID Connect Core section 5.3.2).

use serde::Deserialize;

use crate::server::lenient;

/// The claims that are used.
#[derive(Debug, Deserialize)]
pub struct UserInfo {
    pub sub: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
}
