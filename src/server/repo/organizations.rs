//! Organizations: lookup, insertion, reconciliation and reminder turns.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{OrgId, PersonId},
    server::{
        db::{Driver, OrgTx, PlatformTx, ProvenOrg, execute, exists, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

/// An organization that the provider has named.
#[derive(Clone, Debug, FromRow)]
pub struct Organization {
    pub id: ProvenOrg,
    pub slug: String,
    pub display_name: String,
    /// Whether the provider has said that it has no such organization.
    pub is_missing: bool,
}

/// Finds an organization's id at the provider and its slug, by its slug or, if no other has it now, a former one. Ended
/// organizations are not found. A slug proves nothing, so it opens no transaction.
pub async fn by_slug(tx: &mut PlatformTx, slug: &str) -> Result<Option<(String, String)>, Error> {
    // PostgreSQL rejects a NUL in a text; no slug contains one.
    if slug.contains('\0') {
        return Ok(None);
    }
    let row = fetch_optional!(
        tx,
        (String, String, bool),
        "SELECT provider_id, slug, ended_at IS NOT NULL FROM organization WHERE id = COALESCE(
            (SELECT id FROM organization WHERE slug = $1), (SELECT organization_id FROM former_slug WHERE slug = $1))",
        slug,
    )?;
    Ok(row.filter(|(_, _, has_ended)| !has_ended).map(|(provider_id, slug, _)| (provider_id, slug)))
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
        "SELECT id, slug, display_name, missing_since IS NOT NULL AS is_missing
         FROM organization WHERE issuer = $1 AND provider_id = $2",
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

/// Finds the next organization after `after` in which a day has begun for a member by `now`, or a date was set.
pub async fn next_to_remind(tx: &mut PlatformTx, now: DateTime<Utc>, after: OrgId) -> Result<Option<ProvenOrg>, Error> {
    tx.as_worker().await?;
    Ok(scalar_optional!(
        tx,
        ProvenOrg,
        "SELECT id FROM organization WHERE (remind_at IS NULL OR remind_at <= $1) AND id > $2 ORDER BY id LIMIT 1",
        now,
        after,
    )?)
}

/// Claims the reminders of the organization, unless none are due by `now` or another node is sending them. Returns the day of
/// the last reminders in UTC, if there were any. The claim lasts until the transaction ends, or until the time that it commits
/// with [`update_reminded`].
pub async fn claim_reminders(tx: &mut OrgTx, now: DateTime<Utc>) -> Result<Option<Option<NaiveDate>>, Error> {
    let sql = match tx.driver() {
        // SQLite allows one writer at a time and needs no lock.
        Driver::Sqlite => {
            "SELECT reminded_on FROM organization WHERE id = $1 AND (remind_at IS NULL OR remind_at <= $2)"
        }
        Driver::Postgres => {
            "SELECT reminded_on FROM organization WHERE id = $1 AND (remind_at IS NULL OR remind_at <= $2)
             FOR NO KEY UPDATE SKIP LOCKED"
        }
    };
    Ok(scalar_optional!(tx, Option<NaiveDate>, sql, tx.org(), now)?)
}

/// Records that the reminders of `today`, in UTC, are complete, and when a day begins next for a member.
pub async fn update_reminded(tx: &mut OrgTx, today: NaiveDate, next: DateTime<Utc>) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET reminded_on = $2, remind_at = $3 WHERE id = $1", tx.org(), today, next,)?;
    Ok(())
}

/// Has the next run look for due tasks of the organization. Locks its row, which the reminders lock before the event
/// counter: events are appended afterwards.
pub async fn remind_soon(tx: &mut OrgTx) -> Result<(), Error> {
    execute!(tx, "UPDATE organization SET remind_at = NULL WHERE id = $1 AND remind_at IS NOT NULL", tx.org())?;
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

/// Updates name, branding and slug of an organization that the provider has. Keeps the slug if another organization here has
/// the new one. A former slug leads to the organization that had it last.
pub async fn update_branding(tx: &mut OrgTx, branding: &Branding<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization
         SET display_name = COALESCE($2, display_name), logo_url = $3, colour = $4, missing_since = NULL, ended_at = NULL
         WHERE id = $1",
        tx.org(),
        branding.display_name,
        branding.logo_url,
        branding.colour,
    )?;
    if slug_is_free(tx, branding.slug).await? {
        update_slug(tx, branding.slug).await?;
    }
    Ok(())
}

async fn slug_is_free(tx: &mut OrgTx, slug: &str) -> Result<bool, Error> {
    Ok(!exists!(tx, "SELECT 1 FROM organization WHERE slug = $1", slug)?)
}

/// Renames the organization, and remembers its former slug.
async fn update_slug(tx: &mut OrgTx, slug: &str) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO former_slug (slug, organization_id) SELECT slug, id FROM organization WHERE id = $1
         ON CONFLICT (slug) DO UPDATE SET organization_id = excluded.organization_id",
        tx.org(),
    )?;
    execute!(tx, "UPDATE organization SET slug = $2 WHERE id = $1", tx.org(), slug)?;
    Ok(())
}

/// Finds the ended organization that still has `slug`.
pub async fn ended_with_slug(tx: &mut PlatformTx, slug: &str) -> Result<Option<ProvenOrg>, Error> {
    let sql = "SELECT id FROM organization WHERE slug = $1 AND ended_at IS NOT NULL";
    Ok(scalar_optional!(tx, ProvenOrg, sql, slug)?)
}

/// Gives the slug of the organization free, which has ended, for a new one.
pub async fn release_slug(tx: &mut OrgTx) -> Result<(), Error> {
    let slug = format!("ended-{}", tx.org().0.simple());
    update_slug(tx, &slug).await
}

/// Records that the provider says it has no such organization. Returns `true` if it has now ended: the provider said so
/// before, until `confirmed_since`, and nothing else meanwhile.
pub async fn update_missing(tx: &mut OrgTx, now: DateTime<Utc>, confirmed_since: DateTime<Utc>) -> Result<bool, Error> {
    let ended = execute!(
        tx,
        "UPDATE organization SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND missing_since <= $3",
        tx.org(),
        now,
        confirmed_since,
    )?;
    let sql = "UPDATE organization SET missing_since = $2 WHERE id = $1 AND missing_since IS NULL";
    execute!(tx, sql, tx.org(), now)?;
    Ok(ended == 1)
}

/// Records that the provider has the organization.
pub async fn update_present(tx: &mut OrgTx) -> Result<(), Error> {
    let sql =
        "UPDATE organization SET missing_since = NULL, ended_at = NULL WHERE id = $1 AND missing_since IS NOT NULL";
    execute!(tx, sql, tx.org())?;
    Ok(())
}
