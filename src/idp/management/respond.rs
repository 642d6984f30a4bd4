//! Responses that the resources share.

use axum::http::StatusCode;

use crate::{idp::management::error::ApiError, kernel::database::Tx};

/// Commits and responds with 204.
pub async fn no_content(tx: Tx) -> Result<StatusCode, ApiError> {
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
