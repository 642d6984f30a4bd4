//! `/clients`: lists and deletes clients. The configuration creates them.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

use crate::{
    idp::{
        config::AppType,
        id::ClientId,
        management::{
            error::ApiError,
            guard::Caller,
            kit::{Fields, Paging, QueryText, Reading, Resource, respond},
        },
        state::Idp,
        store::{
            clients::{self, Client},
            tokens,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/clients", get(list)).route("/clients/{id}", get(show).delete(delete))
}

impl Resource for Client {
    type Id = String;

    async fn find(tx: &mut Tx, id: &String) -> sqlx::Result<Option<Self>> {
        clients::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_client()
    }
}

/// Properties for callers that may only read client summaries.
const SUMMARY: [&str; 4] = ["client_id", "app_type", "name", "description"];

/// Builds the JSON of a client. The secret is stored as a hash and never returned.
fn body(client: Client, caller: &Caller) -> Value {
    let mut body = json!({
        "client_id": client.id,
        "name": client.name,
        "description": client.description,
        "global": false,
        "app_type": client.app_type,
        "is_first_party": client.is_first_party,
        "oidc_conformant": true,
        "callbacks": client.callbacks.0,
        "allowed_logout_urls": client.logout_urls.0,
        "web_origins": client.web_origins.0,
        "allowed_origins": client.allowed_origins.0,
        "grant_types": client.grant_types.0,
        "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000, "secret_encoded": false},
        "organization_usage": client.organization_usage,
        "organization_require_behavior": client.organization_require_behavior,
    });
    if client.is_public() {
        body["token_endpoint_auth_method"] = "none".into();
    } else if client.secret_hash.is_some() {
        body["token_endpoint_auth_method"] = "client_secret_post".into();
    }
    if !client.organization_discovery_methods.0.is_empty() {
        body["organization_discovery_methods"] = json!(client.organization_discovery_methods.0);
    }
    if !client.backchannel_logout_urls.0.is_empty() {
        body["oidc_logout"] = json!({"backchannel_logout_urls": client.backchannel_logout_urls.0});
    }
    if !client.initiate_login_uri.is_empty() {
        body["initiate_login_uri"] = client.initiate_login_uri.into();
    }
    if let Some(logo_uri) = client.logo_uri {
        body["logo_uri"] = logo_uri.into();
    }
    if let Some(organization) = client.default_organization {
        body["default_organization"] = json!({"organization_id": organization, "flows": ["client_credentials"]});
    }
    if client.grant_types.0.iter().any(|grant_type| grant_type == "refresh_token") {
        body["refresh_token"] = json!({
            "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0,
            "infinite_token_lifetime": true, "infinite_idle_token_lifetime": false,
            "idle_token_lifetime": tokens::REFRESH_LIFETIME.num_seconds(),
        });
    }
    let sees_all =
        ["read:clients", "read:client_keys", "read:client_credentials"].iter().any(|scope| caller.has(scope));
    if let Value::Object(object) = &mut body
        && !sees_all
    {
        object.retain(|name, _| SUMMARY.contains(&name.as_str()));
    }
    body
}

async fn list(
    State(idp): State<Idp>,
    caller: Caller,
    paging: Paging,
    fields: Fields,
    query: QueryText,
) -> Result<Response, ApiError> {
    let mut tx = idp.database.read().await?;
    let mut found = clients::all(&mut tx).await?;
    retain(&mut found, &query);
    if let Some(text) = query.get("q").filter(|text| !text.trim().is_empty()) {
        let granted = granted(&mut tx, text).await?;
        found.retain(|client| granted.contains(&client.id));
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let page = paging.page.select(found);
    Ok(paging.respond("clients", page, total, |client| fields.apply(body(client, &caller))))
}

/// Keeps the clients that match the query parameters.
fn retain(found: &mut Vec<Client>, query: &QueryText) {
    // None of the clients is the tenant's global client, and none has an external id.
    if query.is_true("is_global") || query.get("external_client_id").is_some() {
        found.clear();
    }
    if let Some(text) = query.get("is_first_party") {
        found.retain(|client| client.is_first_party == (text == "true"));
    }
    if let Some(types) = query.get("app_type") {
        let name = |app_type: AppType| match app_type {
            AppType::Native => "native",
            AppType::Spa => "spa",
            AppType::RegularWeb => "regular_web",
            AppType::NonInteractive => "non_interactive",
        };
        found.retain(|client| types.split(',').any(|app_type| app_type.trim() == name(client.app_type)));
    }
}

/// Lists the clients that match `q`. Like Auth0, this provider supports two fields in it.
async fn granted(tx: &mut Tx, text: &str) -> Result<Vec<ClientId>, ApiError> {
    match text.trim().split_once(':') {
        Some(("client_grant.organization_id", organization)) => {
            Ok(clients::of_organization(tx, organization.trim_matches('"')).await?)
        }
        Some(("client_grant.allow_any_organization", "true")) => Ok(clients::of_any_organization(tx).await?),
        _ => Err(ApiError::invalid_query(&format!("Failed to parse query: unexpected {text}"), "q")),
    }
}

async fn show(caller: Caller, Reading(_, client): Reading<Client>, fields: Fields) -> Json<Value> {
    Json(fields.apply(body(client, &caller)))
}

/// Deletes the client. Responds with 204 even if the client does not exist. A client of the configuration is created
/// again at the next start.
async fn delete(State(idp): State<Idp>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    clients::delete(&mut tx, &id).await?;
    respond::no_content(tx).await
}
