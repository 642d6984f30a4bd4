//! `/organizations/{id}/discovery-domains`: email domains of an organization.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};

use crate::idp::{
    id::{DiscoveryDomainId, OrganizationId},
    management::{
        error::ApiError,
        kit::{CheckpointPaging, Payload, Reading, Writing, respond},
    },
    state::Idp,
    store::{
        discovery_domains::{self, DiscoveryDomain, Status},
        organizations::Organization,
    },
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/discovery-domains", get(list).post(create))
        .route("/organizations/{id}/discovery-domains/name/{discovery_domain}", get(show_by_name))
        .route("/organizations/{id}/discovery-domains/{discovery_domain_id}", get(show).patch(update).delete(delete))
}

/// JSON of a discovery domain.
#[derive(Debug, Serialize)]
struct DomainBody {
    id: DiscoveryDomainId,
    domain: String,
    status: Status,
    /// Host name of the required TXT record.
    verification_host: String,
    verification_txt: String,
    use_for_organization_discovery: bool,
}

impl From<DiscoveryDomain> for DomainBody {
    fn from(domain: DiscoveryDomain) -> Self {
        Self {
            verification_host: format!("_ss-verification.{}.{}", domain.organization_id, domain.domain),
            id: domain.id,
            domain: domain.domain,
            status: domain.status,
            verification_txt: domain.verification_txt,
            use_for_organization_discovery: domain.use_for_organization_discovery,
        }
    }
}

#[derive(Debug, Deserialize)]
struct NewDomain {
    domain: String,
    status: Option<Status>,
    use_for_organization_discovery: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct DomainPatch {
    status: Option<Status>,
    use_for_organization_discovery: Option<bool>,
}

fn not_found() -> ApiError {
    ApiError::not_found("No discovery domain found by that id or name", None)
}

async fn list(
    CheckpointPaging(paging): CheckpointPaging,
    Reading(mut tx, organization): Reading<Organization>,
) -> Result<Response, ApiError> {
    let found = discovery_domains::list(&mut tx, &organization.id, &paging.page).await?;
    Ok(paging.respond("domains", found, 0, DomainBody::from))
}

async fn create(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Payload(new): Payload<NewDomain>,
) -> Result<(StatusCode, Json<DomainBody>), ApiError> {
    let domain = DiscoveryDomain {
        id: DiscoveryDomainId::random(&idp.random),
        organization_id: organization.id,
        domain: new.domain.to_ascii_lowercase(),
        status: new.status.unwrap_or(Status::Pending),
        verification_txt: format!("{:032x}", u128::from_be_bytes(idp.random.bytes())),
        use_for_organization_discovery: new.use_for_organization_discovery.unwrap_or(true),
        created_at: idp.now(),
    };
    if !discovery_domains::insert(&mut tx, &domain).await? {
        return Err(ApiError::conflict("The organization already has a discovery domain with the same name.", None));
    }
    respond::created(tx, domain.into()).await
}

async fn show(
    Reading(mut tx, organization): Reading<Organization>,
    Path((_, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<Json<DomainBody>, ApiError> {
    let found = discovery_domains::find(&mut tx, &organization.id, &domain).await?.ok_or_else(not_found)?;
    Ok(Json(found.into()))
}

async fn show_by_name(
    Reading(mut tx, organization): Reading<Organization>,
    Path((_, name)): Path<(OrganizationId, String)>,
) -> Result<Json<DomainBody>, ApiError> {
    let found = discovery_domains::by_name(&mut tx, &organization.id, &name.to_ascii_lowercase()).await?;
    Ok(Json(found.ok_or_else(not_found)?.into()))
}

async fn update(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
    Payload(patch): Payload<DomainPatch>,
) -> Result<Json<DomainBody>, ApiError> {
    let DomainPatch { status, use_for_organization_discovery } = patch;
    if !discovery_domains::update(&mut tx, &organization.id, &domain, status, use_for_organization_discovery).await? {
        return Err(not_found());
    }
    let stored = discovery_domains::find(&mut tx, &organization.id, &domain).await?.ok_or_else(not_found)?;
    respond::ok(tx, stored.into()).await
}

async fn delete(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<StatusCode, ApiError> {
    if !discovery_domains::delete(&mut tx, &organization.id, &domain).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}
