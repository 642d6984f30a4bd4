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
            recent,
            return_path::ReturnPath,
            session::{Browser, BrowserSession},
        },
        http::message::Message,
        repo::{organizations, seats},
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
            Ok(name) => sign_in_by_typed_name(&app, &session, browser, query, name).await,
            Err(_) => Ok(redirect_to_form(typed)),
        };
    }
    // Find the requested organization's id at the provider.
    let requested = requested_organization(&app, &headers, browser, &query).await?;
    let (organization, slug) = match &requested {
        Requested::Id(id) => (Some(id.clone()), None),
        Requested::Known { provider_id, slug } => (Some(provider_id.clone()), Some(slug.clone())),
        Requested::Name(_) | Requested::Any => (None, None),
    };
    // Do not send an invitation to the provider while another account may be signed in.
    if let Some(ticket) = &query.invitation
        && let Some(response) = invitation::intercept_login(&app, &session, ticket, organization.as_deref()).await?
    {
        return Ok(response);
    }
    if let Requested::Name(name) = requested {
        let query = LoginQuery { organization: None, organization_name: Some(name), ..query };
        return sign_in_by_name(&app, &session, query).await;
    }
    // If the query names no organization, discover one by the email domain.
    let discovered = discover_organization(&app, &query, organization.as_ref()).await?;
    query.discovered_by = query.login_hint.clone().filter(|_| discovered.is_some());
    let organization = organization.or(discovered);
    // Select the account, if this browser is signed in with several.
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

/// Starts the sign-in to the organization `name` that the person typed.
async fn sign_in_by_typed_name(
    app: &AppState,
    session: &BrowserSession,
    browser: Option<Browser>,
    query: LoginQuery,
    name: String,
) -> Result<Response, Message> {
    // Redirect to the organization if the browser has a seat in it: the person knows that it exists.
    if let Some(browser) = browser
        && Prompt::for_query(&query, false) == Prompt::AsNeeded
        && seats::find(&mut app.db.read().await?, browser.id, &name, app.clock.now()).await?.is_some()
    {
        return Ok(Redirect::to(ReturnPath::organization(&name).as_str()).into_response());
    }
    let query = LoginQuery { workspace: Some(name), organization: None, organization_name: None, ..query };
    sign_in_by_name(app, session, query).await
}

/// Starts the sign-in of `query` to an organization by its name, of which nothing shows that the person may know it. The
/// request to the provider contains no organization, so that it is the same for every name.
async fn sign_in_by_name(app: &AppState, session: &BrowserSession, query: LoginQuery) -> Result<Response, Message> {
    let prompt = Prompt::for_query(&query, false);
    authorization::begin(app, session, query, None, prompt).await
}

/// Redirects to the form, which shows what is wrong with the entered name.
fn redirect_to_form(typed: &str) -> Response {
    // Limit the length of the URL.
    let typed: String = typed.chars().take(100).collect();
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("workspace", &typed).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// The organization that a sign-in is for.
enum Requested {
    /// None is named.
    Any,
    /// The id at the provider, as it was sent.
    Id(String),
    /// An organization whose name this browser knows.
    Known { provider_id: String, slug: String },
    /// Another name. Whether the organization exists is not looked up.
    Name(String),
}

/// Returns the requested organization. A name is looked up only for a member who is signed in in this browser, and on a
/// device that has opened the organization: a stranger must not learn from the answer whether it exists.
async fn requested_organization(
    app: &AppState,
    headers: &HeaderMap,
    browser: Option<Browser>,
    query: &LoginQuery,
) -> Result<Requested, Message> {
    if let Some(id) = query.organization.as_ref().filter(|text| text.starts_with("org_")) {
        return Ok(Requested::Id(id.clone()));
    }
    let Some(typed) = query.organization.as_ref().or(query.organization_name.as_ref()) else {
        return Ok(Requested::Any);
    };
    let name = typed_name::parse(typed).map_err(|_| Message::unknown_organization(typed))?;
    let is_known = recent::read(app, headers).iter().any(|recent| recent.slug == name)
        || workspace_picker::has_member(app, browser, &name).await?;
    if !is_known {
        return Ok(Requested::Name(name));
    }
    let found = organizations::by_slug(&mut app.db.read().await?, &name).await?;
    Ok(found.map_or(Requested::Name(name), |(provider_id, slug)| Requested::Known { provider_id, slug }))
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
