//! People: subjects of an issuer.

use chrono::{DateTime, Utc};

use crate::{
    domain::{ids::PersonId, organizations::Person},
    server::{
        db::{OrgTx, PlatformTx, fetch_one, fetch_optional},
        error::Error,
    },
};

/// What a verified ID token says of a person.
#[derive(Clone, Debug)]
pub struct Profile<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub email: &'a str,
    /// Whether the provider has verified the address, where it says so.
    pub is_verified: Option<bool>,
    pub name: &'a str,
}

/// Adds the person, under `id` if unknown, or brings name and address up to date.
pub async fn upsert(
    tx: &mut PlatformTx,
    id: PersonId,
    profile: &Profile<'_>,
    now: DateTime<Utc>,
) -> Result<PersonId, Error> {
    let (id,) = fetch_one!(
        tx,
        (PersonId,),
        "INSERT INTO person (id, issuer, subject, email, email_verified, name, created_at, updated_at)
         VALUES ($1, $2, $3, $4, COALESCE($7, FALSE), $5, $6, $6)
         ON CONFLICT (issuer, subject) DO UPDATE
         SET email = excluded.email,
             email_verified = COALESCE($7, person.email_verified AND person.email = excluded.email),
             name = excluded.name, updated_at = excluded.updated_at
         RETURNING id",
        id,
        profile.issuer,
        profile.subject,
        profile.email,
        profile.name,
        now,
        profile.is_verified,
    )?;
    Ok(id)
}

/// The person behind a subject of an issuer.
pub async fn find(tx: &mut PlatformTx, issuer: &str, subject: &str) -> Result<Option<PersonId>, Error> {
    let row =
        fetch_optional!(tx, (PersonId,), "SELECT id FROM person WHERE issuer = $1 AND subject = $2", issuer, subject,)?;
    Ok(row.map(|(id,)| id))
}

/// Who the person is at the provider.
///
/// # Errors
/// [`Error::NotFound`] without such a person.
pub async fn subject(tx: &mut PlatformTx, id: PersonId) -> Result<String, Error> {
    let row = fetch_optional!(tx, (String,), "SELECT subject FROM person WHERE id = $1", id)?;
    row.map(|(subject,)| subject).ok_or(Error::NotFound)
}

/// As [`subject`], of somebody who has to do with an organization.
pub async fn subject_of(tx: &mut OrgTx, id: PersonId) -> Result<String, Error> {
    let row = fetch_optional!(tx, (String,), "SELECT subject FROM person WHERE id = $1", id)?;
    row.map(|(subject,)| subject).ok_or(Error::NotFound)
}

/// The address of `id` in lower case, if the provider has verified it.
pub async fn verified_address(tx: &mut PlatformTx, id: PersonId) -> Result<Option<String>, Error> {
    let row = fetch_optional!(tx, (String,), "SELECT email FROM person WHERE id = $1 AND email_verified", id)?;
    Ok(row.map(|(email,)| email.to_lowercase()))
}

/// Name and address of a person.
pub async fn describe(tx: &mut PlatformTx, id: PersonId) -> Result<Option<Person>, Error> {
    let row = fetch_optional!(tx, (String, String), "SELECT name, email FROM person WHERE id = $1", id)?;
    Ok(row.map(|(name, email)| Person { name, email }))
}
