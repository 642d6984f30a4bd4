//! The applications that sign people in.

use sqlx::SqliteConnection;

use super::{JsonText, json_text};
use crate::idp::{
    config::{self, OrganizationRequireBehavior, OrganizationUsage},
    id::ClientId,
    secret::SecretHash,
};

/// A client as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    /// Absent for a public client.
    pub secret_hash: Option<SecretHash>,
    #[sqlx(try_from = "String")]
    pub callbacks: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub logout_urls: JsonText<Vec<String>>,
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
}

pub async fn find(conn: &mut SqliteConnection, id: &str) -> sqlx::Result<Option<Client>> {
    sqlx::query_as("SELECT * FROM clients WHERE id = $1").bind(id).fetch_optional(conn).await
}

/// The client that invitations lead to: the first that has a login address and takes organizations.
pub async fn for_invitations(conn: &mut SqliteConnection) -> sqlx::Result<Option<Client>> {
    sqlx::query_as(
        "SELECT * FROM clients WHERE initiate_login_uri <> '' AND organization_usage <> 'deny' ORDER BY rowid LIMIT 1",
    )
    .fetch_optional(conn)
    .await
}

/// Creates the client or brings it up to date.
pub async fn upsert(conn: &mut SqliteConnection, client: &config::Client) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO clients (id, name, secret_hash, callbacks, logout_urls, initiate_login_uri, organization_usage,
             organization_require_behavior)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash,
             callbacks = excluded.callbacks, logout_urls = excluded.logout_urls,
             initiate_login_uri = excluded.initiate_login_uri, organization_usage = excluded.organization_usage,
             organization_require_behavior = excluded.organization_require_behavior",
    )
    .bind(&client.client_id)
    .bind(&client.name)
    .bind(client.secret.as_deref().map(SecretHash::of))
    .bind(json_text(&client.callbacks)?)
    .bind(json_text(&client.logout_urls)?)
    .bind(&client.initiate_login_uri)
    .bind(client.organization_usage)
    .bind(client.organization_require_behavior)
    .execute(conn)
    .await?;
    Ok(())
}
