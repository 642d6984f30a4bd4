//! Permissions that roles give.

use crate::{
    idp::{id::RoleId, store::keyset::KeysetPage},
    kernel::database::{
        Tx,
        query::{execute, fetch_all, scalar_one},
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RolePermission {
    /// Identifier of the API that has the permission.
    pub api: String,
    pub api_name: String,
    pub name: String,
    pub description: String,
}

/// Lists the role's permissions by API and name. Only the limit and the offset of `page` are used.
pub async fn list(tx: &mut Tx, role: &RoleId, page: &KeysetPage) -> sqlx::Result<Vec<RolePermission>> {
    fetch_all!(
        tx,
        _,
        "SELECT a.identifier AS api, a.name AS api_name, p.name, p.description
         FROM role_permissions r
         JOIN api_permissions p ON p.api = r.api AND p.name = r.name
         JOIN apis a ON a.identifier = r.api
         WHERE r.role_id = $1 ORDER BY a.identifier, p.name LIMIT $2 OFFSET $3",
        role,
        page.limit,
        page.offset,
    )
}

pub async fn count(tx: &mut Tx, role: &RoleId) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM role_permissions WHERE role_id = $1", role)
}

/// Adds the permission to the role. Both must exist.
pub async fn insert(tx: &mut Tx, role: &RoleId, api: &str, name: &str) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO role_permissions (role_id, api, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        role,
        api,
        name,
    )?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, role: &RoleId, api: &str, name: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM role_permissions WHERE role_id = $1 AND api = $2 AND name = $3", role, api, name)?;
    Ok(())
}
