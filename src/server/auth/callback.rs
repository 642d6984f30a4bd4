//! `GET /callback`: finishes a sign-in. Everything that comes with the request is somebody's claim until it is checked
//! against what `/login` remembered and what the provider signed.

use axum::{
    extract::{Query, State},
    response::Redirect,
};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{Nonce, OAuth2TokenResponse as _, TokenResponse as _};
use serde::Deserialize;

use super::{
    attempt, bearer,
    enrol::{self, Joining},
    invitation,
    login::LoginQuery,
    oidc::{Claims, TokenResponse},
    provider::TokenError,
    return_path::ReturnPath,
    session::{Browser, BrowserSession},
    tokens::TokenSet,
};
use crate::{
    access::Permissions,
    server::{
        error::Error,
        http::message::Message,
        repo::{
            ids::{OrgId, PersonId},
            people::Profile,
            seats::{self, Tokens},
        },
        services::invitations::guest,
        state::AppState,
    },
};

/// How long a seat lasts without a word from the provider, counted from the last one.
pub(super) const SEAT_LIFETIME: TimeDelta = TimeDelta::hours(72);

/// How long rights are taken as confirmed when the provider does not say how long its token lasts.
const DEFAULT_FRESHNESS: TimeDelta = TimeDelta::minutes(15);

/// An authorization response (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).
#[derive(Clone, Debug, Deserialize)]
pub struct CallbackQuery {
    pub state: Option<String>,
    pub code: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    pub iss: Option<String>,
}

/// Finishes a sign-in.
///
/// # Errors
/// Pages that say what happened and what to do.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    Query(query): Query<CallbackQuery>,
) -> Result<Redirect, Message> {
    // Take the attempt that this browser began under this state: it cannot be taken twice.
    let browser = session.browser().await?.ok_or_else(Message::unknown_attempt)?;
    let state = query.state.as_deref().ok_or_else(Message::unknown_attempt)?;
    let attempt = attempt::take(&app, browser.id, state).await?.ok_or_else(Message::unknown_attempt)?;
    if query.iss.as_deref().is_some_and(|issuer| issuer != app.provider.issuer()) {
        return Err(Message::unverified());
    }
    // Say what the provider refused.
    if let Some(error) = &query.error {
        tracing::info!(%error, description = query.error_description, "the provider refused a sign-in");
        return Err(Message::refused(error, query.error_description.as_deref().unwrap_or_default(), &attempt));
    }
    // Exchange the code and verify who it is.
    let code = query.code.ok_or_else(Message::unknown_attempt)?;
    let again = attempt.again();
    let failed = |error| token_message(error, &again);
    let tokens = app.provider.exchange(code, attempt.code_verifier).await.map_err(failed)?;
    let claims = app.provider.verify_id_token(&tokens, Some(&Nonce::new(attempt.nonce))).await.map_err(failed)?;
    let granted = granted(&app, &claims, &tokens).await.map_err(failed)?;
    // The organization got must be the one asked for.
    let organization = claims.additional_claims().org_id.clone().filter(|id| !id.trim().is_empty());
    if attempt.organization.is_some() && organization != attempt.organization {
        tracing::warn!(asked = ?attempt.organization, got = ?organization, "the provider answered for another organization");
        return Err(Message::unverified());
    }
    // Copy what was learned, and take the seat.
    let person = enrol::person(&app, &profile(app.provider.issuer(), &claims)).await?;
    let invitation = attempt.invitation.as_deref();
    let home = match &organization {
        Some(id) => Some(take_seat(&app, browser, person, id, &claims, &tokens, granted, invitation).await?),
        None => None,
    };
    session.signed_in(browser, person).await?;
    // Lead to where the person was going.
    let path = match (attempt.return_to, home) {
        (Some(path), _) => path,
        (None, Some(slug)) => ReturnPath::organization(&slug),
        (None, None) => ReturnPath::welcome(),
    };
    let path = attempt.draft.map_or(path.clone(), |draft| path.with("draft", &draft));
    Ok(Redirect::to(path.as_str()))
}

#[expect(clippy::too_many_arguments, reason = "what a sign-in has brought")]
async fn take_seat(
    app: &AppState,
    browser: Browser,
    person: PersonId,
    provider_id: &str,
    claims: &Claims,
    tokens: &TokenResponse,
    granted: Option<Permissions>,
    invitation: Option<&str>,
) -> Result<String, Message> {
    let name = claims.additional_claims().org_name.as_deref();
    let organization = enrol::organization(app, provider_id, name, person, granted)
        .await?
        .ok_or_else(Message::organization_not_set_up)?;
    let joining = invitation::joining(app, organization.id, invitation, claims).await?;
    enrol::membership(app, organization.id, person, granted, joining).await.map_err(|error| match error {
        Error::NotFound => Message::membership_ended(&organization.display_name),
        error => error.into(),
    })?;
    if let (Joining::Invited(_), Some(ticket)) = (joining, invitation) {
        guest::accepted(app, organization.id, ticket, person).await?;
    }
    let now = app.clock.now();
    let set = TokenSet {
        id_token: tokens.id_token().map(ToString::to_string).unwrap_or_default(),
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
    };
    store(app, browser, organization.id, person, &set, claims, freshness(tokens, now)).await?;
    Ok(organization.slug)
}

/// Puts tokens into a seat.
async fn store(
    app: &AppState,
    browser: Browser,
    org: OrgId,
    person: PersonId,
    set: &TokenSet,
    claims: &Claims,
    fresh_until: DateTime<Utc>,
) -> Result<(), Error> {
    let sealed = set.seal(&app.sealer, browser.id, org)?;
    let tokens = Tokens {
        sid: claims.additional_claims().sid.as_deref(),
        sealed: &sealed,
        fresh_until,
        ends_at: app.clock.now() + SEAT_LIFETIME,
    };
    let mut tx = app.db.write().await?;
    seats::put(&mut tx, browser.id, org, person, &tokens).await?;
    tx.commit().await
}

/// What the access token grants; `None` when it is not a token for our API or says nothing of permissions.
pub(super) async fn granted(
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
pub(super) fn freshness(tokens: &TokenResponse, now: DateTime<Utc>) -> DateTime<Utc> {
    let lifetime = tokens.expires_in().and_then(|lifetime| TimeDelta::from_std(lifetime).ok());
    now + lifetime.unwrap_or(DEFAULT_FRESHNESS).clamp(TimeDelta::minutes(1), TimeDelta::hours(24))
}

/// What the ID token says of the person.
pub(super) fn profile<'a>(issuer: &'a str, claims: &'a Claims) -> Profile<'a> {
    let email = claims.email().map_or("", |email| email.as_str());
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()).filter(|name| !name.is_empty());
    let is_verified = claims.email_verified();
    Profile { issuer, subject: claims.subject().as_str(), email, is_verified, name: name.unwrap_or(email) }
}

fn token_message(error: TokenError, again: &LoginQuery) -> Message {
    match error {
        TokenError::Down(_) => Message::provider_down(again),
        TokenError::Refused(error) => {
            tracing::info!(%error, "the provider refused a code");
            Message::code_refused(again)
        }
        TokenError::Bad(error) => {
            tracing::warn!(%error, "a sign-in was not good");
            Message::unverified()
        }
    }
}
