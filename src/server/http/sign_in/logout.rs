//! `/logout`: signs out here and at the provider.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::server::{
    auth::{session::BrowserSession, tokens::TokenSet},
    http::message::Message,
    repo::seats,
    state::AppState,
};

/// Asks for confirmation: a link must not sign a person out.
pub async fn get() -> Response {
    Message::confirm_sign_out().into_response()
}

/// Signs out and redirects to the landing page.
pub async fn post(State(app): State<AppState>, session: BrowserSession) -> Result<Redirect, Message> {
    end(&app, &session).await
}

/// Ends every seat of the browser and its session, then redirects to the provider's logout endpoint, which returns to
/// the landing page (OpenID Connect RP-Initiated Logout section 2; Auth0's `/v2/logout` if discovery names no
/// endpoint).
pub(super) async fn end(app: &AppState, session: &BrowserSession) -> Result<Redirect, Message> {
    // Sign out here first: the sign-out at the provider may fail.
    let mut id_token = None;
    let sid = session.sid().await?;
    if let Some(browser) = session.browser().await? {
        let mut tx = app.db.write().await?;
        let seats = seats::delete_all(&mut tx, browser.id, sid.as_deref()).await?;
        tx.commit().await?;
        id_token = seats
            .into_iter()
            .find_map(|(org, sealed)| TokenSet::open(&app.sealer, browser.id, org, &sealed).ok())
            .map(|tokens| tokens.id_token);
    }
    session.end().await?;
    // Sign out at the provider, if it answers.
    let home = app.config.url("/");
    let Ok(metadata) = app.provider.metadata().await else { return Ok(Redirect::to("/")) };
    if app.provider.check().await.is_err() {
        return Ok(Redirect::to("/"));
    }
    let mut target = match &metadata.end_session_endpoint {
        Some(endpoint) => {
            let mut target = endpoint.clone();
            target.query_pairs_mut().append_pair("post_logout_redirect_uri", home.as_str());
            if let Some(id_token) = id_token {
                target.query_pairs_mut().append_pair("id_token_hint", &id_token);
            } else if let Some(sid) = sid {
                // Whoever signed in without an organization has no seat, and no token. Auth0 does not ask again with this
                // hint either.
                target.query_pairs_mut().append_pair("logout_hint", &sid);
            }
            target
        }
        None => match app.config.provider.issuer.join("v2/logout") {
            Ok(mut target) => {
                target.query_pairs_mut().append_pair("returnTo", home.as_str());
                target
            }
            Err(_) => return Ok(Redirect::to("/")),
        },
    };
    target.query_pairs_mut().append_pair("client_id", app.provider.client_id());
    Ok(Redirect::to(target.as_str()))
}
