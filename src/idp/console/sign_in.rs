//! `GET` and `POST /console/sign-in`, and `POST /console/sign-out`: the administrator's session

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    idp::{
        authentication,
        console::navigation::HOME,
        flow::cookie::with_cookie,
        page_error::PageError,
        pages::{Page, console::sign_in as page},
        parameters::Parameters,
        paths,
        requester::Requester,
        state::Idp,
        store::administrators,
        throttle,
    },
    kernel::metrics::Limit,
};

pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Page {
    page::page(&idp, "", return_path(&parameters), None)
}

pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let (name, return_path) = (parameters.text("name").trim(), return_path(&parameters));
    let refused = |message: &str| page::page(&idp, name, return_path, Some(message));

    // Count the attempt before verifying the password
    let mut tx = idp.database.write().await?;
    let account = administrators::account(name);
    let attempt = throttle::count_password_attempt(&mut tx, &account, &requester, idp.now()).await?;
    tx.commit().await?;
    idp.count_refusal(Limit::Passwords, &attempt);
    let attempt = match attempt {
        Ok(attempt) => attempt,
        Err(too_many) => {
            let page = refused(&too_many.message(idp.now()));
            return Ok(page.with_retry_after(too_many.seconds(idp.now())).into_response());
        }
    };

    // Verify the password
    let hash = administrators::password_hash(&mut idp.database.read().await?, name).await?;
    if !idp.passwords.verify(parameters.text("password"), hash.as_deref()).await {
        return Ok(refused("Wrong name or password.").with_status(StatusCode::BAD_REQUEST).into_response());
    }

    // Create the session
    let cookie = idp.random.token();
    let mut tx = idp.database.write().await?;
    throttle::withdraw_attempt(&mut tx, &attempt).await?;
    if let Some(old) = idp.cookies.console.read(&headers) {
        administrators::delete_session(&mut tx, old).await?;
    }
    administrators::insert_session(&mut tx, name, &cookie, idp.now()).await?;
    let known_browser = authentication::remember_browser(&idp, &mut tx, &requester, &account).await?;
    tx.commit().await?;
    let response = with_cookie(Redirect::to(return_path).into_response(), idp.cookies.console.set(&cookie));
    Ok(with_cookie(response, known_browser))
}

pub async fn sign_out(State(idp): State<Idp>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(cookie) = idp.cookies.console.read(&headers) {
        let mut tx = idp.database.write().await?;
        administrators::delete_session(&mut tx, cookie).await?;
        tx.commit().await?;
    }
    Ok(with_cookie(Redirect::to("/console/sign-in").into_response(), idp.cookies.console.clear()))
}

/// Returns the page that the administrator requested before the sign-in: one of the console, or of the mailbox.
fn return_path(parameters: &Parameters) -> &str {
    let is_below = |path: &str, root| {
        path.strip_prefix(root).is_some_and(|rest: &str| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    let inside = |path: &&str| is_below(path, "/console") || is_below(path, paths::MAILBOX);
    parameters.get("next").filter(inside).filter(|path| !path.contains('\\')).unwrap_or(HOME)
}
