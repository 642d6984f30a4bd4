//! `POST /resource-servers`, `PATCH` and `DELETE /resource-servers/{id}`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::Value;

use crate::idp::{
    id::ApiId,
    management::{
        error::ApiError,
        kit::{Payload, respond},
        resource_servers::body::{ResourceServerBody, Scope, find, subject_type_authorization},
    },
    state::Idp,
    store::{
        apis::{self, Api, Permission, SigningAlgorithm, TokenDialect},
        client_grants,
    },
};

#[derive(Debug, Deserialize)]
pub struct NewResourceServer {
    identifier: String,
    #[serde(flatten)]
    properties: Properties,
}

/// Minimum number of characters of a shared secret: whoever guesses it can make tokens.
const SECRET_MIN: usize = 16;

/// Properties that can be changed.
#[derive(Debug, Deserialize)]
pub struct Properties {
    name: Option<String>,
    scopes: Option<Vec<Scope>>,
    token_lifetime: Option<i64>,
    token_lifetime_for_web: Option<i64>,
    token_dialect: Option<TokenDialect>,
    enforce_policies: Option<bool>,
    allow_offline_access: Option<bool>,
    skip_consent_for_verifiable_first_party_clients: Option<bool>,
    signing_alg: Option<String>,
    signing_secret: Option<String>,
    // Properties that are not supported, or with one value only.
    allow_online_access: Option<bool>,
    allow_online_access_with_ephemeral_sessions: Option<bool>,
    token_encryption: Option<Value>,
    consent_policy: Option<Value>,
    authorization_details: Option<Value>,
    proof_of_possession: Option<Value>,
    subject_type_authorization: Option<Value>,
    authorization_policy: Option<Value>,
}

pub async fn create(
    State(idp): State<Idp>,
    Payload(body): Payload<NewResourceServer>,
) -> Result<(StatusCode, Json<ResourceServerBody>), ApiError> {
    body.properties.check()?;
    let mut api = Api {
        name: body.identifier.clone(),
        identifier: body.identifier,
        id: ApiId::random(&idp.random),
        is_system: false,
        token_lifetime: apis::DEFAULT_TOKEN_LIFETIME.num_seconds(),
        token_lifetime_for_web: apis::DEFAULT_TOKEN_LIFETIME.num_seconds(),
        token_dialect: TokenDialect::AccessToken,
        enforce_policies: false,
        allow_offline_access: false,
        skip_consent_for_verifiable_first_party_clients: false,
        signing_alg: SigningAlgorithm::Rs256,
        signing_secret: None,
        created_at: idp.now(),
    };
    body.properties.apply_signing(&idp, &mut api)?;
    let permissions = body.properties.apply(&mut api).unwrap_or_default();
    let mut tx = idp.database.write().await?;
    if !apis::insert(&mut tx, &api).await? {
        return Err(ApiError::conflict("A resource server with the same identifier already exists", None));
    }
    apis::update_permissions(&mut tx, &api.identifier, &permissions).await?;
    let body = ResourceServerBody::with_scopes(&mut tx, &idp.sealer, api).await?;
    respond::created(tx, body).await
}

/// Updates the API. Responds with 200, as recorded from Auth0. Only two properties of system APIs can be changed.
pub async fn update(
    State(idp): State<Idp>,
    Path(id): Path<String>,
    Payload(properties): Payload<Properties>,
) -> Result<Json<ResourceServerBody>, ApiError> {
    properties.check()?;
    let mut tx = idp.database.write().await?;
    let mut api = find(&mut tx, &id).await?.ok_or_else(ApiError::no_resource_server)?;
    if api.is_system
        && let Some(immutable) = properties.immutable_of_system()
    {
        return Err(ApiError::invalid_body(&format!("Additional properties not allowed: {immutable}"), ""));
    }
    properties.apply_signing(&idp, &mut api)?;
    let permissions = properties.apply(&mut api);
    apis::update(&mut tx, &api).await?;
    if let Some(permissions) = permissions {
        apis::update_permissions(&mut tx, &api.identifier, &permissions).await?;
        let names: Vec<_> = permissions.into_iter().map(|permission| permission.name).collect();
        client_grants::update_scopes(&mut tx, &api.identifier, &names).await?;
    }
    let body = ResourceServerBody::with_scopes(&mut tx, &idp.sealer, api).await?;
    respond::ok(tx, body).await
}

/// Deletes the API. Responds with 204 even if the API does not exist.
pub async fn delete(State(idp): State<Idp>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    if let Some(api) = find(&mut tx, &id).await? {
        if api.is_system {
            return Err(ApiError::unsupported("A system resource server cannot be deleted"));
        }
        apis::delete(&mut tx, &api.identifier).await?;
    }
    respond::no_content(tx).await
}

