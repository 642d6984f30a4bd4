//! Organizations, as the sign-in finds them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{OrgId, PersonId},
    server::{
        db::{Driver, OrgTx, PlatformTx, execute, fetch_one, fetch_optional},
        error::Error,
    },
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

/// The id at the provider of `org`.
///
/// # Errors
/// [`Error::NotFound`] without such an organization.
pub async fn provider_id(tx: &mut PlatformTx, org: OrgId) -> Result<String, Error> {
    let row = fetch_optional!(tx, (String,), "SELECT provider_id FROM organization WHERE id = $1", org)?;
    row.map(|(id,)| id).ok_or(Error::NotFound)
}

/// Takes the turn of the organization of `issuer` that was compared with the provider longest ago, and before `before`:
/// its id and its id there. Nobody else gets it until then.
pub async fn claim_next(
    tx: &mut PlatformTx,
    issuer: &str,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<(OrgId, String)>, Error> {
    Ok(fetch_optional!(
        tx,
        (OrgId, String),
        "UPDATE organization SET reconciled_at = $3
         WHERE (reconciled_at IS NULL OR reconciled_at <= $2) AND id = (
             SELECT id FROM organization
             WHERE issuer = $1 AND (reconciled_at IS NULL OR reconciled_at <= $2)
             ORDER BY reconciled_at IS NOT NULL, reconciled_at, id LIMIT 1)
         RETURNING id, provider_id",
        issuer,
        before,
        now,
    )?)
}

/// The next organization after the one called `after` whose people were not all reminded yet `today`, and when they last were.
/// Nobody else gets it before the transaction ends, nor afterwards if [`end_day`] was committed.
pub async fn claim_day(
    tx: &mut PlatformTx,
    today: NaiveDate,
    after: OrgId,
) -> Result<Option<(OrgId, Option<NaiveDate>)>, Error> {
    let sql = match tx.driver() {
        // A transaction that writes is alone from its beginning.
        Driver::Sqlite => {
            "SELECT id, reminded_on FROM organization WHERE (reminded_on IS NULL OR reminded_on < $1) AND id > $2
             ORDER BY id LIMIT 1"
        }
        Driver::Postgres => {
            "SELECT id, reminded_on FROM organization WHERE (reminded_on IS NULL OR reminded_on < $1) AND id > $2
             ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
        }
    };
    Ok(fetch_optional!(tx, (OrgId, Option<NaiveDate>), sql, today, after)?)
}

/// Notes that everybody in the organization was reminded `today`.
pub async fn end_day(tx: &mut OrgTx, today: NaiveDate) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET reminded_on = $2 WHERE id = $1", tx.org(), today)?;
    Ok(())
}

/// When the organization was last compared with the provider.
pub async fn reconciled_at(tx: &mut OrgTx) -> Result<Option<DateTime<Utc>>, Error> {
    let (at,) =
        fetch_one!(tx, (Option<DateTime<Utc>>,), "SELECT reconciled_at FROM organization WHERE id = $1", tx.org())?;
    Ok(at)
}

/// Makes it the organization's turn to be compared.
pub async fn forget_comparison(tx: &mut OrgTx) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET reconciled_at = NULL WHERE id = $1", tx.org())?;
    Ok(())
}

/// What the provider says of an organization.
#[derive(Clone, Copy, Debug)]
pub struct Looks<'a> {
    pub slug: &'a str,
    pub display_name: Option<&'a str>,
    pub logo_url: Option<&'a str>,
    /// `#rgb` or `#rrggbb`.
    pub colour: Option<&'a str>,
}

/// Brings name and looks up to date. A name in addresses that another organization has here is not taken over.
pub async fn put_looks(tx: &mut PlatformTx, org: OrgId, looks: &Looks<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization SET display_name = COALESCE($2, display_name), logo_url = $3, colour = $4 WHERE id = $1",
        org,
        looks.display_name,
        looks.logo_url,
        looks.colour,
    )?;
    execute!(
        tx,
        "UPDATE organization SET slug = $2
         WHERE id = $1 AND slug <> $2 AND NOT EXISTS (SELECT 1 FROM organization WHERE slug = $2)",
        org,
        looks.slug,
    )?;
    Ok(())
}
