//! Reads permissions, their expiry and the person's profile from a token response.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    bearer,
    id_token::Claims,
    token_endpoint::{TokenError, Tokens},
};
use crate::{
    domain::permissions::Permissions,
    server::{repo::people::Profile, state::AppState},
};

/// How long a seat lasts after the last successful sign-in or refresh.
pub const SEAT_LIFETIME: TimeDelta = TimeDelta::hours(72);

/// How long permissions count as fresh if the provider does not send the lifetime of its access token.
const DEFAULT_LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// How long permissions count as fresh at most, whatever the lifetime of the access token.
const MAX_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Returns the permissions of the access token; `None` if it is not a token for Tessera's API or has no `permissions`
/// claim.
pub async fn granted_permissions(
    app: &AppState,
    claims: &Claims,
    tokens: &Tokens,
) -> Result<Option<Permissions>, TokenError> {
    let org_id = claims.org_id.as_deref();
    permissions_for(app, &claims.sub, org_id, tokens).await
}

/// Returns the permissions like [`granted_permissions`], for the person with the subject `sub` in the organization with the id
/// `org_id` at the provider.
pub async fn permissions_for(
    app: &AppState,
    sub: &str,
    org_id: Option<&str>,
    tokens: &Tokens,
) -> Result<Option<Permissions>, TokenError> {
    let access_token = match bearer::verify(app, &tokens.access_token).await {
        Ok(token) if token.is_granting => token,
        Ok(_) | Err(bearer::TokenRefused::Invalid(_) | bearer::TokenRefused::NoOrganization) => return Ok(None),
        Err(bearer::TokenRefused::Down(down)) => return Err(down.into()),
    };
    if access_token.sub == sub && Some(access_token.org_id.as_str()) == org_id {
        Ok(Some(access_token.permissions))
    } else {
        Err(TokenError::Invalid("the access token is for another person or organization".to_owned()))
    }
}

/// Returns when the permissions must be refreshed: when the access token expires, but within an hour.
pub fn fresh_until(tokens: &Tokens, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = tokens.expires_in.and_then(TimeDelta::try_seconds);
    now + lifetime.unwrap_or(DEFAULT_LIFETIME).clamp(TimeDelta::minutes(1), MAX_LIFETIME)
}

/// Reads the person's profile from the claims.
pub fn profile<'a>(issuer: &'a str, claims: &'a Claims) -> Profile<'a> {
    Profile {
        issuer,
        subject: &claims.sub,
        email: claims.email.as_deref(),
        is_verified: claims.email_verified,
        name: claims.name.as_deref(),
    }
}
