//! Health checks for monitoring.

use axum::{extract::State, http::StatusCode};

use crate::server::state::AppState;

/// `GET /healthz`: the process is running.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the process is not stopping, the database can be written, and the keys to verify tokens are available.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, String) {
    if app.readiness.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    let database = app.readiness.can_write(&app.db).await;
    let keys = app.provider.keys(None).await.is_ok();
    let status = if database && keys { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let status_word = |is_ok: bool| if is_ok { "ok" } else { "unavailable" };
    (status, format!("database: {}\nkeys: {}\n", status_word(database), status_word(keys)))
}
