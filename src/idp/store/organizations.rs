//! Organizations and who is in them.

use std::collections::BTreeMap;

use super::{OptionalJsonText, slice::Slice};
use crate::{
    database::{
        Tx,
        query::{execute, fetch_all, fetch_optional, scalar_one},
    },
    idp::{
        id::{OrganizationId, RoleId, UserId},
        time::Timestamp,
    },
};

/// An organization and how it shows itself.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    /// Lower case, for addresses.
    pub name: String,
    /// Absent when it has none of its own.
    pub display_name: Option<String>,
    pub logo_url: Option<String>,
    /// `#rrggbb` or `#rgb`
    pub primary_colour: Option<String>,
    /// `#rrggbb` or `#rgb`
    pub page_background: Option<String>,
    #[sqlx(try_from = "Option<String>")]
    pub metadata: OptionalJsonText<BTreeMap<String, String>>,
    pub created_at: Timestamp,
}

impl Organization {
    /// What people read.
    pub fn label(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }
}

/// How many organizations the picker shows, as Auth0's does.
const PICKED: i64 = 20;

pub async fn find(tx: &mut Tx, id: &OrganizationId) -> sqlx::Result<Option<Organization>> {
    fetch_optional!(tx, _, "SELECT * FROM organizations WHERE id = $1", id)
}

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<Organization>> {
    fetch_optional!(tx, _, "SELECT * FROM organizations WHERE name = $1", name)
}

/// A part of all organizations, the oldest first.
pub async fn list(tx: &mut Tx, slice: &Slice) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        "SELECT * FROM organizations WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3 OFFSET $4",
        slice.after.created_at,
        &slice.after.id,
        slice.limit,
        slice.offset,
    )
}

/// How many organizations there are.
pub async fn count(tx: &mut Tx) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM organizations")
}

/// Creates the organization unless its id or name exists.
pub async fn ensure(
    tx: &mut Tx,
    id: &OrganizationId,
    name: &str,
    display_name: &str,
    colour: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO organizations (id, name, display_name, primary_colour, page_background, created_at)
         VALUES ($1, $2, $3, $4, '#ffffff', $5)
         ON CONFLICT DO NOTHING",
        id,
        name,
        display_name,
        colour,
        now,
    )?;
    Ok(())
}

/// The first organizations that the person joined, those that the picker offers.
pub async fn of_user(tx: &mut Tx, user: &UserId) -> sqlx::Result<Vec<Organization>> {
    fetch_all!(
        tx,
        _,
        "SELECT o.* FROM members m JOIN organizations o ON o.id = m.organization_id
         WHERE m.user_id = $1 ORDER BY m.created_at, o.name LIMIT $2",
        user,
        PICKED,
    )
}

pub async fn has_member(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    scalar_one!(tx, _, "SELECT EXISTS (SELECT 1 FROM members WHERE organization_id = $1 AND user_id = $2)", id, user,)
}

/// Whether the person has any role in the organization.
pub async fn has_role(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    scalar_one!(
        tx,
        _,
        "SELECT EXISTS (SELECT 1 FROM member_roles WHERE organization_id = $1 AND user_id = $2)",
        id,
        user,
    )
}

/// Makes the person a member if they are none, and gives them `roles` beside those that they have. A role that is
/// gone is passed over.
pub async fn add_member(
    tx: &mut Tx,
    id: &OrganizationId,
    user: &UserId,
    roles: &[RoleId],
    now: Timestamp,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO members (organization_id, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        id,
        user,
        now,
    )?;
    for role in roles {
        execute!(
            tx,
            "INSERT INTO member_roles (organization_id, user_id, role_id) SELECT $1, $2, id FROM roles WHERE id = $3
             ON CONFLICT DO NOTHING",
            id,
            user,
            role,
        )?;
    }
    Ok(())
}
