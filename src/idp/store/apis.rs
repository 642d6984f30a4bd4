//! APIs, which are the audiences of access tokens, and their permissions.

use chrono::TimeDelta;

use crate::{
    idp::{config, id::ApiId, store::keyset::KeysetPage},
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_optional, scalar_all, scalar_one},
        },
        sealer::SealedText,
        unix_time::UnixTime,
    },
};

/// Lifetime of access tokens by default. A blocked person keeps what a token gives until it ends, so it is shorter than
/// Auth0's, a day.
pub const DEFAULT_TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Format and claims of an API's access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TokenDialect {
    /// Claims as in Auth0's own format.
    AccessToken,
    /// Claims as in Auth0's own format, with `permissions`.
    AccessTokenAuthz,
    /// Claims of RFC 9068.
    #[serde(rename = "rfc9068_profile")]
    #[sqlx(rename = "rfc9068_profile")]
    Rfc9068,
    /// Claims of RFC 9068, with `permissions`.
    #[serde(rename = "rfc9068_profile_authz")]
    #[sqlx(rename = "rfc9068_profile_authz")]
    Rfc9068Authz,
}

impl TokenDialect {
    pub const fn is_rfc9068(self) -> bool {
        matches!(self, Self::Rfc9068 | Self::Rfc9068Authz)
    }

    /// Whether the tokens contain the claim `permissions`.
    pub const fn has_permissions(self) -> bool {
        matches!(self, Self::AccessTokenAuthz | Self::Rfc9068Authz)
    }
}

/// Algorithm that signs an API's access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum SigningAlgorithm {
    #[serde(rename = "RS256")]
    #[sqlx(rename = "RS256")]
    Rs256,
    /// With a secret that the API knows, too.
    #[serde(rename = "HS256")]
    #[sqlx(rename = "HS256")]
    Hs256,
}

/// Seal context of the signing secret of the API `id`.
pub fn seal_context(id: &ApiId) -> String {
    format!("signing secret of API {id}")
}

/// An API, which Auth0 calls a resource server.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Api {
    /// Audience (`aud`) of the API's tokens.
    pub identifier: String,
    /// Id of the API in the Management API.
    pub id: ApiId,
    pub name: String,
    pub is_system: bool,
    /// Lifetime of access tokens in seconds.
    pub token_lifetime: i64,
    /// Lifetime in seconds of access tokens for browsers. Only the Management API returns it.
    pub token_lifetime_for_web: i64,
    pub token_dialect: TokenDialect,
    /// Whether the API limits the scopes of a user to those that the user's roles allow.
    pub enforce_policies: bool,
    pub allow_offline_access: bool,
    pub skip_consent_for_verifiable_first_party_clients: bool,
    pub signing_alg: SigningAlgorithm,
    /// The sealed secret of HS256; `None` for RS256.
    pub signing_secret: Option<SealedText>,
    pub created_at: UnixTime,
}

/// Columns of [`Api`], with a table alias such as `t.` or none.
macro_rules! api_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "identifier",
            "id",
            "name",
            "is_system",
            "token_lifetime",
            "token_lifetime_for_web",
            "token_dialect",
            "enforce_policies",
            "allow_offline_access",
            "skip_consent_for_verifiable_first_party_clients",
            "signing_alg",
            "signing_secret",
            "created_at"
        )
    };
}

pub async fn find(tx: &mut Tx, identifier: &str) -> sqlx::Result<Option<Api>> {
    fetch_optional!(tx, _, concat!("SELECT ", api_columns!(""), " FROM apis WHERE identifier = $1"), identifier)
}

/// A permission of an API.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Permission {
    pub name: String,
    /// Description of the permission; empty if it has none.
    pub description: String,
}

/// Lists the API's permissions in the order of the documentation.
pub async fn permissions(tx: &mut Tx, api: &str) -> sqlx::Result<Vec<Permission>> {
    fetch_all!(tx, _, "SELECT name, description FROM api_permissions WHERE api = $1 ORDER BY position, name", api)
}

/// Lifetime of tokens for browser applications in seconds, as in Auth0.
const WEB_TOKEN_LIFETIME: i64 = 7_200;

