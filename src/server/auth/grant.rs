//! What a token response grants: permissions, their freshness, and the person's profile.

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

/// How long a seat lasts without a word from the provider, counted from the last one.
pub const SEAT_LIFETIME: TimeDelta = TimeDelta::hours(72);

/// How long rights are taken as confirmed when the provider does not say how long its token lasts.
const DEFAULT_FRESHNESS: TimeDelta = TimeDelta::minutes(15);

/// What the access token grants; `None` when it is not a token for our API or says nothing of permissions.
pub async fn granted(
    app: &AppState,
    claims: &Claims,
    tokens: &TokenResponse,
) -> Result<Option<Permissions>, TokenError> {
    let access_token = match bearer::verify(app, tokens.access_token().secret()).await {
        Ok(token) if token.is_granting => token,
        Ok(_) | Err(bearer::TokenRefused::Invalid(_) | bearer::TokenRefused::NoOrganization) => return Ok(None),
        Err(bearer::TokenRefused::Down(down)) => return Err(down.into()),
    };
    let belongs = access_token.sub == **claims.subject()
        && Some(&access_token.org_id) == claims.additional_claims().org_id.as_ref();
    if belongs {
        Ok(Some(access_token.permissions))
    } else {
        Err(TokenError::Bad("the access token is for somebody or somewhere else".to_owned()))
    }
}

/// Until when the rights need no confirmation: as long as the access token lasts.
pub fn freshness(tokens: &TokenResponse, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = tokens.expires_in().and_then(|lifetime| TimeDelta::from_std(lifetime).ok());
    now + lifetime.unwrap_or(DEFAULT_FRESHNESS).clamp(TimeDelta::minutes(1), TimeDelta::hours(24))
}

/// What the ID token says of the person.
pub fn profile<'a>(issuer: &'a str, claims: &'a Claims) -> Profile<'a> {
    let email = claims.email().map_or("", |email| email.as_str());
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()).filter(|name| !name.is_empty());
    let is_verified = claims.email_verified();
    Profile { issuer, subject: claims.subject().as_str(), email, is_verified, name: name.unwrap_or(email) }
}
