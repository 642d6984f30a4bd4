//! `GET /callback`: finishes a sign-in. The request is untrusted until it is verified against the login transaction and
//! the provider's signature.

mod seat;

use axum::{
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    authorization,
    login_query::LoginQuery,
    login_transaction::{self, LoginTransaction},
    prompt::{self, Prompt},
};
use crate::{
    domain::{ids::PersonId, organizations::joining::JoinState},
    kernel::metrics::{Outcome, Service},
    server::{
        access::PersonContext,
        auth::{
            grant::{granted_permissions, profile},
            id_token, provision_member, recent,
            return_path::ReturnPath,
            session::{self, Browser, BrowserSession},
            token_endpoint::TokenError,
        },
        error::Error,
        http::message::Message,
        repo::{browser_organizations, organizations, people},
        services::{
            joining,
            workspace_picker::{self, Destination},
        },
        state::AppState,
        sync::{memberships_at_sign_in::add_missing_memberships, vouching::record_vouching_organization},
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

/// Finishes a sign-in, and counts it. An answer that belongs to no open sign-in of this browser is not counted: anyone can
/// make one up.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Response {
    let failure = match take_transaction(&app, &session, &query).await {
        Ok(None) => {
            return match used_callback(&app, &session, &headers, query.state.as_deref()).await {
                Ok(response) => response,
                Err(error) => Message::from(error).into_response(),
            };
        }
        Ok(Some(taken)) => match finish(&app, session, headers, query, taken).await {
            Ok(response) => return response,
            Err(message) => message,
        },
        Err(error) => Message::from(error),
    };
    let response = failure.into_response();
    let outcome = if response.status().is_server_error() { Outcome::Failed } else { Outcome::Refused };
    app.metrics.count_sign_in(Service::Application, outcome);
    response
}

/// Answers a callback that belongs to no open sign-in of this browser. One that was used leads a signed-in person on to where it
/// led before.
async fn used_callback(
    app: &AppState,
    session: &BrowserSession,
    headers: &HeaderMap,
    state: Option<&str>,
) -> Result<Response, Error> {
    if !session::has_cookie(app, headers) {
        return Ok(Message::no_cookie().into_response());
    }
    let is_signed_in = session.browser().await?.is_some_and(|browser| browser.person.is_some());
    let path = match state {
        Some(state) if is_signed_in => session.finished(state).await?,
        _ => None,
    };
    Ok(path.map_or_else(|| Message::unknown_transaction().into_response(), |path| Redirect::to(&path).into_response()))
}

/// Takes the transaction of this browser and state. It can be used once.
async fn take_transaction(
    app: &AppState,
    session: &BrowserSession,
    query: &CallbackQuery,
) -> Result<Option<(Browser, LoginTransaction)>, Error> {
    let (Some(browser), Some(state)) = (session.browser().await?, query.state.as_deref()) else { return Ok(None) };
    let transaction = login_transaction::consume(app, browser.id, state).await?;
    Ok(transaction.map(|transaction| (browser, transaction)))
}

async fn finish(
    app: &AppState,
    session: BrowserSession,
    headers: HeaderMap,
    query: CallbackQuery,
    (browser, transaction): (Browser, LoginTransaction),
) -> Result<Response, Message> {
    let state = query.state.clone().unwrap_or_default();
    check_issuer(app, query.iss.as_deref(), &transaction.query()).await?;
    // Handle an error of the provider. A silent request that needs interaction is repeated with a prompt.
    if let Some(error) = &query.error {
        if transaction.silent && prompt::requires_interaction(error) {
            let query = transaction.query();
            return authorization::begin(app, &session, query, transaction.organization, Prompt::AsNeeded).await;
        }
        let description = query.error_description.as_deref().unwrap_or_default();
        tracing::info!(%error, description, "the provider refused a sign-in");
        // The person may be no member of the organization discovered by their address: retry once without it.
        if let Some(without) = transaction.without_discovery().filter(|_| is_about_organization(error)) {
            return Ok(Redirect::to(&without.address()).into_response());
        }
        let account = refused_account(app, browser, description).await?;
        return Err(Message::refused(error, description, &transaction.query(), account.as_deref()));
    }
    // Exchange the code and verify the tokens.
    let code = query.code.ok_or_else(Message::unknown_transaction)?;
    let retry = transaction.query();
    let failed = |error| token_message(error, &retry);
    let tokens = app.provider.exchange(&code, &transaction.code_verifier).await.map_err(failed)?;
    let id_token = tokens.id_token.as_deref().ok_or_else(|| failed(TokenError::Trouble("no ID token".to_owned())))?;
    let claims = id_token::verify(app, id_token, &tokens, Some(&transaction.nonce)).await.map_err(failed)?;
    let claims = id_token::complete(app, claims, &tokens.access_token).await;
    let granted = granted_permissions(app, &claims, &tokens).await.map_err(failed)?;
    // Check that the tokens are for the requested organization.
    let organization = claims.org_id.clone();
    if transaction.organization.is_some() && organization != transaction.organization {
        tracing::warn!(requested = ?transaction.organization, received = ?organization, "the tokens are for another organization");
        return Err(Message::unverified());
    }
    // Save the person and create the seat.
    let person = provision_member::save_person(app, &profile(app.provider.issuer(), &claims)).await?;
    record_vouching_organization(app, person, organization.as_deref()).await?;
    let invitation = transaction.invitation.as_deref();
    let (seat, has_all_memberships) = if let Some(id) = &organization {
        let seat = seat::create(app, browser, person, id, &claims, &tokens, granted, &retry, invitation).await?;
        (Some(seat), false)
    } else {
        (None, add_missing_memberships(app, person).await)
    };
    session.record_sign_in(browser, person, claims.sid.as_deref(), claims.issued_at()).await?;
    let browser = Browser { person: Some(person), ..browser };
    // Join the organization of the person's email domain, if it lets them in.
    let joined = if seat.is_none() { join_by_domain(app, browser).await? } else { None };
    // Redirect to the page that the sign-in was for.
    // Only a link leads people to the provider whose membership is not known here: a typed name reveals nothing to them.
    let may_ask_provider = transaction.organization_name.is_some() && !has_all_memberships;
    let name = transaction.workspace.or(transaction.organization_name);
    let path = match (name, transaction.return_to, &seat) {
        (Some(name), return_to, _) => match named_organization(app, person, &name, may_ask_provider, &retry).await? {
            Named::Member => return_to.unwrap_or_else(|| ReturnPath::organization(&name)),
            Named::AskProvider(organization) => {
                let query = LoginQuery { organization: Some(organization), organization_name: None, ..retry };
                return Ok(Redirect::to(&query.address()).into_response());
            }
        },
        (None, Some(path), _) => path,
        (None, None, Some(seat)) => ReturnPath::organization(&seat.slug),
        (None, None, None) => match (joined, workspace_picker::destination(app, browser).await?) {
            (Some(path), _) => path,
            (None, Destination::Organization(slug)) => ReturnPath::organization(&slug),
            (None, Destination::Picker) => ReturnPath::home(),
            (None, Destination::CreateWorkspace) => ReturnPath::welcome(),
        },
    };
    let path = transaction.draft.map_or(path.clone(), |draft| path.with("draft", &draft));
    session.record_finished(&state, path.as_str()).await?;
    app.metrics.count_sign_in(Service::Application, Outcome::Done);
    let mut response = Redirect::to(path.as_str()).into_response();
    if let Some(seat) = seat {
        let cookie = recent::remember(app, &headers, seat)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Checks that the response is from the provider, against mix-up attacks (RFC 9207 section 2.4). A provider that promises
/// to name itself must do so.
async fn check_issuer(app: &AppState, named: Option<&str>, retry: &LoginQuery) -> Result<(), Message> {
    let is_right = if let Some(issuer) = named {
        issuer == app.provider.issuer()
    } else {
        let metadata = app.provider.metadata().await.map_err(|_| Message::provider_down(retry))?;
        metadata.authorization_response_iss_parameter_supported != Some(true)
    };
    if is_right { Ok(()) } else { Err(Message::unverified()) }
}

/// Whether an error can be about the requested organization.
fn is_about_organization(error: &str) -> bool {
    matches!(error, "access_denied" | "invalid_request")
}

/// Joins the organization of the person's email domain, and returns the page to continue on; `None` if there is none.
async fn join_by_domain(app: &AppState, browser: Browser) -> Result<Option<ReturnPath>, Error> {
    let Some(ctx) = PersonContext::of(app, Some(browser)) else { return Ok(None) };
    let joined = joining::on_sign_in(&ctx).await?;
    Ok(joined.map(|offer| match offer.state {
        JoinState::Member => ReturnPath::organization(&offer.slug),
        _ => ReturnPath::join(),
    }))
}

/// What is known about the membership of a person who has signed in to an organization by its name.
enum Named {
    Member,
    /// Only the provider knows. The id of the organization there.
    AskProvider(String),
}

/// Looks up the organization `name` for `person`. Unless the provider may be asked, the error is the same for people who
/// are no members and if the organization does not exist.
async fn named_organization(
    app: &AppState,
    person: PersonId,
    name: &str,
    may_ask_provider: bool,
    retry: &LoginQuery,
) -> Result<Named, Message> {
    let mut tx = app.db.read().await?;
    if browser_organizations::is_member(&mut tx, person, name).await? {
        return Ok(Named::Member);
    }
    if may_ask_provider && let Some((provider_id, _)) = organizations::by_slug(&mut tx, name).await? {
        return Ok(Named::AskProvider(provider_id));
    }
    let person = people::describe(&mut tx, person).await?;
    Err(Message::not_a_member(name, person.as_ref().map(|person| person.email.as_str()), retry))
}

/// Returns the email address of the refused account, if the description names it and this browser is signed in with it.
/// A forged error must not reveal the addresses of other people.
async fn refused_account(app: &AppState, browser: Browser, description: &str) -> Result<Option<String>, Error> {
    let Some(subject) = description.strip_prefix("user ").and_then(|rest| rest.split(' ').next()) else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let Some(person) = people::find(&mut tx, app.provider.issuer(), subject).await? else { return Ok(None) };
    let signed_in = browser_organizations::people(&mut tx, browser.id, browser.person, app.clock.now()).await?;
    Ok(signed_in.into_iter().find(|identity| identity.id == person).map(|identity| identity.email))
}

/// Returns the message page for a token error.
fn token_message(error: TokenError, retry: &LoginQuery) -> Message {
    match error {
        TokenError::Down(_) => Message::provider_down(retry),
        TokenError::Trouble(error) => {
            tracing::warn!(%error, "the token endpoint neither granted nor refused a code");
            Message::provider_down(retry)
        }
        TokenError::Refused(error) => {
            tracing::info!(%error, "the provider refused a code");
            Message::code_refused(retry)
        }
        TokenError::Invalid(error) => {
            tracing::warn!(%error, "the tokens of a sign-in are invalid");
            Message::unverified()
        }
    }
}
