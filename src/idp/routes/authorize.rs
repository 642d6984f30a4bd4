//! `GET` and `POST /authorize`: begins a login.

mod check;
mod connection;
mod organization;

use axum::{
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use self::check::Refusal;
use crate::idp::{
    authentication,
    authorization::{CallbackError, Prompt},
    flow::{
        code,
        cookie::with_cookie,
        next_step,
        screen::{Screen, Step},
    },
    page_error::PageError,
    pages,
    parameters::{self, Parameters},
    state::Idp,
    store::login_transactions,
};

/// Redirects to the same request as a GET, because browsers send no `SameSite=Lax` cookies with a form of another site.
pub async fn posted(body: Bytes) -> Redirect {
    Redirect::to(&format!("/authorize?{}", parameters::as_query(&body)))
}

/// Begins a login (RFC 6749 section 4.1.1). Responds to the client directly if no page is needed, otherwise redirects
/// to the first page.
pub async fn authorize(
    State(idp): State<Idp>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let now = idp.now();

    // Validate the request and find the client
    let (request, client) = match check::check(&idp, &mut tx, &parameters).await? {
        Ok(checked) => checked,
        Err(Refusal::OnPage(text)) => return Err(PageError::BadRequest(text)),
        Err(Refusal::AtCallback(callback, error)) => return Ok(pages::callback::respond(&callback, Err(error))),
    };

    // Compute the first step of the login
    let session = authentication::current_session(&idp, &mut tx, &headers).await?;
    let next = next_step::first(&mut tx, &request, &client, session.as_ref(), now).await?;

    // Respond directly if no page is needed or allowed
    let screen = match (next, &session) {
        (Step::Grant(organization), Some(session)) => {
            let code = code::issue_code(&idp, &mut tx, &request, session, organization).await?;
            tx.commit().await?;
            return Ok(pages::callback::respond(&request.callback, Ok(code)));
        }
        (Step::Refuse(error), _) => return Ok(pages::callback::respond(&request.callback, Err(error))),
        (Step::Show(screen), _) => screen,
        (Step::Grant(_), None) => Screen::Login,
    };
    if request.prompt == Prompt::None {
        let error = match screen {
            Screen::Login | Screen::SignUp | Screen::Federate => CallbackError::login_required(),
            Screen::Consent => CallbackError::consent_required(),
            _ => CallbackError::interaction_required(),
        };
        return Ok(pages::callback::respond(&request.callback, Err(error)));
    }

    // Store the login for this browser and redirect to its first page
    let state = idp.random.token();
    let browser = idp.cookies.browser.read(&headers).map_or_else(|| idp.random.token(), str::to_owned);
    let found = session.filter(|_| screen.is_after_sign_in());
    login_transactions::insert(&mut tx, &state, &browser, &request, found.as_ref().map(|session| &session.sid), now)
        .await?;
    tx.commit().await?;
    let response = Redirect::to(&screen.address(&state)).into_response();
    Ok(with_cookie(response, idp.cookies.browser.set(&browser)))
}
