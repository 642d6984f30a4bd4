//! `GET /u/federate`: the redirect to another issuer.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::idp::{
    authorization::CallbackError,
    federation::{error::FederationError, exchange::AuthorizationRedirect},
    flow::{issuer, login::Login, redirect},
    id::ConnectionId,
    page_error::PageError,
    parameters::Parameters,
    state::Idp,
    store::federated_logins::{self, NewFederatedLogin},
};

/// Redirects to the login page of another issuer: the one of the parameter `connection`, or the one that the client
/// requested.
///
/// Pages lead here by a link, never by a form, because browsers apply a page's `form-action` to every redirect after
/// its forms.
pub async fn begin(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    // Find the connection of the issuer
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let chosen = parameters.get("connection").map(ConnectionId::unchecked);
    let invitation = login.invitation(&mut tx, idp.now()).await?;
    drop(tx);
    // A login with an invitation may skip the page of the invitation only if the invitation requires this connection.
    let is_invited = invitation.is_some_and(|invitation| chosen.is_some() && invitation.connection_id == chosen);
    if !is_invited && let Some(elsewhere) = redirect::to_invitation(&login) {
        return Ok(elsewhere);
    }
    let Some(issuer) = chosen.as_ref().or(login.request.connection.as_ref()).and_then(|id| login.options.issuer(id))
    else {
        return not_offered(&idp, &login).await;
    };

    // Build the address of the issuer's login page
    let (state, nonce) = (idp.random.token(), idp.random.token());
    let code_verifier = idp.random.token();
    let target = AuthorizationRedirect {
        state: &state,
        nonce: &nonce,
        code_verifier: &code_verifier,
        login_hint: parameters.get("login_hint").or(login.request.login_hint.as_deref()),
        prompt: login.request.prompt,
    };
    let options = issuer
        .options(&idp.sealer)
        .ok_or_else(|| FederationError::Unreachable("its options are not complete".to_owned()));
    let address = match options {
        Ok(options) => idp.issuers.login_address(&idp, &options, &target).await,
        Err(fault) => Err(fault),
    };
    let address = address.map_err(|fault| issuer::unreachable(&login, issuer, &fault))?;

    // Store the pending sign-in for this browser and redirect
    let browser = idp.cookies.browser.read(&headers).ok_or(PageError::Expired)?;
    let new = NewFederatedLogin {
        state: &state,
        browser,
        login_state: &login.state,
        connection_id: &issuer.connection.id,
        nonce: &nonce,
        code_verifier: &code_verifier,
    };
    let mut tx = idp.database.write().await?;
    federated_logins::insert(&mut tx, &new, idp.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(address.as_str()).into_response())
}

/// Responds for a connection that the login does not offer: with an error to the client if the client requested the
/// connection, otherwise with the login page.
async fn not_offered(idp: &Idp, login: &Login) -> Result<Response, PageError> {
    if login.request.connection.is_none() {
        return Ok(redirect::to_login(login));
    }
    let mut tx = idp.database.write().await?;
    let whose = if login.organization.is_some() { "organization" } else { "client" };
    let error = CallbackError::invalid_request(format!("the connection is not enabled for the {whose}"));
    let response = login.refuse(&mut tx, error).await?;
    tx.commit().await?;
    Ok(response)
}
