//! Email domains of organizations and their verification.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::{
        ids::PersonId,
        organizations::email_domains::{DomainState, JoinMode, Problem},
        permissions::Role,
    },
    kernel::email_domain::MailDomain,
    server::{
        db::{OrgTx, PlatformTx, ProvenOrg, execute, exists, fetch_all, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

/// An email domain of the organization.
#[derive(Clone, Debug, FromRow)]
pub struct Domain {
    /// The name in ASCII.
    pub domain: String,
    /// The required content of its TXT record.
    pub token: String,
    pub state: DomainState,
    pub mode: JoinMode,
    pub role: Role,
    pub is_discoverable: bool,
    pub problem: Option<Problem>,
    pub checked_at: Option<DateTime<Utc>>,
    /// When a check last found its record.
    pub seen_at: Option<DateTime<Utc>>,
    /// When checks began to miss its record.
    pub missed_at: Option<DateTime<Utc>>,
    pub created_by: PersonId,
    pub created_at: DateTime<Utc>,
}

/// The query of [`Domain`]s with this condition and order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT domain, token, state, mode, role, is_discoverable, problem, checked_at, seen_at, missed_at, created_by,
             created_at
         FROM organization_domain ",
            $rest
        )
    };
}

/// Lists the domains of the organization, by name.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Domain>, Error> {
    Ok(fetch_all!(tx, Domain, select!("WHERE org_id = $1 ORDER BY domain"), tx.org(),)?)
}

/// Finds a domain of the organization.
pub async fn find(tx: &mut OrgTx, domain: &MailDomain) -> Result<Option<Domain>, Error> {
    Ok(fetch_optional!(tx, Domain, select!("WHERE org_id = $1 AND domain = $2"), tx.org(), domain.as_str(),)?)
}

/// Counts the domains of the organization.
pub async fn count(tx: &mut OrgTx) -> Result<i64, Error> {
    Ok(scalar_one!(tx, i64, "SELECT COUNT(*) FROM organization_domain WHERE org_id = $1", tx.org())?)
}

/// Whether another organization has verified `domain`.
pub async fn is_proven_elsewhere(tx: &mut OrgTx, domain: &MailDomain) -> Result<bool, Error> {
    tx.allow_domain(domain).await?;
    Ok(exists!(
        tx,
        "SELECT 1 FROM organization_domain WHERE domain = $2 AND state = 'verified' AND org_id <> $1",
        tx.org(),
        domain.as_str(),
    )?)
}

/// Inserts an unverified domain with its first check at `due_at`. Returns `false` if the organization has it already.
pub async fn insert(
    tx: &mut OrgTx,
    domain: &MailDomain,
    token: &str,
    by: PersonId,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO organization_domain (org_id, domain, token, created_by, created_at, due_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        tx.org(),
        domain.as_str(),
        token,
        by,
        now,
        due_at,
    )?;
    Ok(added == 1)
}

/// Updates how people with an address in the domain become members. Returns `false` if the domain does not exist.
pub async fn update_joining(
    tx: &mut OrgTx,
    domain: &MailDomain,
    mode: JoinMode,
    role: Role,
    is_discoverable: bool,
) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "UPDATE organization_domain SET mode = $3, role = $4, is_discoverable = $5 WHERE org_id = $1 AND domain = $2",
        tx.org(),
        domain.as_str(),
        mode,
        role.as_str(),
        is_discoverable,
    )?;
    Ok(changed == 1)
}

/// Deletes a domain and returns its state.
pub async fn delete(tx: &mut OrgTx, domain: &MailDomain) -> Result<Option<DomainState>, Error> {
    Ok(scalar_optional!(
        tx,
        DomainState,
        "DELETE FROM organization_domain WHERE org_id = $1 AND domain = $2 RETURNING state",
        tx.org(),
        domain.as_str(),
    )?)
}

/// Lists domains of all organizations whose check is due, at most `limit`.
pub async fn due(tx: &mut PlatformTx, now: DateTime<Utc>, limit: i64) -> Result<Vec<(ProvenOrg, String)>, Error> {
    tx.as_worker().await?;
    Ok(fetch_all!(
        tx,
        (ProvenOrg, String),
        "SELECT org_id, domain FROM organization_domain WHERE due_at <= $1 ORDER BY due_at, org_id, domain LIMIT $2",
        now,
        limit,
    )?)
}

/// Claims the check of a domain. Returns `false` if it was checked since `since`, and not after `now`. If no result is
/// written, the check is due again at `again_at`.
pub async fn claim_check(
    tx: &mut OrgTx,
    domain: &MailDomain,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    again_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let claimed = execute!(
        tx,
        "UPDATE organization_domain SET checked_at = $4, due_at = $5
         WHERE org_id = $1 AND domain = $2 AND (checked_at IS NULL OR checked_at <= $3 OR checked_at > $4)",
        tx.org(),
        domain.as_str(),
        since,
        now,
        again_at,
    )?;
    Ok(claimed == 1)
}

/// The result of a check.
#[derive(Clone, Copy, Debug)]
pub struct CheckResult {
    pub state: DomainState,
    pub problem: Option<Problem>,
    pub seen_at: Option<DateTime<Utc>>,
    pub missed_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
}

/// Updates a domain after a check. Returns `false` if the check succeeded but another organization has verified the domain.
pub async fn update_check(
    tx: &mut OrgTx,
    domain: &MailDomain,
    result: &CheckResult,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "UPDATE organization_domain SET
             state = $3, problem = $4, seen_at = $5, missed_at = $6, due_at = $7,
             verified_at = CASE WHEN $3 = 'verified' AND state <> 'verified' THEN $8 ELSE verified_at END
         WHERE org_id = $1 AND domain = $2",
        tx.org(),
        domain.as_str(),
        result.state,
        result.problem,
        result.seen_at,
        result.missed_at,
        result.due_at,
        now,
    );
    match changed {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The organization that has verified a domain, and how people with an address there join it.
#[derive(Clone, Debug, FromRow)]
pub struct VerifiedDomain {
    pub org_id: ProvenOrg,
    /// The organization's id at the provider.
    pub provider_id: String,
    pub slug: String,
    pub display_name: String,
    pub is_discoverable: bool,
}

/// Finds the organization of `issuer` that has verified `domain`.
pub async fn find_verified(
    tx: &mut PlatformTx,
    issuer: &str,
    domain: &MailDomain,
) -> Result<Option<VerifiedDomain>, Error> {
    tx.allow_domain(domain).await?;
    Ok(fetch_optional!(
        tx,
        VerifiedDomain,
        "SELECT d.org_id, o.provider_id, o.slug, o.display_name, d.is_discoverable
         FROM organization_domain d JOIN organization o ON o.id = d.org_id
         WHERE d.domain = $1 AND d.state = 'verified' AND o.issuer = $2 AND o.ended_at IS NULL",
        domain.as_str(),
        issuer,
    )?)
}
