//! `grant_type=authorization_code`: tokens for an authorization code.

use crate::{
    idp::{
        parameters::Parameters,
        pkce::verifies_challenge,
        state::Idp,
        store::{
            clients::Client,
            codes::{self, Code},
            grants::{self, Grant},
            users,
        },
        token_request::{error::TokenError, parameters::required},
        tokens::{self, GrantType, TokenSet},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

const INVALID: &str = "Invalid authorization code";

/// Exchanges an authorization code for tokens, once. A code that is used again revokes its grant (RFC 6749 section
/// 4.1.2).
pub async fn redeem(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant(INVALID);
    let now = idp.now();
    let typed = required(parameters, "code")?;

    // Find the code, which must belong to the client
    let code = codes::find(tx, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(tx, &code.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that the code is unused and valid
    if code.used_at.is_some() {
        return Err(replayed(tx, &grant, now).await?);
    }
    if code.expires_at <= now || grant.revoked_at.is_some() {
        return Err(invalid());
    }

    // Check the redirect URI and the code verifier
    if parameters.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(TokenError::invalid_grant("The redirect URI is not the one of the authorization request."));
    }
    check_verifier(&code, parameters.get("code_verifier"))?;

    // Mark the code as used
    if !codes::claim(tx, typed, now).await? {
        return Err(replayed(tx, &grant, now).await?);
    }
    let user = users::find(tx, &grant.user_id).await?.ok_or_else(invalid)?;
    if user.blocked {
        return Err(TokenError::blocked());
    }
    let grant_type = GrantType::AuthorizationCode { nonce: code.nonce.as_deref() };
    Ok(tokens::issue(idp, tx, &grant, &grant.scope, &user, grant_type).await?)
}

/// Revokes the grant of a used code, because another party may have exchanged the code.
async fn replayed(tx: &mut Tx, grant: &Grant, now: UnixTime) -> Result<TokenError, TokenError> {
    tracing::warn!(client = %grant.client_id, grant = grant.id.as_str(), "an authorization code was replayed");
    grants::update_revoked(tx, &grant.id, now).await?;
    Ok(TokenError::invalid_grant(INVALID))
}

/// Verifies PKCE (RFC 7636 section 4.6). Refuses a verifier if the code has no challenge, because an attacker may have
/// removed the challenge.
fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), TokenError> {
    let matches = match (&code.code_challenge, verifier) {
        (Some(challenge), Some(verifier)) => verifies_challenge(challenge, verifier),
        (None, None) => true,
        _ => false,
    };
    if matches { Ok(()) } else { Err(TokenError::invalid_grant("Failed to verify code verifier")) }
}
