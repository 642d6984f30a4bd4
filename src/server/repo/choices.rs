//! The workspaces that can be chosen in a browser, and as whom.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::ids::{BrowserId, PersonId};
use crate::server::{
    db::{PlatformTx, fetch_all, fetch_optional},
    error::Error,
};

/// The people that `browser` is signed in as: who sits somewhere, and who signed in last.
///
/// # Errors
/// When the database does not answer.
pub async fn people(
    tx: &mut PlatformTx,
    browser: BrowserId,
    last: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<Vec<PersonId>, Error> {
    let mut people = super::seats::people(tx, browser, now).await?;
    people.extend(last.filter(|last| !people.contains(last)));
    Ok(people)
}

/// Somebody's membership, as a choice.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    pub slug: String,
    pub display_name: String,
    pub logo_url: Option<String>,
    pub role: String,
    pub email: String,
}

/// Which choices, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    pub browser: BrowserId,
    /// Who signed in last.
    pub last: Option<PersonId>,
    /// The organization that comes first, by its slug, before those with a seat; then all go by display name.
    pub first: Option<&'a str>,
    pub most: i64,
    pub now: DateTime<Utc>,
}

/// The active memberships of everyone whom the browser is signed in as, those of an organization side by side: first who
/// sits there, then who signed in last. `people` are [`people`].
///
/// # Errors
/// When the database does not answer.
pub async fn list(tx: &mut PlatformTx, people: &[PersonId], range: Range<'_>) -> Result<Vec<Row>, Error> {
    tx.on_behalf_of(people).await?;
    Ok(fetch_all!(
        tx,
        Row,
        "SELECT o.slug, o.display_name, o.logo_url, m.role, p.email
         FROM membership m JOIN organization o ON o.id = m.org_id JOIN person p ON p.id = m.person_id
         LEFT JOIN seat s ON s.browser_id = $1 AND s.org_id = m.org_id AND s.ends_at > $3
         WHERE m.status = 'active' AND m.person_id IN (
            SELECT person_id FROM seat WHERE browser_id = $1 AND ends_at > $3
            UNION SELECT id FROM person WHERE id = $2)
         ORDER BY CASE WHEN $4 IS NULL THEN 0 WHEN o.slug = $4 THEN 1 WHEN s.org_id IS NOT NULL THEN 2 ELSE 3 END,
            lower(o.display_name), o.slug,
            CASE WHEN s.person_id = m.person_id THEN 0 WHEN m.person_id = $2 THEN 1 ELSE 2 END, m.person_id
         LIMIT $5",
        range.browser,
        range.last,
        range.now,
        range.first,
        range.most,
    )?)
}

/// Whether `person` is an active member of the organization called `slug`; no more is told of one that does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn is_member(tx: &mut PlatformTx, person: PersonId, slug: &str) -> Result<bool, Error> {
    tx.on_behalf_of(&[person]).await?;
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT m.role FROM membership m JOIN organization o ON o.id = m.org_id
         WHERE o.slug = $1 AND m.person_id = $2 AND m.status = 'active'",
        slug,
        person,
    )?;
    Ok(row.is_some())
}

/// Who else sits where in `browser`: address and the organization's name, at most `most`.
///
/// # Errors
/// When the database does not answer.
pub async fn others(
    tx: &mut PlatformTx,
    browser: BrowserId,
    person: PersonId,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(String, String)>, Error> {
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
        most,
    )?)
}

/// The slugs of two organizations in which `person` is an active member, or of as many as there are.
///
/// # Errors
/// When the database does not answer.
pub async fn first_two(tx: &mut PlatformTx, person: PersonId) -> Result<Vec<String>, Error> {
    tx.on_behalf_of(&[person]).await?;
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT o.slug FROM membership m JOIN organization o ON o.id = m.org_id
         WHERE m.person_id = $1 AND m.status = 'active' ORDER BY o.slug LIMIT 2",
        person,
    )?;
    Ok(rows.into_iter().map(|(slug,)| slug).collect())
}
