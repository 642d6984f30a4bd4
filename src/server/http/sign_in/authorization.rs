//! Starts an authorization request (OpenID Connect Core section 3.1.2.1).

use axum::response::{IntoResponse as _, Redirect, Response};
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

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
    let metadata = app.provider.metadata().await.map_err(|_| Message::provider_down(&query))?;
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
    let mut address = metadata.authorization_endpoint.clone();
    let parameters = [
        ("response_type", "code"),
        ("client_id", app.provider.client_id()),
        ("redirect_uri", app.provider.redirect_uri().as_str()),
        ("scope", "openid profile email offline_access"),
        ("audience", app.provider.audience()),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    address.query_pairs_mut().extend_pairs(parameters);
    let optional = [
        ("organization", organization),
        ("invitation", query.invitation),
        ("login_hint", query.login_hint),
        ("screen_hint", query.screen_hint),
        ("prompt", prompt.parameter().map(str::to_owned)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            address.query_pairs_mut().append_pair(name, &value);
        }
    }
    Ok(Redirect::to(address.as_str()).into_response())
}

fn return_path(app: &AppState, return_to: Option<&str>, target_link_uri: Option<&str>) -> Option<ReturnPath> {
    let base = &app.config.base_url;
    return_to
        .and_then(|path| ReturnPath::parse(base, path))
        .or_else(|| target_link_uri.and_then(|address| ReturnPath::of_address(base, address)))
}
