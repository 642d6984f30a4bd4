//! Table of the members of organizations.

use crate::{
    idp::{
        id::{OrganizationId, UserId},
        store::keyset::{Cursor, Keyed, KeysetPage},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, scalar_one},
        },
        unix_time::UnixTime,
    },
};

/// A member of an organization, as shown in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub picture: Option<String>,
    /// Time at which the user became a member.
    pub created_at: UnixTime,
}

impl Keyed for Member {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.user_id)
    }
}

/// Lists members in the order in which they joined.
pub async fn list(tx: &mut Tx, organization: &OrganizationId, page: &KeysetPage) -> sqlx::Result<Vec<Member>> {
    fetch_all!(
        tx,
        _,
        "SELECT m.user_id, u.name, u.email, u.picture, m.created_at
         FROM members m JOIN users u ON u.id = m.user_id
         WHERE m.organization_id = $1 AND (m.created_at, m.user_id) > ($2, $3)
         ORDER BY m.created_at, m.user_id LIMIT $4 OFFSET $5",
        organization,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the members of the organization.
pub async fn count(tx: &mut Tx, organization: &OrganizationId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM members WHERE organization_id = $1", organization)
}

/// Deletes the membership and its roles. Returns false if the user is not a member.
pub async fn delete(tx: &mut Tx, organization: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    execute!(tx, "DELETE FROM member_roles WHERE organization_id = $1 AND user_id = $2", organization, user)?;
    let deleted = execute!(tx, "DELETE FROM members WHERE organization_id = $1 AND user_id = $2", organization, user)?;
    Ok(deleted == 1)
}
