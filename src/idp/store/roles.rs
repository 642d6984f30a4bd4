//! Roles, and what they allow in each API.

use crate::{
    database::{
        Tx,
        query::{execute, scalar_all, scalar_one, scalar_optional},
    },
    idp::{
        id::{OrganizationId, RoleId, UserId},
        time::Timestamp,
    },
};

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<RoleId>> {
    scalar_optional!(tx, _, "SELECT id FROM roles WHERE name = $1", name)
}

pub async fn exists(tx: &mut Tx, id: &RoleId) -> sqlx::Result<bool> {
    scalar_one!(tx, _, "SELECT EXISTS (SELECT 1 FROM roles WHERE id = $1)", id)
}

/// Creates the role unless one has its name.
pub async fn ensure(tx: &mut Tx, id: &RoleId, name: &str, description: &str, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO roles (id, name, description, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
        id,
        name,
        description,
        now,
    )?;
    Ok(())
}

pub async fn allow(tx: &mut Tx, role: &str, api: &str, permission: &str) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO role_permissions (role_id, api, name) SELECT id, $2, $3 FROM roles WHERE name = $1
         ON CONFLICT DO NOTHING",
        role,
        api,
        permission,
    )?;
    Ok(())
}

/// What the person's roles in the organization allow in `api` together, sorted.
pub async fn permissions(
    tx: &mut Tx,
    api: &str,
    organization: &OrganizationId,
    user: &UserId,
) -> sqlx::Result<Vec<String>> {
    scalar_all!(
        tx,
        _,
        "SELECT DISTINCT p.name FROM member_roles m JOIN role_permissions p USING (role_id)
         WHERE m.organization_id = $1 AND m.user_id = $2 AND p.api = $3 ORDER BY p.name",
        organization,
        user,
        api,
    )
}

/// What the person's own roles and permissions, outside of any organization, allow in `api` together, sorted.
pub async fn own_permissions(tx: &mut Tx, api: &str, user: &UserId) -> sqlx::Result<Vec<String>> {
    scalar_all!(
        tx,
        _,
        "SELECT p.name FROM user_roles u JOIN role_permissions p USING (role_id) WHERE u.user_id = $1 AND p.api = $2
         UNION SELECT name FROM user_permissions WHERE user_id = $1 AND api = $2 ORDER BY name",
        user,
        api,
    )
}
