//! `GET /login`: begins a sign-in and hands the person over to the provider.

use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use openidconnect::{Nonce, core::CoreAuthenticationFlow};
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    attempt::{self, Attempt},
    invitation,
    return_path::ReturnPath,
    session::BrowserSession,
};
use crate::server::{crypto::fingerprint, error::Error, http::message::Message, repo::organizations, state::AppState};

/// What `/login` understands: the parameters of Auth0's login route and of third-party-initiated login (OpenID Connect
/// Core section 4), and where to lead afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LoginQuery {
    /// Id (`org_…`) or name of an organization.
    pub organization: Option<String>,
    pub organization_name: Option<String>,
    /// Ticket of an invitation; comes with `organization`.
    pub invitation: Option<String>,
    pub login_hint: Option<String>,
    pub screen_hint: Option<String>,
    pub iss: Option<String>,
    pub return_to: Option<String>,
    /// Id of what was typed before the session ended.
    pub draft: Option<String>,
}

impl LoginQuery {
    /// The address that begins this sign-in.
    #[must_use]
    pub fn address(&self) -> String {
        let mut address = form_urlencoded::Serializer::new(String::new());
        let parameters = [
            ("organization", &self.organization),
            ("organization_name", &self.organization_name),
            ("invitation", &self.invitation),
            ("login_hint", &self.login_hint),
            ("screen_hint", &self.screen_hint),
            ("return_to", &self.return_to),
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
    Query(query): Query<LoginQuery>,
) -> Result<Response, Message> {
    // Refuse a sign-in that somebody starts for another provider.
    if query.iss.as_deref().is_some_and(|issuer| issuer != app.provider.issuer()) {
        return Err(Message::other_issuer());
    }
    // Find the organization that is asked for; the provider knows it by its id.
    let organization = organization(&app, &query).await?;
    // Let nobody use an invitation up with an account that it is not for.
    if let Some(ticket) = &query.invitation
        && let Some(answer) = invitation::opened(&app, &session, ticket, organization.as_deref()).await?
    {
        return Ok(answer);
    }
    begin(&app, &session, query, organization).await
}

/// Begins the sign-in of `query` to `organization`, an id at the provider.
///
/// # Errors
/// A page that says that the provider does not answer.
pub async fn begin(
    app: &AppState,
    session: &BrowserSession,
    query: LoginQuery,
    organization: Option<String>,
) -> Result<Response, Message> {
    // Check that the provider answers before the browser is sent there.
    let client = app.provider.client().await.map_err(|_| Message::provider_down(&query))?;
    app.provider.check().await.map_err(|_| Message::provider_down(&query))?;
    // Remember what the callback has to check.
    let browser = session.begin(&app.random, app.clock.now()).await.map_err(Message::from)?;
    let verifier = PkceCodeVerifier::new(app.random.token());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let (state, nonce) = (app.random.token(), app.random.token());
    let attempt = Attempt {
        nonce: nonce.clone(),
        code_verifier: verifier.into_secret(),
        organization: organization.clone(),
        invitation: query.invitation.as_deref().map(fingerprint),
        return_to: query.return_to.as_deref().and_then(|path| ReturnPath::parse(&app.config.base_url, path)),
        draft: query.draft,
    };
    attempt::begin(app, browser.id, &state, &attempt).await?;
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
    ];
    for (name, value) in forwarded {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            request = request.add_extra_param(name, value);
        }
    }
    Ok(Redirect::to(request.url().0.as_str()).into_response())
}

async fn organization(app: &AppState, query: &LoginQuery) -> Result<Option<String>, Message> {
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let id = given(&query.organization).filter(|text| text.starts_with("org_"));
    if id.is_some() {
        return Ok(id);
    }
    let Some(name) = given(&query.organization).or_else(|| given(&query.organization_name)) else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let known = organizations::by_slug(&mut tx, &name.to_lowercase()).await?;
    Ok(Some(known.ok_or_else(|| Message::unknown_organization(&name))?.provider_id))
}

impl From<tower_sessions::session::Error> for Message {
    fn from(error: tower_sessions::session::Error) -> Self {
        Error::from(error).into()
    }
}
