//! Organization setups: organizations that are being created.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::provider_changes::QueueTime;
use crate::{
    domain::ids::{PersonId, SetupId},
    server::{
        db::{PlatformTx, execute, exists, fetch_all, fetch_optional, scalar_all, scalar_one, scalar_optional},
        error::Error,
    },
};

/// The state of a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// The setup has steps left to do.
    Waiting,
    /// The setup's organization at the provider is being deleted.
    Undoing,
    /// The organization exists.
    Done,
    /// The setup failed and was undone.
    Failed,
}

/// The reason why a setup does not proceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Problem {
    /// The provider does not answer or limits the rate; the step is retried.
    Busy,
    /// The name is taken.
    Taken,
    /// The provider refused the organization.
    Refused,
    /// The creator cancelled the setup.
    Cancelled,
}

/// The setup of an organization by `person_id`.
#[derive(Clone, Debug, FromRow)]
pub struct OrganizationSetup {
    pub id: SetupId,
    pub person_id: PersonId,
    pub slug: String,
    pub display_name: String,
    pub state: State,
    pub problem: Option<Problem>,
    /// The organization's id at the provider, once created.
    pub provider_id: Option<String>,
    pub tries: i64,
    pub created_at: DateTime<Utc>,
}

/// The columns of an [`OrganizationSetup`].
macro_rules! columns {
    () => {
        "id, person_id, slug, display_name, state, problem, provider_id, tries, created_at"
    };
}

/// Inserts a setup. Returns `false` if the slug belongs to an organization or a pending setup.
pub async fn insert(tx: &mut PlatformTx, new: &OrganizationSetup, now: DateTime<Utc>) -> Result<bool, Error> {
    if is_taken(tx, &new.slug).await? {
        return Ok(false);
    }
    let added = execute!(
        tx,
        "INSERT INTO organization_setup (id, person_id, slug, display_name, due_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5, $5) ON CONFLICT DO NOTHING",
        new.id,
        new.person_id,
        new.slug.as_str(),
        new.display_name.as_str(),
        now,
    )?;
    Ok(added == 1)
}

/// Finds the setup that `person` has begun since `since` with the same address and name, and not cancelled.
pub async fn find_same(
    tx: &mut PlatformTx,
    person: PersonId,
    (slug, display_name): (&str, &str),
    since: DateTime<Utc>,
) -> Result<Option<SetupId>, Error> {
    Ok(scalar_optional!(
        tx,
        SetupId,
        "SELECT id FROM organization_setup WHERE person_id = $1 AND slug = $2 AND display_name = $3
         AND created_at > $4 AND state IN ('waiting', 'done')",
        person,
        slug,
        display_name,
        since,
    )?)
}

/// Whether an organization or a pending setup has this slug.
pub async fn is_taken(tx: &mut PlatformTx, slug: &str) -> Result<bool, Error> {
    Ok(exists!(
        tx,
        "SELECT 1 FROM organization WHERE slug = $1 AND ended_at IS NULL
         UNION ALL
         SELECT 1 FROM organization_setup WHERE slug = $1 AND state IN ('waiting', 'undoing')",
        slug,
    )?)
}

/// Counts the setups that `person` started since `since`.
pub async fn count(tx: &mut PlatformTx, person: PersonId, since: DateTime<Utc>) -> Result<i64, Error> {
    Ok(scalar_one!(
        tx,
        i64,
        "SELECT COUNT(*) FROM organization_setup WHERE person_id = $1 AND created_at > $2",
        person,
        since
    )?)
}

/// Counts the setups with steps left, of all people.
pub async fn count_unfinished(tx: &mut PlatformTx) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM organization_setup WHERE state IN ('waiting', 'undoing')";
    Ok(scalar_one!(tx, i64, sql)?)
}

/// Finds a setup of `person`.
pub async fn find(tx: &mut PlatformTx, person: PersonId, id: SetupId) -> Result<Option<OrganizationSetup>, Error> {
    Ok(fetch_optional!(
        tx,
        OrganizationSetup,
        concat!("SELECT ", columns!(), " FROM organization_setup WHERE id = $1 AND person_id = $2"),
        id,
        person,
    )?)
}

