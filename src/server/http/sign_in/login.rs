//! `GET /login`: begins a sign-in and hands the person over to the provider.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use openidconnect::{Nonce, core::CoreAuthenticationFlow};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    invitation,
    login_transaction::{self, Attempt},
    prompt::{self, Prompt},
};
use crate::{
    domain::organizations::typed_name,
    server::{
        auth::{
            return_path::ReturnPath,
            session::{Browser, BrowserSession},
        },
        crypto::fingerprint,
        error::Error,
        http::message::Message,
        repo::{
            organizations::{self, Organization},
            seats,
        },
        services::{discovery, workspace_picker},
        state::AppState,
    },
};

/// The most characters of an account's name that are passed on.
const HINT_MAX: usize = 320;

/// What `/login` understands: the parameters of Auth0's login route and of third-party-initiated login (OpenID Connect
/// Core section 4), and where to lead afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LoginQuery {
    /// Id (`org_…`) or name of an organization.
    pub organization: Option<String>,
    pub organization_name: Option<String>,
    /// The name of a workspace, as somebody typed it. Unlike with `organization_name`, nobody learns whether it exists
    /// who is not in it.
    pub workspace: Option<String>,
    /// Ticket of an invitation; comes with `organization`.
    pub invitation: Option<String>,
    pub login_hint: Option<String>,
    /// `no`: the organization is not looked for by the domain of `login_hint`.
    pub discover: Option<String>,
    pub screen_hint: Option<String>,
    /// `login` or `select_account`, to use another account.
    pub prompt: Option<String>,
    pub iss: Option<String>,
    pub return_to: Option<String>,
    /// The same as an address, as third parties name it.
    pub target_link_uri: Option<String>,
    /// Id of what was typed before the session ended.
    pub draft: Option<String>,
    /// The address that led to `organization`, where nobody named it. No part of an address.
    #[serde(skip)]
    pub discovered_by: Option<String>,
}

impl LoginQuery {
    /// The address that begins this sign-in.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = form_urlencoded::Serializer::new(String::new());
        let parameters = [
            ("organization", &self.organization),
            ("organization_name", &self.organization_name),
            ("workspace", &self.workspace),
            ("invitation", &self.invitation),
            ("login_hint", &self.login_hint),
            ("discover", &self.discover),
            ("screen_hint", &self.screen_hint),
            ("prompt", &self.prompt),
            ("return_to", &self.return_to),
            ("target_link_uri", &self.target_link_uri),
            ("draft", &self.draft),
        ];
        for (name, value) in parameters {
            if let Some(value) = value {
                address.append_pair(name, value);
            }
        }
        let address = address.finish();
        if address.is_empty() { "/login".to_owned() } else { format!("/login?{address}") }
    }
}

/// Begins a sign-in.
///
/// # Errors
/// Pages that say what to do: an unknown organization, another issuer, a provider that does not answer.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    headers: HeaderMap,
    Query(query): Query<LoginQuery>,
) -> Result<Response, Message> {
    // Refuse a sign-in that somebody starts for another provider.
    if query.iss.as_deref().is_some_and(|issuer| issuer != app.provider.issuer()) {
        return Err(Message::other_issuer());
    }
    let mut query = query.tidy();
    let browser = session.browser().await?;
    // Take a typed name along; it is looked at when it is known who asks.
    if let Some(typed) = &query.workspace {
        return match typed_name::parse(typed) {
            Ok(name) => by_name(&app, &session, browser, query, name).await,
            Err(_) => Ok(to_sign_in_page(typed)),
        };
    }
    // Find the organization that is asked for; the provider knows it by its id.
    let (organization, slug) = organization(&app, &query).await?.unzip();
    // Let nobody use an invitation up with an account that it is not for.
    if let Some(ticket) = &query.invitation
        && let Some(answer) = invitation::opened(&app, &session, ticket, organization.as_deref()).await?
    {
        return Ok(answer);
    }
    // Where none is named, the address may lead to one.
    let discovered = discovered(&app, &query, organization.as_ref()).await?;
    query.discovered_by = query.login_hint.clone().filter(|_| discovered.is_some());
    let organization = organization.or(discovered);
    // Choose the account, where this browser is signed in with several.
    let slug = slug.flatten();
    if let (Some(browser), Some(slug), None, None, None) =
        (browser, slug, &query.prompt, &query.login_hint, &query.invitation)
        && let Some(address) = workspace_picker::other_account(&app, browser, &slug).await?
    {
        query.login_hint = Some(address);
        query.prompt = Some("login".to_owned());
    }
    // Show nothing on the way where somebody is signed in: the provider probably knows them too.
    let is_known = browser.is_some_and(|browser| browser.person.is_some());
    let prompt = Prompt::of(&query, is_known && organization.is_some() && prompt::is_navigation(&headers));
    begin(&app, &session, query, organization, prompt).await
}

