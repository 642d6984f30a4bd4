//! `GET` and `POST /u/account`: as whom to go on (`prompt=select_account`)

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use super::PageError;
use crate::{
    idp::{
        Idp,
        flow::{self, Login, Screen},
        pages,
        parameters::Parameters,
        signin,
        store::{sessions::Session, users},
    },
    kernel::database::Tx,
};

/// Offers the account that the browser is signed in to, and any other.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(session) = session_of(&idp, &mut tx, &headers, &login).await? else {
        return Ok(sign_in_first(&login));
    };
    let user = users::find(&mut tx, &session.user_id).await?.ok_or(PageError::Expired)?;
    Ok(pages::account::page(&idp, &login, &user).into_response())
}

/// Goes on as who is signed in.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.write().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(session) = session_of(&idp, &mut tx, &headers, &login).await? else {
        return Ok(sign_in_first(&login));
    };
    let next = flow::after_sign_in(&mut tx, &login.request, &login.client, &session).await?;
    let response = login.proceed(&idp, &mut tx, &session, next).await?;
    tx.commit().await?;
    Ok(response)
}

/// The session that the choice was offered for, if the browser still has it and it is still good enough.
async fn session_of(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, login: &Login) -> sqlx::Result<Option<Session>> {
    let session = signin::current_session(idp, tx, headers).await?;
    Ok(session.filter(|session| login.has_session(session) && flow::good_enough(&login.request, session, idp.now())))
}

fn sign_in_first(login: &Login) -> Response {
    Redirect::to(&Screen::Login.address(&login.state)).into_response()
}
