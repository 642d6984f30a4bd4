//! JSON of an API.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    idp::{
        id::ApiId,
        store::apis::{self, Api, Permission, SigningAlgorithm, TokenDialect},
    },
    kernel::{database::Tx, sealer::Sealer},
};

/// JSON of a permission, which Auth0 calls a scope of the API.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scope {
    pub value: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl From<Permission> for Scope {
    fn from(permission: Permission) -> Self {
        Self { value: permission.name, description: permission.description }
    }
}

#[derive(Debug, Serialize)]
pub struct ResourceServerBody {
    id: ApiId,
    name: String,
    identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Scope>>,
    is_system: bool,
    signing_alg: SigningAlgorithm,
    /// Present for HS256 only. Who reads it can sign tokens for the API, as in Auth0.
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<String>,
    allow_offline_access: bool,
    skip_consent_for_verifiable_first_party_clients: bool,
    token_lifetime: i64,
    token_lifetime_for_web: i64,
    enforce_policies: bool,
    token_dialect: TokenDialect,
    subject_type_authorization: Value,
}

impl ResourceServerBody {
    fn of(api: Api, signing_secret: Option<String>, permissions: Option<Vec<Permission>>) -> Self {
        Self {
            id: api.id,
            name: api.name,
            identifier: api.identifier,
            scopes: permissions.map(|permissions| permissions.into_iter().map(Scope::from).collect()),
            is_system: api.is_system,
            signing_alg: api.signing_alg,
            signing_secret,
            allow_offline_access: api.allow_offline_access,
            skip_consent_for_verifiable_first_party_clients: api.skip_consent_for_verifiable_first_party_clients,
            token_lifetime: api.token_lifetime,
            token_lifetime_for_web: api.token_lifetime_for_web,
            enforce_policies: api.enforce_policies,
            token_dialect: api.token_dialect,
            subject_type_authorization: subject_type_authorization(),
        }
    }

    pub async fn with_scopes(tx: &mut Tx, sealer: &Sealer, api: Api) -> sqlx::Result<Self> {
        let permissions = apis::permissions(tx, &api.identifier).await?;
        let secret = match &api.signing_secret {
            Some(secret) => Some(sealer.open_text(&apis::seal_context(&api.id), secret)?),
            None => None,
        };
        Ok(Self::of(api, secret, Some(permissions)))
    }
}

/// Returns the access policy of every API: users may get tokens for it, clients need a grant.
pub fn subject_type_authorization() -> Value {
    json!({"user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"}})
}

/// Finds an API by id or identifier. Decodes the identifier once more, because some clients encode it twice.
pub async fn find(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Api>> {
    if let Some(api) = apis::by_id_or_identifier(tx, id).await? {
        return Ok(Some(api));
    }
    let encoded = id.replace('+', "%2B").replace('&', "%26");
    match url::form_urlencoded::parse(encoded.as_bytes()).next() {
        // PostgreSQL cannot store NUL characters.
        Some((decoded, _)) if decoded != id && !decoded.contains('\0') => apis::by_id_or_identifier(tx, &decoded).await,
        _ => Ok(None),
    }
}
