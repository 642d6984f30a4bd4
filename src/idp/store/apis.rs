//! The audiences of access tokens, and their permissions.

use crate::{
    database::{
        Tx,
        query::{execute, fetch_all, fetch_optional},
    },
    idp::{config, id::ApiId, time::Timestamp},
};

/// What an access token for an API looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TokenDialect {
    /// Auth0's own claims.
    AccessToken,
    /// The same, with `permissions`.
    AccessTokenAuthz,
    /// The JWT profile of RFC 9068.
    #[serde(rename = "rfc9068_profile")]
    #[sqlx(rename = "rfc9068_profile")]
    Rfc9068,
    /// The same, with `permissions`.
    #[serde(rename = "rfc9068_profile_authz")]
    #[sqlx(rename = "rfc9068_profile_authz")]
    Rfc9068Authz,
}

impl TokenDialect {
    /// Whether tokens follow RFC 9068.
    pub const fn is_rfc9068(self) -> bool {
        matches!(self, Self::Rfc9068 | Self::Rfc9068Authz)
    }

    /// Whether tokens tell the permissions.
    pub const fn has_permissions(self) -> bool {
        matches!(self, Self::AccessTokenAuthz | Self::Rfc9068Authz)
    }
}

/// An API as it is stored; Auth0 calls it a resource server.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Api {
    /// The `aud` of its tokens.
    pub identifier: String,
    /// Its id in the Management API.
    pub id: ApiId,
    pub name: String,
    pub is_system: bool,
    /// Seconds.
    pub token_lifetime: i64,
    /// Seconds, for tokens that browsers hold. Nothing asks for such here; it is kept for the Management API.
    pub token_lifetime_for_web: i64,
    pub token_dialect: TokenDialect,
    /// Whether roles decide which scopes a person gets.
    pub enforce_policies: bool,
    pub allow_offline_access: bool,
    pub skip_consent_for_verifiable_first_party_clients: bool,
    pub created_at: Timestamp,
}

pub async fn find(tx: &mut Tx, identifier: &str) -> sqlx::Result<Option<Api>> {
    fetch_optional!(tx, _, "SELECT * FROM apis WHERE identifier = $1", identifier)
}

/// Something that an API lets its callers do.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Permission {
    pub name: String,
    /// Empty when there is none.
    pub description: String,
}

/// What the API lets its callers do, in the order of its documentation.
pub async fn permissions(tx: &mut Tx, api: &str) -> sqlx::Result<Vec<Permission>> {
    fetch_all!(tx, _, "SELECT name, description FROM api_permissions WHERE api = $1 ORDER BY position, name", api)
}

/// Creates the API or brings its name up to date.
pub async fn upsert(tx: &mut Tx, id: &ApiId, api: &config::Api, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO apis (identifier, id, name, is_system, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (identifier) DO UPDATE SET name = excluded.name",
        &api.identifier,
        id,
        &api.name,
        api.is_system,
        now,
    )?;
    Ok(())
}

/// Adds a permission behind those that the API has; false when it had it.
pub async fn add_permission(tx: &mut Tx, api: &str, permission: &str) -> sqlx::Result<bool> {
    let added = execute!(
        tx,
        "INSERT INTO api_permissions (api, name, position)
         SELECT $1, $2, COALESCE(MAX(position), 0) + 1 FROM api_permissions WHERE api = $1
         ON CONFLICT DO NOTHING",
        api,
        permission,
    )?;
    Ok(added == 1)
}
