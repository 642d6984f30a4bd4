//! `grant_type=refresh_token`

use crate::{
    idp::{
        parameters::Parameters,
        routes::token::{error::TokenError, parameters::required},
        scope::Scope,
        state::Idp,
        store::{
            clients::Client,
            grants::{self, Grant},
            organizations, settings, tokens, users,
        },
        tokens::{GrantType, TokenSet, issue},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

const INVALID: &str = "Unknown or invalid refresh token.";

/// Gives new tokens for the same organization, and a new refresh token. One that was exchanged before ends the whole
/// family (RFC 9700 section 4.14.2): somebody else may hold it.
pub async fn redeem(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant(INVALID);
    let now = idp.now();
    let typed = required(parameters, "refresh_token")?;

    // Find the token and check that it is this client's
    let token = tokens::find_refresh(tx, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(tx, &token.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that it is still good
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

    // Check that the person is still there
    let user = users::find(tx, &grant.user_id).await?.ok_or_else(invalid)?;
    if user.blocked {
        return Err(TokenError::blocked());
    }
    check_membership(tx, &grant).await?;

    // Exchange it
    if !tokens::mark_rotated(tx, typed, now).await? {
        return Err(reused(tx, &grant, now).await?);
    }
    Ok(issue(idp, tx, &grant, &scope, &user, GrantType::RefreshToken).await?)
}

/// Somebody else may hold the family: all of it ends.
async fn reused(tx: &mut Tx, grant: &Grant, now: UnixTime) -> Result<TokenError, TokenError> {
    tracing::warn!(client = %grant.client_id, grant = grant.id.as_str(), "a refresh token was reused");
    grants::revoke(tx, &grant.id, now).await?;
    Ok(TokenError::invalid_grant(INVALID))
}

/// No source says whether Auth0 refreshes for somebody who has left the organization; the setting decides.
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
