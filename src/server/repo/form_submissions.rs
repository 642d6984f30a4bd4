//! Forms that were carried out, by a fingerprint of what was sent.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{OrgTx, execute, fetch_optional, scalar_optional},
        error::Error,
    },
};

/// A form, and the request that carries it out.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    pub person: PersonId,
    pub fingerprint: &'a str,
    pub request: &'a str,
}

/// The answer to a form.
#[derive(Clone, Debug, FromRow)]
pub struct Answer {
    /// `None` until the request has ended.
    pub answer: Option<String>,
    pub location: Option<String>,
}

/// Claims the form for its request. Returns `false` if another request has carried it out. Waits for one that is doing so.
pub async fn claim(tx: &mut OrgTx, form: Submission<'_>, expires_at: DateTime<Utc>) -> Result<bool, Error> {
    // A request may need several transactions.
    let claimed = scalar_optional!(
        tx,
        String,
        "INSERT INTO form_submission (org_id, person_id, fingerprint, request, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, person_id, fingerprint) DO UPDATE SET request = excluded.request
         WHERE form_submission.request = excluded.request
         RETURNING request",
        tx.org(),
        form.person,
        form.fingerprint,
        form.request,
        expires_at,
    )?;
    Ok(claimed.is_some())
}

/// Keeps the answer.
pub async fn update_answer(tx: &mut OrgTx, form: Submission<'_>, answer: &Answer) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE form_submission SET answer = $5, location = $6
         WHERE org_id = $1 AND person_id = $2 AND fingerprint = $3 AND request = $4",
        tx.org(),
        form.person,
        form.fingerprint,
        form.request,
        answer.answer.as_deref(),
        answer.location.as_deref(),
    )?;
    Ok(())
}

/// Finds the answer of the request that carried the form out. `None` if none has.
pub async fn find_answer(tx: &mut OrgTx, form: Submission<'_>) -> Result<Option<Answer>, Error> {
    Ok(fetch_optional!(
        tx,
        Answer,
        "SELECT answer, location FROM form_submission WHERE org_id = $1 AND person_id = $2 AND fingerprint = $3",
        tx.org(),
        form.person,
        form.fingerprint,
    )?)
}

/// Forgets a form that its request could not carry out.
pub async fn delete(tx: &mut OrgTx, form: Submission<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "DELETE FROM form_submission WHERE org_id = $1 AND person_id = $2 AND fingerprint = $3 AND request = $4",
        tx.org(),
        form.person,
        form.fingerprint,
        form.request,
    )?;
    Ok(())
}
