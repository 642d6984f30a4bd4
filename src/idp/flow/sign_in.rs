//! Signs a user in and continues the login.

use axum::{http::HeaderMap, response::Response};

use crate::{
    idp::{
        authentication,
        authorization::CallbackError,
        events::{self, Kind},
        flow::{cookie::with_cookie, login::Login, next_step},
        join,
        state::Idp,
        store::users::{self, User},
    },
    kernel::database::Tx,
};

/// Creates the session for the browser at the client address `address`, then carries out the next step of `login`.
pub async fn sign_in(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    login: &Login,
    user: &User,
    address: &str,
) -> sqlx::Result<Response> {
    if user.blocked {
        return login.refuse(tx, CallbackError::blocked()).await;
    }
    join::apply_rules(tx, user, login.request.organization.as_ref(), idp.now()).await?;
    users::update_login(tx, &user.id, address, idp.now()).await?;
    events::record(tx, idp, login.request_source(address).event(Kind::Login, &user.email, Some(&user.id))).await?;
    let (session, cookie) = authentication::start_session(idp, tx, headers, &user.id).await?;
    let next = next_step::after_sign_in(tx, &login.request, &login.client, &session).await?;
    Ok(with_cookie(login.proceed(idp, tx, &session, next).await?, cookie))
}
