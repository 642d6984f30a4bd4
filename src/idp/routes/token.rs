//! `POST /oauth/token`: the token endpoint.

mod client_credentials;
mod code;
mod refresh;

use axum::{Json, extract::State, http::HeaderMap};

use crate::{
    idp::{
        parameters::{ApiParameters, Parameters},
        state::Idp,
        store::clients::Client,
        token_request::{
            client,
            error::TokenError,
            parameters::{required, usable},
        },
        tokens::TokenSet,
    },
    kernel::database::Tx,
};

/// Issues tokens for an authorization code, a refresh token or the client itself (RFC 6749 sections 4.1.3, 6 and 4.4).
/// Accepts a form or JSON, as Auth0 does.
pub async fn exchange(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ApiParameters(parameters): ApiParameters,
) -> Result<Json<TokenSet>, TokenError> {
    let parameters = usable(parameters)?;
    let mut tx = idp.database.write().await?;
    let client = client::authenticate(&idp, &mut tx, &headers, &parameters).await?;
    let result = grant(&idp, &mut tx, &client, &parameters).await;
    // Commit after a refusal too, because it may have revoked a grant or used an assertion.
    if !result.as_ref().is_err_and(TokenError::is_internal) {
        tx.commit().await?;
    }
    result.map(Json)
}

async fn grant(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let grant_type = required(parameters, "grant_type")?;
    let is_known = ["authorization_code", "refresh_token", "client_credentials"].contains(&grant_type);
    // Public clients cannot use `client_credentials` (RFC 6749 section 4.4).
    let for_itself_unproven = grant_type == "client_credentials" && client.is_public();
    if is_known && (for_itself_unproven || !client.grant_types.0.iter().any(|allowed| allowed == grant_type)) {
        return Err(TokenError::unauthorized_client(grant_type));
    }
    match grant_type {
        "authorization_code" => code::redeem(idp, tx, client, parameters).await,
        "refresh_token" => refresh::redeem(idp, tx, client, parameters).await,
        "client_credentials" => client_credentials::issue(idp, tx, client, parameters).await,
        other => Err(TokenError::unsupported_grant_type(other)),
    }
}