/// Lists the waiting setups of `person`, oldest first.
pub async fn unfinished(tx: &mut PlatformTx, person: PersonId) -> Result<Vec<OrganizationSetup>, Error> {
    Ok(fetch_all!(
        tx,
        OrganizationSetup,
        concat!(
            "SELECT ",
            columns!(),
            " FROM organization_setup WHERE person_id = $1 AND state = 'waiting' ORDER BY created_at"
        ),
        person,
    )?)
}

/// Lists the setups with a step due, at most `limit`.
pub async fn due(tx: &mut PlatformTx, time: QueueTime, limit: i64) -> Result<Vec<SetupId>, Error> {
    Ok(scalar_all!(
        tx,
        SetupId,
        "SELECT id FROM organization_setup
         WHERE state IN ('waiting', 'undoing') AND (due_at <= $1 OR tries = 0 OR due_at > $2)
           AND (taken_until IS NULL OR taken_until <= $1 OR taken_until > $3)
         ORDER BY due_at LIMIT $4",
        time.now,
        time.latest_due,
        time.latest_claim,
        limit,
    )?)
}

/// Claims a setup until `until`, across all nodes. Returns `None` if another worker has it or no step is due.
pub async fn claim(
    tx: &mut PlatformTx,
    id: SetupId,
    time: QueueTime,
    until: DateTime<Utc>,
) -> Result<Option<OrganizationSetup>, Error> {
    Ok(fetch_optional!(
        tx,
        OrganizationSetup,
        concat!(
            "UPDATE organization_setup SET taken_until = $3
         WHERE id = $1 AND state IN ('waiting', 'undoing') AND (due_at <= $2 OR tries = 0 OR due_at > $4)
           AND (taken_until IS NULL OR taken_until <= $2 OR taken_until > $5)
         RETURNING ",
            columns!()
        ),
        id,
        time.now,
        until,
        time.latest_due,
        time.latest_claim,
    )?)
}

/// Updates the organization's id at the provider.
pub async fn update_provider_id(
    tx: &mut PlatformTx,
    id: SetupId,
    provider_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization_setup SET provider_id = $2, updated_at = $3 WHERE id = $1",
        id,
        provider_id,
        now
    )?;
    Ok(())
}

/// Updates the state of a setup and releases the claim that lasts until `claimed_until`. The next step is due at `due_at`.
/// A setup that was cancelled in the meantime stays cancelled. Changes nothing if the claim has expired and another
/// attempt has claimed the setup since, whose outcome is the newer one.
pub async fn update_state(
    tx: &mut PlatformTx,
    id: SetupId,
    claimed_until: DateTime<Utc>,
    state: State,
    problem: Option<Problem>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization_setup SET
             state = CASE WHEN state = 'undoing' AND $2 = 'waiting' THEN state ELSE $2 END,
             problem = CASE WHEN state = 'undoing' THEN problem ELSE $3 END,
             tries = tries + 1, due_at = $4, taken_until = NULL, updated_at = $5
         WHERE id = $1 AND taken_until = $6",
        id,
        state,
        problem,
        due_at,
        now,
        claimed_until,
    )?;
    Ok(())
}

/// Makes a waiting setup due now.
pub async fn retry_now(tx: &mut PlatformTx, person: PersonId, id: SetupId, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE organization_setup SET due_at = $3 WHERE id = $1 AND person_id = $2 AND state = 'waiting' AND due_at > $3",
        id,
        person,
        now,
    )?;
    Ok(())
}

/// Cancels a setup, which undoes it. Returns `false` if it is no longer waiting.
pub async fn cancel(tx: &mut PlatformTx, person: PersonId, id: SetupId, now: DateTime<Utc>) -> Result<bool, Error> {
    let cancelled = execute!(
        tx,
        "UPDATE organization_setup SET state = 'undoing', problem = 'cancelled', due_at = $3, updated_at = $3
         WHERE id = $1 AND person_id = $2 AND state = 'waiting'",
        id,
        person,
        now,
    )?;
    Ok(cancelled == 1)
}
