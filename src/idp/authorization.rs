//! A validated authorization request, and the response to the client's callback.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::idp::{
    id::{ClientId, ConnectionId, InvitationId, OrganizationId},
    scope::Scope,
};

/// Parameters of the request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub client_id: ClientId,
    pub callback: Callback,
    pub scope: Scope,
    pub audience: Option<String>,
    pub nonce: Option<String>,
    /// PKCE challenge with the method S256 (RFC 7636).
    pub code_challenge: Option<String>,
    pub organization: Option<OrganizationId>,
    pub invitation: Option<InvitationId>,
    /// Connection that the client requires the user to sign in with.
    pub connection: Option<ConnectionId>,
    pub prompt: Prompt,
    /// Maximum age of an earlier sign-in, in seconds.
    pub max_age: Option<i64>,
    pub login_hint: Option<String>,
    /// Whether the login begins with the sign-up page.
    pub sign_up: bool,
    /// Whether the user must consent again although a consent is stored: `prompt=consent`.
    pub ask_consent: bool,
    /// Whether the user chose `organization`, or to continue without one, on the organization picker.
    pub has_chosen: bool,
}

impl AuthorizationRequest {
    /// Whether the ID token must contain `auth_time`.
    pub fn wants_auth_time(&self) -> bool {
        self.max_age.is_some() || self.prompt == Prompt::Login
    }
}

/// Which prompts the client requests or forbids (OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Show a prompt only if it is needed.
    #[default]
    AsNeeded,
    /// Never show a prompt: `prompt=none`.
    None,
    /// Ask for the password again: `prompt=login`.
    Login,
    /// Ask which account to use: `prompt=select_account`.
    SelectAccount,
}

/// Redirect URI, response mode and `state` of the response. The client registered the redirect URI.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Callback {
    pub redirect_uri: String,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
    /// This issuer, which the response names so that a client of several cannot mix them up (RFC 9207). Empty in logins
    /// that an earlier version began.
    #[serde(default)]
    pub issuer: String,
}

/// How the response parameters are sent (OAuth 2.0 Multiple Response Types, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    #[default]
    Query,
    Fragment,
    FormPost,
    /// A message to the window that opened or embeds this one, for silent sign-in in browsers.
    WebMessage,
}

/// An error response for the client (RFC 6749 section 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}: {description}")]
pub struct CallbackError {
    pub error: &'static str,
    pub description: String,
}

impl CallbackError {
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self { error: "invalid_request", description: description.into() }
    }

    pub fn access_denied(description: impl Into<String>) -> Self {
        Self { error: "access_denied", description: description.into() }
    }

    pub fn login_required() -> Self {
        Self { error: "login_required", description: "Login required".to_owned() }
    }

    pub fn interaction_required() -> Self {
        Self { error: "interaction_required", description: "Interaction required".to_owned() }
    }

    pub fn consent_required() -> Self {
        Self { error: "consent_required", description: "Consent required".to_owned() }
    }

    /// Error for a user whom an administrator blocked.
    pub fn blocked() -> Self {
        Self { error: "unauthorized", description: "user is blocked".to_owned() }
    }
}

/// Result of a login: the authorization code, or an error.
pub type Outcome = Result<String, CallbackError>;

impl Callback {
    /// Returns the parameters of the response: a code or an error, the `state` and the issuer.
    pub fn parameters(&self, outcome: Outcome) -> Vec<(&'static str, String)> {
        let mut parameters = match outcome {
            Ok(code) => vec![("code", code)],
            Err(error) => vec![("error", error.error.to_owned()), ("error_description", error.description)],
        };
        if let Some(state) = &self.state {
            parameters.push(("state", state.clone()));
        }
        if !self.issuer.is_empty() {
            parameters.push(("iss", self.issuer.clone()));
        }
        parameters
    }

    /// Returns the redirect URI with `parameters` in its query or fragment.
    pub fn address_with(&self, parameters: &[(&str, String)]) -> String {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let separator = match self.response_mode {
            ResponseMode::Fragment => '#',
            _ if self.redirect_uri.contains('?') => '&',
            _ => '?',
        };
        format!("{}{separator}{encoded}", self.redirect_uri)
    }

    /// Whether the callback is on the user's own machine, where any program may listen.
    pub fn is_local(&self) -> bool {
        let address = Url::parse(&self.redirect_uri).ok();
        let host = address.as_ref().and_then(Url::host_str).unwrap_or_default();
        ["localhost", "127.0.0.1", "[::1]"].contains(&host)
    }

    /// Returns the origin of the callback, for the directive `form-action` of a page's Content-Security-Policy.
    pub fn origin(&self) -> Option<String> {
        origin(&self.redirect_uri)
    }
}

/// Returns `scheme://host[:port]`, or `scheme:` if the scheme has no hosts.
pub fn origin(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    let origin = address.origin();
    Some(if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", address.scheme()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(redirect_uri: &str, response_mode: ResponseMode) -> String {
        let callback = Callback {
            redirect_uri: redirect_uri.to_owned(),
            response_mode,
            state: Some("a b".to_owned()),
            issuer: "https://i/".to_owned(),
        };
        callback.address_with(&callback.parameters(Ok("xyz".to_owned())))
    }

    #[test]
    fn the_response_is_appended_to_the_callback() {
        assert_eq!(
            location("http://a.example/cb", ResponseMode::Query),
            "http://a.example/cb?code=xyz&state=a+b&iss=https%3A%2F%2Fi%2F"
        );
        assert_eq!(
            location("http://a.example/cb?x=1", ResponseMode::Query),
            "http://a.example/cb?x=1&code=xyz&state=a+b&iss=https%3A%2F%2Fi%2F"
        );
        assert_eq!(
            location("http://a.example/cb", ResponseMode::Fragment),
            "http://a.example/cb#code=xyz&state=a+b&iss=https%3A%2F%2Fi%2F"
        );
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin("http://localhost:3000/callback").as_deref(), Some("http://localhost:3000"));
        assert_eq!(origin("com.example.app:/callback").as_deref(), Some("com.example.app:"));
        assert_eq!(origin("nonsense"), None);
    }
}
