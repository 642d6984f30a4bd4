//! Email domains by which a login finds the user's organization.

use crate::{
    idp::{
        id::{DiscoveryDomainId, OrganizationId},
        store::{
            keyset::{Cursor, Keyed, KeysetPage},
            organizations::{Organization, organization_columns},
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional},
        },
        unix_time::UnixTime,
    },
};

/// Whether the organization has proved that it owns the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Status {
    Pending,
    Verified,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DiscoveryDomain {
    pub id: DiscoveryDomainId,
    pub organization_id: OrganizationId,
    /// Domain in lower case.
    pub domain: String,
    pub status: Status,
    /// Value of the TXT record that proves ownership of the domain.
    pub verification_txt: String,
    pub use_for_organization_discovery: bool,
    pub created_at: UnixTime,
}

/// Columns of [`DiscoveryDomain`], with a table alias such as `t.` or none.
macro_rules! discovery_domain_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "organization_id",
            "domain",
            "status",
            "verification_txt",
            "use_for_organization_discovery",
            "created_at"
        )
    };
}

impl Keyed for DiscoveryDomain {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

/// Lists the organization's domains, oldest first.
pub async fn list(tx: &mut Tx, organization: &OrganizationId, page: &KeysetPage) -> sqlx::Result<Vec<DiscoveryDomain>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            discovery_domain_columns!(""),
            " FROM discovery_domains WHERE organization_id = $1 AND (created_at, id) > ($2, $3)
         ORDER BY created_at, id LIMIT $4"
        ),
        organization,
        page.after.created_at,
        &page.after.id,
        page.limit,
    )
}

pub async fn find(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &DiscoveryDomainId,
) -> sqlx::Result<Option<DiscoveryDomain>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            discovery_domain_columns!(""),
            " FROM discovery_domains WHERE organization_id = $1 AND id = $2"
        ),
        organization,
        id,
    )
}

/// Finds the organization's domain by its name, which must be in lower case.
pub async fn by_name(
    tx: &mut Tx,
    organization: &OrganizationId,
    domain: &str,
) -> sqlx::Result<Option<DiscoveryDomain>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            discovery_domain_columns!(""),
            " FROM discovery_domains WHERE organization_id = $1 AND domain = $2"
        ),
        organization,
        domain,
    )
}

/// Inserts a domain. Returns false if the organization already has it.
pub async fn insert(tx: &mut Tx, domain: &DiscoveryDomain) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO discovery_domains (id, organization_id, domain, status, verification_txt,
             use_for_organization_discovery, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, domain) DO NOTHING",
        &domain.id,
        &domain.organization_id,
        &domain.domain,
        domain.status,
        &domain.verification_txt,
        domain.use_for_organization_discovery,
        domain.created_at,
    )?;
    Ok(inserted == 1)
}

/// Updates the given columns. Returns false if the organization has no such domain.
pub async fn update(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &DiscoveryDomainId,
    status: Option<Status>,
    use_for_organization_discovery: Option<bool>,
) -> sqlx::Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE discovery_domains SET status = COALESCE($3, status),
             use_for_organization_discovery = COALESCE($4, use_for_organization_discovery)
         WHERE organization_id = $1 AND id = $2",
        organization,
        id,
        status,
        use_for_organization_discovery,
    )?;
    Ok(changed == 1)
}

/// Deletes the domain. Returns false if the organization has no such domain.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, id: &DiscoveryDomainId) -> sqlx::Result<bool> {
    let deleted =
        execute!(tx, "DELETE FROM discovery_domains WHERE organization_id = $1 AND id = $2", organization, id)?;
    Ok(deleted == 1)
}

/// Lists the organizations that verified `domain` and allow discovery by it. `domain` must be in lower case.
pub async fn organizations_of(tx: &mut Tx, domain: &str) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            organization_columns!("o."),
            " FROM discovery_domains d JOIN organizations o ON o.id = d.organization_id
         WHERE d.domain = $1 AND d.status = 'verified' AND d.use_for_organization_discovery
         ORDER BY o.created_at, o.id"
        ),
        domain,
    )
}
