//! `POST /backchannel-logout`: the provider says that a session there has ended (OpenID Connect Back-Channel Logout 1.0).

use axum::{
    Form, Json,
    extract::{State, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::server::{
    auth::{
        jwt::{self, Unverified},
        provider::{LEEWAY, ProviderDown},
        session::{self, Ended},
    },
    error::Error,
    repo::{people, seats},
    state::AppState,
};

/// The member of `events` that makes a token a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The longest life of a logout token that is taken; the specification wants them short.
const LONGEST_LIFE: TimeDelta = TimeDelta::minutes(10);

/// A logout request (section 2.5).
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    logout_token: String,
}

/// A logout token (section 2.4).
#[derive(Debug, Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    /// Present, and not looked up: ending what has ended already changes nothing.
    #[serde(rename = "jti")]
    _jti: String,
    events: Map<String, Value>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    /// Prohibited, so that no ID token can be taken for one of these.
    #[serde(default)]
    nonce: Option<Value>,
}

/// Why a logout token is not acted upon.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{0}")]
    Invalid(&'static str),
    #[error(transparent)]
    Down(#[from] ProviderDown),
    #[error(transparent)]
    Ours(#[from] Error),
}

impl From<Unverified> for Refused {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Invalid(what) => Self::Invalid(what),
            Unverified::Down(down) => Self::Down(down),
        }
    }
}

/// Ends the seats that go with a session of the provider's or, where it names none, with a person, and has the browsers in
/// which it was the last sign-in forget that. Their next request has to sign in.
pub async fn post(State(app): State<AppState>, form: Result<Form<Request>, FormRejection>) -> Response {
    let outcome = match form {
        Ok(Form(request)) => end(&app, &request.logout_token).await,
        Err(_) => Err(Refused::Invalid("there is no logout_token")),
    };
    let mut response = match outcome {
        Ok(ended) => {
            tracing::info!(ended, "the provider has ended a session");
            StatusCode::OK.into_response()
        }
        Err(Refused::Invalid(description)) => {
            let error = json!({ "error": "invalid_request", "error_description": description });
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
        // It is sent again.
        Err(error @ (Refused::Down(_) | Refused::Ours(_))) => {
            tracing::warn!(%error, "a logout token could not be acted upon");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn end(app: &AppState, token: &str) -> Result<u64, Refused> {
    let claims = verify(app, token).await?;
    let mut tx = app.db.write().await?;
    let ended = match (&claims.sid, &claims.sub) {
        (Some(sid), _) => {
            session::forget(&mut tx, Ended::Session(sid)).await?;
            seats::remove_of_session(&mut tx, app.provider.issuer(), sid).await?
        }
        (None, Some(subject)) => match people::find(&mut tx, app.provider.issuer(), subject).await? {
            Some(person) => {
                session::forget(&mut tx, Ended::All(person)).await?;
                seats::remove_of_person(&mut tx, person).await?
            }
            None => 0,
        },
        (None, None) => return Err(Refused::Invalid("the token names neither a session nor a person")),
    };
    tx.commit().await?;
    Ok(ended)
}

/// Checks a logout token (section 2.6).
async fn verify(app: &AppState, token: &str) -> Result<Claims, Refused> {
    let claims: Claims = jwt::claims(app, token, app.provider.client_id(), &["exp", "iss", "aud"]).await?;
    // Check that it is a logout token, and of now.
    if claims.nonce.is_some() || !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(Refused::Invalid("this is not a logout token"));
    }
    let now = app.clock.now();
    if claims.exp + LEEWAY.num_seconds() <= now.timestamp() {
        return Err(Refused::Invalid("the token has expired"));
    }
    if claims.iat > (now + LEEWAY).timestamp() {
        return Err(Refused::Invalid("the token is not valid yet"));
    }
    if claims.exp - claims.iat > LONGEST_LIFE.num_seconds() {
        return Err(Refused::Invalid("the token lasts too long"));
    }
    Ok(claims)
}
