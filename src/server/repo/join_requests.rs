//! Requests to join an organization, and its removed members.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{OrgTx, execute, exists, fetch_all, fetch_optional, scalar_one},
        error::Error,
    },
};

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    Pending,
    Approved,
    Declined,
}

/// A request to join.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Request {
    pub state: State,
    pub asked_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Finds the last request of `person`.
pub async fn find(tx: &mut OrgTx, person: PersonId) -> Result<Option<Request>, Error> {
    Ok(fetch_optional!(
        tx,
        Request,
        "SELECT state, asked_at, decided_at FROM join_request WHERE org_id = $1 AND person_id = $2",
        tx.org(),
        person,
    )?)
}

/// Inserts a request of `person` or renews a decided one. Returns `false` if the last one is pending or was declined after
/// `declined_before`.
pub async fn upsert(
    tx: &mut OrgTx,
    person: PersonId,
    (email, domain): (&str, &str),
    declined_before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let inserted = execute!(
        tx,
        "INSERT INTO join_request (org_id, person_id, email, domain, asked_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET email = excluded.email, domain = excluded.domain, asked_at = excluded.asked_at, state = 'pending',
             decided_at = NULL, decided_by = NULL
         WHERE join_request.state = 'approved'
            OR (join_request.state = 'declined' AND join_request.decided_at <= $6)",
        tx.org(),
        person,
        email,
        domain,
        now,
        declined_before,
    )?;
    Ok(inserted == 1)
}

/// A pending request.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    pub person_id: PersonId,
    pub name: String,
    pub email: String,
    pub domain: String,
    pub asked_at: DateTime<Utc>,
}

/// Lists the pending requests, oldest first.
pub async fn waiting(tx: &mut OrgTx) -> Result<Vec<Waiting>, Error> {
    Ok(fetch_all!(
        tx,
        Waiting,
        "SELECT r.person_id, p.name, r.email, r.domain, r.asked_at
         FROM join_request r JOIN person p ON p.id = r.person_id
         WHERE r.org_id = $1 AND r.state = 'pending' ORDER BY r.asked_at, r.person_id",
        tx.org(),
    )?)
}

/// Counts the pending requests.
pub async fn count(tx: &mut OrgTx) -> Result<i64, Error> {
    Ok(scalar_one!(tx, i64, "SELECT COUNT(*) FROM join_request WHERE org_id = $1 AND state = 'pending'", tx.org(),)?)
}

/// Decides a pending request and returns its email and domain; `None` if it is not pending.
pub async fn update_decision(
    tx: &mut OrgTx,
    person: PersonId,
    decision: State,
    by: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<(String, String)>, Error> {
    Ok(fetch_optional!(
        tx,
        (String, String),
        "UPDATE join_request SET state = $3, decided_by = $4, decided_at = $5
         WHERE org_id = $1 AND person_id = $2 AND state = 'pending' RETURNING email, domain",
        tx.org(),
        person,
        decision,
        by,
        now,
    )?)
}

/// Records that `person` was removed from the organization.
pub(super) async fn upsert_removal(tx: &mut OrgTx, person: PersonId, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO removed_member (org_id, person_id, removed_at) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, person_id) DO UPDATE SET removed_at = excluded.removed_at",
        tx.org(),
        person,
        now,
    )?;
    Ok(())
}

/// Whether `person` was ever removed from the organization.
pub async fn was_removed(tx: &mut OrgTx, person: PersonId) -> Result<bool, Error> {
    Ok(exists!(tx, "SELECT 1 FROM removed_member WHERE org_id = $1 AND person_id = $2", tx.org(), person,)?)
}
