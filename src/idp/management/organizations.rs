//! `/organizations`

mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    enabled_connections::EnabledConnectionBody,
    error::ApiError,
    guard::{Caller, QueryText},
    paging::{Cursor, Paging},
};
use crate::{
    idp::{
        Idp,
        id::OrganizationId,
        store::organizations::{self, Order, Organization},
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations", get(list).post(write::create))
        .route("/organizations/{id}", get(show).patch(write::update).delete(write::delete))
        .route("/organizations/name/{name}", get(show_by_name))
}

/// An organization as the API writes it.
#[derive(Debug, Serialize)]
pub struct OrganizationBody {
    id: OrganizationId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branding: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<std::collections::BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_quota: Option<Value>,
    /// In the answer to its creation alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled_connections: Option<Vec<EnabledConnectionBody>>,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        let mut branding = serde_json::Map::new();
        if let Some(logo_url) = organization.logo_url {
            branding.insert("logo_url".to_owned(), logo_url.into());
        }
        if let (Some(primary), Some(page_background)) = (organization.primary_colour, organization.page_background) {
            let colours = json!({"primary": primary, "page_background": page_background});
            branding.insert("colors".to_owned(), colours);
        }
        Self {
            id: organization.id,
            name: organization.name,
            display_name: organization.display_name,
            branding: (!branding.is_empty()).then_some(Value::Object(branding)),
            metadata: organization.metadata.0,
            token_quota: organization.token_quota.0,
            enabled_connections: None,
        }
    }
}

impl OrganizationBody {
    /// What `caller` may see of it: whoever has `read:organizations_summary` alone sees what it is called.
    fn for_caller(organization: Organization, caller: &Caller) -> Self {
        let body = Self::from(organization);
        if caller.has("read:organizations") {
            return body;
        }
        Self { branding: None, metadata: None, token_quota: None, ..body }
    }
}

/// 404, also for whoever wants to delete it.
pub fn not_found() -> ApiError {
    ApiError::not_found("No organization found by that id or name", None)
}

/// The organization of a path.
pub async fn known(tx: &mut Tx, id: &OrganizationId) -> Result<Organization, ApiError> {
    organizations::find(tx, id).await?.ok_or_else(not_found)
}

async fn list(State(idp): State<Idp>, caller: Caller, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?.within_a_thousand()?;
    let order = order(&query, &paging)?;
    let mut tx = idp.0.database.read().await?;
    let found = organizations::list(&mut tx, &paging.slice, order).await?;
    let total = if paging.wants_total() { organizations::count(&mut tx).await? } else { 0 };
    let cursor =
        |organization: &Organization| Cursor { created_at: organization.created_at, id: organization.id.to_string() };
    let body = |organization| OrganizationBody::for_caller(organization, &caller);
    Ok(paging.respond("organizations", found, total, cursor, body))
}

/// `sort=field:1`, or `-1` for the other way round.
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

async fn show(State(idp): State<Idp>, caller: Caller, Path(id): Path<OrganizationId>) -> Result<Response, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let organization = known(&mut tx, &id).await?;
    Ok(Json(OrganizationBody::for_caller(organization, &caller)).into_response())
}

async fn show_by_name(State(idp): State<Idp>, Path(name): Path<String>) -> Result<Json<OrganizationBody>, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let found = organizations::by_name(&mut tx, &name).await?;
    found.map(|organization| Json(organization.into())).ok_or_else(not_found)
}
