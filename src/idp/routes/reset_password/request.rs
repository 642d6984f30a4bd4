//! `GET` and `POST /u/reset-password/request`: requests the mail with the link.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    authentication::RequestSource,
    flow::login::Login,
    form,
    page_error::PageError,
    pages,
    parameters::Parameters,
    requester::Requester,
    state::Idp,
    tickets::{self, LoginContext},
};

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open_if_any(&idp, &mut tx, &headers, &parameters).await?;
    let email = login.as_ref().and_then(|login| login.request.login_hint.as_deref()).unwrap_or_default();
    Ok(pages::reset_password::request(&idp, login.as_ref(), email, None).into_response())
}

/// Sends the mail if the account exists. The response is the same if the account does not exist.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let login = Login::open_if_any(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;
    let typed = parameters.text("email");
    let refused = |status: StatusCode, error: &str| {
        pages::reset_password::request(&idp, login.as_ref(), typed, Some(error)).with_status(status)
    };
    let Some(email) = form::email(typed) else {
        let error = "Enter an email address, for example ann@example.com.";
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, error).into_response());
    };
    let context = login.as_ref().map_or_else(LoginContext::default, LoginContext::of);
    let source =
        login.as_ref().map_or_else(|| RequestSource::from(&requester), |login| login.request_source(&requester));
    match tickets::request_password_reset(&idp, &email, context, source).await? {
        Ok(()) => Ok(pages::reset_password::requested(&idp, login.as_ref(), &email).into_response()),
        Err(too_many) => {
            let page = refused(StatusCode::TOO_MANY_REQUESTS, &too_many.message(idp.now()));
            Ok(page.with_retry_after(too_many.seconds(idp.now())).into_response())
        }
    }
}
