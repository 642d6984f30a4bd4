//! `/users/{id}/organizations`: organizations that the user is a member of.

use axum::{Router, response::Response, routing::get};

use crate::idp::{
    management::{
        error::ApiError,
        kit::{Paging, Reading},
        organizations::body::OrganizationBody,
    },
    state::Idp,
    store::{user_organizations, users::User},
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/organizations", get(list))
}

async fn list(paging: Paging, Reading(mut tx, user): Reading<User>) -> Result<Response, ApiError> {
    let found = user_organizations::list(&mut tx, &user.id, &paging.page).await?;
    let total = paging.total(user_organizations::count(&mut tx, &user.id)).await?;
    Ok(paging.respond("organizations", found, total, OrganizationBody::from))
}