/// Inserts the API, or updates its name and shortens the lifetime of its tokens to the configured one.
pub async fn upsert(tx: &mut Tx, id: &ApiId, api: &config::Api, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO apis (identifier, id, name, is_system, token_lifetime, token_lifetime_for_web, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (identifier) DO UPDATE
         SET name = excluded.name,
             token_lifetime = CASE WHEN apis.token_lifetime > excluded.token_lifetime
                 THEN excluded.token_lifetime ELSE apis.token_lifetime END,
             token_lifetime_for_web = CASE WHEN apis.token_lifetime_for_web > excluded.token_lifetime_for_web
                 THEN excluded.token_lifetime_for_web ELSE apis.token_lifetime_for_web END",
        &api.identifier,
        id,
        &api.name,
        api.is_system,
        api.token_lifetime,
        api.token_lifetime.min(WEB_TOKEN_LIFETIME),
        now,
    )?;
    Ok(())
}

/// Appends a permission to the API. Returns false if the API already has it.
pub async fn insert_permission(tx: &mut Tx, api: &str, permission: &str) -> sqlx::Result<bool> {
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

/// Finds an API by id or identifier.
pub async fn by_id_or_identifier(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Api>> {
    fetch_optional!(
        tx,
        _,
        concat!("SELECT ", api_columns!(""), " FROM apis WHERE id = $1 OR identifier = $1 ORDER BY created_at LIMIT 1"),
        id
    )
}

/// Lists APIs, oldest first.
pub async fn list(tx: &mut Tx, page: &KeysetPage) -> sqlx::Result<Vec<Api>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            api_columns!(""),
            " FROM apis WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3 OFFSET $4"
        ),
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

pub async fn count(tx: &mut Tx) -> sqlx::Result<i64> {
    scalar_one!(tx, _, "SELECT COUNT(*) FROM apis")
}

/// Inserts the API. Returns false if the identifier is taken.
pub async fn insert(tx: &mut Tx, api: &Api) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO apis (identifier, id, name, is_system, token_lifetime, token_lifetime_for_web, token_dialect,
             enforce_policies, allow_offline_access, skip_consent_for_verifiable_first_party_clients, created_at,
             signing_alg, signing_secret)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
        &api.identifier,
        &api.id,
        &api.name,
        api.is_system,
        api.token_lifetime,
        api.token_lifetime_for_web,
        api.token_dialect,
        api.enforce_policies,
        api.allow_offline_access,
        api.skip_consent_for_verifiable_first_party_clients,
        api.created_at,
        api.signing_alg,
        &api.signing_secret,
    )?;
    Ok(inserted == 1)
}

/// Updates all columns of the API that can be changed.
pub async fn update(tx: &mut Tx, api: &Api) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE apis SET name = $2, token_lifetime = $3, token_lifetime_for_web = $4, token_dialect = $5,
             enforce_policies = $6, allow_offline_access = $7, skip_consent_for_verifiable_first_party_clients = $8,
             signing_alg = $9, signing_secret = $10
         WHERE identifier = $1",
        &api.identifier,
        &api.name,
        api.token_lifetime,
        api.token_lifetime_for_web,
        api.token_dialect,
        api.enforce_policies,
        api.allow_offline_access,
        api.skip_consent_for_verifiable_first_party_clients,
        api.signing_alg,
        &api.signing_secret,
    )?;
    Ok(())
}

/// Replaces the API's permissions. Removed permissions are also removed from roles and users.
pub async fn update_permissions(tx: &mut Tx, api: &str, permissions: &[Permission]) -> sqlx::Result<()> {
    let mut before: Vec<String> = scalar_all!(tx, _, "SELECT name FROM api_permissions WHERE api = $1", api)?;
    // Sorted like the statements that grant permissions, to prevent deadlocks.
    before.sort();
    for gone in before.iter().filter(|name| !permissions.iter().any(|permission| permission.name == **name)) {
        execute!(tx, "DELETE FROM api_permissions WHERE api = $1 AND name = $2", api, gone)?;
    }
    for (permission, position) in permissions.iter().zip(1_i64..) {
        execute!(
            tx,
            "INSERT INTO api_permissions (api, name, description, position) VALUES ($1, $2, $3, $4)
             ON CONFLICT (api, name) DO UPDATE SET description = excluded.description, position = excluded.position",
            api,
            &permission.name,
            &permission.description,
            position,
        )?;
    }
    Ok(())
}

/// Deletes the API with its permissions and client grants.
pub async fn delete(tx: &mut Tx, identifier: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM apis WHERE identifier = $1", identifier)?;
    Ok(())
}

pub async fn has_permission(tx: &mut Tx, api: &str, name: &str) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM api_permissions WHERE api = $1 AND name = $2", api, name)
}
