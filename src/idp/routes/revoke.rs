//! `POST /oauth/revoke`: revokes refresh tokens.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};

use crate::idp::{
    parameters::ApiParameters,
    state::Idp,
    store::{grants, tokens},
    token_request::{
        client,
        error::TokenError,
        parameters::{required, usable},
    },
};

/// Revokes a refresh token together with its grant (RFC 7009 section 2). Accepts a form or JSON.
///
/// As in Auth0, access tokens cannot be revoked. For an access token or an unknown token, the response is 200 (RFC 7009
/// section 2.2).
pub async fn revoke(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ApiParameters(parameters): ApiParameters,
) -> Result<StatusCode, TokenError> {
    // Authenticate the client
    let parameters = usable(parameters)?;
    let mut tx = idp.database.write().await?;
    let client = client::authenticate(&idp, &mut tx, &headers, &parameters).await?;
    let token = required(&parameters, "token")?;

    // Find the grant of the token, which may have been rotated
    let grant = match tokens::find_refresh(&mut tx, token).await? {
        Some(token) => grants::find(&mut tx, &token.grant_id).await?,
        None => None,
    };

    // Revoke the grant if it belongs to the client
    match grant {
        Some(grant) if grant.client_id != client.id => return Err(TokenError::not_yours()),
        Some(grant) => grants::update_revoked(&mut tx, &grant.id, idp.now()).await?,
        None => {}
    }
    tx.commit().await?;
    Ok(StatusCode::OK)
}
