//! Starts an authorization request (OpenID Connect Core section 3.1.2.1).

use axum::response::{IntoResponse as _, Redirect, Response};
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use openidconnect::{Nonce, core::CoreAuthenticationFlow};

use super::{
    login_query::LoginQuery,
    login_transaction::{self, LoginTransaction},
    prompt::Prompt,
};
use crate::{
    kernel::secret::fingerprint,
    server::{
        auth::{return_path::ReturnPath, session::BrowserSession},
        http::message::Message,
        state::AppState,
    },
};

/// Starts the sign-in of `query` to `organization`, an id at the provider, and redirects the browser to the provider.
pub(super) async fn begin(
    app: &AppState,
    session: &BrowserSession,
    query: LoginQuery,
    organization: Option<String>,
    prompt: Prompt,
) -> Result<Response, Message> {
    // Check that the provider answers before redirecting the browser to it.
    let client = app.provider.client().await.map_err(|_| Message::provider_down(&query))?;
    app.provider.check().await.map_err(|_| Message::provider_down(&query))?;
    // Store what the callback has to verify.
    let browser = session.begin(app).await?;
    let verifier = PkceCodeVerifier::new(app.random.token());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let (state, nonce) = (app.random.token(), app.random.token());
    let transaction = LoginTransaction {
        nonce: nonce.clone(),
        code_verifier: verifier.into_secret(),
        organization: organization.clone(),
        discovered_by: query.discovered_by,
        invitation: query.invitation.as_deref().map(fingerprint),
        workspace: query.workspace,
        organization_name: query.organization_name.filter(|_| organization.is_none()),
        silent: prompt == Prompt::None,
        return_to: return_path(app, query.return_to.as_deref(), query.target_link_uri.as_deref()),
        draft: query.draft,
    };
    login_transaction::begin(app, browser.id, &state, &transaction).await?;
    // Build the authorization request.
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .add_extra_param("audience", app.provider.audience())
        .set_pkce_challenge(challenge);
    let parameters = [
        ("organization", organization),
        ("invitation", query.invitation),
        ("login_hint", query.login_hint),
        ("screen_hint", query.screen_hint),
        ("prompt", prompt.parameter().map(str::to_owned)),
    ];
    for (name, value) in parameters {
        if let Some(value) = value {
            request = request.add_extra_param(name, value);
        }
    }
    Ok(Redirect::to(request.url().0.as_str()).into_response())
}

fn return_path(app: &AppState, return_to: Option<&str>, target_link_uri: Option<&str>) -> Option<ReturnPath> {
    let base = &app.config.base_url;
    return_to
        .and_then(|path| ReturnPath::parse(base, path))
        .or_else(|| target_link_uri.and_then(|address| ReturnPath::of_address(base, address)))
}
