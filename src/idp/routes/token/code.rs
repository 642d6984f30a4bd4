//! `grant_type=authorization_code`

use sqlx::SqliteConnection;

use super::{TokenError, required};
use crate::idp::{
    Idp,
    parameters::Parameters,
    secret::verifies_challenge,
    store::{
        clients::Client,
        codes::{self, Code},
        grants, users,
    },
    tokens::{self, Occasion, TokenSet},
};

/// Gives the tokens of a code, once. A code that comes again takes back what it gave (RFC 6749 section 4.1.2).
pub async fn redeem(
    idp: &Idp,
    conn: &mut SqliteConnection,
    client: &Client,
    parameters: &Parameters,
) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant("Invalid authorization code");
    let now = idp.now();
    let typed = required(parameters, "code")?;

    // Find the code and check that it is this client's
    let code = codes::find(conn, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(conn, &code.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that it is still good
    if code.used_at.is_some() {
        tracing::warn!(client = %client.id, grant = grant.id.as_str(), "an authorization code was replayed");
        grants::revoke(conn, &grant.id, now).await?;
        return Err(invalid());
    }
    if code.expires_at <= now || grant.revoked_at.is_some() {
        return Err(invalid());
    }

    // Check what it is bound to
    if parameters.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(TokenError::invalid_grant("The redirect URI is not the one of the authorization request."));
    }
    check_verifier(&code, parameters.get("code_verifier"))?;

    // Spend it
    codes::mark_used(conn, typed, now).await?;
    let user = users::find(conn, &grant.user_id).await?.ok_or_else(invalid)?;
    let occasion = Occasion::Code { nonce: code.nonce.as_deref() };
    Ok(tokens::issue(idp, conn, &grant, &grant.scope, &user, occasion).await?)
}

/// PKCE (RFC 7636 section 4.6). A verifier without a challenge is refused too: the challenge may have been taken away.
fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), TokenError> {
    let matches = match (&code.challenge, verifier) {
        (Some(challenge), Some(verifier)) => verifies_challenge(challenge, verifier),
        (None, None) => true,
        _ => false,
    };
    if matches { Ok(()) } else { Err(TokenError::invalid_grant("Failed to verify code verifier")) }
}
