//! The audiences of access tokens, and their permissions.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::config;

/// Creates the API or brings its name up to date.
pub async fn upsert(conn: &mut SqliteConnection, api: &config::Api) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO apis (identifier, name) VALUES ($1, $2) ON CONFLICT (identifier) DO UPDATE SET name = excluded.name",
    )
    .bind(&api.identifier)
    .bind(&api.name)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a permission; false when the API had it.
pub async fn add_permission(conn: &mut SqliteConnection, api: &str, permission: &str) -> sqlx::Result<bool> {
    let added = sqlx::query("INSERT INTO api_permissions (api, name) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(api)
        .bind(permission)
        .execute(conn)
        .await?;
    Ok(added.rows_affected() == 1)
}

/// How long access tokens for `identifier` are good for, or `None` when there is no such API.
pub async fn token_lifetime(conn: &mut SqliteConnection, identifier: &str) -> sqlx::Result<Option<TimeDelta>> {
    let seconds: Option<i64> = sqlx::query_scalar("SELECT token_lifetime FROM apis WHERE identifier = $1")
        .bind(identifier)
        .fetch_optional(conn)
        .await?;
    Ok(seconds.map(TimeDelta::seconds))
}