/// Begins the sign-in of `query` to `organization`, an id at the provider.
pub async fn begin(
    app: &AppState,
    session: &BrowserSession,
    query: LoginQuery,
    organization: Option<String>,
    prompt: Prompt,
) -> Result<Response, Message> {
    // Check that the provider answers before the browser is sent there.
    let client = app.provider.client().await.map_err(|_| Message::provider_down(&query))?;
    app.provider.check().await.map_err(|_| Message::provider_down(&query))?;
    // Remember what the callback has to check.
    let browser = session.begin(&app.random, app.clock.now()).await?;
    let verifier = PkceCodeVerifier::new(app.random.token());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let (state, nonce) = (app.random.token(), app.random.token());
    let attempt = Attempt {
        nonce: nonce.clone(),
        code_verifier: verifier.into_secret(),
        organization: organization.clone(),
        discovered_by: query.discovered_by,
        invitation: query.invitation.as_deref().map(fingerprint),
        workspace: query.workspace,
        silent: prompt == Prompt::None,
        return_to: return_path(app, query.return_to.as_deref(), query.target_link_uri.as_deref()),
        draft: query.draft,
    };
    login_transaction::begin(app, browser.id, &state, &attempt).await?;
    // Send the person to the provider.
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .add_extra_param("audience", app.provider.audience())
        .set_pkce_challenge(challenge);
    let forwarded = [
        ("organization", organization),
        ("invitation", query.invitation),
        ("login_hint", query.login_hint),
        ("screen_hint", query.screen_hint),
        ("prompt", prompt.parameter().map(str::to_owned)),
    ];
    for (name, value) in forwarded {
        if let Some(value) = value {
            request = request.add_extra_param(name, value);
        }
    }
    Ok(Redirect::to(request.url().0.as_str()).into_response())
}

/// The sign-in of somebody who typed the workspace's `name`. It goes to the provider without an organization, so that it
/// is the same for every name.
async fn by_name(
    app: &AppState,
    session: &BrowserSession,
    browser: Option<Browser>,
    query: LoginQuery,
    name: String,
) -> Result<Response, Message> {
    let prompt = Prompt::of(&query, false);
    // Who sits there already goes on; they know that it exists.
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
    begin(app, session, query, None, prompt).await
}

/// Back to the form, which says what is wrong with what was typed.
fn to_sign_in_page(typed: &str) -> Response {
    // Enough to see what is wrong with it.
    let typed: String = typed.chars().take(100).collect();
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("workspace", &typed).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// The organization's id at the provider, and its slug if it is known here.
async fn organization(app: &AppState, query: &LoginQuery) -> Result<Option<(String, Option<String>)>, Message> {
    if let Some(id) = query.organization.as_ref().filter(|text| text.starts_with("org_")) {
        return Ok(Some((id.clone(), None)));
    }
    let Some(name) = query.organization.as_ref().or(query.organization_name.as_ref()) else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let known = organizations::by_slug(&mut tx, &name.to_lowercase()).await?;
    let Organization { provider_id, slug, .. } = known.ok_or_else(|| Message::unknown_organization(name))?;
    Ok(Some((provider_id, Some(slug))))
}

fn return_path(app: &AppState, return_to: Option<&str>, target_link_uri: Option<&str>) -> Option<ReturnPath> {
    let base = &app.config.base_url;
    return_to
        .and_then(|path| ReturnPath::parse(base, path))
        .or_else(|| target_link_uri.and_then(|address| ReturnPath::of_address(base, address)))
}

impl LoginQuery {
    /// Without spaces around what was typed, and without what is empty.
    fn tidy(self) -> Self {
        let tidy = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            organization: tidy(self.organization),
            organization_name: tidy(self.organization_name),
            invitation: tidy(self.invitation),
            login_hint: tidy(self.login_hint).filter(|hint| hint.chars().count() <= HINT_MAX),
            screen_hint: tidy(self.screen_hint),
            prompt: tidy(self.prompt),
            ..self
        }
    }
}

/// The organization that the address leads to of somebody who signs in, and neither signs up nor names another.
async fn discovered(app: &AppState, query: &LoginQuery, named: Option<&String>) -> Result<Option<String>, Message> {
    let is_wanted = named.is_none() && query.screen_hint.is_none() && query.discover.as_deref() != Some("no");
    let Some(address) = query.login_hint.as_deref().filter(|_| is_wanted) else { return Ok(None) };
    Ok(discovery::organization_of(app, address).await?)
}

impl From<tower_sessions::session::Error> for Message {
    fn from(error: tower_sessions::session::Error) -> Self {
        Error::from(error).into()
    }
}
