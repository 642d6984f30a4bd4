//! `/organizations`: lists and finds organizations.

pub mod body;
mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

use self::body::OrganizationBody;
use crate::idp::{
    management::{
        error::ApiError,
        guard::Caller,
        kit::{BoundedPaging, Paging, QueryText, Reading},
    },
    state::Idp,
    store::organizations::{self, Order, Organization},
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations", get(list).post(write::create))
        .route("/organizations/{id}", get(show).patch(write::update).delete(write::delete))
        .route("/organizations/name/{name}", get(show_by_name))
}

async fn list(
    State(idp): State<Idp>,
    caller: Caller,
    BoundedPaging(paging): BoundedPaging,
    query: QueryText,
) -> Result<Response, ApiError> {
    let order = order(&query, &paging)?;
    let mut tx = idp.database.read().await?;
    let found = organizations::list(&mut tx, &paging.page, order).await?;
    let total = paging.total(organizations::count(&mut tx)).await?;
    let body = |organization| OrganizationBody::for_caller(organization, &caller);
    Ok(paging.respond("organizations", found, total, body))
}

/// Parses `sort=field:1`; `-1` means descending order.
fn order(query: &QueryText, paging: &Paging) -> Result<Order, ApiError> {
    let order = match query.get("sort") {
        None | Some("created_at:1") => return Ok(Order::Oldest),
        Some("created_at:-1") => Order::Newest,
        Some("name:1") => Order::Name,
        Some("name:-1") => Order::NameDescending,
        Some("display_name:1") => Order::Label,
        Some("display_name:-1") => Order::LabelDescending,
        Some(other) => return Err(ApiError::invalid_query(&format!("Invalid sort: {other}"), "sort")),
    };
    if paging.is_checkpoint() {
        return Err(ApiError::invalid_query("A checkpoint goes with the order of creation alone", "sort"));
    }
    Ok(order)
}

async fn show(caller: Caller, Reading(_, organization): Reading<Organization>) -> Json<OrganizationBody> {
    Json(OrganizationBody::for_caller(organization, &caller))
}

async fn show_by_name(State(idp): State<Idp>, Path(name): Path<String>) -> Result<Json<OrganizationBody>, ApiError> {
    let mut tx = idp.database.read().await?;
    let found = organizations::by_name(&mut tx, &name).await?;
    found.map(|organization| Json(organization.into())).ok_or_else(ApiError::no_organization)
}
