//! `/users/{id}/organizations`

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use crate::idp::{
    id::UserId,
    management::{error::ApiError, guard::QueryText, lookup, organizations::body::OrganizationBody, paging::Paging},
    state::Idp,
    store::user_organizations,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/organizations", get(list))
}

async fn list(State(idp): State<Idp>, Path(id): Path<UserId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.database.read().await?;
    lookup::require_user(&mut tx, &id).await?;
    let found = user_organizations::list(&mut tx, &id, &paging.page).await?;
    let total = paging.total(user_organizations::count(&mut tx, &id)).await?;
    Ok(paging.respond("organizations", found, total, OrganizationBody::from))
}
