//! `GET` and `POST /u/organization-name`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

use super::PageError;
use crate::idp::{
    Idp,
    flow::{self, Login, Next, Screen},
    pages,
    parameters::Parameters,
    signin,
    store::{organizations, transactions},
};

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if !flow::must_name_organization(&login.request, &login.client) {
        return Ok(not_asked(&login));
    }
    Ok(pages::name_organization::page(&idp, &login, "", None).into_response())
}

/// Takes the name of an organization and goes on with it.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.write().await?;
    let mut login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if !flow::must_name_organization(&login.request, &login.client) {
        return Ok(not_asked(&login));
    }
    let typed = parameters.text("organization_name");
    let Some(organization) = organizations::by_name(&mut tx, &typed.trim().to_lowercase()).await? else {
        let message = "There is no organization with this name. Check how it is spelled.";
        let page = pages::name_organization::page(&idp, &login, typed, Some(message));
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };

    login.request.organization = Some(organization.id);
    transactions::set_request(&mut tx, &login.state, &login.request).await?;
    let session = signin::current_session(&idp, &mut tx, &headers).await?;
    let next = flow::first(&mut tx, &login.request, &login.client, session.as_ref(), idp.now()).await?;
    let response = match (next, session) {
        (Next::Show(screen), _) => Redirect::to(&screen.address(&login.state)).into_response(),
        (next, Some(session)) => login.proceed(&idp, &mut tx, &session, next).await?,
        (Next::Refuse(error), None) => login.refuse(&mut tx, error).await?,
        (_, None) => return Err(PageError::Expired),
    };
    tx.commit().await?;
    Ok(response)
}

/// Which organization the client asked for is not to be changed here.
fn not_asked(login: &Login) -> Response {
    Redirect::to(&Screen::Login.address(&login.state)).into_response()
}
