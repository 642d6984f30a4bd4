//! `GET /.well-known/jwks.json`: the public keys.

use axum::{Json, extract::State, http::header, response::IntoResponse};

use crate::idp::state::Idp;

/// Returns the public keys that verify tokens.
pub async fn keys(State(idp): State<Idp>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=15, stale-while-revalidate=15")], Json(idp.keys().jwks()))
}
