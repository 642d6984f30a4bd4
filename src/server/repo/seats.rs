//! Seats: the sign-ins of a browser, one per organization.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::memberships::{AtPresent, PresentMembership};
use crate::{
    domain::ids::{BrowserId, OrgId, PersonId},
    server::{
        db::{
            Driver, OrgTx, PlatformTx, ProvenOrg, Single, execute, exists, fetch_all, fetch_optional, scalar_all,
            scalar_optional,
        },
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

#[derive(FromRow)]
struct PresentRow {
    #[sqlx(flatten)]
    seat: Seat,
    #[sqlx(flatten)]
    membership: PresentMembership,
}

/// Finds the seat of `browser` in the organization `slug` like [`find`], and the membership of its person as
/// [`memberships::at_present`](super::memberships::at_present) does.
pub async fn at_present(
    single: &mut Single,
    browser: BrowserId,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Seat, Option<AtPresent>)>, Error> {
    // PostgreSQL rejects a NUL in a text; no slug contains one.
    if slug.contains('\0') {
        return Ok(None);
    }
    let sql = match single.driver() {
        Driver::Sqlite => {
            "SELECT s.org_id, o.slug, o.display_name, s.person_id, p.name, p.email, s.fresh_until,
                    m.role, m.permissions, COALESCE(h.number, 0) AS last_event, m.time_zone
             FROM organization o JOIN seat s ON s.org_id = o.id JOIN person p ON p.id = s.person_id
             LEFT JOIN membership m ON m.org_id = s.org_id AND m.person_id = s.person_id AND m.status = 'active'
             LEFT JOIN event_head h ON h.org_id = s.org_id
             WHERE s.browser_id = $1 AND o.slug = $2 AND s.ends_at > $3"
        }
        // The policies show the membership only when the seat has named the organization, so this is two steps there.
        Driver::Postgres => {
            "SELECT org_id, slug, display_name, person_id, name, email, fresh_until, role, permissions, last_event,
                    time_zone
             FROM seat_at_present($1, $2, $3)"
        }
    };
    let row = fetch_optional!(single, PresentRow, sql, browser, slug, now)?;
    row.map(|PresentRow { seat, membership }| Ok((seat, membership.try_into()?))).transpose()
}

/// Lists the seats of `browser`, by organization, at most `limit`.
pub async fn open(tx: &mut PlatformTx, browser: BrowserId, now: DateTime<Utc>, limit: i64) -> Result<Vec<Seat>, Error> {
    tx.allow_browser(browser).await?;
    Ok(fetch_all!(
        tx,
        Seat,
        "SELECT s.org_id, o.slug, o.display_name, s.person_id, p.name, p.email, s.fresh_until
         FROM seat s JOIN organization o ON o.id = s.org_id JOIN person p ON p.id = s.person_id
         WHERE s.browser_id = $1 AND s.ends_at > $2
         ORDER BY s.org_id DESC LIMIT $3",
        browser,
        now,
        limit,
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
    /// When the provider issued the first tokens, by its own clock. A refresh does not change it.
    pub began_at: Option<DateTime<Utc>>,
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
        "INSERT INTO seat (browser_id, org_id, person_id, sid, tokens, fresh_until, ends_at, began_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (browser_id, org_id) DO UPDATE
         SET person_id = excluded.person_id, sid = excluded.sid, tokens = excluded.tokens,
             fresh_until = excluded.fresh_until, ends_at = excluded.ends_at, began_at = excluded.began_at,
             refreshing_until = NULL",
        browser,
        tx.org(),
        person,
        tokens.sid,
        tokens.sealed,
        tokens.fresh_until,
        tokens.ends_at,
        tokens.began_at,
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
        "UPDATE seat SET sid = COALESCE($5, sid), tokens = $6, fresh_until = $7, ends_at = $8, refreshing_until = NULL
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

/// Deletes the seats of the provider's session `sid` in organizations of `issuer` that began until `at`; returns the count.
pub async fn delete_of_session(tx: &mut PlatformTx, issuer: &str, sid: &str, at: DateTime<Utc>) -> Result<u64, Error> {
    tx.allow_ended_session(sid).await?;
    let people = scalar_all!(
        tx,
        PersonId,
        "DELETE FROM seat WHERE sid = $2 AND org_id IN (SELECT id FROM organization WHERE issuer = $1)
           AND (began_at IS NULL OR began_at <= $3)
         RETURNING person_id",
        issuer,
        sid,
        at,
    )?;
    let count = people.len();
    tx.announce_sign_outs(people);
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Deletes the seats of `person` in all browsers that began until `at`; returns the count.
pub async fn delete_of_person(tx: &mut PlatformTx, person: PersonId, at: DateTime<Utc>) -> Result<u64, Error> {
    tx.announce_sign_outs([person]);
    tx.allow_ended_person(person).await?;
    let sql = "DELETE FROM seat WHERE person_id = $1 AND (began_at IS NULL OR began_at <= $2)";
    Ok(execute!(tx, sql, person, at)?)
}

/// Deletes all seats of `browser`. Returns their organizations and sealed tokens, first those of the provider's session `sid`,
/// then the newest.
pub async fn delete_all(
    tx: &mut PlatformTx,
    browser: BrowserId,
    sid: Option<&str>,
) -> Result<Vec<(OrgId, Vec<u8>)>, Error> {
    tx.allow_browser(browser).await?;
    let seats = fetch_all!(
        tx,
        (OrgId, Vec<u8>, PersonId),
        "SELECT org_id, tokens, person_id FROM seat WHERE browser_id = $1
         ORDER BY CASE WHEN sid = $2 THEN 0 ELSE 1 END, ends_at DESC",
        browser,
        sid,
    )?;
    execute!(tx, "DELETE FROM seat WHERE browser_id = $1", browser)?;
    tx.announce_sign_outs(seats.iter().map(|(_, _, person)| *person));
    Ok(seats.into_iter().map(|(org, tokens, _)| (org, tokens)).collect())
}
