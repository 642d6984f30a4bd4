//! The console at `/console`, for administrators. One file per page; the HTML is in `pages::console`.

pub mod administrator;
mod clients;
mod connections;
mod invitations;
mod keys;
mod log;
mod navigation;
mod organizations;
mod people;
mod settings;
mod sign_in;

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, Uri},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use tower_http::csrf::CsrfLayer;

use self::navigation::HOME;
use crate::idp::{page_error::PageError, state::Idp, store::administrators};

/// Routes of the console. All of them except the sign-in are behind [`gate`].
pub fn router(idp: &Idp) -> Router<Idp> {
    let inside = Router::new()
        .route("/console", get(async || Redirect::to(HOME)))
        .route(HOME, get(organizations::list))
        .route("/console/organization", get(organizations::show))
        .route("/console/people", get(people::list))
        .route("/console/person", get(people::show))
        .route("/console/person/block", get(people::ask_block).post(people::block))
        .route("/console/person/unblock", post(people::unblock))
        .route("/console/person/sign-out", get(people::ask_sign_out).post(people::sign_out))
        .route("/console/invitations", get(invitations::list))
        .route("/console/invitations/new", get(invitations::draft).post(invitations::create))
        .route("/console/invitation", get(invitations::show))
        .route("/console/invitation/revoke", get(invitations::ask_revoke).post(invitations::revoke))
        .route("/console/clients", get(clients::list))
        .route("/console/connections", get(connections::list))
        .route("/console/keys", get(keys::list))
        .route("/console/keys/rotate", get(keys::ask_rotate).post(keys::rotate))
        .route("/console/keys/revoke", get(keys::ask_revoke).post(keys::revoke))
        .route("/console/settings", get(settings::show).post(settings::save))
        .route("/console/log", get(log::list))
        .route_layer(from_fn_with_state(idp.clone(), gate));
    Router::new()
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-out", post(sign_in::sign_out))
        .merge(inside)
        .layer(CsrfLayer::new())
}

/// Passes the requests of administrators, for the console and the mailbox. Redirects other browsers to the sign-in, which returns to the requested page.
pub async fn gate(State(idp): State<Idp>, request: Request, next: Next) -> Result<Response, PageError> {
    let who = match idp.cookies.console.read(request.headers()) {
        Some(cookie) => administrators::by_cookie(&mut idp.database.read().await?, cookie, idp.now()).await?,
        None => None,
    };
    if who.is_some() {
        return Ok(next.run(request).await);
    }
    let return_path = if request.method() == Method::GET { path_and_query(request.uri()) } else { HOME };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", return_path).finish();
    Ok(Redirect::to(&format!("/console/sign-in?{query}")).into_response())
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or(HOME, axum::http::uri::PathAndQuery::as_str)
}
