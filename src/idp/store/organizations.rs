//! Organizations and who is in them.

use sqlx::SqliteConnection;

use crate::idp::{
    id::{OrganizationId, RoleId, UserId},
    time::Timestamp,
};

/// An organization and how it shows itself.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Organization {
    pub id: OrganizationId,
    /// Lower case, for addresses.
    pub name: String,
    pub display_name: String,
    pub logo_url: Option<String>,
    /// `#rrggbb`
    pub primary_colour: Option<String>,
}

/// How many organizations the picker shows, as Auth0's does.
const PICKED: i64 = 20;

pub async fn find(conn: &mut SqliteConnection, id: &OrganizationId) -> sqlx::Result<Option<Organization>> {
    sqlx::query_as("SELECT * FROM organizations WHERE id = $1").bind(id).fetch_optional(conn).await
}

pub async fn by_name(conn: &mut SqliteConnection, name: &str) -> sqlx::Result<Option<Organization>> {
    sqlx::query_as("SELECT * FROM organizations WHERE name = $1").bind(name).fetch_optional(conn).await
}

/// Creates the organization unless its id or name exists.
pub async fn ensure(
    conn: &mut SqliteConnection,
    id: &OrganizationId,
    name: &str,
    display_name: &str,
    colour: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO organizations (id, name, display_name, primary_colour, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(name)
    .bind(display_name)
    .bind(colour)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The first organizations that the person joined, those that the picker offers.
pub async fn of_user(conn: &mut SqliteConnection, user: &UserId) -> sqlx::Result<Vec<Organization>> {
    sqlx::query_as(
        "SELECT o.* FROM members m JOIN organizations o ON o.id = m.organization_id
         WHERE m.user_id = $1 ORDER BY m.created_at, o.name LIMIT $2",
    )
    .bind(user)
    .bind(PICKED)
    .fetch_all(conn)
    .await
}

pub async fn has_member(conn: &mut SqliteConnection, id: &OrganizationId, user: &UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM members WHERE organization_id = $1 AND user_id = $2)")
        .bind(id)
        .bind(user)
        .fetch_one(conn)
        .await
}

/// Makes the person a member if they are none, and gives them `roles` beside those that they have. A role that is
/// gone is passed over.
pub async fn add_member(
    conn: &mut SqliteConnection,
    id: &OrganizationId,
    user: &UserId,
    roles: &[RoleId],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO members (organization_id, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(user)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    for role in roles {
        sqlx::query(
            "INSERT INTO member_roles (organization_id, user_id, role_id) SELECT $1, $2, id FROM roles WHERE id = $3
             ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(user)
        .bind(role)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
