//! Roles, and what they allow in each API.

use sqlx::SqliteConnection;

use crate::idp::id::{OrganizationId, RoleId, UserId};

pub async fn by_name(conn: &mut SqliteConnection, name: &str) -> sqlx::Result<Option<RoleId>> {
    sqlx::query_scalar("SELECT id FROM roles WHERE name = $1").bind(name).fetch_optional(conn).await
}

pub async fn exists(conn: &mut SqliteConnection, id: &RoleId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM roles WHERE id = $1)").bind(id).fetch_one(conn).await
}

/// Creates the role unless one has its name.
pub async fn ensure(conn: &mut SqliteConnection, id: &RoleId, name: &str, description: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO roles (id, name, description) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING")
        .bind(id)
        .bind(name)
        .bind(description)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn allow(conn: &mut SqliteConnection, role: &str, api: &str, permission: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO role_permissions (role_id, api, name) SELECT id, $2, $3 FROM roles WHERE name = $1
         ON CONFLICT DO NOTHING",
    )
    .bind(role)
    .bind(api)
    .bind(permission)
    .execute(conn)
    .await?;
    Ok(())
}

/// What the person's roles in the organization allow in `api` together, sorted.
pub async fn permissions(
    conn: &mut SqliteConnection,
    api: &str,
    organization: &OrganizationId,
    user: &UserId,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT DISTINCT p.name FROM member_roles m JOIN role_permissions p USING (role_id)
         WHERE m.organization_id = $1 AND m.user_id = $2 AND p.api = $3 ORDER BY p.name",
    )
    .bind(organization)
    .bind(user)
    .bind(api)
    .fetch_all(conn)
    .await
}
