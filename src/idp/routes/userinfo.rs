//! `GET` and `POST /userinfo`: the claims of the user.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jsonwebtoken::Algorithm;
use serde::Serialize;
use serde_json::json;

use crate::{
    idp::{
        error::{Error, RETRY_AFTER, UNAVAILABLE},
        state::Idp,
        store::{grants, tokens, users},
        tokens::Profile,
    },
    kernel::database::is_unavailable,
};

/// Why the claims are refused (RFC 6750 section 3).
#[derive(Debug, thiserror::Error)]
pub enum UserinfoError {
    #[error("no bearer token")]
    Missing,
    #[error("the token is unknown, expired or revoked")]
    Invalid,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Provider(#[from] Error),
}

impl UserinfoError {
    /// Whether the database cannot be used at the moment.
    fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            Self::Provider(error) => error.is_unavailable(),
            Self::Missing | Self::Invalid => false,
        }
    }
}

impl IntoResponse for UserinfoError {
    fn into_response(self) -> Response {
        let (status, challenge, error) = match &self {
            Self::Missing => (StatusCode::UNAUTHORIZED, "Bearer", "invalid_request"),
            Self::Invalid => (StatusCode::UNAUTHORIZED, "Bearer error=\"invalid_token\"", "invalid_token"),
            error if error.is_unavailable() => {
                tracing::warn!(%error, "the database of the identity provider is not available");
                let body = Json(json!({"error": "temporarily_unavailable", "error_description": UNAVAILABLE}));
                let headers = [(header::RETRY_AFTER, RETRY_AFTER.to_string())];
                return (StatusCode::SERVICE_UNAVAILABLE, headers, body).into_response();
            }
            Self::Database(_) | Self::Provider(_) => {
                tracing::error!(error = %self, "a request to the identity provider failed");
                return (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": "server_error"}))).into_response();
            }
        };
        let headers = [(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))];
        (status, headers, Json(json!({"error": error, "error_description": "Unauthorized"}))).into_response()
    }
}

#[derive(Serialize)]
struct Userinfo<'a> {
    sub: &'a str,
    #[serde(flatten)]
    profile: Profile<'a>,
}

/// Returns the claims that the scope of the access token allows (OpenID Connect Core section 5.3).
///
/// Every token is looked up in the database, so that tokens of revoked grants are refused. Tokens whose key was revoked
/// are refused as well.
pub async fn userinfo(State(idp): State<Idp>, headers: HeaderMap) -> Result<Response, UserinfoError> {
    let token = bearer(&headers).ok_or(UserinfoError::Missing)?;
    if token.contains('.') && !is_signed(&idp, token).await? {
        return Err(UserinfoError::Invalid);
    }
    let mut tx = idp.database.read().await?;
    let id = tokens::grant_of_access(&mut tx, token, idp.now()).await?.ok_or(UserinfoError::Invalid)?;
    let grant = grants::find(&mut tx, &id).await?.ok_or(UserinfoError::Invalid)?;
    let user = users::find(&mut tx, &grant.user_id).await?.filter(|user| !user.blocked);
    let user = user.ok_or(UserinfoError::Invalid)?;
    let profile = Profile::new(&user, &grant.scope);
    Ok(Json(Userinfo { sub: user.id.as_str(), profile }).into_response())
}

/// Whether a published key signed the token. The secret that an API shares is not published: what it signed is one of the
/// provider's tokens if the database knows it.
async fn is_signed(idp: &Idp, token: &str) -> Result<bool, UserinfoError> {
    if jsonwebtoken::decode_header(token).is_ok_and(|header| header.alg == Algorithm::HS256) {
        return Ok(true);
    }
    let keys = idp.keys_for(token).await?;
    Ok(keys.verify_ignoring_expiry::<serde_json::Value>(token, idp.issuer.as_str()).is_some())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
