//! Roles that members have in their organizations.

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        store::{
            keyset::{Cursor, Keyed, KeysetPage},
            roles::role_columns,
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, scalar_one},
        },
        unix_time::UnixTime,
    },
};

/// A role of a member.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MemberRole {
    pub user_id: UserId,
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub created_at: UnixTime,
}

impl Keyed for MemberRole {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

/// Lists the roles of the member.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    user: &UserId,
    page: &KeysetPage,
) -> sqlx::Result<Vec<MemberRole>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT m.user_id, ",
            role_columns!("r."),
            " FROM member_roles m JOIN roles r ON r.id = m.role_id
         WHERE m.organization_id = $1 AND m.user_id = $2 ORDER BY r.created_at, r.id LIMIT $3 OFFSET $4"
        ),
        organization,
        user,
        page.limit,
        page.offset,
    )
}

/// Lists the roles of the members on a page.
pub async fn of_members(
    tx: &mut Tx,
    organization: &OrganizationId,
    members: &[super::members::Member],
) -> sqlx::Result<Vec<MemberRole>> {
    let (Some(first), Some(last)) = (members.first(), members.last()) else { return Ok(Vec::new()) };
    // The members of a page are contiguous when ordered by the time of joining, so two bounds select them.
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT m.user_id, ",
            role_columns!("r."),
            " FROM members m
         JOIN member_roles mr ON mr.organization_id = m.organization_id AND mr.user_id = m.user_id
         JOIN roles r ON r.id = mr.role_id
         WHERE m.organization_id = $1 AND (m.created_at, m.user_id) >= ($2, $3)
             AND (m.created_at, m.user_id) <= ($4, $5)
         ORDER BY r.created_at, r.id"
        ),
        organization,
        first.created_at,
        &first.user_id,
        last.created_at,
        &last.user_id,
    )
}

/// Counts the roles of the member.
pub async fn count(tx: &mut Tx, organization: &OrganizationId, user: &UserId) -> sqlx::Result<i64> {
    scalar_one!(
        tx,
        _,
        "SELECT COUNT(*) FROM member_roles WHERE organization_id = $1 AND user_id = $2",
        organization,
        user,
    )
}

/// Gives the role, if it exists, to the user in the organization.
pub async fn insert(tx: &mut Tx, organization: &OrganizationId, user: &UserId, role: &RoleId) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO member_roles (organization_id, user_id, role_id) SELECT $1, $2, id FROM roles WHERE id = $3
         ON CONFLICT DO NOTHING",
        organization,
        user,
        role,
    )?;
    Ok(())
}

/// Removes the role from the member, if the member has it.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, user: &UserId, role: &RoleId) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM member_roles WHERE organization_id = $1 AND user_id = $2 AND role_id = $3",
        organization,
        user,
        role,
    )?;
    Ok(())
}
