//! Reads permissions, their expiry and the person's profile from a token response.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::OAuth2TokenResponse as _;

use super::{
    bearer,
    oidc::{Claims, TokenResponse},
    provider::TokenError,
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
    tokens: &TokenResponse,
) -> Result<Option<Permissions>, TokenError> {
    let access_token = match bearer::verify(app, tokens.access_token().secret()).await {
        Ok(token) if token.is_granting => token,
        Ok(_) | Err(bearer::TokenRefused::Invalid(_) | bearer::TokenRefused::NoOrganization) => return Ok(None),
        Err(bearer::TokenRefused::Down(down)) => return Err(down.into()),
    };
    let matches_id_token = access_token.sub == **claims.subject()
        && Some(&access_token.org_id) == claims.additional_claims().org_id.as_ref();
    if matches_id_token {
        Ok(Some(access_token.permissions))
    } else {
        Err(TokenError::Invalid("the access token is for another person or organization".to_owned()))
    }
}

/// Returns when the permissions must be refreshed: when the access token expires, but within an hour.
pub fn fresh_until(tokens: &TokenResponse, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = tokens.expires_in().and_then(|lifetime| TimeDelta::from_std(lifetime).ok());
    now + lifetime.unwrap_or(DEFAULT_LIFETIME).clamp(TimeDelta::minutes(1), MAX_LIFETIME)
}

/// Reads the person's profile from the ID token.
pub fn profile<'a>(issuer: &'a str, claims: &'a Claims) -> Profile<'a> {
    let email = claims.email().map_or("", |email| email.as_str());
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()).filter(|name| !name.is_empty());
    let is_verified = claims.email_verified();
    Profile { issuer, subject: claims.subject().as_str(), email, is_verified, name: name.unwrap_or(email) }
}
