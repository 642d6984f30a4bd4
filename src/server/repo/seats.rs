//! Seats: the sign-ins of a browser, one per organization.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{BrowserId, OrgId, PersonId},
    server::{
        db::{OrgTx, PlatformTx, ProvenOrg, execute, exists, fetch_all, fetch_optional, scalar_all, scalar_optional},
        error::Error,
    },
};

/// A browser's seat in an organization.
#[derive(Clone, Debug, FromRow)]
pub struct Seat {
    pub org_id: ProvenOrg,
    pub slug: String,
    pub display_name: String,
    pub person_id: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's email.
    pub email: String,
    /// When a refresh must confirm the permissions.
    pub fresh_until: DateTime<Utc>,
}

/// Finds the seat of `browser` in the organization `slug`.
pub async fn find(
    tx: &mut PlatformTx,
    browser: BrowserId,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<Option<Seat>, Error> {
    // PostgreSQL rejects a NUL in a text; no slug contains one.
    if slug.contains('\0') {
        return Ok(None);
    }
    tx.allow_browser(browser).await?;
    Ok(fetch_optional!(
        tx,
        Seat,
        "SELECT s.org_id, o.slug, o.display_name, s.person_id, p.name, p.email, s.fresh_until
         FROM organization o JOIN seat s ON s.org_id = o.id JOIN person p ON p.id = s.person_id
         WHERE o.slug = $1 AND s.browser_id = $2 AND s.ends_at > $3",
        slug,
        browser,
        now,
    )?)
}

/// Whether `browser` has a seat; expired seats count until their purge.
pub async fn any(tx: &mut PlatformTx, browser: BrowserId) -> Result<bool, Error> {
    tx.allow_browser(browser).await?;
    Ok(exists!(tx, "SELECT 1 FROM seat WHERE browser_id = $1", browser)?)
}

/// The tokens and lifetimes of a seat.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    pub sid: Option<&'a str>,
    /// The sealed tokens.
    pub sealed: &'a [u8],
    pub fresh_until: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// Inserts the seat of `person`, or replaces the browser's seat in the organization.
pub async fn upsert(tx: &mut OrgTx, browser: BrowserId, person: PersonId, tokens: &Tokens<'_>) -> Result<(), Error> {
    tx.allow_browser(browser).await?;
    execute!(
        tx,
        "INSERT INTO seat (browser_id, org_id, person_id, sid, tokens, fresh_until, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (browser_id, org_id) DO UPDATE
         SET person_id = excluded.person_id, sid = excluded.sid, tokens = excluded.tokens,
             fresh_until = excluded.fresh_until, ends_at = excluded.ends_at, refreshing_until = NULL",
        browser,
        tx.org(),
        person,
        tokens.sid,
        tokens.sealed,
        tokens.fresh_until,
        tokens.ends_at,
    )?;
    Ok(())
}

/// Claims the refresh of a seat's tokens until `until`, across all nodes. Returns the sealed tokens, or `None` if another
/// request is refreshing or has just refreshed them. A claim beyond `latest` is of a time before the clock was set back, and
/// has expired.
pub async fn claim_refresh(
    tx: &mut PlatformTx,
    browser: BrowserId,
    seat: &Seat,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Error> {
    tx.allow_browser(browser).await?;
    Ok(scalar_optional!(
        tx,
        Vec<u8>,
        "UPDATE seat SET refreshing_until = $5
         WHERE browser_id = $1 AND org_id = $2 AND fresh_until = $3
           AND (refreshing_until IS NULL OR refreshing_until <= $4 OR refreshing_until > $6)
         RETURNING tokens",
        browser,
        seat.org_id,
        seat.fresh_until,
        now,
        until,
        latest,
    )?)
}

/// Postpones the next refresh after the provider did not answer.
pub async fn postpone_refresh(
    tx: &mut PlatformTx,
    browser: BrowserId,
    org: OrgId,
    until: DateTime<Utc>,
) -> Result<(), Error> {
    tx.allow_browser(browser).await?;
    execute!(tx, "UPDATE seat SET refreshing_until = $3 WHERE browser_id = $1 AND org_id = $2", browser, org, until,)?;
    Ok(())
}

/// Updates the seat with refreshed tokens. Returns `false` if it was deleted or replaced in the meantime.
pub async fn update_tokens(
    tx: &mut PlatformTx,
    browser: BrowserId,
    seat: &Seat,
    tokens: &Tokens<'_>,
) -> Result<bool, Error> {
    tx.allow_browser(browser).await?;
    let renewed = execute!(
        tx,
        "UPDATE seat SET sid = $5, tokens = $6, fresh_until = $7, ends_at = $8, refreshing_until = NULL
         WHERE browser_id = $1 AND org_id = $2 AND person_id = $3 AND fresh_until = $4",
        browser,
        seat.org_id,
        seat.person_id,
        seat.fresh_until,
        tokens.sid,
        tokens.sealed,
        tokens.fresh_until,
        tokens.ends_at,
    )?;
    Ok(renewed == 1)
}

/// Deletes a seat, unless it was replaced in the meantime.
pub async fn delete(tx: &mut PlatformTx, browser: BrowserId, seat: &Seat) -> Result<(), Error> {
    tx.announce_sign_outs([seat.person_id]);
    tx.allow_browser(browser).await?;
    execute!(
        tx,
        "DELETE FROM seat WHERE browser_id = $1 AND org_id = $2 AND person_id = $3 AND fresh_until = $4",
        browser,
        seat.org_id,
        seat.person_id,
        seat.fresh_until,
    )?;
    Ok(())
}

/// Deletes all seats in the organization, which ends the streams there.
pub async fn delete_in_organization(tx: &mut OrgTx) -> Result<(), Error> {
    tx.announce_rights();
    execute!(tx, "DELETE FROM seat WHERE org_id = $1", tx.org())?;
    Ok(())
}

/// Deletes the seats of the provider's session `sid` in organizations of `issuer`; returns the count.
pub async fn delete_of_session(tx: &mut PlatformTx, issuer: &str, sid: &str) -> Result<u64, Error> {
    tx.allow_ended_session(sid).await?;
    let people = scalar_all!(
        tx,
        PersonId,
        "DELETE FROM seat WHERE sid = $2 AND org_id IN (SELECT id FROM organization WHERE issuer = $1)
         RETURNING person_id",
        issuer,
        sid,
    )?;
    let count = people.len();
    tx.announce_sign_outs(people);
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Deletes the seats of `person` in all browsers; returns the count.
pub async fn delete_of_person(tx: &mut PlatformTx, person: PersonId) -> Result<u64, Error> {
    tx.announce_sign_outs([person]);
    tx.allow_ended_person(person).await?;
    Ok(execute!(tx, "DELETE FROM seat WHERE person_id = $1", person)?)
}

/// Deletes all seats of `browser` and returns their organizations and sealed tokens, newest first.
pub async fn delete_all(tx: &mut PlatformTx, browser: BrowserId) -> Result<Vec<(OrgId, Vec<u8>)>, Error> {
    tx.allow_browser(browser).await?;
    let seats = fetch_all!(
        tx,
        (OrgId, Vec<u8>, PersonId),
        "SELECT org_id, tokens, person_id FROM seat WHERE browser_id = $1 ORDER BY ends_at DESC",
        browser,
    )?;
    execute!(tx, "DELETE FROM seat WHERE browser_id = $1", browser)?;
    tx.announce_sign_outs(seats.iter().map(|(_, _, person)| *person));
    Ok(seats.into_iter().map(|(org, tokens, _)| (org, tokens)).collect())
}
