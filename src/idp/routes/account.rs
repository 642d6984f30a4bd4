//! `GET` and `POST /u/account`: the account chooser (`prompt=select_account`)

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        authentication,
        flow::{login::Login, next_step, redirect},
        page_error::PageError,
        pages,
        parameters::Parameters,
        state::Idp,
        store::{sessions::Session, users},
    },
    kernel::database::Tx,
};

/// Shows the signed-in account, with a link to use another account.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(session) = session_of(&idp, &mut tx, &headers, &login).await? else {
        return Ok(redirect::to_login(&login));
    };
    let user = users::find(&mut tx, &session.user_id).await?.ok_or(PageError::Expired)?;
    Ok(pages::account::page(&idp, &login, &user).into_response())
}

/// Continues the login as the signed-in user.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(session) = session_of(&idp, &mut tx, &headers, &login).await? else {
        return Ok(redirect::to_login(&login));
    };
    let next = next_step::after_sign_in(&mut tx, &login.request, &login.client, &session).await?;
    let response = login.proceed(&idp, &mut tx, &session, next).await?;
    tx.commit().await?;
    Ok(response)
}

/// Returns the session that the chooser was shown for, if it still satisfies the request.
async fn session_of(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, login: &Login) -> sqlx::Result<Option<Session>> {
    let session = authentication::current_session(idp, tx, headers).await?;
    Ok(session.filter(|session| {
        login.has_session(session) && next_step::is_session_sufficient(&login.request, session, idp.now())
    }))
}
