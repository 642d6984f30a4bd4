//! `/users/{id}/organizations`

use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use super::{
    error::ApiError,
    guard::QueryText,
    organizations::OrganizationBody,
    paging::{Cursor, Paging},
    users,
};
use crate::idp::{
    Idp,
    id::UserId,
    store::{organizations::Organization, user_organizations, users as stored},
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/organizations", get(list))
}

async fn list(State(idp): State<Idp>, Path(id): Path<UserId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    stored::find(&mut tx, &id).await?.ok_or_else(users::not_found)?;
    let found = user_organizations::list(&mut tx, &id, &paging.slice).await?;
    let total = if paging.wants_total() { user_organizations::count(&mut tx, &id).await? } else { 0 };
    let cursor =
        |organization: &Organization| Cursor { created_at: organization.created_at, id: organization.id.to_string() };
    Ok(paging.respond("organizations", found, total, cursor, OrganizationBody::from))
}
