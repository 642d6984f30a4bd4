//! What the tenant chooses for itself.

use sqlx::SqliteConnection;

use super::JsonText;

/// The tenant's settings; the migration says what each means.
#[derive(Debug, sqlx::FromRow)]
pub struct Settings {
    pub allow_organization_names: bool,
    pub refresh_requires_membership: bool,
    #[sqlx(try_from = "String")]
    pub allowed_logout_urls: JsonText<Vec<String>>,
}

pub async fn get(conn: &mut SqliteConnection) -> sqlx::Result<Settings> {
    sqlx::query_as(
        "SELECT allow_organization_names, refresh_requires_membership, allowed_logout_urls FROM settings WHERE id = 1",
    )
    .fetch_one(conn)
    .await
}

pub async fn allow_organization_names(conn: &mut SqliteConnection, allow: bool) -> sqlx::Result<()> {
    sqlx::query("UPDATE settings SET allow_organization_names = $1 WHERE id = 1").bind(allow).execute(conn).await?;
    Ok(())
}
