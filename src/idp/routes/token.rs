//! `POST /oauth/token`

mod client;
mod client_credentials;
mod code;
mod error;
mod refresh;

use axum::{Json, extract::State, http::HeaderMap};

use self::error::TokenError;
use crate::idp::{
    Idp,
    parameters::{ApiParameters, Parameters},
    tokens::TokenSet,
};

/// Gives tokens for a code or a refresh token (RFC 6749 sections 4.1.3 and 6). Takes a form or JSON, as Auth0 does.
pub async fn exchange(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ApiParameters(parameters): ApiParameters,
) -> Result<Json<TokenSet>, TokenError> {
    let parameters = parameters.ok_or_else(|| TokenError::invalid_request("The body is not a JSON object."))?;
    if let Some((name, fault)) = parameters.first_fault() {
        return Err(TokenError::invalid_request(format!("Parameter '{name}' {}.", fault.phrase())));
    }
    let mut tx = idp.0.database.write().await?;
    let client = client::authenticate(&mut tx, &headers, &parameters).await?;
    let grant_type = required(&parameters, "grant_type")?;
    let is_known = ["authorization_code", "refresh_token", "client_credentials"].contains(&grant_type);
    if is_known && !client.grant_types.0.iter().any(|allowed| allowed == grant_type) {
        return Err(TokenError::unauthorized_client(grant_type));
    }
    let result = match grant_type {
        "authorization_code" => code::redeem(&idp, &mut tx, &client, &parameters).await,
        "refresh_token" => refresh::redeem(&idp, &mut tx, &client, &parameters).await,
        "client_credentials" => client_credentials::issue(&idp, &mut tx, &client, &parameters).await,
        other => Err(TokenError::unsupported_grant_type(other)),
    };
    // A refusal is stored too: it may have revoked what was given before.
    if !result.as_ref().is_err_and(TokenError::is_internal) {
        tx.commit().await?;
    }
    result.map(Json)
}

fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str, TokenError> {
    parameters.get(name).ok_or_else(|| TokenError::invalid_request(format!("Missing required parameter: {name}")))
}
