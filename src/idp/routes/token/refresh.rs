//! `grant_type=refresh_token`

use sqlx::SqliteConnection;

use super::{TokenError, required};
use crate::idp::{
    Idp,
    parameters::Parameters,
    scope::Scope,
    store::{
        clients::Client,
        grants::{self, Grant},
        organizations, settings, tokens, users,
    },
    tokens::{Occasion, TokenSet, issue},
};

/// Gives new tokens for the same organization, and a new refresh token. One that was exchanged before ends the whole
/// family (RFC 9700 section 4.14.2): somebody else may hold it.
pub async fn redeem(
    idp: &Idp,
    conn: &mut SqliteConnection,
    client: &Client,
    parameters: &Parameters,
) -> Result<TokenSet, TokenError> {
    let invalid = || TokenError::invalid_grant("Unknown or invalid refresh token.");
    let now = idp.now();
    let typed = required(parameters, "refresh_token")?;

    // Find the token and check that it is this client's
    let token = tokens::find_refresh(conn, typed).await?.ok_or_else(invalid)?;
    let grant = grants::find(conn, &token.grant_id).await?.ok_or_else(invalid)?;
    if grant.client_id != client.id {
        return Err(invalid());
    }

    // Check that it is still good
    if token.rotated_at.is_some() {
        tracing::warn!(client = %client.id, grant = grant.id.as_str(), "a refresh token was reused");
        grants::revoke(conn, &grant.id, now).await?;
        return Err(invalid());
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
    let user = users::find(conn, &grant.user_id).await?.ok_or_else(invalid)?;
    check_membership(conn, &grant).await?;

    // Exchange it
    tokens::mark_rotated(conn, typed, now).await?;
    Ok(issue(idp, conn, &grant, &scope, &user, Occasion::Refresh).await?)
}

/// No source says whether Auth0 refreshes for somebody who has left the organization; the setting decides.
async fn check_membership(conn: &mut SqliteConnection, grant: &Grant) -> Result<(), TokenError> {
    let Some(organization) = &grant.organization_id else { return Ok(()) };
    if settings::get(conn).await?.refresh_requires_membership
        && !organizations::has_member(conn, organization, &grant.user_id).await?
    {
        let user = &grant.user_id;
        return Err(TokenError::invalid_grant(format!("user {user} is not part of the {organization} organization")));
    }
    Ok(())
}
