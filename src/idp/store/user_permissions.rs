//! Permissions that users have outside of organizations, directly or by a role.

use crate::{
    idp::id::{RoleId, UserId},
    kernel::database::{
        Tx,
        query::{execute, fetch_all},
    },
};

/// A permission of a user and its source. A permission with several sources has several rows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct UserPermission {
    /// Identifier of the API that has the permission.
    pub api: String,
    pub api_name: String,
    pub name: String,
    pub description: String,
    /// Role that gives the permission; `None` if the permission was assigned directly.
    pub role_id: Option<RoleId>,
    pub role_name: Option<String>,
}

/// Lists the user's permissions by API and name.
pub async fn list(tx: &mut Tx, user: &UserId) -> sqlx::Result<Vec<UserPermission>> {
    fetch_all!(
        tx,
        _,
        "SELECT a.identifier AS api, a.name AS api_name, p.name, p.description, s.role_id, r.name AS role_name
         FROM (
             SELECT api, name, NULL AS role_id FROM user_permissions WHERE user_id = $1
             UNION ALL
             SELECT o.api, o.name, o.role_id FROM user_roles u JOIN role_permissions o ON o.role_id = u.role_id
             WHERE u.user_id = $1
         ) s
         JOIN api_permissions p ON p.api = s.api AND p.name = s.name
         JOIN apis a ON a.identifier = s.api
         LEFT JOIN roles r ON r.id = s.role_id
         ORDER BY a.identifier, p.name, role_name",
        user,
    )
}

/// Assigns the permission to the user. Both must exist.
pub async fn insert(tx: &mut Tx, user: &UserId, api: &str, name: &str) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO user_permissions (user_id, api, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        user,
        api,
        name,
    )?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, user: &UserId, api: &str, name: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM user_permissions WHERE user_id = $1 AND api = $2 AND name = $3", user, api, name)?;
    Ok(())
}