impl Properties {
    /// Refuses requests with unsupported properties instead of ignoring them.
    fn check(&self) -> Result<(), ApiError> {
        self.algorithm()?;
        let other = self.subject_type_authorization.as_ref().filter(|value| **value != subject_type_authorization());
        let unsupported = [
            ("allow_online_access", self.allow_online_access == Some(true)),
            (
                "allow_online_access_with_ephemeral_sessions",
                self.allow_online_access_with_ephemeral_sessions == Some(true),
            ),
            ("token_encryption", self.token_encryption.is_some()),
            ("consent_policy", self.consent_policy.is_some()),
            ("authorization_details", self.authorization_details.is_some()),
            ("proof_of_possession", self.proof_of_possession.is_some()),
            ("subject_type_authorization", other.is_some()),
            ("authorization_policy", self.authorization_policy.is_some()),
        ];
        if let Some((name, _)) = unsupported.iter().find(|(_, is_sent)| *is_sent) {
            return Err(ApiError::unsupported(format!("{name} is not supported")));
        }
        let scopes = self.scopes.as_deref().unwrap_or_default();
        for (second, scope) in scopes.iter().enumerate() {
            if let Some(first) = scopes[..second].iter().position(|earlier| earlier.value == scope.value) {
                let objection = format!("Array items are not unique (indexes {first} and {second})");
                return Err(ApiError::invalid_body(&objection, "scopes"));
            }
        }
        Ok(())
    }

    /// Returns the algorithm in the body.
    fn algorithm(&self) -> Result<Option<SigningAlgorithm>, ApiError> {
        match self.signing_alg.as_deref() {
            None => Ok(None),
            Some("RS256") => Ok(Some(SigningAlgorithm::Rs256)),
            Some("HS256") => Ok(Some(SigningAlgorithm::Hs256)),
            Some(other) => Err(ApiError::invalid_body(&format!("No enum match for: {other}"), "signing_alg")),
        }
    }

    /// Applies algorithm and secret of the body. Without a secret, one is made for HS256.
    fn apply_signing(&self, idp: &Idp, api: &mut Api) -> Result<(), ApiError> {
        if self.signing_secret.as_ref().is_some_and(|secret| secret.chars().count() < SECRET_MIN) {
            let message = format!("String is too short ({SECRET_MIN} chars minimum)");
            return Err(ApiError::invalid_body(&message, "signing_secret"));
        }
        api.signing_alg = self.algorithm()?.unwrap_or(api.signing_alg);
        let sealed =
            |secret: &str| idp.sealer.seal_text(&apis::seal_context(&api.id), secret).map_err(sqlx::Error::from);
        api.signing_secret = match (api.signing_alg, &self.signing_secret, api.signing_secret.take()) {
            (SigningAlgorithm::Rs256, ..) => None,
            (SigningAlgorithm::Hs256, Some(secret), _) => Some(sealed(secret)?),
            (SigningAlgorithm::Hs256, None, Some(before)) => Some(before),
            (SigningAlgorithm::Hs256, None, None) => Some(sealed(&idp.random.alphanumeric(32))?),
        };
        Ok(())
    }

    /// Returns the names of the properties in the body that cannot be changed for system APIs.
    fn immutable_of_system(&self) -> Option<String> {
        let sent = [
            ("name", self.name.is_some()),
            ("scopes", self.scopes.is_some()),
            ("token_dialect", self.token_dialect.is_some()),
            ("enforce_policies", self.enforce_policies.is_some()),
            ("allow_offline_access", self.allow_offline_access.is_some()),
            ("signing_alg", self.signing_alg.is_some()),
            ("signing_secret", self.signing_secret.is_some()),
        ];
        let names: Vec<_> = sent.iter().filter(|(_, is_sent)| *is_sent).map(|(name, _)| *name).collect();
        (!names.is_empty()).then(|| names.join(","))
    }

    /// Applies the properties of the body and returns the permissions if the body contains them.
    fn apply(self, api: &mut Api) -> Option<Vec<Permission>> {
        if let Some(name) = self.name {
            api.name = name;
        }
        api.token_lifetime = self.token_lifetime.unwrap_or(api.token_lifetime);
        let for_web = self.token_lifetime_for_web.unwrap_or(api.token_lifetime_for_web);
        api.token_lifetime_for_web = for_web.min(api.token_lifetime);
        api.token_dialect = self.token_dialect.unwrap_or(api.token_dialect);
        api.enforce_policies = self.enforce_policies.unwrap_or(api.enforce_policies);
        api.allow_offline_access = self.allow_offline_access.unwrap_or(api.allow_offline_access);
        api.skip_consent_for_verifiable_first_party_clients = self
            .skip_consent_for_verifiable_first_party_clients
            .unwrap_or(api.skip_consent_for_verifiable_first_party_clients);
        let permission = |Scope { value, description }| Permission { name: value, description };
        self.scopes.map(|scopes| scopes.into_iter().map(permission).collect())
    }
}
