//! `GET` and `POST /u/login`, and `POST /u/login/demo`: the login page

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    authentication,
    flow::{issuer, login::Login, redirect, sign_in},
    page_error::PageError,
    pages::{self, password_refusal},
    parameters::Parameters,
    requester::Requester,
    state::Idp,
    store::users,
};

const NOBODY_FROM_THERE: &str = "This address can’t be used to sign in here. Check it, or use another one.";

const DELETED: &str = "This demo account has been deleted. Choose another one.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = redirect::to_invitation(&login) {
        return Ok(elsewhere);
    }
    let email = login.request.login_hint.as_deref().unwrap_or_default();
    Ok(pages::login::page(&idp, &login, email, None).into_response())
}

/// Signs a user in with an address and a password.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let login = Login::open(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;
    if let Some(elsewhere) = redirect::to_invitation(&login) {
        return Ok(elsewhere);
    }

    // Redirect users of another issuer before their password is read
    let email = parameters.text("email");
    if let Some(elsewhere) = issuer::by_domain(&idp, &login, email) {
        return Ok(elsewhere);
    }
    if !login.options.database {
        let page = pages::login::page(&idp, &login, email, Some(NOBODY_FROM_THERE));
        return Ok(page.with_status(StatusCode::BAD_REQUEST).into_response());
    }

    // Verify the password
    let checked =
        authentication::check_password(&idp, email, parameters.text("password"), login.request_source(&requester))
            .await?;
    let user = match checked {
        Ok(user) => user,
        Err(refused) => {
            let (status, message) = password_refusal::describe(&idp, refused);
            let page = pages::login::page(&idp, &login, email, Some(&message)).with_status(status);
            return Ok(password_refusal::on_page(&idp, page, refused).into_response());
        }
    };

    // Sign the user in and continue the login
    let mut tx = idp.database.write().await?;
    let response = sign_in::sign_in(&idp, &mut tx, &headers, &login, &user, &requester).await?;
    tx.commit().await?;
    Ok(response)
}

/// Signs in a demo person without a password, in demo mode only.
pub async fn demo(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let email = parameters.get("email");
    let people = idp.mode.listed_people();
    let person = people.iter().find(|person| email == Some(&person.email)).ok_or(PageError::NotFound)?;
    let mut tx = idp.database.write().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = redirect::to_invitation(&login).or_else(|| redirect::to_login_without_passwords(&login)) {
        return Ok(elsewhere);
    }
    let Some(user) = users::with_password(&mut tx, &person.email).await? else {
        let page = pages::login::page(&idp, &login, "", Some(DELETED));
        return Ok(page.with_status(StatusCode::BAD_REQUEST).into_response());
    };
    let response = sign_in::sign_in(&idp, &mut tx, &headers, &login, &user, &requester).await?;
    tx.commit().await?;
    Ok(response)
}
