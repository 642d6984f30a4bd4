//! The organizations that a browser can open, and the people it is signed in as.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::{
    domain::ids::{BrowserId, OrgId, PersonId},
    server::{
        db::{PlatformTx, exists, fetch_all, fetch_optional, scalar_all},
        error::Error,
        repo::json,
    },
};

/// A person that a browser is signed in as.
#[derive(Clone, Debug, FromRow)]
pub struct Identity {
    pub id: PersonId,
    pub name: String,
    pub email: String,
}

/// The query of the people that the browser `$1` is signed in as at the time `$3`. The parameter names who signed in last.
macro_rules! people {
    ($last:literal) => {
        concat!(
            "SELECT p.id, p.name, p.email
         FROM (
            SELECT person_id FROM seat WHERE browser_id = $1 AND ends_at > $3
            UNION SELECT id FROM person WHERE id = ",
            $last,
            "
         ) w JOIN person p ON p.id = w.person_id
         ORDER BY p.id",
        )
    };
}

/// Lists the people that `browser` is signed in as: those with a seat, and the one who signed in last.
pub async fn people(
    tx: &mut PlatformTx,
    browser: BrowserId,
    last: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<Vec<Identity>, Error> {
    tx.allow_browser(browser).await?;
    Ok(fetch_all!(tx, Identity, people!("$2"), browser, last, now,)?)
}

/// A membership that the browser can open.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    pub org_id: OrgId,
    pub slug: String,
    pub display_name: String,
    pub logo_url: Option<String>,
    pub role: String,
    pub person_id: PersonId,
    /// Whether the browser has a seat there as this person.
    pub is_seated: bool,
}

