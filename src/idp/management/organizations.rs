//! `/organizations`

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    error::ApiError,
    guard::QueryText,
    paging::{Cursor, Paging},
};
use crate::idp::{
    Idp,
    id::OrganizationId,
    store::organizations::{self, Organization},
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations", get(list))
        .route("/organizations/{id}", get(show))
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
        }
    }
}

/// 404, also for whoever wants to delete it.
pub fn not_found() -> ApiError {
    ApiError::not_found("No organization found by that id or name", None)
}

async fn list(State(idp): State<Idp>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    let found = organizations::list(&mut tx, &paging.slice).await?;
    let total = if paging.wants_total() { organizations::count(&mut tx).await? } else { 0 };
    let cursor =
        |organization: &Organization| Cursor { created_at: organization.created_at, id: organization.id.to_string() };
    Ok(paging.respond("organizations", found, total, cursor, OrganizationBody::from))
}

async fn show(State(idp): State<Idp>, Path(id): Path<OrganizationId>) -> Result<Json<OrganizationBody>, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let found = organizations::find(&mut tx, &id).await?;
    found.map(|organization| Json(organization.into())).ok_or_else(not_found)
}

async fn show_by_name(State(idp): State<Idp>, Path(name): Path<String>) -> Result<Json<OrganizationBody>, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let found = organizations::by_name(&mut tx, &name).await?;
    found.map(|organization| Json(organization.into())).ok_or_else(not_found)
}
