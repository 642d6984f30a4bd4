//! Signing keys.

use sqlx::SqliteConnection;

use crate::idp::time::Timestamp;

/// The PEM of the key that was made last.
pub async fn newest(conn: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT private_key_pem FROM signing_keys ORDER BY created_at DESC LIMIT 1")
        .fetch_optional(conn)
        .await
}

pub async fn insert(conn: &mut SqliteConnection, kid: &str, pem: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO signing_keys (kid, private_key_pem, created_at) VALUES ($1, $2, $3)")
        .bind(kid)
        .bind(pem)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}
