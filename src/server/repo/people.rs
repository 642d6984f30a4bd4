//! People: one row per subject of an issuer.

use chrono::{DateTime, Utc};

use crate::{
    domain::{ids::PersonId, organizations::Person},
    server::{
        db::{OrgTx, PlatformTx, execute, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

/// What the provider says about a person. What it leaves out is `None`, and overwrites nothing that is known.
#[derive(Clone, Debug)]
pub struct Profile<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub email: Option<&'a str>,
    /// The claim `email_verified`. What it proves depends on the connection that makes it: see
    /// [`ProvenAddress`](super::proven_address::ProvenAddress).
    pub is_verified: Option<bool>,
    pub name: Option<&'a str>,
}

/// Inserts a person under `id`, or updates name and email of the existing one. Returns the person's id. Without a name, the
/// address is the name.
pub async fn upsert(
    tx: &mut PlatformTx,
    id: PersonId,
    profile: &Profile<'_>,
    now: DateTime<Utc>,
) -> Result<PersonId, Error> {
    Ok(scalar_one!(
        tx,
        PersonId,
        "INSERT INTO person (id, issuer, subject, email, email_verified, name, created_at, updated_at)
         VALUES ($1, $2, $3, COALESCE($4, ''), COALESCE($7, FALSE), COALESCE($5, $4, ''), $6, $6)
         ON CONFLICT (issuer, subject) DO UPDATE
         SET email = COALESCE($4, person.email),
             email_verified = CASE WHEN $4 IS NULL THEN person.email_verified
                ELSE COALESCE($7, person.email_verified AND person.email = excluded.email) END,
             vouched_by = CASE WHEN person.email = COALESCE($4, person.email) THEN person.vouched_by END,
             name = COALESCE($5, CASE WHEN person.name = person.email THEN COALESCE($4, person.name) ELSE person.name END),
             updated_at = excluded.updated_at
         RETURNING id",
        id,
        profile.issuer,
        profile.subject,
        profile.email,
        profile.name,
        now,
        profile.is_verified,
    )?)
}

/// Finds a person by issuer and subject.
pub async fn find(tx: &mut PlatformTx, issuer: &str, subject: &str) -> Result<Option<PersonId>, Error> {
    Ok(scalar_optional!(tx, PersonId, "SELECT id FROM person WHERE issuer = $1 AND subject = $2", issuer, subject,)?)
}

/// Refuses the access tokens of the person that were issued until `until`. Never shortens an earlier refusal.
pub async fn update_tokens_refused_until(tx: &mut PlatformTx, id: PersonId, until: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE person SET tokens_refused_until = $2
         WHERE id = $1 AND (tokens_refused_until IS NULL OR tokens_refused_until < $2)",
        id,
        until,
    )?;
    Ok(())
}

/// Fetches the person's subject at the provider.
///
/// # Errors
/// [`Error::NotFound`] if the person does not exist.
pub async fn subject(tx: &mut PlatformTx, id: PersonId) -> Result<String, Error> {
    scalar_optional!(tx, String, "SELECT subject FROM person WHERE id = $1", id)?.ok_or(Error::NotFound)
}

/// Fetches the person's subject like [`subject`], in a transaction of an organization.
pub async fn subject_of(tx: &mut OrgTx, id: PersonId) -> Result<String, Error> {
    scalar_optional!(tx, String, "SELECT subject FROM person WHERE id = $1", id)?.ok_or(Error::NotFound)
}

/// Fetches name and email of a person.
pub async fn describe(tx: &mut PlatformTx, id: PersonId) -> Result<Option<Person>, Error> {
    let row = fetch_optional!(tx, (String, String), "SELECT name, email FROM person WHERE id = $1", id)?;
    Ok(row.map(|(name, email)| Person { name, email }))
}
