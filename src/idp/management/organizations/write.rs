//! Creates, updates and deletes organizations.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::idp::{
    id::{ConnectionId, OrganizationId},
    management::{
        enabled_connections::{self, EnabledConnectionBody, UsageBody},
        error::ApiError,
        guard::Caller,
        kit::{Payload, find, respond},
        organizations::body::OrganizationBody,
    },
    state::Idp,
    store::{
        OptionalJsonText, connections, organization_connections,
        organizations::{self, Branding, FieldPatch, Organization, OrganizationPatch, UpdateOutcome},
    },
};

#[derive(Debug, Deserialize)]
pub struct NewOrganization {
    name: String,
    display_name: Option<String>,
    branding: Option<BrandingBody>,
    metadata: Option<MetadataBody>,
    token_quota: Option<Value>,
    #[serde(default)]
    enabled_connections: Vec<NewConnection>,
}

#[derive(Debug, Deserialize)]
pub struct OrganizationPatchBody {
    name: Option<String>,
    display_name: Option<String>,
    branding: Option<BrandingBody>,
    metadata: Option<MetadataBody>,
    /// Quota of tokens; `null` removes it.
    #[serde(default, deserialize_with = "field_patch")]
    token_quota: FieldPatch<Value>,
}

/// Deserializes a property that is present, which may be `null`.
fn field_patch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FieldPatch<Value>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or(FieldPatch::Remove, FieldPatch::Set))
}

#[derive(Debug, Deserialize)]
struct NewConnection {
    connection_id: ConnectionId,
    #[serde(flatten)]
    usage: UsageBody,
}

#[derive(Debug, Deserialize)]
struct BrandingBody {
    logo_url: Option<String>,
    colors: Option<Colours>,
}

#[derive(Debug, Deserialize)]
struct Colours {
    primary: String,
    page_background: String,
}

impl From<BrandingBody> for Branding {
    fn from(body: BrandingBody) -> Self {
        let (primary_colour, page_background) =
            body.colors.map(|colours| (colours.primary, colours.page_background)).unzip();
        Self { logo_url: body.logo_url, primary_colour, page_background }
    }
}

/// Metadata of an organization. A key with the value `null` is omitted.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct MetadataBody(BTreeMap<String, Option<String>>);

impl From<MetadataBody> for BTreeMap<String, String> {
    fn from(body: MetadataBody) -> Self {
        body.0.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

fn name_taken() -> ApiError {
    ApiError::conflict("An organization with the same name already exists.", Some("organization_conflict"))
}

pub async fn create(
    State(idp): State<Idp>,
    caller: Caller,
    Payload(new): Payload<NewOrganization>,
) -> Result<(StatusCode, Json<OrganizationBody>), ApiError> {
    // The guard accepts either scope, and each scope allows one part of the request.
    caller.require("create:organizations")?;
    if !new.enabled_connections.is_empty() {
        caller.require("create:organization_connections")?;
    }

    // Insert the organization
    let now = idp.now();
    let branding = new.branding.map(Branding::from).unwrap_or_default();
    let organization = Organization {
        id: OrganizationId::random(&idp.random),
        name: new.name,
        display_name: new.display_name,
        logo_url: branding.logo_url,
        primary_colour: branding.primary_colour,
        page_background: branding.page_background,
        metadata: OptionalJsonText(new.metadata.map(BTreeMap::from)),
        token_quota: OptionalJsonText(new.token_quota),
        created_at: now,
    };
    let mut tx = idp.database.write().await?;
    if !organizations::insert(&mut tx, &organization).await? {
        return Err(name_taken());
    }

    // Enable its connections
    let mut enabled = Vec::with_capacity(new.enabled_connections.len());
    for NewConnection { connection_id, usage } in &new.enabled_connections {
        let connection = connections::find(&mut tx, connection_id)
            .await?
            .ok_or_else(|| ApiError::bad_request("The specified connection does not exist.", Some("invalid_body")))?;
        enabled_connections::check(&connection, (*usage).into())?;
        organization_connections::insert(&mut tx, &organization.id, connection_id, (*usage).into(), now).await?;
        let stored = organization_connections::find(&mut tx, &organization.id, connection_id).await?;
        enabled.extend(stored.map(EnabledConnectionBody::from));
    }

    // Respond with the organization and its connections
    let mut body = OrganizationBody::from(organization);
    body.enabled_connections = (!enabled.is_empty()).then_some(enabled);
    respond::created(tx, body).await
}

pub async fn update(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    Payload(body): Payload<OrganizationPatchBody>,
) -> Result<Json<OrganizationBody>, ApiError> {
    let change = OrganizationPatch {
        name: body.name,
        display_name: body.display_name,
        branding: body.branding.map(Branding::from),
        metadata: body.metadata.map(BTreeMap::from),
        token_quota: body.token_quota,
    };
    let mut tx = idp.database.write().await?;
    match organizations::update(&mut tx, &id, &change).await? {
        UpdateOutcome::Done => {}
        UpdateOutcome::NotFound => return Err(ApiError::no_organization()),
        UpdateOutcome::NameTaken => return Err(name_taken()),
    }
    let organization: Organization = find(&mut tx, &id).await?;
    respond::ok(tx, organization.into()).await
}

pub async fn delete(State(idp): State<Idp>, Path(id): Path<OrganizationId>) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    if !organizations::delete(&mut tx, &id).await? {
        return Err(ApiError::no_organization());
    }
    respond::no_content(tx).await
}
