//! `grant_type=refresh_token`

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

/// Exchanges a refresh token for new tokens, with the same organization. A reused token revokes its grant (RFC 9700
/// section 4.14.2), because it may be stolen.
pub async fn redeem(idp: &Idp, tx: &mut Tx, client: &Client, parameters: &Parameters) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant(INVALID);
    let now = idp.now();
    let typed = required(parameters, "refresh_token")?;

    // Find the token; it must be the client's
    let token = tokens::find_refresh(tx, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(tx, &token.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that it is unused and valid
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

    // Check the user
    let user = users::find(tx, &grant.user_id).await?.ok_or_else(invalid)?;
    if user.blocked {
        return Err(TokenError::blocked());
    }
    check_membership(tx, &grant).await?;

    // Mark as rotated and issue
    if !tokens::claim_refresh(tx, typed, now).await? {
        return Err(reused(tx, &grant, now).await?);
    }
    Ok(issue(idp, tx, &grant, &scope, &user, GrantType::RefreshToken).await?)
}

/// Revokes the grant, because someone else may hold its tokens.
async fn reused(tx: &mut Tx, grant: &Grant, now: UnixTime) -> Result<TokenError, TokenError> {
    tracing::warn!(client = %grant.client_id, grant = grant.id.as_str(), "a refresh token was reused");
    grants::update_revoked(tx, &grant.id, now).await?;
    Ok(TokenError::invalid_grant(INVALID))
}

/// Whether Auth0 refreshes for former members is not documented; the setting decides.
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
