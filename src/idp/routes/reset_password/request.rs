//! `GET` and `POST /u/reset-password/request`: asking for the mail.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    Idp,
    events::{self, Kind},
    flow::Login,
    form, pages,
    parameters::{ClientAddress, Parameters},
    routes::PageError,
    signin::Caller,
    store::users,
    throttle::{self, TooMany},
    tickets::{self, Context},
};

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open_if_any(&idp, &mut tx, &headers, &parameters).await?;
    let email = login.as_ref().and_then(|login| login.request.login_hint.as_deref()).unwrap_or_default();
    Ok(pages::reset_password::request(&idp, login.as_ref(), email, None).into_response())
}

/// Sends the mail if there is such an account. The answer is the same if not.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let login = Login::open_if_any(&idp, &mut idp.0.database.read().await?, &headers, &parameters).await?;
    let typed = parameters.text("email");
    let refuse = |status: StatusCode, error: &str| {
        let page = pages::reset_password::request(&idp, login.as_ref(), typed, Some(error));
        Ok(page.with_status(status).into_response())
    };
    let Some(email) = form::email(typed) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "Enter an email address, for example ann@example.com.");
    };
    let context = login.as_ref().map_or_else(Context::default, Context::of);
    let caller = login.as_ref().map_or_else(|| Caller::from(&address), |login| login.caller(&address));
    match send(&idp, &email, context, caller).await? {
        Ok(()) => Ok(pages::reset_password::requested(&idp, login.as_ref(), &email).into_response()),
        Err(too_many) => refuse(StatusCode::TOO_MANY_REQUESTS, &too_many.message(idp.now())),
    }
}

/// Sends the mail to whoever has an account with a password and the address `email`, and takes as long for nobody.
pub async fn send(
    idp: &Idp,
    email: &str,
    context: Context<'_>,
    caller: Caller<'_>,
) -> sqlx::Result<Result<(), TooMany>> {
    // Count the wish, whether or not there is such an account
    let mut tx = idp.0.database.write().await?;
    let counted = throttle::mail(&mut tx, email, caller.address, idp.now()).await?;
    tx.commit().await?;
    if let Err(too_many) = counted {
        return Ok(Err(too_many));
    }

    let mut tx = idp.0.database.write().await?;
    if let Some(user) = users::with_password(&mut tx, email).await? {
        tickets::send_password_reset(&mut tx, idp, &user, context).await?;
        let event = caller.event(Kind::PasswordChangeRequested, &user.email, Some(&user.id));
        events::record(&mut tx, idp, event).await?;
        tx.commit().await?;
    } else {
        // Rolled back.
        tickets::pretend_password_reset(&mut tx, idp, email, context).await?;
    }
    Ok(Ok(()))
}
