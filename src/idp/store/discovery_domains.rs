//! Domains of e-mail addresses by which organizations are found.

use super::organizations::Organization;
use crate::database::{Tx, query::fetch_all};

/// The organizations that proved that they hold the domain, in lower case, and let themselves be found by it.
pub async fn organizations_of(tx: &mut Tx, domain: &str) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        "SELECT o.* FROM discovery_domains d JOIN organizations o ON o.id = d.organization_id
         WHERE d.domain = $1 AND d.status = 'verified' AND d.use_for_organization_discovery
         ORDER BY o.created_at, o.id",
        domain,
    )
}
