//! `grant_type=refresh_token`: tokens for a refresh token.

use crate::{
    idp::{
        parameters::Parameters,
        scope::Scope,
        state::Idp,
        store::{
            clients::Client,
            grants::{self, Grant},
            organizations, settings, tokens, users,
        },
        token_request::{error::TokenError, parameters::required},
        tokens::{GrantType, TokenSet, issue},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

const INVALID: &str = "Unknown or invalid refresh token.";

/// Exchanges a refresh token for new tokens for the same organization. A token that is used again revokes its grant,
/// because it may be stolen (RFC 9700 section 4.14.2).
pub async fn redeem(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant(INVALID);
    let now = idp.now();
    let typed = required(parameters, "refresh_token")?;

    // Find the token, which must belong to the client
    let token = tokens::find_refresh(tx, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(tx, &token.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that the token is unused and valid
    if token.rotated_at.is_some() {
        return Err(reused(tx, &grant, now).await?);
    }
    if token.expires_at <= now || grant.revoked_at.is_some() {
        return Err(invalid());
    }
    let scope = match parameters.get("scope").map(Scope::from) {
        Some(narrower) if !narrower.is_within(&grant.scope) => return Err(TokenError::invalid_scope()),
        Some(narrower) => narrower,
        None => grant.scope.clone(),
    };

    // Check that the user may still get tokens
    let user = users::find(tx, &grant.user_id).await?.ok_or_else(invalid)?;
    if user.blocked {
        return Err(TokenError::blocked());
    }
    check_membership(tx, &grant).await?;

    // Mark the token as rotated and issue new tokens
    if !tokens::claim_refresh(tx, typed, now).await? {
        return Err(reused(tx, &grant, now).await?);
    }
    Ok(issue(idp, tx, &grant, &scope, &user, GrantType::RefreshToken).await?)
}

/// Revokes the grant, because another party may hold its tokens.
async fn reused(tx: &mut Tx, grant: &Grant, now: UnixTime) -> Result<TokenError, TokenError> {
    tracing::warn!(client = %grant.client_id, grant = grant.id.as_str(), "a refresh token was reused");
    grants::update_revoked(tx, &grant.id, now).await?;
    Ok(TokenError::invalid_grant(INVALID))
}

/// Checks that the user is still a member, if the setting requires it. Auth0 does not document whether former members
/// get new tokens.
async fn check_membership(tx: &mut Tx, grant: &Grant) -> Result<(), TokenError> {
    let Some(organization) = &grant.organization_id else { return Ok(()) };
    if settings::get(tx).await?.refresh_requires_membership
        && !organizations::has_member(tx, organization, &grant.user_id).await?
    {
        let user = &grant.user_id;
        return Err(TokenError::invalid_grant(format!("user {user} is not part of the {organization} organization")));
    }
    Ok(())
}
