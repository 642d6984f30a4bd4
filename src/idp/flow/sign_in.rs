//! Signs a user in and continues the login.

use axum::{http::HeaderMap, response::Response};

use crate::{
    idp::{
        authentication,
        authorization::CallbackError,
        events::{self, Kind},
        flow::{cookie::with_cookie, login::Login, next_step},
        join,
        requester::Requester,
        state::Idp,
        store::users::{self, User},
    },
    kernel::database::Tx,
};

/// Creates the session for the browser of the requester, then carries out the next step of `login`.
pub async fn sign_in(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    login: &Login,
    user: &User,
    requester: &Requester,
) -> sqlx::Result<Response> {
    if user.blocked {
        return login.refuse(tx, CallbackError::blocked()).await;
    }
    join::apply_rules(tx, user, login.request.organization.as_ref(), idp.now()).await?;
    users::update_login(tx, &user.id, &requester.address.to_string(), idp.now()).await?;
    events::record(tx, idp, login.request_source(requester).event(Kind::Login, &user.email, Some(&user.id))).await?;
    let (session, cookie) = authentication::start_session(idp, tx, headers, &user.id).await?;
    let next = next_step::after_sign_in(tx, &login.request, &login.client, &session).await?;
    let response = with_cookie(login.proceed(idp, tx, &session, next).await?, cookie);
    if user.password_hash.is_none() {
        return Ok(response);
    }
    Ok(with_cookie(response, authentication::remember_browser(idp, tx, requester, &user.email).await?))
}
