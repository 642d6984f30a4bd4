//! `GET /callback`: finishes a sign-in. Everything that comes with the request is somebody's claim until it is checked
//! against what `/login` remembered and what the provider signed.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, Utc};
use openidconnect::{Nonce, OAuth2TokenResponse as _, TokenResponse as _};
use serde::Deserialize;

use super::{
    invitation,
    login::{self, LoginQuery},
    login_transaction,
    prompt::{self, Prompt},
    recent,
};
use crate::{
    domain::{
        ids::{OrgId, PersonId},
        organizations::{RecentOrganization, joining::JoinState},
        permissions::Permissions,
    },
    server::{
        access::PersonContext,
        auth::{
            grant::{SEAT_LIFETIME, freshness, granted, profile},
            oidc::{Claims, TokenResponse},
            provider::TokenError,
            provision_member::{self, Joining},
            return_path::ReturnPath,
            session::{Browser, BrowserSession},
            tokens::TokenSet,
        },
        error::Error,
        http::message::{Message, login_address},
        repo::{
            browser_organizations, people,
            seats::{self, Tokens},
        },
        services::{
            invitations::guest,
            joining,
            workspace_picker::{self, Afterwards},
        },
        state::AppState,
        sync::memberships_at_sign_in::learn,
    },
};

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
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Message> {
    // Take the attempt that this browser began under this state: it cannot be taken twice.
    let browser = session.browser().await?.ok_or_else(Message::unknown_attempt)?;
    let state = query.state.as_deref().ok_or_else(Message::unknown_attempt)?;
    let attempt = login_transaction::take(&app, browser.id, state).await?.ok_or_else(Message::unknown_attempt)?;
    if query.iss.as_deref().is_some_and(|issuer| issuer != app.provider.issuer()) {
        return Err(Message::unverified());
    }
    // Say what the provider refused; where it only may not ask, let it ask. That attempt is not silent any more.
    if let Some(error) = &query.error {
        if attempt.silent && prompt::must_ask(error) {
            let again = attempt.again();
            return login::begin(&app, &session, again, attempt.organization, Prompt::AsNeeded).await;
        }
        let description = query.error_description.as_deref().unwrap_or_default();
        tracing::info!(%error, description, "the provider refused a sign-in");
        // An address may be at the domain of an organization whose member it is not: then without, once.
        if let Some(without) = attempt.without_discovery().filter(|_| is_about_organization(error)) {
            return Ok(Redirect::to(&login_address(&without)).into_response());
        }
        let account = refused_account(&app, browser, description).await?;
        return Err(Message::refused(error, description, &attempt.again(), account.as_deref()));
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
    let person = provision_member::person(&app, &profile(app.provider.issuer(), &claims)).await?;
    let invitation = attempt.invitation.as_deref();
    let seat = if let Some(id) = &organization {
        Some(take_seat(&app, browser, person, id, &claims, &tokens, granted, &again, invitation).await?)
    } else {
        learn(&app, person).await;
        None
    };
    session.signed_in(browser, person, claims.additional_claims().sid.as_deref()).await?;
    let browser = Browser { person: Some(person), ..browser };
    // Let in who is in no organization, and may join that of their address.
    let joined = if seat.is_none() { joined(&app, browser).await? } else { None };
    // Lead to where the person was going.
    let path = match (attempt.return_to, attempt.workspace, &seat) {
        (Some(path), _, _) => path,
        (None, Some(name), _) => entrance(&app, person, &name).await?,
        (None, None, Some(seat)) => ReturnPath::organization(&seat.slug),
        (None, None, None) => match (joined, workspace_picker::afterwards(&app, browser).await?) {
            (Some(path), _) => path,
            (None, Afterwards::There(slug)) => ReturnPath::organization(&slug),
            (None, Afterwards::Choose) => ReturnPath::home(),
            (None, Afterwards::Nowhere) => ReturnPath::welcome(),
        },
    };
    let path = attempt.draft.map_or(path.clone(), |draft| path.with("draft", &draft));
    let mut response = Redirect::to(path.as_str()).into_response();
    if let Some(seat) = seat {
        let cookie = recent::remember(&app, &headers, seat)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether a refusal is about the organization that was asked for, and not about the person.
fn is_about_organization(error: &str) -> bool {
    matches!(error, "access_denied" | "invalid_request")
}

/// Where somebody who has just become a member by the domain of their address goes on.
async fn joined(app: &AppState, browser: Browser) -> Result<Option<ReturnPath>, Error> {
    let Some(ctx) = PersonContext::of(app, Some(browser)) else { return Ok(None) };
    let joined = joining::on_sign_in(&ctx).await?;
    Ok(joined.map(|offer| match offer.state {
        JoinState::Member => ReturnPath::organization(&offer.slug),
        _ => ReturnPath::join(),
    }))
}

/// The workspace whose `name` somebody typed, if `person` is in it. It says the same of one that does not exist as of one
/// that the person is not in.
async fn entrance(app: &AppState, person: PersonId, name: &str) -> Result<ReturnPath, Message> {
    let mut tx = app.db.read().await?;
    if browser_organizations::is_member(&mut tx, person, name).await? {
        return Ok(ReturnPath::organization(name));
    }
    let person = people::describe(&mut tx, person).await?;
    Err(Message::not_a_member(name, person.as_ref().map(|person| person.email.as_str())))
}

/// The address of the account that the provider refused, if it says so and this browser is signed in with it. Of other
/// people nothing is told to whoever writes an error by hand.
async fn refused_account(app: &AppState, browser: Browser, description: &str) -> Result<Option<String>, Error> {
    let Some(subject) = description.strip_prefix("user ").and_then(|rest| rest.split(' ').next()) else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let Some(person) = people::find(&mut tx, app.provider.issuer(), subject).await? else { return Ok(None) };
    let known = browser_organizations::people(&mut tx, browser.id, browser.person, app.clock.now()).await?;
    Ok(known.into_iter().find(|known| known.id == person).map(|known| known.email))
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
    again: &LoginQuery,
    invitation: Option<&str>,
) -> Result<RecentOrganization, Message> {
    let name = claims.additional_claims().org_name.as_deref();
    let organization = provision_member::organization(app, provider_id, name, person, granted)
        .await?
        .ok_or_else(Message::organization_not_set_up)?;
    let joining = invitation::joining(app, organization.id, invitation, claims).await?;
    provision_member::membership(app, organization.id, person, granted, joining).await.map_err(
        |error| match error {
            Error::NotFound => Message::membership_suspended(&organization.display_name, again),
            error => error.into(),
        },
    )?;
    if let (Joining::Invited(_), Some(ticket)) = (joining, invitation) {
        guest::accepted(app, organization.id, ticket, person).await?;
    }
    let now = app.clock.now();
    let set = TokenSet {
        id_token: tokens.id_token().map(ToString::to_string).unwrap_or_default(),
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
    };
    store(app, browser, organization.id, person, &set, claims, freshness(tokens, now)).await?;
    Ok(RecentOrganization { slug: organization.slug, display_name: organization.display_name })
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
