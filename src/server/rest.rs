//! The REST API under `/api/v1`, authenticated by bearer access tokens. It calls the same services as the pages, with
//! the same `OrgContext`.

mod caller;
mod problem;
mod profile;
mod projects;

use axum::{
    Router,
    response::{IntoResponse as _, Response},
    routing::get,
};
use url::Url;

use self::problem::Problem;
use super::state::AppState;

/// The routes below `/api`.
pub fn router() -> Router<AppState> {
    let v1 = Router::new()
        .route("/profile", get(profile::get))
        .route("/projects", get(projects::list))
        .route("/projects/{key}", get(projects::get))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed());
    Router::new().nest("/api/v1", v1).route("/api/{*rest}", axum::routing::any(async || Problem::not_found()))
}

/// Answers a request for a host that is not the one of `base_url`.
pub fn other_host(base_url: &Url) -> Response {
    Problem::other_host(base_url).into_response()
}
