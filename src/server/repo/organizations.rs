//! Organizations, as the sign-in finds them.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::ids::{OrgId, PersonId};
use crate::server::{
    db::{PlatformTx, execute, fetch_optional},
    error::Error,
};

/// An organization's record.
#[derive(Clone, Debug, FromRow)]
pub struct Organization {
    pub id: OrgId,
    /// Its id at the provider, `org_…`.
    pub provider_id: String,
    pub slug: String,
    pub display_name: String,
}

/// The organization called `slug`.
///
/// # Errors
/// When the database does not answer.
pub async fn by_slug(tx: &mut PlatformTx, slug: &str) -> Result<Option<Organization>, Error> {
    // PostgreSQL refuses to compare with a NUL; nothing is called like that.
    if slug.contains('\0') {
        return Ok(None);
    }
    Ok(fetch_optional!(
        tx,
        Organization,
        "SELECT id, provider_id, slug, display_name FROM organization WHERE slug = $1",
        slug,
    )?)
}

/// The organization that `issuer` calls `provider_id`.
///
/// # Errors
/// When the database does not answer.
pub async fn by_provider_id(
    tx: &mut PlatformTx,
    issuer: &str,
    provider_id: &str,
) -> Result<Option<Organization>, Error> {
    Ok(fetch_optional!(
        tx,
        Organization,
        "SELECT id, provider_id, slug, display_name FROM organization WHERE issuer = $1 AND provider_id = $2",
        issuer,
        provider_id,
    )?)
}

/// A new organization and who owns it.
#[derive(Clone, Debug)]
pub struct NewOrganization<'a> {
    pub id: OrgId,
    pub issuer: &'a str,
    pub provider_id: &'a str,
    pub slug: &'a str,
    pub display_name: &'a str,
    /// Must have an active owner membership when the transaction commits.
    pub owner: PersonId,
}

/// Adds an organization; `false` when the provider's id or the slug is taken.
///
/// # Errors
/// When the database refuses.
pub async fn create(tx: &mut PlatformTx, new: &NewOrganization<'_>, now: DateTime<Utc>) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO organization (id, issuer, provider_id, slug, display_name, owner_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        new.id,
        new.issuer,
        new.provider_id,
        new.slug,
        new.display_name,
        new.owner,
        now,
    )?;
    Ok(added == 1)
}
