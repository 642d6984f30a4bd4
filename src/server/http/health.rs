//! Signs of life for whoever watches the process.

use axum::{extract::State, http::StatusCode};

use crate::server::state::AppState;

/// `GET /healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, and there are keys to check tokens with.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, String) {
    let database = app.db.ping().await.is_ok();
    let keys = app.provider.keys(None).await.is_ok();
    let status = if database && keys { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |good: bool| if good { "ok" } else { "unavailable" };
    (status, format!("database: {}\nkeys: {}\n", word(database), word(keys)))
}
