//! Answers that are not the provider's: of a proxy, a captive portal, or a provider in trouble.

use std::sync::{Arc, Mutex};

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};

/// What answers in the provider's place, whatever it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// A page with status 200.
    Page,
    /// A page with status 404, which is not the provider's “not found”.
    NotFoundPage,
    /// JSON with status 404 of a gateway.
    NotFoundJson,
    /// The same in the shape of the API's errors, with another status in it.
    NotFoundOfGateway,
    /// The API's own “not found” for a route that it does not have.
    NotFoundRoute,
    /// The beginning of a JSON document.
    Truncated,
    /// JSON of something else.
    OtherJson,
    /// More than anybody should read.
    Huge,
    /// Status 429 with `Retry-After`.
    TooMany,
    /// Status 503 without a body.
    Trouble,
    /// Nothing: whoever asks waits until their own time limit. Not among [`Garbage::ALL`], because it takes that long.
    Silence,
}

impl Garbage {
    pub const ALL: [Self; 8] = [
        Self::Page,
        Self::NotFoundPage,
        Self::NotFoundJson,
        Self::Truncated,
        Self::OtherJson,
        Self::Huge,
        Self::TooMany,
        Self::Trouble,
    ];

    async fn answer(self) -> Response {
        const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];
        match self {
            Self::Page => Html("<h1>Welcome to the Wi-Fi</h1>").into_response(),
            Self::NotFoundPage => (StatusCode::NOT_FOUND, Html("<h1>Not found</h1>")).into_response(),
            Self::NotFoundJson => {
                (StatusCode::NOT_FOUND, JSON, r#"{"message":"no Route matched with those values"}"#).into_response()
            }
            Self::NotFoundOfGateway => {
                let body =
                    r#"{"statusCode":"404","error":"Not Found","message":"No organization found by that id or name"}"#;
                (StatusCode::NOT_FOUND, JSON, body).into_response()
            }
            Self::NotFoundRoute => {
                let body = r#"{"statusCode":404,"error":"Not Found","message":"Not Found"}"#;
                (StatusCode::NOT_FOUND, JSON, body).into_response()
            }
            Self::Truncated => (JSON, "{\"issuer\": \"https:").into_response(),
            Self::OtherJson => (JSON, "{\"hello\": \"world\"}").into_response(),
            Self::Huge => (JSON, format!("{{{}}}", " ".repeat(8 * 1024 * 1024))).into_response(),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "2")]).into_response(),
            Self::Trouble => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::Silence => std::future::pending().await,
        }
    }
}

/// What answers now; `None` for the provider itself.
pub type Answering = Arc<Mutex<Option<Garbage>>>;

/// Middleware that answers in the provider's place.
pub async fn answer(State(answering): State<Answering>, request: Request, next: Next) -> Response {
    let garbage = *answering.lock().unwrap();
    match garbage {
        Some(garbage) => garbage.answer().await,
        None => next.run(request).await,
    }
}
