//! Responses to requests that write. Each function commits the transaction first.

use axum::{Json, http::StatusCode};
use serde_json::{Value, json};

use crate::{idp::management::error::ApiError, kernel::database::Tx};

/// Commits and responds with 200 and `body`.
pub async fn ok<B>(tx: Tx, body: B) -> Result<Json<B>, ApiError> {
    tx.commit().await?;
    Ok(Json(body))
}

/// Commits and responds with 200 and an empty object.
pub async fn empty(tx: Tx) -> Result<Json<Value>, ApiError> {
    ok(tx, json!({})).await
}

/// Commits and responds with 201 and `body`.
pub async fn created<B>(tx: Tx, body: B) -> Result<(StatusCode, Json<B>), ApiError> {
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// Commits and responds with 204.
pub async fn no_content(tx: Tx) -> Result<StatusCode, ApiError> {
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
