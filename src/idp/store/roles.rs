//! Roles, and the permissions that they give to users.

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        store::keyset::{Cursor, Keyed, KeysetPage},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_optional, scalar_all, scalar_one, scalar_optional},
        },
        unix_time::UnixTime,
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub created_at: UnixTime,
}

/// Columns of [`Role`], with a table alias such as `t.` or none.
macro_rules! role_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!($alias, "id", "name", "description", "created_at")
    };
}

pub(super) use role_columns;

impl Keyed for Role {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

pub async fn find(tx: &mut Tx, id: &RoleId) -> sqlx::Result<Option<Role>> {
    fetch_optional!(tx, _, concat!("SELECT ", role_columns!(""), " FROM roles WHERE id = $1"), id)
}

/// Lists the roles whose name contains `name`, ignoring case, oldest first.
pub async fn list(tx: &mut Tx, name: &str, page: &KeysetPage) -> sqlx::Result<Vec<Role>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            role_columns!(""),
            " FROM roles WHERE LOWER(name) LIKE $1 ESCAPE '\\' AND (created_at, id) > ($2, $3)
         ORDER BY created_at, id LIMIT $4 OFFSET $5"
        ),
        containing(name),
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the roles whose name contains `name`, ignoring case.
pub async fn count(tx: &mut Tx, name: &str) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM roles WHERE LOWER(name) LIKE $1 ESCAPE '\\'", containing(name))
}

fn containing(name: &str) -> String {
    let escaped = name.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Inserts the role. Returns false if the name is taken.
pub async fn insert(tx: &mut Tx, role: &Role) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO roles (id, name, description, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        &role.id,
        &role.name,
        &role.description,
        role.created_at,
    )?;
    Ok(inserted == 1)
}

/// Updates the given columns. Fails with a unique violation if the name is taken.
pub async fn update(tx: &mut Tx, id: &RoleId, name: Option<&str>, description: Option<&str>) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE roles SET name = COALESCE($2, name), description = COALESCE($3, description) WHERE id = $1",
        id,
        name,
        description,
    )?;
    Ok(())
}

/// Deletes the role and its assignments. Returns false if the role does not exist.
pub async fn delete(tx: &mut Tx, id: &RoleId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM roles WHERE id = $1", id)? == 1)
}

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<RoleId>> {
    scalar_optional!(tx, _, "SELECT id FROM roles WHERE name = $1", name)
}

pub async fn exists(tx: &mut Tx, id: &RoleId) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM roles WHERE id = $1", id)
}

/// Inserts the role unless a role with its name exists.
pub async fn insert_if_missing(
    tx: &mut Tx,
    id: &RoleId,
    name: &str,
    description: &str,
    now: UnixTime,
) -> sqlx::Result<()> {
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

pub async fn insert_permission(tx: &mut Tx, role: &str, api: &str, permission: &str) -> sqlx::Result<()> {
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

/// Lists the permissions for `api` that the user's roles in the organization give, sorted.
pub async fn permissions(
    tx: &mut Tx,
    api: &str,
    organization: &OrganizationId,
    user: &UserId,
) -> sqlx::Result<Vec<String>> {
    scalar_all!(
        tx,
        _,
        "SELECT DISTINCT p.name FROM members b
         JOIN member_roles m ON m.organization_id = b.organization_id AND m.user_id = b.user_id
         JOIN role_permissions p ON p.role_id = m.role_id
         WHERE m.organization_id = $1 AND m.user_id = $2 AND p.api = $3 ORDER BY p.name",
        organization,
        user,
        api,
    )
}

/// Lists the permissions for `api` that the user has outside of organizations, by a role or directly, sorted.
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