/// The query of [`Row`]s of the organizations that the first subquery selects, with the condition on the membership `m`.
///
/// CROSS JOIN fixes the join order: with statistics from small tables SQLite would scan all organizations.
macro_rules! select {
    ($organizations:literal, $condition:literal) => {
        concat!(
            "SELECT c.org_id, o.slug, o.display_name, o.logo_url, m.role, m.person_id,
                COALESCE(s.person_id = m.person_id, FALSE) AS is_seated
         FROM (",
            $organizations,
            ") c CROSS JOIN membership m CROSS JOIN organization o
         LEFT JOIN seat s ON s.browser_id = $1 AND s.org_id = o.id AND s.ends_at > $3
         WHERE m.org_id = c.org_id AND o.id = c.org_id AND ",
            $condition
        )
    };
}

/// The browser whose memberships are listed.
#[derive(Clone, Copy, Debug)]
pub struct BrowserScope {
    pub browser: BrowserId,
    /// The person who signed in last.
    pub last: Option<PersonId>,
    pub now: DateTime<Utc>,
}

/// Lists the first `limit` active memberships of `people`, who must be all people the browser is signed in as, by
/// organization name. Within an organization the seated person comes first, then the one who signed in last.
pub async fn list(
    tx: &mut PlatformTx,
    people: &[PersonId],
    scope: BrowserScope,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    tx.allow_browser(scope.browser).await?;
    tx.allow_people(people).await?;
    // The subquery sorts narrow rows; the rest is joined after the limit.
    Ok(fetch_all!(
        tx,
        Row,
        select!(
            "
            SELECT i.org_id, i.person_id
            FROM (
                SELECT person_id FROM seat WHERE browser_id = $1 AND ends_at > $3
                UNION SELECT id FROM person WHERE id = $2
            ) w CROSS JOIN membership i CROSS JOIN organization n
            WHERE i.person_id = w.person_id AND i.status = 'active' AND n.id = i.org_id AND n.ended_at IS NULL
            ORDER BY lower(n.display_name), n.slug LIMIT $4
         ",
            "m.person_id = c.person_id
         ORDER BY lower(o.display_name), o.slug,
            CASE WHEN s.person_id = m.person_id THEN 0 WHEN m.person_id = $2 THEN 1 ELSE 2 END, m.person_id"
        ),
        scope.browser,
        scope.last,
        scope.now,
        limit,
    )?)
}

/// The query of [`few`].
const FEW: &str = select!(
    "
            SELECT org_id FROM (
                SELECT org_id FROM membership WHERE person_id = $2 AND status = 'active' ORDER BY org_id DESC LIMIT $5
            ) newest
            UNION SELECT org_id FROM (
                SELECT t.org_id FROM seat t CROSS JOIN organization n
                WHERE t.browser_id = $1 AND t.person_id = $2 AND t.ends_at > $3 AND n.id = t.org_id
                ORDER BY CASE WHEN n.slug = $4 THEN 0 ELSE 1 END, t.org_id DESC LIMIT $5
            ) open
         ",
    "m.person_id = $2 AND m.status = 'active' AND o.ended_at IS NULL"
);

/// Lists active memberships of `person`, unordered: at most `limit` in the newest organizations and at most `limit` with a
/// seat, the one in the organization `current` first. Reads no more rows than it returns.
pub async fn few(
    tx: &mut PlatformTx,
    person: PersonId,
    scope: BrowserScope,
    current: &str,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    tx.allow_browser(scope.browser).await?;
    tx.allow_people(&[person]).await?;
    Ok(fetch_all!(tx, Row, FEW, scope.browser, person, scope.now, current, limit)?)
}

#[derive(FromRow)]
struct RowWithPeople {
    #[sqlx(flatten)]
    row: Row,
    people: String,
}

/// Lists memberships like [`few`], and the people that the browser is signed in as, like [`people()`].
pub async fn few_with_people(
    tx: &mut PlatformTx,
    person: PersonId,
    scope: BrowserScope,
    current: &str,
    limit: i64,
) -> Result<(Vec<Row>, Vec<Identity>), Error> {
    tx.allow_browser(scope.browser).await?;
    tx.allow_people(&[person]).await?;
    let people_sql = json::rows(tx.driver(), &format!("{}, name, email", json::id(tx.driver(), "id")), people!("$6"));
    let sql = format!("SELECT f.*, {people_sql} AS people FROM ({FEW}) f");
    let query = AssertSqlSafe(sql);
    let rows = fetch_all!(tx, RowWithPeople, query, scope.browser, person, scope.now, current, limit, scope.last)?;
    let Some(first) = rows.first() else {
        // All memberships of the person have just ended.
        return Ok((Vec::new(), people(tx, scope.browser, scope.last, scope.now).await?));
    };
    let found = json::parse::<Vec<(Uuid, String, String)>>(&first.people)?.into_iter();
    let found = found.map(|(id, name, email)| Identity { id: PersonId(id), name, email }).collect();
    Ok((rows.into_iter().map(|row| row.row).collect(), found))
}

/// Whether `person` is an active member of the organization `slug`, or of one that was called so before and has another name
/// now. Returns `false` for an unknown organization too.
pub async fn is_member(tx: &mut PlatformTx, person: PersonId, slug: &str) -> Result<bool, Error> {
    tx.allow_people(&[person]).await?;
    let has_name = exists!(
        tx,
        "SELECT 1 FROM membership m JOIN organization o ON o.id = m.org_id
         WHERE o.slug = $1 AND m.person_id = $2 AND m.status = 'active' AND o.ended_at IS NULL",
        slug,
        person,
    )?;
    Ok(has_name || moved(tx, person, slug).await?.is_some_and(|moved| !moved.has_ended))
}

/// An organization that is no longer to be found under the name in an old link, for one of its members.
#[derive(Clone, Debug, FromRow)]
pub struct Moved {
    /// Its present slug.
    pub slug: String,
    pub display_name: String,
    /// Whether it has ended.
    pub has_ended: bool,
}

/// Finds the organization that had the name `slug`, or has it and has ended, if `person` is an active member of it. An
/// organization that has the name now goes before all that had it.
pub async fn moved(tx: &mut PlatformTx, person: PersonId, slug: &str) -> Result<Option<Moved>, Error> {
    // PostgreSQL rejects a NUL in a text; no slug contains one.
    if slug.contains('\0') {
        return Ok(None);
    }
    tx.allow_people(&[person]).await?;
    Ok(fetch_optional!(
        tx,
        Moved,
        "SELECT o.slug, o.display_name, o.ended_at IS NOT NULL AS has_ended
         FROM organization o JOIN membership m ON m.org_id = o.id
         WHERE o.id = COALESCE(
                (SELECT id FROM organization WHERE slug = $1), (SELECT organization_id FROM former_slug WHERE slug = $1))
           AND (o.slug <> $1 OR o.ended_at IS NOT NULL) AND m.person_id = $2 AND m.status = 'active'",
        slug,
        person,
    )?)
}

/// Lists the seats of other people in `browser` as email and organization name, at most `limit`.
pub async fn others(
    tx: &mut PlatformTx,
    browser: BrowserId,
    person: PersonId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(String, String)>, Error> {
    tx.allow_browser(browser).await?;
    Ok(fetch_all!(
        tx,
        (String, String),
        "SELECT p.email, o.display_name
         FROM seat s JOIN person p ON p.id = s.person_id JOIN organization o ON o.id = s.org_id
         WHERE s.browser_id = $1 AND s.person_id <> $2 AND s.ends_at > $3
         ORDER BY p.email, lower(o.display_name), o.slug LIMIT $4",
        browser,
        person,
        now,
        limit,
    )?)
}

/// Lists the slugs of at most two organizations in which `person` is an active member.
pub async fn first_two(tx: &mut PlatformTx, person: PersonId) -> Result<Vec<String>, Error> {
    tx.allow_people(&[person]).await?;
    Ok(scalar_all!(
        tx,
        String,
        "SELECT o.slug FROM membership m JOIN organization o ON o.id = m.org_id
         WHERE m.person_id = $1 AND m.status = 'active' AND o.ended_at IS NULL ORDER BY o.slug LIMIT 2",
        person,
    )?)
}
