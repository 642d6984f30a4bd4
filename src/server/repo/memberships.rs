//! Memberships with roles and permissions: the local copy of the provider's data.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::join_requests;
use crate::{
    domain::{
        ids::PersonId,
        permissions::{Permissions, Role},
    },
    server::{
        db::{Driver, OrgTx, execute, exists, fetch_all, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

/// An active membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub role: Role,
    /// The permissions that the provider granted by token; `None` if the role decides.
    pub granted: Option<Permissions>,
}

impl Membership {
    /// The member's permissions.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        self.granted.unwrap_or_else(|| self.role.permissions())
    }
}

#[derive(FromRow)]
struct Row {
    role: String,
    permissions: Option<String>,
}

impl TryFrom<Row> for Membership {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let role = row.role.parse().map_err(|_| Error::Corrupt("role"))?;
        let granted =
            row.permissions.map(|names| names.split_whitespace().filter_map(|name| name.parse().ok()).collect());
        Ok(Self { role, granted })
    }
}

#[derive(FromRow)]
struct StatusRow {
    #[sqlx(flatten)]
    row: Row,
    is_active: bool,
}

#[derive(FromRow)]
struct PresentRow {
    #[sqlx(flatten)]
    row: Row,
    last_event: i64,
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    row: Row,
    person_id: PersonId,
    subject: String,
}

/// Finds the membership of `person`: `None` if it does not exist, `Some(None)` if it is suspended.
pub async fn find(tx: &mut OrgTx, person: PersonId) -> Result<Option<Option<Membership>>, Error> {
    let row = fetch_optional!(
        tx,
        StatusRow,
        "SELECT role, permissions, status = 'active' AS is_active FROM membership WHERE org_id = $1 AND person_id = $2",
        tx.org(),
        person,
    )?;
    row.map(|StatusRow { row, is_active }| is_active.then(|| row.try_into()).transpose()).transpose()
}

/// Finds the active membership of `person`, with the number of the organization's last event.
pub async fn at_present(tx: &mut OrgTx, person: PersonId) -> Result<Option<(Membership, i64)>, Error> {
    let row = fetch_optional!(
        tx,
        PresentRow,
        "SELECT m.role, m.permissions, COALESCE(h.number, 0) AS last_event
         FROM membership m LEFT JOIN event_head h ON h.org_id = m.org_id
         WHERE m.org_id = $1 AND m.person_id = $2 AND m.status = 'active'",
        tx.org(),
        person,
    )?;
    row.map(|PresentRow { row, last_event }| Ok((row.try_into()?, last_event))).transpose()
}

/// A membership, suspended or not, with its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub person: PersonId,
    /// The person's subject at the provider.
    pub subject: String,
    pub membership: Membership,
}

/// Lists all memberships, oldest first.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Listed>, Error> {
    let rows = fetch_all!(
        tx,
        ListedRow,
        "SELECT m.person_id, p.subject, m.role, m.permissions
         FROM membership m JOIN person p ON p.id = m.person_id WHERE m.org_id = $1 ORDER BY m.created_at, m.person_id",
        tx.org(),
    )?;
    rows.into_iter()
        .map(|ListedRow { row, person_id, subject }| {
            Ok(Listed { person: person_id, subject, membership: row.try_into()? })
        })
        .collect()
}

/// Locks the membership of `person`: no other transaction can assign tasks to them until this one ends.
pub async fn lock(tx: &mut OrgTx, person: PersonId) -> Result<(), Error> {
    // SQLite allows one writer at a time and needs no lock.
    if tx.driver() == Driver::Postgres {
        let sql = "SELECT 1 FROM membership WHERE org_id = $1 AND person_id = $2 FOR UPDATE";
        scalar_optional!(tx, i32, sql, tx.org(), person)?;
    }
    Ok(())
}

/// Deletes the membership of `person`, if it exists, and records the removal: a verified domain will not admit them again
/// automatically.
///
/// The commit fails if `person` is the owner recorded for the organization.
pub async fn delete(tx: &mut OrgTx, person: PersonId, now: DateTime<Utc>) -> Result<(), Error> {
    let removed = execute!(tx, "DELETE FROM membership WHERE org_id = $1 AND person_id = $2", tx.org(), person)?;
    tx.announce_rights();
    if removed == 1 { join_requests::upsert_removal(tx, person, now).await } else { Ok(()) }
}

/// Inserts a membership. Returns `false` if one exists, which stays unchanged.
pub async fn insert(
    tx: &mut OrgTx,
    person: PersonId,
    membership: Membership,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO membership (org_id, person_id, role, permissions, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
        tx.org(),
        person,
        membership.role.as_str(),
        permission_names(membership.granted),
        now,
    )?;
    Ok(added == 1)
}

/// Formats granted permissions for storage.
fn permission_names(granted: Option<Permissions>) -> Option<String> {
    granted
        .map(|granted| granted.iter().map(crate::domain::permissions::Permission::as_str).collect::<Vec<_>>().join(" "))
}

/// Inserts a membership or updates role and permissions of the existing one, which keeps its status.
///
/// The commit fails if this demotes the last owner.
pub async fn upsert(tx: &mut OrgTx, person: PersonId, membership: Membership, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO membership (org_id, person_id, role, permissions, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET role = excluded.role, permissions = excluded.permissions, updated_at = excluded.updated_at",
        tx.org(),
        person,
        membership.role.as_str(),
        permission_names(membership.granted),
        now,
    )?;
    tx.announce_rights();
    Ok(())
}

/// Records another active owner for the organization if `person` is the recorded one. Returns `false` if there is no other.
pub async fn hand_over_ownership(tx: &mut OrgTx, person: PersonId) -> Result<bool, Error> {
    // Locks the row: two owners who leave at the same time must not hand over to each other.
    execute!(tx, "UPDATE organization SET owner_id = owner_id WHERE id = $1", tx.org())?;
    execute!(
        tx,
        "UPDATE organization SET owner_id = (
            SELECT person_id FROM membership
            WHERE org_id = $1 AND person_id <> $2 AND role = 'owner' AND status = 'active'
            ORDER BY created_at, person_id LIMIT 1)
         WHERE id = $1 AND owner_id = $2 AND EXISTS (
            SELECT 1 FROM membership WHERE org_id = $1 AND person_id <> $2 AND role = 'owner' AND status = 'active')",
        tx.org(),
        person,
    )?;
    let is_owner = exists!(tx, "SELECT 1 FROM organization WHERE id = $1 AND owner_id = $2", tx.org(), person)?;
    Ok(!is_owner)
}

/// Fetches the owner recorded for the organization.
pub async fn owner(tx: &mut OrgTx) -> Result<PersonId, Error> {
    Ok(scalar_one!(tx, PersonId, "SELECT owner_id FROM organization WHERE id = $1", tx.org())?)
}
