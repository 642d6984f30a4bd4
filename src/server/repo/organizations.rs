//! Organizations: lookup, insertion, reconciliation and reminder turns.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{OrgId, PersonId},
    server::{
        db::{Driver, OrgTx, PlatformTx, ProvenOrg, execute, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

/// An organization that the provider has named.
#[derive(Clone, Debug, FromRow)]
pub struct Organization {
    pub id: ProvenOrg,
    pub slug: String,
    pub display_name: String,
}

/// Finds an organization's id at the provider and its slug. A slug proves nothing, so it opens no transaction.
pub async fn by_slug(tx: &mut PlatformTx, slug: &str) -> Result<Option<(String, String)>, Error> {
    // PostgreSQL rejects a NUL in a text; no slug contains one.
    if slug.contains('\0') {
        return Ok(None);
    }
    Ok(fetch_optional!(tx, (String, String), "SELECT provider_id, slug FROM organization WHERE slug = $1", slug)?)
}

/// Finds an organization by its slug for the command line, whose user may do everything.
pub async fn for_operator(tx: &mut PlatformTx, slug: &str) -> Result<Option<ProvenOrg>, Error> {
    Ok(scalar_optional!(tx, ProvenOrg, "SELECT id FROM organization WHERE slug = $1", slug)?)
}

/// Finds an organization by its id at the provider `issuer`, which comes from the provider itself.
pub async fn by_provider_id(
    tx: &mut PlatformTx,
    issuer: &str,
    provider_id: &str,
) -> Result<Option<Organization>, Error> {
    Ok(fetch_optional!(
        tx,
        Organization,
        "SELECT id, slug, display_name FROM organization WHERE issuer = $1 AND provider_id = $2",
        issuer,
        provider_id,
    )?)
}

/// A new organization and its owner.
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

/// Inserts an organization. Returns `None` if the provider's id or the slug is taken.
pub async fn insert(
    tx: &mut PlatformTx,
    new: &NewOrganization<'_>,
    now: DateTime<Utc>,
) -> Result<Option<ProvenOrg>, Error> {
    Ok(scalar_optional!(
        tx,
        ProvenOrg,
        "INSERT INTO organization (id, issuer, provider_id, slug, display_name, owner_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
        new.id,
        new.issuer,
        new.provider_id,
        new.slug,
        new.display_name,
        new.owner,
        now,
    )?)
}

/// Fetches the organization's id at the provider.
///
/// # Errors
/// [`Error::NotFound`] if the organization does not exist.
pub async fn provider_id(tx: &mut PlatformTx, org: OrgId) -> Result<String, Error> {
    scalar_optional!(tx, String, "SELECT provider_id FROM organization WHERE id = $1", org)?.ok_or(Error::NotFound)
}

/// Claims the organization of `issuer` that was reconciled least recently, if before `before`, or after `latest`, in which
/// case the clock was set back. Returns its id and its id at the provider.
pub async fn claim_next(
    tx: &mut PlatformTx,
    issuer: &str,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> Result<Option<(ProvenOrg, String)>, Error> {
    tx.as_worker().await?;
    Ok(fetch_optional!(
        tx,
        (ProvenOrg, String),
        "UPDATE organization SET reconciled_at = $3
         WHERE (reconciled_at IS NULL OR reconciled_at <= $2 OR reconciled_at > $4) AND id = (
             SELECT id FROM organization
             WHERE issuer = $1 AND (reconciled_at IS NULL OR reconciled_at <= $2 OR reconciled_at > $4)
             ORDER BY reconciled_at IS NOT NULL, reconciled_at, id LIMIT 1)
         RETURNING id, provider_id",
        issuer,
        before,
        now,
        latest,
    )?)
}

/// Claims the reminders of the next organization after `after` that has not had them `today`. Returns its id and the day of
/// the last reminders. The claim lasts until the transaction ends, or for the day if it commits [`update_reminded_on`].
pub async fn claim_day(
    tx: &mut PlatformTx,
    today: NaiveDate,
    after: OrgId,
) -> Result<Option<(ProvenOrg, Option<NaiveDate>)>, Error> {
    tx.as_worker().await?;
    let sql = match tx.driver() {
        // SQLite allows one writer at a time and needs no lock.
        Driver::Sqlite => {
            "SELECT id, reminded_on FROM organization WHERE (reminded_on IS NULL OR reminded_on < $1) AND id > $2
             ORDER BY id LIMIT 1"
        }
        Driver::Postgres => {
            "SELECT id, reminded_on FROM organization WHERE (reminded_on IS NULL OR reminded_on < $1) AND id > $2
             ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
        }
    };
    Ok(fetch_optional!(tx, (ProvenOrg, Option<NaiveDate>), sql, today, after)?)
}

/// Records that the reminders of `today` are complete.
pub async fn update_reminded_on(tx: &mut OrgTx, today: NaiveDate) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET reminded_on = $2 WHERE id = $1", tx.org(), today)?;
    Ok(())
}

/// When the organization was last reconciled with the provider.
pub async fn reconciled_at(tx: &mut OrgTx) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(scalar_one!(tx, Option<DateTime<Utc>>, "SELECT reconciled_at FROM organization WHERE id = $1", tx.org())?)
}

/// Makes the organization due for reconciliation.
pub async fn request_reconciliation(tx: &mut OrgTx) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET reconciled_at = NULL WHERE id = $1", tx.org())?;
    Ok(())
}

/// Name and branding of an organization at the provider.
#[derive(Clone, Copy, Debug)]
pub struct Branding<'a> {
    pub slug: &'a str,
    pub display_name: Option<&'a str>,
    pub logo_url: Option<&'a str>,
    /// `#rgb` or `#rrggbb`.
    pub colour: Option<&'a str>,
}

/// Updates name, branding and slug. Keeps the slug if another organization here has the new one.
pub async fn update_branding(tx: &mut OrgTx, branding: &Branding<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization SET display_name = COALESCE($2, display_name), logo_url = $3, colour = $4 WHERE id = $1",
        tx.org(),
        branding.display_name,
        branding.logo_url,
        branding.colour,
    )?;
    execute!(
        tx,
        "UPDATE organization SET slug = $2
         WHERE id = $1 AND slug <> $2 AND NOT EXISTS (SELECT 1 FROM organization WHERE slug = $2)",
        tx.org(),
        branding.slug,
    )?;
    Ok(())
}
