//! Memberships with roles and permissions: the local copy of the provider's data.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::join_requests;
use crate::{
    domain::{
        ids::PersonId,
        permissions::{Permissions, Role},
    },
    kernel::time_zone::TimeZone,
    server::{
        db::{Driver, OrgTx, execute, exists, fetch_all, fetch_optional, scalar_all, scalar_one, scalar_optional},
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
        parse(&row.role, row.permissions.as_deref())
    }
}

/// A membership from its columns.
pub(super) fn parse(role: &str, permissions: Option<&str>) -> Result<Membership, Error> {
    let role = role.parse().map_err(|_| Error::Corrupt("role"))?;
    Ok(Membership { role, granted: permissions.map(parse_permissions) })
}

#[derive(FromRow)]
struct StatusRow {
    #[sqlx(flatten)]
    row: Row,
    is_active: bool,
}

/// The columns of an active membership, if there is one, with the number of the organization's last event.
#[derive(FromRow)]
pub(super) struct PresentMembership {
    role: Option<String>,
    permissions: Option<String>,
    last_event: i64,
    time_zone: Option<String>,
}

/// What a request needs to know of an active member.
#[derive(Clone, Copy, Debug)]
pub struct AtPresent {
    pub membership: Membership,
    /// Number of the organization's last event.
    pub as_of: i64,
    pub time_zone: TimeZone,
}

impl TryFrom<PresentMembership> for Option<AtPresent> {
    type Error = Error;

    fn try_from(columns: PresentMembership) -> Result<Self, Error> {
        let PresentMembership { role, permissions, last_event, time_zone } = columns;
        let membership = role.map(|role| parse(&role, permissions.as_deref())).transpose()?;
        let time_zone = zone_named(time_zone.as_deref());
        Ok(membership.map(|membership| AtPresent { membership, as_of: last_event, time_zone }))
    }
}

/// The columns of a membership that may be missing or suspended.
#[derive(FromRow)]
pub(super) struct MemberColumns {
    member_role: Option<String>,
    member_permissions: Option<String>,
    member_is_active: Option<bool>,
}

impl TryFrom<MemberColumns> for Option<Membership> {
    type Error = Error;

    /// `None` if it is missing or suspended.
    fn try_from(columns: MemberColumns) -> Result<Self, Error> {
        let MemberColumns { member_role, member_permissions: permissions, member_is_active } = columns;
        let role = member_role.filter(|_| member_is_active == Some(true));
        role.map(|role| Row { role, permissions }.try_into()).transpose()
    }
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
pub async fn at_present(tx: &mut OrgTx, person: PersonId) -> Result<Option<AtPresent>, Error> {
    let row = fetch_optional!(
        tx,
        PresentMembership,
        "SELECT m.role, m.permissions, COALESCE(h.number, 0) AS last_event, m.time_zone
         FROM membership m LEFT JOIN event_head h ON h.org_id = m.org_id
         WHERE m.org_id = $1 AND m.person_id = $2 AND m.status = 'active'",
        tx.org(),
        person,
    )?;
    row.map_or(Ok(None), TryInto::try_into)
}

/// The zone that is stored as `name`. A later release may not know one that an earlier one stored.
#[must_use]
pub fn zone_named(name: Option<&str>) -> TimeZone {
    name.and_then(|name| name.parse().ok()).unwrap_or(TimeZone::UTC)
}

/// Stores the time zone of a member.
pub async fn update_time_zone(tx: &mut OrgTx, person: PersonId, zone: TimeZone) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE membership SET time_zone = $3 WHERE org_id = $1 AND person_id = $2",
        tx.org(),
        person,
        zone.name(),
    )?;
    Ok(())
}

/// The names of the time zones of all active members, each once; `None` for members whose zone is unknown.
pub async fn time_zones(tx: &mut OrgTx) -> Result<Vec<Option<String>>, Error> {
    Ok(scalar_all!(
        tx,
        Option<String>,
        "SELECT DISTINCT time_zone FROM membership WHERE org_id = $1 AND status = 'active' ORDER BY time_zone",
        tx.org(),
    )?)
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

/// Parses stored permissions.
#[must_use]
pub fn parse_permissions(names: &str) -> Permissions {
    names.split_whitespace().filter_map(|name| name.parse().ok()).collect()
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

/// Returns the name of a member.
pub async fn name(tx: &mut OrgTx, person: PersonId) -> Result<Option<String>, Error> {
    Ok(scalar_optional!(
        tx,
        String,
        "SELECT p.name FROM membership m JOIN person p ON p.id = m.person_id WHERE m.org_id = $1 AND m.person_id = $2",
        tx.org(),
        person,
    )?)
}
