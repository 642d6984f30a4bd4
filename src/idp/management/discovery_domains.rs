//! `/organizations/{id}/discovery-domains`

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
        guard::{Payload, QueryText},
        lookup,
        paging::Paging,
        respond,
    },
    state::Idp,
    store::discovery_domains::{self, DiscoveryDomain, Status},
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/discovery-domains", get(list).post(create))
        .route("/organizations/{id}/discovery-domains/name/{discovery_domain}", get(show_by_name))
        .route("/organizations/{id}/discovery-domains/{discovery_domain_id}", get(show).patch(update).delete(delete))
}

/// JSON of a domain.
#[derive(Debug, Serialize)]
struct DomainBody {
    id: DiscoveryDomainId,
    domain: String,
    status: Status,
    /// Host of the TXT record.
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

async fn list(State(idp): State<Idp>, Path(id): Path<OrganizationId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::by_checkpoint(&query)?;
    let mut tx = idp.database.read().await?;
    lookup::organization(&mut tx, &id).await?;
    let found = discovery_domains::list(&mut tx, &id, &paging.page).await?;
    Ok(paging.respond("domains", found, 0, DomainBody::from))
}

async fn create(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    Payload(new): Payload<NewDomain>,
) -> Result<(StatusCode, Json<DomainBody>), ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::organization(&mut tx, &id).await?;
    let domain = DiscoveryDomain {
        id: DiscoveryDomainId::random(&idp.random),
        organization_id: id,
        domain: new.domain.to_ascii_lowercase(),
        status: new.status.unwrap_or(Status::Pending),
        verification_txt: format!("{:032x}", u128::from_be_bytes(idp.random.bytes())),
        use_for_organization_discovery: new.use_for_organization_discovery.unwrap_or(true),
        created_at: idp.now(),
    };
    if !discovery_domains::insert(&mut tx, &domain).await? {
        return Err(ApiError::conflict("The organization already has a discovery domain with the same name.", None));
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(domain.into())))
}

async fn show(
    State(idp): State<Idp>,
    Path((id, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<Json<DomainBody>, ApiError> {
    let mut tx = idp.database.read().await?;
    lookup::organization(&mut tx, &id).await?;
    let found = discovery_domains::find(&mut tx, &id, &domain).await?.ok_or_else(not_found)?;
    Ok(Json(found.into()))
}

async fn show_by_name(
    State(idp): State<Idp>,
    Path((id, name)): Path<(OrganizationId, String)>,
) -> Result<Json<DomainBody>, ApiError> {
    let mut tx = idp.database.read().await?;
    lookup::organization(&mut tx, &id).await?;
    let found = discovery_domains::by_name(&mut tx, &id, &name.to_ascii_lowercase()).await?.ok_or_else(not_found)?;
    Ok(Json(found.into()))
}

async fn update(
    State(idp): State<Idp>,
    Path((id, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
    Payload(change): Payload<DomainPatch>,
) -> Result<Json<DomainBody>, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::organization(&mut tx, &id).await?;
    let DomainPatch { status, use_for_organization_discovery } = change;
    if !discovery_domains::update(&mut tx, &id, &domain, status, use_for_organization_discovery).await? {
        return Err(not_found());
    }
    let stored = discovery_domains::find(&mut tx, &id, &domain).await?.ok_or_else(not_found)?;
    tx.commit().await?;
    Ok(Json(stored.into()))
}

async fn delete(
    State(idp): State<Idp>,
    Path((id, domain)): Path<(OrganizationId, DiscoveryDomainId)>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::organization(&mut tx, &id).await?;
    if !discovery_domains::delete(&mut tx, &id, &domain).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}
