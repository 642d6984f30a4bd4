//! `GET /login`: starts a sign-in and redirects to the provider.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use url::form_urlencoded;

use super::{
    authorization, invitation,
    login_query::LoginQuery,
    prompt::{self, Prompt},
};
use crate::{
    domain::organizations::typed_name,
    server::{
        auth::{
            return_path::ReturnPath,
            session::{Browser, BrowserSession},
        },
        http::message::Message,
        repo::{
            organizations::{self, Organization},
            seats,
        },
        services::{discovery, workspace_picker},
        state::AppState,
    },
};

/// Starts a sign-in.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    headers: HeaderMap,
    Query(query): Query<LoginQuery>,
) -> Result<Response, Message> {
    // Refuse a third-party-initiated sign-in for another provider.
    if query.iss.as_deref().is_some_and(|issuer| issuer != app.provider.issuer()) {
        return Err(Message::other_issuer());
    }
    let mut query = query.normalized();
    let browser = session.browser().await?;
    // An organization name is looked up after the sign-in, when the person is known.
    if let Some(typed) = &query.workspace {
        return match typed_name::parse(typed) {
            Ok(name) => sign_in_by_name(&app, &session, browser, query, name).await,
            Err(_) => Ok(redirect_to_form(typed)),
        };
    }
    // Find the requested organization's id at the provider.
    let (organization, slug) = requested_organization(&app, &query).await?.unzip();
    // Do not send an invitation to the provider while another account may be signed in.
    if let Some(ticket) = &query.invitation
        && let Some(response) = invitation::intercept_login(&app, &session, ticket, organization.as_deref()).await?
    {
        return Ok(response);
    }
    // If the query names no organization, discover one by the email domain.
    let discovered = discover_organization(&app, &query, organization.as_ref()).await?;
    query.discovered_by = query.login_hint.clone().filter(|_| discovered.is_some());
    let organization = organization.or(discovered);
    // Select the account, if this browser is signed in with several.
    let slug = slug.flatten();
    if let (Some(browser), Some(slug), None, None, None) =
        (browser, slug, &query.prompt, &query.login_hint, &query.invitation)
        && let Some(address) = workspace_picker::other_account(&app, browser, &slug).await?
    {
        query.login_hint = Some(address);
        query.prompt = Some("login".to_owned());
    }
    // Sign in silently if a person is signed in here, because they probably have a session at the provider too.
    let is_signed_in = browser.is_some_and(|browser| browser.person.is_some());
    let prompt = Prompt::for_query(&query, is_signed_in && organization.is_some() && prompt::is_navigation(&headers));
    authorization::begin(&app, &session, query, organization, prompt).await
}

/// Starts the sign-in to the organization `name` that the person entered. The request to the provider contains no
/// organization, so that it is the same for every name.
async fn sign_in_by_name(
    app: &AppState,
    session: &BrowserSession,
    browser: Option<Browser>,
    query: LoginQuery,
    name: String,
) -> Result<Response, Message> {
    let prompt = Prompt::for_query(&query, false);
    // Redirect to the organization if the browser has a seat in it: the person knows that it exists.
    if let Some(browser) = browser
        && prompt == Prompt::AsNeeded
        && seats::find(&mut app.db.read().await?, browser.id, &name, app.clock.now()).await?.is_some()
    {
        return Ok(Redirect::to(ReturnPath::organization(&name).as_str()).into_response());
    }
    let query = LoginQuery {
        workspace: Some(name),
        login_hint: query.login_hint,
        prompt: query.prompt,
        ..LoginQuery::default()
    };
    authorization::begin(app, session, query, None, prompt).await
}

/// Redirects to the form, which shows what is wrong with the entered name.
fn redirect_to_form(typed: &str) -> Response {
    // Limit the length of the URL.
    let typed: String = typed.chars().take(100).collect();
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("workspace", &typed).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// Returns the requested organization's id at the provider, and its slug if it was looked up here.
async fn requested_organization(
    app: &AppState,
    query: &LoginQuery,
) -> Result<Option<(String, Option<String>)>, Message> {
    if let Some(id) = query.organization.as_ref().filter(|text| text.starts_with("org_")) {
        return Ok(Some((id.clone(), None)));
    }
    let Some(name) = query.organization.as_ref().or(query.organization_name.as_ref()) else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let found = organizations::by_slug(&mut tx, &name.to_lowercase()).await?;
    let Organization { provider_id, slug, .. } = found.ok_or_else(|| Message::unknown_organization(name))?;
    Ok(Some((provider_id, Some(slug))))
}

/// Discovers an organization by the domain of `login_hint`, unless the query names one, is a sign-up, or disables
/// discovery.
async fn discover_organization(
    app: &AppState,
    query: &LoginQuery,
    named: Option<&String>,
) -> Result<Option<String>, Message> {
    let is_allowed = named.is_none() && query.screen_hint.is_none() && query.discover.as_deref() != Some("no");
    let Some(address) = query.login_hint.as_deref().filter(|_| is_allowed) else { return Ok(None) };
    Ok(discovery::organization_of(app, address).await?)
}
