//! `POST /backchannel-logout`: the provider reports the end of a session (OpenID Connect Back-Channel Logout 1.0).

use axum::{
    Form, Json,
    extract::{State, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::{
    auth::{
        access_token::check_times,
        end_access::end_access,
        jwt::{self, Unverified, WithoutKid},
        provider_down::ProviderDown,
        session::{self, Ended},
    },
    error::Error,
    lenient,
    repo::{people, seats},
    state::AppState,
};

/// The member of `events` that makes a token a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Maximum accepted lifetime of a logout token; the specification recommends a short one (section 4).
const MAX_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A logout request (section 2.5).
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    logout_token: String,
}

/// A logout token (section 2.4).
#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "lenient::seconds")]
    iat: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    nbf: Option<i64>,
    /// Required, but not checked for replays: ending a session twice has no effect.
    #[serde(rename = "jti")]
    _jti: String,
    events: Map<String, Value>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    /// Prohibited, so that an ID token is not accepted as a logout token.
    #[serde(default)]
    nonce: Option<Value>,
}

/// Why a logout token was not processed.
#[derive(Debug, thiserror::Error)]
enum LogoutError {
    #[error("{0}")]
    Invalid(&'static str),
    #[error(transparent)]
    Down(#[from] ProviderDown),
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<Unverified> for LogoutError {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Invalid(reason) => Self::Invalid(reason),
            Unverified::Down(down) => Self::Down(down),
        }
    }
}

/// Ends what began before the logout: the seats of the provider's session or, if the token names none, of the person, and clears the person from
/// browser sessions where this was the last sign-in. Their next request has to sign in. Access tokens that the person got
/// before are refused: they name no session, so that those of the ended session cannot be told apart.
pub async fn post(State(app): State<AppState>, form: Result<Form<Request>, FormRejection>) -> Response {
    let outcome = match form {
        Ok(Form(request)) => end(&app, &request.logout_token).await,
        Err(_) => Err(LogoutError::Invalid("there is no logout_token")),
    };
    let mut response = match outcome {
        Ok(ended) => {
            tracing::info!(ended, "the provider ended a session");
            StatusCode::OK.into_response()
        }
        Err(LogoutError::Invalid(description)) => {
            let error = json!({ "error": "invalid_request", "error_description": description });
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
        // The provider retries after status 503.
        Err(error @ (LogoutError::Down(_) | LogoutError::Internal(_))) => {
            tracing::warn!(%error, "could not process a logout token");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Verifies the logout token and ends its sessions; returns the number of ended seats.
async fn end(app: &AppState, token: &str) -> Result<u64, LogoutError> {
    // The provider's own time: that of its other tokens.
    let (claims, at) = verify(app, token).await?;
    if claims.sid.is_none() && claims.sub.is_none() {
        return Err(LogoutError::Invalid("the token names neither a session nor a person"));
    }
    let issuer = app.provider.issuer();
    let mut tx = app.db.write().await?;
    let person = match &claims.sub {
        Some(subject) => people::find(&mut tx, issuer, subject).await?,
        None => None,
    };
    let ended = match (&claims.sid, person) {
        (Some(sid), person) => {
            if let Some(person) = person {
                people::update_tokens_refused_until(&mut tx, person, at).await?;
            }
            session::clear_person(&mut tx, Ended::Session(sid), at).await?;
            seats::delete_of_session(&mut tx, issuer, sid, at).await?
        }
        (None, Some(person)) => end_access(&mut tx, person, at).await?,
        (None, None) => 0,
    };
    tx.commit().await?;
    Ok(ended)
}

/// Verifies a logout token (section 2.6). Returns its claims and when it was issued.
async fn verify(app: &AppState, token: &str) -> Result<(Claims, DateTime<Utc>), LogoutError> {
    let key = jwt::find_key(app, token, WithoutKid::Refused).await?;
    let claims: Claims = jwt::claims(app, &key, token, app.provider.client_id(), &["iss", "aud"])?;
    // Check that it is a logout token, and its lifetime.
    if claims.nonce.is_some() || !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(LogoutError::Invalid("this is not a logout token"));
    }
    let now = app.clock.now();
    let (Some(exp), Some(iat)) = (claims.exp, claims.iat) else {
        return Err(LogoutError::Invalid("the token has no valid time"));
    };
    check_times(exp, claims.nbf, Some(iat), now).map_err(LogoutError::Invalid)?;
    if exp - iat > MAX_LIFETIME.num_seconds() {
        return Err(LogoutError::Invalid("the token lasts too long"));
    }
    let issued_at = DateTime::from_timestamp(iat, 0).ok_or(LogoutError::Invalid("the token has no valid time"))?;
    Ok((claims, issued_at))
}
