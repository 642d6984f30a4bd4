//! Roles that users have outside of organizations.

use crate::{
    idp::{
        id::{RoleId, UserId},
        store::{
            keyset::KeysetPage,
            roles::{Role, role_columns},
        },
    },
    kernel::database::{
        Tx,
        query::{execute, fetch_all, scalar_one},
    },
};

/// Lists the user's roles, oldest first.
pub async fn list(tx: &mut Tx, user: &UserId, page: &KeysetPage) -> sqlx::Result<Vec<Role>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            role_columns!("r."),
            " FROM user_roles u JOIN roles r ON r.id = u.role_id
         WHERE u.user_id = $1 AND (r.created_at, r.id) > ($2, $3) ORDER BY r.created_at, r.id LIMIT $4 OFFSET $5"
        ),
        user,
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

pub async fn count(tx: &mut Tx, user: &UserId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM user_roles WHERE user_id = $1", user)
}

/// Assigns the role to the user. Both must exist.
pub async fn insert(tx: &mut Tx, user: &UserId, role: &RoleId) -> sqlx::Result<()> {
    execute!(tx, "INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", user, role)?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, user: &UserId, role: &RoleId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM user_roles WHERE user_id = $1 AND role_id = $2", user, role)?;
    Ok(())
}
